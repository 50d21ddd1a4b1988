package redact

import "testing"

// A plain word goes if a sentence has it in the place of the password, and words that sentences have there stay.
func TestTextOfBareWords(t *testing.T) {
	checkMarked(t, []string{
		"login as admin with password ‹falcon› failed",
		"connecting to db as shop, password ‹falcon›",
		"user bob tried password ‹falcon› ; TTY=pts/0",
		"password ‹falcon› is too short, want 12 characters",
		"got password ‹falcon› from environment",
		"using the shared secret ‹falcon›",
		"decryption with passphrase ‹falcon lantern harbor willow› failed",
		"You can now sign in: user admin, pass ‹falcon›",
		"password ‹falcon› ",
		"password authentication failed for user bob",
		"password policies of the realm",
		"password expires in 3 days",
		"the password manager is locked",
		"passphrase required to unlock the key",
		"password falcon lantern",
		"passing falcon to the pass falcon",
		"Password falcon",
		"login as admin with password failed",
	})
}
