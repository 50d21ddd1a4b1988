package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/logs"
)

// runtimeHeap is how one runtime limits its heap.
type runtimeHeap struct {
	reports *lazyregexp.Regexp // its words for a heap that is full
	setting *lazyregexp.Regexp // what sets its size, in the value or as the name of a setting
	unset   string             // what applies if nothing is set
}

// runtimeHeaps are the runtimes with a heap limit of their own (OpenJDK 21 java(1), Node.js 22
// node --v8-options, Go 1.26 runtime/debug, PHP 8.3 php.ini, .NET 8 runtimeconfig.json, Redis 7.4 redis.conf).
var runtimeHeaps = []runtimeHeap{
	{
		lazyregexp.New(`(?i)java\.lang\.OutOfMemoryError|java heap|GC overhead|metaspace|java runtime|object heap`),
		lazyregexp.New(`-Xmx\w+|-XX:(?:MaxRAMPercentage|MaxHeapSize|MaxMetaspaceSize|MaxDirectMemorySize)=[\w.]+`),
		"without -Xmx or -XX:MaxRAMPercentage (JAVA_TOOL_OPTIONS can hold them) the JVM uses a quarter of the memory limit for its heap",
	},
	{
		lazyregexp.New(`(?i)javascript heap|heap limit|ERR_WORKER_OUT_OF_MEMORY`),
		lazyregexp.New(`--max[-_]old[-_]space[-_]size=\d+`),
		"without --max-old-space-size (NODE_OPTIONS can hold it) V8 chooses the limit of its heap by itself",
	},
	{
		lazyregexp.New(`Allowed memory size`),
		lazyregexp.New(`(?i)\bmemory_limit\s*=\s*\w+|^PHP_MEMORY_LIMIT$`),
		"without memory_limit in php.ini PHP allows a script 128M",
	},
	{
		lazyregexp.New(`System\.OutOfMemoryException|GC heap`),
		lazyregexp.New(`(?:DOTNET|COMPlus)_GCHeap\w+`),
		"without DOTNET_GCHeapHardLimit .NET uses three quarters of the memory limit for its heap",
	},
	{
		lazyregexp.New(`runtime: (?:out of memory|cannot allocate memory)`),
		lazyregexp.New(`GOMEMLIMIT`),
		"GOMEMLIMIT is not set; the Go runtime ends like this if the system gives it no memory (ulimit -v)",
	},
	{
		lazyregexp.New(`OOM command not allowed|maxmemory`),
		lazyregexp.New(`--?maxmemory\b(?:[ =]\w+)?`),
		"maxmemory in redis.conf",
	},
}

// heapSetting is a setting of the manifest that limits the heap of a runtime.
type heapSetting struct {
	setting
	text string // the part that sets it: "-Xmx256m"
}

// title returns the setting as a sentence names it.
func (h heapSetting) title() string {
	if h.name == "" {
		return "argument " + h.text
	}
	if h.text == h.name {
		return h.name + "=" + h.value
	}
	return h.text + " in " + h.name
}

// heapSettings returns what limits the heap of the runtime whose words the log
// has, or of any runtime if the log has none.
func (f clueFinder) heapSettings() []heapSetting {
	of := f.read.runtimeHeap()
	var out []heapSetting
	for _, s := range f.config.settings {
		if !s.known || s.value == "" || strings.Contains(s.value, "\n") {
			continue // a file of several lines may only speak of an option
		}
		for _, r := range runtimeHeaps {
			if of == nil || r.setting == of.setting {
				out = append(out, r.in(s)...)
			}
		}
	}
	return out
}

// in returns what a setting sets for the heap of a runtime: by its name, as PHP_MEMORY_LIMIT=256M, or
// by options in its value, as JAVA_TOOL_OPTIONS="-Xmx256m -XX:MaxMetaspaceSize=64m".
func (r runtimeHeap) in(s setting) []heapSetting {
	if text := r.setting.FindString(s.name); text != "" && text == s.name {
		return []heapSetting{{setting: s, text: text}}
	}
	var out []heapSetting
	for _, text := range r.setting.FindAllString(s.value, -1) {
		out = append(out, heapSetting{setting: s, text: text})
	}
	return out
}

// runtimeHeap returns the runtime whose words for a full heap the log has, nil if none.
func (r reading) runtimeHeap() *runtimeHeap {
	if !r.is(logs.OutOfMemory) {
		return nil
	}
	for i := range runtimeHeaps {
		if runtimeHeaps[i].reports.MatchString(r.line()) {
			return &runtimeHeaps[i]
		}
	}
	return nil
}

// bytes returns the size that a setting gives the heap, 0 if it is relative or in
// no known form.
func (h heapSetting) bytes() int64 {
	if h.text == h.name {
		q, err := resource.ParseQuantity(strings.TrimSuffix(h.value, "B")) // Go's 512MiB is Kubernetes' 512Mi
		if err != nil {
			return 0
		}
		return q.Value()
	}
	if size, ok := strings.CutPrefix(h.text, "-Xmx"); ok {
		return javaSize(size)
	}
	if _, size, ok := strings.Cut(h.text, "size="); ok && strings.HasPrefix(h.text, "--max") {
		mib, err := strconv.ParseInt(size, 10, 32)
		if err != nil {
			return 0
		}
		return mib << 20 // V8 counts in MiB
	}
	return 0
}

// sizeShifts are the powers of two of the units of the JVM, which are binary.
var sizeShifts = map[string]uint{"": 0, "k": 10, "m": 20, "g": 30, "t": 40}

// javaSize returns a size as the JVM reads it: 512m, 2g, 1048576. 0 for one in no such form.
func javaSize(text string) int64 {
	number := strings.TrimRight(text, "kKmMgGtT")
	n, err := strconv.ParseInt(number, 10, 40)
	if err != nil {
		return 0
	}
	return n << sizeShifts[strings.ToLower(text[len(number):])]
}

// heapClaims states what limits the heap.
func heapClaims(settings []heapSetting) []Claim {
	var out []Claim
	for _, h := range settings {
		out = append(out, claim(h.source, "%s limits the heap of the program", h.title()))
	}
	return out
}

// heapFull judges programs that ran out of a heap of their own. The kernel had no part in it, so
// that a larger memory limit alone may change nothing.
func heapFull(f *caseFile) *Cause {
	if !f.read.is(logs.OutOfMemory) || !f.end.known() || f.end.ExitCode == 0 {
		return nil
	}
	limit, _ := memoryOf(f.c)
	settings := f.clues.heapSettings()
	cause := &Cause{
		Category: OutOfMemory, Confidence: Medium, Culprit: f.self(),
		Summary:     "the program ran out of memory: " + f.read.line(),
		Evidence:    append([]Claim{f.end.claim(), f.read.claim()}, heapClaims(settings)...),
		Against:     []Claim{f.end.withinLimit(cmp.Or(limit, "none"))},
		WouldSettle: f.read.heapAdvice(settings, cmp.Or(limit, "none")),
	}
	if limit != "" {
		cause.addEvidence(claim("pod template", "memory limit %s", limit))
	}
	return f.history.blame(cause)
}

// withinLimit states that the kernel did not kill the program for the limit of its container.
func (t termination) withinLimit(limit string) Claim {
	return claim(t.source(), "reason %s, not OOMKilled: the limit of the container (%s) did not end it", t.Reason, limit)
}

// heapAdvice returns which setting to look at after a heap was full.
func (r reading) heapAdvice(settings []heapSetting, limit string) []string {
	var out []string
	for _, h := range settings {
		const advice = "whether it runs on if %s allows more (memory limit of the container: %s)"
		out = append(out, fmt.Sprintf(advice, h.title(), limit))
	}
	if len(out) > 0 {
		return out
	}
	if of := r.runtimeHeap(); of != nil {
		return []string{of.unset}
	}
	return []string{"the memory that the program or its runtime allows itself, and its ulimit, beside the container's limit"}
}

// heapBeyond returns the settings that allow a heap as large as the memory limit
// of the container, or larger: the kernel kills the program before its runtime
// collects garbage.
func (f clueFinder) heapBeyond(limit string) []Claim {
	most, err := resource.ParseQuantity(limit)
	if err != nil {
		return nil
	}
	var out []Claim
	for _, h := range f.heapSettings() {
		if size := h.bytes(); size >= most.Value() {
			out = append(out, claim(h.source, "%s allows a heap that does not fit into the memory limit %s", h.title(), limit))
		}
	}
	return out
}

// fixedHeap reports whether a setting of the manifest gives the heap a size of
// its own, so that a larger memory limit alone changes nothing.
func (f clueFinder) fixedHeap() bool {
	return slices.ContainsFunc(f.heapSettings(), func(h heapSetting) bool { return h.bytes() > 0 })
}
