package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// harmless reports whether a value is no credential under any name: a word such as
// "true" or "expired", a reference to where a credential is kept, a placeholder.
func harmless(value string) bool {
	value = strings.TrimSpace(value)
	if !strings.ContainsFunc(value, isLetterOrDigit) || strings.Contains(value, Mark) || strings.Contains(value, "@sha256:") ||
		isReference(value) || isQuotedReference(value) || isPlaceholder(value) || isVariableName(value) ||
		errorSymbol.MatchString(value) || groupVersion.MatchString(value) || errorClass.MatchString(value) ||
		isCodeText(value) || isLabel(value) || timestamp.MatchString(value) || isAlternatives(value) || isAddress(value) || isComplaint(value) {
		return true
	}
	if len(value) <= 32 && words().harmless[strings.ToLower(strings.Trim(value, ".,;:!?()-}"))] {
		return true
	}
	return isPath(value) || isFileName(value)
}

// timestamp matches a time, such as the one of the last login.
var timestamp = lazyregexp.New(`^(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d(?::[0-5]\d){0,2}(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$`)

// isLabel reports whether a value is the text of a label or a question for a person, as files of translations have them:
// {"newPassword": "Neues Passwort"}. Such a text is words of letters, and one of them is a word for a credential.
func isLabel(value string) bool {
	const longest = 80
	if len(value) > longest || (value[0] >= 'a' && value[0] <= 'z') {
		return false
	}
	parts := strings.Fields(strings.TrimRight(value, " ?!.:*…"))
	named := func(word string) bool { return isLabelWord(word, len(parts) > 1) }
	return slices.ContainsFunc(parts, named) && !slices.ContainsFunc(parts, isNoLabel)
}

// isLabelWord reports whether a word is one for a credential. Alone, it has to be of another language than English.
func isLabelWord(word string, amongOthers bool) bool {
	lower := strings.ToLower(word)
	return words().foreign[lower] || (amongOthers && words().strong[lower])
}

// isNoLabel reports whether a word has a sign that no word of a label has.
func isNoLabel(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '\'' && r != ',' })
}

// complaints are parts of what validations report about a credential in its place: {"password":["This field may not be blank."]}.
var complaints = []string{
	" must ", " should ", " may not ", " cannot ", " can't be", "is too ", " does not ", " doesn't ", " is required", " field ",
	" characters",
}

// isComplaint reports whether a value is a sentence with one of those.
func isComplaint(value string) bool {
	const (
		fewest  = 3
		longest = 200
	)
	return len(value) <= longest && strings.Count(value, " ") >= fewest-1 && containsAny(value, complaints...)
}

// fileName matches the name of a file that holds keys or settings: tls-key.pem.
var fileName = lazyregexp.New(`^[\w.-]*[A-Za-z][\w.-]*\.` +
	`(?:pem|key|crt|cer|csr|der|p12|pfx|jks|pub|asc|gpg|keytab|json|ya?ml|toml|conf|cfg|env|txt)$`)

// isFileName reports whether a value is the name of a file, and not random before its ending.
func isFileName(value string) bool {
	return fileName.MatchString(value) && !random(value[:strings.LastIndexByte(value, '.')])
}

// isAddress reports whether a value is an address on the web without anything random
// in it: what is a credential in one has rules of its own.
func isAddress(value string) bool {
	scheme, rest, ok := strings.Cut(value, "://")
	if !ok || (scheme != "http" && scheme != "https") {
		return false
	}
	return !strings.ContainsAny(rest, "@?") && len(randomWords(strings.ReplaceAll(rest, "/", " "))) == 0
}

// errorSymbol matches the symbol of an error of the operating system, as in
// "tls.key: ENOENT" (errno(3)). The longest there is ESOCKTNOSUPPORT.
var errorSymbol = lazyregexp.New(`^E[A-Z]{3,14}$`)

// groupVersion matches a group and version of the API: rbac.authorization.k8s.io/v1.
var groupVersion = lazyregexp.New(`^[a-z0-9-]+(?:\.[a-z0-9-]+)*/v[0-9]+(?:(?:alpha|beta)[0-9]+)?$`)

// errorClass matches the name of an exception with its package or module, as in
// "exit code 1: System.NullReferenceException: …": mixed letters, but no credential.
var errorClass = lazyregexp.New(`^(?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Z][\w$]*(?:Exception|Error|Failure|Fault|Rejection):?$`)

// variableName matches the name of an environment variable of more than one word.
var variableName = lazyregexp.New(`^[A-Z][A-Z0-9]*(_[A-Z]+)+$`)

// isVariableName reports whether a value is the name of a variable for a credential, as
// in "missing secret key: DB_PASSWORD", and so not the credential.
func isVariableName(value string) bool {
	return len(value) <= 64 && strings.IndexByte(value, '_') > 0 && variableName.MatchString(value) && kindOf(value) == strongName
}

// isLetterOrDigit reports whether r can be a part of a word. Of those outside of ASCII the signs that stand for hidden letters cannot.
func isLetterOrDigit(r rune) bool {
	return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= utf8.RuneSelf && !unicode.Is(unicode.So, r))
}

// isQuotedReference reports whether a value is a variable between quotes of its own, as in
// echo 'PASSWORD="'$PASSWORD'"'.
func isQuotedReference(value string) bool {
	inner := strings.Trim(value, "'\"`")
	return len(inner) > 1 && len(inner) < len(value) && inner[0] == '$' && isReference(inner)
}

// isReference reports whether a value names a place where a credential is kept.
func isReference(value string) bool {
	if value[0] == '$' && len(value) > 1 {
		if value[1] == '(' || isNumber(value[1:]) {
			return true
		}
		if value[1] == '{' {
			return !hasDefault(value)
		}
		if isDigit(value[1]) || strings.ContainsRune(value[1:], '$') {
			return false // a hash: $2b$…
		}
		name := strings.TrimPrefix(value[1:], "env:")                          // of PowerShell
		if before, path, ok := strings.Cut(name, "/"); ok && !isNoWord(path) { // $HOME/.netrc
			name = before
		}
		return strings.Trim(name, variableLetters) == ""
	}
	if value[0] == '%' && len(value) > 2 && value[len(value)-1] == '%' {
		return strings.Trim(value[1:len(value)-1], variableLetters) == ""
	}
	if value[0] == '@' && (isPath(value[1:]) || parameter.MatchString(value)) { // the file to read it from, as curl has it
		return true
	}
	for _, start := range referenceStarts {
		if strings.HasPrefix(value, start) {
			return !strings.Contains(value, "||") && !hasLiteral(value)
		}
	}
	return false
}

// literalDefault matches the text in a template that is taken if nothing is set: {{ pw | default('…') }},
// <%= ENV.fetch("PW") { "…" } %>.
var literalDefault = lazyregexp.New(`(?:\bdefault[ (]+|\bfetch\([^()]+\) *\{ *|\bfetch\([^(),]+, *)["']([^"'\s]{6,})["']`)

// hasLiteral reports whether a reference has such a text, which looks like a credential.
func hasLiteral(value string) bool {
	m := literalDefault.FindStringSubmatch(value)
	return m != nil && isPlainSecret(m[1]) && !isNumberedName(m[1])
}

// parameter matches a parameter of a statement: SET password = @p1 (SqlParameter of .NET), @password.
var parameter = lazyregexp.New(`^@(?:p\d{1,3}|[A-Za-z_]+)$`)

// hasDefault reports whether a reference gives a value for when nothing is set:
// ${DB_PASSWORD:-…}.
func hasDefault(value string) bool {
	_, text, ok := strings.Cut(strings.TrimRight(value, "}"), ":")
	if ok && strings.Trim(text, "0123456789:") == "" {
		return false // a part of it: ${TOKEN:0:10}
	}
	if strings.HasPrefix(text, "?") {
		return false // the message of an error (POSIX.1, Shell Command Language, section 2.6.2)
	}
	text = strings.TrimLeft(text, "-=+")
	return ok && !strings.HasPrefix(text, "${") && !harmless(text)
}

const variableLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

// isPlaceholder reports whether a value stands for one that is to be filled in
// or was hidden by somebody else: <password>, ****, xxxxxxxx, [FILTERED].
func isPlaceholder(value string) bool {
	first := value[0]
	last := value[len(value)-1]
	if first == '<' && last == '>' && !strings.ContainsAny(value, "%'\"") {
		return true
	}
	if first == '[' && last == ']' && strings.Trim(value[1:len(value)-1], variableLetters+" *-:") == "" {
		return true
	}
	for _, wrapper := range []string{"Some(", "Optional[", "Option("} {
		if inner, ok := strings.CutPrefix(value, wrapper); ok {
			return words().harmless[strings.ToLower(strings.Trim(inner, "[]<>()"))]
		}
	}
	if strings.HasPrefix(value, "&nbsp;") || (strings.HasPrefix(value, "&lt;") && strings.HasSuffix(strings.TrimSuffix(value, ";"), "&gt")) {
		return true
	}
	if first == '@' && configurePlace.MatchString(value) {
		return true
	}
	if first == '{' && formatPlace.MatchString(value) {
		return true
	}
	if strings.HasPrefix(value, "ENC[") || strings.HasPrefix(value, "ENC(") { // encrypted by sops, eyaml or Jasypt
		return true
	}
	if strings.Contains(value, "***") || strings.Contains(value, "•••") || isMask(value) {
		return true
	}
	if strings.Contains(value, "..") && len(strings.Trim(value, ".…")) < 4 {
		return true
	}
	if len(value) >= 4 && strings.Trim(value, "xX") == "" {
		return true
	}
	return len(value) <= 3 && first == '%' // a verb of printf
}

// maskWords are words of what programs print in place of a credential: VALUE_SPECIFIED_IN_NO_LOG_PARAMETER (Ansible),
// REMOVED_BY_FILTER, __REDACTED__.
var maskWords = setOf([]string{
	"LOG", "REDACTED", "MASKED", "HIDDEN", "FILTERED", "FILTER", "SENSITIVE", "OMITTED", "REMOVED", "SCRUBBED", "OBFUSCATED", "PROTECTED",
	"CENSORED",
	"SUPPRESSED", "SANITIZED",
})

// isMask reports whether a value is of capitals alone, with one of those words in it.
func isMask(value string) bool {
	return isCapitals(value) && slices.ContainsFunc(strings.FieldsFunc(value, func(r rune) bool { return r == '_' || r == '-' }),
		func(word string) bool { return maskWords[word] })
}

// configurePlace matches the place of a value that a build fills in: @DB_PASSWORD@ (GNU Autoconf, CMake, Maven).
var configurePlace = lazyregexp.New(`^@[A-Za-z_][\w.-]*@$`)

// formatPlace matches the place of a value in a format text, with its bracket or as it is
// read without: {password}, {0.key}, {3.
var formatPlace = lazyregexp.New(`^\{(?:[A-Za-z_][\w.]*\}|[0-9]{0,2}\}?)$`)

// isPath reports whether a value is a path of a file: of at least two parts and
// without a part that looks random.
func isPath(value string) bool {
	value = strings.TrimPrefix(strings.TrimPrefix(value, "file:"), "//")
	if len(value) > 3 && value[1] == ':' && value[2] == '\\' {
		return true
	}
	value = strings.TrimLeft(value, ".~")
	if value == "" || value[0] != '/' {
		return false
	}
	parts := strings.Split(strings.Trim(value, "/"), "/")
	for _, part := range parts {
		if part == "" || strings.Trim(part, pathLetters) != "" || (len(part) >= 8 && random(part) && !identifier.MatchString(part)) {
			return false
		}
	}
	return len(parts) >= 2 || (len(value) > 1 && !strings.ContainsAny(value, "0123456789"))
}

const pathLetters = variableLetters + ".-+@"

// isUserAndPassword reports whether "user:password" is one.
func isUserAndPassword(user, password string) bool {
	if user == "" || isPublic(user+":") || strings.Trim(user, variableLetters+".-@") != "" {
		return false
	}
	if !strings.ContainsAny(user, "abcdefghijklmnopqrstuvwxyz") {
		return false
	}
	return !strings.ContainsAny(password, "/:{ \t") && mixed(password) && !isVersion(password) && !harmless(password)
}

// publicStarts begin values that are no secret, however random: names of resources, digests and fingerprints, public keys, addresses.
var publicStarts = []string{
	"arn:", "sha256:", "sha1:", "sha512:", "md5:", "SHA256:", "MD5:", "ssh-", "ecdsa-", "urn:", "http://", "https://", "did:",
}

// isPublic reports whether a random value is public: an identifier, a digest, a
// resource name, a public key, an address.
func isPublic(value string) bool {
	for _, start := range publicStarts {
		if strings.HasPrefix(value, start) {
			return true
		}
	}
	return isUUID(value) || isVersion(value) || isMadeName(value) || isFingerprint(value)
}

// isRelease reports whether s is a version of three parts or a range of them, as
// packages have it: jsonwebtoken: ^9.0.0, "passwd 1:4.13+dfsg1-1".
func isRelease(s string) bool {
	return isVersion(s) && (strings.Count(s, ".") >= 2 || strings.ContainsAny(s, "^~+"))
}

// isVersion reports whether s is a version: 1414.v1234, v2.3.4-rc.1, 2026.11.23.
func isVersion(s string) bool {
	s = strings.TrimRight(strings.TrimPrefix(strings.TrimLeft(s, "^~>=< "), "v"), ",;.)")
	number := 0
	for number < len(s) && isDigit(s[number]) {
		number++
	}
	if number == 0 || number > 8 {
		return false
	}
	if number == len(s) {
		return true
	}
	if s[number] == ':' && number == 1 { // an epoch (deb-version(7)): 1:4.13+dfsg1-1
		return isVersion(s[number+1:])
	}
	return (s[number] == '.' || s[number] == '-') && strings.Trim(s, variableLetters+".+-") == ""
}
