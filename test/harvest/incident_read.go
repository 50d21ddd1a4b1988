//go:build linux

package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// incident is a failure that is known from a public thread: what the program
// printed and how the containers stood come from there, the objects are made up.
type incident struct {
	ID        string `json:"id"`
	Source    string `json:"source"`
	Gives     string `json:"gives"`
	Completed string `json:"completed"`

	Program   string            `json:"program"`
	Namespace string            `json:"namespace"`
	Kind      string            `json:"kind"`
	Workload  string            `json:"workload"`
	Container string            `json:"container"`
	Init      bool              `json:"init"`
	Image     string            `json:"image"`
	OldImage  string            `json:"oldImage"` // of a former revision of the Deployment whose pod still runs
	Args      []string          `json:"args"`
	Claims    map[string]string `json:"claims"` // names of PersistentVolumeClaims, by path
	SecretKey *struct {
		Variable string `json:"variable"`
		Secret   string `json:"secret"`
		Key      string `json:"key"`
	} `json:"secretKey"`
	Privileged   bool           `json:"privileged"`
	Capabilities []string       `json:"capabilities"`
	NoRoot       bool           `json:"runAsNonRoot"`
	PostStart    []string       `json:"postStart"` // command of the hook
	Probe        *incidentProbe `json:"probe"`
	Node         incidentNode   `json:"node"`

	At       metav1.Time     `json:"at"` // when the last run ended, as its log has it
	Ran      metav1.Duration `json:"ran"`
	ExitCode int             `json:"exitCode"`
	Reason   string          `json:"reason"`
	Message  string          `json:"message"`
	Waiting  struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"waiting"` // the container was never created
	Log    string          `json:"log"`
	Events []incidentEvent `json:"events"`

	Command     []string          `json:"command"`
	Env         map[string]string `json:"env"`
	Files       map[string]string `json:"files"`
	User        *int64            `json:"user"`
	Port        int32             `json:"port"`
	ReadOnly    bool              `json:"readOnlyRoot"`
	HostNetwork bool              `json:"hostNetwork"`
	Memory      string            `json:"memory"`

	label
}

// incidentProbe is the liveness or startup probe of the container.
type incidentProbe struct {
	Startup      bool   `json:"startup"`
	Path         string `json:"path"`
	Scheme       string `json:"scheme"`
	Exec         string `json:"exec"`
	Port         int32  `json:"port"`
	InitialDelay int32  `json:"initialDelay"`
	Period       int32  `json:"period"`
	Failures     int32  `json:"failures"`
	Timeout      int32  `json:"timeout"`
}

// incidentEvent is an event about the container, or about its pod.
type incidentEvent struct {
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Each    bool   `json:"each"`  // seen at the end of every run
	Times   int    `json:"times"` // in each run
	Pod     bool   `json:"pod"`
}

// incidentNode is what differs from the node of the other cases.
type incidentNode struct {
	Name    string `json:"name"`
	Arch    string `json:"arch"`
	Kernel  string `json:"kernel"`
	OS      string `json:"os"`
	Runtime string `json:"runtime"`
	Kubelet string `json:"kubelet"`
}

// readIncidents returns the incidents of a folder of tables, by name.
func readIncidents(dir string) ([]incident, error) {
	out, err := readTables[incident](dir)
	slices.SortFunc(out, func(a, b incident) int { return cmp.Compare(a.ID, b.ID) })
	return out, err
}

// readTables returns the rows of all tables in a folder, each a list in YAML.
func readTables[T any](dir string) ([]T, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("find tables in %s: %w", dir, cmp.Or(err, os.ErrNotExist))
	}
	var out []T
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var rows []T
		if err := yaml.UnmarshalStrict(text, &rows); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		out = append(out, rows...)
	}
	return out, nil
}
