package fielddoc_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// expressions are expressions of CEL with the names that they use, in order. A value that
// begins with an exclamation mark is part of the error instead.
var expressions = map[string]string{
	// From the documentation of Kubernetes: policies, webhooks, custom kinds, devices.
	"object.spec.replicas <= 5":                                                                         "object.spec",
	"object.spec.replicas <= params.maxReplicas":                                                        "object.spec params.maxReplicas",
	"!(has(request.userInfo) && 'system:nodes' in request.userInfo.groups)":                             "request.userInfo request.userInfo",
	"variables.foo == 'bar' ? 1 : -2u":                                                                  "variables.foo",
	"object.spec.containers.all(c, c.image.startsWith('example.com/') && !c.image.endsWith(':latest'))": "object.spec",
	"self.health.startsWith('ok')":                                                                      "self.health",
	"self.widgets.exists(w, w.key == 'x' && w.foo < 10)":                                                "self.widgets",
	"type(self) == string ? self == '100%' : self == 1000":                                              "self string self self",
	"self.metadata.name == 'singleton'":                                                                 "self.metadata",
	"self.set1.filter(e, !(e in self.set2)).size() == 0":                                                "self.set1 self.set2",
	"device.attributes[\"gpu.example.org\"].model == \"a\"":                                             "device.attributes",
	"device.capacity['gpu.example.org'].memory.compareTo(quantity('8Gi')) >= 0":                         "device.capacity",
	"[1, 2.5e3, 0x1F, b'ab', r'\\d', \"\"\"a\nb\"\"\"][0] != null":                                      "",
	"{'a': 1, ?'b': self.?c, }.size() > 0 // ends here":                                                 "self",
	"authorizer.group('').resource('pods').check('list').allowed()":                                     "authorizer",
	"Object{spec: Object.spec{replicas: 1, labels: {'a': 'b'}}}":                                        "",
	"[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b/c'), value: 1}]":                        "jsonpatch",
	"cel.bind(x, object.spec, x.replicas > 1)":                                                          "cel object.spec",
	"object.?spec.?replicas.orValue(1) > 0":                                                             "object",
	"optional.none().hasValue() || true":                                                                "optional",
	"self.map(x, [x].map(y, y + x))":                                                                    "self",
	"object.metadata.labels.`app.kubernetes.io/name` == 'a'":                                            "object.metadata",
	"self.transformMap(k, v, v > 1, k + string(v))":                                                     "self",
	".object.a":                         "object.a",
	"x == 1 && (x == 2 || x % 3 == -x)": "x x x x",
	// Mistakes of people.
	"object.spec.replicas <= 5)":       "!\")\" is not expected",
	"object.spec.replicas <=":          "!missing at its end",
	"(object.spec.replicas > 1":        "!) is missing at its end",
	"object.spec.replicas > 1 and a":   "!\"and\" is not expected",
	"object.spec.replicas = 1":         "!no operator =",
	"object.name == 'a":                "!not closed",
	"object.name == \"a\nb\"":          "!not closed",
	"object.spec[0":                    "!] is missing",
	"object..spec":                     "!\"..\" is not expected",
	"object.spec.containers.all(c, )c": "!is not expected",
	"a b":                              "!\"b\" is not expected",
	"a ? b":                            "!something is missing at its end",
	"{a 1}":                            "!: is missing before \"1\"",
	"if (a) { b }":                     "!is not expected",
	"a && && b":                        "!\"&&\" is not expected",
	"a @ b":                            "!no operator @",
}

func TestExpressionsOfCEL(t *testing.T) {
	for text, want := range expressions {
		names, problem := fielddoc.ReadCEL(text)
		if part, wrong := strings.CutPrefix(want, "!"); wrong {
			if !strings.Contains(problem, part) {
				t.Errorf("%s: got %q, want %q in it", text, problem, part)
			}
			continue
		}
		if got := strings.Join(names, " "); got != want || problem != "" {
			t.Errorf("%s: got %q %s, want %q", text, got, problem, want)
		}
	}
}

func FuzzExpressionsOfCEL(f *testing.F) {
	for text := range expressions {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) { fielddoc.ReadCEL(text) }) // returns, and does not panic
}
