package cluster

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const (
	logResource     = "pods/log" // of the gap, as a Role names it
	shortestLogLine = 22         // "2006-01-02T15:04:05Z " and a line feed
)

// readLog reads the end of one log. A container that has none, because it has
// not started or has no previous instance, has no log and no gap.
func (c *Cluster) readLog(ctx context.Context, r snapshot.LogRead) *found {
	f := &found{}
	log, err := c.tail(withBudget(ctx, wholeBudget), r)
	switch {
	case err == nil:
		f.key = &r.LogKey
		f.log = log
	case noLog(err): // nothing is missing
	default:
		f.gaps = []snapshot.Gap{
			{
				Resource:  logResource,
				Namespace: r.Namespace,
				Reason:    reason(snapshot.Read{Name: r.Pod}, err),
				Impact:    r.Impact,
				Names:     []string{r.Pod + "/" + r.Container},
			},
		}
	}
	return f
}

// tail streams the last lines of a log and keeps the last bytes of them: the
// server's own limit of bytes counts from the front and would lose the end.
func (c *Cluster) tail(ctx context.Context, r snapshot.LogRead) (snapshot.Log, error) {
	limit := r.Limit()
	lines := limit/shortestLogLine + 1 // more lines than fit
	if r.TailLines > 0 {
		lines = min(lines, r.TailLines)
	}
	ask := lines + 1 // one more shows that there are more
	ctx, format := withFormat(ctx)
	stream, err := c.typed.CoreV1().Pods(r.Namespace).GetLogs(r.Pod, &corev1.PodLogOptions{
		Container: r.Container, Previous: r.Previous, Timestamps: true, TailLines: &ask,
	}).Stream(ctx)
	if err != nil {
		return snapshot.Log{}, err
	}
	defer func() { _ = stream.Close() }() // read to its end or given up
	if media := format.media(); slices.Contains(noLogs, media) {
		return snapshot.Log{}, fmt.Errorf("the server answered with %s instead of a log", media)
	}
	return lastOf(stream, lines, limit)
}

// noLogs are the types of answers that take the place of a log, as a Status with code 200
// and the page of a proxy do. An API server sends logs as text/plain, whatever they hold
// (pkg/registry/core/pod/rest/log.go, v1.37).
var noLogs = []string{runtime.ContentTypeJSON, runtime.ContentTypeProtobuf, "text/html"}

// lastOf returns the last lines of a log of at most limit bytes together.
func lastOf(r io.Reader, lines, limit int64) (snapshot.Log, error) {
	var kept [][]byte
	var size int64
	log := snapshot.Log{Timestamps: true}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		line, cut, err := readLine(in, limit)
		if len(line) > 0 {
			kept = append(kept, line)
			size += int64(len(line))
			log.Truncated = log.Truncated || cut
		}
		// The last line stays, however long it is: readLine has cut it to the limit.
		for len(kept) > 1 && (size > limit || int64(len(kept)) > lines) {
			size -= int64(len(kept[0]))
			kept = kept[1:]
			log.Truncated = true
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return snapshot.Log{}, fmt.Errorf("read log: %w", err)
		}
	}
	log.Text = string(bytes.Join(kept, nil))
	if lost := lostLog(log.Text); lost != "" {
		return snapshot.Log{}, errors.New(lost)
	}
	return log, nil
}

// readLine returns the next line with its line feed. If the line is longer than
// the limit, it returns the end of it and sets cut.
func readLine(in *bufio.Reader, limit int64) (line []byte, cut bool, err error) {
	for {
		piece, err := in.ReadSlice('\n')
		line = append(line, piece...)
		if over := len(line) - int(limit); over > 0 {
			line = append(line[:0], line[over:]...)
			cut = true
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, cut, err
		}
	}
}

// lostLog returns the message that the kubelet sends instead of a log that is no
// longer on the node (pkg/kubelet/kuberuntime, ReadLogs), empty for a log.
func lostLog(text string) string {
	for _, start := range []string{"unable to retrieve container logs for ", "failed to try resolving symlinks in path "} {
		if strings.HasPrefix(text, start) {
			return "the node does not have it any more"
		}
	}
	return ""
}

// noLog reports whether err means that a container has no log, because it has no
// previous instance or has not started (pkg/registry/core/pod/strategy.go
// and pkg/kubelet/kubelet_pods.go, v1.37).
func noLog(err error) bool {
	text := err.Error()
	return apierrors.IsBadRequest(err) &&
		(strings.Contains(text, "previous terminated container") || strings.Contains(text, "waiting to start"))
}
