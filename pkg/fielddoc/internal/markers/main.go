// Command markers reads the Go sources of k8s.io/api and of the API machinery's
// meta/v1 and writes what their comment markers say of each field: which are
// required, the values of enums, list keys, limits and immutability. Nothing
// of this is in the compiled types. Run it by go generate in pkg/fielddoc
// after an update of k8s.io/api.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1]); err != nil {
		log.Fatalln("error:", err)
	}
}

func run(out string) error {
	var text bytes.Buffer
	text.WriteString("# Written by go generate from the markers in the Go sources of k8s.io/api; do not edit.\n")
	for _, module := range []struct{ path, dir string }{{"k8s.io/api", "."}, {"k8s.io/apimachinery", "pkg/apis/meta"}} {
		dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module.path).Output()
		if err != nil {
			return fmt.Errorf("find module %s: %w", module.path, err)
		}
		root := filepath.Join(strings.TrimSpace(string(dir)), module.dir)
		prefix := strings.TrimPrefix(filepath.Base(module.dir)+"/", "./")
		if err := walk(&text, root, prefix); err != nil {
			return err
		}
	}
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// walk writes the types of every version folder (one that has a types.go).
func walk(text *bytes.Buffer, root, prefix string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "types.go" {
			return err
		}
		name, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		return dump(text, filepath.Dir(path), prefix+filepath.ToSlash(name))
	})
}

// source is what one package declares.
type source struct {
	structs map[string]*ast.StructType
	enums   map[string]bool
	values  map[string][]string // constants by the name of their type
}

func dump(text *bytes.Buffer, dir, name string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	s := source{map[string]*ast.StructType{}, map[string]bool{}, map[string][]string{}}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "zz_") || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".pb.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("parse %s: %w", file, err)
		}
		for _, decl := range parsed.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok {
				s.add(gen)
			}
		}
	}
	s.write(text, name)
	return nil
}

func (s source) add(gen *ast.GenDecl) {
	for _, spec := range gen.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if body, ok := spec.Type.(*ast.StructType); ok {
				s.structs[spec.Name.Name] = body
			}
			if _, ok := markers(gen.Doc, spec.Doc)["enum"]; ok {
				s.enums[spec.Name.Name] = true
			}
		case *ast.ValueSpec:
			ident, ok := spec.Type.(*ast.Ident)
			if !ok || gen.Tok != token.CONST {
				continue
			}
			for _, value := range spec.Values {
				if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil {
						s.values[ident.Name] = append(s.values[ident.Name], text)
					}
				}
			}
		}
	}
}

func (s source) write(text *bytes.Buffer, pkg string) {
	for _, name := range sorted(s.enums) {
		values := slices.DeleteFunc(slices.Clone(s.values[name]), func(v string) bool { return v == "" })
		if len(values) > 0 {
			fmt.Fprintf(text, "enum %s.%s %s\n", pkg, name, strings.Join(values, "|"))
		}
	}
	for _, name := range sorted(s.structs) {
		var lines []string
		for _, field := range s.structs[name].Fields.List {
			if line := describe(field); line != "" {
				lines = append(lines, "  "+line+"\n")
			}
		}
		if len(lines) > 0 {
			fmt.Fprintf(text, "%s.%s\n%s", pkg, name, strings.Join(lines, ""))
		}
	}
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}

// describe returns the field's name in JSON and its facts, empty if there are none.
func describe(field *ast.Field) string {
	if field.Tag == nil {
		return ""
	}
	tag, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return ""
	}
	name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	if name == "" || name == "-" {
		return ""
	}
	m := markers(field.Doc)
	var facts []string
	if required(m, options) {
		facts = append(facts, "required")
	}
	if _, ok := m["k8s:immutable"]; ok {
		facts = append(facts, "immutable")
	}
	for _, known := range []struct{ marker, fact string }{
		{"listType", "list"},
		{"listMapKey", "keys"},
		{"default", "default"},
		{"k8s:minimum", "min"},
		{"k8s:maximum", "max"},
		{"k8s:maxItems", "maxItems"},
		{"k8s:maxLength", "maxLength"},
		{"k8s:maxBytes", "maxBytes"},
		{"k8s:format", "format"},
	} {
		if value, ok := m[known.marker]; ok && !strings.ContainsAny(value, " {(") && value != `""` {
			facts = append(facts, known.fact+"="+strings.Trim(value, `"`))
		}
	}
	facts = append(facts, declared(m)...)
	if len(facts) == 0 {
		return ""
	}
	return name + " " + strings.Join(facts, " ")
}

// declared returns the facts that the declarative validation of Kubernetes enforces: a
// value that is not empty, elements that differ, and what each element must be.
func declared(m map[string]string) []string {
	var facts []string
	if _, ok := m["k8s:required"]; ok {
		facts = append(facts, "filled")
	}
	for _, marker := range []string{"k8s:listType", "k8s:unique"} {
		if value := m[marker]; value == "map" || value == "set" {
			facts = append(facts, "unique")
			break
		}
	}
	if format, ok := strings.CutPrefix(m["k8s:eachVal"], "+k8s:format="); ok {
		facts = append(facts, "format="+format)
	}
	if keys, ok := m["k8s:listMapKey"]; ok && m["listMapKey"] == "" {
		facts = append(facts, "keys="+strings.ReplaceAll(keys, `"`, ""))
	}
	return facts
}

// required follows openapi-gen: a field is required unless it is marked
// optional or its tag has omitempty.
func required(m map[string]string, options string) bool {
	for _, marker := range []string{"optional", "k8s:optional"} {
		if _, ok := m[marker]; ok {
			return false
		}
	}
	for _, marker := range []string{"required", "k8s:required"} {
		if _, ok := m[marker]; ok {
			return true
		}
	}
	return !strings.Contains(options, "omit")
}

// stage is the prefix of validation markers that are being introduced; the
// rule behind it holds all the same, enforced by other code.
var stage = regexp.MustCompile(`^k8s:(alpha|beta)\([^)]*\)=\+`)

// markers returns the comment's +name=value markers; values of a name that
// comes more than once are joined by commas.
func markers(docs ...*ast.CommentGroup) map[string]string {
	found := map[string]string{}
	for _, doc := range docs {
		if doc == nil {
			continue
		}
		for _, comment := range doc.List {
			text, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(comment.Text, "//")), "+")
			if !ok {
				continue
			}
			name, value, _ := strings.Cut(strings.TrimSpace(stage.ReplaceAllString(text, "")), "=")
			if have := found[name]; have != "" && !slices.Contains(strings.Split(have, ","), value) {
				value = have + "," + value
			}
			found[name] = value
		}
	}
	return found
}
