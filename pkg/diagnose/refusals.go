package diagnose

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"
)

// The words of verdicts on what a program was given.

// confirms returns what would show whether the verdict is right.
func (f *caseFile) confirms(subject string) []string {
	if f.read.is(logs.DataForeign) && f.read.Cause.Entry.Name != "other-cluster" {
		return f.dataAdvice()
	}
	if f.read.Cause != nil && f.read.Cause.Entry.Fix != "" {
		return []string{f.read.Cause.Entry.Fix}
	}
	ofFile := f.read.is(logs.FileMissing, logs.FileDenied, logs.FileReadOnly)
	byFile := subject == "" || subject[0] == '/' || strings.HasPrefix(subject, "argument ")
	if file := f.read.operand(); ofFile && byFile && strings.HasPrefix(file, "/") {
		return []string{f.confirmsFile(file)}
	}
	if subject == "" {
		return nil
	}
	if subject[0] == '/' {
		return []string{f.confirmsFile(subject)}
	}
	if name, unset := strings.CutSuffix(subject, " is not set"); unset {
		return []string{"whether it starts once " + name + " is set"}
	}
	return []string{"whether it starts once " + subject + " is corrected"}
}

// confirmsFile returns what would show whether a file is at fault.
func (f *caseFile) confirmsFile(file string) string {
	switch f.read.kind() {
	case logs.FileMissing:
		if f.read.makes(file) {
			return "whether it starts once the directory of " + file + " is there"
		}
		return "whether it starts once " + file + " is there"
	case logs.FileDenied:
		return "the owner and mode of " + file + ", beside the user and group that the container runs as (runAsUser, fsGroup)"
	case logs.FileReadOnly:
		return "whether it starts once " + file + " is on a volume that it may write to"
	default:
		return "whether it starts once " + file + " is corrected"
	}
}

// refusal returns what is wrong with what the program was given; subject names the
// setting that is tied to it, "" if none is.
func (f *caseFile) refusal(subject string) string {
	setting := subject != "" && !strings.HasPrefix(subject, "/") && !strings.HasPrefix(subject, "argument ")
	switch {
	case subject == "readOnlyRootFilesystem":
		return "readOnlyRootFilesystem forbids it to write " + cmp.Or(f.read.operand(), "there")
	case f.read.is(logs.ConfigValue) && setting && f.read.Cause.Entry.Say == "":
		return fmt.Sprintf("the value of %s is not accepted", subject)
	case f.read.is(logs.PortTaken) && f.read.operand() == "" && f.read.Cause.Entry.Say == "":
		return cmp.Or(f.addressOf(), subject, "an address that it listens on") + " is in use already"
	case f.read.is(logs.FileMissing) && f.read.Cause.Entry.Say == "" && f.provided(f.read.operand()):
		return sentences[logs.FileMissing].without
	case f.read.is(logs.OptionBad, logs.ConfigUnknown) && f.read.Cause.Entry.Say == "":
		return f.unknownOption()
	}
	return cmp.Or(f.read.wrong(), "its configuration is not accepted")
}

// provided reports whether a file is one that a ConfigMap which was read gives the
// container: then it is another file that is missing.
func (f *caseFile) provided(file string) bool {
	for _, o := range f.config.objects {
		key := o.key
		switch {
		case o.path == "" || o.kind != "ConfigMap":
			continue
		case key == "" && path.Dir(file) == strings.TrimSuffix(o.path, "/"):
			key = path.Base(file)
		case file != o.path:
			continue
		}
		if f.config.hasKey(o, key) {
			return true
		}
	}
	return false
}

// unknownOption returns which setting holds a word that the program does not
// know. Programs report unknown command-line options and unknown configuration
// options alike.
func (f *caseFile) unknownOption() string {
	word := strings.TrimLeft(f.read.operand(), "-")
	inArgs := false
	inFiles := false
	args := 0
	for _, s := range f.config.settings {
		switch {
		case s.program || !s.known:
		case s.name == "":
			args++
			inArgs = inArgs || (word != "" && hasWord(s.value, word))
		case strings.Contains(s.value, "\n"):
			inFiles = inFiles || (word != "" && hasWord(s.value, word))
		}
	}
	switch {
	case f.read.is(logs.ConfigUnknown) && inArgs && !inFiles && f.read.Cause.Place.File == "":
		return fmt.Sprintf("its command line is refused (%s)", f.read.operand())
	case f.read.is(logs.OptionBad) && word != "" && inFiles && !inArgs:
		return fmt.Sprintf("its configuration names %s, which it does not know or accept", f.read.operand())
	case f.read.is(logs.OptionBad) && !inArgs && args == 0:
		return "an option that it is given is refused" + ifTrue(word != "", " ("+f.read.operand()+")")
	}
	return cmp.Or(f.read.wrong(), "its configuration is not accepted")
}

// addressOf returns the port that the reason names last, "" if it names none: clocks
// and places stand before.
func (f *caseFile) addressOf() string {
	line := f.read.line()
	port := ""
	for _, m := range listened.FindAllStringSubmatchIndex(line, -1) {
		clock := clockGoesOn.MatchString(line[m[1]:]) // hours, minutes, seconds
		for g := 2; g < len(m) && !clock; g += 2 {
			if m[g] >= 0 {
				port = line[m[g]:m[g+1]]
			}
		}
	}
	if port == "" {
		return ""
	}
	return "port " + port
}

// clockGoesOn is what stands behind the hour or minute of a clock.
var clockGoesOn = regexp.MustCompile(`^:\d`)

// listened is a port as errors of sockets name it: ":9102", "port 9102", "('::', 9102)".
var listened = regexp.MustCompile(`(?:[\d\]*]|\s|tcp):+(\d{2,5})\b|(?i:\bport:? )(\d{2,5})\b|', (\d{2,5})\)|(?i:\baddress) '(\d{2,5})'`)
