//go:build linux

package main

import (
	"fmt"
	"hash/fnv"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	dnsAddress = "10.96.0.10"
	podAddress = "10.244.1.23"
)

// inside reports whether a peer is a Service of the pod's namespace.
func (p peer) inside() bool { return !strings.Contains(p.Name, ".") }

// address returns the address of a peer, which follows from its name.
func (p peer) address() string {
	h := fnv.New32a()
	h.Write([]byte(p.Name))
	sum := h.Sum32()
	if p.inside() {
		return fmt.Sprintf("10.96.%d.%d", 64+sum>>8%128, 2+sum%250)
	}
	return fmt.Sprintf("203.0.113.%d", 2+sum%250)
}

// layNetwork makes the addresses of the pod, the cluster's DNS and the peers.
// What is refused has an address where nothing listens; what is silent has one
// behind a link whose other end answers nothing.
func (in order) layNetwork() error {
	steps := []string{
		"link set lo up", "addr add " + podAddress + "/32 dev lo", "addr add " + dnsAddress + "/32 dev lo",
		"link add out0 type veth peer name out1", "link set out0 up", "link set out1 up", "addr add 169.254.7.1/32 dev out0",
	}
	for _, p := range in.Study.Setup.Peers {
		switch p.State {
		case "refused", "up":
			steps = append(steps, "addr add "+p.address()+"/32 dev lo")
		case "silent":
			steps = append(steps, "route add "+p.address()+"/32 dev out0 src "+podAddress,
				"neigh add "+p.address()+" lladdr 02:00:00:00:00:99 dev out0")
		}
	}
	for _, step := range steps {
		if out, err := exec.Command("ip", strings.Fields(step)...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %s: %w: %s", step, err, out)
		}
	}
	for _, port := range in.Study.Setup.Busy {
		if _, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(int(port)))); err != nil {
			return err
		}
	}
	return in.serveDNS()
}

// serveDNS answers as the cluster's DNS does: with the addresses of the peers
// that exist, and NXDOMAIN for all else.
func (in order) serveDNS() error {
	names := map[string][4]byte{}
	for _, p := range in.Study.Setup.Peers {
		if p.State == "absent" {
			continue
		}
		name := p.Name + "."
		if p.inside() {
			name = p.Name + "." + in.Study.namespace() + ".svc.cluster.local."
		}
		names[name] = [4]byte(net.ParseIP(p.address()).To4())
	}
	conn, err := net.ListenPacket("udp", dnsAddress+":53")
	if err != nil {
		return err
	}
	go func() {
		question := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(question)
			if err != nil {
				return
			}
			if answer, err := answerDNS(question[:n], names); err == nil {
				_, _ = conn.WriteTo(answer, from) // a lost answer is asked for again
			}
		}
	}()
	return nil
}

// answerDNS returns the answer to one question.
func answerDNS(question []byte, names map[string][4]byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil || len(m.Questions) != 1 {
		return nil, fmt.Errorf("not one question: %w", err)
	}
	q := m.Questions[0]
	address, known := names[strings.ToLower(q.Name.String())]
	m.Response = true
	m.Authoritative = true
	m.RecursionAvailable = true
	m.Additionals = nil
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	} else if q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 30},
			Body:   &dnsmessage.AResource{A: address},
		}}
	}
	return m.Pack()
}

// waitForPort returns when something listens on a port of this machine.
func waitForPort(port int32, limit time.Duration) error {
	var err error
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var conn net.Conn
		if conn, err = net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(port)))); err == nil {
			return conn.Close()
		}
	}
	return err
}
