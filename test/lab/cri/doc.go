// Package cri is a container runtime without containers: a server for the
// Container Runtime Interface whose containers do nothing but what a script
// reports them. A real kubelet drives it, so that statuses, events, probes,
// back-off and logs are the kubelet's own, while nothing is downloaded, no
// process is started and no namespace is made.
//
// # Where a script comes from
//
// The first of these that is there, looked up at each start of a container:
//
//	command: ["fake", "run=3s", "exit=1"]        command and args, when their first word is fake
//	env: [{name: LAB_SCRIPT, value: "run=3s exit=1 log='no route'"}]
//	the images file of the lab, by image          so that a rollout changes only its image
//
// Without a script a container runs until it is stopped. The kubelet expands
// $(NAME) in command, args and env as always. In a line (LAB_SCRIPT, images
// file) words are separated by blanks and quoted with ' or " as in a shell. In
// every text \n begins a new line.
//
// # Words
//
//	run=3s               lives for 3 s; without it, until it is stopped
//	exit=1               exit code of its own end; without run= it ends at once
//	reason=OOMKilled     reason of its own end; otherwise Completed or Error, as the exit code says
//	stop=2s/0            on SIGTERM ends after 2 s with exit code 0; at once with 143 where absent
//	stop=never           ignores SIGTERM, so that the end of the grace period kills it with 137
//	log=TEXT             a line of standard output at its start; may be repeated
//	log@2s=TEXT          the same, 2 s after its start
//	log@exit=TEXT        the same, just before its own end
//	log@stop=TEXT        the same, on SIGTERM
//	err=TEXT             standard error; with @2s, @exit and @stop as well
//	termination=TEXT     termination message, left when it ends
//	create-error=TEXT    the container cannot be created (CreateContainerError)
//	start-error=TEXT     the container cannot be started (RunContainerError, StartError, exit code 128)
//	listen=8080          answers TCP and HTTP on this port of the pod; may be repeated
//	listen=8080@5s       opens the port 5 s after its start
//	http=200,503@20s     status code of answers, here 200 and from 20 s after its start 503; or hang
//	http:/ready=503      the same for paths that begin with /ready; the longest such path counts
//	exec=ok,fail@20s     what exec probes and hooks get: ok, fail, an exit code or hang
//	exec:ready=fail      the same for commands that contain the text ready; the longest counts
//	output=TEXT          what a failing exec prints
//	script=1s/1,1s/137/OOMKilled,10m/0    run, exit code and reason of each attempt; the last one stays
//	then                 the words after it are for the next attempt; the last one stays
//
// # The images file
//
// YAML that maps an image to a script, as one line or as a list of words. IMAGE@NODE speaks
// of one node only, so that the same tag may mean something else there. Further words:
//
//	pull=not-found       the image cannot be pulled; also unauthorized, unreachable, rate-limited, or any text
//	pull-time=5s         a pull takes 5 s
//	digest=WORD          what the tag resolves to: a sha256: digest, or any word, which is hashed to one
//
// An image that is not in the file can be pulled, unless its name contains
// "no-such". A pull reads the file as it then is; what was pulled stays on the
// node.
//
// # Sandboxes
//
// A pod annotation lab.thrashkit.dev/sandbox-error: TEXT makes its sandbox
// fail (FailedCreatePodSandBox).
package cri
