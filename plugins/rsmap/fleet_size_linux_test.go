package rsmap_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
)

// BenchmarkFleet reads 200 contexts of five servers, each with 100 pods, in a
// process of its own: its time, its most memory and its most connections.
func BenchmarkFleet(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	link := filepath.Join(b.TempDir(), "rsmap") // see TestMain
	if err := os.Symlink(self, link); err != nil {
		b.Skip("no symbolic links here: ", err)
	}
	for _, pods := range []int{100, 500} {
		b.Run(fmt.Sprintf("%d-pods", pods), func(b *testing.B) { measureFleet(b, link, pods) })
	}
}

// measureFleet reports what rsmap takes for contexts with a given number of pods.
func measureFleet(b *testing.B, rsmap string, pods int) {
	b.Helper()
	var c connections
	config := manyContexts(b, &c, false, withPods(b, pods))
	for b.Loop() {
		cmd := exec.CommandContext(b.Context(), rsmap, "--kubeconfig", config, "--cache-dir", b.TempDir(), "--all-contexts", "-n", "shop",
			"--request-timeout", "5m")
		var errOut bytes.Buffer
		cmd.Stderr = &errOut
		if err := cmd.Run(); err != nil {
			b.Fatalf("%v: %s", err, errOut.String())
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			b.Skip("no memory figures here")
		}
		b.ReportMetric(float64(usage.Maxrss)/1024, "MB")
		b.ReportMetric(float64(c.most), "connections")
	}
}

// withPods returns a server with more healthy pods, copies of one of the
// recording. It lists pods in protobuf, as Kubernetes does.
func withPods(b *testing.B, count int) http.Handler {
	b.Helper()
	others := recorded(b)
	var pods corev1.PodList
	for _, o := range others.objects {
		if o.GetKind() != "Pod" {
			continue
		}
		var pod corev1.Pod
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &pod); err != nil {
			b.Fatal(err)
		}
		pods.Items = append(pods.Items, pod)
		for n := 0; strings.HasPrefix(pod.Name, "web-") && n < count; count-- {
			again := pod.DeepCopy()
			again.Name = fmt.Sprint("web-copy-", count)
			again.UID = types.UID(fmt.Sprint("copy-", count))
			pods.Items = append(pods.Items, *again)
		}
	}
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	var list bytes.Buffer
	if err := scheme.Codecs.EncoderForVersion(info.Serializer, corev1.SchemeGroupVersion).Encode(&pods, &list); err != nil {
		b.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/pods") {
			others.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
		w.Header().Set("Date", "Mon, 02 Mar 2026 12:00:00 GMT")
		_, _ = w.Write(list.Bytes()) // an error means that the client has gone
	})
}
