package redact_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// The name of a file shows what its lines are: directives, users and their passwords, or a password alone.
func TestValueOfFiles(t *testing.T) {
	for _, c := range []struct{ file, marked string }{
		{"fluent.conf", "  self_hostname fwd\n  shared_key ‹saddle›\n"},
		{"httpd.conf", "OIDCCryptoPassphrase ‹lemon›\nOIDCScope openid\n"},
		{"frr.conf", "password ‹tiger›\nenable password ‹harbor›;\n"},
		{"spark.properties", "spark.ssl.keyPassword ‹candle›\n"},
		{"a.conf", "password required\ntoken_type bearer\npassword ${PASSWORD}\nsecret @SECRET@\nlogging.level.password DEBUG\n"},
		{"nginx.conf", "ssl_password_file /etc/keys/global.pass;\n"},
		{"notes.md", "password ‹lemon›\npassword required\n"},
		{"artemis-users.properties", "bob = ‹Z4mZQLNToD50›\nann = ‹hunter22›,viewer\n"},
		{"users.yaml", "name: bob\nrole: admin2\n"},
		{"htdigest", "bob:realm:‹2c10f2fdd0c0c199ea18ccb30f5e8ba6›\n"},
		{"passwd", "root:x:0:0:root:/root:/bin/bash\n"},
		{"db-password.txt", "‹banana›\n"},
		{"password.txt", "Passwords must have 12 characters.\n"},
		{"common-password", "password [success=1 default=ignore] pam_unix.so obscure yescrypt\n"},
		{"users.acl", "user ops on #‹c818c75ae9f45cd055e301ce303664c43244fbae1425d20fbd9c2ac1721ce5f9› ~* +@read\n"},
		{"auth.php", "'passwords' => ['users' => ['table' => 'password_resets', 'expire' => 60]]"},
		{"runtime.exs", `password: System.fetch_env!("DB_PASSWORD"), pool_size: 10`},
		{"de.json", `{"password":"Passwort","newPassword":"Neues Passwort"}`},
		{"a.proto", "message A { string password = 1; }"},
		{"a.yaml", "password:\n  value: ‹pepper›\n"},
		{"a.yaml", "secret:\n  value: shop-db\n"},
		{"a.yaml", "password: &pw ‹saddle›\n"},
		{"a.yaml", "users:\n  - bob:‹ZezDoJwGgEZV›\n  - name: ann\n"},
		{"users.yaml", "users:\n  ann: ‹falcon›\n  bob: ‹lantern42›\nhost: harbor\n"},
		{"auth.yaml", "auth:\n  users:\n    ann: ‹falcon›\n    bob: ‹harbor›\n  realm: shop\n"},
		{"users.json", `{"users":{"ann":"‹falcon›","bob":"‹lantern42›"}}`},
		{"users.ini", "[admins]\nann = ‹falcon›\nbob = ‹lantern42›, admin\n[log]\nlevel = harbor\n"},
		{"logins.yaml", "logins:\n- [ann, ‹falcon›]\n- [bob, ‹lantern42›]\n"},
		{"prefs.yaml", "users:\n  ann: dark\n  bob: light\n"},
		{"roles.yaml", "auth:\n  users:\n    ann: admin\n    bob: viewer\n"},
		{"limits.yaml", "users:\n  role: falcon\n  bob: lantern42\n"},
		{"auth.txt", "bob\n‹falcon›\n"},
		{"names.txt", "bob\nfalcon\n"},
		{"vsftpd-users.txt", "ann\n‹falcon›\nbob\n‹lantern42›\n"},
		{"BASIC_AUTH_USERS", "ann:‹falcon›,bob:‹harbor›"},
		{"USERS", "ann:‹falcon›,bob:‹lantern42›"},
		{"USERS", "ann:falcon,bob:harbor"},
		{"HTTP_AUTH", "‹bob:falcon›"},
		{"HTTP_AUTH", "ldap:falcon"},
		{"MYSQL_RANDOM_ROOT_PASSWORD", "1"},
		{"DB_PASSWORD", "${DB_PASSWORD:?not set}"},
		{"dns.zone", `example.com. IN TXT "google-site-verification=kHaho58tg3dB-2U8RqDoDf0KIdxv4lAKZ3Gj5ZxERqE"`},
		{"UNLOCK_PIN", "‹614600›"},
		{"LED_PIN", "18"},
		{"BASIC_AUTH", "‹admin:garden›"},
		{"BASIC_AUTH", "enabled"},
		{"SFTP_USERS", "bob:‹hunter22›:1000,ann:‹hunter33›:1001:100"},
	} {
		want, _ := want(c.marked)
		if got, _ := redact.Value(c.file, input(c.marked)); got != want {
			t.Errorf("Value(%s, %q) = %q, want %q", c.file, input(c.marked), got, want)
		}
	}
}
