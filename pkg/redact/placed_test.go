package redact

import "testing"

// A password of a word and a number has the form of a name, so that its place on a line about a login decides.
func TestTextOfPlacedPasswords(t *testing.T) {
	checkMarked(t, []string{
		`field password: got "‹rocket42›", want at least 20 characters`,
		`password check failed: compare('‹rocket42›') is false`,
		"login failed for bob@example.com (‹ocean-tomato-836›)",
		"authenticate(\"bob\", \"‹pocket90›\") failed",
		`hash("‹carbon66›") = ‹$2b$12$JY5SVcEn5CBoTWjqfWt1kZofkFawPQPBlmG7r5f7iD3VoP6lkfKhd›`,
		"pgadmin master password set (‹ginger22›)",
		"checking password <‹orange-copper-448›> against the stored one",
		"brute force attempt: root/‹planet57› from 10.0.0.9",
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

// Some words are passwords by their form alone, wherever they stand.
func TestTextOfUnmistakablePasswords(t *testing.T) {
	checkMarked(t, []string{
		"tried ‹Copper1998!› for bob",
		"bob typed ‹c0pp3r#7›",
		"at Http2Stream#close and Base64Coder#decode1",
		"built with openSSL_111, myAPI-42 and s3fs#photos",
		"if source1Count%2 == 0 {",
		"see https://h/edit?ts=5ef3be6a#heading",
		"last login: 2026-11-01T10:00:00Z",
		"fixes k8s#12, log4j2#345 and oauth2proxy#12",
		"Welcome to 2024!",
		"export lvmRAID_1",
	})
}

// Keys are printed as the numbers of their bytes, and in groups of capitals.
func TestTextOfBytes(t *testing.T) {
	checkMarked(t, []string{
		"SigningKey: ([]uint8) (len=16 cap=16) {\n  00000000  ‹5d aa 0c 4b 60 65 4b 4b  e4 4e 84 98 dc 94 0a 66›  |......|\n }",
		"secret key: []byte{‹0x5d, 0xaa, 0x0c, 0x4b, 0x60, 0x65, 0x4b, 0x4b›}",
		"psk (hex) ‹5d aa 0c 4b 60 65 4b 4b e4 4e 84 98 dc 94 0a 66›",
		"enter this key: ‹WPUT EWRM AKDG ROOJ›",
		"join with ‹8b31572c2069df1f8941af5aaf9dda584fa0d2b7796f3a46›",
		"secret key: []byte{0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01}",
		"changePassword(1, []int{2, 0, 2, 1, 2, 2, 2, 3})",
		"fingerprint of the signing key: CB63A1B451773FCCF952B630654695BDBF84D6E5",
		"the ID of the token: 8b31572c2069df1f8941af5aaf9dda58",
	})
}
