// Command extensions makes data/extensions.json: the documentation of the kinds
// of Kubernetes itself whose Go types carry none, CustomResourceDefinition and
// APIService. It reads OpenAPI v3 documents as a server of the release gives them:
//
//	kubectl get --raw /openapi/v3/apis/apiextensions.k8s.io/v1 > a.json
//	kubectl get --raw /openapi/v3/apis/apiregistration.k8s.io/v1 > b.json
//	go run ./internal/extensions a.json b.json > data/extensions.json
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// document is what is read of an OpenAPI document, and written again.
type document struct {
	Components struct {
		Schemas map[string]json.RawMessage `json:"schemas"`
	} `json:"components"`
}

// run prints the schemas that the API server adds to those of k8s.io/api: of
// CustomResourceDefinitions and of APIServices.
func run(files []string) error {
	var out document
	out.Components.Schemas = map[string]json.RawMessage{}
	for _, file := range files {
		in, err := read(file)
		if err != nil {
			return err
		}
		for name, schema := range in.Components.Schemas {
			if strings.HasPrefix(name, "io.k8s.apiextensions-apiserver.") || strings.HasPrefix(name, "io.k8s.kube-aggregator.") {
				out.Components.Schemas[name] = schema
			}
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", " ")
	return e.Encode(out)
}

// read reads an OpenAPI document. The schemas are kept as they are: what is printed is the server's text.
func read(file string) (document, error) {
	var d document
	data, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return d, fmt.Errorf("parse %s: %w", file, err)
	}
	return d, nil
}
