package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// longestStatement bounds how far back a statement of SQL is read.
const longestStatement = 400

// identifiedBy hides the password of CREATE USER … IDENTIFIED BY '…', and of ALTER
// USER, GRANT and CREATE DATABASE LINK; Oracle takes it without quotes. "The revision
// identified by '…'" is no statement of SQL.
func (f *finder) identifiedBy(i, end int) {
	before := strings.ToUpper(f.s[max(0, i-longestStatement):i])
	before = before[strings.LastIndexByte(before, ';')+1:]
	r := readValue(f.s, end)
	if strings.HasSuffix(before, "'IDENTIFIED ") || strings.HasSuffix(before, "'IDENTIFED ") { // near 'IDENTIFIED BY '…'' at line 1 (MySQL)
		if r.quote != "" && isNoWord(r.text) {
			f.addValue(r)
		}
		return
	}
	if !strings.Contains(before, "IDENTIFIED") || !containsAny(before, "USER ", "GRANT ", "ROLE ", "LINK ") {
		return
	}
	const shortest = 6
	oracle := strings.HasSuffix(f.s[:i], "IDENTIFIED ") && len(r.text) >= shortest && !strings.Contains(r.text, "(")
	oracle = oracle || (strings.HasSuffix(before, "IDENTIFIED ") && isNoWord(r.text))
	if (r.quote != "" || oracle) && !harmless(r.text) {
		f.add(r.from, len(strings.TrimRight(f.s[:r.end(f.s)], ";")))
	}
}

// containsAny reports whether s has one of several texts in it.
func containsAny(s string, words ...string) bool {
	for _, word := range words {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// cipherCalls are functions of SQL that take a password or a key, and the place of it
// among their arguments, from 0 (postgresql.org/docs/current/pgcrypto.html;
// dev.mysql.com/doc/refman/8.4/en/encryption-functions.html).
var cipherCalls = map[string]int{
	"pgp_sym_encrypt": 1, "pgp_sym_decrypt": 1, "pgp_sym_encrypt_bytea": 1, "pgp_sym_decrypt_bytea": 1, "pgp_pub_decrypt": 2,
	"aes_encrypt": 1, "aes_decrypt": 1, "crypt": 0, "encryptbypassphrase": 0, "decryptbypassphrase": 0,
}

// loginCalls are constructors and functions of languages that take a user and a password
// without names, and the place of the password among their arguments, from 0.
var loginCalls = map[string]int{
	// learn.microsoft.com/dotnet/api: System.Net, System.DirectoryServices
	"networkcredential": 1, "directoryentry": 2,
	// docs.oracle.com/javase: java.net, java.sql; hc.apache.org; docs.aws.amazon.com/sdk-for-java
	"passwordauthentication": 1, "getconnection": 2, "usernamepasswordcredentials": 1, "basicawscredentials": 1, "basicsessioncredentials": 1,
	// pkg.go.dev: net/http, net/smtp
	"setbasicauth": 1, "plainauth": 2,
	// sequelize.org, nodejs.org/api/crypto.html, cryptography.io, docs.aws.amazon.com/sdk-for-go, min.io/docs
	"sequelize": 2, "createhmac": 1, "createcipheriv": 1, "fernet": 0,
	"newstaticcredentials": 1, "newstaticcredentialsprovider": 1, "newstaticv4": 1,
	// requests.readthedocs.io, pika.readthedocs.io, python-ldap.org
	// pypi.org/project/bcrypt
	"checkpw": 0, "hashpw": 0,
	"changeuserpassword": 1, // db.changeUserPassword of MongoDB
	"httpbasicauth":      1, "httpdigestauth": 1, "plaincredentials": 1, "simple_bind_s": 1,
	// php.net/manual: mysqli, PDO, OCI8, FTP, LDAP, IMAP
	"mysqli_connect": 2, "mysqli": 2, "mysql_connect": 2, "pdo": 2, "oci_connect": 1, "ftp_login": 2, "ldap_bind": 2, "imap_open": 2,
}

// dataSource matches the first argument of a call that opens a database: the name of a driver of PDO
// (php.net/manual/pdo.drivers.php), or an address of JDBC.
var dataSource = lazyregexp.New(`^(?:mysql|pgsql|sqlsrv|oci|dblib|odbc|firebird|ibm|informix|cubrid):|^jdbc:`)

// distinguishedName matches the start of the name of a user in a directory (RFC 4514).
var distinguishedName = lazyregexp.New(`(?i)^(?:uid|cn|ou|dc|mail|samaccountname)=`)

// tracedCall returns the place of the password in a call that is known by its first argument, as in
// stack traces of PHP: PDO->__construct('mysql:host=…', 'bob', '…'), Driver->connect(Array, 'bob', '…'),
// LdapConnection->bind('uid=bob,…', '…').
func (f *finder) tracedCall(name string, i int) (place int, ok bool) {
	first := readValue(f.s, i)
	switch name {
	case "__construct", "create", "connect", "open", "getinstance":
		if name == "connect" && f.hostUserPassword(i) {
			return 2, true
		}
		return 2, (first.quote != "" && dataSource.MatchString(first.text)) || strings.HasPrefix(f.s[i:], "Array, '")
	case "authenticate", "login", "signin", "sign_in":
		return f.passwordAmong(i)
	case "compare", "comparesync", "hash", "hashsync", "verifysync": // npmjs.com/package/bcrypt
		return 0, hasAnySuffix(strings.ToLower(f.s[:i-len(name)-1]), []string{"bcrypt.", "bcryptjs."})
	case "sign", "encode", "verify", "decode":
		return 1, strings.HasSuffix(strings.ToLower(f.s[:i-len(name)-1]), "jwt.")
	case "bind":
		return 1, first.quote != "" && distinguishedName.MatchString(first.text)
	}
	return 0, false
}

// passwordAmong returns the place of the first quoted argument from i on that looks like a password behind the one of a user:
// authenticate('shop', 'bob', '…', {}).
func (f *finder) passwordAmong(i int) (place int, ok bool) {
	words := quotedWords(f.s[:lineEnd(f.s, i)], skipBlanks(f.s, i))
	for n := 1; n < len(words); n++ {
		if isPlainSecret(words[n].text) && isUser(strings.Replace(words[n-1].text, "@", "", 1)) {
			return n, true
		}
	}
	return 0, false
}

// hostUserPassword reports whether the first three arguments at i are texts of which the last looks like a
// password: pymysql.connect('db', 'bob', '…', 'shop').
func (f *finder) hostUserPassword(i int) bool {
	words := quotedWords(f.s[:lineEnd(f.s, i)], skipBlanks(f.s, i))
	return len(words) > 2 && isUser(words[1].text) && isPlainSecret(words[2].text)
}

// insertion matches what follows "insert" in a statement that inserts rows: the table, and its columns if it names them.
var insertion = lazyregexp.New(`(?i)^\s+into\s+(\S+?)\s*(?:\(([^()]{1,400})\))?\s*values\s*\(`)

// loginTable matches the names of tables that can hold credentials.
var loginTable = lazyregexp.New(`(?i)user|account|credential|token|secret|login|auth|api_?key`)

// insertedPasswords hides the values of INSERT INTO users (name, password) VALUES ('bob', '…') in the columns that have the name of a
// credential, and without columns those that look like one.
func (f *finder) insertedPasswords() {
	const longest = 600
	if !f.has("VALUES") && !f.has("values") && !f.has("Values") {
		return
	}
	for _, verb := range []string{"INSERT", "insert", "Insert"} {
		for at := range endsOf(f.s, verb) {
			m := insertion.FindStringSubmatchIndex(f.s[at:min(len(f.s), at+longest)])
			switch {
			case m == nil:
			case m[4] >= 0:
				f.insertedColumns(f.s[at+m[4]:at+m[5]], at+m[1])
			case loginTable.MatchString(f.s[at+m[2] : at+m[3]]):
				f.insertedRow(at + m[1])
			}
		}
	}
}

// rowEnd matches what parts the values of two rows of a statement.
var rowEnd = lazyregexp.New(`^[^();]*\)\s*,\s*\(`)

// insertedColumns hides the values from i on for the columns of credentials.
func (f *finder) insertedColumns(columns string, i int) {
	for n, column := range strings.Split(columns, ",") {
		if kindOf(strings.Trim(column, " \"`[]\n")) != strongName {
			continue
		}
		const most = 50 // rows of a statement
		for row := i; row > 0 && row-i < longestStatement*most; row = f.nextRow(row) {
			f.insertedValue(row, n)
		}
	}
}

// insertedValue hides the n-th value, from 0, of the row whose values begin at i.
func (f *finder) insertedValue(i, n int) {
	if r, found := f.quotedArgument(i, n); found && !harmless(r.text) {
		f.addValue(r)
	}
}

// nextRow returns where the values of the next row begin after the row at i: ('bob', '…'), ('eve', '…'). It is 0 if there is none.
func (f *finder) nextRow(i int) int {
	window := f.s[i:min(len(f.s), i+longestStatement)]
	m := rowEnd.FindStringIndex(window)
	if m == nil {
		return 0
	}
	return i + m[1]
}

// insertedRow hides the quoted values from i on that look like credentials.
func (f *finder) insertedRow(i int) {
	for _, v := range boundValues(f.s[:lineEnd(f.s, i)], i) {
		if skipQuote(f.s, v.to) > v.to && (isLongRandom(v.text) || looksChosen(v.text)) && !isPublic(v.text) {
			f.add(v.from, v.to)
		}
	}
}

// isLoginCall reports whether a word is a call whose password is not its first argument.
func (f *finder) isLoginCall(i, end int) bool {
	if end >= len(f.s) || f.s[end] != '(' {
		return false
	}
	_, known := loginCalls[strings.ToLower(f.s[i:end])]
	return known
}

// cipherCall hides the key of a call such as AES_DECRYPT(data, '…').
func (f *finder) cipherCall(i, end int) {
	if end >= len(f.s) || f.s[end] != '(' {
		return
	}
	name := strings.ToLower(f.s[i:end])
	place, known := cipherCalls[name]
	if !known {
		place, known = loginCalls[name]
	}
	if !known {
		place, known = f.tracedCall(name, end+1)
	}
	if !known {
		return
	}
	if r, found := f.quotedArgument(end+1, place); found && !isNoPassword(r.text) {
		f.addValue(r)
	}
}

// quotedArgument returns the n-th argument, from 0, of those that begin at i, and false if it is not there or has no quotes.
func (f *finder) quotedArgument(i, n int) (reading, bool) {
	for range n {
		if i = f.nextArgument(i); i < 0 {
			return reading{}, false
		}
	}
	r := readValue(f.s, skipSpace(f.s, i))
	return r, r.quote != ""
}

// nextArgument returns where the argument after the one at i begins, or -1.
func (f *finder) nextArgument(i int) int {
	depth := 0
	last := min(len(f.s), i+longestStatement)
	for i < last {
		quoted := skipQuote(f.s, i)
		switch c := f.s[i]; {
		case quoted > i:
			i = quoted + quotedEnd(f.s[quoted:last], f.s[i:quoted])
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			return i + 1
		}
		i++
	}
	return -1
}
