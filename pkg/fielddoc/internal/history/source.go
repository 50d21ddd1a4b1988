package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// source is one parsed file.
type source struct {
	release *release
	pkg     string // core/v1
	group   string // networking.k8s.io/v1, v1
	// lifecycles are those of the kinds in the folder.
	lifecycles map[string]lifecycle
	imports    map[string]string // name to group/version
}

// readFile reads the declarations of one file, each with the comments before it.
func (s source) readFile(file string) error {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("parse %s: %w", file, err)
	}
	s.imports = importsOf(parsed) // of this file alone: s is a copy
	end := parsed.Name.End()
	for _, decl := range parsed.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok {
			s.add(gen, between(parsed, end, gen.Pos()))
		}
		end = decl.End()
	}
	return nil
}

// add adds the types and constants of one declaration.
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

// addType adds a struct with its fields, or an enumeration.
func (s source) addType(spec *ast.TypeSpec, doc string) {
	name := s.pkg + "." + spec.Name.Name
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		if strings.Contains(doc, "+enum\n") || strings.Contains(doc, "+k8s:enum\n") {
			s.release.enums[name] = true
		}
		return
	}
	t := s.structOf(body)
	s.release.structs[name] = t
	if isObject(t, doc) {
		s.release.kinds[s.group+" "+spec.Name.Name] = s.lifecycles[spec.Name.Name]
	}
}

// structOf returns a struct with its fields.
func (s source) structOf(body *ast.StructType) *structType {
	t := &structType{fields: map[string]field{}}
	for _, f := range body.Fields.List {
		s.addField(t, f)
	}
	return t
}

// isObject reports whether a struct is a kind of the API. TypeMeta cannot be looked for, because its name
// in JSON is empty. Metadata shows, too, that this is an object.
func isObject(t *structType, doc string) bool {
	return t.fields["metadata"].typ == "meta/v1.ObjectMeta" && strings.Contains(doc, "runtime.Object")
}

// addField adds a field under its name in JSON, or a struct that is embedded.
func (s source) addField(t *structType, f *ast.Field) {
	typ := s.typeName(f.Type)
	switch name := jsonName(f); {
	case name == "-": // of the Go types only
	case name == "" && len(f.Names) == 0:
		t.embeds = append(t.embeds, typ)
	case name != "":
		t.fields[name] = fieldOf(typ, comment(f.Doc))
		t.order = append(t.order, name)
	}
}

// jsonName returns the name of a field in JSON, empty if its tag has none, "-" if it is left out.
func jsonName(f *ast.Field) string {
	if f.Tag == nil {
		return ""
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return ""
	}
	name, _, _ := strings.Cut(reflect.StructTag(text).Get("json"), ",")
	return name
}

// fieldOf returns a field with the gates that its comment names.
func fieldOf(typ, doc string) field {
	gates := gatesOf(doc)
	if strings.Contains(doc, "+required") {
		gates = nil // of a part of what it may hold: without its gate, what needs the field could not be written
	}
	return field{typ: typ, gates: gates, doc: doc}
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
	case *ast.Ident: // string and bool are not exported
		if ast.IsExported(e.Name) {
			return s.pkg + "." + e.Name
		}
	}
	return ""
}

// addConstants adds constants with a type and a string as value.
func (s source) addConstants(spec *ast.ValueSpec) {
	for _, value := range spec.Values {
		typ, text := typedString(spec, value)
		if typ == "" || text == "" {
			continue
		}
		doc := comment(spec.Doc)
		name := s.pkg + "." + typ
		s.release.values[name] = append(s.release.values[name], constant{text, gatesOf(doc), doc})
	}
}

// typedString returns the type and text of a constant that is declared as
// Name Type = "text" or as Name = Type("text"); empty for any other.
func typedString(spec *ast.ValueSpec, value ast.Expr) (typ, text string) {
	if ident, ok := spec.Type.(*ast.Ident); ok {
		typ = ident.Name
	}
	if to, inner := conversion(value); to != "" {
		typ = to
		value = inner
	}
	lit, ok := value.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return "", ""
	}
	return typ, text
}

// conversion returns the type that a value is converted to and what it is converted from; empty
// for what is no conversion to a type of the package.
func conversion(value ast.Expr) (typ string, inner ast.Expr) {
	if call, ok := value.(*ast.CallExpr); ok && len(call.Args) == 1 {
		if ident, ok := call.Fun.(*ast.Ident); ok {
			return ident.Name, call.Args[0]
		}
	}
	return "", nil
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
			continue // of the standard library: fmt
		}
		last := parts[len(parts)-1]
		names[nameOr(spec.Name, last)] = parts[len(parts)-2] + "/" + last
	}
	return names
}

// nameOr returns the name that an import is given, or else the one that it has by its path.
func nameOr(given *ast.Ident, path string) string {
	if given == nil {
		return path
	}
	return given.Name
}

// between returns the comments between two places. Markers such as +enum stand in a
// comment of their own, apart from that of the type.
func between(file *ast.File, from, to token.Pos) string {
	var groups []*ast.CommentGroup
	for _, g := range file.Comments {
		if g.Pos() >= from && g.End() <= to {
			groups = append(groups, g)
		}
	}
	return comment(groups...)
}

// comment returns the text of comments, a line each, without the slashes.
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
