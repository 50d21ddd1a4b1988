package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
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

type structType struct {
	fields map[string]field
	// embeds are the structs whose fields appear in this one.
	embeds []string
	order  []string
}

// field is a field by its name in JSON.
type field struct {
	typ   string   // the named type inside pointers, lists and maps, empty for others
	gates []string // that its comment names in a marker
	doc   string
}

type constant struct {
	value string
	gates []string
	doc   string
}

// lifecycle is when an API version of a kind was introduced, deprecated and removed;
// 0 if that is unknown.
type lifecycle struct{ introduced, deprecated, removed int }

// walk reads every folder of types.
func (r *release) walk(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "types.go" {
			return err
		}
		return r.readFolder(filepath.Dir(path))
	})
}

// source is one parsed file.
type source struct {
	release *release
	pkg     string // core/v1
	group   string // networking.k8s.io/v1, v1
	// lifecycles are those of the kinds in the folder.
	lifecycles map[string]lifecycle
	imports    map[string]string // name to group/version
}

func (r *release) readFolder(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	pkg := filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
	group, lifecycles := groupOf(dir), lifecyclesOf(dir)
	for _, file := range files {
		base := filepath.Base(file)
		if strings.HasPrefix(base, "zz_") || strings.Contains(base, "generated") || strings.HasSuffix(base, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("parse %s: %w", file, err)
		}
		s := source{release: r, pkg: pkg, group: group, lifecycles: lifecycles, imports: importsOf(parsed)}
		end := parsed.Name.End()
		for _, decl := range parsed.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok {
				s.add(gen, between(parsed, end, gen.Pos()))
			}
			end = decl.End()
		}
	}
	return nil
}

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
	if group := filepath.Base(filepath.Dir(dir)); group != "core" {
		return group + "/" + version
	}
	return version
}

// importsOf maps the names of imported packages of types to their group and version.
func importsOf(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		parts := strings.Split(path, "/")
		if len(parts) < 2 {
			continue
		}
		name := parts[len(parts)-1]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		names[name] = parts[len(parts)-2] + "/" + parts[len(parts)-1]
	}
	return names
}

// between returns the comments between two places: the markers of a type stand
// apart from its comment.
func between(file *ast.File, from, to token.Pos) string {
	var groups []*ast.CommentGroup
	for _, g := range file.Comments {
		if g.Pos() >= from && g.End() <= to {
			groups = append(groups, g)
		}
	}
	return comment(groups...)
}

func (s source) add(gen *ast.GenDecl, markers string) {
	for _, spec := range gen.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.addType(spec, markers+comment(gen.Doc, spec.Doc))
		case *ast.ValueSpec:
			if gen.Tok == token.CONST {
				s.addConstants(spec)
			}
		}
	}
}

func (s source) addType(spec *ast.TypeSpec, doc string) {
	name := s.pkg + "." + spec.Name.Name
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		if strings.Contains(doc, "+enum\n") || strings.Contains(doc, "+k8s:enum\n") {
			s.release.enums[name] = true
		}
		return
	}
	t := &structType{fields: map[string]field{}}
	for _, f := range body.Fields.List {
		s.addField(t, f)
	}
	s.release.structs[name] = t
	// Of TypeMeta the name in JSON is empty; what has metadata is an object.
	if meta, ok := t.fields["metadata"]; ok && meta.typ == "meta/v1.ObjectMeta" && strings.Contains(doc, "runtime.Object") {
		s.release.kinds[s.group+" "+spec.Name.Name] = s.lifecycles[spec.Name.Name]
	}
}

func (s source) addField(t *structType, f *ast.Field) {
	tag := ""
	if f.Tag != nil {
		if text, err := strconv.Unquote(f.Tag.Value); err == nil {
			tag = reflect.StructTag(text).Get("json")
		}
	}
	name, _, _ := strings.Cut(tag, ",")
	typ := s.typeName(f.Type)
	switch {
	case name == "-":
	case name == "" && len(f.Names) == 0:
		t.embeds = append(t.embeds, typ)
	case name != "":
		doc := comment(f.Doc)
		t.fields[name] = field{typ: typ, gates: gatesOf(doc), doc: doc}
		t.order = append(t.order, name)
	}
}

// typeName returns the named type inside pointers, lists and maps.
func (s source) typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return s.typeName(e.X)
	case *ast.ArrayType:
		return s.typeName(e.Elt)
	case *ast.MapType:
		return s.typeName(e.Value)
	case *ast.SelectorExpr:
		if pkg, ok := e.X.(*ast.Ident); ok {
			return s.imports[pkg.Name] + "." + e.Sel.Name
		}
	case *ast.Ident:
		if ast.IsExported(e.Name) {
			return s.pkg + "." + e.Name
		}
	}
	return ""
}

func (s source) addConstants(spec *ast.ValueSpec) {
	for _, value := range spec.Values {
		typ := ""
		if ident, ok := spec.Type.(*ast.Ident); ok {
			typ = ident.Name
		}
		if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 { // Type("value")
			if ident, ok := call.Fun.(*ast.Ident); ok {
				typ, value = ident.Name, call.Args[0]
			}
		}
		lit, ok := value.(*ast.BasicLit)
		if !ok || typ == "" || lit.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && text != "" {
			doc := comment(spec.Doc)
			name := s.pkg + "." + typ
			s.release.values[name] = append(s.release.values[name], constant{text, gatesOf(doc), doc})
		}
	}
}

// inline copies the fields of embedded structs into those that embed them.
func (r *release) inline() {
	for _, t := range r.structs {
		for len(t.embeds) > 0 {
			from := r.structs[t.embeds[0]]
			t.embeds = t.embeds[1:]
			if from == nil {
				continue
			}
			for _, name := range from.order {
				if _, own := t.fields[name]; !own {
					t.fields[name] = from.fields[name]
					t.order = append(t.order, name)
				}
			}
			t.embeds = append(t.embeds, from.embeds...)
		}
	}
}

func comment(groups ...*ast.CommentGroup) string {
	var b strings.Builder
	for _, g := range groups {
		if g == nil {
			continue
		}
		for _, c := range g.List {
			b.WriteString(strings.TrimSpace(strings.TrimPrefix(c.Text, "//")))
			b.WriteByte('\n')
		}
	}
	return b.String()
}

var gateMarker = regexp.MustCompile(`\+featureGate=([\w,]+)`)

// gatesOf returns the feature gates that markers in a comment name.
func gatesOf(doc string) []string {
	if m := gateMarker.FindStringSubmatch(doc); m != nil {
		return strings.Split(m[1], ",")
	}
	return nil
}

var lifecycleMethod = regexp.MustCompile(`func \(in \*(\w+)\) APILifecycle(Introduced|Deprecated|Removed)\(\) \(major, minor int\) \{\s*return 1, (\d+)`)

// lifecyclesOf returns what the generated methods of a folder say of its kinds. They
// exist for alpha and beta versions.
func lifecyclesOf(dir string) map[string]lifecycle {
	kinds := map[string]lifecycle{}
	data, err := os.ReadFile(filepath.Join(dir, "zz_generated.prerelease-lifecycle.go"))
	if err != nil {
		return kinds // a stable version
	}
	for _, m := range lifecycleMethod.FindAllStringSubmatch(string(data), -1) {
		minor, err := strconv.Atoi(m[3])
		if err != nil {
			continue
		}
		l := kinds[m[1]]
		switch m[2] {
		case "Introduced":
			l.introduced = minor
		case "Deprecated":
			l.deprecated = minor
		default:
			l.removed = minor
		}
		kinds[m[1]] = l
	}
	return kinds
}
