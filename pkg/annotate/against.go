package annotate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// Against is a field in which the live object differs from the file.
type Against struct {
	Path string `json:"path"`
	// File and Live are the values, absent if the one or the other has none.
	File any `json:"file,omitempty"`
	Live any `json:"live,omitempty"`
	// Manager names who owns the live value, absent if no manager does.
	Manager string `json:"manager,omitempty"`
}

// Compare adds how the live object differs from the file's. These do not count,
// because they contradict no file: what the server itself writes, the status, and
// defaults and additions of controllers.
func (r *Report) Compare(s *fielddoc.Schema, file, live map[string]any, showSecrets bool) {
	a := &againstLive{
		report: r,
		file:   secrets{showSecrets, s.GVK.Kind, file},
		live:   secrets{showSecrets, s.GVK.Kind, live},
	}
	c := comparison{kind: s.GVK.Kind, leaf: a.leaf, lone: a.item}
	c.both(sideOf(s, file), sideOf(s, live))
}

// words returns what the live object has instead, and who set it.
func (a Against) words() string {
	words := "not set"
	if a.Live != nil {
		words = scalarText(a.Live)
	}
	if a.File == nil {
		words = "is only in the cluster: " + words
	}
	if a.Manager != "" {
		words += ", set by " + a.Manager
	}
	return words
}

// scalarText returns a value as people read it: a string as it is, anything else as JSON.
func scalarText(value any) string {
	if word, ok := value.(string); ok {
		return word
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// againstLive compares a file with the live object.
type againstLive struct {
	report     *Report
	file, live secrets
	// extra is the outermost item of a list around the field that only the live object has,
	// empty if there is none, and extraAs the path under which it is listed.
	extra, extraAs string
}

// item compares the fields of an item that only one of both has.
func (c *againstLive) item(file, live side, key string) {
	if file.at.Value() == nil && c.extra == "" {
		c.extra = live.at.Path().String()
		c.extraAs = keyed(live.at, key)
		defer func() {
			c.extra = ""
			c.extraAs = ""
		}()
	}
	inside := comparison{kind: c.file.kind, leaf: c.leaf, lone: c.item}
	inside.both(file, live)
}

// leaf records a field whose values differ. What only the live object has counts if a
// person or an admission webhook set it; defaults contradict no file.
func (c *againstLive) leaf(file, live side) {
	mine := file.at.Value()
	theirs := live.at.Value()
	if same(live.at.Type().Kind, mine, theirs) {
		return
	}
	if mine == nil && !asked(live) {
		return
	}
	a := Against{Path: c.listedAs(file, live), Manager: live.managers()}
	if mine != nil {
		a.File, _ = c.file.hide(file.at.Path(), mine)
	}
	if theirs != nil {
		a.Live, _ = c.live.hide(live.at.Path(), theirs)
	}
	c.report.Against = append(c.report.Against, a)
}

// asked reports whether a person or an admission webhook set a value.
func asked(s side) bool {
	origin, _ := s.owner.Origin(s.at.Doc(), s.at.Value())
	return origin == provenance.User || origin == provenance.Admission
}

// listedAs returns the path under which a difference is listed: that in the file, and in an item that
// the file does not have the item's key with the path in it.
func (c *againstLive) listedAs(file, live side) string {
	if c.extra == "" {
		return file.at.Path().String()
	}
	return c.extraAs + strings.TrimPrefix(live.at.Path().String(), c.extra)
}
