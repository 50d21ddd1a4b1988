package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// release is what the modules of one minor declare. Types are named by group,
// version and name: core/v1.PodSpec.
type release struct {
	minor   int
	structs map[string]*structType
	values  map[string][]constant // by type
	enums   map[string]bool       // types whose values the server checks; older releases mark few
	kinds   map[string]lifecycle  // by API version and kind: "networking.k8s.io/v1 Ingress"
}

// structType is a struct by the names that its fields have in JSON.
type structType struct {
	fields map[string]field
	embeds []string // the structs whose fields appear in this one
	order  []string // the names of fields, as declared
}

// field is a field by its name in JSON.
type field struct {
	typ   string   // the named type inside pointers, lists and maps, empty for others
	gates []string // that its comment names in a marker
	doc   string
}

// constant is a constant of a named type: one of the values that a field may have.
type constant struct {
	value string
	gates []string // that its comment names in a marker
	doc   string
}

// lifecycle is when an API version of a kind was introduced, deprecated and removed;
// 0 if that is unknown.
type lifecycle struct{ introduced, deprecated, removed int }

// newRelease returns a release in which nothing is declared yet.
func newRelease(minor int) *release {
	return &release{
		minor: minor, structs: map[string]*structType{}, values: map[string][]constant{},
		enums: map[string]bool{}, kinds: map[string]lifecycle{},
	}
}

// walk reads every folder of types.
func (r *release) walk(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "types.go" {
			return err
		}
		return r.readFolder(filepath.Dir(path))
	})
}

// readFolder reads the types of one API version. Generated files have none.
func (r *release) readFolder(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	s := source{
		release:    r,
		pkg:        filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir),
		group:      groupOf(dir),
		lifecycles: lifecyclesOf(dir),
	}
	for _, file := range files {
		if generated(filepath.Base(file)) {
			continue
		}
		if err := s.readFile(file); err != nil {
			return err
		}
	}
	return nil
}

// generated reports whether a file declares no types of the API: it is generated, or a test.
func generated(file string) bool {
	return strings.HasPrefix(file, "zz_") || strings.Contains(file, "generated") || strings.HasSuffix(file, "_test.go")
}

// groupName matches the marker in doc.go that names the API group.
var groupName = regexp.MustCompile(`(?m)^// \+groupName=(\S*)`)

// groupOf returns the API version of a folder of types, as manifests write it.
func groupOf(dir string) string {
	version := filepath.Base(dir)
	data, err := os.ReadFile(filepath.Join(dir, "doc.go"))
	if err != nil {
		return version
	}
	if m := groupName.FindSubmatch(data); m != nil && len(m[1]) > 0 {
		return string(m[1]) + "/" + version
	}
	// Without the marker it is called by its folder. core is the group without a name.
	if group := filepath.Base(filepath.Dir(dir)); group != "core" {
		return group + "/" + version
	}
	return version
}

// inline copies the fields of embedded structs into those that embed them.
func (r *release) inline() {
	for _, t := range r.structs {
		for len(t.embeds) > 0 { // grows by what the embedded ones embed
			from := r.structs[t.embeds[0]]
			t.embeds = t.embeds[1:]
			if from != nil {
				t.embed(from)
			}
		}
	}
}

// gateMarker is the marker that names the feature gates of a field or value.
var gateMarker = regexp.MustCompile(`\+featureGate=([\w,]+)`)

// gatesOf returns the feature gates that markers in a comment name.
func gatesOf(doc string) []string {
	if m := gateMarker.FindStringSubmatch(doc); m != nil {
		return strings.Split(m[1], ",")
	}
	return nil
}

// lifecycleMethod matches the methods that prerelease-lifecycle-gen of k8s.io/code-generator writes.
var lifecycleMethod = regexp.MustCompile(`func \(in \*(\w+)\) APILifecycle(Introduced|Deprecated|Removed)\(\) \(major, minor int\) ` +
	`\{\s*return 1, (\d+)`)

// lifecyclesOf returns the lifecycles of the kinds in a folder, by their generated
// methods. Only alpha and beta versions have them.
func lifecyclesOf(dir string) map[string]lifecycle {
	kinds := map[string]lifecycle{}
	data, err := os.ReadFile(filepath.Join(dir, "zz_generated.prerelease-lifecycle.go"))
	if err != nil {
		return kinds // a stable version
	}
	for _, m := range lifecycleMethod.FindAllStringSubmatch(string(data), -1) {
		if minor, err := strconv.Atoi(m[3]); err == nil {
			kinds[m[1]] = kinds[m[1]].with(m[2], minor)
		}
	}
	return kinds
}

// with returns the lifecycle with what one of the generated methods returns.
func (l lifecycle) with(method string, minor int) lifecycle {
	switch method {
	case "Introduced":
		l.introduced = minor
	case "Deprecated":
		l.deprecated = minor
	default:
		l.removed = minor
	}
	return l
}

// embed copies the fields of an embedded struct, but for those that t has itself.
func (t *structType) embed(from *structType) {
	for _, name := range from.order {
		if _, own := t.fields[name]; !own {
			t.fields[name] = from.fields[name]
			t.order = append(t.order, name)
		}
	}
	t.embeds = append(t.embeds, from.embeds...)
}
