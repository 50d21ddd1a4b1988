package snapshot

import "time"

// KubeletConfig is the part of a kubelet's configuration that determines when it
// restarts a container.
type KubeletConfig struct {
	Node string
	// MaxContainerRestartPeriod is crashLoopBackOff.maxContainerRestartPeriod; zero if not set.
	MaxContainerRestartPeriod time.Duration
	// FeatureGates are those that were set; the others have the defaults of the kubelet's version.
	FeatureGates map[string]bool
}

// KubeletConfigResource is the Resource of a Read that asks a kubelet, through the API
// server, for the configuration it runs with; its Name is the node's. It needs
// the verb get on nodes/proxy. Only a cluster has it.
const KubeletConfigResource = "nodes/proxy"
