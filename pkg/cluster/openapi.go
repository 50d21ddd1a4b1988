package cluster

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/openapi"
)

// OpenAPI is the index of a server's OpenAPI v3 documents.
type OpenAPI struct {
	ctx    context.Context // of the command: documents are read on demand
	server *server
	paths  map[string]openapi.GroupVersionWithContext
}

// OpenAPI reads the index of the server's OpenAPI v3 documents. The documents
// are read with ctx, which must live as long as the result is used.
func (c *Cluster) OpenAPI(ctx context.Context) (*OpenAPI, error) {
	client, err := c.discovery()
	if err != nil {
		return nil, err
	}
	asking, end := c.server.ask(ctx)
	defer end()
	paths, err := client.OpenAPIV3WithContext(asking).PathsWithContext(asking)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI index: %w", plain(err))
	}
	if len(paths) == 0 { // as in null or {}, which no server sends that has OpenAPI
		return nil, errors.New("read OpenAPI index: the answer names no documents")
	}
	return &OpenAPI{ctx: ctx, server: c.server, paths: paths}, nil
}

// GroupVersion returns the document of one group and version as JSON. The
// server names it by a hash of its content, so it comes from the disk cache
// if it did not change. The error is UnservedError if the server has no such
// document.
func (o *OpenAPI) GroupVersion(gv schema.GroupVersion) ([]byte, error) {
	path := "apis/" + gv.String()
	if gv.Group == "" {
		path = "api/" + gv.Version
	}
	document, ok := o.paths[path]
	if !ok {
		return nil, &UnservedError{GroupVersion: gv}
	}
	ctx, end := o.server.ask(o.ctx)
	defer end()
	data, err := document.SchemaWithContext(ctx, runtime.ContentTypeJSON)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI of %s: %w", gv, plain(err))
	}
	return data, nil
}

// UnservedError is a group and version that the server does not have.
type UnservedError struct{ GroupVersion schema.GroupVersion }

// Error names it.
func (e *UnservedError) Error() string {
	return fmt.Sprintf("the server does not serve %s", e.GroupVersion)
}
