package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// auditPolicy has the API server log every request but those of its own components.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [system:apiserver, system:kube-controller-manager, system:kube-scheduler]
- level: None
  userGroups: [system:nodes, system:serviceaccounts]
- level: Metadata
`

// audited is what the audit log has of one request.
type audited struct {
	Verb       string `json:"verb"`
	UserAgent  string `json:"userAgent"`
	RequestURI string `json:"requestURI"`
}

// String returns the request for the message of a test that refuses it.
func (a audited) String() string { return a.UserAgent + ": " + a.Verb + " " + a.RequestURI }

// dryRun reports whether nothing of a request is stored.
func (a audited) dryRun() bool { return strings.Contains(a.RequestURI, "dryRun=All") }

// allowed reports whether a plugin may send a request at all.
func (a audited) allowed() bool {
	return slices.Contains([]string{"get", "list", "watch"}, a.Verb) ||
		(a.Verb == "create" && a.dryRun() && strings.HasPrefix(a.UserAgent, "kubectl-explainfields/"))
}

// auditArgs returns the arguments of "lab up" for an audit log in a directory.
func auditArgs(dir string) ([]string, error) {
	policy := filepath.Join(dir, "audit-policy.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		return nil, err
	}
	var args []string
	for _, flag := range []string{
		"--audit-policy-file=" + policy,
		"--audit-log-path=" + filepath.Join(dir, "audit.log"),
		"--audit-log-maxsize=4096", // MiB: it is read as one file
	} {
		args = append(args, "--arg", "kube-apiserver="+flag)
	}
	return args, nil
}

// pluginRequests calls each for every request of the plugins in the audit log.
func (l *Lab) pluginRequests(each func(audited)) error {
	file, err := os.Open(filepath.Join(filepath.Dir(l.Dir), "audit.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil // it did not come up
	}
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a audited
		if !bytes.Contains(lines.Bytes(), []byte(`"userAgent":"kubectl-`)) || json.Unmarshal(lines.Bytes(), &a) != nil {
			continue // of others, or the line that is being written
		}
		each(a)
	}
	return lines.Err()
}

// checkAudit returns an error if a plugin sent anything but reads and dry-runs.
func (l *Lab) checkAudit() error {
	var bad []string
	err := l.pluginRequests(func(a audited) {
		if !a.allowed() && len(bad) < 20 {
			bad = append(bad, a.String())
		}
	})
	if len(bad) > 0 {
		err = errors.Join(err, fmt.Errorf("the plugins sent more than reads:\n%s", strings.Join(bad, "\n")))
	}
	return err
}
