package logs

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Level is the gravity that a line states.
type Level int

// The levels. Lines without one rank between warnings and errors: programs
// that end often report why without a level.
const (
	Debug Level = iota
	Info
	Warn
	Plain
	Error
	Fatal
)

// levels are the words for levels. Short ones count only in capitals or brackets.
var levels = map[string]Level{
	"trace": Debug, "debug": Debug, "dbg": Debug, "dbug": Debug, "verbose": Debug, "fine": Debug,
	"info": Info, "inf": Info, "information": Info, "notice": Info, "note": Info, "hint": Info,
	"warn": Warn, "warning": Warn, "wrn": Warn,
	"err": Error, "error": Error, "eror": Error, "fail": Error, "severe": Error, "failure": Error,
	"trac": Debug, "debu": Debug, "erro": Error, "fata": Fatal, "pani": Fatal, // logrus, on a terminal
	"fatal": Fatal, "ftl": Fatal, "panic": Fatal, "crit": Fatal, "critical": Fatal, "emerg": Fatal, "emergency": Fatal, "alert": Fatal,
}

// named returns the level that a word or the value of a level field names; pino
// and bunyan write numbers, MongoDB letters.
func named(text string) Level {
	text = strings.ToLower(strings.TrimSpace(text))
	if level, known := levels[text]; known {
		return level
	}
	switch text {
	case "10", "20", "d", "d1", "d2", "t", "v":
		return Debug
	case "30", "i", "n":
		return Info
	case "40", "w":
		return Warn
	case "50", "e":
		return Error
	case "60", "f", "c":
		return Fatal
	}
	return Plain
}

// levelAt returns the level at the very beginning of text, in
// brackets or before a mark or space, and its length: "[error]", "ERROR ",
// "error:", "Fatal error :", "E, [".
func levelAt(text string) (Level, int) {
	open := 0
	if text != "" && strings.IndexByte("[(<*", text[0]) >= 0 {
		open = len(text) - len(strings.TrimLeft(text, "[(<*"))
	}
	to := open
	for to < len(text) && isLetter(text[to]) {
		to++
	}
	word := text[open:to]
	level, known := levels[strings.ToLower(word)]
	if !known {
		return levelMark(text)
	}
	after := text[to:]
	switch {
	case open > 0 && after != "" && strings.IndexByte("])>*", after[0]) >= 0:
		return level, to + len(after) - len(strings.TrimLeft(after, "])>*"))
	case open > 0:
		return Plain, 0
	case strings.HasPrefix(after, ":"), strings.HasPrefix(after, " :"), strings.HasPrefix(after, "|"), strings.HasPrefix(after, " - "):
		return level, to
	case word == strings.ToUpper(word) && (after == "" || strings.IndexByte(" \t]/[(", after[0]) >= 0):
		return level, to
	case level == Fatal && hasPrefixFold(after, " error"):
		return Fatal, to + len(" error")
	}
	return Plain, 0
}

// levelMark reads levels that are one character: Ruby's "E, [", Redis' "# ".
func levelMark(text string) (Level, int) {
	switch {
	case len(text) > 3 && strings.HasPrefix(text[1:], ", ["):
		if level := named(text[:1]); level != Plain {
			return level, 2
		}
	case len(text) > 2 && text[1] == '!' && text[2] == ' ': // Telegraf
		if level := named(text[:1]); level != Plain {
			return level, 2
		}
	case len(text) > 4 && text[1:4] == " | ": // etcd 3.4
		if level := named(text[:1]); level != Plain {
			return level, 3
		}
	case strings.HasPrefix(text, "[!] "): // stunnel, whose "[.]" can have the reason, too (src/log.c, src/stunnel.c)
		return Error, 3
	case strings.HasPrefix(text, "[ ] "):
		return Debug, 3
	case strings.HasPrefix(text, "# "):
		return Warn, 1
	case strings.HasPrefix(text, "* "):
		return Info, 1
	}
	return Plain, 0
}

// levelWithin returns the level that the first words of a message state behind
// the name of a program or logger: "nats-server: error: …", "main FATAL …",
// "prio=Critical".
func levelWithin(text string) Level {
	const far = 90
	lower := wording.LowerASCII(text[:min(len(text), far)])
	at := 0
	for at < len(lower) {
		if !isLetter(lower[at]) {
			at++
			continue
		}
		to := at
		for to < len(lower) && isLetter(lower[to]) {
			to++
		}
		if level := statedAt(text, lower, at, to); level != Plain {
			return level
		}
		at = to
	}
	return Plain
}

// statedAt returns the level that the word from at to to states.
func statedAt(text, lower string, at, to int) Level {
	word := text[at:to]
	level, known := levels[lower[at:to]]
	if !known && at > 0 && text[at-1] == '[' && strings.HasPrefix(text[to:], "] ") && isLetterLevel(word) {
		return named(word) // Gitea
	}
	if !known {
		return levelOfField(text, lower[at:to], to)
	}
	before := byte(' ')
	after := byte(' ')
	if at > 0 {
		before = text[at-1]
	}
	if to < len(text) {
		after = text[to]
	}
	switch {
	case strings.IndexByte("[<(", before) >= 0 && strings.IndexByte("]>)", after) >= 0:
		return level
	case isCapitalLevel(word, before, after):
		const most = 3 // a message may have such words too
		if len(strings.Fields(text[:at])) <= most {
			return level
		}
	case before == ' ' && after == ':' && strings.ContainsAny(text[:at], ":]") && !strings.ContainsAny(text[max(0, at-2):at], ".!?"):
		return level
	case level == Fatal && before == ' ' && strings.HasPrefix(lower[to:], " error:"):
		return level
	}
	return Plain
}

// levelOfField returns the level that a field of logfmt has, such as level=error.
func levelOfField(text, name string, to int) Level {
	if !strings.HasPrefix(text[to:], "=") || !isLevelField(name) {
		return Plain
	}
	value, _, _ := strings.Cut(strings.Trim(text[to+1:], `"'`), " ")
	return named(strings.Trim(value, `"',;`))
}

// isCapitalLevel reports whether a word is written as loggers write levels: in capitals, and apart
// from what is beside it.
func isCapitalLevel(word string, before, after byte) bool {
	return word == strings.ToUpper(word) && len(word) > 2 &&
		strings.IndexByte(" [|:/\t", before) >= 0 && strings.IndexByte(" ]|:/\t-", after) >= 0
}

// isLetterLevel reports whether a word is one capital letter that stands for a level.
func isLetterLevel(word string) bool {
	return len(word) == 1 && strings.IndexByte("TDIWEFC", word[0]) >= 0
}

func isLevelField(name string) bool {
	switch name {
	case "level", "lvl", "severity", "prio", "priority", "loglevel":
		return true
	}
	return false
}

func isLetter(b byte) bool { return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') }

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}
