package rsmap

import (
	"encoding/json"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/redact"
	"github.com/thrashkit/thrashkit/pkg/rollout"
)

// hideChange takes credentials out of the values of a change, and returns how
// many there were. That a value changed stays to be seen.
func hideChange(c *rollout.Change) int {
	sum := 0
	for i := range c.Items {
		item := &c.Items[i]
		for _, value := range []*string{&item.Old, &item.New} {
			shown, n := hideValue(item.Path, *value)
			*value = shown
			sum += n
		}
	}
	return sum
}

func hideValue(path, value string) (string, int) {
	var args []string
	if json.Unmarshal([]byte(value), &args) == nil {
		shown, n := redact.Args(args)
		if data, err := json.Marshal(shown); err == nil && n > 0 {
			return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(data)), n
		}
		return value, 0
	}
	words := strings.Fields(value)
	refers := len(words) == 3 && (words[0] == "Secret" || words[0] == "ConfigMap") // a name and a key, no value
	if refers && strings.Contains(path, ".env[") {
		return value, 0
	}
	if shown, hidden := redact.Value(keyOf(path), value); hidden {
		return shown, 1
	}
	return value, 0
}

// keyOf returns the name that the value at a path goes by.
func keyOf(path string) string {
	if key, ok := strings.CutSuffix(path, "]"); ok {
		return key[strings.LastIndexByte(key, '[')+1:]
	}
	return path[strings.LastIndexByte(path, '.')+1:]
}
