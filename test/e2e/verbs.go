package e2e

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// NeedNodes skips a test if no kubelet can run.
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
	if err := in.writeKubeconfig(l.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	in.createNamespace(t)
	in.WaitFor(t, "the namespace to be ready for pods", func() bool { return in.takesPods(t.Context()) })
	return &in
}

// createNamespace creates the lab's namespace and deletes it after the test. Nobody waits until it is gone.
func (l *Lab) createNamespace(t *testing.T) {
	t.Helper()
	ctx := context.Background() // not the test's, which has ended when this is cleaned up
	all := l.Client.CoreV1().Namespaces()
	if _, err := all.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: l.Current}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := all.Delete(ctx, l.Current, metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// takesPods reports whether controllers have made what each pod of the namespace needs: its
// ServiceAccount, and the certificate that is mounted beside its token.
func (l *Lab) takesPods(ctx context.Context) bool {
	_, account := l.Client.CoreV1().ServiceAccounts(l.Current).Get(ctx, "default", metav1.GetOptions{})
	_, ca := l.Client.CoreV1().ConfigMaps(l.Current).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
	return errors.Join(account, ca) == nil
}

// writeKubeconfig writes the kubeconfig of the lab's namespace, a copy of another one.
func (l *Lab) writeKubeconfig(from string) error {
	config, err := clientcmd.LoadFromFile(from)
	if err != nil {
		return err
	}
	config.Contexts[config.CurrentContext].Namespace = l.Current
	return clientcmd.WriteToFile(*config, l.Kubeconfig)
}

// newClient returns a client of a kubeconfig that waits for nothing but the server.
func newClient(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return kubernetes.NewForConfig(config)
}

// Plugin runs a plugin by itself and returns its standard output. It must end with exit code 0.
func (l *Lab) Plugin(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, errs, err := l.run("", l.plugin(name), args...)
	for range 3 { // a machine can be so busy that the handshake takes more than the 10 s of net/http
		if err == nil || !strings.Contains(errs, "TLS handshake timeout") {
			break
		}
		out, errs, err = l.run("", l.plugin(name), args...)
	}
	if err != nil {
		t.Fatalf("kubectl-%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, errs)
	}
	return out
}

// Kubectl runs kubectl, or a plugin, in the current namespace.
func (l *Lab) Kubectl(t *testing.T, args ...string) (stdout, stderr string, exit int) {
	t.Helper()
	name, rest := l.program(args)
	stdout, stderr, err := l.run("", name, rest...)
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

// What is asked again and again until it is so is read without kubectl: each start of it takes a
// tenth of a second of a processor, and ten tests wait at a time.

// Pod reads a pod.
func (l *Lab) Pod(t *testing.T, name string) *corev1.Pod {
	t.Helper()
	pod, err := l.Client.CoreV1().Pods(l.Current).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pod
}

// Pods reads the pods with a label, all of the namespace for an empty one.
func (l *Lab) Pods(t *testing.T, selector string) []corev1.Pod {
	t.Helper()
	pods, err := l.Client.CoreV1().Pods(l.Current).List(context.Background(), metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		t.Fatal(err)
	}
	return pods.Items
}

// Deployment reads a Deployment.
func (l *Lab) Deployment(t *testing.T, name string) *appsv1.Deployment {
	t.Helper()
	d, err := l.Client.AppsV1().Deployments(l.Current).Get(context.Background(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Running counts the pods with a label that run.
func (l *Lab) Running(t *testing.T, selector string) int {
	t.Helper()
	n := 0
	for _, p := range l.Pods(t, selector) {
		if p.Status.Phase == corev1.PodRunning {
			n++
		}
	}
	return n
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
	about := metav1.ListOptions{FieldSelector: "involvedObject.name=" + object}
	events, err := l.Client.CoreV1().Events(l.Current).List(context.Background(), about)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range events.Items {
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

// command runs a command of the lab itself, which must succeed.
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
