package cluster

import (
	"fmt"
	"net/netip"
	"os"
	"time"

	"k8s.io/component-base/version"
)

// nodePrograms writes the configuration of the node n and returns its container
// runtime and its kubelet.
func (p *plan) nodePrograms(n int, subnet netip.Prefix) (runtime, kubelet program, err error) {
	name := nodeName(n)
	ip := nodeIP(subnet)
	socket := p.socket(n)
	config := p.node(n, "kubelet.yaml")
	if err := os.WriteFile(config, []byte(p.kubeletConfig(n, ip)), 0o600); err != nil {
		return program{}, program{}, err
	}
	runtime = p.program("cri-"+name, "cri",
		"--node="+name, "--socket="+socket, "--subnet="+subnet.String(), "--images="+p.images())
	kubelet = p.program(kubeletOf(name), "kubelet",
		"--kubeconfig="+p.pki(name+".kubeconfig"), "--config="+config,
		"--root-dir="+p.node(n, "kubelet"), "--cert-dir="+p.node(n, "kubelet/pki"),
		"--hostname-override="+name, "--node-ip="+ip.String(), "--v=2")
	return runtime, kubelet, nil
}

// socket is where the container runtime of the node n listens.
func (p *plan) socket(n int) string { return p.node(n, "cri.sock") }

// kubeletOf is the name of the kubelet program of a node.
func kubeletOf(node string) string { return "kubelet-" + node }

// nodeIP is the first address of the subnet of a node.
func nodeIP(subnet netip.Prefix) netip.Addr { return subnet.Addr().Next() }

// kubeletConfig returns a KubeletConfiguration for a machine whose cgroups,
// swap and disks are not to be touched.
func (p *plan) kubeletConfig(n int, ip netip.Addr) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: %[1]s
port: 10250
readOnlyPort: 0
healthzPort: 0
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://%[2]s
podLogsDir: %[3]s
volumePluginDir: %[4]s
resolvConf: ""
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
maxPods: 250
failCgroupV1: false
cgroupsPerQOS: false
enforceNodeAllocatable: []
localStorageCapacityIsolation: false
failSwapOn: false
oomScoreAdj: 0
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {memory.available: "100Mi"}
%[5]s`, ip, p.socket(n), p.node(n, "pod-logs"), p.node(n, "volume-plugins"), pace(p.opts.MaxRestartPeriod, version.Get().GitVersion))
}

// pace returns the configuration of a longest back-off. With it the kubelet also
// looks at a pod at each of its ticks, once a second, and not once a minute, so that
// the API shows the waiting in between. It is an alpha feature before 1.35
// (kubernetes: pkg/features, KubeletCrashLoopBackOffMax).
func pace(longest time.Duration, gitVersion string) string {
	if longest == 0 {
		return ""
	}
	text := fmt.Sprintf("syncFrequency: 500ms\ncrashLoopBackOff: {maxContainerRestartPeriod: %s}\n", longest)
	var minor int
	if _, err := fmt.Sscanf(gitVersion, "v1.%d.", &minor); err == nil && minor < 35 {
		text += "featureGates: {KubeletCrashLoopBackOffMax: true}\n"
	}
	return text
}
