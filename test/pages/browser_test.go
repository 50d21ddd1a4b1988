package pages_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium, spoken to over a pair of pipes in its
// DevTools protocol: JSON messages that end in a NUL byte.
type browser struct {
	out io.Writer

	mu      sync.Mutex
	last    int
	waiting map[int]chan message
	events  []message // of the session, not yet taken
	gone    error
	session string
}

type message struct {
	ID        int             `json:"id,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// startBrowser starts a Chromium with one page, or skips the test if there is none.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("PAGES NOT CHECKED IN A BROWSER: there is no chromium on the PATH (apt-get install chromium)")
	}
	toRead, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromRead, fromWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	//nolint:usetesting // t.TempDir fails if a process that Chromium left behind still writes
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	// Chromium ends when its pipe does; the context is for one that hangs.
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(
		ctx,
		path,
		"--headless",
		"--no-sandbox",
		"--disable-gpu",
		"--disable-quic",
		"--no-first-run",
		"--hide-scrollbars",
		"--disable-background-networking",
		"--disable-component-update",
		"--disable-sync",
		"--disable-dev-shm-usage",
		"--user-data-dir="+profile,
		"--remote-debugging-pipe",
		"about:blank",
	)
	cmd.ExtraFiles = []*os.File{toRead, fromWrite} // its 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toRead.Close()
	fromWrite.Close()
	b := &browser{out: toWrite, waiting: map[int]chan message{}}
	read := make(chan struct{})
	go func() {
		defer close(read)
		b.listen(fromRead)
	}()
	t.Cleanup(func() {
		_, _ = b.call("Browser.close", nil)
		toWrite.Close()
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended: //nolint:errcheck // how it ended says nothing of the pages
		case <-time.After(10 * time.Second):
			cancel()
			<-ended //nolint:errcheck // it was ended
		}
		cancel()
		fromRead.Close()
		<-read
	})
	b.open(t)
	return b
}

// listen hands out what comes until the pipe ends.
func (b *browser) listen(from io.Reader) {
	in := bufio.NewReader(from)
	for {
		data, err := in.ReadBytes(0)
		b.mu.Lock()
		if err != nil {
			b.gone = fmt.Errorf("read from the browser: %w", err)
			for _, answer := range b.waiting {
				close(answer)
			}
			b.waiting = map[int]chan message{}
			b.mu.Unlock()
			return
		}
		var m message
		if err := json.Unmarshal(data[:len(data)-1], &m); err == nil {
			if answer, ok := b.waiting[m.ID]; ok && m.ID > 0 {
				answer <- m
				delete(b.waiting, m.ID)
			} else if m.Method != "" {
				b.events = append(b.events, m)
			}
		}
		b.mu.Unlock()
	}
}

// call asks for something and waits for the answer.
func (b *browser) call(method string, params any) (json.RawMessage, error) {
	data, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	if b.gone != nil {
		b.mu.Unlock()
		return nil, b.gone
	}
	b.last++
	m := message{ID: b.last, Method: method, SessionID: b.session}
	if params != nil {
		m.Params = data
	}
	answer := make(chan message, 1)
	b.waiting[m.ID] = answer
	b.mu.Unlock()
	if data, err = json.Marshal(m); err != nil {
		return nil, err
	}
	if _, err := b.out.Write(append(data, 0)); err != nil {
		return nil, fmt.Errorf("write to the browser: %w", err)
	}
	got, ok := <-answer
	if !ok {
		return nil, b.gone
	}
	if got.Error != nil {
		return nil, fmt.Errorf("%s: %s", method, got.Error.Message)
	}
	return got.Result, nil
}

// do is call for what must not fail, its answer read into out unless that is nil.
func (b *browser) do(t *testing.T, method string, params map[string]any, out any) {
	t.Helper()
	data, err := b.call(method, params)
	if err != nil {
		t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(data, out); err != nil {
			t.Fatal(err)
		}
	}
}

// open makes the page that all calls are for from now on.
func (b *browser) open(t *testing.T) {
	t.Helper()
	var target struct{ TargetID, SessionID string }
	b.do(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	b.do(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	b.session = target.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.do(t, domain+".enable", map[string]any{}, nil)
	}
}

// load opens a page and returns what was said and asked for meanwhile: the
// methods of the events with their parameters.
func (b *browser) load(t *testing.T, url string) []message {
	t.Helper()
	b.mu.Lock()
	b.events = nil
	b.mu.Unlock()
	b.do(t, "Page.navigate", map[string]any{"url": url}, nil)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		b.mu.Lock()
		events := b.events
		gone := b.gone
		b.mu.Unlock()
		if gone != nil {
			t.Fatal(gone)
		}
		for _, e := range events {
			if e.Method == "Page.loadEventFired" {
				return events
			}
		}
	}
	t.Fatalf("%s is not loaded after a minute", url)
	return nil
}

// eval evaluates a script in the page and reads its value into out. The page's
// own policy does not bind what is asked from outside.
func (b *browser) eval(t *testing.T, script string, out any) {
	t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.do(t, "Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		t.Fatalf("%s: %s", script, answer.ExceptionDetails)
	}
	if err := json.Unmarshal(answer.Result.Value, out); err != nil {
		t.Fatalf("%s: %v", script, err)
	}
}

// look sets the width of the screen and whether the reader wants it dark.
func (b *browser) look(t *testing.T, width int, scheme string) {
	t.Helper()
	b.do(
		t,
		"Emulation.setDeviceMetricsOverride",
		map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
		nil,
	)
	b.do(
		t,
		"Emulation.setEmulatedMedia",
		map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}},
		nil,
	)
}
