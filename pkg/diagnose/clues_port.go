package diagnose

import (
	"fmt"
	"strconv"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// samePort returns the other container of the pod with the same port: the containers of a pod
// share one network, so only one of them can listen on it.
func (f clueFinder) samePort() []clue {
	for _, m := range portOf.FindAllStringSubmatch(f.read.passage(), -1) {
		port, _ := strconv.ParseInt(m[1]+m[2], 10, 32) // too long for a port: 0, which no container has
		if name := f.beside(int32(port)); port != 0 && name != "" {
			has := claim("pod template", "container %s of the same pod has port %d", name, port)
			return []clue{{subject: subject{portSubject, fmt.Sprint(port)}, strong: true, evidence: []Claim{has}}}
		}
	}
	return nil
}

// listens returns the log line that names the port on which the program listens, if the reason
// does not name it.
func (r reading) listens() []Claim {
	for _, l := range r.Lines {
		if listensOn(l.Text) != 0 {
			return []Claim{claim(r.source, "%s", quoted(l.Quote()))}
		}
	}
	return nil
}

// portOf is a port as the errors of sockets name it: ":9102", "port 9102".
var portOf = lazyregexp.New(`:(\d{2,5})\b|(?i:\bport:? )(\d{2,5})\b`)

// nodePorts are the ports on which the components of a node listen by default
// (kubernetes.io/docs/reference/networking/ports-and-protocols).
var nodePorts = map[string]string{
	"2379":  "etcd",
	"2380":  "etcd",
	"6443":  "the API server",
	"10250": "the kubelet",
	"10256": "kube-proxy",
	"10257": "kube-controller-manager",
	"10259": "kube-scheduler",
}

// listener returns what would show who has the port of a node that a line names, for a pod that shares its network.
func (n nodeFacts) listener(line string) string {
	text := "what listens on that port of node " + n.name + ", whose network the pod shares (hostNetwork)"
	for _, m := range portOf.FindAllStringSubmatch(line, -1) {
		if component, known := nodePorts[m[1]+m[2]]; known {
			return text + fmt.Sprintf(": %s is the port of %s", m[1]+m[2], component)
		}
	}
	return text
}
