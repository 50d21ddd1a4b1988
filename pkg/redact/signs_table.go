package redact

import "strings"

// afterName is what stands after a name, for the rules that look for its sign.
type afterName struct {
	s       string
	start   int    // where the name begins
	at      int    // behind the name, its quote, bracket and index
	blanks  int    // behind the blanks after that
	rest    string // the text from blanks on
	bare    bool   // nothing stands between the name and rest
	quoted  bool   // the name is in quotes
	option  bool   // the name begins with a dash
	bracket bool   // the name ends with a bracket
}

// before reports whether the byte before the name is b.
func (a afterName) before(b byte) bool { return a.start > 0 && a.s[a.start-1] == b }

// begins reports whether the text after the name and blanks begins with b.
func (a afterName) begins(b byte) bool { return a.rest[0] == b }

// apart reports whether blanks stand after the name.
func (a afterName) apart() bool { return a.blanks > a.at }

// signRules are the signs that need a look around them; the first that fits counts.
// Each has an example, in which ‹…› is the value; value returns where that begins, 0
// if the sign is another.
var signRules = []struct {
	example string
	sign    sign
	value   func(afterName) int
}{
	{"<key>password</key><string>‹hQ7x93kfLm2›</string>", xmlText, func(a afterName) int {
		if strings.HasPrefix(a.rest, "</") && a.before('>') {
			return nextElement(a.s, a.blanks)
		}
		return 0
	}},
	{"<td>password</td><td>‹hQ7x93kfLm2›</td>", xmlText, func(a afterName) int {
		for _, m := range markup {
			if strings.HasPrefix(a.rest, m) && strings.HasPrefix(m, "</") && strings.HasSuffix(m, "d>") {
				return a.blanks + len(m)
			}
		}
		return 0
	}},
	{"password (change it now): ‹hQ7x93kfLm2›", colon, func(a afterName) int {
		if a.apart() {
			return aside(a.s, a.blanks)
		}
		return 0
	}},
	{`"--password","‹hQ7x93kfLm2›"`, nextWord, func(a afterName) int {
		next := skipSpace(a.s, a.blanks+1)
		if next == len(a.s) || !a.begins(',') || !a.quoted || !a.option || !isQuote(a.s[next]) {
			return 0
		}
		return next
	}},
	{"argv[3] (password): ‹hQ7x93kfLm2›", colon, func(a afterName) int {
		if !strings.HasPrefix(a.rest, "): ") || !a.before('(') || !isPlainSecret(readValue(a.s, a.blanks+len("): ")).text) {
			return 0
		}
		return a.blanks + len("): ")
	}},
	{"(password) ‹hQ7x93kfLm2›", textAfter, func(a afterName) int {
		if !strings.HasPrefix(a.rest, ") ") || !a.before('(') || !isPlainSecret(readValue(a.s, a.blanks+len(") ")).text) {
			return 0
		}
		return a.blanks + len(") ")
	}},
	{"*password*: ‹hQ7x93kfLm2›", colon, func(a afterName) int {
		if !strings.HasPrefix(a.rest, "*: ") || !a.before('*') {
			return 0
		}
		return a.blanks + len("*: ")
	}},
	{`setPassword("‹hQ7x93kfLm2›")`, call, func(a afterName) int { return a.behindSign(a.begins('(') && a.bare) }},
	{`{<<"password">>,<<"‹hQ7x93kfLm2›">>}`, call, func(a afterName) int {
		if strings.HasPrefix(a.s[a.at:], `>>,<<"`) {
			return a.at + len(`>>,<<`)
		}
		return 0
	}},
	{`{password,"‹hQ7x93kfLm2›"}`, call, func(a afterName) int {
		value := skipBlanks(a.s, a.blanks+1)
		return a.behindSign(a.begins(',') && a.before('{') && (skipQuote(a.s, value) > value || strings.HasPrefix(a.s[value:], `<<"`)))
	}},
	{`"--secret" "‹hQ7x93kfLm2›"`, nextWord, func(a afterName) int {
		return a.behindBlanks(a.quoted && a.option && a.apart() && isQuote(a.rest[0]))
	}},
	{`["password", "‹hQ7x93kfLm2›"]`, call, func(a afterName) int {
		return a.behindSign(a.begins(',') && a.quoted && isTuple(a.s, a.start, a.blanks+1))
	}},
	{`define("DB_PASSWORD", "‹hQ7x93kfLm2›")`, call, func(a afterName) int {
		return a.behindSign(a.begins(',') && a.quoted && setsValue(a.s[:a.start]))
	}},
	{`buildConfigField("String", "API_KEY", "‹hQ7x93kfLm2pWz4TbR6n›")`, call, func(a afterName) int {
		return a.behindSign(a.begins(',') && a.quoted && randomFollows(a.s, a.blanks+1))
	}},
	{"<password>‹hQ7x93kfLm2›</password>", xmlText, func(a afterName) int { return a.behindSign(a.begins('>') && inTag(a.s, a.start)) }},
	{"| password | ‹hQ7x93kfLm2› |", equals, func(a afterName) int {
		cell := a.begins('|') && len(a.rest) > 1 && isBlank(a.rest[1]) && a.inTable() && a.isCell() && !a.isAboveRule()
		return a.behindSign(cell && !inTemplate(a.s, a.start))
	}},
	{"password\t‹hQ7x93kfLm2›", equals, func(a afterName) int {
		return a.behindBlanks(a.s[a.at] == '\t' && !a.option && !a.begins('\n'))
	}},
	{"1) \"token\"\n2) \"‹hQ7x93kfLm2›\"", equals, func(a afterName) int { // redis-cli
		if a.quoted && a.begins('\n') {
			return nextReply(a.s, a.blanks+1)
		}
		return 0
	}},
	{`token <- "‹hQ7x93kfLm2›"`, equals, func(a afterName) int { return a.quotedBehind("<-") }},
	{`process.env.TOKEN || "‹hQ7x93kfLm2›"`, equals, func(a afterName) int { return a.quotedBehind("||") }},
	{`process.env.TOKEN ?? "‹hQ7x93kfLm2›"`, equals, func(a afterName) int { return a.quotedBehind("??") }},
	{`os.getenv("TOKEN") or "‹hQ7x93kfLm2›"`, equals, func(a afterName) int { return a.defaultBehind() }},
	{`mapOf("token" to "‹hQ7x93kfLm2›")`, equals, func(a afterName) int { // Kotlin
		if !a.quoted || a.s[a.at-1] == '`' { // "createCredentials" to "tls" in Markdown
			return 0
		}
		return a.quotedBehind("to ")
	}},
	{"ParameterKey=Token,ParameterValue=‹hQ7x93kfLm2›", equals, func(a afterName) int { // CloudFormation
		if value, ok := strings.CutPrefix(a.rest, ",ParameterValue="); ok {
			return len(a.s) - len(value)
		}
		return 0
	}},
	{"ENV TOKEN ‹hQ7x93kfLm2›", equals, func(a afterName) int {
		return a.behindBlanks(a.apart() && !a.quoted && !a.begins('\n') && !a.begins('=') && setsNext(a.s, a.start))
	}},
	{"Key      Value\ntoken    ‹hQ7x93kfLm2›", equals, func(a afterName) int { return a.behindBlanks(a.isRow()) }},
	{`{:token "‹hQ7x93kfLm2›"}`, equals, func(a afterName) int { // Clojure
		return a.behindBlanks(a.before(':') && a.apart() && !a.quoted && isQuote(a.rest[0]) && beginsWord(a.s, a.start-1))
	}},
	{`property 'db.password' changed from '‹hQ7x93kfLm2›' to '‹pWz4TbR6n›'`, textAfter, func(a afterName) int {
		return a.behindBlanks(a.quoted && a.apart() && quoteAfter(a.rest, "changed from ", "was ", "is ", "set to ", "equals "))
	}},
	{`s:8:"password";s:11:"‹hQ7x93kfLm2›"`, equals, func(a afterName) int { // serialize() of PHP
		rest, ok := strings.CutPrefix(a.rest, ";s:")
		if !ok || !a.quoted {
			return 0
		}
		end := skipNumber(rest, 0)
		if end == 0 || !strings.HasPrefix(rest[end:], `:"`) {
			return 0
		}
		return len(a.s) - len(rest) + end + 1
	}},
	{"│ password │ ‹hQ7x93kfLm2› │", equals, func(a afterName) int {
		for _, sign := range []string{"│ ", "║ "} {
			if strings.HasPrefix(a.rest, sign) && strings.HasSuffix(strings.TrimRight(a.s[:a.start], "'\"` ")+" ", sign) {
				if r := readValue(a.s, a.blanks+len(sign)); isPlainSecret(r.text) && !strings.ContainsAny(r.text, "./") {
					return a.blanks + len(sign)
				}
			}
		}
		return 0
	}},
	{`header "api-key" with value "‹hQ7x93kfLm2›"`, equals, func(a afterName) int {
		for _, words := range []string{"with value ", "with the value ", "has value ", "has the value "} {
			if (a.quoted || a.option) && strings.HasPrefix(a.rest, words) {
				return a.blanks + len(words)
			}
		}
		return 0
	}},
	{`"HSET" "user:1" "password" "‹hQ7x93kfLm2›"`, nextWord, func(a afterName) int { // MONITOR of Redis
		return a.behindBlanks(a.quoted && a.apart() && isQuote(a.rest[0]) && mixedText(a.s, a.blanks))
	}},
	{"[password] ‹hQ7x93kfLm2›", textAfter, func(a afterName) int { return a.behindBlanks(a.bracket && a.apart() && a.before('[')) }},
	{"--password ‹hQ7x93kfLm2›", nextWord, func(a afterName) int { return a.behindBlanks(a.apart() && !a.quoted && !a.begins('\n')) }},
	{`variable "password" { default = "‹hQ7x93kfLm2›" }`, noSign, func(a afterName) int {
		names := a.quoted && a.start > 0 && strings.HasSuffix(strings.TrimRight(a.s[:a.start-1], " "), "variable")
		return a.behindBlanks(a.begins('{') && names)
	}},
}

// quoteAfter reports whether a text begins with one of the words and a quote right after it.
func quoteAfter(s string, words ...string) bool {
	for _, word := range words {
		if rest, ok := strings.CutPrefix(s, word); ok {
			return skipQuote(rest, 0) > 0
		}
	}
	return false
}

// mixedText reports whether the quoted text at i has a letter and a digit, which the next of several names seldom has.
func mixedText(s string, i int) bool {
	r := readValue(s, i)
	return len(r.text) >= 6 && isNoWord(r.text) && !strings.ContainsAny(r.text, " \n")
}

// inTable reports whether the name is in a cell of a table in text: nothing but blanks,
// quotes and the sign of a cell is before it. What is before a pipe is a command.
func (a afterName) inTable() bool {
	before := strings.TrimRight(a.s[lineStart(a.s, a.start):a.start], " \t*`")
	if before == "" || before[len(before)-1] == '|' {
		return true
	}
	cell := strings.LastIndexByte(before, '|')
	// | admin password | …
	return cell >= 0 && strings.TrimLeft(before, " \t")[0] == '|' && strings.Trim(before[cell+1:], variableLetters+" ") == ""
}

// isCell reports whether the cell behind the sign is one word. What has more is a description.
func (a afterName) isCell() bool {
	cell, _, _ := strings.Cut(strings.TrimLeft(a.s[a.blanks+1:lineEnd(a.s, a.blanks)], " \t"), "|")
	return !strings.ContainsAny(strings.TrimRight(cell, " \t\r"), " \t")
}

// isAboveRule reports whether the line below the one of a name is a rule, so that the name is the header of a column.
func (a afterName) isAboveRule() bool {
	_, below, _ := strings.Cut(a.s[a.blanks:min(len(a.s), a.blanks+longestRow)], "\n")
	below, _, _ = strings.Cut(below, "\n")
	below = strings.TrimSpace(below)
	return strings.HasPrefix(strings.TrimLeft(below, "|+ "), "--") && strings.Trim(below, "-+|=: ") == ""
}

// quotedBehind returns where the quoted word behind a sign begins, 0 if there is none. What has blanks is
// a sentence.
func (a afterName) quotedBehind(sign string) int {
	if !strings.HasPrefix(a.rest, sign) {
		return 0
	}
	at := a.blanks + len(sign)
	if r := readValue(a.s, at); r.quote == "" || len(r.text) < 6 || strings.ContainsAny(r.text, " \n") {
		return 0
	}
	return at
}

// defaultBehind returns where the text begins that stands for a variable which is not set, after the call
// or brackets with its name: getenv("TOKEN") ?: "…", ENV["TOKEN"] || "…". It is 0 if there is none.
func (a afterName) defaultBehind() int {
	if !a.quoted || (!a.bracket && !a.begins(')')) {
		return 0
	}
	if !a.bracket {
		a.blanks = skipBlanks(a.s, a.blanks+1)
		a.rest = a.s[a.blanks:]
	}
	for _, sign := range []string{"||", "??", "?:", "or "} {
		if at := a.quotedBehind(sign); at > 0 {
			return at
		}
	}
	return 0
}

// isRow reports whether a name and a word are alone on their line, with blanks between them that form
// columns. Words of a language are in columns, too.
func (a afterName) isRow() bool {
	const column = 2
	if a.quoted || a.option || a.blanks-a.at < column || a.begins('\n') {
		return false
	}
	if strings.TrimLeft(a.s[lineStart(a.s, a.start):a.start], " ") != "" {
		return false
	}
	word := strings.TrimRight(a.s[a.blanks:lineEnd(a.s, a.blanks)], " \t\r")
	if isDNSName(word) && strings.Contains(word, "-") && !isUUID(word) {
		return false // the name of an object
	}
	return len(word) >= 6 && isNoWord(word) && !strings.ContainsAny(word, " \t")
}

// nextReply returns where the quoted text of the next line begins in a reply that the client of Redis
// prints with numbers: 2) "…". It is 0 if the line is another.
func nextReply(s string, i int) int {
	at := skipBlanks(s, i)
	end := skipNumber(s, at)
	if end == at || !strings.HasPrefix(s[end:], `) "`) {
		return 0
	}
	at = end + len(") ")
	if !isNoWord(readValue(s, at).text) {
		return 0 // the next of several names
	}
	return at
}

// settingWords set the variable whose name comes next to the word after that.
var settingWords = setOf([]string{
	"ENV",                      // of a Dockerfile
	"setenv", "SetEnv", "setx", // of csh, Apache and Windows
	"-gx", "-Ux", "-x", // set -x of fish
	"#define",
	"fastcgi_param", "uwsgi_param", // of nginx
})

// setsNext reports whether the word before i sets the variable that begins there.
func setsNext(s string, i int) bool {
	const longest = 16
	near := s[max(0, i-longest):i]
	before := strings.TrimRight(near, " ")
	return len(before) < len(near) && settingWords[before[strings.LastIndexAny(before, " \t\n")+1:]]
}

// beginsWord reports whether a blank, a bracket or nothing is before i.
func beginsWord(s string, i int) bool { return i == 0 || strings.IndexByte(" \t\n{([,", s[i-1]) >= 0 }

// behindSign returns where a value begins behind a sign of one byte, 0 unless it fits.
func (a afterName) behindSign(fits bool) int {
	if !fits {
		return 0
	}
	return a.blanks + 1
}

// behindBlanks returns where a value begins behind blanks, 0 unless it fits.
func (a afterName) behindBlanks(fits bool) int {
	if !fits {
		return 0
	}
	return a.blanks
}
