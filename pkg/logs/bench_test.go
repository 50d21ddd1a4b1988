package logs

import (
	"fmt"
	"strings"
	"testing"
)

// busyLog returns a log of about the given number of bytes, as a server writes it before it
// fails: requests, a few warnings, now and then a stack trace, and the reason at the end.
func busyLog(size int) string {
	var out strings.Builder
	for i := 0; out.Len() < size; i++ {
		clock := fmt.Sprintf("2026-11-28T%02d:%02d:%02d.%03dZ", i/3600%24, i/60%60, i%60, i%1000)
		switch {
		case i%97 == 0:
			fmt.Fprintf(&out, "%s ERROR request %d failed: upstream answered 502 after %dms, retrying\n", clock, i, i%900)
		case i%211 == 0:
			fmt.Fprintf(&out, "%s WARN pool: connection to orders-db:5432 closed, reconnecting (attempt %d)\n", clock, i%5)
			for depth := range 20 {
				fmt.Fprintf(&out, "\tat com.example.shop.Pool.take%d(Pool.java:%d)\n", depth, depth+100)
			}
		case i%5 == 0:
			const request = `{"level":"info","ts":"%s","msg":"request","method":"GET","path":"/api/v1/items/%d","status":200,"took":"%dms"}` + "\n"
			fmt.Fprintf(&out, request, clock, i, i%90)
		default:
			fmt.Fprintf(&out, "%s INFO [worker-%d] handled item %d for user u%d in %dms\n", clock, i%8, i, i%1000, i%400)
		}
	}
	out.WriteString("2026-11-28T23:59:59Z FATAL cannot open store: open /data/store.db: permission denied\n")
	return out.String()
}

// BenchmarkAnalyze reads one log of 1 MB, and the 20 logs of a pod that crashes
// in a loop, each as long as is read of one.
func BenchmarkAnalyze(b *testing.B) {
	for name, c := range map[string]struct{ size, logs int }{"1MB": {1 << 20, 1}, "20 logs of 128KB": {128 << 10, 20}, "short": {2 << 10, 1}} {
		text := busyLog(c.size)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text) * c.logs))
			for b.Loop() {
				for range c.logs {
					if a := Analyze(text); a.Cause == nil || a.Cause.Kind != FileDenied {
						b.Fatalf("got %+v", a.Cause)
					}
				}
			}
		})
	}
}

// BenchmarkDictionary reads the vocabularies, once a process.
func BenchmarkDictionary(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := newDictionary(); err != nil {
			b.Fatal(err)
		}
	}
}
