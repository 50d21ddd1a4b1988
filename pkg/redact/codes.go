package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// codeWords are words on the line of a code by which somebody proves who they are. The code of an error or of a country is of
// other lines.
var codeWords = []string{
	"verif", "login", "log in", "sign in", "signin", "otp", "one-time", "2fa", "mfa", "authenticat", "is your", "ist ihr",
	"user code", "device code", "scratch", "recovery", "backup", "pair", "passcode", "confirm", "activat", "setup", "the code", "sms",
	"bestätig", "votre", "tu c", "il tuo", "verific", "vérific", "подтвержд", "验证", "驗證", "認証", "確認", "인증",
}

// otherCodes are words before "code" that make it another one.
var otherCodes = setOf([]string{
	"exit", "status", "error", "response", "return", "reason", "country", "language", "currency", "area", "zip", "postal", "http", "product",
	"coupon", "invoice", "source", "byte", "op", "result",
})

// codes hides the codes of six to eight digits on the line of a word for one between i and end, and alone on the lines below:
// "your Shop code is …", "enter this OTP:", "scratch codes:".
func (f *finder) codes(p pair, i, end int) {
	if !isCodeName(p.name) {
		return
	}
	from, stop := window(f.s, i, end)
	before := strings.ToLower(f.s[from:max(from, i-1)])
	if isOtherCode(p.name, before) || (!containsAny(before, "your", "ihr ") && !containsAny(strings.ToLower(f.s[from:stop]), codeWords...)) {
		return
	}
	if !f.wordCode(end, stop) && !f.codesBetween(from, stop, i) && stop < len(f.s) && f.s[stop] == '\n' {
		f.codesBelow(stop + 1)
	}
}

// isOtherCode reports whether a name is one of another code, by its words or by the one before it: error_code, exit code.
func isOtherCode(name, before string) bool {
	if parts := wording.NameWords(name); len(parts) > 1 {
		return otherCodes[parts[len(parts)-2]]
	}
	return otherCodes[lastOf(before)]
}

// isCodeName reports whether a name is one of such a code.
func isCodeName(name string) bool {
	switch lastOf(name) {
	case "code", "codes", "otp", "pin", "totp", "passkey", "passcode", "passcodes", "código", "codigo", "код", "codice":
		return true
	}
	return hasAnySuffix(name, []string{"scode", "lcode", "验证码", "驗證碼", "認証コード", "確認コード", "인증번호"})
}

// codesBetween hides the codes between two places of a line, with the word for one at i, and reports whether there are any. A
// number before the word is one only in a sentence such as "… is your code".
func (f *finder) codesBetween(from, stop, i int) bool {
	found := false
	for at := from; at < stop; at++ {
		if !isDigit(f.s[at]) {
			continue
		}
		number := skipNumber(f.s[:stop], at)
		if at > i || hasAnyPrefix(f.s[number:], copulas) {
			found = f.code(at, number) || found
		}
		at = number
	}
	return found
}

// wordCodeForm matches codes with letters or hyphens: of devices (RFC 8628, section 6.1), of accessories (123-45-678) and of letters
// and digits.
var wordCodeForm = lazyregexp.New(`^(?:is |: ?|= ?| |"|')*([A-Z0-9]{4,5}-[A-Z0-9]{4,5}|[0-9]{3}-[0-9]{2,3}-[0-9]{3}|` +
	`[0-9]{3}-[0-9]{3}|[A-Z0-9]{6,12})(?:[\s"'.,;]|$)`)

// wordCode hides such a code right behind the word for it, and reports whether it did.
func (f *finder) wordCode(i, stop int) bool {
	m := wordCodeForm.FindStringSubmatchIndex(f.s[i:stop])
	if m == nil {
		return false
	}
	text := f.s[i+m[2] : i+m[3]]
	if !strings.Contains(text, "-") && !isNoWord(text) {
		return false
	}
	f.add(i+m[2], i+m[3])
	return true
}

// copulas stand between a code and the words that say what it is: 123456 is your code.
var copulas = []string{" is ", " ist ", " es ", " est ", " è ", " é "}

// codeAlone reports whether the digits between i and end are no part of a longer name or number. Senders of short messages put a letter
// before them (G-123456), and Chinese parts words by no blanks.
func (f *finder) codeAlone(i, end int) bool {
	prefix := i > 1 && f.s[i-1] == '-' && f.s[i-2] >= 'A' && f.s[i-2] <= 'Z' && (i == 2 || !isWord(f.s[i-3]))
	glued := i > 0 && f.s[i-1] >= utf8.RuneSelf
	if !prefix && !glued {
		return f.standsAlone(i, end)
	}
	return end == len(f.s) || f.s[end] >= utf8.RuneSelf || strings.IndexByte(" .,;\n\r\"'", f.s[end]) >= 0
}

// code hides the digits between i and end if they are alone and as many as such codes have, and reports whether they are.
func (f *finder) code(i, end int) bool {
	const (
		fewest = 6
		most   = 8
	)
	if n := end - i; n < fewest || n > most || !f.codeAlone(i, end) || f.identifiedAt(i) || isDate(f.s[i:end]) || f.inAddress(i) {
		return false
	}
	f.add(i, end)
	return true
}

// isDate reports whether eight digits are a date: 20261130.
func isDate(digits string) bool {
	return len(digits) == len("20261130") && (strings.HasPrefix(digits, "20") || strings.HasPrefix(digits, "19")) &&
		digits[4:6] <= "12" && digits[6:] <= "31"
}

// codesBelow hides the codes that are alone on the lines from i on.
func (f *finder) codesBelow(i int) {
	const (
		mostLines   = 20
		longestLine = 60
	)
	for range mostLines {
		end := i
		for end < len(f.s) && end-i < longestLine && f.s[end] != '\n' {
			end++
		}
		if i >= len(f.s) || end-i == longestLine {
			return
		}
		text := strings.Trim(f.s[i:end], boxSides)
		from := i + strings.Index(f.s[i:end], text)
		if text != "" && (!isNumber(text) || !f.code(from, from+len(text))) {
			return
		}
		i = end + 1
	}
}
