package redact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// In these tables ‹…› around a piece of the input marks what has to go, and
// nothing else may change.
func input(marked string) string { return strings.NewReplacer("‹", "", "›", "").Replace(marked) }

func want(marked string) (string, int) {
	var out strings.Builder
	n := 0
	for rest := marked; ; n++ {
		before, after, ok := strings.Cut(rest, "‹")
		out.WriteString(before)
		if !ok {
			return out.String(), n
		}
		out.WriteString(redact.Mark)
		_, rest, _ = strings.Cut(after, "›")
	}
}

// Credentials go, the words around them stay.
func TestText(t *testing.T) {
	for _, marked := range []string{
		// URLs and data source names
		`cannot connect to postgres://app:‹hunter2›@db.prod:5432/orders?sslmode=disable: timeout`,
		`redis://:‹s3cret›@redis:6379/0`,
		`amqp://user:‹p@ss:w›@rabbit/vhost`,
		`dial redis://h1:6379,redis://u:‹p›@h2:6379`,
		`open "app:‹hunter2›@tcp(mysql:3306)/orders": refused`,
		`dsn host=db user=app password=‹hunter2› dbname=orders`,
		`Server=db;User Id=sa;Password=‹Str0ng,One›;Encrypt=true`,
		`jdbc:mysql://db/orders?user=app&password=‹hunter2›&useSSL=true`,
		// names and values
		`password=‹hunter2›`,
		`password: ‹hunter2›`,
		"db_password: ‹letmein›\nuser: app",
		`{"user":"app","password":"‹hunter2›","retry":3}`,
		`{"msg":"{\"clientSecret\":\"‹abc def›\"}"}`,
		`level=error msg="login failed" token=‹abc123› user=7`,
		`msg="config: api_key=‹abc›, retries=3"`,
		`{ apiKey: '‹it is quoted›' }`,
		`DB_PASS=‹x› DB_HOST=db`,
		`GITHUB_PAT=‹abc›`,
		`dbPass=‹x› privateKey=‹y›`,
		`password: '‹abc›' is what it sent`,
		`token: ‹abc123def456ghi› is what it sent`,
		`AWS_SECRET_ACCESS_KEY=‹wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY›`,
		`private_key => ‹abc›`,
		`{"name":"DB_PASSWORD","value":"‹hunter2›"},{"name":"HOST","value":"db"}`,
		"- name: API_TOKEN\n  value: \"‹abc def›\"\n- name: HOST\n  value: db",
		`{"auths":{"ghcr.io":{"auth":"‹dXNlcjpwYXNzMTIz›"}}}`,
		`run: server --db-password ‹hunter2› --port 80`,
		`run: server --token=‹abc›`,
		`secret = "‹never closed`, // a line that was cut
		// headers
		`Authorization: Bearer ‹abc.def-123›`,
		`"authorization":"Basic ‹dXNlcjpwYXNz›"`,
		`curl -H 'Authorization: token ‹abc›' https://x`,
		`proxy-authorization: Digest ‹abc› and more`,
		`sent bearer ‹abcdefgh12345678› to upstream`,
		`X-JFrog-Art-Api: ‹AKCp8aB3dE6fG7hI9j0K›`,
		// tokens by their looks
		`key AKIA‹› is not one`,
		`using ‹AKIAIOSFODNN7EXAMPLE› in eu-west-1`,
		`cookie ‹eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U›; path=/`,
		`clone https://‹ghp_abcdefghijklmnopqrstuvwxyz0123456789›@github.com/x/y`,
		`slack ‹xoxb-123456789012-abcdefghijkl› failed`,
		`stripe ‹sk_live_abcdefghijklmnop› declined`,
		// signs of make, PHP and shells
		`SONAR_TOKEN ::= "‹hQ7x93kfLm2pWz›"`,
		`SONAR_TOKEN :::= "‹hQ7x93kfLm2pWz›"`,
		`SONAR_TOKEN ?= "‹hQ7x93kfLm2pWz›"`,
		`$sonarToken .= "‹hQ7x93kfLm2pWz›"`,
		`SONAR_TOKEN+=‹hQ7x93kfLm2pWz›`,
		// several hosts with a user and password each, of which the first is not the only one
		`postgresql://app:‹hQ7x93kf›@db-0:5432,app:‹hQ7x93kf›@db-1:5432/shop`,
		// webhooks without a scheme, and of today's Teams
		`posting to hooks.slack.com/services/‹T024TTTTT/BBB72BBLQ/AZAAA9u0pA4ad666eMgbi555› failed`,
		`post "https://acme.webhook.office.com/webhookb2/‹9e6d1f50-2b7a-4c83-b1d4-3f5a7c9e1b20@1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809/IncomingWebhook/kv2gvke28kbu1o8m2bpp5pge8oqe5lj8/m5nh9gr6-fs2g-4wkr-a7xp-awn5yj3x2k1q›": 400`,
		// sentences in the log formats of public programs
		`observe 12 with token ‹hQ7x93kfLm2p›`,
		`session secret ‹hQ7x93kfLm2p› loaded from env`,
		`Loaded Yelp API Key ‹hQ7x93kfLm2p›`,
		`The new secret access key is ‹a7f3k9c2›`,
		`bootstrap token is ‹a7f3k9c2›`,
		`JWT secret set to "‹a7f3k9c2›"`,
		`X-Api-Key header was ‹a7f3k9c2›`,
		`bob logged in using ‹hunter2024› as password`,
		`Use ‹hunter2024› as the password for the first login`,
		`connecting to db as bob:‹hQ7x93kfLm2p›`,
		`default credentials (admin/‹hunter2024›)`,
		`received Authorization header: ‹hQ7x93kfLm2pWz›`,
		// options of curl
		"curl -X POST https://cache:11222/rest \\\n  -u developer:‹yqDVtkqPECriaLRi›",
		`curl -u ":‹d2LkV78zLx!t›" https://search:9200`,
		`curl -u "‹d2LkV78zLx!t›:" https://search:9200`,
		"-----BEGIN RSA PRIVATE KEY-----‹\nMIIEpAIBAAKCAQEA\nabc=\n›-----END RSA PRIVATE KEY-----\nnext line",
		"-----BEGIN PRIVATE KEY-----‹\nMIIEvQIBADAN›",
	} {
		marked = strings.ReplaceAll(marked, "‹›", "")
		text, n := want(marked)
		got, count := redact.Text(input(marked))
		if diff := cmp.Diff(text, got); diff != "" {
			t.Errorf("%s\n(-want +got)\n%s", input(marked), diff)
		}
		if count != n {
			t.Errorf("%s: counted %d, want %d", input(marked), count, n)
		}
	}
}

// What only speaks of credentials stays as it is.
func TestTextKeeps(t *testing.T) {
	for _, text := range []string{
		// what files, listings and logs of public projects have
		"PHP Parse error:  syntax error, unexpected token \";\", expecting \"]\" in /app/a.php on line 3",
		`db = connect(password=os.environ["DB_PASSWORD"], timeout=8)`,
		`password := config.Get("password").(string)`,
		`local token=$2`,
		`KUBE_TOKEN=$("${ROOT}/bin/kubectl" config view)`,
		`echo "$DOCKER_PASSWORD" | docker login -u bob --password-stdin`,
		"topologyKey: topologyKeyValue",
		"- key: CriticalAddonsOnly",
		"passwd:         files systemd",
		"      id-token: write",
		"apt passwd 1:4.13+dfsg1-1+deb12u1",
		`"jsonwebtoken": "^9.0.0",`,
		`the token is OAuth2Token`,
		`the secret is db-creds-2026`,
		`using sha256 as the key for the cache`,
		`running as 1000:1000, as system:serviceaccount:shop:web`,
		`as web:nginx-1 and as shop:api-7d4b9c6f5d-x2x9z`,
		`credentials (3 of 4/5)`,
		`the Authorization header: missing`,
		`Could not resolve io.jsonwebtoken:jjwt-jackson-0.11.2`,
		`"bucket_key": "SalesResults-1.2"`,
		`issuerKeyHash=ov9o_wsK=n0vir6zfeneIikL7GtJlg`,
		`<add key="Connection_B2B9x" value="shop" />`,
		`<img src="/assets/video_box.ico-7a388b69018576d24b59331fd60aab0c.png">`,
		`AccountName={2};AccountKey={3};`,
		`password={password}`,
		"- `is_secret` -> `isSecret`",
		"the parser reads tokens → events",
		"[pat]: https://example.org/path#Match",
		"access tokens ([3697779](https://example.org/c/369777938e435b043e37460ff1feffedd84b7dd1))",
		`you can pass "--quiet" down, or pass -v2`,
		"gpg: using RSA key FB6BEDFCECE1761EDD68BF32EF2D274B0EDAAE12",
		"imageID: ghcr.io/external-secrets/external-secrets:v0.8.3@sha256:d73f04fb14ac8caebf32c241",
		"docker build --secret id=npm,src=/root/.npmrc .",
		"  --use-auth-secret\t\tTURN REST API flag.",
		"as in ecto://USER:PASS@HOST/DATABASE",
		"CSIToken=true|false (ALPHA - default=false)",
		"secrets: [web-tls, db-login]\nnetworks:\n  inner:",
		"it ended with exit code 1: System.NullReferenceException: Object reference not set",
		"it ended with exit code 1: [UnhandledPromiseRejection: This error originated",
		"error code 17: com.example.billing.LedgerClosedException: x",
		"the user or password is wrong: PG::ConnectionBad: FATAL",
		"the password is wrong: routers/init.go:64:mustInitCtx() [F] failed",
		"auth java.lang.IllegalStateError: no",
		`token expired`,
		`error: token is expired`,
		`token: unexpected end of JSON input`,
		`SyntaxError: Unexpected token: '<' at line 1`,
		`secretName: foo`,
		`secretKeyRef: {name: db, key: password}`,
		`"secretKeyRef":{"name":"db","key":"password"}`,
		`imagePullSecrets: [{name: regcred}]`,
		`--password-file=/x`,
		`passwordFile=/x`,
		`tokenPath: /var/run/secrets/kubernetes.io/serviceaccount/token`,
		`token: /var/run/secrets/kubernetes.io/serviceaccount/token`,
		`SECRET_KEY_BASE is not set`,
		`KeyError: 'DB_PASSWORD'`,
		`password: required`,
		`DB_PASSWORD=`,
		"DB_PASSWORD=\nnext=line",
		`DB_PASSWORD=$(OTHER)`,
		`PASSWORD=****`,
		`password=<redacted>`,
		`FATAL: password authentication failed for user "app"`,
		`couldn't find key password in Secret default/db`,
		`MountVolume.SetUp failed for volume "cert" : secret "tls" not found`,
		`failed to get secret: secrets "db" not found`,
		`"cannot read" secret="default/regcred"`,
		`secret/db configured`,
		`max_tokens=4096 tokens: 512`,
		`TOKEN_TTL=3600 password_min_length: 12`,
		`https://example.org:8443/path@v1`,
		`http://localhost:8080 user@example.org`,
		`pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
		`failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Ax%2Fy%3Apull: 401 Unauthorized`,
		`unauthorized: authentication required`,
		`couldn't find key db-password in Secret shop/db`,
		`Error: secret "db-password" not found`,
		`panic: environment variable DB_PASSWORD: not set`,
		`NOAUTH Authentication required.`,
		`password must be at least 12 characters: got 4`,
		`image: registry:5000/app@sha256:0123456789abcdef`,
		`PWD=/srv/app`,
		`key: value`,
		`sort key=name`,
		`author: alice`,
		`basic authentication-credentials required`,
		`auth: ldap`,
		`bearer token1 is invalid`,
		`compass=north bypass=1`,
		`the flag --password is required`,
		`-----BEGIN CERTIFICATE-----` + "\nMIIB\n-----END CERTIFICATE-----",
		`disk-0123456789012345678901234567890123456789`,
		`monkey=banana hotkey: ctrl`,
		``,
	} {
		if got, n := redact.Text(text); got != text || n != 0 {
			t.Errorf("%s\nbecame\n%s (%d)", text, got, n)
		}
	}
}

func TestValue(t *testing.T) {
	for _, c := range []struct {
		key, value, want string
		hidden           bool
	}{
		{"DB_PASSWORD", "hunter2", redact.Mark, true},
		{"DB_PASSWORD", "two words", redact.Mark, true},
		{"POSTGRES_PASSWORD_2", "x", redact.Mark, true},
		{"API_KEY", "abc", redact.Mark, true},
		{"SECRET_KEY_BASE", "abc", redact.Mark, true},
		{"GOOGLE_CREDENTIALS", "{...abc}", redact.Mark, true},
		{"TLS_PRIVATE_KEY", "abc", redact.Mark, true},
		{"dbpassword", "abc", redact.Mark, true},
		{"token", "12345", redact.Mark, true},
		{"PASSWORD_HASH", "abc", redact.Mark, true},
		{"DATABASE_URL", "postgres://app:hunter2@db/orders", "postgres://app:" + redact.Mark + "@db/orders", true},
		{"SENTRY_DSN", "https://abc@sentry.io/1", "https://abc@sentry.io/1", false},
		{"DB_PASSWORD", "", "", false},
		{"DB_PASSWORD", "$(FROM_ELSEWHERE)", "$(FROM_ELSEWHERE)", false},
		{"ALLOW_EMPTY_PASSWORD", "yes", "yes", false},
		{"PASSWORD_FILE", "/run/secrets/db", "/run/secrets/db", false},
		{"SECRET_NAME", "db", "db", false},
		{"TOKEN_EXPIRY", "3600", "3600", false},
		{"TOKEN_URL", "https://login/token", "https://login/token", false},
		{"PWD", "/srv", "/srv", false},
		{"KEY", "abc", "abc", false},
		{"ADMIN", "admin:hunter22", "admin:" + redact.Mark, true},
		{"APP_USERS", "bob:hunter22,eve/hunter33", "bob:" + redact.Mark + ",eve/" + redact.Mark, true},
		{"RUN_AS_USER", "app:staff", "app:staff", false},
		{"SAML_CERT", "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa", "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa", false},
		{"PARTITION_KEY", "abc", "abc", false},
		{"COMPASS", "north", "north", false},
		{"MESSAGE", "hello", "hello", false},
		{
			"kubectl.kubernetes.io/last-applied-configuration",
			`{"apiVersion":"v1","data":{"ca.crt":"QUJD"},"kind":"Secret","metadata":{"name":"a<b"}}`,
			`{"apiVersion":"v1","data":{"ca.crt":"` + redact.Mark + `"},"kind":"Secret","metadata":{"name":"a<b"}}`, true,
		},
		{
			"kubectl.kubernetes.io/last-applied-configuration",
			`{"kind":"Deployment","spec":{"env":[{"name":"API_TOKEN","value":"abc"}]}}`,
			`{"kind":"Deployment","spec":{"env":[{"name":"API_TOKEN","value":"` + redact.Mark + `"}]}}`, true,
		},
	} {
		if got, hidden := redact.Value(c.key, c.value); got != c.want || hidden != c.hidden {
			t.Errorf("Value(%s, %s) = %q, %t, want %q, %t", c.key, c.value, got, hidden, c.want, c.hidden)
		}
	}
}

func TestArgs(t *testing.T) {
	given := []string{
		"serve",
		"--db-password",
		"hunter2",
		"--token=abc",
		"--token",
		"--port",
		"80",
		"--secret-file",
		"/x",
		"postgres://u:p@h/d",
		"-v",
	}
	got, n := redact.Args(given)
	want := []string{
		"serve",
		"--db-password",
		redact.Mark,
		"--token=" + redact.Mark,
		"--token",
		"--port",
		"80",
		"--secret-file",
		"/x",
		"postgres://u:" + redact.Mark + "@h/d",
		"-v",
	}
	if diff := cmp.Diff(want, got); diff != "" || n != 3 {
		t.Errorf("redacted %d, want 3 (-want +got)\n%s", n, diff)
	}
	if given[2] != "hunter2" {
		t.Error("Args changed what it was given")
	}
}

// A manifest of a Secret can end without a line break, at any place.
func TestTextOfSecretManifests(t *testing.T) {
	manifest := "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: hunter2\ndata:\n  a: aHVudGVyMg=="
	for end := range len(manifest) + 1 {
		if shown, _ := redact.Text(manifest[:end]); strings.Contains(shown, "hunter2") {
			t.Errorf("%q is shown as %q", manifest[:end], shown)
		}
	}
}

// Redacted text is not redacted again, whatever is in it.
func TestTextTwice(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"password", "token", "TOKEN_FILE", "auth", "name", "value", "=", ":", ": ", "\"", "'", "\\\"", " ", "\n", ",", ";", "@", "://",
		"/", "}", "{",
		"hunter2", "Bearer ", "Authorization", "AKIAIOSFODNN7EXAMPLE", "abc123def456ghi", "--", "‹", "›", redact.Mark,
		"-----BEGIN PRIVATE KEY-----", "é",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "text"), "")
		once, _ := redact.Text(text)
		twice, n := redact.Text(once)
		if twice != once || n != 0 {
			t.Fatalf("%q\nonce  %q\ntwice %q (%d)", text, once, twice, n)
		}
	})
}

func BenchmarkText(b *testing.B) {
	line := `2026-11-23T10:00:00Z level=info msg="GET /api/orders 200" duration=12ms key=orders token=abc user=7` + "\n"
	quiet := strings.Replace(line, "key=orders token=abc", "path=/orders", 1)
	log := strings.Repeat(line+strings.Repeat(quiet, 9), 60)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		redact.Text(log)
	}
}

// linesOf returns the lines of a file in testdata that are no comments.
func linesOf(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); !strings.HasPrefix(line, "# ") {
			out = append(out, line)
		}
	}
	return out
}

// Passwords and tokens go from the lines of shells, clients, dumps and sentences.
func TestTextOfManyForms(t *testing.T) {
	for _, line := range linesOf(t, "hidden.txt") {
		text := line
		if !strings.Contains(line, `\"`) && !strings.Contains(line, `\u`) && !strings.Contains(line, `\0`) && !strings.Contains(line, `\r`) {
			text = strings.ReplaceAll(line, `\n`, "\n")
		}
		if shown, n := redact.Text(text); n == 0 || strings.Contains(shown, "Xk7pq") {
			t.Errorf("%q is shown as %q", text, shown)
		}
	}
}

// Credentials in lists of quoted words, errors of flags, SQL, sentences over two lines,
// LDIF, property lists and pairs in brackets go, and the words around them stay.
func TestTextOfMarkedForms(t *testing.T) {
	for _, line := range linesOf(t, "marked.txt") {
		line = strings.ReplaceAll(line, `\n`, "\n")
		wanted, number := want(line)
		if shown, n := redact.Text(input(line)); shown != wanted || n != number {
			t.Errorf("%q is shown as %q", line, shown)
		}
	}
}

// Names, digests, versions and sentences about credentials stay.
func TestTextKeepsManyForms(t *testing.T) {
	for _, line := range linesOf(t, "kept.txt") {
		if shown, n := redact.Text(line); n > 0 {
			t.Errorf("%q became %q", line, shown)
		}
	}
}

// BenchmarkOneLine reads lines of 100 KB in which each word is or begins something that is looked at: the time
// must grow with their length alone.
func BenchmarkOneLine(b *testing.B) {
	for _, words := range []string{
		"password=", "key ", "AUTH :", "--eyJ", "password--password", "aZ3kQ9x7-", "your code\n", "token x\n", "# password\n", "密码 ", "admin:",
		"a  password  b\n", " as bob using ", "[a/b ",
		"password: # ", "| password | ", `a0="x" `, "(b, c1) ", "[a, password] ", "tokens={a=1,", "passwords:\n  a: b\n", "Args:\n  a\n",
		"password falcon ", "- users:\n", "users={a:b ",
	} {
		text := strings.Repeat(words, 100_000/len(words))
		b.Run(words, func(b *testing.B) {
			for b.Loop() {
				redact.Text(text)
			}
		})
	}
}
