package snapshot

import (
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
)

// PodUsage is what the metrics API measured of the containers of a pod.
type PodUsage struct {
	At time.Time // the end of the measurement
	// Memory is the working set of each container by its name: what counts towards its limit.
	Memory map[string]resource.Quantity
}

// PodKey names a pod.
type PodKey struct{ Namespace, Name string }

// PodUsageResource is the Resource of a Read that asks the metrics API, which
// metrics-server and its like add to a cluster, for the working set of the pod
// Name. It needs the verb get on pods.metrics.k8s.io. Many clusters lack the API
// and many users may not read it, so a failure is neither an error nor a gap.
const PodUsageResource = "pods.metrics.k8s.io"
