package cli

import (
	"flag"
	"io"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
)

// addLogging adds -v, and --vmodule, which help does not list. Without -v the
// Kubernetes libraries are silent, because they also return what they log.
func (f *Flags) addLogging(to *pflag.FlagSet) {
	all := flag.NewFlagSet("", flag.ContinueOnError)
	klog.InitFlags(all)
	v := pflag.PFlagFromGoFlag(all.Lookup("v"))
	v.Shorthand = "v"
	v.Usage = "log the requests to the server: `level` 6 for URLs, 8 for bodies"
	v.Value = &verbosity{Value: v.Value, all: all}
	vmodule := pflag.PFlagFromGoFlag(all.Lookup("vmodule"))
	vmodule.Hidden = true
	to.AddFlag(v)
	to.AddFlag(vmodule)
	setLogging(all, false)
}

// verbosity is the value of -v.
type verbosity struct {
	pflag.Value
	all *flag.FlagSet
}

// Set sets the level; logs go to standard error if it is not 0.
func (v *verbosity) Set(text string) error {
	if err := v.Value.Set(text); err != nil {
		return err
	}
	setLogging(v.all, v.String() != "0")
	return nil
}

// setLogging turns the log of client-go on or off. It writes to stderr, where its lines would
// break a view that is redrawn.
func setLogging(all *flag.FlagSet, on bool) {
	threshold := "FATAL"
	toStderr := "false"
	if on {
		threshold = "ERROR"
		toStderr = "true"
	}
	// Values that klog itself defines: they always parse.
	_ = all.Set("stderrthreshold", threshold)
	_ = all.Set("logtostderr", toStderr)
	if !on {
		klog.SetOutput(io.Discard)
	}
}
