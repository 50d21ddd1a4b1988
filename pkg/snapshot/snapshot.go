// Package snapshot holds the objects and logs that were read from a cluster, or
// from files recorded from one, as of one time. It is data only: it reads
// nothing, decides nothing and has no clock but Snapshot.At. Something that could
// not be read is a Gap, so that its absence is not mistaken for health.
package snapshot

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Snapshot is everything that was read, as of the instant At. Its lists are
// ordered by namespace, then name, then UID. The objects are shared: readers
// must not change them.
type Snapshot struct {
	// At is the time to evaluate as of: the clock of everything that is computed.
	At time.Time
	// AtSource is the source of At.
	AtSource AtSource
	// Source is where the objects were read from.
	Source Source
	// Gaps lists what was requested and could not be read.
	Gaps []Gap

	Pods []*corev1.Pod
	// PackedPods are further pods, in which nothing ever went wrong.
	PackedPods []*PackedPod

	Events                 []*corev1.Event
	Nodes                  []*corev1.Node
	Services               []*corev1.Service
	Endpoints              []*corev1.Endpoints //nolint:staticcheck // recorded by bundles of clusters that still write them
	ConfigMaps             []*corev1.ConfigMap
	Secrets                []*corev1.Secret
	PersistentVolumeClaims []*corev1.PersistentVolumeClaim
	ReplicationControllers []*corev1.ReplicationController
	Namespaces             []*corev1.Namespace
	ResourceQuotas         []*corev1.ResourceQuota

	Deployments         []*appsv1.Deployment
	ReplicaSets         []*appsv1.ReplicaSet
	StatefulSets        []*appsv1.StatefulSet
	DaemonSets          []*appsv1.DaemonSet
	ControllerRevisions []*appsv1.ControllerRevision

	Jobs     []*batchv1.Job
	CronJobs []*batchv1.CronJob

	HorizontalPodAutoscalers []*autoscalingv2.HorizontalPodAutoscaler
	PodDisruptionBudgets     []*policyv1.PodDisruptionBudget
	EndpointSlices           []*discoveryv1.EndpointSlice

	// Others are objects of kinds that have no list above, custom resources
	// among them.
	Others []*unstructured.Unstructured

	// KubeletConfigs are, by node, the configurations that were asked for.
	KubeletConfigs map[string]*KubeletConfig
	// PodUsages are the measurements of pods that were asked for.
	PodUsages map[PodKey]*PodUsage

	// Logs are the container logs that were asked for.
	Logs map[LogKey]Log

	// complete names the resources that were listed whole, by namespace.
	complete map[completeKey]bool
}

// AtSource is the source of a snapshot's time.
type AtSource string

// The sources of a snapshot's time, as in the JSON output.
const (
	AtServer AtSource = "server"           // the API server's clock
	AtBundle AtSource = "bundle"           // the capture time that a bundle records
	AtFlag   AtSource = "flag"             // --at
	AtNewest AtSource = "newest-timestamp" // the newest time found in the objects
)

// Source is where a snapshot was read from, as in the JSON output.
type Source struct {
	Type    string   `json:"type"`              // "cluster" or "files"
	Context string   `json:"context,omitempty"` // kubeconfig context
	Server  string   `json:"server,omitempty"`  // API server URL
	Files   []string `json:"files,omitempty"`   // as given by the user
	Layout  string   `json:"layout,omitempty"`  // manifests, cluster-info-dump, must-gather, support-bundle
	// Contexts are the clusters or bundles, if several were read at once.
	Contexts []SourceContext `json:"contexts,omitempty"`
}

// SourceContext is one of several clusters or bundles, as in the JSON output.
type SourceContext struct {
	Name       string `json:"name"`                 // kubeconfig context, or name of the bundle
	Server     string `json:"server,omitempty"`     // API server URL
	Layout     string `json:"layout,omitempty"`     // of the bundle
	ObservedAt *Time  `json:"observedAt,omitempty"` // absent if it could not be read
}

// LogKey names the log of one instance of a container.
type LogKey struct {
	Namespace, Pod, Container string
	// Previous is the instance before the current one, as in kubectl logs --previous.
	Previous bool
}

// Log is the end of one container log.
type Log struct {
	// Text is the log's last bytes; it may begin in the middle of a line only if Truncated.
	Text string
	// Truncated is set if earlier lines were left out.
	Truncated bool
	// Timestamps is set if each line begins with an RFC 3339 time and a space.
	Timestamps bool
}

type completeKey struct{ resource, namespace string }

// MarkComplete records that every object of resource ("pods") in namespace was
// read; an empty namespace stands for all namespaces.
func (s *Snapshot) MarkComplete(resource, namespace string) {
	if s.complete == nil {
		s.complete = map[completeKey]bool{}
	}
	s.complete[completeKey{resource, namespace}] = true
}

// Complete reports whether every object of resource in namespace was read, so
// that an object that is not in the snapshot does not exist. If it is false, absence
// proves nothing.
func (s *Snapshot) Complete(resource, namespace string) bool {
	return s.complete[completeKey{resource, namespace}] || s.complete[completeKey{resource, ""}]
}

// WithoutObjects returns a snapshot with the time, the source and the gaps of s alone.
func (s *Snapshot) WithoutObjects() *Snapshot {
	return &Snapshot{At: s.At, AtSource: s.AtSource, Source: s.Source, Gaps: s.Gaps}
}
