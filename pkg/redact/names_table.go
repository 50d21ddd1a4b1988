package redact

// Words of names for credentials. A name is cut into words at signs and where
// camel case begins a word: DB_PASSWORD, dbPassword and db.password end in the
// word "password".
var (
	// strongWords are last words of names of which every value is a credential.
	strongWords = []string{
		"pass", "passwd", "password", "passwords", "passphrase", "passphrases", "passcode", "pwd", "pw", "pword", "pswd", "psw",
		"secret", "secrets", "token", "tokens", "apikey", "apikeys", "authkey", "authtoken", "authtok", "accesskey", "secretkey",
		"privatekey",
		"cred", "creds", "credential", "credentials", "jwt", "salt", "pepper", "pat", "psk", "mnemonic", "htpasswd", "userpass", "userpwd",
		"sshpass",
		"keypass", "storepass", "dbpw", "requirepass", "passwordsalt", "privkey", "seckey", "macaroon", "masterauth", "bindpw", "rootpw",
		"pincode", "presharedkey",
		// frequent misspellings
		"passwrod", "pasword", "passowrd", "passsword", "paswd", "pssword", "tokne", "sercet",
	}

	// foreignWords are words for passwords in other languages.
	foreignWords = []string{
		"passwort", "kennwort", "passwörter", "contraseña", "contrasena", "senha", "пароль", "密码", "密碼", "パスワード", "비밀번호", "wachtwoord",
		"hasło", "haslo", "lösenord", "losenord", "passord", "adgangskode", "parola", "heslo", "jelszó", "şifre", "sifre", "salasana",
		"токен", "jeton", "zugangsdaten", "anmeldedaten", "zugriffstoken", "identifiants", "credenciales", "credenziali", "clave",
		"şifreniz", "parolanız",
		"motdepasse", "parole", "slaptažodis", "zaporka", "lozinka",
		"المرور", "סיסמה", "κωδικός", "khẩu", "รหัสผ่าน", "sandi", "पासवर्ड", "kodeord", "contrasenya", "parolă", "пароля", "паролем",
		"salasanasi",
	}

	// strongEndings end last words that are written together: "dbpassword".
	strongEndings = []string{
		"password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "credentials", "passwort", "keypass", "storepass",
		"dbpass", "dbpwd", "userpwd", "authtok", "bindpw",
		"密码", "密碼", "パスワード", "비밀번호", "口令", "令牌", "密钥", "验证码", "驗證碼", "認証コード", "確認コード", "인증번호", "kennwort", // no blanks part words there: 初始密码, Erstkennwort
	}

	// gluedUsers before "pass", "pwd" or "pw" make one word of two: remotepass, smtppwd. Without them the
	// endings are those of other words: bypass, compass.
	gluedUsers = []string{
		"admin", "api", "app", "auth", "backup", "basic", "bind", "cert", "client", "db", "dn", "enc", "ftp", "http", "imap", "jdbc", "jks",
		"key",
		"ldap",
		"login", "mail", "master", "mongo", "mysql", "new", "old", "pem", "pfx", "pg", "pop", "priv", "proxy", "rcon", "redis",
		"remote", "repl",
		"root",
		"rpc", "server", "service", "smtp", "sql", "ssh", "ssl", "store", "su", "sudo", "svc", "user", "vnc", "web", "wifi",
	}

	// strongPairs are last words that name a credential together with the word
	// before them, which is in the list.
	strongPairs = map[string][]string{
		"key": {
			"access", "account", "activation", "admin", "aes", "api", "app", "application", "auth", "client", "consumer", "cookie", "csrf",
			"deploy", "encrypt",
			"encryption", "fernet", "functions", "hmac", "jwt", "license", "licence", "master", "preshared", "private", "rsa", "secret",
			"service", "session", "generated",
			"certificate", "cipher", "crypto", "enc", "enrollment", "ingest", "ingestion", "instrumentation", "sec", "recovery",
			"rescue", "serial", "setup", "shared", "stream", "sign", "signing", "ssh", "storage", "subscription", "unlock", "unseal",
			"webhook", "tacacs", "radius", "wep", "wifi", "wpa",
		},
		"codes": {"recovery", "backup", "scratch", "emergency", "verification", "security", "otp", "2fa", "mfa", "access", "rescue"},
		"code": {
			"pass", "setup", "scratch", "emergency", "rescue", "device", "unlock",
			"pin", "your", "login", "sms", "confirmation", "mfa", "auth", "verification", "security", "recovery", "backup", "registration",
			"activation", "invite", "invitation", "enrollment", "pairing", "otp", "totp", "2fa", "claim",
		},
		"digest":    {"password", "passwd"}, // has_secure_password of Rails
		"phrase":    {"seed", "recovery", "backup", "wallet", "pass", "mnemonic", "secret"},
		"community": {"snmp"},
		"seed":      {"mfa", "otp", "totp", "factor", "wallet", "hd"},
		"cookie":    {"erlang", "node", "session", "auth", "sso"},
		"string":    {"secret", "community", "secure"},
		"word":      {"pass"}, // community string of SNMP
		"auth":      {"redis", "rediscli"},
		"api":       {"art", "clé", "de", "ключ", "chiave"}, // X-JFrog-Art-Api, clave de API
		"passe":     {"de"},                                 // mot de passe
	}

	// serviceWords are services whose keys have no form of their own, such as a
	// UUID: BUGSNAG_KEY names a credential. From the detectors of trufflehog
	// (3ab759f, pkg/detectors) and the rules of kingfisher (ee7c0db, data/rules).
	serviceWords = []string{
		"algolia", "amplitude", "anypoint", "asana", "auth0", "ayrshare", "betterstack", "bitbucket", "blazemeter", "blocknative",
		"bugsnag",
		"buildkite", "calendly", "canny", "cloudinary", "cloudsmith", "coda", "cohere", "coinapi", "contentful", "datadog", "deepgram",
		"detectlanguage", "elevenlabs", "eventbrite", "everhour", "fastly", "freshdesk", "gitlab", "heroku", "honeybadger", "hubspot",
		"intercom",
		"jira", "klaviyo", "launchdarkly", "linode", "logdna", "loggly", "mailchimp", "mailgun", "mailjet", "mandrill", "mapbox",
		"mixpanel",
		"newrelic",
		"okta", "openai", "opsgenie", "optimizely", "pagerduty", "pingdom", "plaid", "postmark", "pubnub", "pusher", "rollbar", "segment",
		"sendbird", "sendgrid", "sentry", "shodan", "shortcut", "snyk", "sparkpost", "splunk", "squarespace", "statuspage", "stripe",
		"swiftype",
		"travisci", "trello", "twilio", "typeform", "urlscan", "vultr", "weatherbit", "zendesk", "zenrows", "zipcodebase",
	}

	// weakWords are last words of names whose values are credentials only if
	// they look like one.
	weakWords = []string{
		"access", "assertion", "auth", "authorization", "authentication", "authn", "authz", "code", "cookie", "cookies", "cert", "csrf",
		"community", "encrypt", "nkey", "hmac", "preshared", "bearer", "unseal",
		"key", "keys", "login",
		"crumb", "otp", "pin", "passkey", "private", "refresh", "seed", "skey", "sk", "ak", "sess", "session", "sessionid", "jsessionid",
		"phpsessid", "sid", "sig",
		"signature", "ticket", "totp",
		"bestätigungscode", "sicherheitscode", "einmalcode", "zugangscode", "aktivierungscode", "freischaltcode", "verifizierungscode",
		"schlüssel", "ключ", "clé", "chave", "chiave", "código", "codigo", "код", "codice",
		"verifier", "xsrf", "authenticator", "keytab", "keystore", "truststore", "jks", "pfx", "p12",
	}

	// dataKeyWords before "key" make a name one of a key of data, which is no
	// credential: partitionKey, cache-key, "redis key user:…".
	dataKeyWords = []string{
		"cache", "partition", "sort", "object", "primary", "foreign", "idempotency", "dedup", "deduplication", "public", "pub", "row",
		"lookup",
		"site", "publishable", "redis", "kafka", "message", "record", "map", "shard", "range", "index", "unique", "i18n", "translation",
		"config", "lock",
		"bucket",
	}

	// tailWords can follow the word for a credential without making it another
	// thing: PASSWORD_HASH, API_KEY_2, token_value.
	tailWords = []string{
		"hash", "hashed", "value", "base64", "b64", "base", "plain", "plaintext", "cleartext", "raw", "old", "new", "current", "previous",
		"prev", "primary",
		"secondary", "encoded", "encrypted", "text", "string", "data", "default", "confirmation", "confirm", "repeat", "hex", "sha256",
		"sha512", "sha1", "md5", "bcrypt", "sha", "sha2", "pbkdf2", "tried", "attempted", "supplied", "prod", "production", "dev",
		"staging", "test", "live",
	}

	// otherWords as first word make a name one of something else: checksum/secret.
	otherWords = []string{
		"checksum",
		"digest",
		"fingerprint",
		"md5",
		"sha",
		"sha1",
		"sha256",
		"sha512",
		"etag",
		"revision",
		"commit",
		"public",
		"pub",
	}
)

// libraryWords are names of libraries that end as a name for a credential does: "io.jsonwebtoken:jjwt-api".
var libraryWords = []string{"jsonwebtoken"}

// objectWords before the word "secret" make a name one of an object: the value
// of existingSecret is the name of a Secret.
var objectWords = []string{
	"existing", "tls", "ssl", "pull", "image", "cert", "certificate", "ca", "credential", "credentials", "creds", "config", "kubeconfig",
	"store",
}

// credentialWords before the word "secret" can make a name one of an object, too, whose name has a hyphen: passwordSecret: shop-db.
// OAuth 1 has a credential that is called token secret.
var credentialWords = []string{"password", "passwd", "token", "auth"}

// harmlessWords are values that are no credentials under any name: switches,
// states, types, and what programs report about a credential.
var harmlessWords = []string{
	// switches and absence
	"true", "false", "yes", "no", "on", "off", "null", "nil", "none", "eof", "undefined", "undef", "nothing", "option.empty",
	"optional.empty",
	"sensitive", "unset", "not-set", "not_set", "notset", "empty",
	"blank", "missing", "absent",
	"n/a", "na", "nan",
	"enabled", "disabled", "enable", "disable", "default", "auto", "any", "all", "optional", "required", "mandatory", "set", "not",
	"unknown",
	// states
	"invalid", "valid", "expired", "denied", "incorrect", "wrong", "bad", "unauthorized", "unauthorised", "forbidden", "failed", "fail",
	"failure",
	"error", "ok", "success", "succeeded", "mismatch", "malformed", "revoked", "rejected", "accepted", "refused", "changed", "unchanged",
	"updated", "rotated", "renewed", "refreshed", "created", "deleted", "removed", "generated", "loaded", "found", "given", "provided",
	"configured",
	"used", "unused", "ready", "verified", "confirmed", "reset", "redacted", "masked", "hidden", "secret", "incorrecta", "incorrecto",
	"ungültig", "falsch", "erforderlich", "incorrecte", "invalide", "inválida", "inválido", "неверный", "неверен", "错误", "无效",
	// words of sentences
	"is", "was", "were", "are", "be", "been", "being", "has", "have", "had", "will", "would", "must", "should", "shall", "may", "can",
	"cannot",
	"could", "does", "did", "do", "for", "from", "in", "into", "of", "on", "to", "at", "by", "with", "without", "and", "or", "but",
	"the", "a",
	"an", "this", "that", "these", "those", "as", "if", "when", "while", "than", "then", "too", "only", "also", "after", "before",
	"during",
	"your", "my", "our", "their", "its", "no", "via", "see", "using", "unexpected", "expected", "got", "want", "mustn't", "isn't",
	"doesn't", "can't",
	// kinds, types, algorithms
	"string", "str", "text", "varchar", "char", "int", "integer", "bool", "boolean", "number", "bytes", "object", "array", "type",
	"bearer", "basic",
	"digest", "ldap", "oidc", "oauth", "oauth2", "saml", "kerberos", "vault", "kubernetes", "file", "env", "jwt", "bcrypt", "argon2",
	"argon2id", "scrypt",
	"pbkdf2", "plain", "plaintext", "scram", "md5", "sha1", "sha256", "sha512", "scram-sha-256", "scram-sha-512", "rs256", "hs256",
	"es256", "trust",
	"strict", "lax", "weak", "strong", "simple", "static", "dynamic", "external", "internal", "local", "remote", "password", "passwd",
	"pwd",
	"token", "apikey",
	"api_key", "credentials", "key", "value", "name", "user", "username", "authentication", "authorization", "auth", "cluster", "field",
	"prompt",
	"read", "write", "stdin", "inherit", "files", "compat", "sss", "systemd",
	"new", "base64", "base64url", "utf8", "utf-8", "utf8mb4", "utf8mb3", "hex", "ascii", "latin1", "binary", // encodings of a call
	"login", "ntlm", "policy", "manager", "provider", "service", "server", "client", "rotation", "refresh", "expiry", "length", "encoder",
	"hashing",
	"trace", "debug", "info", "warn", "warning", // logging.level.org.example.token=DEBUG
}

// referenceStarts begin values that name a place where a credential is kept.
var referenceStarts = []string{
	"$(", "${", "{{", "env(", "<%", "%(", "%env(", "#{", "@Microsoft.KeyVault", "vault:", "ref+", "op://", "arn:aws:", "secret://",
	"secretref:", "awssm://", "gcpsm://",
	"azurekeyvault://", "file:", "file://", "env:", "env://", "projects/", "sm://", "bws://", "doppler://", "keyvault:",
	"secretsmanager:", "ssm:",
}

// passwordWords are harmless words that people take for passwords. In the place
// of the password in an address, or after PASSWORD=, they are credentials.
var passwordWords = []string{"secret", "password", "passwd", "default", "admin", "root", "test", "user", "guest", "token", "server", "service", "local"}

// ownKeys come before "key" in names whose value is the key, and never the name of one in a Secret.
var ownKeys = []string{
	"api", "access", "account", "auth", "encryption", "license", "master", "preshared", "private", "session", "shared", "signing",
	"storage", "webhook", "wep", "wifi", "wpa",
}
