package cluster

import (
	"fmt"
	"os"
	"path/filepath"
)

// layout names the files of a lab, all below its directory.
type layout string

// at returns a path below the directory of the lab. The methods after it name all files that a lab has.
func (l layout) at(parts ...string) string {
	return filepath.Join(append([]string{string(l)}, parts...)...)
}

func (l layout) record() string              { return l.at("lab.json") }
func (l layout) kubeconfig() string          { return l.at("kubeconfig") }
func (l layout) images() string              { return l.at("images.yaml") }
func (l layout) control() string             { return l.at("control.sock") }
func (l layout) etcd() string                { return l.at("etcd") }
func (l layout) pki(name string) string      { return l.at("pki", name) }
func (l layout) log(name string) string      { return l.at("logs", name+".log") }
func (l layout) pid(name string) string      { return l.at("pids", name) }
func (l layout) node(n int, s string) string { return l.at(fmt.Sprintf("n%d", n), s) }

// maxDir is how long the path of a lab may be: the kubelet puts sockets below
// it, and the path of a socket has 107 bytes.
const maxDir = 64

// create makes the directories of a lab. It refuses a directory that has
// something in it, as everything in it is removed in the end.
func (l layout) create(nodes int) error {
	if len(l) > maxDir {
		return fmt.Errorf("%s: path longer than %d bytes, too long for the sockets in it", l, maxDir)
	}
	if entries, err := os.ReadDir(string(l)); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", l)
	}
	dirs := []string{l.at("pki"), l.at("logs"), l.at("pids")}
	for n := 1; n <= nodes; n++ {
		dirs = append(dirs, l.node(n, "kubelet"))
	}
	for _, d := range dirs {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
	}
	return nil
}
