package e2e

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// unmade are kinds of which no object is made, and why.
var unmade = map[string]string{
	"ComponentStatus":           "the server makes them up",
	"ClusterTrustBundle":        "needs a signed certificate",
	"PodCertificateRequest":     "needs a pod on a node",
	"ResourcePoolStatusRequest": "needs a driver",
}

// TestEveryKindIsExplained makes an object of each kind that the server serves.
// Its YAML with comments is the same object, and every field is explained: live
// by what the server documents, and in a file by what is built in.
func TestEveryKindIsExplained(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	made := s.makeEvery(t)
	var samples []sample
	var left []string
	for _, r := range s.served(t) {
		kind := r.gvk.GroupKind().String()
		o, ok := made[r.gvk.GroupKind()]
		if ok {
			samples = append(samples, sample{r.gvk, r.name + "/" + o.GetName()})
			continue
		}
		reason := unmade[r.gvk.Kind]
		if reason == "" && r.create && r.get {
			t.Errorf("%s: no object in testdata/fields/every.yaml", kind)
		} else if reason == "" {
			reason = "it can only be sent, not read"
		}
		left = append(left, r.gvk.Kind+" ("+reason+")")
	}
	fields := s.explained(t, samples)
	slices.Sort(left)
	t.Logf("Kubernetes 1.%d: %d kinds in their versions, %d fields, twice each; not made: %s",
		s.minor, len(samples), fields, strings.Join(slices.Compact(left), ", "))
}

// sample is an object on the server, and its name as an argument.
type sample struct {
	gvk  schema.GroupVersionKind
	name string
}

// servedKind is a kind in one version, as discovery has it.
type servedKind struct {
	gvk         schema.GroupVersionKind
	name        string // RESOURCE.VERSION.GROUP
	create, get bool
}

func (s *fieldServer) served(t *testing.T) []servedKind {
	t.Helper()
	_, lists, err := s.discovery.ServerGroupsAndResources()
	if err != nil && !discovery.IsGroupDiscoveryFailedError(err) {
		t.Fatal(err)
	}
	var kinds []servedKind
	for _, list := range lists {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list.APIResources {
			if strings.Contains(r.Name, "/") || strings.HasSuffix(gv.Group, ".example.org") {
				continue
			}
			name := r.Name
			if gv.Group != "" {
				name += "." + gv.Version + "." + gv.Group
			}
			kinds = append(kinds, servedKind{gv.WithKind(r.Kind), name, slices.Contains(r.Verbs, "create"), slices.Contains(r.Verbs, "get")})
		}
	}
	return kinds
}

// makeEvery makes the objects of testdata/fields/every.yaml that the server serves.
func (s *fieldServer) makeEvery(t *testing.T) map[schema.GroupKind]*unstructured.Unstructured {
	t.Helper()
	made := map[schema.GroupKind]*unstructured.Unstructured{}
	for _, o := range manifests(t, "every.yaml", s.Current) {
		client, ok := s.resource(o)
		if !ok {
			continue
		}
		if o.GetKind() == "CertificateSigningRequest" {
			if err := unstructured.SetNestedField(o.Object, certificateRequest(t), "spec", "request"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := client.Create(context.Background(), o, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}); err != nil {
			t.Errorf("create %s: %v", o.GetKind(), err)
			continue
		}
		t.Cleanup(func() {
			if err := client.Delete(context.Background(), o.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
				t.Error(err)
			}
		})
		made[o.GroupVersionKind().GroupKind()] = o
		if o.GetKind() == "Event" { // the same objects in both groups
			made[schema.GroupKind{Group: "events.k8s.io", Kind: "Event"}] = o
		}
	}
	return made
}

// certificateRequest returns a request as the field takes it.
func certificateRequest(t *testing.T) string {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "nobody"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request}))
}

// explained checks both ways of explaining objects, and returns how many fields they have.
func (s *fieldServer) explained(t *testing.T, samples []sample, more ...string) int {
	t.Helper()
	names := make([]string, len(samples))
	for i, one := range samples {
		names[i] = one.name
	}
	before := s.read(t, samples)
	live := documents(s.Plugin(t, "explainfields", append([]string{"--show-secrets"}, names...)...))
	after := s.read(t, samples)
	reports := s.fieldReports(t, names...)
	dir := t.TempDir()
	var files []string
	for i := range samples {
		data, err := yaml.Marshal(after[i])
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, fmt.Sprintf("%03d.yaml", i))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, string(data))
	}
	inFile := append([]string{"--show-secrets", "-f", dir}, more...)
	texts := documents(s.Plugin(t, "explainfields", inFile...))
	inFiles := s.fieldReports(t, inFile...)
	if len(live) != len(samples) || len(reports) != len(samples) || len(texts) != len(samples) || len(inFiles) != len(samples) {
		t.Fatalf("of %d objects there are %d and %d texts, %d and %d reports", len(samples), len(live), len(texts), len(reports), len(inFiles))
	}
	fields := 0
	for i, one := range samples {
		fields += len(reports[i].Fields)
		t.Run(one.name, func(t *testing.T) {
			// A controller may have written before it was explained, or after.
			if diff := cmp.Diff(after[i], parsed(t, live[i])); diff != "" && !cmp.Equal(before[i], parsed(t, live[i])) {
				t.Errorf("explained, the live object is another: %s\n%s", diff, live[i])
			}
			keeps(t, files[i], texts[i])
			if reports[i].Schema.Source != fielddoc.Server || inFiles[i].Schema.Source == fielddoc.Server {
				t.Errorf("documentation: live of %s, of a file of %s", reports[i].Schema.Source, inFiles[i].Schema.Source)
			}
			complete(t, "live", reports[i])
			complete(t, "of a file", inFiles[i])
		})
	}
	return fields
}

// documents cuts what is printed into documents.
func documents(text string) []string { return strings.Split(text, "\n---\n") }

// read returns the objects without their managed fields.
func (s *fieldServer) read(t *testing.T, samples []sample) []map[string]any {
	t.Helper()
	objects := make([]map[string]any, len(samples))
	for i, one := range samples {
		o := &unstructured.Unstructured{}
		o.SetGroupVersionKind(one.gvk)
		client, ok := s.resource(o)
		if !ok {
			t.Fatalf("%s is not served", one.gvk)
		}
		_, name, _ := strings.Cut(one.name, "/")
		got, err := client.Get(context.Background(), name, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got.SetManagedFields(nil)
		// As JSON and YAML have it: numbers of one kind.
		data, err := yaml.Marshal(got.Object)
		if err != nil {
			t.Fatal(err)
		}
		objects[i] = parsed(t, string(data))
	}
	return objects
}
