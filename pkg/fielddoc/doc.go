// Package fielddoc says what a field of a Kubernetes object means: its type,
// description, default, allowed values, whether it is required, immutable or
// deprecated. It reads three sources of documentation, the types that are
// compiled in, an API server's OpenAPI v3 documents and CustomResourceDefinitions,
// and adds notes and tables of its own. It judges no object but by its schema,
// and it reads nothing: documents come in as bytes.
package fielddoc
