package explainfields

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// readMember reads the object of one cluster or file. That it has none is an answer, too: an
// error is that it could not be read.
func (o *options) readMember(ctx context.Context, member *cli.Member) (*seen, error) {
	switch source := member.Source.(type) {
	case *cluster.Cluster:
		return o.readCluster(ctx, source, member.Namespace)
	case *bundle.Files:
		return o.readFiles(ctx, source, member.Name)
	default:
		return nil, fmt.Errorf("read %s: cannot read single objects from it", member.Name)
	}
}

// readCluster reads the object of one cluster. A kind or an object that the cluster
// does not have is no error; the answer of the server is kept as missing.
func (o *options) readCluster(ctx context.Context, server *cluster.Cluster, namespace string) (*seen, error) {
	found := &seen{}
	if err := o.readObject(ctx, server, namespace, found); err != nil {
		return nil, err
	}
	// Ages are by the clock of the server, which may differ from that of this machine.
	var err error
	if found.snapshot, err = clockOf(ctx, server); err != nil {
		return nil, err
	}
	// The clock is in each answer, even if the object that was asked for is forbidden.
	found.snapshot.Gaps = nil
	return found, nil
}

// readObject sets the object of found, or why it is missing. A server that has the
// kind only in another version answers with an error, which becomes a gap: it may
// well have the object.
func (o *options) readObject(ctx context.Context, server *cluster.Cluster, namespace string, found *seen) error {
	target := o.targets[0] // checkFleet accepts one
	mapping, err := server.Resolve(ctx, target.Type)
	// A context without the kind cannot have the object; a failure to ask for its kinds is another thing.
	if unknown := (*cluster.UnknownTypeError)(nil); errors.As(err, &unknown) {
		found.missing = err // a custom kind that is not installed there
		return nil
	}
	if err != nil {
		return err
	}
	found.object, err = server.Object(ctx, mapping, namespace, target.Name)
	if apierrors.IsNotFound(err) {
		found.missing = err
		return nil
	}
	return err
}

// readFiles finds the object in files, with the CustomResourceDefinitions there.
func (o *options) readFiles(ctx context.Context, files *bundle.Files, name string) (*seen, error) {
	found := &seen{snapshot: &snapshot.Snapshot{}}
	var err error
	if found.schemas, err = o.schemas(ctx, found.snapshot); err != nil {
		return nil, err
	}
	stream, err := files.Stream(ctx)
	if err != nil {
		return nil, err
	}
	describe(found.snapshot, stream)
	// In two passes: a definition may stand behind the objects of its kind.
	if err = stream.Each(ctx, found.schemas.learnIfRight, customKind); err != nil {
		return nil, err
	}
	err = stream.Each(ctx, func(d *bundle.Document) error { return o.pick(found, d, name) })
	if err != nil {
		return nil, err
	}
	found.snapshot.At, found.snapshot.AtSource = stream.JudgedAt()
	if found.object == nil {
		found.missing = o.nothing()
	}
	return found, nil
}

// pick takes the object from a document that has it. A second object of the name is
// a usage error: nothing shows which of them to compare.
func (o *options) pick(found *seen, d *bundle.Document, name string) error {
	if len(d.Errors) > 0 { // the object may be in there
		return d.Errors[0]
	}
	for i := range d.Objects {
		head := &d.Objects[i] // decoded whole only if it is the one: files may be large
		if !o.asked(head) {
			continue
		}
		if found.object != nil {
			return cli.Usagef("%s has several objects of this name: give -n NAMESPACE, or one file per context", name)
		}
		var err error
		if found.object, err = head.Unstructured(); err != nil {
			return &bundle.DocumentError{File: d.File, Document: d.Index, Line: d.Line, Err: err}
		}
	}
	return nil
}
