package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// usagePatience is how long the metrics API may take to answer. Nothing depends on it.
const usagePatience = 3 * time.Second

// podUsage reads what the metrics API measured of a pod (k8s.io/metrics
// pkg/apis/metrics/v1beta1, the only version that is served).
func (c *Cluster) podUsage(ctx context.Context, r snapshot.Read) (*snapshot.PodUsage, error) {
	// The date of the answer is by the clock of another server, which is not the one to judge by.
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, clockKey{}, nil), usagePatience)
	defer cancel()
	get := c.typed.CoreV1().RESTClient().Get().MaxRetries(0)
	text, err := get.AbsPath("/apis/metrics.k8s.io/v1beta1/namespaces", r.Namespace, "pods", r.Name).
		SetHeader("Accept", "application/json").DoRaw(ctx)
	if err != nil {
		return nil, err
	}
	return readPodUsage(r.Name, text)
}

// readPodUsage reads the working sets of a PodMetrics object.
func readPodUsage(pod string, text []byte) (*snapshot.PodUsage, error) {
	var m struct {
		Timestamp  time.Time `json:"timestamp"`
		Containers []struct {
			Name  string `json:"name"`
			Usage struct {
				Memory *resource.Quantity `json:"memory"`
			} `json:"usage"`
		} `json:"containers"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("read metrics of pod %s: %w", pod, err)
	}
	out := &snapshot.PodUsage{At: m.Timestamp, Memory: map[string]resource.Quantity{}}
	for _, c := range m.Containers {
		if c.Usage.Memory != nil {
			out.Memory[c.Name] = *c.Usage.Memory
		}
	}
	return out, nil
}
