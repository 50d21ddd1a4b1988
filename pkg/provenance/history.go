package provenance

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Manager is a field manager: a tool or a controller that owns fields.
type Manager struct {
	Manager     string `json:"manager"`
	Operation   string `json:"operation"` // Apply or Update
	Subresource string `json:"subresource,omitempty"`
	// Time is the manager's last write of any field, not of this one.
	Time *snapshot.Time `json:"time,omitempty"`
}

// History is what an object records about who wrote it.
type History struct {
	object  map[string]any
	entries []entry
	// applied is what kubectl apply last sent, nil if it did not or if that cannot be read.
	applied map[string]any
	// live objects come from a server; others are files that someone wrote.
	live bool
	// owned objects are made by a controller.
	owned bool
	// mixed reports that a manager wrote another version of the API, in which
	// fields may have other names.
	mixed bool
	// maker is the entry that looks like that of the object's creator: it has
	// the most fields. nil if there is none.
	maker *entry
	// managers are those of the field that was asked for last.
	managers []Manager
	// elements are those of the sets that were asked for items of lists.
	elements map[*fieldpath.Set]*elements
}

// entry is one manager's set of fields.
type entry struct {
	manager    Manager
	fields     *fieldpath.Set // that it owns
	apiVersion string         // in which the names of the fields are
}

// LastApplied is the annotation in which kubectl apply keeps what it sent
// (k8s.io/api/core/v1/annotation_key_constants.go).
const LastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// Read reads the history of an object, which is not changed. Managed fields
// that cannot be read are left out.
func Read(object map[string]any) *History {
	h := &History{object: object}
	metadata, _ := object["metadata"].(map[string]any)
	_, h.live = metadata["uid"].(string)
	annotations, _ := metadata["annotations"].(map[string]any)
	text, _ := annotations[LastApplied].(string)
	h.applied = readApplied(text)
	h.owned = hasController(metadata)
	h.entries = readEntries(metadata)
	h.survey()
	return h
}

// hasController reports whether an ownerReference names a controller. Other owners only make the
// garbage collector remove the object: they need not have made it.
func hasController(metadata map[string]any) bool {
	owners, _ := metadata["ownerReferences"].([]any)
	return slices.ContainsFunc(owners, func(o any) bool {
		owner, _ := o.(map[string]any)
		return owner["controller"] == true
	})
}

// readEntries reads the managed fields, sorted by manager, so that a later write does not change the
// order of the names in the output.
func readEntries(metadata map[string]any) []entry {
	managed, _ := metadata["managedFields"].([]any)
	var entries []entry
	for _, m := range managed {
		if e, ok := readEntry(m); ok {
			entries = append(entries, e)
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.manager.Manager, b.manager.Manager), cmp.Compare(a.manager.Operation, b.manager.Operation),
			cmp.Compare(a.manager.Subresource, b.manager.Subresource))
	})
	return entries
}

// readApplied reads what kubectl apply sent. stringData is where the API
// server put it: base64, in data.
func readApplied(text string) map[string]any {
	var applied map[string]any
	if json.Unmarshal([]byte(text), &applied) != nil {
		return nil
	}
	plain, ok := applied["stringData"].(map[string]any)
	if applied["kind"] != "Secret" || !ok {
		return applied
	}
	data, ok := applied["data"].(map[string]any)
	if !ok {
		data = map[string]any{}
		applied["data"] = data
	}
	for name, value := range plain {
		if text, ok := value.(string); ok {
			data[name] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
	return applied
}

// survey looks at all entries together.
func (h *History) survey() {
	most := 0
	for i := range h.entries {
		e := &h.entries[i]
		// The one field of the subresource scale, the number of replicas, has the same name in all versions.
		if e.apiVersion != "" && e.apiVersion != h.object["apiVersion"] && e.manager.Subresource != "scale" {
			h.mixed = true
		}
		if size := e.fields.Size(); e.manager.Subresource == "" && size > most {
			h.maker = e
			most = size
		}
	}
}

// readEntry reads one entry of managedFields. It returns false for an entry without
// fields, or with fields that cannot be read.
func readEntry(raw any) (entry, bool) {
	m, ok := raw.(map[string]any)
	if !ok || m["fieldsV1"] == nil {
		return entry{}, false
	}
	data, err := json.Marshal(m["fieldsV1"])
	if err != nil {
		return entry{}, false
	}
	e := entry{fields: &fieldpath.Set{}}
	if e.fields.FromJSON(bytes.NewReader(data)) != nil {
		return entry{}, false
	}
	e.apiVersion, _ = m["apiVersion"].(string)
	e.manager = readManager(m)
	return e, true
}

// readManager reads whose entry it is. Whatever of it is missing or malformed stays empty.
func readManager(m map[string]any) Manager {
	var out Manager
	out.Manager, _ = m["manager"].(string)
	out.Operation, _ = m["operation"].(string)
	out.Subresource, _ = m["subresource"].(string)
	if text, ok := m["time"].(string); ok {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			out.Time = snapshot.NewTime(at)
		}
	}
	return out
}

// Managed reports whether the object has managed fields that could be read.
func (h *History) Managed() bool { return len(h.entries) > 0 }

// Live reports whether the object comes from a server; others are files that
// someone wrote.
func (h *History) Live() bool { return h.live || h.Managed() }
