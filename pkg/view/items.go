package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Item is an item of a report that is kept as its JSON, to let go of what it was made of.
type Item struct {
	// Name is the item as -o name prints it; "" leaves it out.
	Name string

	list     string // the field that has the elements
	head     json.RawMessage
	elements []any // each a json.RawMessage
}

// NewItem returns head as an item of a report. Its field list is an empty list there, and has the elements
// when it is printed. It returns an error if one of them has no JSON form.
func NewItem[T any](name string, head any, list string, elements []T) (Item, error) {
	data, err := encode(head, "")
	if err != nil {
		return Item{}, err
	}
	item := Item{Name: name, list: list, head: data, elements: make([]any, len(elements))}
	for i := range elements {
		if data, err = encode(&elements[i], ""); err != nil {
			return Item{}, err
		}
		item.elements[i] = json.RawMessage(bytes.TrimSuffix(data, []byte("\n")))
	}
	return item, nil
}

// MarshalJSON returns the JSON of the item.
func (i Item) MarshalJSON() ([]byte, error) {
	elements, err := encode(i.elements, "")
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("%q:", i.list)
	return bytes.Replace(i.head, []byte(name+"[]"), append([]byte(name), elements...), 1), nil
}

// framing is what a format writes around the elements of lists. With it, lists are written element by element:
// the text of a whole one is many times as large as what it is made of.
type framing struct {
	encode         func(v any) ([]byte, error)
	margin, deeper string // before the items of a report, and before what is in an item in addition
	field          string // the name of a field, to be formatted with it
	empty          string // a list without elements, behind the name
	open           string // the beginning of another, behind the name
	between        string // two elements
	end            string // of a list with elements
}

// The framings of the formats that print reports as they are.
var (
	framingOfJSON = framing{
		encode: func(v any) ([]byte, error) {
			data, err := encode(v, "  ")
			return escapeJSON(data), err
		},
		margin: "  ", deeper: "    ", field: `"%s": `, empty: "[]", open: "[", between: ",", end: "\n]",
	}
	framingOfYAML  = framing{encode: YAML, deeper: "  ", field: "%s:", empty: " []"}
	framingOfKYAML = framing{
		encode: toKYAML, margin: "  ", deeper: "  ", field: "%s: ", empty: "[]", open: "[", between: ", ", end: "]",
	}
)

// write writes r.
func (f framing) write(w io.Writer, r *Report) error {
	text, err := f.encode(r.withoutItems())
	if err != nil {
		return err
	}
	return f.list(w, text, []string{"items"}, r.Items)
}

// list writes a text in which the list that path leads to has no elements, with these in it.
func (f framing) list(w io.Writer, text []byte, path []string, elements []any) error {
	if len(elements) == 0 {
		_, err := w.Write(text)
		return err
	}
	// Only the field itself stands at its margin: lines of a text are further in.
	name := "\n" + f.marginOf(path) + fmt.Sprintf(f.field, path[len(path)-1])
	before, after, _ := bytes.Cut(text, []byte(name+f.empty))
	alone, err := f.aroundOne(path)
	if err != nil {
		return err
	}
	lead := string(before) + name + f.open
	for _, element := range elements {
		if _, err := io.WriteString(w, lead); err != nil {
			return err
		}
		if err := f.element(w, path, element, alone); err != nil {
			return err
		}
		lead = f.between
	}
	_, err = io.WriteString(w, f.endOf(path)+string(after))
	return err
}

// element writes one element of the list that path leads to. alone is what is around it in a document that
// holds nothing else.
func (f framing) element(w io.Writer, path []string, element any, alone [2]string) error {
	item, isItem := element.(Item)
	if isItem {
		element = item.head
	}
	text, err := f.encode(wrapped(path, element))
	if err != nil {
		return err
	}
	text = bytes.TrimSuffix(bytes.TrimPrefix(text, []byte(alone[0])), []byte(alone[1]))
	if isItem {
		return f.list(w, text, append(path, item.list), item.elements)
	}
	_, err = w.Write(text)
	return err
}

// aroundOne returns what is before and behind an element in a document that has nothing but the
// list that path leads to.
func (f framing) aroundOne(path []string) ([2]string, error) {
	text, err := f.encode(wrapped(path))
	name := fmt.Sprintf(f.field, path[len(path)-1])
	before, after, _ := strings.Cut(string(text), name+f.empty)
	return [2]string{before + name + f.open, f.endOf(path) + after}, err
}

// endOf returns the end of the list that path leads to.
func (f framing) endOf(path []string) string {
	return strings.ReplaceAll(f.end, "\n", "\n"+f.marginOf(path))
}

// marginOf returns what is before the name of the list that path leads to.
func (f framing) marginOf(path []string) string {
	return f.margin + strings.Repeat(f.deeper, len(path)-1)
}

// wrapped returns a document that has nothing but the list that path leads to.
func wrapped(path []string, elements ...any) any {
	list := append([]any{}, elements...)
	for len(path) > 1 {
		last := len(path) - 1
		list = []any{map[string]any{path[last]: list}}
		path = path[:last]
	}
	return map[string]any{path[0]: list}
}
