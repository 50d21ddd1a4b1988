package logs

import "strings"

// The bounds of a record: how far below its head a line can go on with it.
const (
	furthest = 16 // lines for an indented one
	onward   = 4  // lines for one that is not, below what was thrown
)

// join finds the line that each line goes on with. What states no level of its
// own is as grave as its head.
func join(lines []Line) {
	at := -1      // the last head
	message := -1 // a head whose message may go on without indentation
	for i := range lines {
		l := &lines[i]
		l.Head = i
		switch {
		case l.Folded && l.Indent == 0:
			message = -1
		case l.Folded:
		case isCause(l.Text) && at >= 0:
			l.Head = at
			l.Level = max(l.Level, Fatal)
		case l.Indent > 0 && !l.structured && !l.aligned() && at >= 0 && i-at <= furthest,
			l.Level == Plain && message >= 0 && i-message <= onward:
			l.Head = at
			if l.Level == Plain {
				l.Level = lines[at].Level
			}
		case l.Indent == 0 && l.Level == Plain && at >= 0 && i-at <= furthest && isItem(l.Text) && strings.HasSuffix(lines[i-1].Text, ":"):
			l.Head = at
			l.Level = lines[at].Level
		case l.Indent == 0 || l.structured || l.aligned():
			at = i
			message = -1
			if !l.structured && (l.Level == Fatal || isThrown(l.Text)) {
				message = i
			}
		}
		if l.Head == i && l.Level == Plain && isThrown(l.Text) {
			l.Level = Error
		}
	}
}

// aligned reports whether a line states a level of its own behind one blank, or behind the number of a process that is padded to a
// column: "    1: error: …" (darkstat, err.c).
func (l *Line) aligned() bool {
	number, _, padded := strings.Cut(strings.TrimLeft(l.Raw, " "), ": ")
	padded = padded && number != "" && strings.Trim(number, "0123456789") == ""
	return l.Indent > 0 && l.Level != Plain && (l.Indent == 1 || padded)
}

// isItem reports whether a line is one of a list, as errors that hold several
// are printed: "* …", "- …", "1) …".
func isItem(text string) bool {
	if strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "- ") {
		return true
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	return digits > 0 && digits < 3 && strings.HasPrefix(text[digits:], ") ")
}

// isCause reports whether a line begins the cause of the exception above it. The last
// of several is where it began.
func isCause(text string) bool {
	return strings.HasPrefix(text, "Caused by: ") || strings.HasPrefix(text, "---> ")
}

// classLetters are those of the name of a class with its package or module.
const classLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$"

// isThrown reports whether a line begins with the class of an error and its
// message, as an exception that ends a program is printed.
func isThrown(text string) bool {
	for _, before := range []string{
		"Exception in thread ", "Unhandled exception", "Uncaught ", "PHP Fatal error", "thread '",
		"panic: ", "** (",
	} {
		if strings.HasPrefix(text, before) {
			return true
		}
	}
	class, _, found := strings.Cut(text, ": ")
	if strings.ContainsAny(class, " \t\"'(/=") || (!found && strings.Trim(class, classLetters) != "") {
		return false
	}
	return strings.HasSuffix(class, "Error") || strings.HasSuffix(class, "Exception") || strings.HasSuffix(class, "Failure") ||
		strings.Contains(class, "::Error")
}
