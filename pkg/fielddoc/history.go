package fielddoc

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

//go:generate go run ./internal/history data/history.txt

// Life is in which versions of Kubernetes a field or one of its values exists, as minor
// versions: 33 is 1.33.
type Life struct {
	// Since is the minor version that introduced it; 0 if 1.19 had it already, or if
	// that is unknown.
	Since int
	// Until is the last minor version that has it; 0 if it still exists.
	Until int
	// Gate is the feature gate that it needs or needed, empty for none.
	Gate string
}

// Stage is how far a feature gate has come.
type Stage string

// The stages of feature gates. An empty stage means that the gate does not exist yet.
const (
	Alpha   Stage = "alpha"    // off unless the gate is enabled
	Beta    Stage = "beta"     // on by default
	BetaOff Stage = "beta-off" // beta, but off unless the gate is enabled
	Stable  Stage = "ga"       // always on
)

// On reports whether what needs a gate of this stage works by default.
func (s Stage) On() bool { return s == Beta || s == Stable || s == "deprecated" }

// StageAt returns the stage of the feature gate in a minor version, empty if there
// is no gate or if the minor does not have it yet.
func (l Life) StageAt(minor int) Stage {
	stage := Stage("")
	for _, step := range histories().gates[l.Gate] {
		if step.minor <= minor {
			stage = step.stage
		}
	}
	return stage
}

// OnSince returns the first minor in which what needs the gate works by default; 0
// if it does without a gate or if no minor up to Release does so.
func (l Life) OnSince() int {
	for _, step := range histories().gates[l.Gate] {
		if step.stage.On() {
			return step.minor
		}
	}
	return 0
}

// historyTable is the content of data/history.txt.
type historyTable struct {
	gates map[string][]gateStep
	kinds map[schema.GroupVersionKind]kindLife
	// fields are by versioned type and field, or field=value.
	fields map[string]map[string]Life
}

// gateStep is a stage of a feature gate and the first minor version in which it has it.
type gateStep struct {
	stage Stage
	minor int
}

// kindLife is when an API version of a kind was introduced, deprecated and removed;
// 0 if that is unknown or has not happened.
type kindLife struct{ introduced, deprecated, removed int }

// histories is data/history.txt, read once.
var histories = sync.OnceValue(func() historyTable {
	t := historyTable{map[string][]gateStep{}, map[schema.GroupVersionKind]kindLife{}, map[string]map[string]Life{}}
	var current map[string]Life
	for line := range strings.Lines(read("history.txt")) {
		words := strings.Fields(line)
		switch {
		case words[0] == "#":
		case words[0] == "gate":
			t.gates[words[1]] = gateSteps(words[2:])
		case words[0] == "kind":
			t.kinds[schema.FromAPIVersionAndKind(words[1], words[2])] = kindLife{number(words[3]), number(words[4]), number(words[5])}
		case line[0] != ' ':
			current = map[string]Life{}
			t.fields[words[0]] = current
		default:
			current[words[0]] = Life{number(words[1]), number(words[2]), strings.Trim(words[3], "-")}
		}
	}
	return t
})

// gateSteps reads the stages of a feature gate: alpha@28 beta@30.
func gateSteps(words []string) []gateStep {
	steps := make([]gateStep, len(words))
	for i, word := range words {
		stage, minor, _ := strings.Cut(word, "@")
		steps[i] = gateStep{Stage(stage), number(minor)}
	}
	return steps
}

// number reads a number of a built-in table. That it is none is a fault of the build.
func number(word string) int {
	n, err := strconv.Atoi(word)
	if err != nil {
		panic(fmt.Sprintf("read built-in table: %v", err))
	}
	return n
}

// Life returns when the field exists: since it and all that holds it do. Custom kinds
// have no history.
func (c Cursor) Life() Life {
	var life Life
	if !c.lived {
		return life
	}
	for a := range c.seen {
		name, _, _ := strings.Cut(a.path, ".")
		life = life.within(histories().fields[a.versioned][name])
	}
	return life
}

// ownLife returns when the field exists as its type has it, without what holds it.
func (c Cursor) ownLife() Life {
	if c.in&inHistory == 0 {
		return Life{}
	}
	for i := len(c.anchors) - 1; i >= 0; i-- {
		a := c.anchors[i]
		name := strings.TrimPrefix(c.names[a.start:], ".")
		if name == "" {
			continue
		}
		return histories().fields[a.versioned][name]
	}
	return Life{}
}

// ValueLife returns in which versions a value of the field's enumeration exists. It
// returns the zero Life if the value exists as long as the field itself.
func (c Cursor) ValueLife(value string) Life {
	if len(c.anchors) == 0 {
		return Life{}
	}
	inner := c.anchors[len(c.anchors)-1]
	fields := histories().fields[inner.versioned]
	if len(fields) == 0 {
		return Life{}
	}
	return fields[strings.TrimPrefix(c.names[inner.start:], ".")+"="+value]
}

// within returns the life of something inside of l.
func (l Life) within(inner Life) Life {
	l.Since = max(l.Since, inner.Since)
	if inner.Until != 0 && (l.Until == 0 || inner.Until < l.Until) {
		l.Until = inner.Until
	}
	if inner.Gate != "" {
		l.Gate = inner.Gate
	}
	return l
}

// Works returns the first minor in which the field works without a feature gate being
// enabled, 0 for all; known is false if there is none up to Release.
func (l Life) Works() (minor int, known bool) {
	if l.Gate == "" {
		return l.Since, true
	}
	if on := l.OnSince(); on != 0 {
		return max(l.Since, on), true
	}
	return 0, false
}

// Words says in which versions the field exists and by which feature gate, empty if
// nothing is recorded.
func (l Life) Words() string {
	var words []string
	if l.Since != 0 {
		words = append(words, "since Kubernetes "+Version(l.Since))
	}
	if l.Until != 0 {
		words = append(words, "until "+Version(l.Until))
	}
	if steps := histories().gates[l.Gate]; len(steps) > 0 {
		stages := make([]string, len(steps))
		for i, step := range steps {
			stages[i] = step.stage.words() + " in " + Version(step.minor)
		}
		words = append(words, "feature gate "+l.Gate+": "+strings.Join(stages, ", "))
	}
	return strings.Join(words, "; ")
}

// words returns the stage as the documentation of feature gates names it.
func (s Stage) words() string {
	switch s {
	case Alpha:
		return "alpha"
	case BetaOff:
		return "beta (off by default)"
	case Stable:
		return "stable"
	default:
		return string(s)
	}
}

// Version returns a minor version of Kubernetes as people write it, 33 as "1.33";
// empty for 0.
func Version(minor int) string {
	if minor == 0 {
		return ""
	}
	return release(1, minor)
}
