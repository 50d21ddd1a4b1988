package snapshot

import (
	"encoding/json"
	"fmt"
	"time"
)

// Duration is a time.Duration that reads and writes itself in JSON as Go
// prints it: "2m40s".
type Duration time.Duration

// MarshalJSON returns the duration as a quoted Go duration, rounded to milliseconds.
func (d Duration) MarshalJSON() ([]byte, error) {
	return json.Marshal(d.String())
}

// UnmarshalJSON reads the form that MarshalJSON writes.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("duration: %w", err)
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("duration: %w", err)
	}
	*d = Duration(parsed)
	return nil
}

// String returns the duration as Go prints it, rounded to milliseconds.
func (d Duration) String() string {
	return time.Duration(d).Round(time.Millisecond).String()
}

// Time is an instant that reads and writes itself in JSON as RFC 3339 in UTC
// with whole seconds, the resolution of times in the Kubernetes API.
type Time struct{ time.Time }

// NewTime returns a pointer to t as a Time, nil for the zero time: unknown is absent.
func NewTime(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return &Time{t}
}

// NewDuration returns a pointer to d as a Duration, for fields that are absent
// if the duration is unknown.
func NewDuration(d time.Duration) *Duration {
	out := Duration(d)
	return &out
}

// MarshalJSON returns the instant as quoted RFC 3339 in UTC.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Truncate(time.Second).Format(time.RFC3339))
}

// UnmarshalJSON reads the form that MarshalJSON writes.
func (t *Time) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("time: %w", err)
	}
	t.Time = parsed
	return nil
}
