package snapshot_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Texts are kept in short forms, and come back as they were also if they are not written as usual.
func TestTextsOfAPackedPodComeBackAsTheyWere(t *testing.T) {
	for name, texts := range map[string]struct{ prefix, name, uid, version, address string }{
		"usual":           {"web-5d78c9b6f4-", "web-5d78c9b6f4-x2x9z", "4b1f0bd7-6d1f-4c3b-9a57-0242ac120002", "71234567", "10.0.12.34"},
		"IPv6":            {"web-", "web-0", "4b1f0bd7-6d1f-4c3b-9a57-0242ac120002", "18446744073709551615", "2001:db8::7"},
		"capital letters": {"web-", "other-0", "4B1F0BD7-6D1F-4C3B-9A57-0242AC120002", "007", "2001:0DB8:0000:0000:0000:0000:0000:0007"},
		"other forms":     {"web-", "web", "{4b1f0bd7-6d1f-4c3b-9a57-0242ac120002}", "18446744073709551616", "10.0.012.34"},
		"urn":             {"web-", "web-", "urn:uuid:4b1f0bd7-6d1f-4c3b-9a57-0242ac120002", "-1", "fe80::1234:5678:9abc%eth0"},
		"none":            {"", "", "", "", ""},
		"words":           {"web-", "we", "uid-of-web", "v7", "localhost"},
		"one digit":       {"", "w", "0", "0", "::"},
		"IPv4 in IPv6":    {"", "w", "0", "10", "::ffff:10.0.12.34"},
	} {
		pod := runningPod("web", texts.name)
		pod.GenerateName = texts.prefix
		pod.UID = types.UID(texts.uid)
		pod.ResourceVersion = texts.version
		pod.Status.PodIP = texts.address
		pod.Spec.NodeName = "node-" + name
		packed, ok := (&snapshot.Decoder{}).Pack(pod.DeepCopy()).(*snapshot.PackedPod)
		if !ok {
			t.Fatalf("%s: not packed", name)
		}
		if diff := cmp.Diff(pod, packed.Pod()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if packed.GetName() != texts.name || string(packed.GetUID()) != texts.uid || packed.GetResourceVersion() != texts.version {
			t.Errorf("%s: %s, %s, %s", name, packed.GetName(), packed.GetUID(), packed.GetResourceVersion())
		}
		s := &snapshot.Snapshot{PackedPods: []*snapshot.PackedPod{packed}}
		if found := s.PodWithIP(texts.address); found == nil || found.Name != texts.name {
			t.Errorf("%s: the pod with its address is %v", name, found)
		}
		if found := s.PodWithIP(texts.address + "1"); found != nil {
			t.Errorf("%s: a pod has an address that begins with its own", name)
		}
		if node := snapshot.NodeOf(packed); node != "node-"+name {
			t.Errorf("%s: the node is %s", name, node)
		}
	}
}

// Packed pods are ordered by their whole names, whatever they begin with.
func TestPackedPodsAreOrderedByName(t *testing.T) {
	s := &snapshot.Snapshot{}
	d := &snapshot.Decoder{}
	for _, c := range [][2]string{{"b-", "b-2"}, {"a-", "a-9"}, {"b-", "c"}, {"a-", "a-10"}, {"b-", "a-3"}, {"", "b-1"}} {
		pod := runningPod("web", c[1])
		pod.GenerateName = c[0]
		s.Add(d.Pack(pod))
	}
	s.Sort()
	var got []string
	for _, p := range s.PackedPods {
		got = append(got, p.GetName())
	}
	if diff := cmp.Diff([]string{"a-10", "a-3", "a-9", "b-1", "b-2", "c"}, got); diff != "" {
		t.Error(diff)
	}
}
