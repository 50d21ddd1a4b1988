package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"

	"golang.org/x/tools/txtar"
)

// fall is how much less a verdict may state after a variation than before it. No variation may
// make it name another cause, or state something false.
type fall string

const (
	nothing   fall = "nothing"
	surety    fall = "confidence" // the same cause with less confidence
	assertion fall = "cause"      // "undetermined"
)

// variation shows a case in another way that does not change why the container exits.
type variation struct {
	name   string
	may    fall                              // what the verdict may lose
	fits   func(crash) bool                  // it cannot change the cause of this case
	before string                            // lines above the log; CODE in them stands for the exit code
	after  string                            // lines below it
	wrap   func(line string) string          // writes each line in another layout
	join   func(lines []string) []string     // writes the log as other lines
	change func(r crash, text string) string // changes the names and texts of all files of the case
}

// crash is what a case shows of the run that ended.
type crash struct {
	labels labels
	at     int      // the index of its log in the files of the case
	stamps []string // the time that the runtime wrote before each line
	lines  []string // the lines without it
	code   string   // the exit code, "" if the containers of the case do not all exit with the same
	files  []txtar.File
}

var exitCodes = regexp.MustCompile(`(?m)^ +exitCode: (\d+)$`)

// crashOf returns the run whose log decides a case. It returns false if the case has no log or more than one: a change of
// one of several could be a change of what happened.
func crashOf(c labels, files []txtar.File) (crash, bool) {
	r := crash{labels: c, at: -1, files: files}
	codes := map[string]bool{}
	for i, f := range files {
		for _, m := range exitCodes.FindAllSubmatch(f.Data, -1) {
			r.code = string(m[1])
			codes[r.code] = true
		}
		if !strings.HasSuffix(f.Name, "/logs/previous.log") {
			continue
		}
		if r.at >= 0 {
			return crash{}, false
		}
		r.at = i
	}
	if r.at < 0 || c.Culprit == nil || !strings.Contains(files[r.at].Name, "/pods/"+c.Culprit.Name) {
		return crash{}, false
	}
	if len(codes) > 1 {
		r.code = ""
	}
	for line := range strings.Lines(string(files[r.at].Data)) {
		stamp, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		r.stamps = append(r.stamps, stamp)
		r.lines = append(r.lines, strings.TrimRight(text, "\r"))
	}
	return r, len(r.lines) > 0
}

// apply returns the files of a case after the variation, nil if it does not fit the case.
func (v variation) apply(r crash) []txtar.File {
	if v.fits != nil && !v.fits(r) {
		return nil
	}
	out := make([]txtar.File, len(r.files))
	log := r.files[r.at].Data
	for i, f := range r.files {
		switch {
		case v.change != nil:
			out[i] = txtar.File{Name: v.change(r, f.Name), Data: []byte(v.change(r, string(f.Data)))}
		case strings.HasSuffix(f.Name, ".log") && bytes.Equal(f.Data, log): // while the container waits, both logs are of that run
			out[i] = txtar.File{Name: f.Name, Data: []byte(v.log(r))}
		default:
			out[i] = f
		}
	}
	return out
}

// log returns the log after the variation. Lines above it have the time of its first line, lines below it that of its last.
func (v variation) log(r crash) string {
	var out strings.Builder
	for _, line := range v.noise(v.before, r) {
		out.WriteString(r.stamps[0] + " " + line + "\n")
	}
	lines := r.lines
	if v.join != nil {
		lines = v.join(lines)
	}
	for i, line := range lines {
		if v.wrap != nil {
			line = v.wrap(line)
		}
		out.WriteString(r.stamps[min(i, len(r.stamps)-1)] + " " + line + "\n")
	}
	for _, line := range v.noise(v.after, r) {
		out.WriteString(r.stamps[len(r.stamps)-1] + " " + line + "\n")
	}
	return out.String()
}

// noise returns the lines of a text that is added to a log.
func (v variation) noise(text string, r crash) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(strings.Trim(text, "\n"), "CODE", r.code), "\n")
}

// varied is how the verdict on a case changed.
type varied struct {
	before, after result
	quoted        string // a line of the noise that the summary quotes
}

// judge judges the case of a run after the variation; false if the variation does not fit.
func (v variation) judge(r crash, before result) (varied, bool, error) {
	files := v.apply(r)
	if files == nil {
		return varied{}, false, nil
	}
	archive, err := tarOf(files)
	if err != nil {
		return varied{}, false, err
	}
	items, err := itemsIn(archive)
	if err != nil {
		return varied{}, false, fmt.Errorf("diagnose %s after %s: %w", r.labels.ID, v.name, err)
	}
	c := r.labels
	if v.change != nil {
		c = v.relabelled(r)
	}
	out := varied{before: before, after: c.judge(before.shot, true, items)}
	if i := out.after.item; i != nil {
		out.quoted = v.quotes(r, i.Cause.Summary)
	}
	return out, true, nil
}

// relabelled returns the labels of a case whose names the variation changes.
func (v variation) relabelled(r crash) labels {
	c := r.labels
	c.Namespace = v.change(r, c.Namespace)
	c.Culprit = &place{Name: v.change(r, c.Culprit.Name), Container: v.change(r, c.Culprit.Container)}
	return c
}

// quotes returns the line of the noise that a summary quotes, "" if there is none.
func (v variation) quotes(r crash, summary string) string {
	const shortest = 12 // bytes: a shorter one may be a word of any sentence
	for _, line := range append(v.noise(v.before, r), v.noise(v.after, r)...) {
		if line = strings.TrimSpace(line); len(line) >= shortest && strings.Contains(summary, line) {
			return line
		}
	}
	return ""
}

// readFiles returns the files of a recorded snapshot, nil if it is no txtar.
func readFiles(file string) ([]txtar.File, error) {
	if !strings.HasSuffix(file, ".txtar") {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return txtar.Parse(text).Files, nil
}
