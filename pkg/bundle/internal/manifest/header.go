package manifest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Header holds the fields of an object that are read without decoding it.
type Header struct {
	APIVersion, Kind        string
	Namespace, Name         string
	UID, ResourceVersion    string    // set by the server: a manifest that somebody wrote has none
	OwnerVersion, OwnerKind string    // of the last ownerReference
	Newest                  time.Time // the newest time in the object
	Counts                  bool      // its status counts at least one object that it has created
	IsList, Partial         bool      // partial: a list that the server did not end
	noItems                 bool      // items is neither a list nor null
}

// headerScan is a header while it is read.
type headerScan struct {
	Header
	hasItems   bool     // there is a field items
	itemsBegin byte     // the first byte of its value: '[' of a list, 'n' of null
	items      [][]byte // its elements
	// The fields may come in any order, so that both are kept until the last has been read.
	deletionTime, gracePeriod string
}

// scanHeader reads the header of one object or list, and the items of the list.
func scanHeader(data []byte) (Header, [][]byte) {
	s := &scan{data: data}
	var h headerScan
	s.fields(func(key []byte) {
		switch string(key) {
		case "apiVersion":
			h.APIVersion = s.text()
		case "kind":
			h.Kind = s.text()
		case "metadata":
			h.scanMetadata(s)
		case "items":
			h.scanItems(s)
		case "status":
			h.scanStatus(s)
		case "spec", "series": // of a Lease and of an Event
			h.seeFields(s, "renewTime", "acquireTime", "lastObservedTime")
		case "eventTime", "firstTimestamp", "lastTimestamp", "deprecatedFirstTimestamp", "deprecatedLastTimestamp":
			h.see(s.text())
		default:
			s.skip()
		}
	})
	h.decideList()
	h.seeDeletion()
	return h.Header, h.items
}

// scanItems reads the field items. If an object has it twice, the last one counts, as for a JSON decoder.
func (h *headerScan) scanItems(s *scan) {
	h.hasItems = true
	h.itemsBegin = s.peek()
	h.items = h.items[:0]
	s.elements(func() { h.items = append(h.items, s.skip()) })
}

// decideList decides whether the object is a list. Neither sign is enough alone: a ConfigMap of a careless
// author may have items, and a custom kind may be called AllowList. "items: null" is an empty list: Go
// writes a nil slice so.
func (h *headerScan) decideList() {
	h.IsList = h.hasItems && strings.HasSuffix(h.Kind, "List")
	h.noItems = h.IsList && h.itemsBegin != '[' && h.itemsBegin != 'n'
}

// list returns the header as the head of a list.
func (h *Header) list() List {
	return List{APIVersion: h.APIVersion, Kind: h.Kind, IsList: h.IsList, Partial: h.Partial}
}

// itemKind returns the kind of the items of a list, which may omit it: "Pod" for a "PodList", and "" for the
// "List" of any kinds that kubectl prints.
func (l *List) itemKind() string { return strings.TrimSuffix(l.Kind, "List") }

// FullName returns "namespace/name", or the name alone of an object without a namespace.
func (h *Header) FullName() string { return strings.Trim(h.Namespace+"/"+h.Name, "/") }

// share has h use the strings of another header if they are the same. Of the thousands of items of a list
// nearly all have one namespace and one kind of owner.
func (h *Header) share(o *Header) {
	shareText(&h.APIVersion, o.APIVersion)
	shareText(&h.Kind, o.Kind)
	shareText(&h.Namespace, o.Namespace)
	shareText(&h.OwnerVersion, o.OwnerVersion)
	shareText(&h.OwnerKind, o.OwnerKind)
}

// shareText looks as if it did nothing, but two equal strings may be in memory twice: afterwards they are one.
func shareText(to *string, from string) {
	if *to == from {
		*to = from
	}
}

// scanMetadata reads the names, the owners and the times of an object. Of managedFields only the
// times count: the newest time of all objects is the least that a capture can be of.
func (h *headerScan) scanMetadata(s *scan) {
	s.fields(func(key []byte) {
		switch string(key) {
		case "namespace":
			h.Namespace = s.text()
		case "name":
			h.Name = s.text()
		case "uid":
			h.UID = s.text()
		case "resourceVersion":
			h.ResourceVersion = s.text()
		case "continue":
			h.Partial = s.text() != ""
		case "creationTimestamp":
			h.see(s.text())
		case "deletionTimestamp":
			h.deletionTime = s.text()
		case "ownerReferences":
			s.elements(func() { h.scanOwner(s) })
		case "deletionGracePeriodSeconds":
			h.gracePeriod = string(s.skip())
		case "managedFields":
			s.elements(func() { h.seeFields(s, "time") })
		default:
			s.skip()
		}
	})
}

// seeFields sees the times in some fields of an object and skips all others.
func (h *Header) seeFields(s *scan, names ...string) {
	s.fields(func(key []byte) {
		if !slices.Contains(names, string(key)) {
			s.skip()
			return
		}
		h.see(s.text())
	})
}

// scanOwner reads of which kind an owner is.
func (h *Header) scanOwner(s *scan) {
	s.fields(func(key []byte) {
		switch string(key) {
		case "apiVersion":
			h.OwnerVersion = s.text()
		case "kind":
			h.OwnerKind = s.text()
		default:
			s.skip()
		}
	})
}

// scanStatus reads the times of conditions, container states and runs at any
// depth of a status, and whether a controller counts objects that it has created.
func (h *Header) scanStatus(s *scan) {
	switch s.peek() {
	case '{':
		s.fields(func(key []byte) { h.scanStatusField(s, key) })
	case '[':
		s.elements(func() { h.scanStatus(s) })
	default:
		s.skip()
	}
}

// scanStatusField reads one field of a status, or of a mapping in it.
func (h *Header) scanStatusField(s *scan, key []byte) {
	switch string(key) {
	case "lastTransitionTime", "lastUpdateTime", "lastProbeTime", "lastHeartbeatTime", "startedAt", "finishedAt",
		"startTime", "completionTime", "lastScheduleTime", "lastSuccessfulTime", "lastScaleTime":
		h.see(s.text())
	case "replicas", "currentNumberScheduled", "active": // active is a number in a Job, a list in a CronJob
		count := string(s.skip())
		h.Counts = h.Counts || (count != "0" && count != "null" && count != "[]")
	default:
		h.scanStatus(s)
	}
}

// firstRelease is before any time that a Kubernetes cluster recorded: earlier
// ones are zero values, like the start of a container that never started.
var firstRelease = time.Date(2014, 6, 1, 0, 0, 0, 0, time.UTC)

// see keeps a time if it is the newest that the object has, and may be one of a cluster.
func (h *Header) see(text string) {
	if text == "" {
		return
	}
	at, err := time.Parse(time.RFC3339, text)
	if err == nil && at.After(firstRelease) && at.After(h.Newest) {
		h.Newest = at.UTC()
	}
}

// seeDeletion reads when the deletion was requested: deletionTimestamp is that
// time plus the grace period.
func (h *headerScan) seeDeletion() {
	at, err := time.Parse(time.RFC3339, h.deletionTime)
	if err != nil {
		return
	}
	seconds, _ := strconv.ParseInt(h.gracePeriod, 10, 32) // absent: 0
	h.see(at.Add(-time.Duration(seconds) * time.Second).Format(time.RFC3339))
}

// Compare orders headers by type, namespace, name, UID and age, the oldest first.
func (h *Header) Compare(o *Header) int {
	return cmp.Or(
		cmp.Compare(h.APIVersion, o.APIVersion), cmp.Compare(h.Kind, o.Kind),
		cmp.Compare(h.Namespace, o.Namespace), cmp.Compare(h.Name, o.Name), cmp.Compare(h.UID, o.UID),
		// Versions are decimal numbers of any length, so that the shorter one is the older.
		cmp.Compare(len(h.ResourceVersion), len(o.ResourceVersion)), cmp.Compare(h.ResourceVersion, o.ResourceVersion),
	)
}

// Same reports whether two headers name one object, of whatever age. Objects without a name, like templates
// with generateName, are never the same.
func (h *Header) Same(o *Header) bool {
	return h.Name != "" && h.APIVersion == o.APIVersion && h.Kind == o.Kind && h.Namespace == o.Namespace && h.Name == o.Name && h.UID == o.UID
}
