package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// path is a file or directory that a message names.
type path struct {
	text     string
	from, to int  // with its quotes
	place    bool // a line number goes with it: it says where, not what
	line     string
}

// pathForms are the forms of paths: any name right behind a word for a file and
// before a colon, quoted, with a slash, or with the ending of a file's name.
var pathForms = []string{
	`(?i:\b(?:file|dir|directory|folder) )["']?([\w.@+-]{3,})["']?: `,
	`"([^"\s]*[/.][^"\s]*)"`, `'([^'\s]*[/.][^'\s]*)'`, "`([^`'\\s]*[/.][^`'\\s]*)['`]", `\[([^\[\]\s]*/[^\[\]\s]*)\]`,
	`((?:~|\.{1,2}|[A-Za-z]:|file:/)?[/\\][\w.@+~%,=$*{}/\\-]*[\w@+~%*}/\\-])`,
	`([\w.@+-]+(?:/[\w.@+-]+)+)`,
	`([\w@+-][\w.@+-]*\.(?:` + strings.Join(slices.Concat(configEndings, dataEndings, sourceEndings), "|") + `)\b)`,
}

// dataEndings are the endings of other files that programs read and write,
// sourceEndings of source code, of which a line number is a place in the program.
var (
	dataEndings   = strings.Fields("pem crt key csr cer p12 pfx jks sock pid lock log csv txt db sqlite sqlite3 dat bin jar so war gz zip tar html md sql cookie psgi types schema journal")
	sourceEndings = strings.Fields("go py js mjs cjs ts java kt rb rs php cs c cc cpp cxx h hh hpp pl pm ex exs erl hrl scala clj cljs hs lua sh " +
		"y yy ll mm swift nim ml mli fs fsx vb groovy rkt lisp scm zig jl dart pas f90")
)

var (
	pathExpr = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(strings.Join(pathForms, "|")) })
	// lineAfter is how a line number is written behind a path: ":12", "(12)", ", line 12".
	lineAfter = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^["'` + "`" + `\])>]?(?::(\d+)|\((?:line )?(\d+)\)|[:,]? (?:on |at |in )?line:? ?(\d+))`)
	})
	// lineBefore is how it is written before one: "line 1 in file ".
	lineBefore = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\bline:? ?(\d+)[,:]?(?: \w+ \d+)? (?:of|in|from)(?: the)?(?: \w+)?(?: file)? ["'` + "`" + `]?$`)
	})
)

// paths returns the files and directories that a message names, in order.
func paths(text string) []path {
	var out []path
	for _, loc := range pathExpr().FindAllStringSubmatchIndex(text, -1) {
		for g := 2; g < len(loc); g += 2 {
			if loc[g] < 0 {
				continue
			}
			p := path{text: strings.TrimRight(text[loc[g]:loc[g+1]], ".,:"), from: loc[0], to: loc[1]}
			if g == 2 {
				p.from = loc[g]
				p.to = loc[g+1]
			}
			p.untilSentence(text)
			p.text = strings.TrimPrefix(p.text, "file:")
			if (g == 2 && p.text != "system") || (g > 2 && isPath(p.text, text, p.from, loc[g] > loc[0])) {
				p.locate(text)
				out = append(out, p)
			}
		}
	}
	return out
}

// untilSentence cuts a path at a comma behind which the text of an error begins without a blank: "/data,No such file".
func (p *path) untilSentence(text string) {
	at := strings.LastIndexByte(p.text, ',')
	if at < 1 || at+1 >= len(p.text) || p.to >= len(text) || text[p.to] != ' ' {
		return
	}
	if first := p.text[at+1]; first >= 'A' && first <= 'Z' && strings.Trim(p.text[at+1:], classLetters) == "" {
		p.to -= len(p.text) - at
		p.text = p.text[:at]
	}
}

// isPath reports whether what looks like a path is one: no URL, date, fraction,
// media type, version or name of a package.
func isPath(found, text string, from int, quoted bool) bool {
	switch {
	case len(found) < 2 || strings.Contains(found, "://") || strings.HasSuffix(text[:from], ":/") || strings.HasSuffix(text[:from], ":"+"//"):
		return false
	case from > 0 && (text[from-1] == '/' || (wordByte(text[from-1]) && !quoted)):
		return false // the end of something else
	case found[0] == '/' || found[0] == '.' || found[0] == '~' || strings.Contains(found, `:\`):
		return true
	case strings.Trim(found, "0123456789./:-") == "":
		return false
	case hasEnding(found, configEndings) || hasEnding(found, dataEndings) || hasEnding(found, sourceEndings):
		return true
	case quoted:
		return strings.Contains(found, "/")
	}
	return strings.Count(found, "/") > 1 && !strings.Contains(strings.SplitN(found, "/", 2)[0], ".")
}

// isSource reports whether a file holds source code: a place in it is one of the
// program. Some programs are configured in Lua.
func isSource(name string) bool {
	return hasEnding(name, sourceEndings) && !strings.Contains(name, ".cfg.") && !strings.Contains(name, ".conf.")
}

func hasEnding(name string, endings []string) bool {
	at := strings.LastIndexByte(name, '.')
	return at >= 0 && slices.Contains(endings, strings.ToLower(name[at+1:]))
}

// locate finds the line number that goes with a path.
func (p *path) locate(text string) {
	if at := strings.LastIndexByte(p.text, ':'); at > 0 && strings.Trim(p.text[at+1:], "0123456789:-") == "" && p.text[at+1:] != "" {
		name := strings.TrimRight(p.text, ":0123456789-")
		p.line, _, _ = strings.Cut(strings.TrimLeft(p.text[len(name):], ":"), ":")
		p.text = name
		p.place = true
		return
	}
	if m := lineAfter().FindStringSubmatch(text[p.to:]); m != nil {
		p.line = m[1] + m[2] + m[3]
		p.place = true
		return
	}
	if m := lineBefore().FindStringSubmatch(text[:p.from]); m != nil {
		p.line = m[1]
		p.place = true
	}
}

// Place is where a message says that something is wrong: a line of a file.
type Place struct {
	File string
	Line string
}

// PlaceIn returns the first place in a configuration file that a message names,
// the zero Place if it names none. A place in source code does not count: it is where
// the program failed, not what its user wrote.
func PlaceIn(text string) Place {
	for _, p := range paths(text) {
		if p.place && !isSource(p.text) {
			return Place{File: p.text, Line: p.line}
		}
	}
	return Place{}
}

// scriptEndings are those of source code that is read when the program starts: in
// other languages a place only shows which code wrote the message.
var scriptEndings = strings.Fields("py js mjs cjs ts rb php pl pm psgi lua sh ex exs tcl groovy")

// inScript reports whether the places that a message names are all in scripts.
func inScript(text string) bool {
	found := false
	for _, p := range paths(text) {
		if !isSource(p.text) || !hasEnding(p.text, scriptEndings) {
			return false
		}
		found = found || p.place
	}
	return found
}

// Files returns the files and directories that a message names, without those of
// source code, in order and each once.
func Files(text string) []string {
	var out []string
	for _, p := range paths(text) {
		if !isSource(p.text) && !slices.Contains(out, p.text) {
			out = append(out, p.text)
		}
	}
	return out
}

// longestName is how many bytes stand at least between a program's own path at the beginning of a message and the words
// that say how it failed, if something else stands between them.
const longestName = 8

// fileOperand returns the file that a failing operation was about: the words
// from from to to of text say how it failed. It is "" if text only names where
// the file is named.
func fileOperand(text string, from, to int) string {
	var before, after path
	for _, p := range paths(text) {
		switch {
		case p.place || (isSource(p.text) && strings.HasSuffix(text[:p.from], " at ")):
		case p.from == 0 && strings.HasPrefix(text[p.to:], ": ") && p.to < from-longestName: // the program, before the place in its script
		case p.from >= to:
			if after.text == "" && p.from-to < 60 && !isWhere(text[:p.from]) {
				after = p
			}
		default:
			before = p
		}
	}
	switch {
	case before.text == "":
		return after.text
	case after.text == "" || from-before.to < 4:
		return before.text
	case strings.Trim(text[to:after.from], ` :'"-,@()[]`) == "" || strings.Contains(text[to:after.from], "open"):
		return after.text
	}
	return before.text
}

// isWhere reports whether text ends with a word that makes the path behind it
// the place of the message.
func isWhere(text string) bool {
	text = strings.TrimRight(text, `"'`+"` ")
	return strings.HasSuffix(text, " in") || strings.HasSuffix(text, " at") || strings.HasSuffix(text, " from")
}
