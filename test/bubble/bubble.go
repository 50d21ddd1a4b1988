// Package bubble runs a command and the servers that it talks to on the clock of
// testing/synctest: a wait for a time limit costs no time, and ends to the second.
package bubble

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"testing/synctest"
)

// Run runs a test on the clock of synctest. The runtime starts the goroutine
// that delivers signals at the first Notify; that must not be in a bubble.
func Run(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	signal.Stop(signals)
	synctest.Test(t, test)
}

// Network connects commands to servers within a bubble, in which a real
// connection would keep the clock from moving.
type Network map[string]*inMemory // by host and port

// inMemory is the listener of a server on the network.
type inMemory struct {
	accepted chan net.Conn
	closed   chan struct{}
}

// Accept waits for the next connection. It ends when the listener is closed, as net/http expects of listeners.
func (l *inMemory) Accept() (net.Conn, error) {
	select {
	case conn := <-l.accepted:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept. Connections that were accepted stay open.
func (l *inMemory) Close() error {
	close(l.closed)
	return nil
}

// Addr returns an address that nobody can dial: clients find the listener by its name in the Network.
func (l *inMemory) Addr() net.Addr { return &net.UnixAddr{Name: "in memory"} }

// Serve starts a server on the network until the test ends.
func (n Network) Serve(t *testing.T, address string, handler http.Handler) {
	t.Helper()
	listener := &inMemory{accepted: make(chan net.Conn), closed: make(chan struct{})}
	n[address] = listener
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }() // its error is that it was closed
	t.Cleanup(func() { _ = server.Close() })
}

// Dial connects to a server, and is refused if there is none; it is what
// cli.Env.Dial takes.
func (n Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	listener := n[address]
	if listener == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	near, far := net.Pipe()
	select {
	case listener.accepted <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
