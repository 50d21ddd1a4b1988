package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/retry"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// noDefaults are fields that the server sets without filling in a default: it
// allocates, copies or computes them, or an admission plugin decides by what
// else there is in the cluster.
var noDefaults = regexp.MustCompile(`^(` + strings.Join([]string{
	`\w+ metadata($|\..*)`, // the server's own
	`\w+ status($|\..*)`,
	`Pod spec\.(tolerations|priority|preemptionPolicy|serviceAccountName)($|\..*)`, // admission
	`CertificateSigningRequest spec\.(username|uid|groups)`,                        // of the requester
	`Node spec\.taints($|\..*)`,                                                    // admission
	`Service spec\.(clusterIPs?|ipFamil.*|healthCheckNodePort|ports\.nodePort)`,    // allocated
	`Secret data\..*`, // moved from stringData
	`PersistentVolumeClaim spec\.dataSourceRef($|\..*)`,       // copied from dataSource
	`Job spec\.(selector|template\.metadata\.labels)($|\..*)`, // by the UID
}, "|") + `)$`)

// testDefaults creates objects and compares what the server fills in with the table.
func (s *fieldServer) testDefaults(t *testing.T) {
	seen, fields, kinds := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var unserved []string
	for _, o := range manifests(t, "defaults-*.yaml", s.Current) {
		made, err := s.dryCreate(o)
		if o.GetName() == "ephemeral" {
			made, err = s.dryEphemeral(o)
		}
		if errors.Is(err, errNotServed) {
			unserved = append(unserved, o.GetKind())
			continue
		}
		name := o.GetKind() + "/" + o.GetName()
		if err != nil {
			t.Errorf("create %s: %v", name, err)
			continue
		}
		kinds[o.GroupVersionKind().String()] = true
		d := &defaulted{kind: s.schema(t, o.GroupVersionKind()), sent: o.Object, seen: seen, fields: fields}
		d.root(made)
		for _, difference := range d.differences {
			t.Errorf("%s: %s", name, difference)
		}
	}
	rules := fielddoc.DefaultRules(s.minor)
	for _, rule := range rules {
		if !seen[rule] {
			t.Errorf("no object shows the default %s", rule)
		}
	}
	t.Logf("Kubernetes 1.%d: %d kinds, %d fields filled in by the server as the table says by %d rules; not served: %v",
		s.minor, len(kinds), len(fields), len(rules), slices.Compact(unserved))
}

// dryEphemeral returns what the server would make of the ephemeral containers of
// a pod, which only a pod that is there can get.
func (s *fieldServer) dryEphemeral(o *unstructured.Unstructured) (made *unstructured.Unstructured, err error) {
	client, _ := s.resource(o)
	first := o.DeepCopy()
	unstructured.RemoveNestedField(first.Object, "spec", "ephemeralContainers")
	if _, err := client.Create(context.Background(), first, metav1.CreateOptions{}); err != nil {
		return nil, err
	}
	more, _, err := unstructured.NestedSlice(o.Object, "spec", "ephemeralContainers")
	if err != nil {
		return nil, err
	}
	// The scheduler writes to the pod at the same time.
	err = retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		pod, err := client.Get(context.Background(), o.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		if err := unstructured.SetNestedSlice(pod.Object, more, "spec", "ephemeralContainers"); err != nil {
			return err
		}
		made, err = client.Update(context.Background(), pod, metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}}, "ephemeralcontainers")
		return err
	})
	return made, err
}

// defaulted compares one object as it was sent with what the server made of it.
type defaulted struct {
	kind         *fielddoc.Schema
	sent         map[string]any
	seen, fields map[string]bool // rules, and fields of types, that were shown
	differences  []string
}

func (d *defaulted) root(made *unstructured.Unstructured) {
	d.walk(d.kind.Root(made.Object), d.kind.Root(d.sent), d.sent, true)
}

// walk compares what is at a cursor over the object as stored. The other cursor
// is over what was sent, where sent tells that there is something there.
func (d *defaulted) walk(made, was fielddoc.Cursor, sent any, present bool) {
	path := made.Path()
	if d.notDefault(path) {
		return
	}
	if !present && d.filledIn(made, was) {
		return
	}
	switch value := made.Value().(type) {
	case map[string]any:
		before, _ := sent.(map[string]any)
		for name := range value {
			d.walk(made.Key(name), was.Key(name), before[name], has(before, name))
		}
		d.missing(made, value)
	case []any:
		before, _ := sent.([]any)
		for i := range value {
			var item any
			if i < len(before) {
				item = before[i]
			}
			d.walk(made.Step(fielddoc.Item(i)), was.Step(fielddoc.Item(i)), item, i < len(before))
		}
	}
}

func (d *defaulted) notDefault(p fielddoc.Path) bool {
	return noDefaults.MatchString(d.kind.GVK.Kind + " " + schemaPath(p))
}

func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// filledIn judges a value that was not sent. It reports whether all of it is
// one default; where it is not, what is in it is to be judged.
func (d *defaulted) filledIn(made, was fielddoc.Cursor) bool {
	doc := made.Doc()
	if is, _ := doc.IsDefault(made.Value()); is {
		d.seen[doc.DefaultRule] = true
		d.fields[d.kind.GVK.String()+schemaPath(doc.Path)] = true
		// A file is judged before the server saw it: the answer must be the same
		// wherever what decides is there.
		if before := was.Doc(); before.DefaultKnown && before.DefaultRule != "" {
			d.seen[before.DefaultRule] = true
			if before.Default != doc.Default {
				d.differ("default %s of the stored object is %s in what was sent", doc.Path, before.Default)
			}
		}
		return true
	}
	switch value := made.Value().(type) {
	case map[string]any:
		if len(value) > 0 && (!doc.DefaultKnown || doc.Default == "{}") {
			return false
		}
	case []any:
		if len(value) > 0 && !doc.DefaultKnown {
			return false
		}
	}
	text, _ := json.Marshal(made.Value())
	d.differ("the server fills in %s: %s, the table has %q", doc.Path, text, doc.Default)
	return true
}

// missing finds defaults of the table that the server did not fill in.
func (d *defaulted) missing(made fielddoc.Cursor, value map[string]any) {
	if made.Type().Kind != fielddoc.Object {
		return
	}
	for _, field := range made.Fields() {
		doc := field.Doc()
		name := doc.Path[len(doc.Path)-1].Name
		if !has(value, name) && doc.DefaultKnown && !d.notDefault(doc.Path) {
			d.differ("the server leaves out %s, the table has %q", doc.Path, doc.Default)
		}
	}
}

func (d *defaulted) differ(format string, args ...any) {
	d.differences = append(d.differences, fmt.Sprintf(format, args...))
}

// schemaPath is a path without the places in lists.
func schemaPath(p fielddoc.Path) string {
	var names []string
	for _, s := range p {
		if !s.List {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ".")
}
