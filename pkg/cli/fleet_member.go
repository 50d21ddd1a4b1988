package cli

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/thrashkit/thrashkit/pkg/cluster"
)

// Member is one cluster or bundle of a fleet.
type Member struct {
	Name      string // of its context
	Namespace string // to read; empty for all namespaces
	Source    Source // set while the member is read
	Server    string // address of the API server, empty for a bundle

	wait time.Duration // for the first answer, 0 for no limit
	// files returns what to read from of a bundle, nil for a cluster.
	files func() (Source, error)
	// connect returns the cluster, whose client calls answered at each response.
	connect func(answered func()) (*cluster.Cluster, error)
}

// open returns what to read from and how to close it. It calls answered at each
// response of a cluster.
func (m *Member) open(answered func()) (Source, func(), error) {
	if m.files != nil {
		source, err := m.files()
		return source, func() {}, err
	}
	c, err := m.connect(answered)
	if err != nil {
		return nil, nil, err
	}
	return c, c.Close, nil
}

// Members returns the members that the flags choose, sorted by name. It reads
// the kubeconfig once and sends nothing.
func (w *FleetFlags) Members(env *Env, f *Flags) ([]*Member, error) {
	if len(f.Filenames) > 0 {
		return w.bundles(env, f)
	}
	raw, err := f.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, fmt.Errorf("read kubeconfig: %w", err)
	}
	options, err := f.clusterOptions()
	if err != nil {
		return nil, err
	}
	wait, err := f.requestTimeout()
	if err != nil {
		return nil, err
	}
	names, err := w.chosen(sortedKeys(raw.Contexts), "the kubeconfig")
	if err != nil {
		return nil, err
	}
	options.Pool = cluster.NewPool()
	members := make([]*Member, len(names))
	for i, name := range names {
		if members[i], err = f.member(raw, name, wait, options); err != nil {
			return nil, fmt.Errorf("read kubeconfig: context %s: %w", name, err)
		}
	}
	return members, nil
}

// member returns a context of the kubeconfig as a member. wait is how long it may take to answer, 0 for ever.
func (f *Flags) member(raw clientcmdapi.Config, name string, wait time.Duration, options cluster.Options) (*Member, error) {
	getter := f.getter(raw, name, wait)
	namespace, err := f.namespaceOf(getter.loader)
	if err != nil {
		return nil, err
	}
	return &Member{
		Name: name, Namespace: namespace, Server: withoutPassword(serverOf(&raw, name)), wait: wait,
		connect: connectTo(getter, name, options),
	}, nil
}

// connectTo returns Member.connect for a context. Nothing is connected before it is called, so that a
// context that cannot be used does not keep the others from being read.
func connectTo(getter *contextGetter, name string, options cluster.Options) func(answered func()) (*cluster.Cluster, error) {
	return func(answered func()) (*cluster.Cluster, error) {
		o := options // a copy: members connect at the same time
		o.Context = name
		o.Answered = answered
		return cluster.New(getter, o)
	}
}

// bundles returns the files of -f, each as a member.
func (w *FleetFlags) bundles(env *Env, f *Flags) ([]*Member, error) {
	files := bundleNames(f.Filenames)
	names, err := w.chosen(sortedKeys(files), "-f")
	if err != nil {
		return nil, err
	}
	members := make([]*Member, len(names))
	for i, name := range names {
		members[i] = &Member{
			Name: name, Namespace: *f.ConfigFlags.Namespace,
			files: func() (Source, error) { return f.Files(env, []string{files[name]}) },
		}
	}
	return members, nil
}

// namespaceOf is Namespace for one context.
func (f *Flags) namespaceOf(loader clientcmd.ClientConfig) (string, error) {
	if f.AllNamespaces {
		return "", nil
	}
	namespace, _, err := loader.Namespace()
	return namespace, err
}

// requestTimeout returns the time limit of a request to a member, which is
// fleetTimeout unless the user gave another one.
func (f *Flags) requestTimeout() (time.Duration, error) {
	if f.Timeout == nil || *f.Timeout == "0" || *f.Timeout == "" {
		return fleetTimeout, nil
	}
	wait, err := clientcmd.ParseTimeout(*f.Timeout)
	if err != nil {
		return 0, Usagef("--request-timeout %q: give a duration such as 10s", *f.Timeout)
	}
	return wait, nil
}

// contextGetter is the RESTClientGetter of one context of a kubeconfig that was
// read before: genericclioptions.ConfigFlags would read it again for each.
type contextGetter struct {
	flags  *genericclioptions.ConfigFlags // with the context
	loader clientcmd.ClientConfig
}

var _ genericclioptions.RESTClientGetter = &contextGetter{}

// getter returns the getter of a context, with what the command line sets for
// all of them.
func (f *Flags) getter(raw clientcmdapi.Config, name string, wait time.Duration) *contextGetter {
	limit := wait.String()
	own := genericclioptions.NewConfigFlags(true)
	own.KubeConfig = f.KubeConfig
	own.CacheDir = f.CacheDir
	own.Namespace = f.ConfigFlags.Namespace
	own.Impersonate = f.Impersonate
	own.ImpersonateUID = f.ImpersonateUID
	own.ImpersonateGroup = f.ImpersonateGroup
	own.ImpersonateUserExtra = f.ImpersonateUserExtra
	own.Insecure = f.Insecure
	own.DisableCompression = f.DisableCompression
	own.Context = &name
	own.Timeout = &limit
	own.WrapConfigFn = f.WrapConfigFn
	return &contextGetter{flags: own, loader: clientcmd.NewNonInteractiveClientConfig(raw, name, f.overrides(limit), nil)}
}

// overrides returns the same of the command line for the loader. The flags that name one cluster or its
// credentials are left out: FleetFlags.Check refuses them.
func (f *Flags) overrides(timeout string) *clientcmd.ConfigOverrides {
	o := &clientcmd.ConfigOverrides{ClusterDefaults: clientcmd.ClusterDefaults, Timeout: timeout}
	o.Context.Namespace = *f.ConfigFlags.Namespace
	o.AuthInfo.Impersonate = *f.Impersonate
	o.AuthInfo.ImpersonateUID = *f.ImpersonateUID
	o.AuthInfo.ImpersonateGroups = *f.ImpersonateGroup
	o.AuthInfo.ImpersonateUserExtra = extras(*f.ImpersonateUserExtra)
	o.ClusterInfo.InsecureSkipTLSVerify = *f.Insecure
	o.ClusterInfo.DisableCompression = *f.DisableCompression
	return o
}

// extras returns the values of --as-user-extra, KEY=VALUE each, by their keys.
func extras(pairs []string) map[string][]string {
	out := map[string][]string{}
	for _, pair := range pairs {
		if key, value, ok := strings.Cut(pair, "="); ok {
			out[key] = append(out[key], value)
		}
	}
	return out
}

// ToRawKubeConfigLoader returns the kubeconfig of the context.
func (g *contextGetter) ToRawKubeConfigLoader() clientcmd.ClientConfig { return g.loader }

// ToRESTConfig returns the client configuration. A credential plugin must not
// ask for anything, because several would ask at once.
func (g *contextGetter) ToRESTConfig() (*rest.Config, error) {
	config, err := g.loader.ClientConfig()
	if err != nil {
		return nil, err
	}
	if config.ExecProvider != nil {
		config.ExecProvider.StdinUnavailable = true
		config.ExecProvider.StdinUnavailableMessage = "several clusters are read at once; log in to this one first"
	}
	return g.flags.WrapConfigFn(config), nil
}

// ToDiscoveryClient returns the discovery client with kubectl's cache. Few reads need it.
func (g *contextGetter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return g.flags.ToDiscoveryClient()
}

// ToRESTMapper returns the mapper of the types that the cluster serves.
func (g *contextGetter) ToRESTMapper() (meta.RESTMapper, error) { return g.flags.ToRESTMapper() }

// errNoAnswer is why a member is not waited for any longer.
var errNoAnswer = errors.New("no answer")

// withoutPassword returns an address without the password that it may hold.
func withoutPassword(server string) string {
	address, err := url.Parse(server)
	if err != nil || address.User == nil {
		return server
	}
	return address.Redacted()
}
