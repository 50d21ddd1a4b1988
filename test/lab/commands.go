package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/thrashkit/thrashkit/test/lab/cluster"
	"github.com/thrashkit/thrashkit/test/lab/cri"
	"github.com/thrashkit/thrashkit/test/lab/seed"
)

// lab runs a command of the lab itself and returns its exit code.
func lab() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := &cobra.Command{
		Use: "lab", Short: "A Kubernetes cluster in one binary", SilenceUsage: true, SilenceErrors: true,
		Long: "A Kubernetes cluster in one binary. Also: lab etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet ...",
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		upCommand(),
		downCommand(),
		kubeconfigCommand(),
		imagesCommand(),
		killCommand(),
		startCommand(),
		seedCommand(),
		criCommand(),
		superviseCommand(),
	)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

// dirFlag adds --dir, which all commands have.
func dirFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", filepath.Join(os.TempDir(), "lab"), "directory of the lab")
}

// upOptions are the flags of "lab up".
type upOptions struct {
	cluster.Options
	noKubelet  bool
	foreground bool
}

// upCommand returns the command that starts a lab. It returns when the API server answers and the nodes are ready.
func upCommand() *cobra.Command {
	var o upOptions
	cmd := &cobra.Command{
		Use: "up", Short: "Start a lab and print how to reach it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.complete(); err != nil {
				return err
			}
			return o.run(cmd)
		},
	}
	dirFlag(cmd, &o.Dir)
	o.addFlags(cmd)
	return cmd
}

// addFlags registers the flags of "lab up".
func (o *upOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.Name, "name", "lab", "name of cluster and context in the kubeconfig")
	f.IntVar(&o.Nodes, "nodes", 1, "number of nodes")
	f.BoolVar(&o.noKubelet, "no-kubelet", false, "start no nodes; pods stay Pending")
	f.BoolVar(
		&o.RequireKubelet,
		"require-kubelet",
		false,
		"fail if the kubelet cannot run (it needs root on Linux), instead of starting without nodes",
	)
	f.BoolVar(&o.NoControllers, "no-controllers", false, "start only etcd and the API server")
	f.DurationVar(
		&o.MaxRestartPeriod,
		"max-restart-period",
		2*time.Second,
		"longest back-off of a crash loop, at least 1s, with pods looked at every second; 0 for the kubelet's own pace and 5m",
	)
	f.StringVar(&o.Images, "images", "", "file with what images do, to begin with")
	f.StringArrayVar(&o.Args, "arg", nil, "COMPONENT=FLAG to append to the arguments of a component; repeatable")
	f.IntVar(&o.Owner, "owner", 0, "remove the lab when the process of this number is gone")
	f.BoolVar(&o.foreground, "foreground", false, "stay, and remove the lab on Ctrl-C")
}

// complete sets what follows from other flags. An images file that cannot be read is an
// error now: later, each node would refuse every pull because of it.
func (o *upOptions) complete() error {
	if o.noKubelet || o.NoControllers {
		if o.RequireKubelet {
			return errors.New("--require-kubelet cannot be used with --no-kubelet or --no-controllers")
		}
		o.Nodes = 0
	}
	_, err := cri.LoadImages(o.Images)
	return err
}

// run starts the lab and prints a line for a shell to evaluate.
func (o *upOptions) run(cmd *cobra.Command) error {
	if err := cluster.Up(cmd.Context(), o.Options, cmd.ErrOrStderr()); err != nil {
		return err
	}
	path, err := cluster.Kubeconfig(o.Dir)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(cmd.OutOrStdout(), "export KUBECONFIG="+path)
	if o.foreground {
		<-cmd.Context().Done()
		return cluster.Down(o.Dir)
	}
	return nil
}

// downCommand returns the command that ends a lab. It leaves nothing behind,
// even if the supervisor was killed.
func downCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "down", Short: "Remove a lab with all that belongs to it", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return cluster.Down(dir) },
	}
	dirFlag(cmd, &dir)
	return cmd
}

// kubeconfigCommand returns the command that prints a path, for $(lab kubeconfig) in a shell.
func kubeconfigCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "kubeconfig", Short: "Print the path of the kubeconfig of a lab", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cluster.Kubeconfig(dir)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), path)
			return err
		},
	}
	dirFlag(cmd, &dir)
	return cmd
}

// imagesCommand returns the command that changes what images do while the lab runs, as a push to a registry would.
func imagesCommand() *cobra.Command {
	images := &cobra.Command{Use: "images", Short: "Set what images do"}
	var dir string
	set := &cobra.Command{
		Use: "set IMAGE[@NODE] [WORD...]", Short: "Set what an image does at its next pull and start; without words it runs until it is stopped",
		Args: cobra.MinimumNArgs(1), DisableFlagsInUseLine: true,
		RunE: func(_ *cobra.Command, args []string) error {
			path, err := cluster.ImagesFile(dir)
			if err != nil {
				return err
			}
			return cri.SetImage(path, args[0], args[1:])
		},
	}
	dirFlag(set, &dir)
	images.AddCommand(set)
	return images
}

// killCommand returns the command that ends a program without warning, as a crash would.
func killCommand() *cobra.Command {
	return programCommand("kill", "End a program of a lab with SIGKILL, as kube-scheduler or kubelet-lab-node-1", cluster.Kill)
}

// startCommand returns the command that starts a program again. Nothing else restarts it.
func startCommand() *cobra.Command {
	return programCommand("start", "Start a program of a lab again that was killed", cluster.Start)
}

// programCommand returns a command that does something to one program of a lab.
func programCommand(verb, short string, do func(dir, name string) error) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: verb + " PROGRAM", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return do(dir, args[0]) },
	}
	dirFlag(cmd, &dir)
	return cmd
}

// seedCommand returns the command that writes many pods into etcd. It goes around the API server, which would
// take far longer for 100,000 pods.
func seedCommand() *cobra.Command {
	var (
		dir  string
		opts seed.Options
	)
	cmd := &cobra.Command{
		Use: "seed", Short: "Fill a lab without controllers with Deployments and pods, of which some crash", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if opts.Pods < 1 || opts.Deployment < 1 || opts.Crashing < 1 {
				return errors.New("--pods, --per-deployment and --crashing must be positive")
			}
			if opts.Etcd, err = cluster.EtcdURL(dir); err != nil {
				return err
			}
			return seed.Run(cmd.Context(), opts)
		},
	}
	dirFlag(cmd, &dir)
	f := cmd.Flags()
	f.IntVar(&opts.Pods, "pods", 10_000, "number of pods")
	f.IntVar(&opts.Deployment, "per-deployment", 100, "number of pods of a Deployment")
	f.IntVar(&opts.Crashing, "crashing", 20, "one pod in this many crashes")
	f.StringVar(&opts.Namespace, "namespace", "load", "namespace of them all")
	return cmd
}

// criCommand returns the command that a lab starts for each node; by hand it serves any kubelet.
func criCommand() *cobra.Command {
	var (
		cfg    cri.Config
		subnet string
	)
	cmd := &cobra.Command{
		Use: "cri", Short: "Serve a container runtime without containers", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if cfg.Subnet, err = netip.ParsePrefix(subnet); err != nil {
				return err
			}
			return cri.Serve(cmd.Context(), cfg)
		},
	}
	f := cmd.Flags()
	f.StringVar(&cfg.Node, "node", "", "name of the node")
	f.StringVar(&cfg.Socket, "socket", "", "path of the socket")
	f.StringVar(&subnet, "subnet", "", "addresses for pods, which this machine must hold; the first is the node's")
	f.StringVar(&cfg.Images, "images", "", "file with what images do")
	return cmd
}

// superviseCommand returns the command that up starts in the background. It reports on file 3 when the lab is up,
// and outlives up.
func superviseCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "supervise", Short: "Hold a lab (started by up)", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cluster.Supervise(cmd.Context(), dir, os.NewFile(3, "report"))
		},
	}
	dirFlag(cmd, &dir)
	return cmd
}
