package redact

import (
	"strings"
	"testing"
)

// checkMarked fails unless of each text what is between ‹ and › goes, and nothing else.
func checkMarked(t *testing.T, texts []string) {
	t.Helper()
	for _, text := range texts {
		given := strings.NewReplacer("‹", "", "›", "").Replace(text)
		if shown, _ := Text(given); shown != marked.ReplaceAllString(text, Mark) {
			t.Errorf("%q became %q", given, shown)
		}
	}
}

// What can only be random is hidden although nothing names it. IDs, digests, public keys and parts of paths stay.
func TestTextOfUnnamed(t *testing.T) {
	checkMarked(t, []string{
		"received ‹zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U›",
		"[auth] ‹n7-grH-eJJoYnrbYL_H5xPaOD2pgiNm-LNMzAdn9Lsn› ok for bob",
		"GET /files/report.pdf?‹oAH7cJ8XnISCOlxd5IoU1hbNXNUK5DuuWW4JazvS› 200",
		`could not read "‹zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U›": wrong length`,
		"license accepted: ‹F9NUA-UWFM6-YGYLA-Z2S22-BWSTQ› (25 seats)",
		"serial ‹YVI0-VEW6-9UF6-0QLT›",
		// the length of IDs of Kafka and Elasticsearch
		"started WMaLMJ1tRcye8btbiILbiA",
		// names, with signs and without
		"trace_id=zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U",
		"Cluster ID = zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U",
		"request zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U done",
		`{"kty":"EC","x":"zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U"}`,
		`{"zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U":1}`,
		`ETag: W/"zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U"`,
		"node: zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U",
		"the public key zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAABAWnJP86eksON7GgizFN7vpwC5MMKEBaFGphpQf5aPy1",
		"sha384-zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U",
		"req_9zQ7vR2mKx9LpT4wBnY8sHc",
		"https://cdn/zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U/main.js",
		"yesod-core-1.6.23.1-GC6urLyTFb5B1S9M5pLpgj:Yesod.Core.Dispatch",
		"data zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U=",
		// words, tags of languages, constants, numbers
		"SecureRandomFactoryBeanPostProcessor2V3Impl4",
		"en-GB-t-m0-iso-i0-pinyin-u-ca-buddhist-nu-Arab-rg-uszzzz",
		"X-GB-t-m0-aZ3kQ9x-u-V7bN2c-rg-uSzzz",
		"pod: zQ7vR2mKx9LpT4wB",
		"PkixPublicKey_RSA_SIGN_PKCS1_2048_SHA256",
		"0xAA8B938F9A201946AA8B938F9A20",
		"2026-1130-1200-0001",
		// a certificate, whose last line is shorter
		"GDAWgBTLGktJw00mGe07dUGY6JQkyghF3TAoBgNVHREEITAfhh1zcGlmZmU6Ly9l\nzQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U\n-----END CERTIFICATE-----",
		"value: RGVhciBCb2IsIHlvdXIgb3JkZXIgd2FzIHNoaXBwZWQgdG9kYXkuCg",
	})
}

// Around a word for a credential less is enough, but no names of objects, places in code, or what is encrypted goes.
func TestTextNearWords(t *testing.T) {
	checkMarked(t, []string{
		"prepared AUTH LOGIN challenge: '‹Z1husWg1nXzPjY›'",
		"bob\t‹SO8vZplS5yMp›\tpassword reset",
		`cannot log in with "‹+cmoZ#oKPudlxIr%›": wrong password`,
		"comparing '‹oraBUTTER_4305›' to stored password hash",
		"password too weak: ‹Pepper1995!›",
		"Copy the following secret into your app: ‹mblrgb00r0eg5kefnp0iaowc›",
		"Master key printed below.\n‹qL8+vT2nR7xK4mW9pZ3sB6dF1hJ5gY0c/aE›",
		"│  Sign in as admin with    │\n│                           │\n│   ‹bS842Jcv7EnV1iKSx3GU›    │",
		"===> PASSWORD <===\n‹hunter-bridge-343›",
		"$ openssl rand -hex 32\n‹afd0185b8880466c6a2f362147d586b3fa87ddd838a5c86b684d8e198b623ee6›",
		"$ git rev-parse token\nafd0185b8880466c6a2f362147d586b3fa87ddd8",
		"see https://h/edit?ts=5ef3be6a#heading of the auth guide",
		"secret='ENC(2048tUf83Ex0oSbDGa8vaU1hGqesODG9J4j40EgLClQYrwNT)'",
		"[es-node-2] [A6ahDOkW6kJ3JLo-LpznFy] token service started",
		"X-Goog-SignedHeaders=host%3Bx-goog-date of a signed login",
		"login of app2026@example.com",
		"vault: token accessor dbPVmPi8JXekE7kCZeads493 renewed",
		"vault: lease auth/token/create/hGJrhsvC1B3B0dWR6kjiJqdrar1jfhuALNI30QMag revoked",
		"conn=CFHu9tANRZ4tdNyefXHz token ok",
		"password hashed with Sha256 and Pbkdf2",
	})
}

// A random password need have no digit: its letters change as in no name of code.
func TestTextOfShuffledLetters(t *testing.T) {
	checkMarked(t, []string{
		"rotated the db password, the new one is ‹wVrsMxrcHw0Posgm› and takes effect at once",
		"bob\t‹qYtYfxfmLaaW›\tpassword reset",
		" user | passwd\n------+-----------\n shop | ‹mnxIRgVPZyfoIxLE›",
		"AUTH user password -> AUTH shop ‹PAMHy5TWWOLMTa›",
		"password checked by jobsForCronJob",
		"token of topologyKeyValueXML is optional",
	})
}

// Sentences, pairs and markup of other kinds than those of testdata.
func TestTextOfOtherForms(t *testing.T) {
	checkMarked(t, []string{
		"seed: user 1 => admin@example.com / ‹purple-velvet-241›",
		"authenticating as app with ‹orchid-turtle-731›",
		"authenticating as app with kerberos5-keytab",
		"Login OK: [bob/‹timber76›] (from client nas port 0)",
		"default queue [shop/orders2] created",
		"<b>Password:</b> ‹monkey90›",
		"**Password:** ‹monkey90›",
		"<td>Password</td><td>‹monkey90›</td>",
		`{"type":"password","value":"‹castle34›"}`,
		`{"type":"token","value":"IDENT42"}`,
		"generated erlang cookie ‹FHMFLOLHDSPIDKHMLAKD›",
		"invite link https://app.example.com/join/‹HLFnJRPvtPVarrQAGGBOzoFz›",
		"accepted Token(‹qod34ec4310gtef77ugd8zt2›)",
		"external-secrets(b507aa15-5808-4ad1-8355-e11b90ae1ea7)",
		"Password:(*string)(0xc000012340)",
		"at validatePassword (auth2.js:42:13)",
	})
}

// What names a file, a place in code, a digest or a Secret stays.
func TestTextKeepsReferences(t *testing.T) {
	checkMarked(t, []string{
		"app --pass 2 --password ‹x2›",
		"--signing-key=@/run/keys/k1",
		"secrets:\n- app-v2\n- db-v2",
		"local token = ARGV[2]",
		"const secret = process.env.SECRET2;",
		"checksum/secret: c4b744223e4abf95e34b8d132410f3aeeefb06a2e5b495ba2bd091618fe5429d",
		"code_challenge=s-7TNtqFLQEFQCxbgd2OJDAUa8-cmYbv1QbK5qwA5xw&x=1",
	})
	if shown, n := Args([]string{"--pass", "2"}); n > 0 {
		t.Errorf("the number of a pass is shown as %q", shown)
	}
}

// Codes by which somebody proves who they are go, and codes of other kinds stay.
func TestTextOfCodes(t *testing.T) {
	checkMarked(t, []string{
		"Your Shop code is ‹897671›. Do not share it.",
		"‹001800› is your Shop verification code",
		"Enter this OTP within 15 minutes:\n\n    ‹240343›",
		"Your emergency scratch codes are:\n  ‹33606658›\n  ‹32175909›",
		"Votre code de vérification est ‹759275›",
		"您的验证码是 ‹437094›，5分钟内有效",
		"response code 200, 128934 bytes, verify=false",
		"error code 500123 at login",
		"your code is from 20261130",
		"your order 482866 ships with code DHL2",
		"build 384363 verified, login smoke test ok",
		"see https://login.example.com/error?login=7000215 for this code",
	})
}

// Tables are read by their header, however they are drawn.
func TestTextOfTables(t *testing.T) {
	checkMarked(t, []string{
		"user   password     role\nbob    ‹0c34n#51›    admin",
		"║ user ║ password    ║\n╠══════╬═════════════╣\n║ bob  ║ ‹Orange2011!› ║",
		"NAME     ACCESS KEY            SECRET KEY\nbackup   x                     ‹amcit1z+JkdYr6a+0YqjTmddUsmRTH8Tg7fADUfY›",
		"ID\t\tDescription\tToken\n0\t\t\t‹3f2a9c1d0b7e4a5c6d8e9f0011223344›",
		"user   password     role\nbob    strict90d    admin",
		"role_id      8d991ecc-f31b-6105-b189-5c1a7adcb3ff\nsecret_id    ‹726c6a88-38c0-0dac-a02d-fd0e82b09cd1›",
		"secret_id    726c6a88-38c0-0dac-a02d-fd0e82b09cd1",
	})
}

// The value of a name for an ID is no credential, however random.
func TestValueOfIDs(t *testing.T) {
	const random = "zQ7vR2mKx9LpT4wBnY8sHc3JdF6gAe1U"
	for name, hidden := range map[string]bool{"INSTANCE_ID": false, "example.com/config-hash": false, "UNLOCK": true} {
		if shown, _ := Value(name, random); (shown == Mark) != hidden {
			t.Errorf("%s=%s is shown as %s", name, random, shown)
		}
	}
}
