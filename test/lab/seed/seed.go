// Package seed fills a cluster with Deployments, their ReplicaSets and pods by
// writing them straight into etcd, in the encoding of the API server, which
// then serves them. That takes seconds for 100,000 pods, where controllers,
// scheduler and kubelets would take hours. The cluster must run none of those:
// they would undo it.
package seed

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// Options say how much to write.
type Options struct {
	Etcd       string // URL
	Namespace  string // made if it is not there
	Pods       int
	Deployment int // pods of one Deployment
	Crashing   int // one pod of so many crashes
}

// Limits of one round trip: etcd takes 128 operations a transaction.
const (
	perTxn  = 100
	writers = 16
)

// Run writes the objects. Those of the same names are overwritten.
func Run(ctx context.Context, opts Options) error {
	c, err := clientv3.New(clientv3.Config{Endpoints: []string{opts.Etcd}, DialTimeout: 5 * time.Second})
	if err != nil {
		return fmt.Errorf("reach etcd: %w", err)
	}
	defer c.Close() // all that was written is answered for
	s := &seeder{
		client: c,
		opts:   opts,
		maker:  maker{namespace: opts.Namespace, now: time.Now().Truncate(time.Second), crashing: opts.Crashing},
	}
	if err := s.write(ctx, s.namespaceObject()); err != nil {
		return err
	}
	return s.all(ctx)
}

type seeder struct {
	maker
	client *clientv3.Client
	opts   Options
}

// all writes the Deployments side by side. The first error ends it.
func (s *seeder) all(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := make(chan [2]int) // number of the Deployment and of its pods
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for job := range jobs {
				if err := s.write(ctx, s.deploymentObjects(job[0], job[0]*s.opts.Deployment, job[1])...); err != nil {
					cancel(err)
				}
			}
		})
	}
	left := s.opts.Pods
	for n := 0; left > 0 && ctx.Err() == nil; n++ {
		pods := min(left, s.opts.Deployment)
		jobs <- [2]int{n, pods}
		left -= pods
	}
	close(jobs)
	wg.Wait()
	return context.Cause(ctx)
}

// write puts objects into etcd.
func (s *seeder) write(ctx context.Context, objects ...runtime.Object) error {
	var ops []clientv3.Op
	for _, o := range objects {
		op, err := put(o)
		if err != nil {
			return err
		}
		ops = append(ops, op)
	}
	for len(ops) > 0 {
		n := min(perTxn, len(ops))
		if _, err := s.client.Txn(ctx).Then(ops[:n]...).Commit(); err != nil {
			return fmt.Errorf("write to etcd: %w", err)
		}
		ops = ops[n:]
	}
	return nil
}

var encoder = protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)

// put encodes an object as the API server does (kubernetes:
// pkg/kubeapiserver/default_storage_factory_builder.go for the keys).
func put(o runtime.Object) (clientv3.Op, error) {
	key := ""
	gv := corev1.SchemeGroupVersion
	switch o := o.(type) {
	case *corev1.Namespace:
		key = "/registry/namespaces/" + o.Name
	case *corev1.Pod:
		key = "/registry/pods/" + o.Namespace + "/" + o.Name
	case *appsv1.Deployment:
		key = "/registry/deployments/" + o.Namespace + "/" + o.Name
		gv = appsv1.SchemeGroupVersion
	case *appsv1.ReplicaSet:
		key = "/registry/replicasets/" + o.Namespace + "/" + o.Name
		gv = appsv1.SchemeGroupVersion
	default:
		return clientv3.Op{}, fmt.Errorf("write %T: unknown kind", o)
	}
	return encode(key, gv, o)
}

func encode(key string, gv schema.GroupVersion, o runtime.Object) (clientv3.Op, error) {
	var b bytes.Buffer
	if err := scheme.Codecs.EncoderForVersion(encoder, gv).Encode(o, &b); err != nil {
		return clientv3.Op{}, fmt.Errorf("encode %s: %w", key, err)
	}
	return clientv3.OpPut(key, b.String()), nil
}
