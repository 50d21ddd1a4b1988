package redact

import (
	"regexp"
	"strings"
)

// boundStatement is how far before its parameters a statement of SQL is looked for.
const boundStatement = 1500

var (
	// statementStart matches where a statement begins that can have parameters.
	statementStart = regexp.MustCompile(`(?i)\b(?:insert\s+into|update|select|delete\s+from|merge\s+into)\b`)
	// boundInsertion matches the columns and the placeholders of a statement that inserts a row.
	boundInsertion = regexp.MustCompile(`(?is)\binsert\s+into\s+\S+\s*\(([^()]{1,600})\)\s*values\s*\(([^()]{1,600})\)`)
	// boundColumn matches a column that is compared with a placeholder or set to one: password = ?, "password"=$2.
	boundColumn = regexp.MustCompile(`["'\x60\[]?([A-Za-z_]\w*)["'\x60\]]?\s*=\s*(?:\?|%s|\$\d+|:\w+|@\w+)`)
	// boundType matches the type that MyBatis prints after a parameter: bob(String).
	boundType = regexp.MustCompile(`\([A-Za-z]+\)$`)
)

// boundPasswords hides the parameters for columns that hold credentials, which loggers of statements print after the statement:
// "==> Parameters: bob(String), …(String)" (MyBatis), "[parameters: ('bob', '…')]" (SQLAlchemy), "DETAIL:  parameters: $1 = 'bob',
// $2 = '…'" (PostgreSQL).
func (f *finder) boundPasswords() {
	for at := range endsOf(f.s, "arameters: ") {
		before := f.s[max(0, at-boundStatement):at]
		starts := statementStart.FindAllStringIndex(before, -1)
		if len(starts) == 0 {
			continue
		}
		columns := placeholderColumns(before[starts[len(starts)-1][0]:])
		values := boundValues(f.s[:lineEnd(f.s, at)], at)
		for n, column := range columns {
			if n >= len(values) || kindOf(column) != strongName {
				continue
			}
			if v := values[n]; v.text != "" && !harmless(v.text) {
				f.add(v.from, v.to)
			}
		}
	}
}

// placeholderColumns returns the columns of the placeholders in a statement, in their order.
func placeholderColumns(statement string) []string {
	var out []string
	if m := boundInsertion.FindStringSubmatch(statement); m != nil {
		columns := strings.Split(m[1], ",")
		for n, value := range strings.Split(m[2], ",") {
			if value = strings.TrimSpace(value); value != "" && strings.IndexByte("?%$:@", value[0]) >= 0 && n < len(columns) {
				out = append(out, strings.Trim(columns[n], " \"'`[]\n\t"))
			}
		}
		return out
	}
	for _, m := range boundColumn.FindAllStringSubmatch(statement, -1) {
		out = append(out, m[1])
	}
	return out
}

// boundValues returns the parameters that are listed in s from i on.
func boundValues(s string, i int) []shellWord {
	for i < len(s) && strings.IndexByte(" ([", s[i]) >= 0 {
		i++
	}
	var out []shellWord
	for i < len(s) && s[i] != ')' && s[i] != ']' {
		if s[i] == '$' { // $2 = '…'
			if n := strings.Index(s[i:], " = "); n > 0 {
				i += n + len(" = ")
			}
		}
		word := boundValue(s, i)
		out = append(out, word)
		i = word.to
		if quoted := skipQuote(s, i); quoted > i {
			i = quoted
		}
		next := strings.Index(s[i:], ", ")
		if next < 0 {
			return out
		}
		i += next + len(", ")
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
	}
	text := strings.TrimRight(s[i:end], " \r)]")
	if n := boundType.FindStringIndex(s[i:end]); n != nil {
		text = s[i : i+n[0]]
	}
	return shellWord{text, i, i + len(text)}
}
