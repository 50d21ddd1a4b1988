package diagnose_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// TestWordsOfTheManifest checks that a complaint in words that no vocabulary has is tied to what the manifest gives
// the program, and only if that hardly stands in it by chance.
func TestWordsOfTheManifest(t *testing.T) {
	args := func(words ...string) story {
		return with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Args = words })
	}
	settings := configMap("web-config", "/etc/web", time.Hour, map[string]string{"web.cfg": "mode = fast\nflavour = va_nila\n"})
	for _, c := range []struct {
		name, log string
		story     story
		word      string // empty if nothing may be asserted
	}{
		{"an option", "--ring-size: that does not go with sharding, error", args("--ring-size=7"), "--ring-size"},
		{"the value of an option", "error: 12x7 makes no grid", args("--grid=12x7"), "12x7"},
		{"a file of the command line", "error: nothing good in /data/grid.nml", args("/data/grid.nml"), "/data/grid.nml"},
		{"a variable", "error: no sense in FLAVOUR_OF_DAY", env("FLAVOUR_OF_DAY", "vanila"), "FLAVOUR_OF_DAY"},
		{"a value of a file", "error: 'va_nila' tastes of nothing", settings, "va_nila"},
		{"a quoted word of the language in a file", "error: 'fast' is no good", settings, ""},
		{"a word of the language", "error: fast food is no food", args("fast"), ""},
		{"the address of another system", "error: nothing good from mirror:5000", args("mirror:5000"), ""},
		{"the program's own code", "error: odd thing in /srv/app.py", args("/srv/app.py"), ""},
		{"the place of an error", "error: odd thing at /srv/jobs/nightly:12", args("/srv/jobs/nightly"), ""},
		{"no complaint", "read /data/grid.nml", args("/data/grid.nml"), ""},
		{"a complaint before the last words", "error: nothing good in /data/grid.nml" + strings.Repeat("\nthe weather is fine today", 7), args("/data/grid.nml"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			items := newWorld(1, c.log+"\n", c.story).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
			if i < 0 {
				t.Fatal("no item")
			}
			cause := items[i].Cause
			if c.word == "" && cause.Category != diagnose.Undetermined {
				t.Errorf("asserts %s: %s", cause.Category, cause.Summary)
			}
			if c.word != "" && (cause.Category != diagnose.AppConfig || !strings.Contains(cause.Summary, "complains of "+c.word+",")) {
				t.Errorf("%s: %s", cause.Category, cause.Summary)
			}
		})
	}
}

// TestNamesOfUnsetVariables checks that a last line in any language that names a variable which the container is not given
// is shown as the likeliest explanation, and that the name of an error or of a variable that is given is not.
func TestNamesOfUnsetVariables(t *testing.T) {
	secret := with(func(c *corev1.Container, _ *corev1.PodSpec) {
		source := &corev1.SecretEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "web-env"}}
		c.EnvFrom = []corev1.EnvFromSource{{SecretRef: source}}
	})
	for _, c := range []struct {
		name, log string
		story     story
		variable  string // empty if nothing may be asserted
	}{
		{"in English", "starting\nplease have a look at MAILER_API_KEY", nil, "MAILER_API_KEY"},
		{"in French", "MAILER_API_KEY non trouvée", nil, "MAILER_API_KEY"},
		{"in Korean", "MAILER_API_KEY 가 없다. .env 파일에 인증키를 넣을 것", nil, "MAILER_API_KEY"},
		{"in a field", `{"level":"fatal","absent":["MAILER_API_KEY"],"msg":"environment is incomplete"}`, nil, "MAILER_API_KEY"},
		{"as JavaScript reads it", "where is process.env.MAILER_API_KEY", nil, "MAILER_API_KEY"},
		{"one that is given", "MAILER_API_KEY non trouvée", env("MAILER_API_KEY", "x"), ""},
		{"one that a Secret may give", "MAILER_API_KEY non trouvée", secret, ""},
		{"the name of an error", "failure: INVALID_API_KEY", nil, ""},
		{"no setting", "state DRAIN_AND_STOP", nil, ""},
		{"not at the end", "MAILER_API_KEY non trouvée\na\nb\nc\nd", nil, ""},
		{"information", "INFO MAILER_API_KEY loaded", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stories []story
			if c.story != nil {
				stories = append(stories, c.story)
			}
			items := newWorld(1, c.log+"\n", stories...).build()
			i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
			if i < 0 {
				t.Fatal("no item")
			}
			cause := items[i].Cause
			asserted := strings.Contains(cause.Summary, "which the container is not given")
			if c.variable == "" && asserted {
				t.Errorf("asserts %s: %s", cause.Category, cause.Summary)
			}
			if c.variable != "" && (!asserted || cause.Confidence != diagnose.Low || !strings.Contains(cause.Summary, "names "+c.variable)) {
				t.Errorf("%s, %s: %s", cause.Category, cause.Confidence, cause.Summary)
			}
		})
	}
}

// TestFilesThatNoVolumeGives checks that of a missing file it is stated if no volume could hold it, but for files that are
// made while programs run.
func TestFilesThatNoVolumeGives(t *testing.T) {
	for log, stated := range map[string]bool{
		"open /etc/web/rules.yaml: no such file or directory": true,
		"open /dev/fuse: no such file or directory":           false,
		"open /run/web/ready: no such file or directory":      false,
		"open rules.yaml: no such file or directory":          false,
	} {
		items := newWorld(1, log+"\n").build()
		i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
		if got := i >= 0 && claims(items[i].Cause, "no volume is mounted"); got != stated {
			t.Errorf("%s: stated %v", log, got)
		}
	}
	volume := configMap("web-config", "/etc/web", time.Hour, map[string]string{"web.cfg": "a\n"})
	for _, i := range newWorld(1, "open /etc/web/rules.yaml: no such file or directory\n", volume).build() {
		if claims(i.Cause, "no volume is mounted") {
			t.Errorf("%s: %v", i.Pod, i.Cause.Evidence)
		}
	}
}

// TestEchoesOfTheCommandLine checks that a Service which only an echo of the command line names is not blamed, and that of
// two arguments beside the reason the one with what it is about is cited.
func TestEchoesOfTheCommandLine(t *testing.T) {
	args := with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Args = []string{"sync", "--from", "http://mirror:9000", "--twice"}
	})
	for log, blamed := range map[string]bool{
		"odd thing\ntool 1.9: tool sync --from http://mirror:9000 --twice\n": false,
		"odd thing\nnow at http://mirror:9000\n":                             true,
	} {
		items := newWorld(1, log, args).build()
		i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
		if i < 0 || (items[i].Cause.Category == diagnose.Dependency) != blamed {
			t.Errorf("%q: %+v", log, items)
		}
	}
	two := with(func(c *corev1.Container, _ *corev1.PodSpec) {
		c.Args = []string{"0.0.0.0/5353", "example.org:ip5set:/data/list"}
	})
	items := newWorld(1, "listening on 0.0.0.0/5353\nunknown dataset type `ip5set'\n", two).build()
	i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
	if i < 0 || claims(items[i].Cause, `"0.0.0.0/5353"`) {
		t.Errorf("%+v", items[i].Cause)
	}
}

// claims reports whether a piece of evidence for a cause has the words.
func claims(cause diagnose.Cause, words string) bool {
	return slices.ContainsFunc(cause.Evidence, func(c diagnose.Claim) bool { return strings.Contains(c.Claim, words) })
}
