package rsmap_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// The pod of a Job that failed for good is judged as one that is started again.
func TestAFailedJobIsJudged(t *testing.T) {
	files, err := filepath.Glob("../../testdata/unseen/c15-croncmd/snap-*.tar.gz")
	if err != nil || len(files) != 1 {
		t.Fatalf("recordings %v, %v", files, err)
	}
	out, _, err := run(t, "cronjob/prune", "-n", "c15-croncmd", "-f", files[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = "crash       app-config (high): a command is not found in the image: /bin/sh: prunee: not found; " +
		"more: kubectl thrash prune-29927349-6dkdt -n c15-croncmd\n"
	if !strings.Contains(out, want) {
		t.Errorf("no %q in:\n%s", want, out)
	}
}
