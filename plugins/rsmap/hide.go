package rsmap

import (
	"encoding/json"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// hide removes the credentials from everything that m prints. The snapshot is
// replaced by one whose gaps have none either.
func (m *result) hide() {
	m.snapshot = redact.Gaps(m.snapshot)
	for _, w := range m.found {
		for i := range w.Revisions {
			if change := w.Revisions[i].Change; change != nil {
				hideChange(change)
			}
		}
	}
	m.hidden = redact.In(&m.found)
}

// hideChange removes the credentials from the values of a change, by the names
// of the fields. That a value changed stays visible.
func hideChange(c *rollout.Change) {
	for i := range c.Items {
		item := &c.Items[i]
		item.Old = hideValue(item.Path, item.Old)
		item.New = hideValue(item.Path, item.New)
	}
}

// hideValue returns the value of the field at path as it may be shown.
func hideValue(path, value string) string {
	var args []string
	if json.Unmarshal([]byte(value), &args) == nil { // a command line: ["serve","--password","hunter2"]
		return hideArgs(args, value)
	}
	words := strings.Fields(value)
	refers := len(words) == 3 && (words[0] == "Secret" || words[0] == "ConfigMap") // a name and a key, no value
	if refers && strings.Contains(path, ".env[") {
		return value
	}
	shown, _ := redact.Value(keyOf(path), value)
	return shown
}

// hideArgs returns the words of a command line as JSON, as it may be shown, and value, which they
// were decoded from, if nothing in it is hidden: encoding it again could change how it looks.
func hideArgs(args []string, value string) string {
	shown, n := redact.Args(args)
	data, err := json.Marshal(shown)
	if err != nil || n == 0 {
		return value
	}
	// json.Marshal escapes what HTML would read; here it stands in a text.
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(data))
}

// keyOf returns the name that the value at a path goes by: DB_PASSWORD of
// "spec.containers[web].env[DB_PASSWORD]", and else the last field of the path.
func keyOf(path string) string {
	if key, ok := strings.CutSuffix(path, "]"); ok {
		return key[strings.LastIndexByte(key, '[')+1:]
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}
