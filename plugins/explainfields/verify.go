package explainfields

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/thrashkit/thrashkit/pkg/annotate"
	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/fielddoc"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// verify compares the documented defaults with those that the server fills in, for
// each object of the files. It returns the exit code of a finding if they differ.
func (o *options) verify(ctx context.Context, s *snapshot.Snapshot) error {
	documents, err := o.wholeDocuments(ctx, s)
	if err != nil {
		return err
	}
	server, err := o.flags.Cluster()
	if err != nil {
		return err
	}
	schemas, err := o.schemas(ctx, s)
	if err != nil {
		return err
	}
	schemas.server = server
	different := false
	for _, d := range documents {
		// One after the other, in the order of the files: the server fills in each by itself.
		for _, p := range d.parts {
			verified, err := o.verifyObject(ctx, server, schemas, p.object)
			if err != nil {
				return err // of the objects before it, the verdicts are printed already
			}
			different = different || len(verified.Differences) > 0
			if _, err := io.WriteString(o.env.Out, verdict(p.object.Value, verified)); err != nil {
				return err
			}
		}
	}
	cli.Warn(o.env, s)
	if different {
		return &cli.ExitError{Code: cli.ExitFound}
	}
	return nil
}

// wholeDocuments reads the documents of the files. It fails on the first that cannot
// be read, before anything is sent to the server.
func (o *options) wholeDocuments(ctx context.Context, s *snapshot.Snapshot) ([]document, error) {
	var documents []document
	err := o.documents(ctx, s, func(d document) error {
		if len(d.errors) > 0 {
			return d.errors[0]
		}
		documents = append(documents, d)
		return nil
	})
	return documents, err
}

// verifyObject creates an object as a dry run and compares what the server returns
// with the documented defaults. Nothing is stored.
func (o *options) verifyObject(ctx context.Context, server *cluster.Cluster, schemas *schemas,
	object annotate.Object,
) (fielddoc.Verified, error) {
	sent, mapping, namespace, err := o.there(ctx, server, object)
	if err != nil {
		return fielddoc.Verified{}, err
	}
	made, err := server.DryRunCreate(ctx, mapping, namespace, sent)
	if err != nil {
		return fielddoc.Verified{}, err
	}
	return fielddoc.VerifyDefaults(schemas.find(ctx, sent.GroupVersionKind()), sent.Object, made.Object), nil
}

// verdict returns the outcome for one object: a line of counts, and a line for each
// default that differs:
//
//	Deployment web: 21 defaults as documented, 1 otherwise
//	  spec.revisionHistoryLimit: the server fills in 5, documented: 10
func verdict(object map[string]any, v fielddoc.Verified) string {
	u := unstructured.Unstructured{Object: object}
	lines := []string{fmt.Sprintf("%s %s: %d defaults as documented, %d otherwise",
		u.GetKind(), cmp.Or(u.GetName(), u.GetGenerateName()), len(v.Fields), len(v.Differences))}
	for _, d := range v.Differences {
		// A default that one of the two does not have is a difference, too.
		lines = append(lines, fmt.Sprintf("  %s: the server fills in %s, documented: %s", d.Path, cmp.Or(d.Server, "nothing"),
			cmp.Or(d.Table, "nothing")))
	}
	return view.Clean(strings.Join(lines, "\n")) + "\n"
}
