package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// NeedNodes skips a test where no kubelet can run.
func (l *Lab) NeedNodes(t *testing.T) {
	t.Helper()
	if l.Nodes == 0 {
		t.Skip("SKIPPED: no kubelet can run here, it needs root on Linux")
	}
}

// namespaces counts the namespaces of this run, so that no two have the same name.
var namespaces atomic.Int32

// Namespace makes a namespace that is ready for pods and ends with the test. It
// returns the lab in that namespace.
func (l *Lab) Namespace(t *testing.T) *Lab {
	t.Helper()
	name := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	in := *l
	in.Current = fmt.Sprintf("%.50s-%d", name, namespaces.Add(1))
	in.Kubeconfig = filepath.Join(t.TempDir(), "kubeconfig")
	config, err := os.ReadFile(l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in.Kubeconfig, config, 0o600); err != nil {
		t.Fatal(err)
	}
	in.Do(t, "create", "namespace", in.Current)
	in.Do(t, "config", "set-context", "--current", "--namespace="+in.Current)
	t.Cleanup(func() { in.Do(t, "delete", "namespace", in.Current, "--wait=false") })
	in.WaitFor(t, "the namespace to be ready for pods", func() bool {
		_, account := in.output("get", "serviceaccount", "default")
		_, ca := in.output("get", "configmap", "kube-root-ca.crt")
		return errors.Join(account, ca) == nil
	})
	return &in
}

// Client returns a client that waits for nothing but the server.
func (l *Lab) Client(t *testing.T) kubernetes.Interface {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Plugin runs a plugin by itself and returns its standard output. It must end with exit code 0.
func (l *Lab) Plugin(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, errs, err := l.run("", filepath.Join(filepath.Dir(l.bin), "kubectl-"+name), args...)
	for range 3 { // a machine can be so busy that the handshake takes more than the 10 s of net/http
		if err == nil || !strings.Contains(errs, "TLS handshake timeout") {
			break
		}
		out, errs, err = l.run("", filepath.Join(filepath.Dir(l.bin), "kubectl-"+name), args...)
	}
	if err != nil {
		t.Fatalf("kubectl-%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, errs)
	}
	return out
}

// Kubectl runs kubectl, or a plugin by it, in the current namespace.
func (l *Lab) Kubectl(t *testing.T, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	stdout, stderr, err := l.run("", l.kubectl(), args...)
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		return stdout, stderr, failed.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return stdout, stderr, 0
}

// Do runs kubectl as Kubectl does, and returns its standard output. It must succeed.
func (l *Lab) Do(t *testing.T, args ...string) string {
	t.Helper()
	out, err := l.output(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Apply applies manifests.
func (l *Lab) Apply(t *testing.T, yaml string) {
	t.Helper()
	if _, errs, err := l.run(yaml, l.kubectl(), "apply", "-f", "-"); err != nil {
		t.Fatalf("kubectl apply: %v\n%s\n%s", err, errs, yaml)
	}
}

// Get reads an object, or a list, as kubectl get ARGS gives it.
func Get[T any](t *testing.T, l *Lab, args ...string) *T {
	t.Helper()
	into := new(T)
	if err := json.Unmarshal([]byte(l.Do(t, append([]string{"get", "-o", "json"}, args...)...)), into); err != nil {
		t.Fatalf("kubectl get %s: %v", strings.Join(args, " "), err)
	}
	return into
}

// Pod reads a pod.
func (l *Lab) Pod(t *testing.T, name string) *corev1.Pod {
	t.Helper()
	return Get[corev1.Pod](t, l, "pod", name)
}

// Pods reads the pods with a label, all of the namespace for an empty one.
func (l *Lab) Pods(t *testing.T, selector string) []corev1.Pod {
	t.Helper()
	return Get[corev1.PodList](t, l, "pods", "-l", selector).Items
}

// Container reads the status of the one container of a pod.
func (l *Lab) Container(t *testing.T, pod string) corev1.ContainerStatus {
	t.Helper()
	if all := l.Pod(t, pod).Status.ContainerStatuses; len(all) > 0 {
		return all[0]
	}
	return corev1.ContainerStatus{}
}

// Events reads the events about an object, as "REASON: MESSAGE", in the order of their names.
func (l *Lab) Events(t *testing.T, object string) []string {
	t.Helper()
	var list []string
	for _, e := range Get[corev1.EventList](t, l, "events", "--field-selector", "involvedObject.name="+object).Items {
		list = append(list, e.Reason+": "+e.Message)
	}
	return list
}

// HasEvent reports whether there is an event about an object that begins with a text.
func (l *Lab) HasEvent(t *testing.T, object, prefix string) bool {
	t.Helper()
	for _, e := range l.Events(t, object) {
		if strings.HasPrefix(e, prefix) {
			return true
		}
	}
	return false
}

const (
	// waitTimeout is how long WaitFor is patient. Nothing depends on it but how long a failing test takes.
	waitTimeout = 5 * time.Minute
	// patiently has kubectl wait as long.
	patiently = "--timeout=5m"
)

// WaitFor asks until cond holds. If it never does the test fails and shows
// what there is in the namespace.
func (l *Lab) WaitFor(t *testing.T, desc string, cond func() bool) {
	t.Helper()
	for began := time.Now(); time.Since(began) < waitTimeout; time.Sleep(100 * time.Millisecond) {
		if cond() {
			return
		}
	}
	state, _, _ := l.Kubectl(t, "get", "all,events", "-o", "wide")
	t.Fatalf("waited %s for %s in namespace %s:\n%s", waitTimeout, desc, l.Current, state)
}

// Image says what an image does from its next pull and start on, by the words of test/lab/cri.
// Images are the whole lab's: tests that run side by side use names of their own.
func (l *Lab) Image(t *testing.T, image string, words ...string) {
	t.Helper()
	l.command(t, append([]string{"images", "set", "--dir", l.Dir, "--", image}, words...)...)
}

// Kill ends a program of the lab, as kubelet-lab-node-1; Start starts it again.
func (l *Lab) Kill(t *testing.T, program string) {
	t.Helper()
	l.command(t, "kill", "--dir", l.Dir, program)
}

// Start starts a program of the lab again that Kill ended.
func (l *Lab) Start(t *testing.T, program string) {
	t.Helper()
	l.command(t, "start", "--dir", l.Dir, program)
}

func (l *Lab) command(t *testing.T, args ...string) {
	t.Helper()
	if _, errs, err := l.run("", l.bin, args...); err != nil {
		t.Fatal(fmt.Errorf("lab %s: %w\n%s", strings.Join(args, " "), err, errs))
	}
}

// Manifest returns a bare pod with one container, main, of an image that plays
// the words of a script, see test/lab/cri. More lines of the container may follow, indented by four.
func Manifest(pod, script string, more ...string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Pod
metadata: {name: %s}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: lab/app:1
    env:
    - {name: LAB_SCRIPT, value: %q}
%s
`, pod, script, strings.Join(more, "\n"))
}
