//go:build linux

package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/tools/txtar"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// wrapAll writes the selected cases from the recordings of their last run.
func wrapAll(o options) error {
	studies, err := o.selected()
	if err != nil {
		return err
	}
	for _, s := range studies {
		if err := o.wrapOne(s); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", s.ID, err)
		}
	}
	return nil
}

// wrapOne writes the folder of a case: its labels and its snapshot.
func (o options) wrapOne(s study) error {
	r, err := readRecording(o.recordingFile(s.ID))
	if err != nil {
		return err
	}
	dir := filepath.Join(o.out, s.ID)
	if err := os.RemoveAll(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if r.Running {
		return fmt.Errorf("it ran for %s and did not fail", longest)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return around(s, incident{}, r).write(dir)
}

// write writes the labels and the snapshot into a folder.
func (c cluster) write(dir string) error {
	name := "snap-" + c.at.Format("20060102T150405Z")
	archive, err := c.archive()
	if err != nil {
		return err
	}
	labels, err := caseFile(c.study, c.inc, name)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "case.yaml"), labels, 0o644),
		os.WriteFile(filepath.Join(dir, name+".txtar"), txtar.Format(archive), 0o644))
}

// archive returns the snapshot in the layout of a must-gather.
func (c cluster) archive() (*txtar.Archive, error) {
	const stamp = "2006-01-02 15:04:05.000000000 -0700 MST"
	taken := c.at.Format(stamp) + " m=+0.041\n" + c.at.Add(700*time.Millisecond).Format(stamp) + " m=+0.741\n"
	out := &txtar.Archive{Files: []txtar.File{{Name: "timestamp", Data: []byte(taken)}}}
	folder := "namespaces/" + c.namespace() + "/"
	pod := c.pod()
	for _, list := range c.lists(pod) {
		if len(list.items) == 0 {
			continue
		}
		text, err := document(map[string]any{"apiVersion": list.apiVersion, "kind": list.kind, "items": list.items})
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, txtar.File{Name: folder + list.file, Data: text})
		if list.kind == "PodList" {
			logs := folder + "pods/" + pod.Name + "/" + c.container() + "/" + c.container() + "/logs/"
			log := c.log()
			out.Files = append(out.Files, txtar.File{Name: logs + "current.log", Data: log}, txtar.File{Name: logs + "previous.log", Data: log})
		}
	}
	node := "cluster-scoped-resources/core/nodes/" + c.nodeName() + ".yaml"
	if err := addObject(out, folder+c.namespace()+".yaml", c.namespaceObject()); err != nil {
		return nil, err
	}
	return out, addObject(out, node, c.node())
}

// objectList is a file of a must-gather.
type objectList struct {
	file, apiVersion, kind string
	items                  []any
}

// lists returns the lists of the namespace.
func (c cluster) lists(pod *corev1.Pod) []objectList {
	deployments, replicaSets, sets := c.workload()
	setFile := "statefulsets"
	if c.Kind == "DaemonSet" {
		setFile = "daemonsets"
	}
	configs, claims := c.config()
	services, endpoints := c.services()
	return []objectList{
		{"core/pods.yaml", "v1", "PodList", append([]any{pod}, c.olderPods()...)},
		{"core/events.yaml", "v1", "EventList", c.events(pod)},
		{"core/configmaps.yaml", "v1", "ConfigMapList", configs},
		{"core/services.yaml", "v1", "ServiceList", services},
		{"core/persistentvolumeclaims.yaml", "v1", "PersistentVolumeClaimList", claims},
		{"apps/deployments.yaml", "apps/v1", "DeploymentList", append(deployments, c.peerDeployments()...)},
		{"apps/replicasets.yaml", "apps/v1", "ReplicaSetList", replicaSets},
		{"apps/" + setFile + ".yaml", "apps/v1", c.Kind + "List", sets},
		{"discovery.k8s.io/endpointslices.yaml", "discovery.k8s.io/v1", "EndpointSliceList", endpoints},
	}
}

// namespaceObject returns the namespace of the case.
func (c cluster) namespaceObject() *corev1.Namespace {
	out := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}}
	out.Name = c.namespace()
	out.Status.Phase = corev1.NamespaceActive
	return out
}

// addObject adds a file with one object.
func addObject(out *txtar.Archive, file string, object any) error {
	text, err := document(object)
	out.Files = append(out.Files, txtar.File{Name: file, Data: text})
	return err
}

// log returns the log as the kubelet serves it with timestamps.
func (c cluster) log() []byte {
	var out bytes.Buffer
	for _, l := range c.rec.Lines {
		fmt.Fprintf(&out, "%s %s\n", l.At.Format("2006-01-02T15:04:05.000000000Z"), l.Text)
	}
	return out.Bytes()
}

// document returns an object as YAML, without the fields that are empty.
func document(object any) ([]byte, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	out, err := yaml.Marshal(trimmed(tree))
	return append([]byte("---\n"), out...), err
}

// trimmed leaves out null values, and the empty maps that typed objects write.
func trimmed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			value = trimmed(value)
			empty, isMap := value.(map[string]any)
			if value == nil || (isMap && len(empty) == 0 && key != "emptyDir" && key != "securityContext") {
				delete(v, key)
			} else {
				v[key] = value
			}
		}
	case []any:
		for n := range v {
			v[n] = trimmed(v[n])
		}
	}
	return v
}

// caseFile returns the labels in the form of the other sets.
func caseFile(s study, inc incident, snapshot string) ([]byte, error) {
	kind := "app"
	if inc.Init {
		kind = "init"
	}
	labels := map[string]any{
		"id": s.ID, "program": s.Program, "namespace": s.namespace(),
		"category": s.Label.Category, "acceptable": s.Label.Acceptable,
		"culprit": map[string]any{
			"namespace": s.namespace(), "kind": s.Kind, "name": s.Workload, "container": cmp.Or(inc.Container, s.Workload), "containerType": kind,
		},
		"must_mention": s.Label.Mention, "must_not": s.Label.Not,
		"snapshots": []any{map[string]any{"dir": snapshot, "age_seconds": int(sinceEnd / time.Second), "expected": s.Label.Category}},
	}
	for key, value := range map[string]string{
		"title": s.Title, "language": s.Language, "situation": s.Situation, "notes": s.Label.Notes,
		"source": inc.Source, "gives": inc.Gives, "completed": inc.Completed,
	} {
		if value != "" {
			labels[key] = value
		}
	}
	return yaml.Marshal(labels)
}

func digest(text string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
}
