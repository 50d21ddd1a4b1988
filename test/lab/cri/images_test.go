package cri

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const imagesFile = `
shop/api:2.0: run=1s exit=1 "log=no route"
shop/api:2.0@lab-node-2: []
docker.io/library/nginx:latest: [pull=unauthorized, pull-time=2s]
registry.example:5000/x@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: [exit=4]
`

func TestFind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "images.yaml")
	if err := os.WriteFile(path, []byte(imagesFile), 0o600); err != nil {
		t.Fatal(err)
	}
	images, err := LoadImages(path)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ image, node, want string }{
		{"shop/api:2.0", "lab-node-1", "exit 1"},
		{"docker.io/shop/api:2.0", "lab-node-1", "exit 1"},
		{"shop/api:2.0", "lab-node-2", "runs"},
		{"shop/api:1.0", "lab-node-1", "runs"},
		{"nginx", "lab-node-1", "unauthorized"},
		{"registry.example:5000/x@sha256:" + strings.Repeat("a", 64), "lab-node-1", "exit 4"},
		{"no-such/app:1", "lab-node-1", "not-found"},
	}
	for _, tt := range tests {
		im, err := images.Find(tt.image, tt.node)
		if err != nil {
			t.Errorf("%s: %v", tt.image, err)
		}
		if got := summary(im); got != tt.want {
			t.Errorf("%s on %s: %s, want %s", tt.image, tt.node, got, tt.want)
		}
	}
}

func summary(im Image) string {
	a := im.Script.Attempt(0)
	if im.Pull != "" {
		return im.Pull
	}
	if a.Ends {
		return "exit " + strconv.Itoa(int(a.Exit))
	}
	return "runs"
}

func TestSetImage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "images.yaml")
	for _, set := range [][]string{{"a:1", "exit=1"}, {"b:1", "log=two words", "digest=new"}, {"a:1"}} {
		if err := SetImage(path, set[0], set[1:]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := LoadImages(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Images{"a:1": {}, "b:1": {"log=two words", "digest=new"}}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if err := SetImage(path, "a:1", []string{"exit=none"}); err == nil {
		t.Error("words that cannot be understood were accepted")
	}
}

func TestPullErrors(t *testing.T) {
	for reason, want := range map[string]string{
		"not-found":    "failed to resolve reference \"docker.io/shop/api:2\": docker.io/shop/api:2: not found",
		"unauthorized": "insufficient_scope: authorization failed",
		"unreachable":  "Head \"https://docker.io/v2/shop/api/manifests/2\": dial tcp: lookup docker.io: no such host",
		"rate-limited": "https://docker.io/v2/shop/api/manifests/2: 429 Too Many Requests",
		"disk is full": "disk is full",
	} {
		if got := pullError(normal("shop/api:2"), reason); !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s, want it to end with %s", reason, got, want)
		}
	}
}
