package fielddoc

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// zoneAreas are the first parts of the names of time zones, and bareZones the names that
// have no parts: the file tzdata of IANA. Which cities an area has is not judged, since
// each release of tzdata adds some.
var (
	zoneAreas = strings.Fields("Africa America Antarctica Arctic Asia Atlantic Australia Brazil Canada Chile Etc Europe " +
		"Indian Mexico Pacific US")
	bareZones = strings.Fields("CET CST6CDT Cuba EET EST EST5EDT Egypt Eire Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich " +
		"HST Hongkong Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland " +
		"Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu")
)

// zoneProblem follows validateTimeZone in pkg/apis/batch/validation.
func zoneProblem(text string) string {
	area, city, found := strings.Cut(text, "/")
	switch {
	case found && city != "" && slices.Contains(zoneAreas, area) && !strings.ContainsAny(city, " .!"):
	case !found && slices.Contains(bareZones, text):
	default:
		return "wants the name of a time zone such as Europe/Prague"
	}
	return ""
}

// cronField is what a field of a schedule can hold: numbers from least to most, or
// names that stand for them.
type cronField struct {
	name        string
	least, most int
	names       string
}

// cronFields are those of the standard format, as robfig/cron v3 parses it.
var cronFields = []cronField{
	{"minute", 0, 59, ""},
	{"hour", 0, 23, ""},
	{"day of month", 1, 31, ""},
	{"month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"},
	{"day of week", 0, 6, "sun mon tue wed thu fri sat"},
}

// cronProblem returns why text is no schedule, empty if it is one.
func cronProblem(text string) string {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return "cannot hold a time zone; use timeZone"
	}
	if every, ok := strings.CutPrefix(text, "@every "); ok {
		if _, err := time.ParseDuration(every); err != nil {
			return "wants a duration behind @every, such as 1h30m"
		}
		return ""
	}
	if strings.HasPrefix(text, "@") {
		for _, word := range strings.Fields("@yearly @annually @monthly @weekly @daily @midnight @hourly") {
			if word == text {
				return ""
			}
		}
		return "is no schedule; use @hourly, @daily, @weekly, @monthly, @yearly or five fields"
	}
	fields := strings.Fields(text)
	if len(fields) != len(cronFields) {
		return "has " + strconv.Itoa(len(fields)) + " fields, but a schedule has 5: minute, hour, day of month, month, day of week"
	}
	for i, field := range fields {
		for _, part := range strings.Split(field, ",") {
			if !cronFields[i].accepts(part) {
				return "has the " + cronFields[i].name + " " + strconv.Quote(part) + ", but " +
					strconv.Itoa(cronFields[i].least) + " to " + strconv.Itoa(cronFields[i].most) + " is wanted"
			}
		}
	}
	return ""
}

// accepts reports whether a part of a field is *, a number or a range, with a step.
func (f cronField) accepts(part string) bool {
	span, step, stepped := strings.Cut(part, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n < 1 {
			return false
		}
	}
	if span == "*" || span == "?" {
		return true
	}
	from, to, ranged := strings.Cut(span, "-")
	first, ok := f.number(from)
	if !ok || !ranged {
		return ok
	}
	last, ok := f.number(to)
	return ok && first <= last
}

func (f cronField) number(word string) (n int, ok bool) {
	for i, name := range strings.Fields(f.names) {
		if strings.EqualFold(name, word) {
			return f.least + i, true
		}
	}
	n, err := strconv.Atoi(word)
	return n, err == nil && n >= f.least && n <= f.most
}
