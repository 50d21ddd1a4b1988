package fielddoc

import (
	"maps"
	"path"
	"slices"
)

// volumeCapacity: a volume states how much it stores and nothing else; local ones are on
// nodes that it names, and classes of attributes are for CSI drivers.
// Upstream: ValidatePersistentVolumeSpec.
func volumeCapacity(s scope) {
	if s.inline() {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(s.object("capacity"))) {
		amount, ok := quantity(s.object("capacity")[name])
		if name != "storage" {
			s.refuseIn("capacity", Key(name), "is not allowed: a volume has only storage")
		} else if ok && amount.Sign() <= 0 {
			s.refuseIn("capacity", Key(name), "is %v, but must be greater than 0", s.object("capacity")[name])
		}
	}
	if s.value("local") != nil && s.value("nodeAffinity.required") == nil {
		s.demand("nodeAffinity", " for a local volume: it is on one node")
	}
	if s.value("volumeAttributesClassName") != nil && s.value("csi") == nil {
		s.demand("csi", " if volumeAttributesClassName is set")
	}
	if dir := s.text("hostPath.path"); dir != "" && path.Clean(dir) == "/" && s.text("persistentVolumeReclaimPolicy") == "Recycle" {
		s.refuse("persistentVolumeReclaimPolicy", "cannot be Recycle for the hostPath /")
	}
}

// inline reports whether the volume is written into an attachment.
func (s scope) inline() bool {
	return len(s.at.path) > 0 && s.at.path[len(s.at.path)-1] == Key("inlineVolumeSpec")
}

// inlineVolume: a volume that is written into an attachment is of a CSI driver and has no
// claim: ValidatePersistentVolumeSpec in pkg/apis/core/validation.
func inlineVolume(s scope) {
	volume := s.below("inlineVolumeSpec")
	for _, name := range []string{"capacity", "claimRef", "nodeAffinity", "storageClassName"} {
		if !blank(volume.value(name)) {
			volume.refuse(name, "is not allowed in a volume that is written into an attachment")
		}
	}
	if policy := volume.text("persistentVolumeReclaimPolicy"); policy != "" && policy != "Retain" {
		volume.refuse("persistentVolumeReclaimPolicy", "must be Retain in a volume that is written into an attachment")
	}
	if mode := volume.text("volumeMode"); mode != "" && mode != "Filesystem" {
		volume.refuse("volumeMode", "must be Filesystem in a volume that is written into an attachment")
	}
}

// tokenAudiences: a driver gets one token for each audience, the API server's included.
// Upstream: validateTokenRequests.
func tokenAudiences(s scope) {
	seen := map[string]bool{}
	s.each("tokenRequests", func(r scope) {
		audience := r.text("audience")
		if seen[audience] {
			r.refuse("audience", "%q is there twice", audience)
		}
		seen[audience] = true
	})
}

// claimModes reports ReadWriteOncePod beside another access mode.
// Upstream: ValidatePersistentVolumeClaimSpec and ValidatePersistentVolumeSpec.
func claimModes(s scope) {
	modes := s.list("accessModes")
	if len(modes) < 2 {
		return
	}
	for _, mode := range modes {
		if mode == "ReadWriteOncePod" {
			s.refuse("accessModes", "can have no other mode beside ReadWriteOncePod")
		}
	}
}

// claimSize reports a claim of no bytes.
// Upstream: ValidatePersistentVolumeClaimSpec.
func claimSize(s scope) {
	if size, ok := quantity(s.value("resources.requests.storage")); ok && size.Sign() <= 0 {
		s.refuse("resources.requests.storage", "is %v, but must be greater than 0", s.value("resources.requests.storage"))
	}
}
