package redact

import "testing"

// A password of a word and a number has the form of a name, so that its place on a line about a login decides.
func TestTextOfPlacedPasswords(t *testing.T) {
	checkMarked(t, []string{
		`field password: got "‹rocket42›", want at least 20 characters`,
		`password check failed: compare('‹rocket42›') is false`,
		"login failed for bob@example.com (‹ocean-tomato-836›)",
		"authenticate(\"bob\", \"‹pocket90›\") failed",
		"password attempt ‹lizard-monkey-447› for root",
		"stored=‹$2b$12$5bFjzP5YoSwA8wLYCr2p6NR8AM3QblXb2GSL23AJY3Avyv9GYesvF› given=‹Falcon2019!›",
		"A senha foi definida como ‹tomato96›",
		`{"msg":"token validated","sub":"bob","jti":"71b6f95f-9359-efc5-612f-8f6d88f1ada2","exp":1762081872}`,
		`password login failed on "worker42"`,
		`password of "worker42" is not set`,
		`password login on ["worker42", "worker43"]`,
		`password check passed for ("shop", "worker42", 5432)`,
		"passwords are hashed with \"pbkdf2\" or 'sha512'",
	})
}
