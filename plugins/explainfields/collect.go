package explainfields

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// collector takes the reports of all objects for a format that prints them together. It keeps only what
// the format prints of each: a report takes several times that, so that a file of 2 MB would take a gigabyte.
type collector interface {
	add(*annotate.Report) error
	print(context.Context) error
}

// newCollector returns the collector of the format that is asked for, nil for one that needs no reports at
// its end: text is written by batch, and the other lists are kept by take.
func (r *run) newCollector() collector {
	switch {
	case r.asText(), r.listsFindings(), r.flags.needs && r.readable():
		return nil
	case r.flags.summary && r.readable():
		return &summary{run: r}
	case r.flags.Output == "table":
		return &fieldTable{run: r}
	case r.flags.Output == "markdown":
		return &markdownText{run: r}
	case r.flags.Output == "html":
		return &page{run: r}
	default:
		return &items{run: r}
	}
}

// summary collects one line of counts for each object.
type summary struct {
	*run
	lines strings.Builder
}

func (s *summary) add(report *annotate.Report) error {
	s.lines.WriteString(view.CleanLine(summaryLine(report)) + "\n")
	return nil
}

func (s *summary) print(context.Context) error {
	_, err := io.WriteString(s.env.Out, s.lines.String())
	return err
}

// items collects the items of a document for scripts.
type items struct {
	*run
	list     []view.Item
	redacted int // values in list
}

func (c *items) add(report *annotate.Report) error {
	name := view.ItemName(report.Context, report.Object.APIVersion, report.Object.Kind, report.Object.Name)
	head := *report
	head.Fields = []annotate.Field{}
	item, err := view.NewItem(name, &head, "fields", report.Fields)
	if err != nil {
		return fmt.Errorf("%s: %w", title(report), err)
	}
	c.list = append(c.list, item)
	c.redacted += report.Redacted
	return nil
}

// print writes the document. A manifest that could not be read is a gap of it: without one, fewer items
// would look like fewer objects.
func (c *items) print(ctx context.Context) error {
	if err := c.stamp(ctx, c.snapshot); err != nil {
		return err
	}
	for _, g := range c.lost {
		c.snapshot.AddGap(g)
	}
	report := view.NewReport("FieldReport", redact.Gaps(c.snapshot), c.list)
	report.Redacted = c.redacted
	_, err := c.flags.Print(c.env, report, itemName)
	return err
}

// itemName returns an item as kubectl names it: kind/name, after the context if there are several.
func itemName(item any) string {
	i, _ := item.(view.Item)
	return i.Name
}
