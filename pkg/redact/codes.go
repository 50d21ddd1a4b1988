package redact

import "strings"

// codeWords are words on the line of a code by which somebody proves who they are. The code of an error or of a country is of
// other lines.
var codeWords = []string{
	"verif", "login", "log in", "sign in", "signin", "otp", "one-time", "2fa", "mfa", "authenticat", "your",
	"scratch", "recovery", "backup", "pair", "passcode",
	"ihr code", "votre", "tu c", "verific", "vérific", "подтвержд", "验证", "驗證", "認証", "確認", "인증",
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
	if !containsAny(strings.ToLower(f.s[from:stop]), codeWords...) || otherCodes[strings.ToLower(lastOf(f.s[from:max(from, i-1)]))] {
		return
	}
	if !f.codesBetween(from, stop, i) && stop < len(f.s) && f.s[stop] == '\n' {
		f.codesBelow(stop + 1)
	}
}

// isCodeName reports whether a name is one of such a code.
func isCodeName(name string) bool {
	switch lastOf(name) {
	case "code", "codes", "otp", "pin", "totp", "passcode", "passcodes", "código", "codigo", "код", "codice":
		return true
	}
	return hasAnySuffix(name, []string{"验证码", "驗證碼", "認証コード", "確認コード", "인증번호"})
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
		if at > i || strings.HasPrefix(f.s[number:], " is ") {
			found = f.code(at, number) || found
		}
		at = number
	}
	return found
}

// code hides the digits between i and end if they are alone and as many as such codes have, and reports whether they are.
func (f *finder) code(i, end int) bool {
	const fewest, most = 6, 8
	if n := end - i; n < fewest || n > most || !f.standsAlone(i, end) || f.identifiedAt(i) || isDate(f.s[i:end]) || f.inAddress(i) {
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
	const mostLines, longestLine = 20, 60
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
