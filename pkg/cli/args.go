package cli

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Target is one object, or all objects of a type, that the arguments name.
type Target struct {
	Type string // as typed: "deploy", "widgets.example.org"; empty if only a name was given
	Name string // empty if only a type was given
}

// ParseArgs returns what the arguments name, in their order: TYPE/NAME…,
// TYPE[,TYPE] [NAME…], or NAME… of the type that the command implies. A single
// word is a type if it names a known kind, such as "deploy", otherwise a name.
func ParseArgs(args []string) ([]Target, error) {
	return parse(args, func(first string) bool {
		return snapshot.KindNamed(first) != nil
	})
}

// ParseTypedArgs is ParseArgs for commands whose first word without a slash is
// always a type, which may be a custom one.
func ParseTypedArgs(args []string) ([]Target, error) {
	return parse(args, func(string) bool { return true })
}

// parse reads arguments as kubectl get does: TYPE/NAME pairs, TYPE and names, or names alone.
func parse(args []string, isType func(string) bool) ([]Target, error) {
	if len(args) == 0 {
		return nil, nil
	}
	slashes := 0 // arguments of the form TYPE/NAME
	for _, arg := range args {
		if strings.Contains(arg, "/") {
			slashes++
		}
	}
	switch {
	case slashes == len(args):
		return parsePairs(args)
	case slashes > 0:
		return nil, Usagef("either TYPE/NAME in every argument, or the TYPE once and then NAMEs: %s", strings.Join(args, " "))
	case strings.Contains(args[0], ",") || isType(args[0]):
		return parseTyped(strings.Split(args[0], ","), args[1:])
	}
	return parseTyped([]string{""}, args)
}

// parsePairs parses arguments of the form TYPE/NAME.
func parsePairs(args []string) ([]Target, error) {
	var out []Target
	for _, arg := range args {
		kind, name, _ := strings.Cut(arg, "/")
		if kind == "" || strings.Contains(kind, ",") {
			return nil, Usagef("argument %q: give one type and one name, as in deploy/web", arg)
		}
		if err := checkName(arg, name); err != nil {
			return nil, err
		}
		out = append(out, Target{Type: kind, Name: name})
	}
	return out, nil
}

// parseTyped parses the forms TYPE and TYPE NAME..., in which TYPE may be several types
// joined by commas.
func parseTyped(types, names []string) ([]Target, error) {
	var out []Target
	for _, kind := range types {
		if kind == "" && len(types) > 1 {
			return nil, Usagef("argument %q: a type is missing beside a comma", strings.Join(types, ","))
		}
		for _, name := range names {
			if err := checkName(name, name); err != nil {
				return nil, err
			}
			out = append(out, Target{Type: kind, Name: name})
		}
		if len(names) == 0 {
			out = append(out, Target{Type: kind})
		}
	}
	return out, nil
}

// checkName returns a usage error if name cannot be the name of an object.
func checkName(arg, name string) error {
	if name == "" {
		return Usagef("argument %q: the name is missing, as in deploy/web", arg)
	}
	if wrong := content.IsPathSegmentName(name); len(wrong) > 0 {
		return Usagef("argument %q: a name %s", arg, wrong[0])
	}
	return nil
}

// Targets returns what the arguments name, or a usage error if names are combined
// with flags that select objects in another way.
func (f *Flags) Targets(args []string) ([]Target, error) {
	targets, err := ParseArgs(args)
	if err != nil {
		return nil, err
	}
	return targets, f.CheckTargets(targets)
}

// CheckTargets returns a usage error for names combined with -l, or with -A on a
// cluster, because a name is only unique within its namespace.
func (f *Flags) CheckTargets(targets []Target) error {
	for _, t := range targets {
		switch {
		case t.Name == "":
		case f.Selector != "":
			return Usagef("%s: a name cannot be combined with --selector", t.Name)
		case f.AllNamespaces && len(f.Filenames) == 0:
			return Usagef("%s cannot be looked up by name in all namespaces: give -n NAMESPACE instead of -A", t.Name)
		}
	}
	return nil
}

// Title returns the command that shows the targets within a scope, as the title of
// a watch.
func (f *Flags) Title(targets []Target, scope []string) string {
	words := []string{"kubectl", strings.TrimPrefix(f.plugin, "kubectl-")}
	for _, t := range targets {
		words = append(words, strings.Trim(t.Type+"/"+t.Name, "/"))
	}
	if f.Selector != "" {
		words = append(words, "-l", f.Selector)
	}
	return command.Join(append(words, scope...)...)
}
