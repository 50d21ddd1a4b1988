package diagnose

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/logs"

	"github.com/thrashkit/thrashkit/pkg/pod"
)

// searchPaths are variables by which loaders find code elsewhere than where the
// image has it: ld.so(8), and the documentation of the runtimes.
var searchPaths = strings.Fields(
	"LD_LIBRARY_PATH LD_PRELOAD PYTHONPATH PYTHONHOME VIRTUAL_ENV NODE_PATH NODE_OPTIONS GEM_PATH GEM_HOME RUBYLIB RUBYOPT BUNDLE_PATH " +
		"BUNDLE_GEMFILE PERL5LIB PERL5OPT PERLLIB LUA_PATH LUA_CPATH CLASSPATH JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS ERL_LIBS " +
		"DOTNET_ROOT DOTNET_ADDITIONAL_DEPS MONO_PATH PHP_INI_SCAN_DIR",
)

// imageLacks judges programs whose loader reports that code is missing: the
// loader has looked where the image has its code, so the image lacks it, unless
// the manifest sends the loader elsewhere or mounts a volume over the code.
func imageLacks(f *caseFile) *Cause {
	if !f.hasEnded() || !f.read.is(logs.LibraryMissing, logs.ModuleMissing) || f.read.strength() < logs.Decides {
		return nil
	}
	h := f.history
	if len(h.healthy) > 0 || h.good() || f.config.redirected() || mountsCode(f.c, f.read) {
		return nil
	}
	cause := &Cause{
		Category: ImageBug, Confidence: Medium, Culprit: f.self(),
		Summary:  f.read.wrong() + ": " + f.read.line(),
		Evidence: append(f.read.claims(), f.end.claim(), claim("pod template", "the image is %s", f.c.Spec.Image)),
	}
	cause.WouldSettle = []string{"whether the image has it: another tag, or the build of the image; nothing of the manifest names it"}
	if h.now != nil && h.former == nil && len(h.crashed) == 0 {
		cause.addEvidence(claim(h.source(), "only one revision is known: no other image can be compared"))
	}
	return cause
}

// redirected reports whether the manifest sets a variable that makes the loader
// search elsewhere.
func (c configuration) redirected() bool {
	return slices.ContainsFunc(c.settings, func(s setting) bool { return slices.Contains(searchPaths, s.name) })
}

// mountsCode reports whether a volume is mounted over the code that is missing,
// or over that which asks for it.
func mountsCode(c pod.Container, log reading) bool {
	text := log.operand() + "\n" + strings.Join(log.Trace(), "\n")
	for _, m := range c.Spec.VolumeMounts {
		at := strings.TrimSuffix(m.MountPath, "/")
		token := strings.HasPrefix(at, "/var/run/secrets") // which every pod has, and no code
		if at != "" && !token && strings.Contains(text, at+"/") {
			return true
		}
	}
	return false
}
