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
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/redact"
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

	printed    bool               // a document was printed as text
	any        bool               // a document was read
	reports    []*annotate.Report // for formats that need all of them
	redacted   int                // values in reports
	messages   []string           // problems and errors in the order of the documents
	failed     bool               // a document could not be read
	found      bool               // a problem is one that --fail-on names
	lost       []snapshot.Gap     // what could not be read, for reports
	needs      []need             // for --needs
	judgements []judgement        // for the formats that list only problems
}

// add returns the function that takes the next document.
func (r *run) add(ctx context.Context) func(document) error {
	return func(d document) error {
		r.any = true
		d.findMarker(&r.last)
		r.last = document{file: d.file, marker: d.marker}
		if len(r.batch) > 0 && (len(r.batch) >= batchLength || r.bytes+len(d.text) > batchBytes) {
			// A text needs to know whether another one follows.
			if err := r.flush(ctx, false); err != nil {
				return err
			}
		}
		r.batch = append(r.batch, d)
		r.bytes += len(d.text)
		return nil
	}
}

// garbage is how much the heap may grow before it is collected, in percent of what is in
// use. What a batch of small documents leaves behind is little, and collecting it rarely
// saves a fifth of the time; a large document is collected as usual.
func garbage(bytes int) int {
	if bytes <= batchBytes {
		return 300
	}
	return 100
}

// flush explains and prints the documents of the batch.
func (r *run) flush(ctx context.Context, last bool) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage(r.bytes)))
	each(r.batch, r.explain)
	if r.fleet != nil {
		each(r.batch, r.diverge)
	}
	if r.flags.against != "" {
		if err := r.compare(ctx, r.snapshot, r.batch); err != nil {
			return err
		}
	}
	if err := r.clock(ctx, r.batch); err != nil {
		return err
	}
	for i := range r.batch {
		r.take(&r.batch[i])
	}
	if r.asText() {
		if err := r.write(last); err != nil {
			return err
		}
	}
	r.batch, r.bytes = r.batch[:0], 0
	clear(r.batch[:cap(r.batch)])
	return nil
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
	shown := slices.DeleteFunc(slices.Clone(r.batch), func(d document) bool { return !r.shows(&d) })
	texts := make([]string, len(shown))
	errs := make([]error, len(shown))
	first := !r.printed
	indexes := make(map[*document]int, len(shown))
	for i := range shown {
		indexes[&shown[i]] = i
	}
	each(shown, func(d *document) {
		i := indexes[d]
		texts[i], errs[i] = r.text(d, first && i == 0, last && i == len(shown)-1)
	})
	for i, text := range texts {
		if errs[i] != nil {
			return errs[i]
		}
		if first && i == 0 && shown[i].marked && r.env.Width() == 0 {
			if err := view.WriteByteOrderMark(r.env.Out); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(r.env.Out, text); err != nil {
			return err
		}
		r.printed = true
	}
	return nil
}

// shows reports whether a document has something to print: if only some fields
// are asked for, it needs one of them.
func (r *run) shows(d *document) bool {
	if !r.subset() {
		return true
	}
	return len(d.errors) > 0 || slices.ContainsFunc(d.parts, func(p part) bool { return slices.Contains(r.chosen(p.report), true) })
}

// take keeps what is needed of a document after it is dropped: its problems, and
// its reports for the formats that print them together.
func (r *run) take(d *document) {
	r.failed = r.failed || len(d.errors) > 0
	for _, e := range d.errors {
		r.messages = append(r.messages, fmt.Sprintf("error: %s: %v", position(d.file, e.Line, e.Column), e.Err))
		r.lost = append(r.lost, snapshot.Gap{Resource: d.file, Reason: e.Err.Error(), Impact: "it is not explained"})
	}
	r.judge(d)
	if d.parsed == nil {
		return
	}
	for _, p := range d.parts {
		if r.flags.needs && r.readable() {
			r.needs = append(r.needs, need{position(d.file, firstLine(d, p.report), 0), title(p.report), p.report.Needs})
		}
		for _, problem := range p.report.Problems {
			where := title(p.report)
			if d.file != "" {
				where = position(d.file, problem.Line, problem.Column)
			}
			if !r.flags.needs {
				r.messages = append(r.messages, "warning: "+where+": "+problem.Path+" "+problem.Sentence())
			}
			r.found = r.found || r.fails(problem.Kind)
		}
		if !r.asText() && !r.listsFindings() && p.schema.GVK.Kind != "" {
			r.reports = append(r.reports, r.narrowed(p.report))
			r.redacted += p.report.Redacted
		}
	}
}

// position returns a place in a file as compilers write it.
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

// clock finds the time to count back from, if the text of live objects names times.
func (r *run) clock(ctx context.Context, documents []document) error {
	named := func(p part) bool { return p.report != nil && len(p.report.Shares()) > 1 }
	live := len(r.flags.Filenames) == 0
	if live && r.asText() && slices.ContainsFunc(documents, func(d document) bool { return slices.ContainsFunc(d.parts, named) }) {
		if err := r.stamp(ctx, r.snapshot); err != nil {
			return err
		}
		r.at, r.atSource = r.snapshot.At, r.snapshot.AtSource
	}
	return nil
}

// finish prints what is left: the last batch, the formats that print all
// reports together, and what is wrong.
func (r *run) finish(ctx context.Context) error {
	if err := r.flush(ctx, true); err != nil {
		return err
	}
	if !r.any && len(r.flags.Filenames) == 0 && r.readable() {
		cli.Warn(r.env, r.snapshot)
		cli.NoResources(r.env, r.namespace)
		return nil
	}
	if !r.asText() {
		if err := r.print(ctx); err != nil {
			return err
		}
	} else if !r.printed {
		if _, err := fmt.Fprintln(r.env.ErrOut, "No fields match."); err != nil {
			return err
		}
	}
	if err := r.printMessages(); err != nil {
		return err
	}
	switch {
	case r.failed:
		return &cli.ExitError{Code: cli.ExitFailed}
	case r.found:
		return &cli.ExitError{Code: cli.ExitFound}
	default:
		return nil
	}
}

// printMessages writes what is wrong to standard error, a line each.
func (r *run) printMessages() error {
	cli.Warn(r.env, r.snapshot)
	if r.fleet != nil && (r.flags.Output == "table" || r.flags.summary || (r.asText() && !r.printed)) { // the others have it in the output
		if _, err := fmt.Fprintln(r.env.ErrOut, view.CleanLine(r.fleet.header)); err != nil {
			return err
		}
	}
	for _, message := range r.messages {
		if r.readable() || message[0] == 'e' { // reports have the problems, but not the errors
			shown, _ := redact.Text(message)
			if _, err := fmt.Fprintln(r.env.ErrOut, view.CleanLine(shown)); err != nil {
				return err
			}
		}
	}
	return nil
}
