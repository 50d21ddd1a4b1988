package redact

import (
	"reflect"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// In removes the credentials from every string in the value that p points to,
// however deep, and returns the number of marks that are there then. So that a
// new field cannot be forgotten, a report is redacted as a whole before it is
// printed in any format. Maps of strings are redacted by their keys. In changes
// what p points to and the elements of a slice there; all else that it changes
// it copies first. Objects of Kubernetes are left out: reports only compute
// with them.
func In(p any) int {
	w := walker{}
	at := reflect.ValueOf(p).Elem()
	if at.Kind() == reflect.Slice {
		for i := range at.Len() {
			w.top(at.Index(i))
		}
		return w.marks
	}
	w.top(at)
	return w.marks
}

// walker redacts values and counts marks.
type walker struct {
	marks int
	clean map[string]bool // texts without a credential, which a report repeats: statuses, nodes, images
}

// The most texts of a report that are remembered, and how long they may be.
const (
	mostClean    = 4096
	longestClean = 128
)

// redacted returns a text as it may be shown.
func (w *walker) redacted(text string) string {
	if w.clean[text] {
		return text
	}
	shown, _ := Text(text)
	marks := strings.Count(shown, Mark)
	w.marks += marks
	if shown == text && marks == 0 && len(text) <= longestClean && len(w.clean) < mostClean {
		if w.clean == nil {
			w.clean = map[string]bool{}
		}
		w.clean[text] = true
	}
	return shown
}

// top redacts a value in its place: what a pointer points to as well, since
// others know the item by its address.
func (w *walker) top(v reflect.Value) {
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.CanSet() {
		if shown, changed := w.value(v); changed {
			v.Set(shown)
		}
	}
}

// value returns v without credentials and reports whether it differs from v.
func (w *walker) value(v reflect.Value) (reflect.Value, bool) {
	if strings.HasPrefix(v.Type().PkgPath(), "k8s.io/") && v.Kind() != reflect.String {
		return v, false
	}
	switch v.Kind() {
	case reflect.String:
		return w.text(v)
	case reflect.Pointer, reflect.Interface:
		return w.pointer(v)
	case reflect.Struct:
		return w.fields(v)
	case reflect.Slice:
		return w.items(v)
	case reflect.Map:
		return w.entries(v)
	default: // numbers, which hold no text
		return v, false
	}
}

// text hides credentials in a string, and keeps its type.
func (w *walker) text(v reflect.Value) (reflect.Value, bool) {
	shown := w.redacted(v.String())
	if shown == v.String() {
		return v, false
	}
	out := reflect.New(v.Type()).Elem()
	out.SetString(shown)
	return out, true
}

// pointer hides credentials behind a pointer or in an interface, and returns a new one if it did.
func (w *walker) pointer(v reflect.Value) (reflect.Value, bool) {
	if v.IsNil() {
		return v, false
	}
	shown, changed := w.value(v.Elem())
	if !changed {
		return v, false
	}
	if v.Kind() == reflect.Interface {
		return shown, true
	}
	out := reflect.New(shown.Type())
	out.Elem().Set(shown)
	return out, true
}

// fields redacts a struct. Texts in fields that are not exported are computed
// with and never printed.
func (w *walker) fields(v reflect.Value) (reflect.Value, bool) {
	out := v
	changed := false
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		shown, ok := w.value(v.Field(i))
		if !ok {
			continue
		}
		if !changed {
			out = reflect.New(v.Type()).Elem()
			out.Set(v)
			changed = true
		}
		out.Field(i).Set(shown)
	}
	return out, changed
}

// items hides credentials in the elements of a list. The list is copied before its first change:
// objects are shared with others, which must not see the change.
func (w *walker) items(v reflect.Value) (reflect.Value, bool) {
	if v.Type().Elem().Kind() == reflect.String {
		return w.lines(v)
	}
	out := v
	changed := false
	for i := range v.Len() {
		shown, ok := w.value(v.Index(i))
		if !ok {
			continue
		}
		if !changed {
			out = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(out, v)
			changed = true
		}
		out.Index(i).Set(shown)
	}
	return out, changed
}

// lines redacts a list of strings as the lines of one text.
func (w *walker) lines(v reflect.Value) (reflect.Value, bool) {
	if v.Len() == 1 {
		text := v.Index(0).String()
		if w.redacted(text) == text {
			return v, false
		}
	}
	texts := make([]string, v.Len())
	for i := range texts {
		texts[i] = v.Index(i).String()
	}
	shown, n := Lines(texts)
	for _, text := range shown {
		w.marks += strings.Count(text, Mark)
	}
	if n == 0 {
		return v, false
	}
	out := reflect.MakeSlice(v.Type(), len(shown), len(shown))
	for i, text := range shown {
		out.Index(i).SetString(text)
	}
	return out, true
}

// entries hides credentials in a map by its keys, and reports whether it did. The map is copied
// before its first change: the caller's object is shared.
func (w *walker) entries(v reflect.Value) (reflect.Value, bool) {
	if v.Type().Key().Kind() != reflect.String {
		return v, false
	}
	var out reflect.Value
	for it := v.MapRange(); it.Next(); {
		shown, changed := w.entry(it.Key().String(), it.Value())
		if !changed {
			continue
		}
		if !out.IsValid() {
			out = copyMap(v)
		}
		out.SetMapIndex(it.Key(), shown)
	}
	if !out.IsValid() {
		return v, false
	}
	return out, true
}

// entry hides a credential in the value of a key.
func (w *walker) entry(key string, v reflect.Value) (reflect.Value, bool) {
	if v.Kind() != reflect.String {
		return w.value(v)
	}
	text, hidden := Value(key, v.String())
	w.marks += strings.Count(text, Mark)
	return reflect.ValueOf(text).Convert(v.Type()), hidden
}

// copyMap returns a copy of a map, since objects of a snapshot are shared.
func copyMap(v reflect.Value) reflect.Value {
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		out.SetMapIndex(it.Key(), it.Value())
	}
	return out
}

// Gaps returns the snapshot with neither a credential in what could not be read
// nor in the address of the server. It changes nothing in s.
func Gaps(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := *s
	out.Gaps = append([]snapshot.Gap(nil), s.Gaps...)
	In(&out.Gaps)
	In(&out.Source)
	return &out
}
