package cri

import (
	"fmt"
	"net/netip"
	"sync"
)

// pool hands out the addresses of a subnet, but for its network address, its
// first one (the node's) and its last one. It goes round, so that an address is
// not given to the next pod as soon as it is free.
type pool struct {
	subnet netip.Prefix

	mu   sync.Mutex
	last netip.Addr
	used map[string]bool
}

// newPool returns a pool of which no address is used.
func newPool(subnet netip.Prefix) *pool {
	return &pool{subnet: subnet, last: subnet.Addr(), used: map[string]bool{}}
}

// take returns an address that is free.
func (p *pool) take() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range 1 << (p.subnet.Addr().BitLen() - p.subnet.Bits()) {
		ip := p.last.Next()
		if !p.subnet.Contains(ip.Next()) {
			ip = p.subnet.Addr().Next()
		}
		p.last = ip
		if ip != p.subnet.Addr() && ip != p.nodeIP() && !p.used[ip.String()] {
			p.used[ip.String()] = true
			return ip.String(), nil
		}
	}
	return "", fmt.Errorf("no address left in %s", p.subnet)
}

// nodeIP is the first address of the subnet.
func (p *pool) nodeIP() netip.Addr { return p.subnet.Masked().Addr().Next() }

// give takes an address back.
func (p *pool) give(ip string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.used, ip)
}
