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

// modules are the modules with types of the API: where in them, and what the folders below lack
// of the names in the table, as v1 does of meta/v1.ObjectMeta.
var modules = []struct{ path, dir, prefix string }{
	{"k8s.io/api", ".", ""},
	{"k8s.io/apimachinery", "pkg/apis/meta", "meta/"},
}

// run reads the types of k8s.io/api and writes the table of their markers.
func run(out string) error {
	var text bytes.Buffer
	text.WriteString("# Written by go generate from the markers in the Go sources of k8s.io/api; do not edit.\n")
	for _, m := range modules {
		dir, err := moduleDir(m.path)
		if err != nil {
			return err
		}
		if err := walk(&text, filepath.Join(dir, m.dir), m.prefix); err != nil {
			return err
		}
	}
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// moduleDir returns the folder of a module in the version of go.mod, whose types are those that
// the program is built with.
func moduleDir(path string) (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		return "", fmt.Errorf("find module %s: %w", path, err)
	}
	return strings.TrimSpace(string(dir)), nil
}

// walk writes the types of every version folder (one that has a types.go): core/v1, apps/v1 and so
// on. prefix begins their names.
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

// source holds the declarations of one package, by their names in it.
type source struct {
	structs map[string]*ast.StructType
	enums   map[string]bool     // the types that are marked as such
	values  map[string][]string // constants by the name of their type
}

// dump writes the facts of the types in one directory of k8s.io/api. Generated files have none.
func dump(text *bytes.Buffer, dir, name string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	s := source{map[string]*ast.StructType{}, map[string]bool{}, map[string][]string{}}
	for _, file := range files {
		if generated(file) {
			continue
		}
		if err := s.readFile(file); err != nil {
			return err
		}
	}
	s.writeEnums(text, name)
	s.writeStructs(text, name)
	return nil
}

// generated reports whether a file declares no types of the API: it is generated, or a test.
func generated(file string) bool {
	return strings.HasPrefix(filepath.Base(file), "zz_") || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".pb.go")
}

// readFile keeps the declarations of one file.
func (s source) readFile(file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parse %s: %w", file, err)
	}
	for _, decl := range parsed.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok {
			s.add(gen)
		}
	}
	return nil
}

// add keeps the types and their comments of one declaration.
func (s source) add(gen *ast.GenDecl) {
	for _, spec := range gen.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			// The comment of a type that is declared alone belongs to the declaration.
			s.addType(spec, markers(gen.Doc, spec.Doc))
		case *ast.ValueSpec:
			if gen.Tok == token.CONST {
				s.addConstants(spec)
			}
		}
	}
}

// addType keeps a struct, or the name of an enum.
func (s source) addType(spec *ast.TypeSpec, m map[string]string) {
	if body, ok := spec.Type.(*ast.StructType); ok {
		s.structs[spec.Name.Name] = body
	}
	if _, ok := m["enum"]; ok {
		s.enums[spec.Name.Name] = true
	}
}

// addConstants keeps the string constants of a type: the values of an enum.
func (s source) addConstants(spec *ast.ValueSpec) {
	ident, ok := spec.Type.(*ast.Ident)
	if !ok {
		return // of no type, or of one of another package
	}
	for _, value := range spec.Values {
		lit, ok := value.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(lit.Value); err == nil {
			s.values[ident.Name] = append(s.values[ident.Name], text)
		}
	}
}

// writeEnums writes the values of the types that are marked as enums: "enum core/v1.Protocol TCP|UDP".
// The empty one is a field that is left out.
func (s source) writeEnums(text *bytes.Buffer, pkg string) {
	for _, name := range sorted(s.enums) {
		values := slices.DeleteFunc(slices.Clone(s.values[name]), func(v string) bool { return v == "" })
		if len(values) > 0 {
			fmt.Fprintf(text, "enum %s.%s %s\n", pkg, name, strings.Join(values, "|"))
		}
	}
}

// writeStructs writes the markers of all fields of the types: the name of the type in a line, its
// fields in those below.
func (s source) writeStructs(text *bytes.Buffer, pkg string) {
	for _, name := range sorted(s.structs) {
		if lines := fieldLines(s.structs[name]); lines != "" {
			fmt.Fprintf(text, "%s.%s\n%s", pkg, name, lines)
		}
	}
}

// fieldLines returns a line for each field of a struct that has markers, in the order of the source.
func fieldLines(body *ast.StructType) string {
	var lines strings.Builder
	for _, field := range body.Fields.List {
		if line := describe(field); line != "" {
			lines.WriteString("  " + line + "\n")
		}
	}
	return lines.String()
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}
