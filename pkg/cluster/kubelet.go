package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// kubeletPatience is how long a kubelet may take to answer: the API server
// itself waits half a minute for a node that is gone.
const kubeletPatience = 5 * time.Second

// kubeletConfig reads the configuration that a kubelet serves at /configz (k8s.io/kubernetes
// pkg/kubelet/server/server.go and staging/src/k8s.io/component-base/configz,
// the same from 1.24 to 1.37).
func (c *Cluster) kubeletConfig(ctx context.Context, node string) (*snapshot.KubeletConfig, error) {
	// The date of the answer is by the node's clock, which is not the one to judge by.
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, clockKey{}, nil), kubeletPatience)
	defer cancel()
	answer := c.typed.CoreV1().RESTClient().Get().Resource("nodes").Name(node).SubResource("proxy").Suffix("configz").Do(ctx)
	if err := answer.Error(); err != nil {
		return nil, err
	}
	text, err := answer.Raw()
	if err != nil {
		return nil, err
	}
	return readKubeletConfig(node, text)
}

// readKubeletConfig reads the fields of a KubeletConfiguration (v1beta1) that
// determine when a container is restarted.
func readKubeletConfig(node string, text []byte) (*snapshot.KubeletConfig, error) {
	var z struct {
		Config *struct {
			FeatureGates     map[string]bool `json:"featureGates"`
			CrashLoopBackOff struct {
				MaxContainerRestartPeriod *metav1.Duration `json:"maxContainerRestartPeriod"`
			} `json:"crashLoopBackOff"`
		} `json:"kubeletconfig"`
	}
	if err := json.Unmarshal(text, &z); err != nil {
		return nil, fmt.Errorf("read configz of node %s: %w", node, err)
	}
	if z.Config == nil {
		return nil, fmt.Errorf("read configz of node %s: it has no kubeletconfig", node)
	}
	out := &snapshot.KubeletConfig{Node: node, FeatureGates: z.Config.FeatureGates}
	if longest := z.Config.CrashLoopBackOff.MaxContainerRestartPeriod; longest != nil {
		out.MaxContainerRestartPeriod = longest.Duration
	}
	return out, nil
}
