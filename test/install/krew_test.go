// Package install_test holds the krew manifests to krew's rules, and installs
// the plugins as krew does, without a network.
package install_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

const top = "../.."

var plugins = []string{"rsmap", "thrash", "explainfields"}

// manifest is a plugin of krew-index, as sigs.k8s.io/krew pkg/index v0.5 reads it.
type manifest struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string     `json:"version"`
		ShortDescription string     `json:"shortDescription"`
		Description      string     `json:"description"`
		Caveats          string     `json:"caveats"`
		Homepage         string     `json:"homepage"`
		Platforms        []platform `json:"platforms"`
	} `json:"spec"`
}

type platform struct {
	URI      string                `json:"uri"`
	Sha256   string                `json:"sha256"`
	Selector *metav1.LabelSelector `json:"selector"`
	Files    []struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"files"`
	Bin string `json:"bin"`
}

// on reports whether the platform is for an operating system and processor.
func (p platform) on(system, processor string) bool {
	selector, err := metav1.LabelSelectorAsSelector(p.Selector)
	return err == nil && selector.Matches(labels.Set{"os": system, "arch": processor})
}

// pairs are the platforms that krew knows.
var pairs = strings.Fields(
	"windows/386 windows/amd64 windows/arm64 linux/386 linux/amd64 linux/arm linux/arm64 linux/ppc64le darwin/386 darwin/amd64 darwin/arm64",
)

var (
	safeName = regexp.MustCompile(`^[\w-]+$`)
	reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)
	semver   = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$`)
	hash     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	// redundant words are those that the reviewers of krew-index ask to leave out.
	redundant = regexp.MustCompile(`(?i)\b(kubectl|krew|plugin|kubernetes|k8s|tool|cluster)\b`)
	example   = regexp.MustCompile(`(?m)^\s*(\$|kubectl \S+ -|--?\w)`)
)

// check returns which rules of krew's validation (internal/index/validation
// v0.5) and of its reviewers a manifest breaks.
func check(m manifest, file, tag string) (wrong []string) {
	bad := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if m.APIVersion != "krew.googlecontainertools.github.com/v1alpha2" || m.Kind != "Plugin" {
		bad("apiVersion and kind: %s %s", m.APIVersion, m.Kind)
	}
	if name := m.Metadata.Name; !safeName.MatchString(name) || reserved.MatchString(name) || name+".yaml" != file {
		bad("name: %q in %s", name, file)
	}
	if !semver.MatchString(m.Spec.Version) || m.Spec.Version != tag {
		bad("version: %q of tag %s", m.Spec.Version, tag)
	}
	if s := m.Spec.ShortDescription; s == "" || strings.ContainsAny(s, "\r\n") || utf8.RuneCountInString(s) > 50 {
		bad("shortDescription: %q", s)
	}
	// What every plugin is need not be said, and a sentence's full stop is one letter more.
	if s := m.Spec.ShortDescription; redundant.MatchString(s) || strings.HasSuffix(s, ".") {
		bad("shortDescription says what goes without saying: %q", s)
	}
	if !strings.HasPrefix(m.Spec.Homepage, "https://") {
		bad("homepage: %q", m.Spec.Homepage)
	}
	if d := m.Spec.Description; d == "" || example.MatchString(d) {
		bad("description: %q", d)
	}
	for line := range strings.Lines(m.Spec.Description) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 {
			bad("description is not wrapped: %q", line)
		}
	}
	for _, p := range m.Spec.Platforms {
		wrong = append(wrong, checkPlatform(m, p)...)
	}
	for _, pair := range pairs {
		system, processor, _ := strings.Cut(pair, "/")
		n := 0
		for _, p := range m.Spec.Platforms {
			if p.Selector != nil && p.on(system, processor) {
				n++
			}
		}
		if ours := slices.Contains([]string{"amd64", "arm64"}, processor); n > 1 || ours != (n == 1) {
			bad("platform %s: %d match", pair, n)
		}
	}
	return wrong
}

func checkPlatform(m manifest, p platform) (wrong []string) {
	bad := func(format string, args ...any) {
		wrong = append(wrong, p.URI+": "+fmt.Sprintf(format, args...))
	}
	if !strings.HasPrefix(p.URI, "https://") || (!strings.HasSuffix(p.URI, ".zip") && !strings.HasSuffix(p.URI, ".tar.gz")) ||
		!strings.Contains(p.URI, "/"+m.Spec.Version+"/") {
		bad("uri")
	}
	if !hash.MatchString(p.Sha256) {
		bad("sha256: %q", p.Sha256)
	}
	if p.Selector == nil || len(p.Selector.MatchLabels)+len(p.Selector.MatchExpressions) == 0 {
		bad("selector is empty")
		return wrong
	}
	keys := []string{}
	for key := range p.Selector.MatchLabels {
		keys = append(keys, key)
	}
	for _, e := range p.Selector.MatchExpressions {
		keys = append(keys, e.Key)
	}
	if slices.ContainsFunc(keys, func(key string) bool { return key != "os" && key != "arch" }) {
		bad("selector: %v", keys)
	}
	if !slices.ContainsFunc(pairs, func(pair string) bool {
		system, processor, _ := strings.Cut(pair, "/")
		return p.on(system, processor)
	}) {
		bad("selector matches no platform")
	}
	windows := p.Selector.MatchLabels["os"] == "windows"
	if !filepath.IsLocal(p.Bin) || strings.HasSuffix(p.Bin, ".exe") != windows || windows != strings.HasSuffix(p.URI, ".zip") {
		bad("bin: %q", p.Bin)
	}
	extracted := map[string]bool{}
	for _, f := range p.Files {
		if f.From == "" || f.To == "" || !filepath.IsLocal(f.From) || !filepath.IsLocal(f.To) {
			bad("files: %+v", f)
		}
		extracted[filepath.ToSlash(filepath.Join(f.To, filepath.Base(f.From)))] = true
	}
	if !extracted[p.Bin] || !extracted["LICENSE"] {
		bad("files extract %v", extracted)
	}
	return wrong
}

// archives are the files that a release has of a plugin.
func archives(plugin, tag string) (names []string) {
	for _, end := range []string{"linux_amd64.tar.gz", "linux_arm64.tar.gz", "darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip"} {
		names = append(names, "kubectl-"+plugin+"_"+tag+"_"+end)
	}
	return names
}

// render renders the templates beside the checksums of a release in dist, and
// reads them as krew does: unknown fields are an error.
func render(t *testing.T, tag, dist string) map[string]manifest {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("rendering needs bash: ", err)
	}
	if out, err := exec.CommandContext(t.Context(), "bash", top+"/krew/render.sh", tag, dist).CombinedOutput(); err != nil {
		t.Fatalf("render: %v\n%s", err, out)
	}
	found := map[string]manifest{}
	for _, name := range plugins {
		data, err := os.ReadFile(filepath.Join(dist, "krew", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var m manifest
		if err := yaml.UnmarshalStrict(data, &m); err != nil {
			t.Fatalf("read %s: %v", name, err)
		}
		found[name] = m
	}
	return found
}

// fakeTag is the tag of the release that fake makes up.
const fakeTag = "v1.2.3"

// fake renders a release whose checksums are made up.
func fake(t *testing.T) map[string]manifest {
	t.Helper()
	dist := t.TempDir()
	var sums strings.Builder
	for _, p := range plugins {
		for _, a := range archives(p, fakeTag) {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256([]byte(a)), a)
		}
	}
	if err := os.WriteFile(filepath.Join(dist, "checksums.txt"), []byte(sums.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return render(t, fakeTag, dist)
}

func TestManifestsKeepTheRules(t *testing.T) {
	for name, m := range fake(t) {
		for _, wrong := range check(m, name+".yaml", fakeTag) {
			t.Errorf("%s: %s", name, wrong)
		}
		if len(m.Spec.Platforms) != 6 || !strings.Contains(m.Spec.Caveats, "kubectl_complete-"+name) {
			t.Errorf("%s: %d platforms, caveats %q", name, len(m.Spec.Platforms), m.Spec.Caveats)
		}
		for _, p := range m.Spec.Platforms {
			file := p.URI[strings.LastIndex(p.URI, "/")+1:]
			if want := fmt.Sprintf("%x", sha256.Sum256([]byte(file))); p.Sha256 != want {
				t.Errorf("%s: sha256 %s, want %s", file, p.Sha256, want)
			}
		}
	}
}

// TestRulesRefuse breaks a good manifest in each way that the rules are there to see.
func TestRulesRefuse(t *testing.T) {
	for name, spoil := range map[string]func(*manifest){
		"kind":           func(m *manifest) { m.Kind = "Tool" },
		"name":           func(m *manifest) { m.Metadata.Name = "con" },
		"version":        func(m *manifest) { m.Spec.Version = "1.2.3" },
		"long":           func(m *manifest) { m.Spec.ShortDescription = strings.Repeat("x", 51) },
		"two lines":      func(m *manifest) { m.Spec.ShortDescription = "a\nb" },
		"redundant":      func(m *manifest) { m.Spec.ShortDescription = "A kubectl plugin that maps rollouts" },
		"full stop":      func(m *manifest) { m.Spec.ShortDescription = "Maps rollouts." },
		"file name":      func(m *manifest) { m.Metadata.Name = "thrash" },
		"other tag":      func(m *manifest) { m.Spec.Version = "v1.2.4" },
		"empty selector": func(m *manifest) { m.Spec.Platforms[0].Selector.MatchLabels = map[string]string{} },
		"no platform":    func(m *manifest) { m.Spec.Platforms[0].Selector.MatchLabels["os"] = "plan9" },
		"not all":        func(m *manifest) { m.Spec.Platforms = m.Spec.Platforms[1:] },
		"no files":       func(m *manifest) { m.Spec.Platforms[0].Files[0].From = "" },
		"api version":    func(m *manifest) { m.APIVersion = "v1" },
		"wide":           func(m *manifest) { m.Spec.Description = strings.Repeat("x", 81) },
		"usage":          func(m *manifest) { m.Spec.Description = "Use:\n  --all for all" },
		"homepage":       func(m *manifest) { m.Spec.Homepage = "" },
		"archive":        func(m *manifest) { m.Spec.Platforms[0].URI += ".rar" },
		"upper case":     func(m *manifest) { m.Spec.Platforms[0].Sha256 = strings.Repeat("A", 64) },
		"no selector":    func(m *manifest) { m.Spec.Platforms[0].Selector = nil },
		"other selector": func(m *manifest) { m.Spec.Platforms[0].Selector.MatchLabels["libc"] = "musl" },
		"twice":          func(m *manifest) { m.Spec.Platforms[1].Selector.MatchLabels["arch"] = "amd64" },
		"outside":        func(m *manifest) { m.Spec.Platforms[0].Bin = "../kubectl-rsmap" },
		"no .exe":        func(m *manifest) { m.Spec.Platforms[5].Bin = "kubectl-rsmap" },
		"no licence":     func(m *manifest) { m.Spec.Platforms[0].Files = m.Spec.Platforms[0].Files[:1] },
	} {
		t.Run(name, func(t *testing.T) {
			m := fake(t)["rsmap"]
			spoil(&m)
			if len(check(m, "rsmap.yaml", fakeTag)) == 0 {
				t.Error("not refused")
			}
		})
	}
}
