package cluster

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// reader gets, lists and watches the objects of one resource in one namespace.
type reader struct {
	get func(ctx context.Context, name string) (runtime.Object, error)
	// list calls take with each object of a page, trimmed, as it arrives, and
	// returns the metadata of the page. An error may come after some of its objects.
	list  func(ctx context.Context, o metav1.ListOptions, take func(runtime.Object) error) (metav1.ListInterface, error)
	watch func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error)
}

// typedReader returns a reader that speaks protobuf.
func typedReader(c kubernetes.Interface, k *snapshot.Kind, namespace string, options Options) reader {
	client := clientOf(c, k.Group)
	request := func() *rest.Request { // a new one each time: parameters are added to it
		return client.Get().UseProtobufAsDefault().NamespaceIfScoped(namespace, namespace != "" && !k.Cluster).Resource(k.Plural)
	}
	list := typedList{kind: k, trim: options.Trim, decoder: whole{options.Trim}}
	if options.Decoder != nil {
		list.decoder = options.Decoder()
	}
	return reader{
		get: func(ctx context.Context, name string) (runtime.Object, error) {
			object := k.New()
			return expect(request().Name(name).VersionedParams(&metav1.GetOptions{}, scheme.ParameterCodec).Do(ctx), object)
		},
		list: func(ctx context.Context, o metav1.ListOptions, take func(runtime.Object) error) (metav1.ListInterface, error) {
			return list.stream(ctx, request().VersionedParams(&o, scheme.ParameterCodec), take)
		},
		watch: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return watchList(ctx, request(), o)
		},
	}
}

// clientOf returns the client of the API group of a built-in kind.
func clientOf(c kubernetes.Interface, group string) rest.Interface {
	return map[string]rest.Interface{
		"": c.CoreV1().RESTClient(), "apps": c.AppsV1().RESTClient(), "batch": c.BatchV1().RESTClient(),
		"autoscaling": c.AutoscalingV2().RESTClient(),
		"policy":      c.PolicyV1().RESTClient(), "discovery.k8s.io": c.DiscoveryV1().RESTClient(),
	}[group]
}

// watchList watches a list; the client gives up when the server was to end the watch.
func watchList(ctx context.Context, r *rest.Request, o metav1.ListOptions) (watch.Interface, error) {
	o.Watch = true
	r = r.VersionedParams(&o, scheme.ParameterCodec)
	if o.TimeoutSeconds != nil {
		r = r.Timeout(time.Duration(*o.TimeoutSeconds) * time.Second)
	}
	return r.Watch(ctx)
}

// genericReader returns a reader of unstructured JSON.
func genericReader(c dynamic.ResourceInterface, trim func(runtime.Object)) reader {
	return reader{
		get: func(ctx context.Context, name string) (runtime.Object, error) {
			return c.Get(ctx, name, metav1.GetOptions{})
		},
		list: func(ctx context.Context, o metav1.ListOptions, take func(runtime.Object) error) (metav1.ListInterface, error) {
			list, err := c.List(ctx, o)
			return eachOf(list, err, trim, take)
		},
		watch: c.Watch,
	}
}
