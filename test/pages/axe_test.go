package pages_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// axeVersion is the release of axe-core (npm, MPL-2.0) whose rules judge the
// pages. It is downloaded for the test and is no part of the project.
const axeVersion = "axe-core@4.14.1"

// violations runs all rules of axe-core but those of its experiments, and
// returns one line an element that breaks one.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then(r =>
	r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + v.help + ": " + n.html.slice(0, 120))))`

// No page breaks a rule of axe-core, folded or unfolded, in light or in dark.
func TestAccessibility(t *testing.T) {
	b := startBrowser(t)
	script := axe(t)
	for _, p := range pages {
		t.Run(strings.ReplaceAll(p.command, recording, "recording"), func(t *testing.T) {
			b.load(t, write(t, p.command))
			b.eval(t, script+"; 0", new(int))
			for _, scheme := range []string{"light", "dark"} {
				b.look(t, 1000, scheme)
				accessible(t, b, scheme)
			}
			b.eval(t, `document.querySelectorAll("details").forEach(e => e.open = true); 0`, new(int))
			accessible(t, b, "unfolded")
		})
	}
}

func accessible(t *testing.T, b *browser, how string) {
	t.Helper()
	var found []string
	b.eval(t, violations, &found)
	for _, f := range found {
		t.Errorf("%s: %s", how, f)
	}
}

// axe returns the script of axe-core, or skips the test if npm cannot get it.
func axe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "npm", "pack", axeVersion)
	cmd.Dir = dir
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("ACCESSIBILITY NOT CHECKED: npm does not get %s: %v\n%s", axeVersion, err, said)
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("npm pack made %q, %v; want one archive", archives, err)
	}
	unpack := exec.CommandContext(t.Context(), "tar", "xzf", archives[0], "package/axe.min.js")
	unpack.Dir = dir
	if said, err := unpack.CombinedOutput(); err != nil {
		t.Fatalf("unpack %s: %v\n%s", archives[0], err, said)
	}
	script, err := os.ReadFile(filepath.Join(dir, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}
