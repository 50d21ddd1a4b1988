package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// logPlace is the position of a log. Logs are not kept in memory, except for the
// ends of those in archives that can be read only once.
type logPlace struct {
	entry    *entry
	section  []byte // the log itself, if it is part of a text in memory
	inMemory bool
}

// addLog records the position of the log of p. Of several files of one log one with content is preferred, and a
// second copy is used only if the first has none.
func (x *fileIndex) addLog(p place, e *entry) {
	have, there := x.logs[*p.log]
	if there && (p.second || e.size == 0) && have.entry.size > 0 {
		return
	}
	x.logs[*p.log] = logPlace{entry: e}
	if p.namespace != "" {
		put(&x.coverage.namespaces, p.namespace, true)
	}
}

// loadLogs reads logs into s. Those of one archive are read in one pass.
func (x *fileIndex) loadLogs(ctx context.Context, s *snapshot.Snapshot, wanted []snapshot.LogRead) error {
	passes := passes{}
	for _, w := range wanted {
		if e := x.loadFromMemory(s, w); e != nil {
			passes.add(e, w)
		}
	}
	for _, in := range x.inputs {
		if err := x.readLogs(ctx, s, in, passes[in]); err != nil {
			return err
		}
	}
	return nil
}

// loadFromMemory adds a log that is in memory, or the gap of one that is nowhere. It returns the file that the log
// is still to be read from; nil if it is done with.
func (x *fileIndex) loadFromMemory(s *snapshot.Snapshot, w snapshot.LogRead) *entry {
	at, ok := x.findLog(w.LogKey)
	switch {
	case !ok:
		x.logGap(s, w, x.whyNoLog(w.LogKey))
	case at.inMemory:
		addLog(s, w, at.section, false)
	case at.entry.in.kind != inputStream:
		return at.entry
	case at.entry.gap != nil:
		x.logGap(s, w, at.entry.gap.Error())
	default:
		x.addSection(s, w, at.entry.logs)
	}
	return nil
}

// passes are the logs to read from files: several containers may have theirs in one file.
type passes map[*input]logReads

// add adds a log that is in the file e.
func (p passes) add(e *entry, w snapshot.LogRead) {
	if p[e.in] == nil {
		p[e.in] = logReads{}
	}
	p[e.in][e.path] = append(p[e.in][e.path], w)
}

// findLog finds the log of one container, or the file with those of its pod.
func (x *fileIndex) findLog(key snapshot.LogKey) (logPlace, bool) {
	if at, ok := x.logs[key]; ok {
		return at, true
	}
	at, ok := x.logs[snapshot.LogKey{Namespace: key.Namespace, Pod: key.Pod}] // of current instances only
	return at, ok && !key.Previous
}

// readLogs reads the logs of one input, by the path of their file.
func (x *fileIndex) readLogs(ctx context.Context, s *snapshot.Snapshot, in *input, wanted logReads) error {
	if len(wanted) == 0 {
		return nil
	}
	failed := in.again(ctx, wanted, func(path string, r io.Reader) error {
		reads := wanted[path]
		delete(wanted, path)
		if err := x.readLog(s, in, path, reads, r); err != nil {
			x.logGaps(s, reads, err)
		}
		return ctx.Err() // the other logs are read all the same
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if failed == nil {
		failed = errors.New("it is not there any more")
	}
	// What was read is no longer wanted. The rest comes behind a damaged part of the archive, or was deleted.
	for _, path := range slices.Sorted(maps.Keys(wanted)) {
		x.logGaps(s, wanted[path], failed)
	}
	return nil
}

// logGaps adds a gap for each of the logs in a file that cannot be read.
func (x *fileIndex) logGaps(s *snapshot.Snapshot, reads []snapshot.LogRead, why error) {
	for _, w := range reads {
		x.logGap(s, w, why.Error())
	}
}

// readLog reads the file at path, which holds the logs that reads name.
func (x *fileIndex) readLog(s *snapshot.Snapshot, in *input, path string, reads []snapshot.LogRead, r io.Reader) error {
	if !in.layout.podLogs {
		return readOneLog(s, path, reads, r)
	}
	data, err := in.limits.text(r, unknownSize)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	_, sections := cutDump(data)
	for _, w := range reads {
		x.addSection(s, w, sections)
	}
	return nil
}

// readOneLog reads the end of a file that is the log of one container.
func readOneLog(s *snapshot.Snapshot, path string, reads []snapshot.LogRead, r io.Reader) error {
	text, cut, err := readTail(r, mostOf(reads))
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	for _, w := range reads {
		addLog(s, w, text, cut)
	}
	return nil
}

// mostOf returns how many bytes of a log the reads need: some may ask for more of it than others.
func mostOf(reads []snapshot.LogRead) int64 {
	var most int64
	for _, w := range reads {
		most = max(most, min(w.Limit(), maxFile))
	}
	return most
}

// addSection adds the log that w names out of those of one file.
func (x *fileIndex) addSection(s *snapshot.Snapshot, w snapshot.LogRead, sections []dumpSection) {
	for _, d := range sections {
		if d.key == w.LogKey || d.key == (snapshot.LogKey{}) {
			addLog(s, w, d.text, d.cut)
			return
		}
	}
	x.logGap(s, w, x.whyNoLog(w.LogKey))
}

// addLog puts the end of text into s, as much of it as w asks for. cut reports whether text is
// itself the end of a longer one.
func addLog(s *snapshot.Snapshot, w snapshot.LogRead, text []byte, cut bool) {
	text, cut = endOf(text, w, cut)
	if len(text) == 0 {
		return // collectors leave an empty file if the server has no log
	}
	if s.Logs == nil {
		s.Logs = map[snapshot.LogKey]snapshot.Log{}
	}
	s.Logs[w.LogKey] = snapshot.Log{Text: string(text), Truncated: cut, Timestamps: timestamped(text)}
}

// endOf returns as much of the end of text as w asks for, and whether that is not all. A line of
// which only the end is left is dropped.
func endOf(text []byte, w snapshot.LogRead, cut bool) ([]byte, bool) {
	if over := int64(len(text)) - min(w.Limit(), maxFile); over > 0 {
		text = text[over:]
		cut = true
	}
	if cut {
		text = wholeLines(text)
	}
	if w.TailLines > 0 {
		if from := lastLines(text, w.TailLines); from > 0 {
			text = text[from:]
			cut = true
		}
	}
	return text, cut
}

// wholeLines returns text from its second line on, because the first one may be the end of a line only. The end of
// one very long line is better than nothing.
func wholeLines(text []byte) []byte {
	if _, whole, found := bytes.Cut(text, []byte("\n")); found && len(whole) > 0 {
		return whole
	}
	return text
}

// whyNoLog returns why the log is not there.
func (x *fileIndex) whyNoLog(key snapshot.LogKey) string {
	if x.layout.noLog != nil {
		if why := x.layout.noLog(key); why != "" {
			return why
		}
	}
	return fmt.Sprintf("the %s holds no %slog", x.layout.name, which(key))
}

// which returns "previous " for the log of the instance before the current one.
func which(key snapshot.LogKey) string {
	if key.Previous {
		return "previous "
	}
	return ""
}

// logGap adds the gap of one log, which is named by its pod and container: "web-5d/app".
func (x *fileIndex) logGap(s *snapshot.Snapshot, w snapshot.LogRead, reason string) {
	s.AddGap(snapshot.Gap{
		Resource: "pods/log", Namespace: w.Namespace, Reason: reason, Impact: w.Impact, Names: []string{w.Pod + "/" + w.Container},
	})
}
