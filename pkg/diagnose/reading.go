package diagnose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// reading is what a log says about the end of the run that wrote it.
type reading struct {
	known  bool   // a log was read
	source string // whose it is
	other  bool   // it is of another instance or pod than the one that died
	lines  []line
	sign   sign
	weak   bool
	at     int   // the line of the sign; -1 where there is none
	hits   []hit // every line with a sign, in order
}

// hit is a line with a sign.
type hit struct {
	at    int
	sign  sign
	weak  bool
	score float64
}

// The weights by which the line that tells the cause is found: the graver and
// the later, the better.
var gravity = map[level]float64{levelDebug: 0.2, levelInfo: 0.5, levelWarn: 1.2, levelPlain: 2, levelError: 2.5, levelFatal: 3}

const (
	perLine   = 0.03 // what each line further from the end costs
	farthest  = 20   // lines from the end beyond which no sign counts
	least     = 1.0  // a sign below is none: an informing line with a grave word
	forWeak   = 1.2
	forRetry  = 0.3
	forIgnore = 1.6
	after     = 12 // lines of other things after which an error has not ended the program
	forAfter  = 1.5
	forSolved = 2.0
	forTwice  = 0.5 // it was told before, and the program lived on
)

var (
	retrying = regexp.MustCompile(`(?i)\bretry(?:ing)?\b|\battempt \d+|\bretries\b|trying again|will retry|reconnecting`)
	solved   = regexp.MustCompile(`(?i)\b(?:re)?connected\b|connection (?:established|restored|successful)|successfully connected|\brecovered\b|is back\b`)
	ignoring = regexp.MustCompile(`(?i)\bignor(?:ed|ing)\b|continuing|falling back|fallback|non-?fatal|degraded mode|skipp(?:ed|ing)|using defaults?\b|not critical|will be disabled|disabling|deprecat`)
)

// read finds the line of a log that best tells why its writer ended.
func read(log snapshot.Log, source string) reading {
	r := reading{known: true, source: source, lines: lines(log), at: -1}
	behind, well := 0, false
	for i, l := range slices.Backward(r.lines) {
		if behind > farthest {
			break
		}
		if l.frame {
			continue
		}
		s, weak := signNone, false
		if l.level > levelInfo { // no line that informs scores enough
			s, weak = r.signOf(i)
		}
		well = well || (s == signNone && solved.MatchString(l.text))
		if s != signNone {
			h := hit{at: i, sign: s, weak: weak, score: score(l, s, weak, behind)}
			if well && s.category() == Dependency {
				h.score -= forSolved
			}
			if h.score >= least {
				r.hits = append(r.hits, h)
			}
		}
		if l.head == i {
			behind++
		}
	}
	slices.Reverse(r.hits)
	r.outlived()
	best := -1.0
	for _, h := range r.hits {
		if h.score >= best {
			best, r.sign, r.weak, r.at = h.score, h.sign, h.weak, h.at
		}
	}
	r.explain()
	return r
}

// outlived takes from the score of what the log tells more than once: the
// program did not end over it the first time.
func (r *reading) outlived() {
	seen := map[string]int{}
	for _, h := range r.hits {
		seen[digits.ReplaceAllString(r.lines[h.at].quoted(), "0")]++
	}
	for i := range r.hits {
		if h := &r.hits[i]; seen[digits.ReplaceAllString(r.lines[h.at].quoted(), "0")] > 1 && h.score-forTwice >= least {
			h.score -= forTwice
		}
	}
}

var digits = regexp.MustCompile(`\d+`)

// signOf returns the sign of a line. A permission that is denied over the
// network is one of credentials, not of files.
func (r reading) signOf(at int) (sign, bool) {
	s, weak := signOf(r.lines[at].text)
	if s == noAccess && remote.MatchString(r.record(at)) {
		return denied, weak
	}
	return s, weak
}

var remote = regexp.MustCompile(`(?i)https?://|\bHTTP/|\b(?:status|code)(?: code)?[:= ]+40[13]\b|rpc error|\bgrpc\b`)

// explain prefers, to a wait that ended in vain, what was told just before of
// the same: the connection that was refused, the name that did not resolve.
func (r *reading) explain() {
	const before = 8 // lines
	if r.sign != timedOut {
		return
	}
	for _, h := range slices.Backward(r.hits) {
		if h.at < r.at && r.at-h.at <= before && h.sign.category() == Dependency && h.sign != timedOut && r.lines[h.at].level >= levelWarn {
			r.sign, r.weak, r.at = h.sign, h.weak, h.at
			return
		}
	}
}

// record returns a line with those that it goes on with, in one text.
func (r reading) record(at int) string {
	const most = 8
	from := r.lines[at].head
	out := []string{r.lines[from].quoted()}
	for i := from + 1; i < len(r.lines) && len(out) < most && (r.lines[i].head == from || (r.lines[i].frame && r.lines[i].under)); i++ {
		if !r.lines[i].frame {
			out = append(out, r.lines[i].quoted())
		}
	}
	return quoted(strings.Join(out, " "))
}

func score(l line, s sign, weak bool, behind int) float64 {
	v := gravity[l.level] - perLine*float64(behind)
	if behind > after {
		v -= forAfter
	}
	if weak {
		v -= forWeak
	}
	if s == stopped {
		v -= forWeak
	}
	if retrying.MatchString(l.text) {
		v -= forRetry
	}
	if ignoring.MatchString(l.text) {
		v -= forIgnore
	}
	return v
}

// readable reports whether log is one, and not the answer that it is gone.
func readable(log snapshot.Log) bool {
	return !unreadable.MatchString(strings.TrimSpace(unstamped(log.Text)))
}

// words returns the text of the line of the sign and its neighbours, in which
// the subjects of the sign are looked for.
func (r reading) words(around int) string {
	if r.at < 0 {
		return ""
	}
	var out []string
	for _, l := range r.lines[max(0, min(r.at-around, r.lines[r.at].head)):min(len(r.lines), r.at+around+1)] {
		out = append(out, l.text)
	}
	return strings.Join(out, "\n")
}

// said returns the line of the sign, or else the gravest of the last lines, the
// first of several.
func (r reading) said() string {
	const last = 15
	at, gravest := r.at, levelDebug-1
	for i, l := range slices.Backward(r.lines) {
		if r.at >= 0 || i < len(r.lines)-last {
			break
		}
		// Of lines that say nothing of their level the last tells most.
		if !l.frame && (l.level > gravest || (l.level == gravest && l.level > levelPlain)) {
			at, gravest = i, l.level
		}
	}
	if at < 0 {
		return ""
	}
	said := r.lines[at].quoted()
	if head := r.lines[at].head; head != at {
		if above := r.lines[at-1].quoted(); at-1 > head && label.MatchString(above) {
			said = above + ": " + said
		}
		return quoted(strings.TrimSuffix(r.lines[head].quoted(), ":") + ": " + said)
	}
	if strings.HasSuffix(said, ":") && at+1 < len(r.lines) {
		said += " " + r.lines[at+1].quoted() // which only announces the next
	}
	return said
}

// label is a line that only names what the next one is about.
var label = regexp.MustCompile(`^[\w.\[\]/-]+$`)

// told returns the line of the sign with those that belong to it; where there
// is no sign, or the line stands alone, what said returns.
func (r reading) told() string {
	if r.at < 0 {
		return r.said()
	}
	next := r.at + 1
	if r.lines[r.at].head != r.at || (next < len(r.lines) && r.lines[next].head == r.at) {
		return r.record(r.at)
	}
	return r.said()
}

// excerpt returns the lines worth showing, indented as they were: the line of
// the sign with what surrounds it, or the last ones.
func (r reading) excerpt(n int) []string {
	from := max(0, len(r.lines)-n)
	if r.at >= 0 && r.at < from {
		from = max(0, r.at-1)
	}
	var out []string
	for _, l := range r.lines[from:min(len(r.lines), from+n)] {
		out = append(out, l.indent+l.quoted())
	}
	return out
}
