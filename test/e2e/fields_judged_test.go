package e2e

import (
	"context"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// judgedSpecs are specs of a custom kind, one feature of its schema each.
var judgedSpecs = []string{
	"{}", "{keep: {known: 1, other: x}}", "{keep: {known: a}}", "{unknown: 1}",
	"{ios: 1}", "{ios: a}", "{ios: true}", "{ios2: 5}", "{ios2: 5%}", "{ios2: x}", "{ios2: 1.5}",
	"{emb: {apiVersion: v1, kind: A}}", "{emb: {kind: A}}", "{emb2: {apiVersion: v1, kind: A, spec: {a: b}}}",
	"{emb2: {apiVersion: v1, kind: A, spec: {b: c}}}",
	"{any: {a: [1]}}", "{map: {a: {n: 1}}}", "{map: {a: {n: 0}}}", "{map: {a: {m: 1}}}", "{mapany: {a: 1}}",
	"{nul: null}", "{nul: a}", "{nul: 1}", "{enumn: a}", "{enumn: c}", "{enumn: null}",
	"{when: '2026-01-01T00:00:00Z'}", "{when: yesterday}", "{day: '2026-01-31'}", "{day: '2026-13-01'}",
	"{dur: 1h}", "{dur: 5 minutes}", "{dur: 1 fortnight}", "{dur: soon}", "{ip: 10.0.0.1}", "{ip: 10.0.0.300}", "{ip: '::1'}",
	"{uri: 'https://example.org'}", "{uri: ':bad'}", "{uri: /a}", "{i32: 5}", "{i32: 3000000000}", "{num: 0.5}", "{num: 0}", "{num: a}",
	"{mult: 10}", "{mult: 7}", "{pat: a-b}", "{pat: 'a b'}", "{pat: abcdef}", "{set: [a, b]}", "{set: [a, b, a]}",
	"{lm: [{p: 1}, {p: 2}]}", "{lm: [{p: 1}, {p: 1, q: TCP}]}", "{lm: [{p: 1, q: UDP}, {p: 1, q: TCP}]}", "{lm: [{q: TCP}]}",
	"{one: {a: x}}", "{one: {}}", "{one: {a: x, b: y}}", "{any2: {a: x, b: y}}", "{any2: {}}", "{all: abc}", "{all: a}", "{all: abcde}",
	"{notz: a}", "{notz: z}", "{kinds: {type: small}}", "{kinds: {type: big, size: 12}}", "{kinds: {type: big, size: 1}}",
	"{kinds: {type: other}}",
	"{kinds: {type: big}}", "{req: {a: x}}", "{req: {}}", "{req: {a: null}}", "{req: {a: x, d: null}}", "{req: null}",
	"{bool: true}", "{bool: 'true'}", "{arr: [1]}", "{arr: []}", "{arr: [1, 2, 3]}", "{arr: [null]}", "{arr: [a]}", "{arr: null}",
	"{str: ''}", "{str: a}",
	"{bytes: YQ==}", "{bytes: 'plain text'}", "{mac: '00:00:5e:00:53:01'}", "{mac: x}", "{cidr: 10.0.0.0/8}", "{cidr: 10.0.0.0}",
	"{email: a@example.org}", "{email: a}", "{host: a.example.org}", "{host: 'a b'}", "{uuid: 123e4567-e89b-12d3-a456-426614174000}",
	"{uuid: x}",
	"{cel: good}", "{cel: bad}",
}

// notJudged are refused by a rule in CEL, which is shown in words and not evaluated.
var notJudged = map[string]bool{"{cel: bad}": true}

// TestCustomKindsAreJudged compares the server's verdict on small objects of a custom
// kind with the one by the CustomResourceDefinition alone.
func TestCustomKindsAreJudged(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, newSpace(t))
	crd := manifests(t, "judged.yaml", s.Current)[0]
	client, _ := s.resource(crd)
	if _, err := client.Create(context.Background(), crd, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Delete(context.Background(), crd.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			t.Error(err)
		}
	})
	schemas, err := fielddoc.CRD(crd.Object)
	if err != nil {
		t.Fatal(err)
	}
	schemas[0].Minor = s.minor
	object := func(spec string) *unstructured.Unstructured {
		o := &unstructured.Unstructured{}
		text := "apiVersion: judge.example.org/v1\nkind: Feat\nmetadata: {name: a}\nspec: " + spec
		if err := yaml.Unmarshal([]byte(text), &o.Object); err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		return o
	}
	s.WaitFor(t, "the kind to be served", func() bool {
		s.remap(t)
		_, err := s.dryCreate(object("{}"))
		return err == nil
	})
	for _, spec := range judgedSpecs {
		_, err := s.dryCreate(object(spec))
		problems := fielddoc.Check(schemas[0], object(spec).Object)
		if err == nil && len(problems) > 0 {
			t.Errorf("the server accepts %s: %v", spec, problems)
		} else if err != nil && len(problems) == 0 && !notJudged[spec] {
			t.Errorf("nothing is found in %s: %v", spec, err)
		}
	}
	t.Logf("%d objects, %d of which only a rule in CEL refuses", len(judgedSpecs), len(notJudged))
}
