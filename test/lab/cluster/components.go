package cluster

import (
	"fmt"
	"net"
	"strings"
)

// program is one process of a lab: this binary under another name.
type program struct {
	name string // of its log and in the commands of the lab
	as   string // the component, by which the binary knows what to be
	args []string
}

// plan knows the programs of one start of a lab.
type plan struct {
	layout
	opts                     Options
	etcdPort, peerPort, port int
}

// newPlan picks ports that are free now.
func newPlan(opts Options) (*plan, error) {
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	return &plan{layout: layout(opts.Dir), opts: opts, etcdPort: ports[0], peerPort: ports[1], port: ports[2]}, nil
}

// freePorts returns n ports of 127.0.0.1 that no process listens on now.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer l.Close() // held so that the next port is another one
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// etcdURL and serverURL are the addresses of etcd and of the API server on this machine.
func (p *plan) etcdURL() string   { return fmt.Sprintf("http://127.0.0.1:%d", p.etcdPort) }
func (p *plan) serverURL() string { return fmt.Sprintf("https://127.0.0.1:%d", p.port) }

// program completes the arguments of a component with those that the user gave for it.
func (p *plan) program(name, as string, args ...string) program {
	for _, a := range p.opts.Args {
		if flag, ok := strings.CutPrefix(a, as+"="); ok {
			args = append(args, flag)
		}
	}
	return program{name: name, as: as, args: args}
}

// etcd returns the store of the lab: one member without peers.
func (p *plan) etcd() program {
	peer := fmt.Sprintf("http://127.0.0.1:%d", p.peerPort)
	return p.program("etcd", "etcd",
		"--name=lab", "--data-dir="+p.layout.etcd(), "--log-level=warn",
		"--listen-client-urls="+p.etcdURL(), "--advertise-client-urls="+p.etcdURL(),
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=lab="+peer,
		"--unsafe-no-fsync", // the data is thrown away with the lab
	)
}

// apiserver returns the API server, with the authorization of a real cluster: tests of permissions rely on it.
func (p *plan) apiserver() program {
	return p.program("kube-apiserver", "kube-apiserver",
		"--etcd-servers="+p.etcdURL(),
		"--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", p.port), "--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none", // endpoints may not be loopback addresses
		"--tls-cert-file="+p.pki("apiserver.crt"), "--tls-private-key-file="+p.pki("apiserver.key"),
		"--service-cluster-ip-range="+serviceRange,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+p.pki("accounts.key"), "--service-account-signing-key-file="+p.pki("accounts.key"),
		"--token-auth-file="+p.pki("tokens.csv"), "--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--kubelet-preferred-address-types=InternalIP", // else logs and exec ask DNS for the node
	)
}

// controllers are the programs that need the API server.
func (p *plan) controllers() []program {
	common := func(name string) []string {
		k := p.pki(name + ".kubeconfig")
		return []string{
			"--kubeconfig=" + k, "--authentication-kubeconfig=" + k, "--authorization-kubeconfig=" + k,
			"--leader-elect=false", "--secure-port=0", "--bind-address=127.0.0.1",
			"--kube-api-qps=200", "--kube-api-burst=400", // nobody else is there to be spared
		}
	}
	return []program{
		p.program("kube-controller-manager", "kube-controller-manager", append(common("kube-controller-manager"),
			"--service-account-private-key-file="+p.pki("accounts.key"), "--root-ca-file="+p.pki("ca.crt"),
			"--flex-volume-plugin-dir="+p.at("volume-plugins"))...), // which it makes
		p.program("kube-scheduler", "kube-scheduler", common("kube-scheduler")...),
	}
}

// writeKubeconfigs writes how each user reaches the API server on this plan's port.
func (p *plan) writeKubeconfigs(s *secrets) error {
	for _, u := range users(p.opts.Nodes) {
		user := u[0]
		path := p.pki(strings.TrimPrefix(user, "system:node:") + ".kubeconfig")
		if user == "admin" {
			path = p.kubeconfig()
		}
		if err := s.writeKubeconfig(path, p.opts.Name, user, p.serverURL()); err != nil {
			return err
		}
	}
	return nil
}
