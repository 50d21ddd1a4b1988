package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
)

// sentence is what is wrong in words: once with what it is about, for which {}
// stands, and once without.
type sentence struct{ with, without string }

// sentences are those of the kinds, for entries of a vocabulary that have none of
// their own. Each names what is to be mended first.
var sentences = map[logs.Kind]sentence{
	logs.FileMissing:  {"{} does not exist", "a file that it needs does not exist"},
	logs.FileDenied:   {"permission denied for {}", "permission denied for a file or operation"},
	logs.FileReadOnly: {"{} is on a read-only file system", "it writes to a read-only file system"},
	logs.FileBad:      {"{} is not a usable file", "a file that it is given is not usable"},
	logs.ConfigSyntax: {"{} cannot be parsed", "its configuration cannot be parsed"},
	logs.ConfigUnknown: {
		"its configuration names {}, which it does not know or accept",
		"its configuration names what it does not know or accept",
	},
	logs.ConfigValue:    {"the value {} is not accepted", "a value that it is given is not accepted"},
	logs.SettingMissing: {"{} is not set", "a setting that it needs is not set"},
	logs.OptionBad:      {"its command line is refused ({})", "its command line is refused"},
	logs.CommandMissing: {"the command {} is not found", "a command is not found"},
	logs.UserMissing:    {"user or group {} does not exist in the image", "a user or group does not exist in the image"},
	logs.UserWrong:      {"it runs as the wrong user", "it runs as the wrong user"},
	logs.RightMissing:   {"it lacks a right that it needs", "it lacks a right that it needs"},
	logs.PortTaken:      {"the address {} is in use already", "an address that it listens on is in use already"},
	logs.PortDenied:     {"it may not listen on a port below 1024", "it may not listen on a port below 1024"},
	logs.AddressBad:     {"it cannot listen on {}", "it cannot listen on an address that it is given"},
	logs.AlreadyRuns:    {"a lock or process ID file says that it runs already ({})", "a lock or process ID file says that it runs already"},
	logs.DataForeign:    {"it finds data that another version wrote", "it finds data that another version wrote"},
	logs.DataBroken:     {"it finds its data damaged", "it finds its data damaged"},
	logs.PluginMissing: {
		"its configuration names {}, which it does not know or have",
		"its configuration names a plugin that the image does not have",
	},
	logs.DiskFull:   {"no space is left for {}", "no space is left on a file system that it writes to"},
	logs.DiskBroken: {"the storage of {} reports errors", "its storage reports errors"},
	logs.Migration:  {"its database is not at the version that it needs", "its database is not at the version that it needs"},
	logs.PlatformWrong: {
		"a program of the image is built for another platform, or is no program",
		"a program of the image is built for another platform, or is no program",
	},
	logs.LibraryMissing: {"the library {} is missing or does not fit", "a shared library is missing or does not fit"},
	logs.ModuleMissing:  {"{} is not in the image", "code that it loads is not in the image"},
	logs.OutOfMemory:    {"the program ran out of memory", "the program ran out of memory"},
}

// wrong returns what is wrong according to the log, "" if that is not known.
func (r reading) wrong() string {
	f := r.Cause
	if f == nil {
		return ""
	}
	if say := f.Entry.Say; say != "" && f.Kind == f.Entry.Kind {
		if f.Operand.Text == "" {
			say = strings.TrimSuffix(say, ": {}") // the sentence is whole without the name behind it
		}
		return "it " + filled(say, cmp.Or(f.Operand.Text, "what it needs"))
	}
	s, known := sentences[f.Kind]
	switch {
	case !known, f.Operand.Text == "" && f.Strength == logs.Shows:
		return "" // its sentence would assert more than the line shows
	case f.Operand.Text == "" && f.Place.File != "" && f.Kind.Side() == logs.Given:
		return fmt.Sprintf("%s, line %s: %s", f.Place.File, f.Place.Line, s.without)
	case f.Operand.Text == "":
		return s.without
	}
	return r.wrongWith(s.with)
}

// wrongWith returns what is wrong with the operand, by the sentence of its kind unless the form of the
// operand makes it another thing: a number is a port, an option is not the value that it is given.
func (r reading) wrongWith(sentence string) string {
	what := r.Cause.Operand
	switch kind := r.Cause.Kind; {
	case kind == logs.FileMissing && r.makes(what.Text):
		return "the directory of " + what.Text + " does not exist"
	case kind == logs.FileMissing && strings.Contains(r.line(), "or is empty"): // Apache httpd, server/core.c
		return what.Text + " does not exist or is empty"
	case kind == logs.PortTaken && strings.Trim(what.Text, "0123456789") == "":
		return "port " + what.Text + " is in use already"
	case kind == logs.SettingMissing:
		if either := oneOfTwo.FindStringSubmatch(r.line()); either != nil && slices.Contains(either[1:], what.Text) {
			return "neither " + either[1] + " nor " + either[2] + " is set"
		}
	case kind == logs.ConfigValue && (what.Type == logs.OperandOption || what.Type == logs.OperandVariable || what.Type == logs.OperandKey):
		return "the value of " + what.Text + " is not accepted"
	}
	return filled(sentence, what.Text)
}

// oneOfTwo matches two settings of which a program demands one.
var oneOfTwo = lazyregexp.New(`(?i)\bn?either ([\w.-]+) n?or ([\w.-]+)`)

// makes reports whether a file that does not exist is one that programs make themselves: a process ID, lock or log
// file. open(2) fails so if its directory is missing.
func (r reading) makes(file string) bool {
	if r.Cause != nil && r.Cause.Entry.Name == "directory-of" {
		return true
	}
	reads := strings.Contains(strings.ToLower(r.line()), "reading")
	return slices.Contains([]string{".pid", ".lock", ".log"}, path.Ext(file)) && strings.HasPrefix(file, "/") && !reads
}

// filled puts the operand in its place in a sentence.
func filled(text, operand string) string { return strings.ReplaceAll(text, "{}", operand) }
