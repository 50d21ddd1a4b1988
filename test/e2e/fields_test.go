package e2e

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"

	strict "sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// TestFieldTables holds the tables about fields against the API server itself:
// defaults by creating objects as a dry-run, those at hand and such that have
// every other field too; immutability by changing real ones as a dry-run. The
// objects of the last would stand in the way of the others.
func TestFieldTables(t *testing.T) {
	t.Parallel()
	server := newFieldServer(t, newSpace(t))
	t.Run("defaults", server.testDefaults)
	t.Run("grown", server.testGrown)
	t.Run("rules", server.testRules)
	t.Run("immutability", server.testImmutable)
}

// fieldServer is an API server whose behaviour is compared with the tables.
type fieldServer struct {
	*Lab
	dynamic   dynamic.Interface
	discovery discovery.DiscoveryInterface
	mapper    meta.RESTMapper
	minor     int
	shown     shown
}

func newFieldServer(t *testing.T, l *Lab) *fieldServer {
	t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", l.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	s := &fieldServer{Lab: l, shown: shown{map[string]bool{}, map[string]bool{}, map[string]bool{}}}
	if s.dynamic, err = dynamic.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	if s.discovery, err = discovery.NewDiscoveryClientForConfig(config); err != nil {
		t.Fatal(err)
	}
	s.remap(t)
	if s.minor, err = strconv.Atoi(strings.TrimPrefix(labVersion(), "1.")); err != nil {
		t.Fatal(err)
	}
	return s
}

// remap asks anew which kinds there are.
func (s *fieldServer) remap(t *testing.T) {
	t.Helper()
	groups, err := restmapper.GetAPIGroupResources(s.discovery)
	if err != nil {
		t.Fatal(err)
	}
	s.mapper = restmapper.NewDiscoveryRESTMapper(groups)
}

// schema returns the built-in documentation of a kind, as of the server's version.
func (s *fieldServer) schema(t *testing.T, gvk schema.GroupVersionKind) *fielddoc.Schema {
	t.Helper()
	found, ok := fielddoc.Builtin(gvk)
	if !ok {
		t.Fatalf("no documentation of %s", gvk)
	}
	found.Minor = s.minor
	return found
}

// resource returns the client for the kind of an object. ok is false if the
// server does not serve it.
func (s *fieldServer) resource(o *unstructured.Unstructured) (client dynamic.ResourceInterface, ok bool) {
	gvk := o.GroupVersionKind()
	mapping, err := s.mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil, false
	}
	all := s.dynamic.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return all, true
	}
	return all.Namespace(s.Current), true
}

// dryCreate returns what the server would store; of an object that there is
// already, in its place.
func (s *fieldServer) dryCreate(o *unstructured.Unstructured) (made *unstructured.Unstructured, err error) {
	client, ok := s.resource(o)
	if !ok {
		return nil, errNotServed
	}
	err = untilAddresses(func() error {
		made, err = dryWrite(client, o)
		return err
	})
	return made, err
}

// untilAddresses repeats a dry run while a Service gets no address from it: the server asks any one of its
// ServiceCIDRs, also one that another test makes or deletes; the first one is not ready for a while after
// the start either (k8s.io/kubernetes pkg/registry/core/service/ipallocator MetaAllocator.DryRun,
// pkg/controlplane/controller/defaultservicecidr, 1.37).
func untilAddresses(dryRun func() error) error {
	const pause = 100 * time.Millisecond
	tries := wait.Backoff{Duration: pause, Steps: int(waitTimeout / pause)}
	return retry.OnError(tries, func(err error) bool { return strings.Contains(err.Error(), "allocator not ready") }, dryRun)
}

// dryWrite creates or updates an object in a dry run.
func dryWrite(client dynamic.ResourceInterface, o *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	made, err := client.Create(
		context.Background(),
		o,
		metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict},
	)
	if !apierrors.IsAlreadyExists(err) {
		return made, err
	}
	there, err := client.Get(context.Background(), o.GetName(), metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	o = o.DeepCopy()
	o.SetResourceVersion(there.GetResourceVersion())
	return client.Update(
		context.Background(),
		o,
		metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict},
	)
}

var errNotServed = errors.New("not served")

// manifests reads the objects of the files in testdata/fields that match a
// pattern. NAMESPACE in them is that namespace.
func manifests(t *testing.T, pattern, namespace string) []*unstructured.Unstructured {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "fields", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	var list []*unstructured.Unstructured
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for in := yaml.NewYAMLToJSONDecoder(strings.NewReader(strings.ReplaceAll(string(data), "NAMESPACE", namespace))); ; {
			o := &unstructured.Unstructured{}
			if err := in.Decode(o); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			list = append(list, o)
		}
	}
	return list
}

// readTable reads a file of testdata/tables, which says how objects are tried.
func readTable(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "tables", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.UnmarshalStrict(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
