package fielddoc_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

// TestCheckOfCustomKinds: of these a server knows only the schema, and refuses
// all that is not in it.
func TestCheckOfCustomKinds(t *testing.T) {
	for spec, want := range map[string][]string{
		"{size: 3}":                             nil,
		"{size: 0}":                             {"spec.size wrong-type: is 0, but at least 1 is wanted"},
		"{size: 9}":                             {"spec.size wrong-type: is 9, but must be less than 9"},
		"{size: 1, mode: onn}":                  {`spec.mode not-in-enum: "onn" is not one of on, off`},
		"{size: 1, items: [{},{},{},{},{},{}]}": {"spec.items wrong-type: it has 6 items, but at most 5 are wanted", "spec.items[1] wrong-type: has the same name, port as item 0", "spec.items[2] wrong-type: has the same name, port as item 0", "spec.items[3] wrong-type: has the same name, port as item 0", "spec.items[4] wrong-type: has the same name, port as item 0", "spec.items[5] wrong-type: has the same name, port as item 0"},
		"{size: 1, name: aab}":                  {`spec.name wrong-type: "aab" does not match ^a+$`},
		"{size: 1, name: aaaaaaaaa}":            {"spec.name wrong-type: has 9 characters, but at most 8 are wanted"},
		"{size: 1, name: null}":                 nil,
		// A null is pruned, and becomes the default if there is one.
		"{size: null}":                           nil,
		"{size: 1, template: {kind: A}}":         {"spec.template.apiVersion missing-required: is required and not set"},
		"{size: 1, any: {x: 1}, free: {y: [1]}}": nil,
		"{size: 1, frozen: {in: a, out: b}}":     {"spec.frozen.out unknown-field: is no field here"},
	} {
		var got []string
		o := map[string]any{"apiVersion": "example.org/v1", "kind": "Widget", "metadata": map[string]any{"name": "x"}, "spec": object(t, spec)}
		for _, p := range fielddoc.Check(widget(t), o) {
			got = append(got, fmt.Sprintf("%s %s: %s", p.Path, p.Kind, p.Message))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", spec, diff)
		}
	}
}

// TestFormatsOfCustomKinds: multiples, sets and formats are judged by the schema.
func TestFormatsOfCustomKinds(t *testing.T) {
	crd := object(t, `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: {group: example.org, names: {kind: Feat},
  versions: [{name: v1, served: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
  set: {type: array, x-kubernetes-list-type: set, items: {type: string}}, mult: {type: integer, multipleOf: 5},
  day: {type: string, format: date}, ip: {type: string, format: ipv4}}}}}}}]}}`)
	schemas, err := fielddoc.CRD(crd)
	if err != nil {
		t.Fatal(err)
	}
	for spec, want := range map[string]int{
		"{set: [a, b], mult: 10, day: '2026-01-31', ip: 10.0.0.1}":    0,
		"{set: [a, a], mult: 7, day: '2026-13-01', ip: '10.0.0.300'}": 4,
	} {
		o := map[string]any{"apiVersion": "example.org/v1", "kind": "Feat", "metadata": map[string]any{"name": "a"}, "spec": object(t, spec)}
		if got := fielddoc.Check(schemas[0], o); len(got) != want {
			t.Errorf("%s: got %v, want %d problems", spec, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string][]string{
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replica: 1, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}":     {"spec.replica unknown-field replicas"},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: '1', selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}":  {"spec.replicas wrong-type "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: null, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}": nil,
		"apiVersion: apps/v1\nkind: Deployment\nspec: {template: {metadata: {labels: {a: b}}, spec: {containers: [{image: x}]}}, selector: {matchLabels: {a: b}}}":                          {"spec.template.spec.containers[0].name missing-required "},
		"apiVersion: apps/v1\nkind: Deployment":                                                                                                                                                   {"spec missing-required "},
		"apiVersion: v1\nkind: Pod\nspec: {restartPolicy: always, containers: [{name: c, image: i}]}":                                                                                             {"spec.restartPolicy not-in-enum Always"},
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: b, resources: {limits: {cpu: 1, memory: 64Mb}}}]}":                                                                       {"spec.containers[0].resources.limits.memory wrong-type "},
		"apiVersion: v1\nkind: Pod\nspec: {serviceAccount: a, serviceAccountName: a, containers: [{name: c, image: i}]}":                                                                          nil,
		"apiVersion: v1\nkind: Pod\nspec: {serviceAccount: a, containers: [{name: c, image: i}]}":                                                                                                 {"spec.serviceAccount deprecated "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIp: None}":                                                                                                                                  {"spec.clusterIp unknown-field clusterIP", "spec.ports missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 1, targetPort: 2}]}":                                                                nil,
		"apiVersion: v1\nkind: Secret\ndata: {a: plain text}":                                                                                                                                     {"data.a wrong-type "},
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {creationTimestamp: yesterday}\ndata: {a: 1}":                                                                                                 {"data.a wrong-type ", "metadata.creationTimestamp wrong-type ", "metadata.name missing-required "},
		"apiVersion: batch/v1beta1\nkind: CronJob\nspec: {schedule: '@daily', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}}":                {"apiVersion removed-version "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c, image: i}]}\nstatus: {conditions: [{}], nonsense: 1}":                                                                           {"status.nonsense unknown-field "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 3000000000, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}}": {"spec.replicas wrong-type "},
		"apiVersion: apps/v1\nkind: Deployment\nspec: {selector: null, template: {}}":                                                                                                             {"spec.template.spec missing-required ", "spec.selector missing-required "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}":                                                                                                                              {"spec.containers[0].image missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {}":                                                                                                                                                 {"spec.ports missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIP: None}":                                                                                                                                  nil,
		"apiVersion: v1\nkind: Service\nspec: {type: ExternalName}":                                                                                                                               {"spec.externalName missing-required "},
		"apiVersion: v1\nkind: Service\nspec: {clusterIP: None, trafficDistribution: PreferClose}":                                                                                                {"spec.trafficDistribution deprecated "},
		"apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\nspec: {containers: [{name: c, image: i}]}":                                                                                      nil,
		"apiVersion: autoscaling/v2beta2\nkind: HorizontalPodAutoscaler\nspec: {}":                                                                                                                {"apiVersion removed-version "},
		"apiVersion: v1\nkind: Pod\nspec: {containers: {name: a}}":                                                                                                                                {"spec.containers wrong-type "},
	} {
		o := object(t, text)
		if o["metadata"] == nil {
			o["metadata"] = map[string]any{"name": "x"}
		}
		before := fmt.Sprint(o)
		apiVersion, _ := o["apiVersion"].(string)
		name, _ := o["kind"].(string)
		var got []string
		for _, p := range fielddoc.Check(known(apiVersion, name), o) {
			got = append(got, fmt.Sprintf("%s %s %s", p.Path, p.Kind, p.DidYouMean))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", text, diff)
		}
		if fmt.Sprint(o) != before {
			t.Errorf("%s: the object was changed", text)
		}
	}
}

// Servers take no address with signs that others read in another way since 1.36, but keep
// those that objects have.
func TestAddressesAreStrictSinceThen(t *testing.T) {
	schema := *known("networking.k8s.io/v1", "NetworkPolicy")
	made := func(meta, address string) map[string]any {
		return object(t, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a"+meta+"}\n"+
			"spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '"+address+"'}}]}]}")
	}
	for _, test := range []struct {
		address, meta string
		minor, want   int
	}{
		{"10.0.0.1/24", "", 0, 1},
		{"10.0.0.1/24", "", 37, 1},
		{"10.0.0.1/24", "", 36, 1},
		{"10.0.0.1/24", "", 35, 0},
		{"10.0.0.0/24", "", 37, 0},
		{"::ffff:10.0.0.0/120", "", 37, 1},
		{"2001:db8::1/64", "", 37, 1},
		{"10.0.0.1/24", ", uid: a-b", 37, 0},
	} {
		schema.Minor = test.minor
		if problems := fielddoc.Check(&schema, made(test.meta, test.address)); len(problems) != test.want {
			t.Errorf("%s at 1.%d: %v, want %d problems", test.address, test.minor, problems, test.want)
		}
	}
}

// A server drops a field whose feature gate is off before it looks at how the fields go
// together: the gate of volumes from images is off until 1.34 and on since 1.35.
func TestFieldsBehindAGateThatIsOffAreNotJudged(t *testing.T) {
	schema := *known("v1", "Pod")
	for text, want := range map[string][2]int{ // the problems at 1.34 and 1.35
		"{name: v, emptyDir: {}, image: {pullPolicy: Sometimes}}":        {0, 3},
		"{name: v, emptyDir: {}, image: {pullPolicy: 1}}":                {1, 3},
		"{name: v, emptyDir: {}, image: {reference: a, colour: red}}":    {1, 2},
		"{name: v, emptyDir: {}, configMap: {name: a}, image: {}}":       {1, 2},
		"{name: v, emptyDir: {}, hostPath: {path: /a}, image: {}, a: 1}": {2, 3},
	} {
		pod := object(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: a}], volumes: ["+text+"]}")
		for i, minor := range []int{34, 35} {
			schema.Minor = minor
			if problems := fielddoc.Check(&schema, pod); len(problems) != want[i] {
				t.Errorf("%s at 1.%d: %v, want %d problems", text, minor, problems, want[i])
			}
		}
	}
}

// Servers hold the numbers of custom kinds to their format since 1.36.
func TestNumbersOfCustomKindsHaveBitsSinceThen(t *testing.T) {
	schemas, err := fielddoc.CRD(object(t, definition("{type: object, properties: {size: {type: integer, format: int32}}}", "")))
	if err != nil {
		t.Fatal(err)
	}
	widget := object(t, "apiVersion: example.org/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 3000000000}")
	for minor, want := range map[int]int{0: 1, 34: 0, 35: 0, 36: 1, 37: 1} {
		schemas[0].Minor = minor
		if problems := fielddoc.Check(schemas[0], widget); len(problems) != want {
			t.Errorf("1.%d: %v, want %d problems", minor, problems, want)
		}
	}
}
