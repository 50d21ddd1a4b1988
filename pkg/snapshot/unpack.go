package snapshot

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// unpacker reads what packing.own wrote.
type unpacker string

// next takes the bytes of the next text, and reports whether they are its short form.
func (u *unpacker) next() (bytes string, short bool) {
	header, n := uvarint(string(*u))
	end := n + int(header>>1)
	bytes = string((*u)[n:end])
	*u = (*u)[end:]
	return bytes, header&1 != 0
}

// text takes the next text, which was written in a form.
func (u *unpacker) text(f form) string {
	bytes, short := u.next()
	return f.text(short, bytes)
}

// timestamp is a time as the API has it, and its seconds.
type timestamp struct {
	at      metav1.Time
	seconds int64
}

// time reads a time that was written as seconds since another.
func (u *unpacker) time(since int64) timestamp {
	value, n := uvarint(string(*u))
	*u = (*u)[n:]
	if value == 0 {
		return timestamp{}
	}
	seconds := since + unzigzag(value-1)
	return timestamp{metav1.Time{Time: time.Unix(seconds, 0)}, seconds}
}

// timeIn takes the next time, which is kept as the distance from since.
func (u *unpacker) timeIn(since int64) *timestamp {
	m := u.time(since)
	return &m
}

// statuses returns the statuses with the times of their states.
func (u *unpacker) statuses(common []corev1.ContainerStatus, since int64) []corev1.ContainerStatus {
	list := slices.Clone(common)
	for i := range list {
		state := &list[i].State
		if state.Running != nil {
			state.Running = &corev1.ContainerStateRunning{StartedAt: u.time(since).at}
		}
		if state.Terminated != nil {
			ended := *state.Terminated
			ended.StartedAt = u.time(since).at
			ended.FinishedAt = u.time(since).at
			state.Terminated = &ended
		}
	}
	return list
}

// uvarint returns the number at the start of text and how many bytes it takes.
func uvarint(text string) (uint64, int) {
	var value uint64
	for i := range len(text) {
		value |= uint64(text[i]&0x7f) << (7 * i)
		if text[i] < 0x80 {
			return value, i + 1
		}
	}
	return value, len(text)
}

// unzigzag is the reverse of zigzag.
func unzigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
