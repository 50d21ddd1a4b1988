package load

import (
	"strconv"
	"strings"
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
	h.isList = hasItems && strings.HasSuffix(h.kind, "List")
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
