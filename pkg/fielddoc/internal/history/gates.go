package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// gate is a feature gate: in which minor it reached which stage. A stage is alpha,
// beta, "beta-off" (beta, but off by default) or ga.
type gate []step

// step is a stage of a gate, and the first minor that has the gate in it.
type step struct {
	stage string
	minor int
}

// String returns "alpha@21 beta@23 ga@25", as the table has it.
func (g gate) String() string {
	words := make([]string, len(g))
	for i, s := range g {
		words[i] = s.stage + "@" + strconv.Itoa(s.minor)
	}
	return strings.Join(words, " ")
}

// gateModules are the modules that declare feature gates, with the major version of their tags.
// Of a gate that both declare the last one counts.
var gateModules = []struct{ path, major string }{{"k8s.io/apiextensions-apiserver", "0"}, {"k8s.io/kubernetes", "1"}}

// readGates reads the feature gates of Kubernetes. What a newer release says of a
// gate counts.
func readGates() (map[string]gate, error) {
	gates := map[string]gate{}
	for _, minor := range gateReleases {
		for _, module := range gateModules {
			found, err := gatesIn(module.path, version(module.major, minor))
			if err != nil {
				return nil, fmt.Errorf("read feature gates of Kubernetes 1.%d: %w", minor, err)
			}
			maps.Copy(gates, found)
		}
	}
	maps.Copy(gates, unwritten)
	return gates, nil
}

// gatesIn reads the feature gates that a module declares, in either of the forms: releases around 1.31
// have both.
func gatesIn(path, version string) (map[string]gate, error) {
	dir, err := download(path, version)
	if err != nil {
		return nil, err
	}
	source, err := featureSource(dir)
	if err != nil {
		return nil, err
	}
	gates := commentedGates(source)
	maps.Copy(gates, versionedGates(source))
	return gates, nil
}

// unwritten are gates whose stages, or later ones, are not in what is read.
var unwritten = map[string]gate{
	// Always on since discovery.k8s.io/v1, pkg/features/kube_features.go of 1.21.
	"EndpointSliceNodeName": {{"alpha", 20}, {"ga", 21}},
	// What is read of k8s.io/apiextensions-apiserver lacks its stages: KEP-2876.
	"CustomResourceValidationExpressions": {{"alpha", 23}, {"beta", 25}, {"ga", 29}},
}

// featureSource returns the sources that declare the feature gates of a module: one
// file, in some releases two.
func featureSource(dir string) (string, error) {
	source, err := os.ReadFile(filepath.Join(dir, "pkg/features/kube_features.go"))
	if err != nil {
		return "", err
	}
	more, err := os.ReadFile(filepath.Join(dir, "pkg/features/versioned_kube_features.go"))
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	return string(source) + string(more), nil
}

var (
	// commented is a gate as releases before 1.31 declare it, with its history in
	// the comment: "// alpha: v1.21", "// beta: v1.22".
	commented = regexp.MustCompile(`((?:\t// [^\n]*\n|\t//\n)+)\t(\w+)\s+featuregate\.Feature = "(\w+)"`)
	history   = regexp.MustCompile(`(?i)// (alpha|beta|ga|stable):\s*v?1\.(\d+)`)
	// plain is the stage and the default of a gate in such a release.
	plain = regexp.MustCompile(`\t(\w+):\s+\{Default: (true|false), PreRelease: featuregate\.(\w+)`)
	// constants are the names of gates by those of their constants.
	constants = regexp.MustCompile(`\t(\w+)\s+featuregate\.Feature = "(\w+)"`)
)

// commentedGates reads the gates of releases that note their stages in comments:
// "// alpha: v1.30".
func commentedGates(source string) map[string]gate {
	off := offInBeta(source)
	gates := map[string]gate{}
	for _, m := range commented.FindAllStringSubmatch(source, -1) {
		if g := commentedStages(m[1], off[m[2]]); len(g) > 0 {
			gates[m[3]] = g
		}
	}
	return gates
}

// offInBeta returns the gates that are beta and off by default, by the names of their constants.
func offInBeta(source string) map[string]bool {
	off := map[string]bool{}
	for _, m := range plain.FindAllStringSubmatch(source, -1) {
		off[m[1]] = m[2] == "false" && m[3] == "Beta"
	}
	return off
}

// commentedStages reads the history of one gate in its comment. off reports that it is beta and off by
// default, which the comment does not have.
func commentedStages(comment string, off bool) gate {
	var g gate
	for _, h := range history.FindAllStringSubmatch(comment, -1) {
		if minor, err := strconv.Atoi(h[2]); err == nil {
			g = append(g, step{stageOf(h[1], off), minor})
		}
	}
	// In the order of time, whatever that of the lines.
	slices.SortFunc(g, func(a, b step) int { return a.minor - b.minor })
	return g
}

// stageOf returns the stage that a source calls by some name: Alpha, Beta, GA, stable. off reports
// that the gate is off by default, as every one in alpha is.
func stageOf(name string, off bool) string {
	switch stage := strings.ToLower(name); {
	case stage == "stable":
		return "ga"
	case stage == "beta" && off:
		return "beta-off"
	default:
		return stage
	}
}

var (
	// versioned is a gate as releases from 1.31 on list it, with its whole history.
	versioned = regexp.MustCompile(`(?s)\n\t([\w.]+): \{\n(.*?)\n\t\},`)
	// spec is one line of that history; the order of what is in it differs.
	spec = regexp.MustCompile(`\{[^{}]*MustParse\("1\.(\d+)"\)[^{}]*\}`)
	// on and is are its parts; LockToDefault is no default.
	on = regexp.MustCompile(`[^o]Default:\s*true`)
	is = regexp.MustCompile(`PreRelease:\s*featuregate\.(\w+)`)
)

// versionedGates reads the gates of releases that declare their stages as
// featuregate.VersionedSpecs.
func versionedGates(source string) map[string]gate {
	names := namesOf(source)
	gates := map[string]gate{}
	for _, m := range versioned.FindAllStringSubmatch(source, -1) {
		g := versionedStages(m[2])
		if name := names[m[1]]; name != "" && len(g) > 0 {
			gates[name] = g
		}
	}
	return gates
}

// namesOf returns the names of gates by those of their constants, which the lists of stages use.
func namesOf(source string) map[string]string {
	names := map[string]string{}
	for _, m := range constants.FindAllStringSubmatch(source, -1) {
		names[m[1]] = m[2]
	}
	return names
}

// versionedStages reads the history of one gate, a line for each change. Lines that change something
// else than the stage, such as a lock of the default, begin no stage.
func versionedStages(specs string) gate {
	var g gate
	for _, s := range spec.FindAllStringSubmatch(specs, -1) {
		minor, err := strconv.Atoi(s[1])
		named := is.FindStringSubmatch(s[0])
		if err != nil || named == nil {
			continue
		}
		stage := stageOf(named[1], !on.MatchString(s[0]))
		if len(g) == 0 || g[len(g)-1].stage != stage {
			g = append(g, step{stage, minor})
		}
	}
	return g
}
