// Package e2e tests the plugins on a real Kubernetes: the lab of
// test/lab, which the package starts once for all its tests as a process.
// Tests share it, each in a namespace of its own.
//
// A test begins with newSpace, or with theLab for the whole cluster, or with ownLab.
//
// The lab of Kubernetes 1.37 is used, or that of the version in THRASHKIT_LAB.
// If its binary has not been built all tests skip. If no kubelet can run,
// for lack of root on Linux, those skip that need running pods.
package e2e

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Lab is a running cluster and a namespace in it.
type Lab struct {
	Dir        string // directory of the lab
	Kubeconfig string
	Current    string // namespace of commands that name none
	Nodes      int    // 0: no kubelet can run here, pods stay Pending
	// Client may do everything, and waits for nothing but the server.
	Client kubernetes.Interface

	bin string // the binary of the lab
	env []string
}

// labVersion is the minor version of Kubernetes that the lab runs.
func labVersion() string { return cmp.Or(os.Getenv("THRASHKIT_LAB"), "1.37") }

// root is the directory of the repository.
var root = sync.OnceValues(func() (string, error) { return filepath.Abs("../..") })

// errNotBuilt says that there is no lab to start.
var errNotBuilt = errors.New("not built")

// shared is the lab of all tests, started by the first that asks for it.
var shared struct {
	once sync.Once
	lab  *Lab // nil until it runs
	err  error
}

// stopShared removes the lab of all tests, if there is one.
func stopShared() error {
	if shared.lab == nil {
		return nil
	}
	return shared.lab.stop()
}

// theLab returns the lab of all tests. It skips the test if the lab was not built.
func theLab(t *testing.T) *Lab {
	t.Helper()
	shared.once.Do(func() { shared.lab, shared.err = start("--nodes", "2") })
	return started(t, shared.lab, shared.err)
}

// newSpace returns the lab of all tests in a namespace of the test's own.
func newSpace(t *testing.T) *Lab {
	t.Helper()
	return theLab(t).Namespace(t)
}

// ownLab starts a lab for one test, for what would disturb others. Its namespace is default.
func ownLab(t *testing.T, args ...string) *Lab {
	t.Helper()
	l, err := start(args...)
	l = started(t, l, err)
	t.Cleanup(func() {
		if _, err := os.Stat(l.Dir); err == nil {
			if err := l.stop(); err != nil {
				t.Error(err)
			}
		}
	})
	return l
}

// started returns a lab that runs. It skips the test if the lab was not built, and fails it if the lab does not start:
// a test that is silently skipped would look green.
func started(t *testing.T, l *Lab, err error) *Lab {
	t.Helper()
	if errors.Is(err, errNotBuilt) {
		t.Skipf("SKIPPED: %v: run make lab-build KUBE=%s", err, labVersion())
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// start runs "lab up" in a new directory. The lab ends with this process at the latest.
func start(args ...string) (*Lab, error) {
	top, err := root()
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(top, "bin", "lab-"+labVersion())
	if _, err := os.Stat(bin); err != nil {
		return nil, fmt.Errorf("%s %w", bin, errNotBuilt)
	}
	base, err := os.MkdirTemp("", "lab")
	if err != nil {
		return nil, err
	}
	l := &Lab{Dir: filepath.Join(base, "lab"), Current: "default", bin: bin}
	l.Kubeconfig = filepath.Join(l.Dir, "kubeconfig")
	if err := l.tools(base, filepath.Join(top, "bin")); err != nil {
		return nil, err
	}
	if err := l.up(base, args); err != nil {
		return nil, errors.Join(err, l.stop())
	}
	return l, l.connect()
}

// up starts the processes of the lab, with an audit log in base. Its error has the end of the log of the program
// that ended: the directory of the lab is removed afterwards.
func (l *Lab) up(base string, args []string) error {
	audit, err := auditArgs(base)
	if err != nil {
		return err
	}
	up := slices.Concat([]string{"up", "--dir", l.Dir, "--owner", strconv.Itoa(os.Getpid())}, audit, args)
	if out, err := exec.Command(l.bin, up...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s%s", l.bin, strings.Join(up, " "), err, out, l.lastWords(string(out)))
	}
	return nil
}

// connect makes the client and counts the nodes: a lab without root has none.
func (l *Lab) connect() (err error) {
	if l.Client, err = newClient(l.Kubeconfig); err != nil {
		return err
	}
	nodes, err := l.Client.CoreV1().Nodes().List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	l.Nodes = len(nodes.Items)
	return nil
}

// lastWords returns the end of the log of a program that "lab up" names as ended.
func (l *Lab) lastWords(out string) string {
	before, _, found := strings.Cut(out, " ended: ")
	if !found {
		return ""
	}
	program := before[strings.LastIndexByte(before, ' ')+1:]
	logs, err := filepath.Glob(filepath.Join(l.Dir, "logs", program+"*"))
	if err != nil || len(logs) == 0 {
		return ""
	}
	text, err := os.ReadFile(logs[0])
	if err != nil {
		return err.Error()
	}
	return "end of its log: " + string(text[max(0, len(text)-2000):])
}

// tools makes what commands find: the lab's own kubectl before any other one, and the
// plugins, with no trace of them in the home directory.
func (l *Lab) tools(base, plugins string) error {
	tools := filepath.Join(base, "bin")
	if err := os.Mkdir(tools, 0o755); err != nil {
		return err
	}
	if err := os.Symlink(l.bin+"-kubectl", filepath.Join(tools, "kubectl")); err != nil {
		return err
	}
	l.env = append(os.Environ(),
		"PATH="+strings.Join([]string{tools, plugins, os.Getenv("PATH")}, string(os.PathListSeparator)),
		"KUBECACHEDIR="+filepath.Join(base, "cache"), "KUBERC=off", "NO_COLOR=1")
	return nil
}

// stop removes the lab. It is an error if its audit log has more than reads of the plugins.
func (l *Lab) stop() error {
	out, err := exec.Command(l.bin, "down", "--dir", l.Dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("lab down: %w\n%s", err, out)
	}
	return errors.Join(l.checkAudit(), os.RemoveAll(filepath.Dir(l.Dir)))
}

// run runs a program in the environment of the lab.
func (l *Lab) run(stdin, name string, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Env = append(l.env[:len(l.env):len(l.env)], "KUBECONFIG="+l.Kubeconfig)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stdout = &out
	cmd.Stderr = &errs
	err = cmd.Run()
	return out.String(), errs.String(), err
}

// kubectl is the path of the lab's own kubectl.
func (l *Lab) kubectl() string {
	return filepath.Join(filepath.Dir(l.Dir), "bin", "kubectl")
}

// plugin is the path of a plugin.
func (l *Lab) plugin(name string) string {
	return filepath.Join(filepath.Dir(l.bin), "kubectl-"+name)
}

// program returns what runs the arguments of kubectl. A plugin runs by itself: kubectl does no more than to find
// and start it, which takes twice the time of the plugin. What the documentation shows is run by kubectl.
func (l *Lab) program(args []string) (string, []string) {
	if slices.Contains([]string{"rsmap", "thrash", "explainfields"}, args[0]) {
		return l.plugin(args[0]), args[1:]
	}
	return l.kubectl(), args
}

// output runs kubectl, or a plugin, and returns its standard output.
func (l *Lab) output(args ...string) (string, error) {
	name, rest := l.program(args)
	out, errs, err := l.run("", name, rest...)
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, errs)
	}
	return out, nil
}
