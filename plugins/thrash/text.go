package thrash

import (
	"io"
	"time"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/pkg/view"
)

type text struct {
	style      view.Style
	at         time.Time
	everywhere bool
}

func (t text) nothing(w io.Writer, o *options, f findingsOf) error { return nil }
func (t text) cases(w io.Writer, items []diagnose.Item) error      { return nil }
func (t text) list(w io.Writer, items []diagnose.Item) error       { return nil }
