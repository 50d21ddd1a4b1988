package fielddoc

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // systems without time zones

	"github.com/robfig/cron/v3"
)

// zoneProblem follows validateTimeZone in pkg/apis/batch/validation, which loads the
// zone from the database that Go embeds.
func zoneProblem(text string) string {
	// Local is known to Go as the zone of the machine, and the machine is the controller's.
	if _, err := time.LoadLocation(text); err != nil || strings.EqualFold(text, "Local") {
		return "must be a time zone of the IANA database, such as Europe/Prague"
	}
	return ""
}

// cronFields are those of a schedule, with their least and greatest number.
var cronFields = []struct{ name, numbers string }{
	{"minute", "0 to 59"},
	{"hour", "0 to 23"},
	{"day of month", "1 to 31"},
	{"month", "1 to 12"},
	{"day of week", "0 to 6"},
}

// cronProblem returns why text is no schedule, empty if it is one: validateCronJobSpec in
// pkg/apis/batch/validation, which parses it with robfig/cron.
func cronProblem(text string) string {
	if strings.Contains(text, "TZ") {
		return "cannot hold a time zone; use timeZone"
	}
	_, err := cron.ParseStandard(text)
	if err == nil {
		return ""
	}
	// The messages of the parser do not say which field is meant: "end of range (60) above maximum
	// (59): 60". So it is looked for.
	if strings.HasPrefix(text, "@every ") {
		return "must be a duration behind @every, such as 1h30m"
	}
	if strings.HasPrefix(text, "@") {
		return "is no schedule; use @hourly, @daily, @weekly, @monthly, @yearly or five fields"
	}
	fields := strings.Fields(text)
	if len(fields) != len(cronFields) {
		return fmt.Sprintf("has %d fields, but a schedule has 5: minute, hour, day of month, month, day of week", len(fields))
	}
	for i, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			// A part of a field is tried with * for all others: 0-59/5 of "0-59/5,61 * * * *".
			alone := []string{"*", "*", "*", "*", "*"}
			alone[i] = part
			if _, err := cron.ParseStandard(strings.Join(alone, " ")); err != nil {
				return fmt.Sprintf("has the %s %q, but %s is wanted", cronFields[i].name, part, cronFields[i].numbers)
			}
		}
	}
	return "is no schedule: " + err.Error()
}
