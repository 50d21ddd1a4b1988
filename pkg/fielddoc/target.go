package fielddoc

import (
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme" //nolint:depguard // only the registry of types, nothing that talks
)

// Oldest is the first minor version of Kubernetes whose fields are recorded: what it
// has counts as always there.
const Oldest = 19

// Newest returns the minor version of Release.
func Newest() int { return newest() }

// newest is the minor version of Release, parsed once.
var newest = sync.OnceValue(func() int { return minorOf(Release) })

// minor returns the minor version of Kubernetes that the schema judges as.
func (s *Schema) minor() int {
	if s.Minor != 0 {
		return s.Minor
	}
	return Newest()
}

// ParseTarget returns the minor version that text names, 30 for "1.30" and "v1.30.4".
// ok is false if it is none of Oldest to Newest.
func ParseTarget(text string) (minor int, ok bool) {
	minor = minorOf(text)
	return minor, minor >= Oldest && minor <= Newest()
}

// At returns the schema as the minor version of Kubernetes judges by it. It is the
// same for custom kinds.
func (s *Schema) At(minor int) *Schema {
	at := *s
	at.Minor = minor
	at.target = minor
	if at.custom() {
		return &at
	}
	at.Deprecated = ""
	at.Removed = ""
	if t, ok := scheme.Scheme.AllKnownTypes()[s.GVK]; ok {
		at.retire(t)
	} else {
		at.ends(removedKinds()[s.GVK])
	}
	return &at
}

// Target returns the version of Kubernetes that the schema judges as, empty for none.
func (s *Schema) Target() string { return Version(s.target) }

// custom reports whether the kind is not one of Kubernetes itself.
func (s *Schema) custom() bool {
	return !OwnGroup(s.GVK.Group)
}

// OwnGroup reports whether an API group is one of Kubernetes itself, to which no
// CustomResourceDefinition adds kinds.
func OwnGroup(group string) bool { return ownGroups()[group] }

// kindLife returns when the API version of the kind exists.
func (s *Schema) kindLife() kindLife {
	life := histories().kinds[s.GVK]
	if e, ok := removedKinds()[s.GVK]; ok && life.removed == 0 {
		life.removed = minorOf(e.removed)
	}
	return life
}

// Since returns the version that introduced the API version of the kind, empty if
// Kubernetes 1.19 had it already or if that is unknown.
func (s *Schema) Since() string {
	if life := s.kindLife(); life.introduced > Oldest {
		return Version(life.introduced)
	}
	return ""
}

// optional reports whether servers leave out the API version unless it is enabled:
// alpha ones, and beta ones that are new since Kubernetes 1.24 (KEP 3136), except for
// flow control, which was served before.
func optional(gvk schema.GroupVersionKind, life kindLife) (stage string, off bool) {
	switch {
	case !OwnGroup(gvk.Group):
		return "", false
	case strings.Contains(gvk.Version, "alpha"):
		return "an alpha", true
	case strings.Contains(gvk.Version, "beta") && life.introduced >= 24 && gvk.Group != "flowcontrol.apiserver.k8s.io":
		return "a beta", true
	default:
		return "", false
	}
}

// checkTarget reports a kind that the target version does not serve. That it is
// removed there is reported as for every version.
func checkTarget(s *Schema, report func(Problem)) {
	life := s.kindLife()
	if s.target == 0 || s.Removed != "" {
		return
	}
	name := s.GVK.GroupVersion().String() + " " + s.GVK.Kind
	at := Path{Key("apiVersion")}
	if life.introduced > s.target {
		report(Problem{
			Path: at, Kind: BeyondTarget,
			Message: fmt.Sprintf(
				"%s is not served by Kubernetes %s: it exists since %s",
				name,
				Version(s.target),
				Version(life.introduced),
			),
		})
		return
	}
	if stage, off := optional(s.GVK, life); off {
		report(Problem{
			Path: at, Kind: BeyondTarget,
			Message: fmt.Sprintf("%s is %s API, which Kubernetes %s does not serve unless it is enabled", name, stage, Version(s.target)),
		})
	}
}

// checkLife reports a field or value that the target version does not know, or that
// needs a feature gate which is off there.
func (k checker) checkLife(c Cursor) {
	if k.schema.target != 0 {
		if words := k.lifeProblem(c.ownLife()); words != "" {
			k.report(Problem{Path: c.path, Kind: BeyondTarget, Message: words})
			return
		}
	}
	word, ok := scalarText(c.value)
	if !ok || len(c.typ.Enum) == 0 {
		return
	}
	life := c.ValueLife(word)
	if k.schema.target != 0 {
		if words := k.lifeProblem(life); words != "" {
			k.report(Problem{Path: c.path, Kind: BeyondTarget, Message: "value " + word + " " + words})
		}
		return
	}
	if _, works := life.Works(); !works && k.schema.Source == BuiltIn {
		k.report(
			Problem{
				Path: c.path,
				Kind: NotInEnum,
				Message: fmt.Sprintf("value %s needs the feature gate %s, which is %s and off by default in Kubernetes %s",
					word, life.Gate, life.StageAt(Newest()).words(), Release),
			},
		)
	}
}

// lifeProblem returns what is wrong with a field of that life in the target version,
// empty for nothing.
func (k checker) lifeProblem(life Life) string {
	target := k.schema.target
	switch stage := life.StageAt(target); {
	case life.Since > target:
		return fmt.Sprintf("is not known to Kubernetes %s: it exists since %s", Version(target), Version(life.Since))
	case life.Until != 0 && life.Until < target:
		return fmt.Sprintf("is not known to Kubernetes %s: it exists until %s", Version(target), Version(life.Until))
	case stage != "" && !stage.On():
		return fmt.Sprintf(
			"needs the feature gate %s, which is %s and off by default in Kubernetes %s",
			life.Gate,
			stage.words(),
			Version(target),
		)
	default:
		return ""
	}
}
