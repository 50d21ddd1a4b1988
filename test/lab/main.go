// Command lab is a Kubernetes cluster in one binary, for tests and
// demonstrations: etcd, the control plane, the kubelet, a container
// runtime without containers, and the commands that start and end it all.
//
// A component runs under its name as first argument:
//
//	lab up --dir /tmp/lab-a
//	lab etcd --version
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json of the components
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // metrics of the components
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// components run one component each, which reads os.Args, and return its exit code.
var components = map[string]func() int{
	"etcd":                    func() int { etcdmain.Main(os.Args); return 0 },
	"kube-apiserver":          component(apiserver.NewAPIServerCommand),
	"kube-controller-manager": component(controllers.NewControllerManagerCommand),
	"kube-scheduler":          component(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubelet":                 component(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
}

// component returns a component of Kubernetes as a program of this binary.
func component(command func() *cobra.Command) func() int {
	return func() int { return cli.Run(command()) }
}

// main runs the lab, or the component whose name the first argument is.
func main() {
	if len(os.Args) > 1 {
		if run := components[os.Args[1]]; run != nil {
			os.Args = os.Args[1:]
			os.Exit(run())
		}
	}
	os.Exit(lab())
}
