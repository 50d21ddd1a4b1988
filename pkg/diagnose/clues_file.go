package diagnose

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/logs"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// fileClues links files that text names to the manifest: every file in the
// reason itself, and of the lines around it only those that an object of the
// manifest holds.
func (f clueFinder) fileClues(text string) []clue {
	if !f.read.is(ofFiles...) {
		return nil
	}
	var out []clue
	near := logs.Files(f.read.line())
	for _, file := range logs.Files(text) {
		if c, ok := f.file(file); ok && (c.culprit != nil || slices.Contains(near, file)) {
			out = append(out, c)
		}
	}
	return out
}

// ofFiles are the kinds that a file can be the reason of.
var ofFiles = []logs.Kind{
	logs.FileMissing, logs.FileDenied, logs.FileReadOnly, logs.FileBad,
	logs.ConfigSyntax, logs.ConfigUnknown, logs.ConfigValue, logs.SettingMissing, logs.PluginMissing,
}

// unnamedFile links a complaint about an unnamed file to a file of the command
// line, if the base name of that file is a word of the complaint: one with the
// word rules to the argument /etc/app/rules.yaml.
func (f clueFinder) unnamedFile() []clue {
	if !f.read.is(logs.FileMissing, logs.FileDenied, logs.FileBad) || f.read.strength() >= logs.Decides || f.read.operand() != "" {
		return nil
	}
	i := slices.IndexFunc(f.config.settings, f.read.complainsOf)
	if i < 0 {
		return nil
	}
	s := f.config.settings[i]
	c := clue{strong: true, evidence: []Claim{claim(s.source, "the argument is %q", s.value)}}
	if tied, ok := f.file(s.value); ok {
		c.culprit = tied.culprit
		c.evidence = append(c.evidence, tied.evidence...)
	}
	return []clue{c}
}

// complainsOf reports whether an argument is a file whose base name, without its ending, is a word
// of the reason.
func (r reading) complainsOf(s setting) bool {
	stem := strings.TrimSuffix(path.Base(s.value), path.Ext(s.value))
	return s.argument() && strings.HasPrefix(s.value, "/") && len(stem) >= minCited && hasWord(strings.ToLower(r.line()), stem)
}

// unnamed returns the files of the command line, of which one must be meant if the log names none.
// Of more than a few it would be a guess.
func (f clueFinder) unnamed() []clue {
	const most = 3
	if !f.read.is(logs.FileMissing) || f.read.strength() < logs.Decides || f.read.operand() != "" || f.read.Cause.Place.File != "" {
		return nil
	}
	var out clue
	for _, s := range f.config.settings {
		if s.argument() && f.config.mayLack(fileOf(s.value)) {
			out.evidence = append(out.evidence, claim(s.source, "the argument is %s", shown(s)))
		}
	}
	if len(out.evidence) == 0 || len(out.evidence) > most {
		return nil
	}
	return []clue{out}
}

// mayLack reports whether a path of the command line can be the file that is missing: one with an
// ending, for others may be directories, and neither code of the program nor a file that a ConfigMap gives.
func (c configuration) mayLack(file string) bool {
	return path.Ext(file) != "" && !ofCode(file) && !c.provided(file)
}

// file returns where the manifest has a path that the log names: under a mount,
// or as the value of a setting.
func (f clueFinder) file(name string) (clue, bool) {
	c, mounted := f.configFile(name)
	if !mounted {
		c = clue{subject: subject{fileSubject, name}, evidence: volumeClaims(f.container, name)}
	}
	for _, s := range f.config.settings {
		if s.known && s.name != "" && s.value == name && !hasWord(f.read.context(), s.name) {
			c.subject = s.subject()
			c.strong = true
			c.evidence = append(c.evidence, claim(s.source, "%s is %q", s.name, s.value))
		}
	}
	return c, len(c.evidence) > 0
}

// configFile returns the ConfigMap or Secret whose mount has a path, with what its
// contents show: that it lacks the key, or the line that the log names.
func (f clueFinder) configFile(name string) (clue, bool) {
	i := slices.IndexFunc(f.config.objects, func(o object) bool { return o.shows(name) })
	if i < 0 {
		return clue{}, false
	}
	o := f.config.objects[i]
	c := clue{subject: subject{fileSubject, name}, strong: true, culprit: o.culprit(f.Namespace), evidence: []Claim{o.mountClaim()}}
	c.evidence = append(c.evidence, f.config.lacksKey(o, path.Base(name))...)
	if line := f.lineOf(o, name); line != "" {
		c.evidence = append(c.evidence, claim(o.kind+" "+o.name, "the line that is named: %s", line))
	}
	return c, true
}

// lacksKey states that an object, mounted whole, has no key of that name, and which keys it has;
// none if it was not read.
func (c configuration) lacksKey(o object, key string) []Claim {
	if o.key != "" || c.hasKey(o, key) {
		return nil
	}
	out := c.keyClaims(o.kind, o.name)
	for i := range out {
		out[i].Claim = "it has no key " + key + "; " + out[i].Claim
	}
	return out
}

// shows reports whether the mount of an object has a path, or a file in the same directory:
// a program may name a file that the object lacks.
func (o object) shows(name string) bool {
	if o.path == "" {
		return false
	}
	return name == o.path || strings.HasPrefix(name, o.path+"/") || path.Dir(o.path) == path.Dir(name)
}

// volumeClaims returns the volumes under whose mounts a path is.
func volumeClaims(c pod.Container, name string) []Claim {
	var claims []Claim
	for _, m := range c.Spec.VolumeMounts {
		if under(name, m.MountPath) {
			claims = append(claims, claim("pod template", "volume %s is mounted at %s%s", m.Name, m.MountPath, ifTrue(m.ReadOnly, ", read-only")))
		}
	}
	return claims
}

// ofRuntime are directories whose files are made by the runtime, the kernel or programs while they run (hier(7)).
var ofRuntime = []string{"/dev", "/proc", "/run", "/sys", "/tmp", "/var/run", "/var/tmp"}

// unmounted states that a file that is missing can only be one of the image, none if a volume or something else could give it.
func (f clueFinder) unmounted(file string) []Claim {
	if !f.read.is(logs.FileMissing) || !strings.HasPrefix(file, "/") || len(volumeClaims(f.container, file)) > 0 {
		return nil
	}
	if slices.ContainsFunc(ofRuntime, func(dir string) bool { return under(file, dir) }) {
		return nil
	}
	return []Claim{claim("pod template", "no volume is mounted at %s or above it: the image would have to have it", file)}
}

// under reports whether a path is a directory or in it. Mount paths may end with a slash.
func under(file, dir string) bool {
	return file == dir || strings.HasPrefix(file, strings.TrimSuffix(dir, "/")+"/")
}

// lineOf returns the line of a mounted ConfigMap that the log names.
func (f clueFinder) lineOf(o object, file string) string {
	cm := f.config.configMap(o.name)
	place := logs.PlaceIn(f.read.line())
	if o.kind != "ConfigMap" || cm == nil || place.File != file {
		return ""
	}
	key := cmp.Or(o.key, path.Base(file)) // each key of an object that is mounted whole is a file of that name
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

// ifTrue returns a part of a sentence that only some have.
func ifTrue(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// hardened returns the security settings that forbid what the program tried.
func (f clueFinder) hardened() []clue {
	sc := f.container.Spec.SecurityContext
	if sc == nil {
		sc = &corev1.SecurityContext{}
	}
	if isTrue(sc.ReadOnlyRootFilesystem) && (f.read.is(logs.FileReadOnly) || f.makesInRoot()) {
		why := claim("pod template", "securityContext sets readOnlyRootFilesystem: only mounted volumes can be written")
		return []clue{{subject: subject{rootSubject, "readOnlyRootFilesystem"}, strong: true, evidence: []Claim{why}}}
	}
	if f.read.is(logs.FileReadOnly) {
		return f.readOnlyVolumes()
	}
	if user := runsAs(f.container, sc); f.read.is(logs.FileDenied) && user != nil {
		return []clue{{evidence: []Claim{claim("pod template", "it runs as user %d", *user)}, strong: true}}
	}
	return nil
}

// runsAs returns the user that the manifest sets, nil if it leaves that to the image. The security
// context of the container goes before that of the pod.
func runsAs(c pod.Container, sc *corev1.SecurityContext) *int64 {
	if of := c.Pod.Spec.SecurityContext; sc.RunAsUser == nil && of != nil {
		return of.RunAsUser
	}
	return sc.RunAsUser
}

// makesInRoot reports whether the program tried to make a directory on no volume. Node.js reports
// a read-only file system so, too (src/node_file.cc, MKDirpSync).
func (f clueFinder) makesInRoot() bool {
	_, _, mounted := volumeOf(f.container, f.read.operand())
	return f.read.Cause.Entry.Name == "directory-of" && !mounted
}

// readOnlyVolumes returns the volumes of data that are mounted read-only, for a file
// that the log names by a relative path or not at all.
func (f clueFinder) readOnlyVolumes() []clue {
	if strings.HasPrefix(f.read.operand(), "/") {
		return nil
	}
	var out clue
	for _, m := range f.container.Spec.VolumeMounts {
		v, ok := volume(f.container.Pod, m.Name)
		if ok && m.ReadOnly && (v.PersistentVolumeClaim != nil || v.EmptyDir != nil) {
			out.evidence = append(out.evidence, volumeClaims(f.container, m.MountPath)...)
		}
	}
	if len(out.evidence) == 0 {
		return nil
	}
	return []clue{out}
}
