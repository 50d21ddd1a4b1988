package diagnose

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// configuration is what the manifest gives a container: environment variables,
// arguments, and the ConfigMaps and Secrets that it uses.
type configuration struct {
	s         *snapshot.Snapshot
	namespace string
	objects   []object
	settings  []setting
}

// newConfiguration returns what the manifest gives a container, with what was read of the objects in it.
func newConfiguration(s *snapshot.Snapshot, c pod.Container) configuration {
	return configuration{s: s, namespace: c.Pod.Namespace, objects: objects(c.Pod, c.Spec), settings: settings(s, c.Pod, c.Spec)}
}

// setting is something that the manifest gives a container: an environment
// variable, an argument, or a file of a mounted ConfigMap.
type setting struct {
	name   string // of the variable, or the path of the file; empty for an argument
	value  string
	known  bool   // value could be read; values of Secrets never are
	source string // "env of the pod template", "ConfigMap web-config, key URL"
	from   object // the ConfigMap or Secret that gives it, the zero object if the pod template does itself
	// program reports whether it is the first word of the command, which names the
	// program and sets nothing.
	program bool
}

// isVariable reports whether the setting is an environment variable rather than a file.
func (s setting) isVariable() bool { return s.name != "" && !strings.Contains(s.name, "/") }

// ofConfigMap reports whether the setting comes from a ConfigMap that was read.
func (s setting) ofConfigMap() bool { return s.known && s.from.kind == "ConfigMap" }

// isFile reports whether the setting is a file of several lines, which the program parses itself.
func (s setting) isFile() bool { return s.name != "" && strings.Contains(s.value, "\n") }

// argument reports whether the setting is a word of the command line behind the program. An object
// that is given whole and was not read has no name either, but is not known.
func (s setting) argument() bool { return s.known && s.name == "" && !s.program }

// object is a ConfigMap or Secret that a container uses.
type object struct {
	kind, name string
	key        string // "" for all keys
	path       string // where it is mounted; "" for environment variables
	env        string // the variable that one key becomes
}

// culprit names the object as the cause of a trouble; a pod uses objects of its own namespace alone.
func (o object) culprit(namespace string) *Culprit {
	return &Culprit{Kind: o.kind, Namespace: namespace, Name: o.name}
}

// mountClaim states at which path the container has the object.
func (o object) mountClaim() Claim {
	return claim("pod template", "%s %s is mounted at %s", o.kind, o.name, o.path)
}

// objects returns the ConfigMaps and Secrets that the container uses, in the
// order of the specification.
func objects(p *corev1.Pod, spec *corev1.Container) []object {
	var out []object
	for _, from := range spec.EnvFrom {
		if r := from.ConfigMapRef; r != nil {
			out = append(out, object{kind: "ConfigMap", name: r.Name})
		}
		if r := from.SecretRef; r != nil {
			out = append(out, object{kind: "Secret", name: r.Name})
		}
	}
	for _, e := range spec.Env {
		if e.ValueFrom != nil {
			out = append(out, valueObject(e.Name, e.ValueFrom)...)
		}
	}
	for _, m := range spec.VolumeMounts {
		if v, ok := volume(p, m.Name); ok {
			out = append(out, mounted(v, m)...)
		}
	}
	return out
}

func isTrue(b *bool) bool { return b != nil && *b }

// valueObject returns the object that a variable takes its value from, none if it takes it from
// the pod itself.
func valueObject(variable string, from *corev1.EnvVarSource) []object {
	if r := from.ConfigMapKeyRef; r != nil {
		return []object{{kind: "ConfigMap", name: r.Name, key: r.Key, env: variable}}
	}
	if r := from.SecretKeyRef; r != nil {
		return []object{{kind: "Secret", name: r.Name, key: r.Key, env: variable}}
	}
	return nil
}

// mounted returns the objects that one mount shows. A projected volume shows several.
func mounted(v corev1.VolumeSource, m corev1.VolumeMount) []object {
	if cm := v.ConfigMap; cm != nil {
		return mountedKeys(object{kind: "ConfigMap", name: cm.Name}, cm.Items, m)
	}
	if secret := v.Secret; secret != nil {
		return mountedKeys(object{kind: "Secret", name: secret.SecretName}, secret.Items, m)
	}
	if v.Projected == nil {
		return nil
	}
	var out []object
	for _, src := range v.Projected.Sources {
		if cm := src.ConfigMap; cm != nil && cm.Name != "kube-root-ca.crt" { // which every pod gets with its token
			out = append(out, mountedKeys(object{kind: "ConfigMap", name: cm.Name}, cm.Items, m)...)
		}
		if secret := src.Secret; secret != nil {
			out = append(out, mountedKeys(object{kind: "Secret", name: secret.Name}, secret.Items, m)...)
		}
	}
	return out
}

// mountedKeys returns an object once for each of its keys that a mount shows, or once as a whole.
// A subPath shows one file of the volume.
func mountedKeys(o object, items []corev1.KeyToPath, m corev1.VolumeMount) []object {
	o.path = m.MountPath
	if m.SubPath != "" {
		o.key = keyOf(items, m.SubPath)
	}
	if m.SubPath != "" || len(items) == 0 {
		return []object{o}
	}
	var out []object
	for _, item := range items {
		one := o
		one.key = item.Key
		one.path = path.Join(m.MountPath, item.Path)
		out = append(out, one)
	}
	return out
}

// keyOf returns the key that items project to the file sub. Without items each key is a file of
// its own name.
func keyOf(items []corev1.KeyToPath, sub string) string {
	for _, item := range items {
		if item.Path == sub {
			return item.Key
		}
	}
	return sub
}

// settings returns what the manifest gives the container, as far as it was read.
func settings(s *snapshot.Snapshot, p *corev1.Pod, spec *corev1.Container) []setting {
	var out []setting
	for _, e := range spec.Env {
		if e.ValueFrom == nil {
			out = append(out, setting{name: e.Name, value: e.Value, known: true, source: "env of the pod template"})
		}
	}
	out = append(out, arguments(spec)...)
	for _, o := range objects(p, spec) {
		out = append(out, o.settings(s, p.Namespace)...)
	}
	return out
}

// arguments returns the words of the command line. Without a command the program is the entrypoint
// of the image, which the manifest does not have, and all words are its arguments.
func arguments(spec *corev1.Container) []setting {
	var out []setting
	for i, word := range slices.Concat(spec.Command, spec.Args) {
		out = append(out, setting{
			value: word, known: true, source: fmt.Sprintf("word %d of the command line in the pod template", i+1),
			program: i == 0 && len(spec.Command) > 0,
		})
	}
	return out
}

// settings returns what an object gives: each key that the container uses. One that was not read
// gives a setting without a value, so that the log can still name it.
func (o object) settings(s *snapshot.Snapshot, namespace string) []setting {
	if o.kind == "Secret" {
		return o.secretSettings(s, namespace)
	}
	cm, found := snapshot.Find(s.ConfigMaps, namespace, o.name)
	if !found {
		return []setting{{name: cmp.Or(o.env, o.path), source: o.source(o.key), from: o}}
	}
	var out []setting
	for _, key := range slices.Sorted(maps.Keys(cm.Data)) {
		if o.key == "" || o.key == key {
			out = append(out, setting{name: o.nameOf(key), value: cm.Data[key], known: true, source: o.source(key), from: o})
		}
	}
	return out
}

// secretSettings returns the names of what a Secret gives; no report may show its values.
func (o object) secretSettings(s *snapshot.Snapshot, namespace string) []setting {
	secret, found := snapshot.Find(s.Secrets, namespace, o.name)
	if !found || o.key != "" || o.path != "" {
		return []setting{{name: cmp.Or(o.env, path.Join(o.path, o.key)), source: o.source(o.key), from: o}}
	}
	var out []setting
	for _, key := range slices.Sorted(maps.Keys(secret.Data)) {
		out = append(out, setting{name: key, source: o.source(key), from: o})
	}
	return out
}

// nameOf returns what the container knows a key by: a variable, or a file.
func (o object) nameOf(key string) string {
	switch {
	case o.env != "":
		return o.env
	case o.path != "" && o.key != "":
		return o.path
	case o.path != "":
		return path.Join(o.path, key)
	}
	return key
}

// source returns where a setting comes from: "ConfigMap web-config, key URL".
func (o object) source(key string) string {
	if key == "" {
		return o.kind + " " + o.name
	}
	return fmt.Sprintf("%s %s, key %s", o.kind, o.name, key)
}
