package logs

import (
	"slices"
	"strings"
)

// OperandType is what kind of thing a finding is about.
type OperandType string

// The types of an Operand.
const (
	OperandFile     OperandType = "path"
	OperandConfig   OperandType = "config" // a configuration file, by the ending of its name
	OperandVariable OperandType = "variable"
	OperandFlag     OperandType = "flag"   // of the command line, with its dashes
	OperandOption   OperandType = "option" // of a configuration file or the command line
	OperandUser     OperandType = "user"
	OperandHost     OperandType = "host" // with its port if that is known
	OperandPort     OperandType = "port"
	OperandCommand  OperandType = "command"
	OperandModule   OperandType = "module"
	OperandSetting  OperandType = "setting" // of several words in one, one of which settings have
	OperandKey      OperandType = "key"     // of several words in one, as only settings, fields and variables of code have
	OperandName     OperandType = "name"    // of something else
)

var operandTypes = []OperandType{
	OperandFile, OperandConfig, OperandVariable, OperandFlag, OperandOption, OperandUser, OperandHost, OperandPort, OperandCommand,
	OperandModule, OperandSetting, OperandKey, OperandName,
}

// Operand is what the failing operation was about.
type Operand struct {
	Type OperandType
	Text string
	// Quoted reports whether the message has it in quotes: then it is a name even
	// if it is a word of the language.
	Quoted bool
}

// configEndings are the endings of the names of configuration files.
var configEndings = strings.Fields("conf cfg cnf config ini yaml yml toml json xml properties hcl cf vcl rc env rules zone lua torrc")

// candidate is a text at a place that can be an operand, and where it ends.
type candidate struct {
	text string
	to   int
}

// quotes are the marks around names, with the ones that close them.
var quotes = map[string]string{`"`: `"`, `'`: `'`, "`": "'`", "“": "”", "‘": "’", "<": ">", "[": "]"}

// operandsAt returns what at a place can be an operand of a type, best first.
func operandsAt(typ OperandType, text string, at int) []candidate {
	switch typ {
	case OperandVariable:
		return variableAt(text, at)
	case OperandFlag:
		return wordAt(text, at, isFlag)
	case OperandHost:
		return hostAt(text, at)
	case OperandUser:
		return slices.DeleteFunc(nameAt(text, at), func(c candidate) bool { return strings.Trim(c.text, "0123456789") == "" })
	case OperandPort:
		return wordAt(text, at, func(word string) bool { return len(word) <= 5 && strings.Trim(word, "0123456789") == "" })
	case OperandConfig:
		return configAt(text, at)
	case OperandSetting:
		return wordAt(text, at, isSetting)
	case OperandKey:
		return wordAt(text, at, isKey)
	default:
		return nameAt(text, at)
	}
}

// notNames are words of the language that name nothing unless they are quoted.
var notNames = set("line a an and are as at be been but by can cannot could did do does due for from had has have if in into is it " +
	"its may more must near no not of on or should so than that the their there these this to too was were when which while with " +
	"within you your")

// nameAt returns a quoted name, or a word up to a space or mark, first without
// the marks at its end.
func nameAt(text string, at int) []candidate {
	for open, closers := range quotes {
		if !strings.HasPrefix(text[at:], open) {
			continue
		}
		from := at + len(open)
		length := strings.IndexAny(text[from:min(len(text), from+longest)], closers)
		if length < 1 {
			return nil
		}
		closer := len(open)
		return []candidate{{text: text[from : from+length], to: from + length + closer}}
	}
	if at > 0 && wordByte(text[at-1]) {
		return nil // the end of a word
	}
	to := at
	for to < len(text) && !isSpace(text[to]) && strings.IndexByte("\"'`,;()[]<>", text[to]) < 0 {
		to++
	}
	bare := text[at:to]
	trimmed := strings.TrimRight(bare, ".:=")
	if trimmed == "" || notNames[strings.ToLower(trimmed)] {
		return nil
	}
	if trimmed == bare {
		return []candidate{{text: bare, to: to}}
	}
	return []candidate{{text: trimmed, to: at + len(trimmed)}, {text: trimmed, to: to}}
}

// configAt returns the name of a configuration file, quoted or not. Unlike other
// names it ends before a colon, behind which the line number is.
func configAt(text string, at int) []candidate {
	from := at
	for from < len(text) && strings.IndexByte("\"'`[(<", text[from]) >= 0 {
		from++
	}
	to := from
	for to < len(text) && !isSpace(text[to]) && strings.IndexByte("\"'`,;:()[]<>=", text[to]) < 0 {
		to++
	}
	name := strings.TrimRight(text[from:to], ".")
	if !hasEnding(name, configEndings) && !strings.HasSuffix(name, "rc") {
		return nil
	}
	bare := from + len(name)
	for to < len(text) && strings.IndexByte("\"'`>", text[to]) >= 0 {
		to++
	}
	return []candidate{{text: name, to: to}, {text: name, to: bare}}
}

// wordAt returns a name that is of a form, quoted or not.
func wordAt(text string, at int, ok func(string) bool) []candidate {
	var out []candidate
	for _, c := range nameAt(text, at) {
		name, _, _ := strings.Cut(strings.TrimRight(c.text, ":."), "=")
		if name, _, _ = strings.Cut(name, " "); ok(name) {
			out = append(out, candidate{text: name, to: c.to})
		}
	}
	return out
}

// isFlag reports whether a word is an option with its dashes.
func isFlag(word string) bool {
	name := strings.TrimLeft(word, "-")
	dashes := len(word) - len(name)
	return (dashes == 1 || dashes == 2) && name != "" && isLetter(name[0])
}

// levelWords are levels, which stand in capitals as variables do.
var levelWords = set("ERROR ERR WARN WARNING INFO NOTICE DEBUG TRACE FATAL CRITICAL CRIT ALERT EMERG PANIC SEVERE")

// articles are words before a noun.
var articles = set("a an one any each every another")

// abbreviations are words that stand in capitals in any sentence.
var abbreviations = set("URL URI API")

// namingWords are words before the name of a variable.
var namingWords = set("variable variables var vars env environment set define export provide missing undefined unset and or key keyerror")

// endsWithWord reports whether a text ends with a word in small letters, so that a sentence goes on behind it.
func endsWithWord(text string) bool {
	text = strings.TrimRight(text, " ")
	return text != "" && isLower(text[len(text)-1])
}

// lastWord returns the word at the end of text, in lower case.
func lastWord(text string) string {
	text = strings.ToLower(strings.TrimRight(text, " "))
	return text[strings.LastIndexByte(text, ' ')+1:]
}

// variableAt returns the name of an environment variable: in capitals, perhaps
// with a dollar sign, quotes or braces around it.
func variableAt(text string, at int) []candidate {
	from := at
	for from < len(text) && strings.IndexByte("\"'`$({[", text[from]) >= 0 {
		from++
	}
	to := from
	for to < len(text) && wordByte(text[to]) && (text[to] < 'a' || text[to] > 'z') {
		to++
	}
	name := text[from:to]
	if levelWords[name] {
		return nil
	}
	if !strings.Contains(name, "_") && from == at && articles[lastWord(text[:at])] {
		return nil // an abbreviation: "at least one UPS"
	}
	if from == at && abbreviations[name] && !namingWords[lastWord(text[:at])] && endsWithWord(text[:at]) {
		return nil // "a master URL must be set"
	}
	if len(name) < 3 || !isLetter(name[0]) || (to < len(text) && isLetter(text[to])) || (from == at && at > 0 && wordByte(text[at-1])) {
		return nil
	}
	for to < len(text) && strings.IndexByte("\"'`)}]", text[to]) >= 0 {
		to++
	}
	return []candidate{{text: name, to: to}}
}

// hostAt returns a host with its port if one follows, quoted or not.
func hostAt(text string, at int) []candidate {
	from := at
	for from < len(text) && strings.IndexByte("\"'`(", text[from]) >= 0 {
		from++
	}
	to := from
	for to < len(text) && (wordByte(text[to]) || strings.IndexByte(".-", text[to]) >= 0) {
		to++
	}
	if strings.HasPrefix(text[from:], "host=") { // a connection string of libpq or pgx
		return hostAt(text, from+len("host="))
	}
	host := strings.TrimRight(text[from:to], ".-")
	if host == "" || !wordByte(host[0]) {
		return nil
	}
	to = from + len(host)
	if to < len(text) && text[to] == ':' {
		port := to + 1
		for port < len(text) && isDigit(text[port]) {
			port++
		}
		if port > to+1 && port < to+7 {
			host = text[from:port]
			to = port
		}
	}
	bare := to
	for to < len(text) && strings.IndexByte("\"'`)", text[to]) >= 0 {
		to++
	}
	return []candidate{{text: host, to: to}, {text: host, to: bare}}
}
