package logs

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// numbers are texts as Erlang prints them if it does not take them for texts: a
// list or binary of the numbers of their characters (OTP 26, io_lib:write/1).
var numbers = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:<<|\[)((?:\d{1,3},){11,}\d{1,3})(?:>>|\])?`)
})

// spelled returns a line with the numbers of characters replaced by these.
func spelled(raw string) string {
	const fewest = 11 // commas
	if strings.Count(raw, ",") < fewest || !strings.ContainsAny(raw, "[<") {
		return raw
	}
	return numbers().ReplaceAllStringFunc(raw, func(list string) string {
		if text := characters(strings.Trim(list, "[]<>")); text != "" {
			return strconv.Quote(text)
		}
		return list
	})
}

// characters returns the text that numbers stand for, "" if they stand for
// something else: a text is printable, has words, and is mostly letters.
func characters(list string) string {
	var out strings.Builder
	letters := 0
	for _, number := range strings.Split(list, ",") {
		n, err := strconv.Atoi(number)
		if err != nil {
			return ""
		}
		if n == '\n' || n == '\t' || n == '\r' {
			n = ' '
		}
		if n < ' ' || n > '~' {
			return ""
		}
		if n == ' ' || (n >= 'A' && n <= 'Z') || (n >= 'a' && n <= 'z') {
			letters++
		}
		out.WriteByte(byte(n))
	}
	text := strings.TrimSpace(out.String())
	if letters*3 < out.Len()*2 || !strings.Contains(text, " ") {
		return ""
	}
	return text
}
