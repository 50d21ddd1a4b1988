//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// program is a server program of the recipe with the ways in which it fails.
type program struct {
	Program  string `json:"program"`
	Language string `json:"language"`
	// Packages are the Debian packages to install, or those of npm and Go (install.go); the version of the first is the tag of the image.
	Packages []string `json:"packages"`
	Image    string   `json:"image"`
	Workload string   `json:"workload"`
	Kind     string   `json:"kind"` // Deployment (default) or StatefulSet
	setup
	Cases []failure `json:"cases"`
}

// setup is what a pod and its surroundings consist of. Of a case it adds to
// what the program says, and replaces what is there under the same name.
type setup struct {
	Port    int32    `json:"port"`
	Command []string `json:"command"`
	User    *int64   `json:"user"` // runAsUser; the image's own user, root, if absent
	// Files come from a ConfigMap, by path; an empty text removes the file.
	Files map[string]string `json:"files"`
	// Prepare is a shell script that makes the image, run in the root before the pod starts.
	Prepare     string            `json:"prepare"`
	Env         map[string]string `json:"env"`
	Secrets     map[string]string `json:"secrets"` // variables from a Secret
	Volumes     []volume          `json:"volumes"`
	Peers       []peer            `json:"peers"`
	ReadOnly    bool              `json:"readOnlyRoot"`
	HostNetwork bool              `json:"hostNetwork"`
	Memory      string            `json:"memory"` // limit
	Probe       *probe            `json:"probe"`
	Stop        *stop             `json:"stop"`
	Busy        []int32           `json:"busy"` // ports that something else on the node has taken
}

// volume is a directory that the pod mounts.
type volume struct {
	Path     string `json:"path"`
	Claim    bool   `json:"claim"` // a PersistentVolumeClaim instead of an emptyDir
	Size     string `json:"size"`  // of a small one, as tmpfs understands it
	Full     bool   `json:"full"`  // filled up to the last byte
	Owner    string `json:"owner"` // uid:gid
	Mode     string `json:"mode"`  // octal
	ReadOnly bool   `json:"readOnly"`
	Prepare  string `json:"prepare"` // shell script that fills it, run in the root
}

// peer is something that the program talks to.
type peer struct {
	Name  string `json:"name"` // of the Service, or of a host outside if it has dots
	Port  int32  `json:"port"`
	State string `json:"state"` // absent, refused, silent, up
	// Server is the real server to start, one of servers.
	Server string `json:"server"`
	// Answer is what a small server of the harness does instead: an HTTP status,
	// or untrusted, expired, mismatch (HTTPS with such a certificate), close, garbage.
	Answer string `json:"answer"`
}

// probe is a liveness probe that fails from a given time on.
type probe struct {
	Path    string `json:"path"`
	Message string `json:"message"` // of the Unhealthy event
}

// stop ends a program from outside.
type stop struct {
	After  metav1.Duration `json:"after"`
	Signal string          `json:"signal"` // TERM or KILL
	By     string          `json:"by"`     // nobody that the cluster knows, or probe
}

// failure is a case: one way in which a program fails.
type failure struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	Situation string `json:"situation"`
	setup
	label
}

// label is what is right, known from how the failure is made. Absent fields
// follow from the situation.
type label struct {
	Category   string   `json:"category"`
	Acceptable []string `json:"acceptable"`
	Mention    []string `json:"mention"`
	Not        []string `json:"not"`
	Notes      string   `json:"notes"`
}

// study is a case with everything that its program adds.
type study struct {
	ID        string   `json:"id"`
	Program   string   `json:"program"`
	Language  string   `json:"language"`
	Package   string   `json:"package"`
	Image     string   `json:"image"`
	Workload  string   `json:"workload"`
	Kind      string   `json:"kind"`
	Title     string   `json:"title"`
	Situation string   `json:"situation"`
	Setup     setup    `json:"setup"`
	Label     label    `json:"label"`
	Packages  []string `json:"-"`
	Namespace string   `json:"namespace"` // empty for WORKLOAD-prod
}

func (s study) namespace() string { return cmp.Or(s.Namespace, s.Workload+"-prod") }

// longest is how long a program may run before it counts as one that does not fail.
const longest = 45 * time.Second

var plainName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// readRecipe returns the cases of a folder of recipes, by name.
func readRecipe(dir string) ([]study, error) {
	programs, err := readTables[program](dir)
	if err != nil {
		return nil, err
	}
	byID := map[string]study{}
	for _, p := range programs {
		for _, f := range p.Cases {
			s := p.study(f)
			if err := s.check(); err != nil {
				return nil, fmt.Errorf("read %s: %s: %w", dir, s.ID, err)
			}
			if _, twice := byID[s.ID]; twice {
				return nil, fmt.Errorf("read %s: two cases are called %s", dir, s.ID)
			}
			byID[s.ID] = s
		}
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b study) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// study joins a case with its program.
func (p program) study(f failure) study {
	s := study{
		ID: p.Program + "-" + f.Name, Program: p.Program, Language: p.Language, Package: slices.Concat(p.Packages, []string{""})[0],
		Image: p.Image, Workload: p.Workload, Kind: cmp.Or(p.Kind, "Deployment"), Title: f.Title, Situation: f.Situation,
		Setup: p.setup.with(f.setup), Packages: p.Packages,
	}
	s.Label = situations[f.Situation].with(f.label)
	s.Label.Not = append(s.Label.Not, s.falsehoods()...)
	if s.Label.Category != "out-of-memory" && !slices.Contains(s.Label.Acceptable, "out-of-memory") {
		s.Label.Not = append(s.Label.Not, "OOMKilled|out of memory")
	}
	for _, peer := range s.Setup.Peers {
		if peer.State == "up" || peer.State == "silent" {
			s.Label.Not = append(s.Label.Not, "no (ready )?endpoints|no ready pods?|scaled to (0|zero)|Service .* does not exist")
			break
		}
	}
	return s
}

// falsehoods returns expressions of what is false of every case: files of its
// ConfigMap are there, and its own name is no argument.
func (s study) falsehoods() []string {
	var out []string
	for _, file := range slices.Sorted(maps.Keys(s.Setup.Files)) {
		out = append(out, regexp.QuoteMeta(path.Base(file))+`['"]? (is not there|does not exist|is missing)`)
	}
	return append(out, "argument "+regexp.QuoteMeta(path.Base(s.Setup.Command[0]))+`\b`)
}

// with returns the setup with what another adds or replaces.
func (s setup) with(o setup) setup {
	s.Port = cmp.Or(o.Port, s.Port)
	s.User = cmp.Or(o.User, s.User)
	s.Memory = cmp.Or(o.Memory, s.Memory)
	s.Probe = cmp.Or(o.Probe, s.Probe)
	s.Stop = cmp.Or(o.Stop, s.Stop)
	s.ReadOnly = s.ReadOnly || o.ReadOnly
	s.HostNetwork = s.HostNetwork || o.HostNetwork
	s.Prepare = strings.TrimSpace(s.Prepare + "\n" + o.Prepare)
	if len(o.Busy) > 0 {
		s.Busy = o.Busy
	}
	if len(o.Command) > 0 {
		s.Command = o.Command
	}
	s.Files = merged(s.Files, o.Files)
	s.Env = merged(s.Env, o.Env)
	s.Secrets = merged(s.Secrets, o.Secrets)
	for _, v := range o.Volumes {
		s.Volumes = append(slices.DeleteFunc(slices.Clone(s.Volumes), func(w volume) bool { return w.Path == v.Path }), v)
	}
	for _, p := range o.Peers {
		s.Peers = append(slices.DeleteFunc(slices.Clone(s.Peers), func(q peer) bool { return q.Name == p.Name }), p)
	}
	return s
}

// merged returns both maps as one, without what is empty in the second.
func merged(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	for key, value := range b {
		if out[key] = value; value == "" {
			delete(out, key)
		}
	}
	return out
}

// with returns the label with what another replaces.
func (l label) with(o label) label {
	out := label{Category: cmp.Or(o.Category, l.Category), Acceptable: l.Acceptable, Mention: o.Mention, Notes: o.Notes}
	if o.Acceptable != nil {
		out.Acceptable = o.Acceptable
	}
	out.Not = slices.Concat(l.Not, o.Not)
	return out
}

// check returns an error if a case is not complete.
func (s study) check() error {
	for _, name := range []string{s.ID, s.Workload} {
		if !plainName.MatchString(name) {
			return fmt.Errorf("%q is not a plain name", name)
		}
	}
	if s.Title == "" || s.Image == "" || s.Language == "" || s.Package == "" || len(s.Setup.Command) == 0 {
		return errors.New("title, image, language, packages and command are required")
	}
	if _, ok := situations[s.Situation]; !ok {
		return fmt.Errorf("unknown situation %q", s.Situation)
	}
	if len(s.Label.Mention) == 0 {
		return errors.New("mention is required")
	}
	for _, expr := range slices.Concat(s.Label.Mention, s.Label.Not) {
		if _, err := regexp.Compile(expr); err != nil {
			return err
		}
	}
	for _, p := range s.Setup.Peers {
		if !slices.Contains([]string{"absent", "refused", "silent", "up"}, p.State) {
			return fmt.Errorf("peer %s: unknown state %q", p.Name, p.State)
		}
		if _, ok := servers[p.Server]; p.Server != "" && !ok {
			return fmt.Errorf("peer %s: unknown server %q", p.Name, p.Server)
		}
	}
	return nil
}
