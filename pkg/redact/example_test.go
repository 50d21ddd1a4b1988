package redact_test

import (
	"fmt"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

func ExampleText() {
	text, n := redact.Text("cannot reach postgres://app:hunter2@db:5432/orders: token expired")
	fmt.Println(text, n)
	// Output: cannot reach postgres://app:‹redacted›@db:5432/orders: token expired 1
}

func ExampleValue() {
	fmt.Println(redact.Value("DB_PASSWORD", "hunter2"))
	fmt.Println(redact.Value("DB_PASSWORD_FILE", "/run/secrets/db"))
	// Output:
	// ‹redacted› true
	// /run/secrets/db false
}
