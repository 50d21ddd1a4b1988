// Package yamltext finds its way in the text of one YAML or JSON document: on
// which line and at which byte each value begins and ends, where a comment can
// be added without changing the meaning, and which comments were added by this
// project. It never writes a document anew: an edit replaces the bytes of one
// scalar and leaves all others as they are. It knows nothing of Kubernetes.
package yamltext
