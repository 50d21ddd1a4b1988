package bundle

import (
	"strings"
	"time"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// captureTime returns the time to evaluate as of: the given one, else the capture time
// that a bundle records, else the newest time in the objects. It is zero if there
// is none.
func (x *fileIndex) captureTime(given time.Time) (time.Time, snapshot.AtSource) {
	if !given.IsZero() {
		return given, snapshot.AtFlag
	}
	if x.trustsRecorded() {
		return x.recorded, snapshot.AtBundle
	}
	return x.newest, snapshot.AtNewest
}

// trustsRecorded reports whether the recorded time is that of the capture. An object that is newer disproves it,
// unless the time of the layout holds all the same (ownTime).
func (x *fileIndex) trustsRecorded() bool {
	return !x.recorded.IsZero() && (x.layout.ownTime || !x.newest.After(x.recorded))
}

// captureEnd reads the second line of the file timestamp of a must-gather, in
// the form of Go's Time.String; zero if the gathering did not finish.
func captureEnd(data []byte) time.Time {
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) < 2 {
		return time.Time{}
	}
	words := strings.Fields(lines[1])
	if len(words) < 3 {
		return time.Time{}
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999999 -0700", strings.Join(words[:3], " "))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
