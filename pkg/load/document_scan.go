package load

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// header is what is known of an object without decoding it.
type header struct {
	apiVersion, kind           string
	namespace, name            string
	uid, resourceVersion       string
	newest                     time.Time // the newest moment that the object records
	isList, partial            bool      // partial: a list that the server did not end
	items                      [][]byte
	deletionTime, gracePeriodS string
}

// scan walks JSON that is known to be well-formed. On anything else it stops
// early, and never reads outside of its data.
type scan struct {
	data []byte
	pos  int
}

func (s *scan) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\n', '\r', '\t':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// quoted consumes a string and returns what stands between its quotes.
func (s *scan) quoted() []byte {
	begin := s.pos + 1
	for at := begin; at < len(s.data); at++ {
		switch s.data[at] {
		case '\\':
			at++
		case '"':
			s.pos = at + 1
			return s.data[begin:at]
		}
	}
	s.pos = len(s.data)
	return nil
}

// text consumes a value and returns it if it is a string, else "".
func (s *scan) text() string {
	if s.peek() != '"' {
		s.skip()
		return ""
	}
	raw := s.quoted()
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	var out string
	if err := json.Unmarshal(s.data[s.pos-len(raw)-2:s.pos], &out); err != nil {
		return ""
	}
	return out
}

// skip consumes one value of any kind and returns its bytes.
func (s *scan) skip() []byte {
	c := s.peek()
	begin := s.pos
	switch c {
	case 0:
	case '"':
		s.quoted()
	case '{', '[':
		s.skipNested()
	default:
		for s.pos < len(s.data) && bytes.IndexByte([]byte(",]} \n\r\t"), s.data[s.pos]) < 0 {
			s.pos++
		}
		if s.pos == begin { // a stray delimiter: malformed
			s.pos = len(s.data)
		}
	}
	return s.data[begin:s.pos]
}

func (s *scan) skipNested() {
	depth := 0
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case '"':
			s.quoted()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.pos++
		if depth == 0 {
			return
		}
	}
}

// fields calls value for each field of an object, which must consume the
// field's value; a value of another type is skipped.
func (s *scan) fields(value func(key []byte)) {
	if s.peek() != '{' {
		s.skip()
		return
	}
	s.pos++
	for s.peek() == '"' {
		key := s.quoted()
		if s.peek() != ':' {
			break
		}
		s.pos++
		value(key)
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	if s.peek() == '}' {
		s.pos++
		return
	}
	s.pos = len(s.data)
}

// elements calls value for each element of an array, which must consume it; a
// value of another type is skipped.
func (s *scan) elements(value func()) {
	if s.peek() != '[' {
		s.skip()
		return
	}
	s.pos++
	for c := s.peek(); c != ']' && c != 0; c = s.peek() {
		value()
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	if s.peek() == ']' {
		s.pos++
		return
	}
	s.pos = len(s.data)
}

// scanHeader reads the header of one object or list.
func scanHeader(data []byte) header {
	s := &scan{data: data}
	var h header
	hasItems := false
	s.fields(func(key []byte) {
		switch string(key) {
		case "apiVersion":
			h.apiVersion = s.text()
		case "kind":
			h.kind = s.text()
		case "metadata":
			h.scanMetadata(s)
		case "items":
			hasItems = true
			h.items = h.items[:0]
			s.elements(func() { h.items = append(h.items, s.skip()) })
		case "status":
			h.scanStatus(s)
		case "spec", "series":
			s.fields(func(key []byte) {
				switch string(key) {
				case "renewTime", "acquireTime", "lastObservedTime":
					h.see(s.text())
				default:
					s.skip()
				}
			})
		case "eventTime", "firstTimestamp", "lastTimestamp", "deprecatedFirstTimestamp", "deprecatedLastTimestamp":
			h.see(s.text())
		default:
			s.skip()
		}
	})
	h.isList = hasItems && len(h.kind) >= len("List") && h.kind[len(h.kind)-len("List"):] == "List"
	h.seeDeletion()
	return h
}

func (h *header) scanMetadata(s *scan) {
	s.fields(func(key []byte) {
		switch string(key) {
		case "namespace":
			h.namespace = s.text()
		case "name":
			h.name = s.text()
		case "uid":
			h.uid = s.text()
		case "resourceVersion":
			h.resourceVersion = s.text()
		case "continue":
			h.partial = s.text() != ""
		case "creationTimestamp":
			h.see(s.text())
		case "deletionTimestamp":
			h.deletionTime = s.text()
		case "deletionGracePeriodSeconds":
			h.gracePeriodS = string(s.skip())
		case "managedFields":
			s.elements(func() {
				s.fields(func(key []byte) {
					if string(key) != "time" {
						s.skip()
						return
					}
					h.see(s.text())
				})
			})
		default:
			s.skip()
		}
	})
}

// scanStatus sees the times of conditions, container states and runs, however
// deep they stand in a status.
func (h *header) scanStatus(s *scan) {
	switch s.peek() {
	case '{':
		s.fields(func(key []byte) {
			switch string(key) {
			case "lastTransitionTime", "lastUpdateTime", "lastProbeTime", "lastHeartbeatTime", "startedAt", "finishedAt",
				"startTime", "completionTime", "lastScheduleTime", "lastSuccessfulTime", "lastScaleTime":
				h.see(s.text())
			default:
				h.scanStatus(s)
			}
		})
	case '[':
		s.elements(func() { h.scanStatus(s) })
	default:
		s.skip()
	}
}

// firstRelease is before any time that a Kubernetes cluster recorded: earlier
// ones are zero values, like the start of a container that never started.
var firstRelease = time.Date(2014, 6, 1, 0, 0, 0, 0, time.UTC)

func (h *header) see(text string) {
	if text == "" {
		return
	}
	at, err := time.Parse(time.RFC3339, text)
	if err == nil && at.After(firstRelease) && at.After(h.newest) {
		h.newest = at.UTC()
	}
}

// seeDeletion sees when the deletion was asked for: deletionTimestamp is that
// moment plus the grace period.
func (h *header) seeDeletion() {
	at, err := time.Parse(time.RFC3339, h.deletionTime)
	if err != nil {
		return
	}
	seconds, _ := strconv.ParseInt(h.gracePeriodS, 10, 32) // absent: 0
	h.see(at.Add(-time.Duration(seconds) * time.Second).Format(time.RFC3339))
}
