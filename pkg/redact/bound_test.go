package redact

import (
	"strings"
	"testing"
)

// Parameters of statements are hidden if their column holds a credential, and no others.
func TestTextOfBoundParameters(t *testing.T) {
	for _, text := range []string{
		"==>  Preparing: INSERT INTO user (name,password) VALUES (?,?)\n==> Parameters: bob(String), ‹cherry13›(String)",
		"==>  Preparing: SELECT * FROM user WHERE name = ? AND password = ?\n==> Parameters: bob(String), ‹cherry13›(String)",
		"[SQL: INSERT INTO users (name, password, age) VALUES (%s, %s, %s)]\n[parameters: ('bob', '‹cherry13›', 42)]",
		"LOG:  execute: UPDATE users SET password = $1 WHERE name = $2\nDETAIL:  parameters: $1 = '‹it is, quoted›', $2 = 'bob77'",
		"Engine INSERT INTO users (name, password) VALUES (%s, %s)\nINFO Engine [generated in 0.00021s] ('bob', '‹cherry13›')",
		"SELECT * FROM users WHERE name = ? AND password = ? [bob, ‹cherry13›]",
		"update users set password=? where id=? -- params: [\"‹cherry13›\", 3]",
		"[Parameters=[@p0='bob' (Size = 64), @p1='‹cherry13›' (Size = 128)]]\nUPDATE [Users] SET [Name] = @p0, [Password] = @p1",
		"[Parameters=[@p0='bob44' (Size = 64)]]\nUPDATE [Users] SET [Name] = @p0",
		"==>  Preparing: UPDATE orders SET state = ? WHERE id = ?\n==> Parameters: open7x(String), 42(Long)",
		"[SQL: INSERT INTO users (name, password_length) VALUES (?, ?)]\n[parameters: ('bob42x', 12)]",
		"no statement before, Parameters: bob(String), cherry13(String)",
		"INSERT INTO users (password) VALUES (?)\nParameters: ",
	} {
		given := strings.NewReplacer("‹", "", "›", "").Replace(text)
		if shown, _ := Text(given); shown != marked.ReplaceAllString(text, Mark) {
			t.Errorf("%q became %q", given, shown)
		}
	}
}
