//go:build linux

package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// sourced is a program with failures whose messages, layout and cause are known from its source. The values in the
// messages and the objects around them are made up.
type sourced struct {
	Program string     `json:"program"`
	Source  string     `json:"source"` // the repository
	Cases   []incident `json:"cases"`
}

// readSources returns the cases of a folder of tables, by name.
func readSources(dir string) ([]incident, error) {
	programs, err := readTables[sourced](dir)
	if err != nil {
		return nil, err
	}
	var out []incident
	for _, p := range programs {
		for _, c := range p.Cases {
			out = append(out, p.complete(c))
		}
	}
	slices.SortFunc(out, func(a, b incident) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// complete returns the case with what all cases of a program have in common.
func (p sourced) complete(c incident) incident {
	c.Program = p.Program
	c.Source = p.Source
	c.Gives = "messages, their layout and cause"
	c.Completed = "values, objects"
	c.Namespace = "services"
	c.Kind = "Deployment"
	c.Workload = p.Program
	c.Image = "registry.example/" + p.Program + ":1"
	if c.Ran.Duration == 0 {
		c.Ran.Duration = time.Second
	}
	return c
}

// rebuildSources writes the cases of the tables.
func rebuildSources(o options) error {
	cases, err := readSources(filepath.Join(filepath.Dir(o.recipe), "sources"))
	if err != nil {
		return err
	}
	return writeIncidents(o, cases, filepath.Join(filepath.Dir(o.out), "sources"))
}

// writeIncidents writes the cases below a folder.
func writeIncidents(o options, cases []incident, below string) error {
	for _, inc := range cases {
		if !o.only.MatchString(inc.ID) {
			continue
		}
		dir := filepath.Join(below, inc.ID)
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
			return err
		}
		if err := inc.cluster().write(dir); err != nil {
			return fmt.Errorf("write %s: %w", inc.ID, err)
		}
	}
	return nil
}
