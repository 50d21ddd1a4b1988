package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// boundStatement is how far before its parameters a statement of SQL is looked for.
const boundStatement = 1500

var (
	// statementStart matches where a statement begins that can have parameters.
	statementStart = lazyregexp.New(`(?i)\b(?:insert\s+into|update|select|delete\s+from|merge\s+into)\b`)
	// boundInsertion matches the columns and the placeholders of a statement that inserts a row.
	boundInsertion = lazyregexp.New(`(?is)\binsert\s+into\s+\S+\s*\(([^()]{1,600})\)\s*values\s*\(([^()]{1,600})\)`)
	// boundColumn matches a column that is compared with a placeholder or set to one: password = ?, "password"=$2.
	boundColumn = lazyregexp.New(`["'\x60\[]?([A-Za-z_]\w*)["'\x60\]]?\s*=\s*(\?|%s|\$\d+|:\w+|@\w+)`)
	// boundType matches the type that MyBatis prints after a parameter: bob(String).
	boundType = lazyregexp.New(`\([A-Za-z]+\)$`)
)

// boundMarks are what loggers of statements print between a statement and its parameters.
var boundMarks = []string{
	"arameters: ",              // "==> Parameters: bob(String), …(String)" (MyBatis), "[parameters: ('bob', '…')]" (SQLAlchemy), PostgreSQL
	"arameters=[",              // before the statement, by their names: Entity Framework
	"s] (",                     // "[generated in 0.0002s] ('bob', '…')" (SQLAlchemy)
	"ago] (",                   // "[cached since 12.1s ago] ('bob', '…')"
	"params: [", "bindings: [", // Knex, TypeORM
	"; [", "? [", // Sequelize, Laravel
	"args: [", "args=[", "args: (", "params=[", "params: (", "binds: [", "bind=[", "values: [", // loggers of drivers
}

// boundPasswords hides the parameters for columns that hold credentials, which loggers of statements print after the statement, or
// before it with their names.
func (f *finder) boundPasswords() {
	for _, mark := range boundMarks {
		for at := range endsOf(f.s, mark) {
			f.boundAt(at)
		}
	}
}

// boundAt hides such parameters in a list that begins at i.
func (f *finder) boundAt(i int) {
	statement := f.s[max(0, i-boundStatement):i]
	starts := statementStart.FindAllStringIndex(statement, -1)
	if len(starts) > 0 {
		statement = statement[starts[len(starts)-1][0]:]
	} else {
		statement = f.s[i:min(len(f.s), i+boundStatement)]
	}
	columns := placeholderColumns(statement)
	if len(columns) == 0 {
		return
	}
	for n, v := range boundValues(f.s[:lineEnd(f.s, i)], i) {
		column := v.column(columns, n)
		words := strings.Contains(v.text, " ") && skipQuote(f.s, v.to) == v.to // [2 params]
		if kindOf(column) == strongName && v.text != "" && !harmless(v.text) && !words {
			f.add(v.from, v.to)
		}
	}
}

// placeholderColumn is a column and the placeholder for its value.
type placeholderColumn struct{ column, placeholder string }

// placeholderColumns returns the columns of the placeholders in a statement, in their order.
func placeholderColumns(statement string) []placeholderColumn {
	var out []placeholderColumn
	if m := boundInsertion.FindStringSubmatch(statement); m != nil {
		columns := strings.Split(m[1], ",")
		for n, value := range strings.Split(m[2], ",") {
			if value = strings.TrimSpace(value); value != "" && strings.IndexByte("?%$:@", value[0]) >= 0 && n < len(columns) {
				out = append(out, placeholderColumn{strings.Trim(columns[n], " \"'`[]\n\t"), value})
			}
		}
		return out
	}
	for _, m := range boundColumn.FindAllStringSubmatch(statement, -1) {
		out = append(out, placeholderColumn{m[1], m[2]})
	}
	return out
}

// parameterValue is a parameter of a statement, with its name if it is printed.
type parameterValue struct {
	shellWord
	name string
}

// column returns the column that a parameter is for, by its name or as the n-th of the list.
func (v parameterValue) column(columns []placeholderColumn, n int) string {
	if v.name == "" && n < len(columns) {
		return columns[n].column
	}
	for _, c := range columns {
		if v.name != "" && c.placeholder == v.name {
			return c.column
		}
	}
	return ""
}

// namedParameter matches what stands before a parameter that is printed with its name: $2 = '…', @p1='…'.
var namedParameter = lazyregexp.New(`^([$@:]\w+) ?= ?`)

// boundValues returns the parameters that are listed in s from i on.
func boundValues(s string, i int) []parameterValue {
	for i < len(s) && strings.IndexByte(" ([", s[i]) >= 0 {
		i++
	}
	var out []parameterValue
	for i < len(s) && s[i] != ')' && s[i] != ']' {
		name := ""
		if m := namedParameter.FindStringSubmatch(s[i:]); m != nil {
			name = m[1]
			i += len(m[0])
		}
		word := boundValue(s, i)
		out = append(out, parameterValue{word, name})
		i = word.to
		if quoted := skipQuote(s, i); quoted > i {
			i = quoted
		}
		next := strings.IndexByte(s[i:], ',')
		if next < 0 {
			return out
		}
		i = skipBlanks(s, i+next+1)
	}
	return out
}

// boundValue reads the parameter that begins at i.
func boundValue(s string, i int) shellWord {
	if from := skipQuote(s, i); from > i {
		end := from + quotedEnd(s[from:], s[i:from])
		return shellWord{s[from:end], from, end}
	}
	end := len(s)
	if n := strings.Index(s[i:], ", "); n >= 0 {
		end = i + n
	} else if n := strings.IndexByte(s[i:], ','); n >= 0 {
		end = i + n
	}
	text := strings.TrimRight(s[i:end], " \r)]")
	if n := boundType.FindStringIndex(s[i:end]); n != nil {
		text = s[i : i+n[0]]
	}
	return shellWord{text, i, i + len(text)}
}
