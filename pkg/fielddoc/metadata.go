package fielddoc

import (
	"slices"
	"strings"
	"sync"
)

// withMetadata returns an object type that has apiVersion, kind and metadata
// as every object does, if its schema leaves them out or unexplained. The fields are made when
// they are asked for, as those of every type.
func withMetadata(t *Type) *Type {
	full := *t
	full.fields = sync.OnceValue(func() []Field {
		meta := map[string]Field{}
		for _, f := range commonFields() {
			meta[f.Name] = f
		}
		var fields []Field
		for _, f := range t.Fields() {
			common, ok := meta[f.Name]
			// controller-gen writes metadata as an object without properties: what is in it is the same
			// for all kinds, and better explained by the type of Go.
			if ok && len(f.Type.Fields()) == 0 && f.Type.Kind == Object {
				f.Type = common.Type
			}
			if ok && f.Description == "" {
				f.Description = common.Description
			}
			delete(meta, f.Name)
			fields = append(fields, f)
		}
		for _, f := range commonFields() {
			if _, missing := meta[f.Name]; missing {
				fields = append(fields, f)
			}
		}
		slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
		return fields
	})
	return &full
}

// embedded returns the type of a whole object inside another one: it must say
// what it is.
func embedded(t *Type) *Type {
	full := withMetadata(t)
	fields := full.fields // of full it will be those below
	full.fields = sync.OnceValue(func() []Field {
		list := slices.Clone(fields())
		for i := range list {
			list[i].Required = list[i].Required || list[i].Name == "apiVersion" || list[i].Name == "kind"
		}
		return list
	})
	return full
}

// commonFields returns the fields that every object has, in words of our own: the sources say
// of apiVersion and kind how a server treats them.
func commonFields() []Field {
	word := &Type{Kind: String}
	return []Field{
		{Name: "apiVersion", Type: word, Description: "The group and version of the API that this object is written for."},
		{Name: "kind", Type: word, Description: "The kind of object."},
		{Name: "metadata", Type: objectMeta(), Description: "What every object has: name, namespace, labels, annotations, owners."},
	}
}
