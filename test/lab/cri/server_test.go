package cri

import (
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// node is a server with one sandbox, as a kubelet would have made it.
type node struct {
	*server
	t       *testing.T
	sandbox string
	logs    string
	message string // file of the termination message
}

func newNode(t *testing.T) *node {
	dir := t.TempDir()
	n := &node{
		server: newServer(Config{Node: "lab-node-1", Subnet: netip.MustParsePrefix("127.77.0.0/24"), Images: filepath.Join(dir, "images.yaml")}),
		t:      t, logs: filepath.Join(dir, "logs"), message: filepath.Join(dir, "message"),
	}
	sb, err := n.RunPodSandbox(t.Context(), &runtimeapi.RunPodSandboxRequest{Config: &runtimeapi.PodSandboxConfig{LogDirectory: n.logs}})
	if err != nil {
		t.Fatal(err)
	}
	n.sandbox = sb.PodSandboxId
	return n
}

// create makes an attempt of a container with a script.
func (n *node) create(attempt uint32, script string) string {
	n.t.Helper()
	resp, err := n.CreateContainer(
		n.t.Context(),
		&runtimeapi.CreateContainerRequest{PodSandboxId: n.sandbox, Config: &runtimeapi.ContainerConfig{
			Metadata: &runtimeapi.ContainerMetadata{Name: "main", Attempt: attempt}, Image: &runtimeapi.ImageSpec{UserSpecifiedImage: "x"},
			Envs:        []*runtimeapi.KeyValue{{Key: scriptEnv, Value: []byte(script)}},
			LogPath:     "main/" + strconv.Itoa(int(attempt)) + ".log",
			Annotations: map[string]string{terminationPathAnnotation: "/dev/termination-log"},
			Mounts:      []*runtimeapi.Mount{{ContainerPath: "/dev/termination-log", HostPath: n.message}},
		}},
	)
	if err != nil {
		n.t.Fatal(err)
	}
	return resp.ContainerId
}

func (n *node) start(attempt uint32, script string) string {
	n.t.Helper()
	id := n.create(attempt, script)
	if _, err := n.StartContainer(n.t.Context(), &runtimeapi.StartContainerRequest{ContainerId: id}); err != nil {
		n.t.Fatal(err)
	}
	return id
}

func (n *node) status(id string) *runtimeapi.ContainerStatus {
	n.t.Helper()
	resp, err := n.ContainerStatus(n.t.Context(), &runtimeapi.ContainerStatusRequest{ContainerId: id})
	if err != nil {
		n.t.Fatal(err)
	}
	return resp.Status
}

func (n *node) stop(id string, timeout int64) {
	n.t.Helper()
	if _, err := n.StopContainer(n.t.Context(), &runtimeapi.StopContainerRequest{ContainerId: id, Timeout: timeout}); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) read(path string) string {
	n.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		n.t.Fatal(err)
	}
	return string(b)
}

func TestContainerEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		id := n.start(0, `run=3s exit=3 log=up 'err@1s=line 1\nline 2' log@5s=never log@exit=down termination=bad`)
		time.Sleep(2999 * time.Millisecond)
		synctest.Wait()
		if got := n.status(id).State; got != runtimeapi.ContainerState_CONTAINER_RUNNING {
			t.Fatalf("state after 2.999s: %s", got)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		st := n.status(id)
		if st.State != runtimeapi.ContainerState_CONTAINER_EXITED || st.ExitCode != 3 || st.Reason != "Error" ||
			st.FinishedAt-st.StartedAt != int64(3*time.Second) {
			t.Errorf("status after 3s: %v", st)
		}
		// The clock of a bubble begins at midnight of 2000.
		want := "2000-01-01T00:00:00Z stdout F up\n" +
			"2000-01-01T00:00:01Z stderr F line 1\n" +
			"2000-01-01T00:00:01Z stderr F line 2\n" +
			"2000-01-01T00:00:03Z stdout F down\n"
		if diff := cmp.Diff(want, n.read(st.LogPath)); diff != "" {
			t.Errorf("log: -want +got\n%s", diff)
		}
		if got := n.read(n.message); got != "bad" {
			t.Errorf("termination message %q", got)
		}
	})
}

func TestStop(t *testing.T) {
	tests := map[string]struct {
		script  string
		timeout int64
		after   time.Duration
		exit    int32
		reason  string
	}{
		"dies of SIGTERM":         {"", 30, 0, 143, "Error"},
		"ends in its own way":     {"stop=2s/0", 30, 2 * time.Second, 0, "Completed"},
		"is too slow":             {"stop=40s/0", 30, 30 * time.Second, 137, "Error"},
		"ignores SIGTERM":         {"stop=never", 30, 30 * time.Second, 137, "Error"},
		"gets no time":            {"stop=2s/0", 0, 0, 137, "Error"},
		"ends while it would run": {"run=1h exit=9", 30, 0, 143, "Error"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNode(t)
				id := n.start(0, tt.script)
				time.Sleep(time.Second)
				began := time.Now()
				n.stop(id, tt.timeout)
				if took := time.Since(began); took != tt.after {
					t.Errorf("it took %s, want %s", took, tt.after)
				}
				if st := n.status(id); st.ExitCode != tt.exit || st.Reason != tt.reason {
					t.Errorf("exit code %d, reason %s; want %d, %s", st.ExitCode, st.Reason, tt.exit, tt.reason)
				}
			})
		})
	}
}

func TestStartError(t *testing.T) {
	n := newNode(t)
	id := n.create(0, "'start-error=exec: not found'")
	if _, err := n.StartContainer(t.Context(), &runtimeapi.StartContainerRequest{ContainerId: id}); err == nil ||
		!strings.Contains(err.Error(), "exec: not found") {
		t.Errorf("start: %v", err)
	}
	st := n.status(id)
	if st.ExitCode != 128 || st.Reason != "StartError" || st.Message != "exec: not found" || st.StartedAt != 0 || st.FinishedAt == 0 {
		t.Errorf("status %v", st)
	}
}

func TestAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		for attempt, want := range []int32{1, 2, 2} {
			id := n.start(uint32(attempt), "script=1s/1,1s/2")
			time.Sleep(time.Second)
			synctest.Wait()
			if got := n.status(id).ExitCode; got != want {
				t.Errorf("attempt %d: exit code %d, want %d", attempt, got, want)
			}
		}
	})
}

func TestExec(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		id := n.start(0, "exec=ok,fail@20s exec:ready=3,ok@5s output=locked")
		defer n.stop(id, 0)
		ask := func(command string) int32 {
			resp, err := n.ExecSync(t.Context(), &runtimeapi.ExecSyncRequest{ContainerId: id, Cmd: strings.Fields(command), Timeout: 1})
			if err != nil {
				t.Fatal(err)
			}
			if (resp.ExitCode != 0) != (string(resp.Stdout) == "locked") {
				t.Errorf("%s: exit code %d with output %q", command, resp.ExitCode, resp.Stdout)
			}
			return resp.ExitCode
		}
		for _, want := range [][2]int32{{0, 3}, {0, 0}, {1, 0}} {
			if got := [2]int32{ask("/bin/live -v"), ask("/bin/ready -v")}; got != want {
				t.Errorf("at %s: live and ready give %d, want %d", time.Now().Format(time.TimeOnly), got, want)
			}
			time.Sleep(10 * time.Second)
		}
	})
}

func TestExecHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNode(t)
		id := n.start(0, "exec=hang")
		defer n.stop(id, 0)
		began := time.Now()
		_, err := n.ExecSync(t.Context(), &runtimeapi.ExecSyncRequest{ContainerId: id, Cmd: []string{"x"}, Timeout: 7})
		if took := time.Since(began); err == nil || took != 7*time.Second {
			t.Errorf("after %s: %v; want an error after 7s", took, err)
		}
	})
}

// The pod's address is on the loopback interface, which only Linux holds as a whole.
func TestListen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs all of 127.0.0.0/8")
	}
	n := newNode(t)
	id := n.start(0, "listen=18080 http=200 http:/ready=503")
	base := "http://" + net.JoinHostPort(n.sandboxes[n.sandbox].ip, "18080")
	for path, want := range map[string]int{"/": 200, "/ready": 503, "/ready/x": 503} {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	n.stop(id, 0)
	if _, err := http.Get(base); err == nil {
		t.Error("its port is open after its end")
	}
}

func TestTagMoves(t *testing.T) {
	n := newNode(t)
	pull := func() string {
		resp, err := n.PullImage(t.Context(), &runtimeapi.PullImageRequest{Image: &runtimeapi.ImageSpec{Image: "shop/api:2"}})
		if err != nil {
			t.Fatal(err)
		}
		return resp.ImageRef
	}
	stored := func() *runtimeapi.Image {
		resp, err := n.ImageStatus(t.Context(), &runtimeapi.ImageStatusRequest{Image: &runtimeapi.ImageSpec{Image: "docker.io/shop/api:2"}})
		if err != nil {
			t.Fatal(err)
		}
		return resp.Image
	}
	if im := stored(); im != nil {
		t.Errorf("there before a pull: %v", im)
	}
	before := pull()
	if got := stored().GetId(); got != before {
		t.Errorf("after a pull of %s there is %s", before, got)
	}
	if again := pull(); again != before {
		t.Errorf("a second pull gives %s after %s", again, before)
	}
	if err := SetImage(n.cfg.Images, "shop/api:2", []string{"digest=rebuilt"}); err != nil {
		t.Fatal(err)
	}
	if after := pull(); after == before {
		t.Error("the tag moved, but a pull gives what it gave before")
	}
}

func TestPool(t *testing.T) {
	p := newPool(netip.MustParsePrefix("127.77.0.0/29"))
	var got []string
	for range 5 {
		ip, err := p.take()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ip)
	}
	want := []string{"127.77.0.2", "127.77.0.3", "127.77.0.4", "127.77.0.5", "127.77.0.6"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if ip, err := p.take(); err == nil {
		t.Errorf("got %s from a pool that has no more", ip)
	}
	p.give("127.77.0.4")
	if ip, err := p.take(); ip != "127.77.0.4" {
		t.Errorf("got %s, %v; want the address that was given back", ip, err)
	}
}
