package bundle

import (
	"cmp"
	"context"
	"errors"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/thrashkit/thrashkit/pkg/bundle/internal/manifest"
)

// textFile is the documents of one file.
type textFile struct {
	entry     *entry
	place     place
	documents []manifest.Document
	logs      []dumpSection
	err       error
}

// parseJob is one part of a file to parse, and what is in it.
type parseJob struct {
	file *textFile
	part manifest.Part
	docs []manifest.Document
	err  error
}

// parse reads the documents of all files, each on any processor.
func (x *fileIndex) parse(ctx context.Context) error {
	jobs := x.unparsed()
	err := each(ctx, len(jobs), func(i int) {
		j := jobs[i]
		j.docs, j.err = manifest.Parse(j.part, j.file.entry.in.limits.documents)
	})
	if err != nil {
		return err
	}
	for _, j := range jobs { // in the order of the files, whichever was parsed first
		j.file.addDocuments(j.part, j.docs, j.err)
	}
	return nil
}

// unparsed returns the parts of the files that were not decoded while they were read.
func (x *fileIndex) unparsed() []*parseJob {
	var jobs []*parseJob
	for _, t := range x.texts {
		if t.entry.gap != nil {
			t.err = t.entry.gap
			continue
		}
		if t.entry.digested != nil {
			continue
		}
		for _, p := range t.split() {
			jobs = append(jobs, &parseJob{file: t, part: p})
		}
	}
	return jobs
}

// addDocuments adds what was read of one part of the file.
func (t *textFile) addDocuments(part manifest.Part, documents []manifest.Document, err error) {
	if bad := (*manifest.DocumentError)(nil); errors.As(err, &bad) && t.err == nil {
		t.err = t.bad(len(t.documents)+max(bad.Document, 1), bad.Line, bad.Err)
	}
	if err != nil {
		documents = []manifest.Document{{Source: &manifest.Source{}, Line: part.Line}} // keeps the numbers of the documents after it
	}
	if n := len(documents); n > 0 {
		documents[0].Before = part.Before
		documents[n-1].After = part.After
	}
	t.documents = append(t.documents, documents...)
}

// split cuts the text into the parts that can be parsed alone, and takes the
// logs out of a cluster-info dump on standard output.
func (t *textFile) split() []manifest.Part {
	data := manifest.UTF8(t.entry.data)
	if !t.entry.in.single() || !holdsDumpLogs(data) {
		return manifest.Split(data)
	}
	texts, logs := cutDump(data)
	t.logs = logs
	t.entry.in.layout = clusterInfoDump
	var parts []manifest.Part
	for _, text := range texts {
		for _, p := range manifest.Split(text.Text) {
			parts = append(parts, manifest.Part{Line: text.Line + p.Line - 1, Text: p.Text})
		}
	}
	return parts
}

// each calls do for 0 to n-1 on all processors, until ctx ends.
func each(ctx context.Context, n int, do func(i int)) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		if ctx.Err() != nil { // what has begun ends before the return
			break
		}
		group.Go(func() error {
			do(i)
			return nil
		})
	}
	return cmp.Or(group.Wait(), ctx.Err())
}
