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

// verify compares what is told of defaults with what the user's server fills
// in, for each object of the files.
func (o *options) verify(ctx context.Context, s *snapshot.Snapshot) error {
	var documents []document
	err := o.documents(ctx, s, func(d document) error {
		if len(d.errors) > 0 {
			return d.errors[0]
		}
		documents = append(documents, d)
		return nil
	})
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
		for _, p := range d.parts {
			verified, err := o.verifyObject(ctx, server, schemas, p.object)
			if err != nil {
				return err
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

// verdict says the outcome for one object in lines.
func verdict(object map[string]any, v fielddoc.Verified) string {
	u := unstructured.Unstructured{Object: object}
	lines := []string{fmt.Sprintf("%s %s: %d defaults as told here, %d otherwise",
		u.GetKind(), cmp.Or(u.GetName(), u.GetGenerateName()), len(v.Fields), len(v.Differences))}
	for _, d := range v.Differences {
		lines = append(lines, fmt.Sprintf("  %s: the server fills in %s, told here: %s", d.Path, cmp.Or(d.Server, "nothing"),
			cmp.Or(d.Table, "nothing")))
	}
	return view.Clean(strings.Join(lines, "\n")) + "\n"
}
