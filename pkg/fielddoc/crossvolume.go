package fielddoc

import (
	"maps"
	"slices"
	"strings"
)

// mountOptions: only privileged containers pass mounts on to the node, and only mounts
// that are read-only are so recursively.
// Upstream: validateMountPropagation and validateMountRecursiveReadOnly.
func mountOptions(s scope) {
	for i := range s.list("volumeMounts") {
		mount := s.inside("volumeMounts", i)
		propagation := mount.text("mountPropagation")
		if propagation == "Bidirectional" && s.value("securityContext.privileged") != true {
			mount.refuse("mountPropagation", "can be Bidirectional only in a privileged container")
		}
		recursive := mount.text("recursiveReadOnly")
		if recursive != "Enabled" && recursive != "IfPossible" {
			continue
		}
		if mount.value("readOnly") != true {
			mount.refuse("recursiveReadOnly", "needs readOnly to be true")
		}
		if propagation != "" && propagation != "None" {
			mount.refuse("recursiveReadOnly", "needs the mountPropagation None")
		}
	}
}

// azureDisk: the address of a disk is that of a managed one or of a blob.
// Upstream: validateAzureDisk.
func azureDisk(s scope) {
	uri := s.text("diskURI")
	prefix := "https://"
	if s.text("kind") == "Managed" {
		prefix = "/subscriptions/"
	}
	if uri != "" && !strings.HasPrefix(uri, prefix) {
		s.refuse("diskURI", "must begin with %s if kind is %s", prefix, orDefault(s.text("kind"), "Shared, its default"))
	}
}

// orDefault returns a word, or what the server takes if it is omitted.
func orDefault(word, omitted string) string {
	if word == "" {
		return omitted
	}
	return word
}

// ephemeralClaim: of the metadata of a claim's template only labels and annotations count.
// Upstream: ValidatePersistentVolumeClaimTemplate.
func ephemeralClaim(s scope) {
	metadata := s.object("volumeClaimTemplate.metadata")
	for _, name := range slices.Sorted(maps.Keys(metadata)) {
		if !slices.Contains([]string{"labels", "annotations", "creationTimestamp"}, name) && !blank(metadata[name]) {
			s.refuse("volumeClaimTemplate.metadata."+name, "is not allowed: only labels and annotations are")
		}
	}
}

// projectedPaths: each file of a projected volume has a path of its own.
// Upstream: validateProjectionSources.
func projectedPaths(s scope) {
	seen := map[string]bool{}
	once := func(holder scope, field string) {
		path := holder.text(field)
		if path != "" && seen[path] {
			holder.refuse(field, "%q is the path of another file of the volume, too", path)
		}
		seen[path] = true
	}
	for i := range s.list("sources") {
		source := s.inside("sources", i)
		for _, list := range []string{"secret", "configMap", "downwardAPI"} {
			c := source.at.Key(list)
			m, _ := c.value.(map[string]any)
			files := scope{s.checker, c, m}
			for j := range files.list("items") {
				once(files.inside("items", j), "path")
			}
		}
		for _, field := range []string{
			"clusterTrustBundle.path", "podCertificate.credentialBundlePath", "podCertificate.keyPath", "podCertificate.certificateChainPath",
		} {
			once(source, field)
		}
	}
}

// claimSource: without a group the source of a claim is another claim.
// Upstream: validateDataSource and validateDataSourceRef.
func claimSource(s scope) {
	names := []string{"dataSourceRef"}
	if len(s.at.path) > 1 {
		names = append(names, "dataSource") // of a claim itself the server drops others
	}
	for _, name := range names {
		kind := s.text(name + ".kind")
		if s.value(name) != nil && kind == "" {
			s.demand(name+".kind", " and empty")
		}
		if words := formProblem("subdomain", orDefault(s.text(name+".apiGroup"), "none")); words != "" {
			s.refuse(name+".apiGroup", "%s %s", quoteShort(s.text(name+".apiGroup")), words)
		}
		if kind != "" && kind != "PersistentVolumeClaim" && s.text(name+".apiGroup") == "" {
			s.refuse(name+".kind", "is %s, but without apiGroup only PersistentVolumeClaim is possible", kind)
		}
	}
}
