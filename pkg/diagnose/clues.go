package diagnose

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// clue is what ties the reason that the log gives to something in the manifest.
type clue struct {
	subject  string // the setting or object, for the summary
	evidence []Claim
	culprit  *Culprit
	strong   bool
}

// clues ties the reason that the log gives to variables, files and values of the
// manifest.
func (f *caseFile) clues() []clue {
	var out []clue
	text := f.context()
	for _, name := range f.variablesOf(text) {
		if c, ok := f.variable(name); ok {
			out = append(out, c)
		}
	}
	out = append(out, f.fileClues(text)...)
	switch f.read.kind() {
	case logs.FileReadOnly, logs.FileDenied:
		out = append(out, f.hardened()...)
	case logs.PortTaken:
		out = append(out, f.samePort()...)
		if f.addressOf() == "" {
			out = append(out, clue{evidence: f.listens()})
		}
	default:
	}
	return slices.Concat(out, f.unnamedFile(), f.contentClues(), f.valueClues(text, out))
}

// variablesOf returns the environment variables that text names: the one that the
// reason is about, and those of the manifest.
func (f *caseFile) variablesOf(text string) []string {
	var out []string
	if c := f.read.Cause; c != nil && c.Operand.Type == logs.OperandVariable {
		out = append(out, c.Operand.Text)
	}
	for _, s := range f.config.settings {
		if s.name != "" && !strings.Contains(s.name, "/") && len(s.name) > 2 && hasWord(text, s.name) && !slices.Contains(out, s.name) {
			out = append(out, s.name)
		}
	}
	return out
}

// fileClues ties files that text names: of the reason those of every kind, of the
// lines around it those that an object of the manifest holds.
func (f *caseFile) fileClues(text string) []clue {
	switch f.read.kind() {
	case logs.FileMissing,
		logs.FileDenied,
		logs.FileReadOnly,
		logs.FileBad,
		logs.ConfigSyntax,
		logs.ConfigUnknown,
		logs.ConfigValue,
		logs.SettingMissing,
		logs.PluginMissing:
	default:
		return nil
	}
	var out []clue
	near := logs.Files(f.read.said())
	for _, file := range logs.Files(text) {
		if c, ok := f.file(file); ok && (c.culprit != nil || slices.Contains(near, file)) {
			out = append(out, c)
		}
	}
	return out
}

// unnamedFile ties a complaint about a file that does not say which to a file of the
// command line: by a word of the complaint that is the name of that file.
func (f *caseFile) unnamedFile() []clue {
	if !f.read.is(logs.FileMissing, logs.FileDenied, logs.FileBad) || f.read.strength() >= logs.Decides || f.read.operand() != "" {
		return nil
	}
	for _, s := range f.config.settings {
		stem := strings.TrimSuffix(path.Base(s.value), path.Ext(s.value))
		if s.name != "" || s.program || !strings.HasPrefix(s.value, "/") || len(stem) < 4 || !hasWord(strings.ToLower(f.read.said()), stem) {
			continue
		}
		c := clue{subject: "", strong: true, evidence: []Claim{claim(s.source, "the argument is %q", s.value)}}
		if tied, ok := f.file(s.value); ok {
			c.culprit = tied.culprit
			c.evidence = append(c.evidence, tied.evidence...)
		}
		return []clue{c}
	}
	return nil
}

// valueClues ties values of settings that text quotes, but for those that are tied
// already. What is missing is not what is quoted.
func (f *caseFile) valueClues(text string, have []clue) []clue {
	var out []clue
	for _, s := range f.config.settings {
		if !s.known || s.program || (f.read.kind() == logs.SettingMissing && !hasWord(text, s.name)) {
			continue
		}
		tied := slices.ContainsFunc(have, func(c clue) bool { return strings.HasPrefix(c.subject, s.name) })
		if !tied && f.citesSetting(text, s) {
			out = append(out, f.valueClue(s))
		}
	}
	return out
}

// variable returns how a variable that the log names stands in the manifest.
func (f *caseFile) variable(name string) (clue, bool) {
	for _, s := range f.config.settings {
		if s.name != name {
			continue
		}
		if f.read.is(logs.SettingMissing) && s.known && s.value != "" {
			return clue{subject: name, evidence: []Claim{claim(s.source, "%s is set: %s", name, shown(s))}}, true
		}
		return clue{subject: name, evidence: []Claim{claim(s.source, "%s is %s", name, shown(s))}, strong: true}, true
	}
	if !f.read.is(logs.SettingMissing) || name != f.read.operand() {
		return clue{}, false
	}
	text := "the container is not given " + name
	for _, o := range f.config.objects {
		if o.key != "" || o.path != "" {
			continue
		}
		if o.kind == "Secret" || !f.haveConfigMap(o.name) {
			return clue{
				subject:  name + " is not set",
				evidence: []Claim{claim("pod template", "%s is not in env; %s %s, given whole, could hold it", name, o.kind, o.name)},
			}, true
		}
		text += fmt.Sprintf(", and ConfigMap %s has no such key", o.name)
	}
	return clue{subject: name + " is not set", evidence: []Claim{claim("pod template", "%s", text)}, strong: true}, true
}

func (f *caseFile) haveConfigMap(name string) bool {
	_, found := snapshot.Find(f.s.ConfigMaps, f.Namespace, name)
	return found
}

// shown returns the value of a setting for a report, unless it may be secret.
func shown(s setting) string {
	switch {
	case !s.known:
		return "from there"
	case secretName(s.name):
		return fmt.Sprintf("%d characters", len(s.value))
	case s.value == "":
		return "empty"
	}
	return fmt.Sprintf("%q", quoted(firstLine(s.value)))
}

func firstLine(text string) string {
	line, _, more := strings.Cut(text, "\n")
	if more {
		return line + "…"
	}
	return line
}

// file returns how a path that the log names stands in the manifest: under a
// mount, or the value of a setting.
func (f *caseFile) file(name string) (clue, bool) {
	c := clue{subject: name}
	for _, o := range f.config.objects {
		if o.path == "" || (name != o.path && !strings.HasPrefix(name, o.path+"/") && path.Dir(o.path) != path.Dir(name)) {
			continue
		}
		c.strong = true
		c.culprit = &Culprit{Kind: o.kind, Namespace: f.Namespace, Name: o.name}
		c.evidence = append(c.evidence, claim("pod template", "%s %s is mounted at %s", o.kind, o.name, o.path))
		if key := path.Base(name); o.key == "" {
			for _, have := range f.config.keyClaims(o.kind, o.name) {
				if !hasKey(f.s, f.Namespace, o, key) {
					have.Claim = "it has no key " + key + "; " + have.Claim
					c.evidence = append(c.evidence, have)
				}
			}
		}
		if line := f.lineOf(o, name); line != "" {
			c.evidence = append(c.evidence, claim(o.kind+" "+o.name, "the line that is named: %s", line))
		}
		break
	}
	if !c.strong {
		for _, m := range f.c.Spec.VolumeMounts {
			if name == m.MountPath || strings.HasPrefix(name, strings.TrimSuffix(m.MountPath, "/")+"/") {
				c.evidence = append(
					c.evidence,
					claim("pod template", "volume %s is mounted at %s%s", m.Name, m.MountPath, ifTrue(m.ReadOnly, ", read-only")),
				)
			}
		}
	}
	for _, s := range f.config.settings {
		if s.known && s.name != "" && s.value == name && !hasWord(f.context(), s.name) {
			c.subject, c.strong = s.name, true
			c.evidence = append(c.evidence, claim(s.source, "%s is %q", s.name, s.value))
		}
	}
	return c, len(c.evidence) > 0
}

// hasKey reports whether a ConfigMap or Secret that was read has a key.
func hasKey(s *snapshot.Snapshot, namespace string, o object, key string) bool {
	if cm, found := snapshot.Find(s.ConfigMaps, namespace, o.name); found && o.kind == "ConfigMap" {
		_, text := cm.Data[key]
		_, binary := cm.BinaryData[key]
		return text || binary
	}
	secret, found := snapshot.Find(s.Secrets, namespace, o.name)
	if !found || o.kind != "Secret" {
		return false
	}
	_, has := secret.Data[key]
	return has
}

func ifTrue(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// lineOf returns the line of a mounted ConfigMap that the log names.
func (f *caseFile) lineOf(o object, file string) string {
	cm, found := snapshot.Find(f.s.ConfigMaps, f.Namespace, o.name)
	if o.kind != "ConfigMap" || !found {
		return ""
	}
	key := o.key
	if key == "" {
		key = path.Base(file)
	}
	place := logs.PlaceIn(f.read.said())
	if place.File != file {
		return ""
	}
	return lineAt(cm.Data[key], place.Line)
}

// lineAt returns a line of a text by its number, "" if it has no such line.
func lineAt(text, number string) string {
	all := strings.Split(text, "\n")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(all) {
		return ""
	}
	return quoted(all[n-1])
}

// quotedIn returns the line of a text that has a name as a word, and its number,
// 0 if it has none.
func quotedIn(text, name string) (string, int) {
	for i, line := range strings.Split(text, "\n") {
		if hasWord(line, name) {
			return quoted(line), i + 1
		}
	}
	return "", 0
}

// contentClues ties what the reason names to the contents of a mounted ConfigMap.
func (f *caseFile) contentClues() []clue {
	name := f.read.operand()
	if len(name) < 2 || strings.HasPrefix(name, "/") {
		return nil
	}
	for _, s := range f.config.settings {
		if !s.known || !strings.HasPrefix(s.source, "ConfigMap ") || !strings.Contains(s.value, "\n") {
			continue
		}
		if line, n := quotedIn(s.value, name); n > 0 {
			c := f.valueClue(s)
			c.subject = ""
			c.evidence = []Claim{claim(s.source, "line %d: %s", n, line)}
			return []clue{c}
		}
	}
	return nil
}

// hardened returns the security settings that forbid what the program tried.
func (f *caseFile) hardened() []clue {
	sc := f.c.Spec.SecurityContext
	if sc == nil {
		sc = &corev1.SecurityContext{}
	}
	if f.read.is(logs.FileReadOnly) && isTrue(sc.ReadOnlyRootFilesystem) {
		return []clue{
			{
				subject:  "readOnlyRootFilesystem",
				strong:   true,
				evidence: []Claim{claim("pod template", "securityContext sets readOnlyRootFilesystem: only mounted volumes can be written")},
			},
		}
	}
	user := sc.RunAsUser
	if user == nil && f.c.Pod.Spec.SecurityContext != nil {
		user = f.c.Pod.Spec.SecurityContext.RunAsUser
	}
	if f.read.is(logs.FileDenied) && user != nil {
		return []clue{{subject: "", evidence: []Claim{claim("pod template", "it runs as user %d", *user)}, strong: true}}
	}
	return nil
}

// samePort returns the other container of the pod with the same port.
func (f *caseFile) samePort() []clue {
	for _, m := range portOf.FindAllStringSubmatch(f.read.told(), -1) {
		port, _ := strconv.ParseInt(m[1]+m[2], 10, 32) // too long for one: 0, which nobody has
		if name := f.beside(int32(port)); port != 0 && name != "" {
			return []clue{
				{
					subject:  fmt.Sprintf("port %d", port),
					strong:   true,
					evidence: []Claim{claim("pod template", "container %s of the same pod has port %d", name, port)},
				},
			}
		}
	}
	return nil
}

// listens returns the log line that names the port on which the program listens, if the reason
// does not name it.
func (f *caseFile) listens() []Claim {
	for _, l := range f.read.Lines {
		if m := listening.FindStringSubmatch(l.Text); m != nil {
			return []Claim{claim(f.read.source, "%s", quoted(l.Quote()))}
		}
	}
	return nil
}

// portOf is a port as the errors of sockets name it: ":9102", "port 9102".
var portOf = regexp.MustCompile(`:(\d{2,5})\b|(?i:\bport:? )(\d{2,5})\b`)

// citesSetting reports whether the words of the end quote the value of a setting.
func (f *caseFile) citesSetting(text string, s setting) bool {
	if strings.Contains(s.value, "\n") || len(s.value) > 300 {
		return false
	}
	if s.name == "" && strings.HasPrefix(text, path.Base(s.value)+":") {
		return false // the program's name before its message
	}
	return cites(text, s.value)
}

func (f *caseFile) valueClue(s setting) clue {
	name := s.name
	if name == "" {
		name = "argument " + s.value
	}
	c := clue{subject: name, strong: true, evidence: []Claim{claim(s.source, "%s is %s", name, shown(s))}}
	for _, kind := range []string{"ConfigMap ", "Secret "} {
		if rest, ok := strings.CutPrefix(s.source, kind); ok {
			object, _, _ := strings.Cut(rest, ",")
			c.culprit = &Culprit{Kind: strings.TrimSpace(kind), Namespace: f.Namespace, Name: object}
		}
	}
	return c
}
