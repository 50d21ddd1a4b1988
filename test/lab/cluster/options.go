// Package cluster starts and ends a Kubernetes cluster of processes on this
// machine: etcd, the control plane, and for each node a kubelet on a container
// runtime without containers (package cri). Everything listens on the loopback
// interface, on ports that were free, so that labs run side by side.
//
// A supervisor process, which outlives the command that started it, holds all
// other processes; on Linux the kernel ends them with it. All files are in one
// directory. Nodes need root on Linux: the supervisor then works in a mount
// namespace of its own, in which the kubelet's mounts, the system directories
// that it writes to and the kernel settings that it changes are private. What the
// machine itself gets is one address a node on the loopback interface, out of
// 198.18.0.0/15, which is reserved for benchmarks and so routed nowhere. Its /24
// is for the pods of the node: unlike 127.0.0.0/8 the API server takes such
// addresses for endpoints of Services.
package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

// Options say what lab to start.
type Options struct {
	Dir              string        // absolute path; must not be there or be empty
	Name             string        // of cluster and context in the kubeconfig
	Nodes            int           // 0: pods stay Pending
	RequireKubelet   bool          // it is an error if nodes cannot run here
	NoControllers    bool          // only etcd and the API server
	MaxRestartPeriod time.Duration // longest back-off of a crash loop, and a kubelet in a hurry; 0 for its own pace and 5 minutes
	Images           string        // path of an images file to begin with, see package cri; empty for none
	Args             []string      // COMPONENT=FLAG, appended to the arguments of the component
	Owner            int           // end the lab when this process is gone; 0 for nobody
}

// record is what a lab keeps of itself in its directory.
type record struct {
	Options Options
	EtcdURL string         // empty until it runs
	Subnets []netip.Prefix // held by the loopback interface, by node
}

// save writes the record, by which later commands find the lab.
func (r *record) save() error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(layout(r.Options.Dir).record(), b, 0o600)
}

// load reads the record of the lab in dir. It fails if there is no lab.
func load(dir string) (*record, error) {
	b, err := os.ReadFile(layout(dir).record())
	if err != nil {
		return nil, fmt.Errorf("no lab in %s: %w", dir, err)
	}
	r := &record{}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("read %s: %w", layout(dir).record(), err)
	}
	return r, nil
}

// Kubeconfig returns the path of the kubeconfig of the lab in dir.
func Kubeconfig(dir string) (string, error) {
	if _, err := load(dir); err != nil {
		return "", err
	}
	return layout(dir).kubeconfig(), nil
}

// ImagesFile returns the path of the images file of the lab in dir. The file need not exist.
func ImagesFile(dir string) (string, error) {
	if _, err := load(dir); err != nil {
		return "", err
	}
	return layout(dir).images(), nil
}

// EtcdURL returns where the etcd of the lab in dir listens. It is an error if
// the lab has controllers, which would undo what others write there.
func EtcdURL(dir string) (string, error) {
	r, err := load(dir)
	switch {
	case err != nil:
		return "", err
	case !r.Options.NoControllers:
		return "", errors.New("the lab has controllers, which would undo it: start it with --no-controllers")
	case r.EtcdURL == "":
		return "", errNoSupervisor
	}
	return r.EtcdURL, nil
}

// nodeName returns the name of the node n, counting from 1.
func nodeName(n int) string { return fmt.Sprintf("lab-node-%d", n) }

// absolute makes the directory of a lab independent of where a process works.
func absolute(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no directory given")
	}
	return filepath.Abs(dir)
}
