package fielddoc

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// noDefaults are fields, by kind and path, that the server sets without filling
// in a default: it allocates, copies or computes them, or an admission plugin
// decides by what else there is in the cluster.
var noDefaults = regexp.MustCompile(`^(` + strings.Join([]string{
	`\w+ metadata($|\..*)`, // the server's own
	`\w+ status($|\..*)`,
	`Pod spec\.(tolerations|priority|preemptionPolicy|serviceAccountName)($|\..*)`, // admission
	`PersistentVolumeClaim spec\.storageClassName`,                                 // admission
	`CertificateSigningRequest spec\.(username|uid|groups|extra)($|\..*)`,          // of the requester
	`Node spec\.taints($|\..*)`,                                                    // admission
	`Service spec\.(clusterIPs?|ipFamil.*|healthCheckNodePort|ports\.nodePort)`,    // allocated
	`Pod spec\.resources\.(requests|limits)($|\..*)`,                               // summed up from the containers
	`\w+ .*taints?\.timeAdded`,                                                     // the time of the request
	`Secret data($|\..*)`,                                                          // moved from stringData
	`PersistentVolumeClaim spec\.dataSourceRef($|\..*)`,                            // copied from dataSource
	`Node spec\.podCIDRs?`,                                                         // copied from each other
	`CustomResourceDefinition spec\.names\.(listKind|singular)`,                    // made from the kind
	`\w+ .*serviceAccountName`,                                                     // copied from serviceAccount
	`Job spec\.(selector|template\.metadata\.labels)($|\..*)`,                      // by the UID
}, "|") + `)$`)

// Verified is the result of comparing the table of defaults with a server.
type Verified struct {
	Rules       []string // of the table, that were shown to hold; see Doc.DefaultRule
	Fields      []string // paths that the server filled in as the table says
	Differences []Difference
}

// Difference is a field of which the server and the table say different things.
type Difference struct {
	Path   Path
	Server string // as JSON, empty if the server fills in nothing
	Table  string // empty if the table has nothing
}

// VerifyDefaults compares an object as it was sent with what the server made of
// it: all that the server filled in must be in the table, and all that the
// table has must have been filled in. What the server allocates, and what
// admission plugins of Kubernetes set, does not count.
func VerifyDefaults(s *Schema, sent, made map[string]any) Verified {
	v := &verifier{kind: s.GVK.Kind}
	v.walk(s.Root(made), s.Root(sent), sent, true)
	slices.Sort(v.Fields)
	slices.SortFunc(v.Differences, func(a, b Difference) int { return cmp.Compare(a.Path.String(), b.Path.String()) })
	return v.Verified
}

// verifier collects what VerifyDefaults finds in one object.
type verifier struct {
	Verified
	kind string
}

// walk compares what is at a cursor over the object as stored. The other cursor
// is over what was sent, where present reports whether there is something.
func (v *verifier) walk(made, was Cursor, sent any, present bool) {
	if v.notDefault(made.path) || (!present && v.copied(made)) || (!present && v.filledIn(made, was)) {
		return
	}
	switch value := made.value.(type) {
	case map[string]any:
		before, _ := sent.(map[string]any)
		for name := range value {
			item, set := before[name]
			v.walk(made.Key(name), was.Key(name), item, set)
		}
		v.missing(made, value)
	case []any:
		before, _ := sent.([]any)
		for i := range value {
			var item any
			if i < len(before) {
				item = before[i]
			}
			v.walk(made.Step(Item(i)), was.Step(Item(i)), item, i < len(before))
		}
	}
}

// copied reports values that the server, or admission, takes from elsewhere if
// they are not sent.
func (v *verifier) copied(made Cursor) bool {
	switch path := made.path.String(); v.kind {
	case "PersistentVolumeClaim":
		return path == "spec.dataSource" // of dataSourceRef
	case "Namespace":
		return strings.HasPrefix(path, "spec.finalizers[") // kubernetes is always among them
	default:
		return token(made.value)
	}
}

// token reports the volume with the token of the service account, and its mounts:
// admission adds them (plugin/pkg/admission/serviceaccount of Kubernetes).
func token(value any) bool {
	if list, ok := value.([]any); ok && len(list) > 0 {
		return !slices.ContainsFunc(list, func(item any) bool { return !token(item) })
	}
	m, _ := value.(map[string]any)
	name, _ := m["name"].(string)
	return strings.HasPrefix(name, "kube-api-access-")
}

// notDefault reports whether the server computes the value at p, which is then no default.
func (v *verifier) notDefault(p Path) bool {
	return noDefaults.MatchString(v.kind + " " + p.Names())
}

// filledIn judges a value that was not sent. It reports whether all of it is
// judged by that; otherwise what is in it is to be judged.
func (v *verifier) filledIn(made, was Cursor) bool {
	doc := made.Doc()
	if is, _ := doc.IsDefault(made.value); is {
		v.Rules = append(v.Rules, doc.DefaultRule)
		v.Fields = append(v.Fields, doc.Path.String())
		// A file is judged before the server saw it: the answer must be the same
		// wherever what decides is there.
		if before := was.Doc(); before.DefaultKnown && before.DefaultRule != "" {
			v.Rules = append(v.Rules, before.DefaultRule)
			if before.Default != doc.Default {
				v.differ(doc.Path, made.value, before.Default)
			}
		}
		return true
	}
	if made.dormant() {
		return true // its feature gate is on in this cluster, which nothing but the server knows
	}
	open := !doc.DefaultKnown || doc.Default == "{}"
	switch value := made.value.(type) {
	case map[string]any:
		if len(value) > 0 && open {
			return false
		}
	case []any:
		if len(value) > 0 && open {
			return false
		}
	}
	v.differ(doc.Path, made.value, doc.Default)
	return true
}

// missing finds defaults of the table that the server did not fill in.
func (v *verifier) missing(made Cursor, value map[string]any) {
	if made.typ.Kind != Object {
		return
	}
	for _, field := range made.Fields() {
		doc := field.Doc()
		_, set := value[doc.Path[len(doc.Path)-1].Name]
		if !set && doc.DefaultKnown && !v.notDefault(doc.Path) {
			v.Differences = append(v.Differences, Difference{doc.Path, "", doc.Default})
		}
	}
}

// differ notes that the server and the table disagree.
func (v *verifier) differ(path Path, server any, table string) {
	text, err := json.Marshal(server)
	if err != nil {
		text = []byte("a value that is no JSON")
	}
	v.Differences = append(v.Differences, Difference{path, string(text), table})
}
