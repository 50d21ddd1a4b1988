// Package command builds the shell commands that reports suggest. People paste
// them into a shell, and the names in them come from a cluster or a bundle, so a
// command is built from arguments, never from text: a name that the API server
// would not accept yields no command at all, and every other word is quoted for
// a POSIX shell. The package runs nothing.
package command

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Command is a command line under construction. Its methods return a longer
// copy, so that the beginning of one can be used twice. The zero value is no
// command.
type Command struct {
	words   []string
	invalid bool
}

// Kubectl returns the command "kubectl WORDS". The words are constants of the
// program: subcommands, flags and resource types.
func Kubectl(words ...string) Command {
	return Command{}.Words("kubectl").Words(words...)
}

// Words appends constant words.
func (c Command) Words(words ...string) Command {
	c.words = append(slices.Clip(c.words), words...)
	return c
}

// Name appends the name of an object: a DNS-1123 subdomain.
func (c Command) Name(name string) Command {
	return c.checked(isName(name), name)
}

// Object appends TYPE/NAME, with the kind in lower case as the type.
func (c Command) Object(kind, name string) Command {
	return c.checked(isKind(kind) && isName(name), strings.ToLower(kind)+"/"+name)
}

// Type appends a kind in lower case, as kubectl takes a resource type.
func (c Command) Type(kind string) Command {
	return c.checked(isKind(kind), strings.ToLower(kind))
}

// Access appends a verb of the API and a resource: "list", "deployments.apps".
func (c Command) Access(verb, resource string) Command {
	return c.checked(isLabel(verb) && isPath(resource), verb, resource)
}

// Namespace appends "-n NAMESPACE", and nothing if namespace is empty: the
// object belongs to no namespace, or the files that it was read from name none.
func (c Command) Namespace(namespace string) Command {
	if namespace == "" {
		return c
	}
	return c.checked(isLabel(namespace), "-n", namespace)
}

// Container appends "-c NAME" for a container: a DNS-1123 label.
func (c Command) Container(name string) Command {
	return c.checked(isLabel(name), "-c", name)
}

// ContainerFlag appends "FLAG=NAME" for a container.
func (c Command) ContainerFlag(flag, name string) Command {
	return c.checked(isLabel(name), flag+"="+name)
}

// NameFlag appends "FLAG=NAME" for the name of an object.
func (c Command) NameFlag(flag, name string) Command {
	return c.checked(isName(name), flag+"="+name)
}

// NumberFlag appends "FLAG=NUMBER" for a number of at least 1, as revisions have it.
func (c Command) NumberFlag(flag string, number int64) Command {
	return c.checked(number > 0, flag+"="+strconv.FormatInt(number, 10))
}

// TextFlag appends "FLAG=TEXT". The text may be anything.
func (c Command) TextFlag(flag, text string) Command {
	return c.Words(flag + "=" + text)
}

// checked appends words, or makes the command invalid if they are not valid.
func (c Command) checked(valid bool, words ...string) Command {
	c.invalid = c.invalid || !valid
	return c.Words(words...)
}

// Args returns the words of the command as a shell must pass them, nil if a
// name in it is not valid.
func (c Command) Args() []string {
	if c.invalid {
		return nil
	}
	return slices.Clone(c.words)
}

// String returns the command quoted for a POSIX shell, empty if a name in it is
// not valid.
func (c Command) String() string {
	return Join(c.Args()...)
}

// Join returns words as one line that a POSIX shell splits into the same words.
func Join(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// plain are the bytes beside letters and digits that mean nothing to a shell,
// wherever they are in a word.
const plain = "-_./:=,@%+"

// quote returns a word in single quotes, unless a shell leaves it as it is.
// Single quotes keep every byte but the quote itself (POSIX.1-2024, Shell
// Command Language, 2.2.2). A line break stays inside of the quotes.
func quote(word string) string {
	special := func(r rune) bool {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
		return !letter && !strings.ContainsRune(plain, r)
	}
	if word != "" && !strings.ContainsFunc(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// The rules by which the API server checks names (k8s.io/apimachinery v0.37
// pkg/api/validation/name.go): each begins with a letter or digit, so that none
// is taken for a flag.
func isName(name string) bool { return len(validation.IsDNS1123Subdomain(name)) == 0 }

func isLabel(name string) bool { return len(validation.IsDNS1123Label(name)) == 0 }

// isKind reports whether kind in lower case is a DNS-1035 label, as the API
// server demands of the kinds of CustomResourceDefinitions
// (k8s.io/apiextensions-apiserver v0.37 pkg/apis/apiextensions/validation).
func isKind(kind string) bool { return len(validation.IsDNS1035Label(strings.ToLower(kind))) == 0 }

// isPath reports whether text is a resource, or one with its subresource.
func isPath(text string) bool {
	resource, sub, has := strings.Cut(text, "/")
	return isName(resource) && (!has || isLabel(sub))
}
