package fielddoc

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/google/cel-go/common"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/parser"
)

// celRead is what a reading of an expression finds without knowing any types: the names
// that it uses and whether it is but a literal.
type celRead struct {
	problem string     // why it is no expression, empty if it is one
	names   []celName  // in the order of the text
	literal celLiteral // what it gives, if it is a literal and nothing else
}

// celName is a name that no macro binds, with the field that is selected of it.
type celName struct{ name, field string }

// celLiteral is the kind of a literal.
type celLiteral int

const (
	noLiteral    celLiteral = iota
	textLiteral             // a text or bytes
	otherLiteral            // a number, a list or a map
)

// celParser is the parser of the API server, without its types and functions: these take
// as long to set up as a whole run of a plugin. Nor does it expand macros, since the
// extensions define more than it knows; see celMacros.
var celParser = sync.OnceValues(func() (*parser.Parser, error) {
	return parser.NewParser(parser.EnableOptionalSyntax(true), parser.EnableIdentEscapeSyntax(true))
})

// readCEL reads an expression.
func readCEL(text string) celRead {
	p, err := celParser()
	if err != nil {
		return celRead{problem: err.Error()}
	}
	parsed, errs := p.Parse(common.NewTextSource(text))
	if all := errs.GetErrors(); len(all) > 0 {
		return celRead{problem: celProblem(all[0].Message)}
	}
	r := celRead{literal: literalOf(parsed.Expr())}
	r.read(parsed.Expr(), nil)
	return r
}

// celMistake is how the parser, which ANTLR generates, words a mistake, and how this
// package does.
type celMistake struct {
	pattern *regexp.Regexp
	words   string
}

// celMistakes are judged in order. Each is followed by a message of the parser that it is for.
var celMistakes = []celMistake{
	{regexp.MustCompile(`missing '(.+)' at '<EOF>'`), "$1 is missing at its end"}, // missing ')' at '<EOF>'
	{regexp.MustCompile(`missing '(.+)' at '(.+)'`), `$1 is missing before "$2"`}, // missing ']' at ')'
	// mismatched input '<EOF>' expecting {'[', '{', '(', '.', ...
	{regexp.MustCompile(`(?:mismatched|extraneous) input '<EOF>'|at input '.*<EOF>'`), "something is missing at its end"},
	// extraneous input ')' expecting <EOF>
	{regexp.MustCompile(`(?:mismatched|extraneous) input '(.+?)' expecting`), `"$1" is not expected there`},
	{regexp.MustCompile(`no viable alternative at input '(.+)'`), `"$1" is not expected there`},
	// token recognition error at: ''abc'
	{regexp.MustCompile(`token recognition error at: '(?:'|")`), "a text is not closed"},
	{regexp.MustCompile(`token recognition error at: '(.).*'`), "CEL has no operator $1"}, // token recognition error at: '= '
	{regexp.MustCompile(`recursion`), "it is nested too deeply"},
}

// celProblem returns what is wrong with an expression, by the message of the parser.
func celProblem(message string) string {
	message = strings.TrimPrefix(message, "Syntax error: ")
	for _, m := range celMistakes {
		if at := m.pattern.FindStringSubmatchIndex(message); at != nil {
			return string(m.pattern.ExpandString(nil, m.words, message, at))
		}
	}
	return message
}

// literalOf returns the kind of literal that an expression is.
func literalOf(e ast.Expr) celLiteral {
	switch e.Kind() {
	case ast.ListKind, ast.MapKind:
		return otherLiteral
	case ast.LiteralKind:
	default:
		return noLiteral
	}
	switch e.AsLiteral().Type() {
	case types.StringType, types.BytesType:
		return textLiteral
	case types.IntType, types.UintType, types.DoubleType:
		return otherLiteral
	}
	return noLiteral
}

// celMacros are the functions of which the first arguments are names for the last ones:
// those of CEL, and of the libraries of cel-go.
var celMacros = strings.Fields("all exists exists_one existsOne map filter transformList transformMap transformMapEntry bind " +
	"optMap optFlatMap sortBy")

// read collects the names of an expression that are not bound.
func (r *celRead) read(e ast.Expr, bound []string) {
	switch e.Kind() {
	case ast.IdentKind:
		r.name(e, "", bound)
	case ast.SelectKind:
		r.selection(e.AsSelect().Operand(), e.AsSelect().FieldName(), bound)
	case ast.CallKind:
		r.call(e.AsCall(), bound)
	case ast.ListKind:
		r.each(e.AsList().Elements(), bound)
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			r.each([]ast.Expr{entry.AsMapEntry().Key(), entry.AsMapEntry().Value()}, bound)
		}
	case ast.StructKind:
		for _, field := range e.AsStruct().Fields() {
			r.read(field.AsStructField().Value(), bound)
		}
	default: // a literal has no names, and a parser without macros makes no comprehensions
	}
}

// each reads expressions in which the names in bound are variables.
func (r *celRead) each(list []ast.Expr, bound []string) {
	for _, e := range list {
		r.read(e, bound)
	}
}

// selection reads operand.field, of which only the first name is one of the schema.
func (r *celRead) selection(operand ast.Expr, field string, bound []string) {
	if operand.Kind() == ast.IdentKind {
		r.name(operand, field, bound)
		return
	}
	r.read(operand, bound)
}

// name notes a name that no macro binds, with the field that is selected of it.
func (r *celRead) name(ident ast.Expr, field string, bound []string) {
	name := strings.TrimPrefix(ident.AsIdent(), ".")
	if !slices.Contains(bound, name) {
		r.names = append(r.names, celName{name, field})
	}
}

// call reads a call. Arguments of a macro that are mere names stand for values in the
// others.
func (r *celRead) call(c ast.CallExpr, bound []string) {
	if c.IsMemberFunction() {
		r.read(c.Target(), bound)
		if slices.Contains(celMacros, c.FunctionName()) {
			bound = slices.Concat(bound, namesOf(c.Args()))
		}
	}
	r.each(c.Args(), bound)
}

// namesOf returns the arguments that are mere names.
func namesOf(arguments []ast.Expr) []string {
	var names []string
	for _, argument := range arguments {
		if argument.Kind() == ast.IdentKind {
			names = append(names, argument.AsIdent())
		}
	}
	return names
}
