package diagnose_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// crash builds a world and returns the item of the container that crashes.
func crash(t *testing.T, exit int32, log string, stories ...story) diagnose.Item {
	t.Helper()
	items := newWorld(exit, log, stories...).build()
	i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
	if i < 0 {
		t.Fatal("no item")
	}
	return items[i]
}

// facts returns everything that an item states, one line each.
func facts(i diagnose.Item) string {
	out := slices.Concat([]string{i.Cause.Summary}, i.Cause.WouldSettle, i.NextSteps)
	for _, c := range slices.Concat(i.Cause.Evidence, i.Cause.Against) {
		out = append(out, c.Claim)
	}
	return strings.Join(out, "\n")
}

func volumeOfData(c *corev1.Container, spec *corev1.PodSpec) {
	c.VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/var/lib/data"}}
	claimed := &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data-web"}
	spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: claimed}}}
}

func theJob(name string) story {
	return func(w *world) { w.s.Add(&batchv1.Job{ObjectMeta: meta(name, "job-"+name, time.Hour)}) }
}

// advices are causes whose advice names the very thing to look at.
var advices = []struct {
	name    string
	exit    int32
	log     string
	stories []story
	must    []string
	not     []string
}{
	{
		"heap of the JVM, by a variable", 1, "java.lang.OutOfMemoryError: Java heap space\n",
		[]story{env("JAVA_OPTS", "-Xms64m -Xmx64m"), limit("512Mi")},
		[]string{
			"whether it runs on if -Xmx64m in JAVA_OPTS allows more (memory limit of the container: 512Mi)",
			"kubectl set env deployment/web -c web --list",
		},
		[]string{"set resources"},
	},
	{
		"a system that answers and refuses", 1, "hvac.exceptions.Forbidden: permission denied, on get http://vault:8200/v1/kv\n",
		[]story{service("vault", 8200, 1)},
		[]string{"which rights Service vault on port 8200 gives to the account that the container uses"},
		[]string{"a connection to"},
	},
	{
		"the API server by its address", 1,
		"Get \"https://172.10.0.1:443/api/v1/namespaces/shop/configmaps/web\": context deadline exceeded\nleader election lost\n",
		nil,
		[]string{
			"it lost its leader election, so it stopped (the API server at 172.10.0.1 on port 443)",
			"how fast the API server at 172.10.0.1 on port 443 answers",
		},
		[]string{"it is outside"},
	},
	{
		"a member of a StatefulSet whose headless Service does not exist", 1,
		"ERROR Connection timed out for connection string (zk-0.zk:2181)\n",
		nil,
		[]string{"Service zk does not exist"},
		[]string{"it is outside"},
	},
	{
		"one of two settings", 1, "Either client_secret or private_key_jwt must be provided\n",
		nil,
		[]string{"neither client_secret nor private_key_jwt is set: Either client_secret"},
		nil,
	},
	{
		"a name outside that does not resolve", 1, "getaddrinfo for repo.example.org failed: Name or service not known\n",
		nil,
		[]string{"whether another pod resolves repo.example.org"},
		[]string{"answers from inside"},
	},
	{
		"a port of the node", 1, "listen tcp :10250: bind: address already in use\n",
		[]story{with(func(_ *corev1.Container, spec *corev1.PodSpec) { spec.HostNetwork = true })},
		[]string{"port of node node-1, whose network the pod shares (hostNetwork): 10250 is the port of the kubelet"},
		[]string{"another container of the pod"},
	},
	{
		"a port of the pod", 1, "listen tcp :10250: bind: address already in use\n",
		nil,
		[]string{"another container of the pod"},
		[]string{"the kubelet"},
	},
	{
		"a script that the image lacks", 1, "Could not open input file: /srv/worker.php\n",
		[]story{with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Command = []string{"php", "/srv/worker.php"} })},
		[]string{"whether the image has /srv/worker.php"},
		[]string{"is corrected"},
	},
	{
		"heap of V8, by an argument", 134, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
		[]story{with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = []string{"--max-old-space-size=256", "main.js"} }), limit("1Gi")},
		[]string{"argument --max-old-space-size=256"},
		[]string{"set resources"},
	},
	{
		"heap as a share of the limit", 1, "java.lang.OutOfMemoryError: Java heap space\n",
		[]story{env("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=50"), limit("512Mi")},
		[]string{"-XX:MaxRAMPercentage=50 in JAVA_TOOL_OPTIONS", "kubectl set resources deployment/web -c web --limits=memory=1Gi"},
		nil,
	},
	{
		"heap without a setting", 1, "java.lang.OutOfMemoryError: Java heap space\n",
		[]story{limit("512Mi")},
		[]string{"the JVM uses a quarter of the memory limit", "set resources"},
		[]string{"GOMEMLIMIT", "old-space"},
	},
	{
		"heap settings of another runtime", 255,
		"PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)\n",
		[]story{env("NODE_OPTIONS", "--max-old-space-size=256")},
		[]string{"memory_limit"},
		[]string{"old-space"},
	},
	{
		"a heap that is larger than the limit", 137, "serving\n",
		[]story{env("JAVA_OPTS", "-Xmx2g"), limit("512Mi"), ended(func(e *corev1.ContainerStateTerminated) { e.Reason = "OOMKilled" })},
		[]string{"-Xmx2g in JAVA_OPTS allows a heap that does not fit into the memory limit 512Mi"},
		nil,
	},
	{
		"a heap that fits", 137, "serving\n",
		[]story{env("JAVA_OPTS", "-Xmx256m"), limit("512Mi"), ended(func(e *corev1.ContainerStateTerminated) { e.Reason = "OOMKilled" })},
		nil,
		[]string{"does not fit"},
	},
	{
		"migrations, with their command", 1, "ERROR: You need to initialize the database. Please run `airflow db init`.\n", nil,
		[]string{"whether it starts once airflow db init has run against its database", "kubectl get jobs -n shop"},
		nil,
	},
	{
		"migrations, with their Job", 1, "django: You have 3 unapplied migration(s).\n",
		[]story{theJob("web-migrate"), theJob("nightly")},
		[]string{"kubectl logs job/web-migrate -n shop", "the migration job or command of the program"},
		[]string{"nightly"},
	},
	{
		"data of a newer version after a rollback", 1, "FATAL:  database files are incompatible with server\n",
		[]story{before(0, oldImage), with(volumeOfData)},
		[]string{"a rollback of the image does not roll them back", "kubectl describe persistentvolumeclaim data-web -n shop"},
		nil,
	},
	{
		"limit of processes", 1, "RuntimeError: can't start new thread\n", nil,
		[]string{"-- cat /proc/self/limits", "kubectl get --raw=/api/v1/nodes/node-1/proxy/configz", "podPidsLimit"},
		nil,
	},
	{
		"limit of open files", 1, "FATAL: accept: too many open files\n", nil,
		[]string{"-- cat /proc/self/limits", "nofile"},
		[]string{"configz"},
	},
	{
		"limit of locked memory", 1, "Error initializing core: Failed to lock memory: cannot allocate memory\n", nil,
		[]string{"-- cat /proc/self/limits", "IPC_LOCK"},
		[]string{"configz"},
	},
}

func TestAdvice(t *testing.T) {
	for _, c := range advices {
		t.Run(c.name, func(t *testing.T) {
			got := facts(crash(t, c.exit, c.log, c.stories...))
			for _, want := range c.must {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not there:\n%s", want, got)
				}
			}
			for _, no := range c.not {
				if strings.Contains(got, no) {
					t.Errorf("%q is there:\n%s", no, got)
				}
			}
		})
	}
}

// runsAgain makes the container run since a minute.
func runsAgain(w *world) {
	w.mutate = append(w.mutate, func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses[0].State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: ago(time.Minute)}}
	})
}

func oomKilled(w *world) { w.death.Reason = "OOMKilled" }

func used(memory string, before time.Duration) story {
	return func(w *world) {
		w.s.PodUsages = map[snapshot.PodKey]*snapshot.PodUsage{
			{Namespace: ns, Name: "web-2-x"}: {At: now.Add(-before), Memory: map[string]resource.Quantity{"web": resource.MustParse(memory)}},
		}
	}
}

func TestWorkingSetBesideTheLimit(t *testing.T) {
	const want = "working set 412Mi, 50s after its start; its limit is 512Mi"
	stories := []story{limit("512Mi"), oomKilled, runsAgain}
	if got := facts(crash(t, 137, "serving\n", append(stories, used("422500Ki", 10*time.Second))...)); !strings.Contains(got, want) {
		t.Errorf("%q is not there:\n%s", want, got)
	}
	for what, s := range map[string]story{"of the run before": used("422500Ki", 3*time.Minute), "not measured": func(*world) {}} {
		if got := facts(crash(t, 137, "serving\n", append(stories, s)...)); strings.Contains(got, "working set 4") {
			t.Errorf("%s: a working set is there:\n%s", what, got)
		}
	}
}

// The metrics API is asked only for what the kernel killed for its memory and runs.
func TestUsageIsWantedOnlyAfterAnOOMKill(t *testing.T) {
	for what, c := range map[string]struct {
		stories []story
		want    bool
	}{
		"killed and running": {[]story{oomKilled, runsAgain}, true},
		"killed and waiting": {[]story{oomKilled}, false},
		"another end":        {[]story{runsAgain}, false},
	} {
		w := newWorld(137, "serving\n", c.stories...)
		w.build()
		forest := owners.Build(w.s)
		asked := slices.ContainsFunc(diagnose.Wanted(forest, diagnose.Unhealthy(forest, diagnose.Options{})).Reads, func(r snapshot.Read) bool {
			return r.Resource == snapshot.PodUsageResource && r.Name == "web-2-x" && r.Namespace == ns
		})
		if asked != c.want {
			t.Errorf("%s: asked: %t", what, asked)
		}
	}
}

// scripts are configurations that are written as code, and fail as code does.
func TestMountedScript(t *testing.T) {
	python := "Traceback (most recent call last):\n  File \"/usr/lib/python3/gunicorn/app/base.py\", line 111, in get_config\n" +
		"    spec.loader.exec_module(mod)\n  File \"/etc/web/gunicorn.conf.py\", line 2, in <module>\n    workers = int(cpus) * 2\n" +
		"NameError: name 'cpus' is not defined\n"
	mounted := configMap("web-config", "/etc/web", 0, map[string]string{"gunicorn.conf.py": "bind = '0.0.0.0:80'\nworkers = int(cpus) * 2\n"})
	got := crash(t, 1, python, mounted)
	if got.Cause.Category != diagnose.AppConfig || got.Cause.Culprit == nil || got.Cause.Culprit.Name != "web-config" {
		t.Errorf("got %s of %+v: %s", got.Cause.Category, got.Cause.Culprit, got.Cause.Summary)
	}
	if want := "line 2: workers = int(cpus) * 2"; !strings.Contains(facts(got), want) {
		t.Errorf("%q is not there:\n%s", want, facts(got))
	}
	for what, log := range map[string]string{
		"Ruby": "/etc/web/puma.rb:3:in `_load_from': undefined method 'thread' for an instance of Puma::DSL (NoMethodError)\n" +
			"\tfrom /usr/lib/ruby/puma.rb:9:in `load'\n",
		"Perl": "Can't call method \"foo\" on an undefined value at /etc/web/app.pl line 3.\n",
		"Lua":  "lua: /etc/web/app.lua:3: attempt to index a nil value (global 'cfg')\n",
	} {
		if got := crash(t, 1, log, mounted); got.Cause.Category != diagnose.AppConfig {
			t.Errorf("%s: got %s: %s", what, got.Cause.Category, got.Cause.Summary)
		}
	}
	inImage := strings.ReplaceAll(python, "/etc/web/", "/srv/web/")
	if got := crash(t, 1, inImage, mounted); got.Cause.Category != diagnose.Undetermined {
		t.Errorf("code of the image: got %s: %s", got.Cause.Category, got.Cause.Summary)
	}
}

// Some programs report that they cannot run and exit with 0 nevertheless.
func TestFailureThatExitsWithZero(t *testing.T) {
	for what, c := range map[string]struct {
		log  string
		want diagnose.Category
	}{
		"a failure":              {"starting\nError: open /etc/app/app.yaml: no such file or directory\n", diagnose.AppConfig},
		"an upstream":            {"FATAL dial tcp: lookup orders-db: no such host\n", diagnose.Dependency},
		"nothing":                {"done, 3 rows written\n", diagnose.CleanExit},
		"a report of Erlang":     {"[error] <0.132.0> open /etc/app.conf: no such file or directory\n" + erlangReport, diagnose.AppConfig},
		"a failure before":       {"Error: open /etc/app.yaml: no such file or directory\n" + strings.Repeat("working\n", 9), diagnose.CleanExit},
		"a warning that is left": {"WARN cache.yaml: no such file or directory, using defaults\ndone\n", diagnose.CleanExit},
	} {
		if got := crash(t, 0, c.log); got.Cause.Category != c.want {
			t.Errorf("%s: got %s: %s", what, got.Cause.Category, got.Cause.Summary)
		}
	}
}

// erlangReport is the end of a crash report of OTP, as RabbitMQ logs it: with the prefix before each line, and
// longer than a record can be.
var erlangReport = strings.Repeat("[error] <0.130.0>     links: x\n[error] <0.130.0>     reductions: x\n", 15)

// The same words may be about the command line or about the configuration.
func TestWhereAnUnknownOptionStands(t *testing.T) {
	args := with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Args = []string{"--colour=red", "--config=/etc/web/web.conf"}
	})
	file := configMap("web-config", "/etc/web", 0, map[string]string{"web.conf": "port = 80\ncolour = red\n"})
	for what, c := range map[string]struct {
		log     string
		stories []story
		want    string
	}{
		"in the arguments":     {"Unknown option: colour\n", []story{args}, "its command line is refused (colour)"},
		"in the configuration": {"web: unrecognized option '--colour'\n", []story{file}, "its configuration names --colour"},
		"nowhere to be seen":   {"web: unrecognized option '--colour'\n", nil, "an option that it is given is refused (--colour)"},
		"as a directive":       {"Unknown option: colour\n", []story{file}, "its configuration names colour"},
	} {
		if got := crash(t, 1, c.log, c.stories...); !strings.Contains(got.Cause.Summary, c.want) {
			t.Errorf("%s: got %s", what, got.Cause.Summary)
		}
	}
}

// A file that a mounted ConfigMap has is not the one that is missing.
func TestMountedFileIsNotMissing(t *testing.T) {
	const log = "web: cannot load /etc/web/web.conf: No such file or directory\n"
	file := configMap("web-config", "/etc/web", 0, map[string]string{"web.conf": "include other.conf\n"})
	if got := crash(t, 1, log, file); strings.Contains(got.Cause.Summary, "web.conf does not exist") {
		t.Errorf("got %s", got.Cause.Summary)
	}
	empty := configMap("web-config", "/etc/web", 0, map[string]string{"other.conf": "port = 80\n"})
	if got := crash(t, 1, log, empty); !strings.Contains(got.Cause.Summary, "/etc/web/web.conf does not exist") {
		t.Errorf("got %s", got.Cause.Summary)
	}
}

// The name of a program before its message is no argument that it quotes.
func TestProgramNameIsNoArgument(t *testing.T) {
	wrapped := with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Command = []string{"env", "A=1", "dhcp6d", "--port=http"}
	})
	if got := facts(crash(t, 1, "dhcp6d: invalid port number \"http\"\n", wrapped)); strings.Contains(got, "argument dhcp6d") {
		t.Errorf("got %s", got)
	}
}

// A sentence names a setting as a setting, and never a mere word of the message.
func TestSentencesNameWhatTheyAreAbout(t *testing.T) {
	for log, c := range map[string]struct{ must, not string }{
		"/etc/app.conf:3: port must be between 1 and 65535":                           {"the value of port is not accepted", ""},
		"Error: [config validation of [server].port]: value must be lower than 65535": {"is not accepted", "the value value"},
		"TimeoutException: Timed out waiting for a node assignment. Call: listTopics": {"no answer in time", "from listtopics"},
		"Timeout waiting for response from broker":                                    {"no answer in time", "from response"},
		"run: open service: listen tcp :8086: bind: address already in use":           {"port 8086 is in use already", ""},
		"unable to bind for address '9000': Address already in use (98)":              {"port 9000 is in use already", ""},
		"OSError: [Errno 2] No such file or directory: '/run/app/app.pid'":            {"the directory of /run/app/app.pid does not exist", ""},
		"mkdir() \"/cache/a\" failed (2: No such file or directory)":                  {"cannot make /cache/a", "/cache/a does not exist"},
		"failed to connect to socket /run/dbus/bus_socket: Connection refused":        {"cannot connect to /run/dbus/bus_socket", ""},
		"remote error: tls: bad certificate":                                          {"presents a certificate", "its issuer is unknown"},
		"Error: cannot unmarshal the configuration: 1 error(s) decoding:\n* '' has x": {"", "1 cannot be parsed"},
	} {
		got := crash(t, 1, log+"\n").Cause.Summary
		if !strings.Contains(got, c.must) || (c.not != "" && strings.Contains(got, c.not)) {
			t.Errorf("got %s", got)
		}
	}
}
