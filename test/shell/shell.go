// Package shell parses lines as a POSIX shell does, for the tests of suggested
// commands.
package shell

import (
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Words returns the words that a shell makes of a line. It is an error if the line is
// anything but one simple command of fixed text: if it has expansions, patterns,
// redirections, assignments or comments, or runs in the background.
func Words(line string) ([]string, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX), syntax.KeepComments(true)).Parse(strings.NewReader(line), "")
	if err != nil {
		return nil, fmt.Errorf("parse %q: %w", line, err)
	}
	if len(file.Stmts) != 1 {
		return nil, fmt.Errorf("%q is %d commands", line, len(file.Stmts))
	}
	call, simple := simpleCommand(file.Stmts[0])
	if !simple || len(file.Last) > 0 { // Last are comments after the command
		return nil, fmt.Errorf("%q is no simple command", line)
	}
	var words []string
	for _, w := range call.Args {
		text, err := fixed(w)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		words = append(words, text)
	}
	return words, nil
}

// simpleCommand returns the command of a statement, and whether it is nothing but a
// program with arguments: "A=1 kubectl", "kubectl &" and "kubectl >file" are more.
func simpleCommand(s *syntax.Stmt) (*syntax.CallExpr, bool) {
	call, is := s.Cmd.(*syntax.CallExpr)
	if !is || s.Background || s.Negated {
		return nil, false
	}
	return call, len(s.Redirs)+len(call.Assigns)+len(s.Comments) == 0
}

// fixed returns the text of a word without expansions and patterns.
func fixed(w *syntax.Word) (string, error) {
	text := ""
	for _, part := range w.Parts {
		switch p := part.(type) {
		case *syntax.SglQuoted:
			text += p.Value
		case *syntax.Lit:
			plain := strings.ReplaceAll(p.Value, `\'`, "'") // as it stands between two quoted parts
			if strings.ContainsAny(plain, "*?[~{}\\") {
				return "", fmt.Errorf("%q is a pattern", p.Value)
			}
			text += plain
		default:
			return "", fmt.Errorf("%T is expanded", part)
		}
	}
	return text, nil
}
