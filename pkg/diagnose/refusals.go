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

// The words of verdicts on what a program was given.

// confirms returns what would show whether the verdict is right. What the vocabulary knows of the
// very message is the most particular.
func confirms(log reading, h history, about subject) []string {
	if log.is(logs.DataForeign) && log.Cause.Entry.Name != "other-cluster" {
		return dataAdvice(log, h)
	}
	if log.Cause != nil && log.Cause.Entry.Fix != "" {
		return []string{log.Cause.Entry.Fix}
	}
	if log.is(logs.CommandMissing) && log.operand() != "" && about.kind != argumentSubject {
		return []string{"whether the image has " + log.operand()}
	}
	if log.namesFile(about) {
		return []string{log.confirmsFile(log.operand())}
	}
	switch about.kind {
	case noSubject:
		return nil
	case fileSubject:
		return []string{log.confirmsFile(log.lineThere(about.name))}
	case unsetSubject:
		return []string{"whether it starts once " + about.name + " is set"}
	case settingSubject, argumentSubject, portSubject, rootSubject:
	}
	return corrected(about.String())
}

// namesFile reports whether the reason is about a file that the log names by its full path, and no
// setting is tied to it that would have to be corrected instead.
func (r reading) namesFile(about subject) bool {
	ofFile := r.is(logs.FileMissing, logs.FileDenied, logs.FileReadOnly)
	untied := about.kind == noSubject || about.kind == fileSubject || about.kind == argumentSubject
	return ofFile && untied && strings.HasPrefix(r.operand(), "/")
}

// lineThere returns a file, or what the line names that the log names in it: if something is missing or denied and the
// log only reports which line of the configuration asks for it, it is not the configuration itself.
func (r reading) lineThere(file string) string {
	if r.is(logs.FileMissing, logs.FileDenied, logs.FileReadOnly) && r.Cause.Place.File == file {
		return "what line " + r.Cause.Place.Line + " of " + file + " names"
	}
	return file
}

// confirmsFile returns what would show whether a file is at fault.
func (r reading) confirmsFile(file string) string {
	settled := "whether it starts once " + file + " is corrected"
	if r.strength() == logs.Shows {
		return settled // nothing shows that it is the file that is missing or denied
	}
	switch r.kind() {
	case logs.FileMissing:
		if r.makes(file) {
			return "whether it starts once the directory of " + file + " is there"
		}
		return "whether it starts once " + file + " is there"
	case logs.FileDenied:
		return "the owner and mode of " + file + ", beside the user and group that the container runs as (runAsUser, fsGroup)"
	case logs.FileReadOnly:
		return "whether it starts once " + file + " is on a volume that it may write to"
	default:
		return settled
	}
}

// refusal returns what is wrong with what the program was given; about names the
// setting that is tied to it, "" if none is.
func (f clueFinder) refusal(about subject) string {
	if about.kind == rootSubject {
		return "readOnlyRootFilesystem forbids it to write " + cmp.Or(f.read.operand(), "there")
	}
	if f.read.Cause == nil || f.read.Cause.Entry.Say != "" { // the vocabulary has a sentence of its own for this message
		return cmp.Or(f.read.wrong(), notAccepted)
	}
	switch {
	case f.read.is(logs.ConfigValue) && about.kind == settingSubject:
		return fmt.Sprintf("the value of %s is not accepted", about.name)
	case f.read.is(logs.PortTaken) && f.read.operand() == "":
		return cmp.Or(f.read.addressOf(), addressIn(about), "an address that it listens on") + " is in use already"
	case f.read.is(logs.FileMissing) && f.config.provided(f.read.operand()):
		return sentences[logs.FileMissing].without // the file that is named is there
	case f.read.is(logs.OptionBad, logs.ConfigUnknown):
		return f.unknownOption()
	}
	return cmp.Or(f.read.wrong(), notAccepted)
}

// addressIn returns a setting as the address that it names, and anything else as it is: "an address that
// LISTEN_ON names", "port 8080".
func addressIn(about subject) string {
	if about.kind == argumentSubject && strings.Trim(about.name, "0123456789") == "" {
		return "port " + about.name
	}
	if about.kind == settingSubject || about.kind == argumentSubject {
		return "an address that " + about.String() + " names"
	}
	return about.String()
}

// notAccepted is the summary if the log has no words for what is wrong.
const notAccepted = "its configuration is not accepted"

// provided reports whether a file is one that a ConfigMap which was read gives the
// container: then it is another file that is missing.
func (c configuration) provided(file string) bool {
	for _, o := range c.objects {
		key := o.key
		switch {
		case o.path == "" || o.kind != "ConfigMap":
			continue
		case key == "" && path.Dir(file) == strings.TrimSuffix(o.path, "/"):
			key = path.Base(file)
		case file != o.path:
			continue
		}
		if c.hasKey(o, key) {
			return true
		}
	}
	return false
}

// unknownOption returns which setting holds a word that the program does not
// know. Programs report unknown command-line options and unknown configuration
// options alike.
func (f clueFinder) unknownOption() string {
	word := strings.TrimLeft(f.read.operand(), "-")
	has := func(s setting) bool { return s.known && hasWord(s.value, word) }
	inArgs := slices.ContainsFunc(f.config.settings, func(s setting) bool { return s.argument() && has(s) })
	inFiles := slices.ContainsFunc(f.config.settings, func(s setting) bool { return s.isFile() && has(s) })
	switch {
	case f.read.is(logs.ConfigUnknown) && inArgs && !inFiles && f.read.Cause.Place.File == "":
		return fmt.Sprintf("its command line is refused (%s)", f.read.operand())
	case f.read.is(logs.OptionBad) && inFiles && !inArgs:
		return fmt.Sprintf("its configuration names %s, which it does not know or accept", f.read.operand())
	case f.read.is(logs.OptionBad) && !slices.ContainsFunc(f.config.settings, setting.argument): // the image has the command line
		return "an option that it is given is refused" + ifTrue(word != "", " ("+f.read.operand()+")")
	}
	return cmp.Or(f.read.wrong(), notAccepted)
}

// addressOf returns the port that the reason names last, "" if it names none: clocks
// and places stand before.
func (r reading) addressOf() string {
	line := r.line()
	port := ""
	for _, m := range listened.FindAllStringSubmatchIndex(line, -1) {
		clock := clockGoesOn.MatchString(line[m[1]:]) // hours, minutes, seconds
		for g := 2; g < len(m) && !clock; g += 2 {    // the groups, of which the form that matched has set one
			if m[g] >= 0 {
				port = line[m[g]:m[g+1]]
			}
		}
	}
	return ifTrue(port != "", "port "+port)
}

// clockGoesOn is what stands behind the hour or minute of a clock.
var clockGoesOn = lazyregexp.New(`^:\d`)

// listened is a port as errors of sockets name it: ":9102", "port 9102", "('::', 9102)".
var listened = lazyregexp.New(`(?:[\d\]*]|\s|tcp):+(\d{2,5})\b|(?i:\bport:? )(\d{2,5})\b|', (\d{2,5})\)|(?i:\baddress) '(\d{2,5})'`)
