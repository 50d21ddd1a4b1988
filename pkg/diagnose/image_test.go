package diagnose_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

const (
	noLibrary = "/usr/bin/web: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory\n"
	noModule  = "Traceback (most recent call last):\n  File \"/srv/app.py\", line 1, in <module>\n    import stripe\n" +
		"ModuleNotFoundError: No module named 'stripe'\n"
)

// withVolume mounts a volume of its own over a directory.
func withVolume(at string) story {
	return func(w *world) {
		w.container().VolumeMounts = append(w.container().VolumeMounts, corev1.VolumeMount{Name: "code", MountPath: at})
		w.spec.Volumes = append(w.spec.Volumes, corev1.Volume{
			Name: "code", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}},
		})
	}
}

// TestImageLacks checks when the words of a loader alone blame the image.
func TestImageLacks(t *testing.T) {
	for _, c := range []struct {
		name, log string
		exit      int32
		stories   []story
		want      diagnose.Category
	}{
		{"a library", noLibrary, 127, nil, diagnose.ImageBug},
		{"a module", noModule, 1, nil, diagnose.ImageBug},
		{"a volume holds the code", noModule, 1, []story{withVolume("/srv")}, diagnose.Undetermined},
		{"a volume elsewhere", noModule, 1, []story{withVolume("/data")}, diagnose.ImageBug},
		{"a variable sends the loader elsewhere", noModule, 1, []story{env("PYTHONPATH", "/plugins")}, diagnose.Undetermined},
		{"other pods of the revision run it", noModule, 1, []story{func(w *world) { w.healthy = 2 }}, diagnose.Undetermined},
	} {
		t.Run(c.name, func(t *testing.T) {
			cause := causeOf(t, newWorld(c.exit, c.log, c.stories...))
			if cause.Category != c.want {
				t.Errorf("%s (%s): %s", cause.Category, cause.Rule, cause.Summary)
			}
		})
	}
}

// causeOf returns the verdict on the container that crashes.
func causeOf(t *testing.T, w *world) *diagnose.Cause {
	t.Helper()
	items := w.build()
	i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
	if i < 0 {
		t.Fatal("no item")
	}
	return &items[i].Cause
}

// TestFaultOfTheProcessor checks that no complaint about a setting explains a segmentation fault.
func TestFaultOfTheProcessor(t *testing.T) {
	const log = "ERROR cannot open /etc/app/plugins.conf: No such file or directory\n"
	if cause := causeOf(t, newWorld(1, log)); cause.Category != diagnose.AppConfig {
		t.Errorf("exit 1: %s: %s", cause.Category, cause.Summary)
	}
	cause := causeOf(t, newWorld(139, log))
	if cause.Category != diagnose.Undetermined || !strings.Contains(cause.Summary, "SIGSEGV") {
		t.Errorf("exit 139: %s: %s", cause.Category, cause.Summary)
	}
}

// TestComplaintAboutAMountedFile checks that a complaint which no vocabulary
// knows, about a line of a file that a ConfigMap holds, blames that file.
func TestComplaintAboutAMountedFile(t *testing.T) {
	const rules = "counter line_count\n/$/ {\n  lines_count++\n}\n"
	mount := func(w *world) {
		w.s.ConfigMaps = append(w.s.ConfigMaps, &corev1.ConfigMap{ObjectMeta: meta("rules", "cm-rules", 0), Data: map[string]string{"lines.mtail": rules}})
		w.container().VolumeMounts = []corev1.VolumeMount{{Name: "rules", MountPath: "/etc/rules"}}
		source := corev1.ConfigMapVolumeSource{}
		source.Name = "rules"
		w.spec.Volumes = []corev1.Volume{{Name: "rules", VolumeSource: corev1.VolumeSource{ConfigMap: &source}}}
	}
	for log, line := range map[string]string{
		"starting\nlines.mtail:3:3-13: Identifier `lines_count' is odd.\n": "line 3",
		"At /etc/rules/lines.mtail, line 1, char 0:\nthis is odd\n":        "line 1",
	} {
		cause := causeOf(t, newWorld(1, log, mount))
		if cause.Category != diagnose.AppConfig || !strings.Contains(cause.Summary, line) || !strings.Contains(cause.Summary, "/etc/rules/lines.mtail") {
			t.Errorf("%q: %s: %s", log, cause.Category, cause.Summary)
		}
	}
	cause := causeOf(t, newWorld(1, "main.go:3: abandon ship\n", mount))
	if cause.Category != diagnose.Undetermined {
		t.Errorf("a line of another file: %s: %s", cause.Category, cause.Summary)
	}
}

// TestExceptionWithCodeZero checks that an exception which nothing handled is
// no clean exit, whatever the exit code.
func TestExceptionWithCodeZero(t *testing.T) {
	const log = "Traceback (most recent call last):\n  File \"/srv/app.py\", line 9, in <module>\n    main()\nshop.Broken: no more\n"
	thrown := strings.Replace(log, "shop.Broken", "shop.BrokenError", 1)
	if cause := causeOf(t, newWorld(0, thrown)); cause.Category == diagnose.CleanExit {
		t.Errorf("%s: %s", cause.Category, cause.Summary)
	}
	if cause := causeOf(t, newWorld(0, "done\n")); cause.Category != diagnose.CleanExit {
		t.Errorf("%s: %s", cause.Category, cause.Summary)
	}
}

// TestPortIsNotTheClock checks that the port that is taken is not read from the
// clock before the message.
func TestPortIsNotTheClock(t *testing.T) {
	const log = "[1] 2026/11/28 19:44:19.809826 [FTL] Error listening on port: 0.0.0.0:6379, \"listen tcp 0.0.0.0:6379: bind: address already in use\"\n"
	if cause := causeOf(t, newWorld(1, log)); !strings.HasPrefix(cause.Summary, "port 6379 is in use already") {
		t.Error(cause.Summary)
	}
}

// TestConfirmsNamesTheFile checks that the file which is denied is to be looked
// at, not the configuration that the command line names, and that a variable
// that is not set is to be set.
func TestConfirmsNamesTheFile(t *testing.T) {
	args := func(w *world) { w.container().Args = []string{"/etc/nats/nats.conf"} }
	cause := causeOf(t, newWorld(1, "nats: /etc/nats/nats.conf: mkdir /data/jetstream: permission denied\n", args))
	if len(cause.WouldSettle) != 1 || !strings.Contains(cause.WouldSettle[0], "mode of /data/jetstream") {
		t.Errorf("%q", cause.WouldSettle)
	}
	cause = causeOf(t, newWorld(1, "DATABASE_URL is not set\n"))
	if len(cause.WouldSettle) != 1 || !strings.HasSuffix(cause.WouldSettle[0], "once DATABASE_URL is set") {
		t.Errorf("%q", cause.WouldSettle)
	}
}
