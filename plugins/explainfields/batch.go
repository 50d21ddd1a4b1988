package explainfields

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/memory"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Documents are explained in batches on all processors. A batch is written and
// dropped before the next one is read, so that memory is bounded by the largest
// documents, not by their number.
const (
	batchLength = 64      // documents
	batchBytes  = 1 << 18 // of text
)

// run explains and prints documents as they are read.
type run struct {
	*options
	snapshot *snapshot.Snapshot
	fleet    *fleetObject // the object in several contexts; nil for one cluster
	batch    []document
	bytes    int      // of text in the batch
	last     document // the one before, without its text

	printed    bool           // a document was printed as text
	any        bool           // a document was read, whether or not it is shown
	collector  collector      // for formats that print all reports together, nil for others
	messages   []message      // problems and errors in the order of the documents
	failed     bool           // a document could not be read
	found      bool           // a problem is one that --fail-on names
	lost       []snapshot.Gap // what could not be read, for reports
	needs      []need         // for --needs
	judgements []judgement    // for the formats that list only problems
}

// newRun returns the run of a command, with the snapshot that takes what cannot be read.
func newRun(o *options, s *snapshot.Snapshot) *run {
	r := &run{options: o, snapshot: s}
	r.collector = r.newCollector()
	return r
}

// message is a line on stderr.
type message struct {
	text  string
	error bool // a document could not be read; otherwise a problem in one
}

// add returns the function that takes the next document. A full batch is written
// only when the next document is there: a text needs to know whether another one
// follows.
func (r *run) add(ctx context.Context) func(document) error {
	return func(d document) error {
		r.any = true
		d.findMarker(&r.last)
		r.last = document{file: d.file, marker: d.marker}
		if r.full(&d) {
			if err := r.flush(ctx, false); err != nil {
				return err
			}
		}
		r.batch = append(r.batch, d)
		r.bytes += len(d.text)
		return nil
	}
}

// full reports whether the batch has no room for another document. An empty batch
// takes a document of any size.
func (r *run) full(next *document) bool {
	if len(r.batch) == 0 {
		return false
	}
	return len(r.batch) >= batchLength || r.bytes+len(next.text) > batchBytes
}

// boundMemory sets how often garbage is collected while the batch is explained, and returns a function that
// undoes that. A batch of small documents leaves little behind, and collecting it less often saves a fifth of the
// time. A large document is kept whole until it is printed, with all of its fields, so that garbage beside
// it counts: with 200,000 keys this saves from 50 MB (text) to 340 MB (table) and costs 0.3 s.
func (r *run) boundMemory() (undo func()) {
	percent := 300
	if r.bytes > batchBytes {
		percent = 40
		memory.Hold(roomForProgram + roomForByte*int64(r.bytes))
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// The memory limit for a large document, which is to stay within 300 MB and 20 times its length. The
// process has 60 MB that do not count, above all its own code.
const (
	roomForProgram = 240 << 20
	roomForByte    = 20
)

// flush explains and prints the documents of the batch, and empties it.
func (r *run) flush(ctx context.Context, last bool) error {
	defer r.boundMemory()()
	if err := r.explainBatch(ctx); err != nil {
		return err
	}
	for i := range r.batch {
		if err := r.take(&r.batch[i]); err != nil {
			return err
		}
	}
	if r.asText() {
		if err := r.write(last); err != nil {
			return err
		}
	}
	r.batch = r.batch[:0]
	r.bytes = 0
	// Without this the array under the empty slice would keep the documents in memory.
	clear(r.batch[:cap(r.batch)])
	return nil
}

// explainBatch makes the reports of the batch, and compares them with the cluster or the other
// contexts if that was asked for.
func (r *run) explainBatch(ctx context.Context) error {
	each(r.batch, r.explain)
	if r.fleet != nil {
		each(r.batch, r.diverge)
	}
	if r.flags.against != "" {
		if err := r.compare(ctx, r.snapshot, r.batch); err != nil {
			return err
		}
	}
	return r.clock(ctx, r.batch)
}

// each does something with documents on all processors.
func each(documents []document, do func(*document)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range documents {
		group.Go(func() error {
			do(&documents[i])
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
}

// asText reports whether documents are printed as they are read.
func (r *run) asText() bool {
	return (r.flags.Output == "text" || r.flags.Output == "wide") && !r.flags.summary && !r.flags.needs
}

// write writes the documents of the batch as text.
func (r *run) write(last bool) error {
	shown := slices.DeleteFunc(r.batch, func(d document) bool { return !r.shows(&d) })
	texts, err := r.texts(shown, last)
	for i, text := range texts {
		if !r.printed && shown[i].marked && r.env.Width() == 0 {
			// The file began with a byte order mark; a terminal would show it.
			if err := view.WriteByteOrderMark(r.env.Out); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(r.env.Out, text); err != nil {
			return err
		}
		r.printed = true
	}
	return err
}

// texts returns the texts of documents in their order. If one of them fails, it
// returns those before it and the error.
func (r *run) texts(shown []document, last bool) ([]string, error) {
	texts := make([]string, len(shown))
	errs := make([]error, len(shown))
	indexes := make(map[*document]int, len(shown)) // each hands out documents, not their places
	for i := range shown {
		indexes[&shown[i]] = i
	}
	each(shown, func(d *document) {
		i := indexes[d]
		first := !r.printed && i == 0
		texts[i], errs[i] = r.text(d, first, last && i == len(shown)-1)
	})
	if failed := slices.IndexFunc(errs, func(err error) bool { return err != nil }); failed >= 0 {
		return texts[:failed], errs[failed]
	}
	return texts, nil
}

// shows reports whether a document has something to print. If only some fields are
// asked for, it needs one of them.
func (r *run) shows(d *document) bool {
	if !r.subset() || len(d.errors) > 0 {
		return true
	}
	return slices.ContainsFunc(d.parts, func(p part) bool { return slices.Contains(r.chosen(p.report), true) })
}

// take keeps what is needed of a document after it is dropped: its problems, and
// what the formats print that print all reports together.
func (r *run) take(d *document) error {
	for _, e := range d.errors {
		r.takeError(d.file, e)
	}
	r.judge(d)
	if d.parsed == nil {
		return nil
	}
	if r.collector != nil {
		d.parsed = nil // only the text of the file needs it again
	}
	for _, p := range d.parts {
		if err := r.takePart(d, p); err != nil {
			return err
		}
	}
	return nil
}

// takePart keeps what is needed of one object. Something without a kind is no object that a report
// could be about: its problems alone are kept.
func (r *run) takePart(d *document, p part) error {
	if r.flags.needs && r.readable() {
		r.needs = append(r.needs, need{position(d.file, firstLine(d, p.report), 0), title(p.report), p.report.Needs})
	}
	r.takeProblems(d.file, p.report)
	if r.collector == nil || p.schema.GVK.Kind == "" {
		return nil
	}
	report := r.narrowed(p.report)
	p.report.ForgetText()
	report.ForgetText()
	return r.collector.add(report)
}

// takeError keeps why a document could not be read.
func (r *run) takeError(file string, e *bundle.DocumentError) {
	r.failed = true
	text := fmt.Sprintf("error: %s: %v", position(file, e.Line, e.Column), e.Err)
	r.messages = append(r.messages, message{text: text, error: true})
	r.lost = append(r.lost, snapshot.Gap{Resource: file, Reason: e.Err.Error(), Impact: "it is not explained"})
}

// takeProblems keeps the problems of an object as messages, and whether --fail-on
// names one of them. --needs prints no messages.
func (r *run) takeProblems(file string, report *annotate.Report) {
	for _, problem := range report.Problems {
		r.found = r.found || r.fails(problem.Kind)
		if r.flags.needs {
			continue
		}
		text := "warning: " + placeOf(file, report, problem) + ": " + problem.Path + " " + problem.Sentence()
		r.messages = append(r.messages, message{text: text})
	}
}

// placeOf returns where a problem is: "web.yaml:7:3", or of a live object its name.
func placeOf(file string, report *annotate.Report, p annotate.Problem) string {
	if file == "" {
		return title(report)
	}
	return position(file, p.Line, p.Column)
}

// position returns a place in a file as compilers write it: file:line:column. A line
// or column of 0 is unknown and left out.
func position(file string, line, column int) string {
	switch {
	case line == 0:
		return file
	case column == 0:
		return fmt.Sprintf("%s:%d", file, line)
	default:
		return fmt.Sprintf("%s:%d:%d", file, line, column)
	}
}
