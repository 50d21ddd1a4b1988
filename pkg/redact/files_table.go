package redact

import "github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"

// fileForm is a kind of file or line that holds credentials in a place of its own.
type fileForm struct {
	needles []string           // one of them is in such a text, for a quick look
	block   *lazyregexp.Regexp // the part of the text in which the form counts, its last group; nil for all of it
	form    *lazyregexp.Regexp // the credential is its first group
	example string             // the credential is between ‹ and ›
	unlike  string             // what has to stay
	source  string
}

// fileForms are the forms of files whose credentials have no name before them.
var fileForms = []fileForm{
	{
		[]string{"MONITOR "},
		nil, lazyregexp.New(`(?m)^[ \t]*MONITOR \S+@\S+ \d+ \S+ (\S+) (?:primary|secondary|master|slave)`),
		"MONITOR ups@localhost 1 upsmon ‹hunter› primary", "MONITOR ups is off", "man 5 upsmon.conf",
	},
	{
		[]string{"SQLConnectInfo"},
		nil, lazyregexp.New(`(?m)^[ \t]*SQLConnectInfo[ \t]+\S+[ \t]+\S+[ \t]+(\S+)`),
		"SQLConnectInfo ftp@db ftpuser ‹hunter›", "SQLConnectInfo ftp@db", "proftpd.org: mod_sql",
	},
	{
		[]string{"Password_PBKDF2="},
		nil, lazyregexp.New(`Password_PBKDF2="?@ByteArray\(([^)\n]+)\)`),
		`WebUI\Password_PBKDF2="@ByteArray(‹aHVudGVyMmh1bnRlcg==:aHVudGVyMmh1bnRlcg==›)"`, "Password_PBKDF2=",
		"github.com/qbittorrent/qBittorrent: settings",
	},
	{
		[]string{"cleartext "},
		nil, lazyregexp.New(`\b(?:login|pap|chap|enable) = (?:cleartext|des) ["']?([^\s"']+)`),
		`login = cleartext "‹hunter›"`, "login = file /etc/passwd", "man 5 tac_plus.conf",
	},
	{
		[]string{"cleartext "},
		nil, lazyregexp.New(`(?s)\bkey = ["']?([^\s"']+).{0,900}\blogin = (?:cleartext|des) `),
		"key = \"‹hunter›\"\nuser = bob {\n  login = cleartext \"‹hunter›\"\n}", "key = order\nformat = cleartext", "man 5 tac_plus.conf",
	},
	{
		[]string{`"random_password"`},
		nil, lazyregexp.New(`(?s)"random_password".{0,1000}?"result": ?"([^"]+)"`),
		`{"type":"random_password","instances":[{"attributes":{"length":20,"result":"‹hunter›"}}]}`, `"random_password.db"`,
		"registry.terraform.io: random_password",
	},
	{
		[]string{"open "},
		nil, lazyregexp.New(`(?m)^open \S+\r?\n(?:[^\n]*\n){0,3}?user \S+ (\S+)\r?$`),
		"open ftp.example.com\nuser bob ‹hunter›\nbinary\n", "open the door\nuser bob", "man 1 ftp",
	},
	{
		[]string{"{PLAIN}"},
		nil, lazyregexp.New(`\{PLAIN\}([^\s:"']+)`),
		"bob:{PLAIN}‹hunter2›:1000:1000::/home/bob", "default scheme: {PLAIN} or {SSHA}", "doc.dovecot.org: password schemes",
	},
	{
		[]string{"<auth-user-pass>"},
		nil, lazyregexp.New(`<auth-user-pass>\s*\n[^\n]+\n([^\n<]+)\n`),
		"<auth-user-pass>\nbob\n‹hunter2›\n</auth-user-pass>", "auth-user-pass up.txt", "man 8 openvpn: inline files",
	},
	{
		[]string{`EAP "`},
		nil, lazyregexp.New(`(?m)(?:^|[ \t]):[ \t]+(?:EAP|XAUTH)[ \t]+"([^"\n]+)"`),
		`bob : EAP "‹hunter2›"`, `authentication: EAP "tls"`, "man 5 ipsec.secrets",
	},
	{
		[]string{`.pem "`},
		nil, lazyregexp.New(`(?m)(?:^|[ \t]):[ \t]+(?:RSA|ECDSA|PKCS8)[ \t]+\S+[ \t]+"([^"\n]+)"`),
		`: RSA key.pem "‹hunter2›"`, `loaded: key.pem "site"`, "man 5 ipsec.secrets",
	},
	{
		[]string{" *\n", "\t*\n"},
		nil, lazyregexp.New(`(?m)^[ \t]*"?[A-Za-z][\w.@-]*"?[ \t]+\*[ \t]+"?([^\s"*]{4,})"?[ \t]+\*[ \t]*$`),
		"bob * ‹hunter2› *\n", "30 2 * * *", "man 8 pppd: chap-secrets",
	},
	{
		[]string{"]:"},
		nil, lazyregexp.New(`(?m)^\[[\w-]+(?:\.[\w-]+)+\](?::\w+)?[ \t]+[^\s:]+:(\S+)$`),
		"[smtp.example.com]:587 bob:‹hunter2›", "[smtp.example.com]:587 refused bob", "postfix.org/SASL_README.html",
	},
	{
		[]string{"chpasswd:"},
		lazyregexp.New(`(?m)^[ \t]*chpasswd:[^\n]*\n((?:[ \t]+[^\n]*\n?)+)`),
		lazyregexp.New(`(?m)^[ \t]+(?:-[ \t]+)?["']?[a-z_][a-z0-9_-]*:([^\s"']{3,})["']?$`),
		"chpasswd:\n  list: |\n    root:‹hunter2›\n    bob:‹hunter3›\n  expire: false", "chpasswd:\n  expire: false",
		"docs.cloud-init.io: set passwords",
	},
	{
		[]string{"[users]", "[passwords]", "[credentials]", "-token]"},
		lazyregexp.New(`(?m)^\[(?:users|passwords|credentials|\w+-token)\][ \t]*\n((?:[^\[\n][^\n]*\n?)+)`),
		lazyregexp.New(`(?m)^[\w.@-]+[ \t]*=[ \t]*["']?((?:[^\s,"']*[A-Za-z][^\s,"']*\d|\d+[A-Za-z])[^\s,"']*)`),
		"[users]\nbob = ‹hunter2›, admin\nann = ‹hunter3›", "[users]\nbob = admin",
		"svnbook.red-bean.com: svnserve; shiro.apache.org/configuration.html",
	},
	{
		[]string{"<Value>"},
		nil, lazyregexp.New(`(?i)<\w*password>\s*<value>([^<\n]+)</value>`),
		"<AdministratorPassword><Value>‹hunter2›</Value></AdministratorPassword>", "<Locale><Value>en-GB</Value></Locale>",
		"learn.microsoft.com: unattended Windows setup",
	},
	{
		[]string{"rootpw --"},
		nil, lazyregexp.New(`rootpw(?:[ \t]+--(?:plaintext|allow-ssh))+[ \t]+(\S+)`),
		"rootpw --plaintext ‹hunter2›", "rootpw --lock", "pykickstart.readthedocs.io: rootpw",
	},
	{
		[]string{"tokens {", "tokens\": {", "tokens\":{"},
		lazyregexp.New(`"?\btokens"?[ \t]*[:=]?[ \t]*\{([^{}]*)\}`), lazyregexp.New(`\w+"?[ \t]*[:=][ \t]*"([0-9a-f]{8}-[0-9a-f-]{27})"`),
		`tokens { agent = "‹7d44be0f-8f8b-4f7c-9d36-1f6b4a2e9c10›" }`, `tokens { count = 3 }`,
		"developer.hashicorp.com/consul/docs/agent/config: acl.tokens",
	},
	{
		[]string{"role_id", "ROLE_ID", "approle"},
		nil, lazyregexp.New(`(?i)secret_id\d?["']?\s*[:=]+\s*["']?([0-9a-f]{8}-[0-9a-f-]{27})`),
		`role_id = "x" secret_id = "‹7d44be0f-8f8b-4f7c-9d36-1f6b4a2e9c10›"`, `secret_id = "7d44be0f-8f8b-4f7c-9d36-1f6b4a2e9c10"`,
		"developer.hashicorp.com/vault/docs/auth/approle",
	},
	{
		[]string{`"AUTH" "`, `"auth" "`, `"requirepass" "`, `"masterauth" "`},
		nil,
		lazyregexp.New(`(?mi)"(?:auth|requirepass|masterauth)"(?: "[^"\n]*")? "([^"\n]+)"(?:[ \t]*$| "SETNAME")`),
		`1700000000.1 [0 10.0.0.7:52345] "AUTH" "app" "‹hunter2›"`, `1700000000.1 [0 10.0.0.7:52345] "GET" "auth"`,
		"redis.io/docs/latest/commands/monitor",
	},
	{
		[]string{"input_value='"},
		nil, lazyregexp.New(`(?im)^[\w.]*(?:password|passwd|secret|token|api_?key)\n[^\n]*\binput_value='([^'\n]+)'`),
		"API_TOKEN\n  Value error, too long [type=value_error, input_value='‹hunter2›', input_type=str]",
		"PORT\n  Input should be a number [type=int_parsing, input_value='80x', input_type=str]", "docs.pydantic.dev/latest/errors/errors",
	},
	{
		[]string{",<<\"", ",\""},
		nil, lazyregexp.New(`\b(?:auth|login)\w*,[ ]?(?:<<)?"[^"\n]*"(?:>>)?,[ ]?(?:<<)?"([^"\s]*\d[^"\s]*)"`),
		`{error,{auth_failed,<<"bob">>,<<"‹hunter2›">>}}`, `{error,{auth_failed,<<"bob">>,<<"not_authorized">>}}`,
		"erlang.org/doc: io format ~p",
	},
	{
		[]string{"encrypt:"},
		nil, lazyregexp.New(`(?m)^[ \t]*encrypt:[ \t]*\n[ \t]+key:[ \t]+["']?([^\s"']+)`),
		"encrypt:\n  key: ‹hunter2›", "encrypt:\n  key: ${ENCRYPT_KEY}", "docs.spring.io/spring-cloud-config: encryption",
	},
	{
		[]string{": lookup "},
		nil, lazyregexp.New(`\bdial \w+: lookup (\S+)@[\w.-]+[: ]`),
		"dial tcp: lookup ‹hunter2›@db: no such host", "dial tcp: lookup db: no such host",
		"pkg.go.dev/net: an address whose password has a sign of addresses",
	},
	{
		[]string{"login attempt ["},
		nil, lazyregexp.New(`login attempt \[b?'?[^\s'/]+'?/b?'?([^\s'\]]+)`),
		"login attempt [bob/‹hunter2›] failed", "login attempt [3] failed", "github.com/cowrie/cowrie: events",
	},
	{
		[]string{":pserver:"},
		nil, lazyregexp.New(`:pserver:[^:@\s]+:([^@\s]+)@`),
		":pserver:bob:‹hunter2›@h:/r", ":pserver:bob@h:/r", "cvs(1): password authenticating server",
	},
	{
		[]string{" LOGIN "},
		nil, lazyregexp.New(`(?m)\b[A-Za-z]*\d+ LOGIN "?[^\s"]+"? "?([^\s"]*\d[^\s"]*)"?[ \t\r]*$`),
		`a1 LOGIN "bob@example.com" "‹hunter2›"`, "a1 OK LOGIN completed", "RFC 9051, section 6.2.3",
	},
	{
		[]string{"UGFzc3dvcmQ6"}, // "Password:"
		nil, lazyregexp.New(`(?m)334 UGFzc3dvcmQ6[^\n]*\n(?:[^\n]*[ :>])?([A-Za-z0-9+/]{4,}={0,2})["']?[ \t\r]*$`),
		"S: 334 UGFzc3dvcmQ6\nC: ‹aHVudGVyMg==›", "S: 334 UGFzc3dvcmQ6", "RFC 4954; draft-murchison-sasl-login",
	},
	{
		[]string{"IDENTIFY ", "identify "},
		nil, lazyregexp.New(`(?i)\bnickserv(?:@\S+)? :?identify (?:\S+ )?(\S*\d\S*)`),
		"PRIVMSG NickServ :IDENTIFY ‹hunter2›", "identify 2 hosts", "wiki.libera.chat: nickname registration",
	},
	{
		[]string{`"SETUSER" "`, `"setuser" "`},
		nil, lazyregexp.New(`(?i)"setuser" [^\n]*?"[>#]([^"\n]+)"`),
		`"ACL" "SETUSER" "bob" "on" ">‹hunter2›" "~*"`, `"ACL" "SETUSER" "bob" "off"`, "redis.io/docs/latest/commands/monitor",
	},
	{
		[]string{"SET PASSWORD", "set password"},
		nil, lazyregexp.New(`(?i)\bset password for [^\s=]+ ?= ?'([^'\n]+)'`),
		"SET PASSWORD FOR 'bob'@'%'='‹hunter2›'", "SET PASSWORD FOR 'bob'@'%' TO RANDOM", "dev.mysql.com/doc/refman: SET PASSWORD",
	},
	{
		[]string{" REPLACE ", " replace "},
		nil, lazyregexp.New(`(?i)\bidentified by ["'][^"'\n]+["'] replace ["']?([^"'\s;]+)`),
		"ALTER USER bob IDENTIFIED BY '‹hunter2›' REPLACE '‹hunter3›'", "identified by 2, replace 3",
		"dev.mysql.com/doc/refman: ALTER USER",
	},
	{
		[]string{"sp_"},
		nil, lazyregexp.New(`(?i)\bsp_(?:add(?:login|approle)|setapprole|password) (?:NULL|N?'[^'\n]*'), ?N?'([^'\n]+)'`),
		"EXEC sp_addlogin 'bob', N'‹hunter2›'", "EXEC sp_helplogins 'bob'", "learn.microsoft.com/sql: sp_addlogin",
	},
	{
		[]string{"sp_addlinkedsrvlogin"},
		nil, lazyregexp.New(`(?i)\bsp_addlinkedsrvlogin [^;\n]*, ?N?'([^'\n]+)'`),
		"EXEC sp_addlinkedsrvlogin 's', 'false', NULL, 'bob', '‹hunter2›'", "EXEC sp_addlinkedsrvlogin 's'",
		"learn.microsoft.com/sql: sp_addlinkedsrvlogin",
	},
	{
		[]string{"PRAGMA ", "pragma "},
		nil, lazyregexp.New(`(?i)\bpragma (?:hex)?(?:re)?key ?= ?["']+(?:x')?([^"'\n]+)`),
		"PRAGMA key = '‹hunter2›'", "PRAGMA key_usage = 'a'", "zetetic.net/sqlcipher/sqlcipher-api",
	},
	{
		[]string{"ATTACH ", "attach "},
		nil, lazyregexp.New(`(?i)\battach database \S+ as \w+ key ["']([^"'\n]+)`),
		"ATTACH DATABASE 'a.db' AS a KEY '‹hunter2›'", "ATTACH DATABASE 'a.db' AS key", "zetetic.net/sqlcipher/sqlcipher-api",
	},
	{
		[]string{"SAMLResponse"},
		nil, lazyregexp.New(`\bSAMLResponse["']?[ ]?[=:][ ]?["']?([A-Za-z0-9+/%=_-]{20,})`),
		"SAMLResponse=‹PHNhbWxwOlJlc3BvbnNlIElEPSI›&RelayState=x", "SAMLResponse: invalid",
		"docs.oasis-open.org/security/saml: HTTP POST binding",
	},
	{
		[]string{"fs.azure.account.key"},
		nil, lazyregexp.New(`fs\.azure\.account\.key\.[\w.]+(?:</name>\s*<value>|["']?[ ]?[=:][ ]?["']?)([A-Za-z0-9+/]{20,}={0,2})`),
		"fs.azure.account.key.a.blob.core.windows.net=‹aHVudGVyMmh1bnRlcjJodW50ZXI=›", "fs.azure.account.key.provider=x",
		"hadoop.apache.org: hadoop-azure",
	},
	{
		[]string{"snmp-server community "},
		nil, lazyregexp.New(`\bsnmp-server community (\S+)`),
		"snmp-server community ‹hunter2› RO", "snmp-server contact bob2", "cisco.com: SNMP commands",
	},
	{
		[]string{"echo "},
		nil,
		lazyregexp.New(`(?:password|passphrase|passwd|token|secret)(?:[-_](?:command|cmd)|eval)[= ]["']?echo (?:-[ne] )*["']?([^\s"']+)`),
		"restic --password-command 'echo ‹hunter2›' init", "restic --password-command 'cat /run/pw' init",
		"restic.readthedocs.io: preparing a new repository",
	},
	{
		[]string{"x-honeycomb-team"},
		nil, lazyregexp.New(`x-honeycomb-team["']?[ ]?[=:][ ]?["']?([A-Za-z0-9]{22,})`),
		"OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=‹a1B2c3D4e5F6g7H8i9J0k1›", "x-honeycomb-team=name",
		"docs.honeycomb.io: send data with OpenTelemetry",
	},
	{
		[]string{"<settingsSecurity>"},
		nil, lazyregexp.New(`<master>(\{[^<]+\})</master>`),
		"<settingsSecurity><master>‹{L+bX9REL8CAH/EkcFM4NPLUxjaE=}›</master></settingsSecurity>",
		"<settingsSecurity><relocation>/x</relocation></settingsSecurity>",
		"maven.apache.org/guides/mini/guide-encryption.html",
	},
	{
		[]string{"Credentials("},
		nil, lazyregexp.New(`Credentials\("[^"\n]*",[ ]*"[^"\n]*",[ ]*"[^"\n]*",[ ]*"([^"\n]+)"\)`),
		`credentials += Credentials("Realm", "repo.example.org", "bob", "‹hunter2›")`, `Credentials("Realm", "repo.example.org")`,
		"scala-sbt.org: publishing",
	},
	{
		[]string{"password 0 ", "password 7 "},
		nil, lazyregexp.New(`(?m)^[ \t]*(?:enable|username|line|neighbor)\b[^\n]{0,80}? password [07] (\S*\d\S*)`),
		"username bob password 0 ‹hunter2›", "the password 5 times", "cisco.com: IOS password types",
	},
	{
		[]string{"secret 0 ", "secret 8 ", "secret 9 "},
		nil, lazyregexp.New(`(?m)^[ \t]*(?:enable|username)\b[^\n]{0,80}? secret [089] (\S*\d\S*)`),
		"enable secret 0 ‹hunter2›", "the secret 5 times", "cisco.com: IOS password types",
	},
	{
		[]string{"Enter a value: "},
		nil, lazyregexp.New(`var\.\w*(?:password|passwd|secret|token|api_key)\n[^\n]{0,200}\n?[^\n]{0,20}Enter a value: (\S+)`),
		"var.db_password\n  Enter a value: ‹hunter2›", "var.db_user\n  Enter a value: app",
		"developer.hashicorp.com/terraform: input variables",
	},
	{
		[]string{"\n[1] \""},
		nil, lazyregexp.New(`(?i)\$(?:[\w.]*pass(?:word|wd)?|pwd|[\w.]*(?:token|secret))\n\[1\] "([^"\n]+)"`),
		"$password\n[1] \"‹hunter2›\"", "$name\n[1] \"bob\"", "rdrr.io/r/base/print.default: lists",
	},
	{
		[]string{`\r"`},
		nil, lazyregexp.New(`assword[^\n]{0,12}\n[ \t]*send(?: --)? "([^"\n\\$]+)\\[rn]"`),
		"expect \"*assword:\"\nsend \"‹hunter2›\\r\"", "expect \"*assword:\"\nsend \"$password\\r\"", "man 1 expect",
	},
	{
		[]string{`"github-oauth"`, `"gitlab-oauth"`, `"gitlab-token"`, `"bearer"`},
		lazyregexp.New(`"(?:github-oauth|gitlab-oauth|gitlab-token|bearer)"\s*:\s*\{([^{}]*)\}`), lazyregexp.New(`:\s*"([^"\s]{16,})"`),
		`{"github-oauth": {"github.com": "‹0123456789abcdef0123›"}}`, `{"github-protocols": {"github.com": "https-and-then-ssh"}}`,
		"getcomposer.org/doc: authentication for private packages",
	},
	{
		[]string{"lt-cred-mech", "static-auth-secret"},
		nil, lazyregexp.New(`(?m)^user=[^:\s]+:([^:\s]+)[ \t]*$`),
		"lt-cred-mech\nuser=bob:‹hunter2›", "lt-cred-mech\nuser=bob", "github.com/coturn/coturn: turnserver.conf",
	},
	{
		[]string{"d-i passwd/"},
		nil, lazyregexp.New(`(?m)^d-i passwd/[\w-]*password(?:-again|-crypted)? password (\S+)`),
		"d-i passwd/root-password password ‹hunter›", "d-i passwd/make-user boolean false", "debian.org: preseeding the installer",
	},
	{
		[]string{"community:"},
		nil, lazyregexp.New(`(?m)\bcommunity:[ \t]+["']?([^\s"']+)["']?[ \t]*\n[ \t]+version:[ \t]+[12]`),
		"auths:\n  v2:\n    community: ‹hunter›\n    version: 2", "community: kubernetes\nversion: 2",
		"github.com/prometheus/snmp_exporter: snmp.yml",
	},
	{
		[]string{"com2sec"},
		nil, lazyregexp.New(`(?m)^com2sec6?[ \t]+\S+[ \t]+\S+[ \t]+(\S+)`),
		"com2sec readonly default ‹hunter›", "access by com2sec only", "man 5 snmpd.conf",
	},
	{
		[]string{`"salt"`},
		nil, lazyregexp.New(`"hash"\s*:\s*"([0-9a-f]{64,128})"\s*,\s*"salt"`),
		`{"hash":"‹0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef›","salt":"‹0123456789abcdef›"}`,
		`{"hash":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}`, "hashes of passwords and their salt",
	},
	{
		[]string{"/key/swarm/psk/"},
		nil, lazyregexp.New(`/key/swarm/psk/[\d.]+/\s+/\w+/\s+(\S{16,})`),
		"/key/swarm/psk/1.0.0/\n/base16/\n‹0123456789abcdef0123456789abcdef›", "/key/swarm/psk/1.0.0/",
		"github.com/ipfs/kubo: private networks",
	},
	{
		[]string{"superDigest"},
		nil, lazyregexp.New(`\bsuperDigest=[^:\s]+:([^\s"']+)`),
		"-Dzookeeper.DigestAuthenticationProvider.superDigest=super:‹xQJmxLMiHGwaqBvst5y6rkB6HQs=›", "superDigest is not set",
		"zookeeper.apache.org/doc: administrator's guide",
	},
	{
		[]string{"cache_peer "},
		nil, lazyregexp.New(`(?m)^[ \t]*cache_peer [^\n]*? login=[^:\s]+:(\S+)`),
		"cache_peer h parent 3128 0 login=bob:‹hunter›", "cache_peer h parent 3128 0 login=PASS", "squid-cache.org/Doc/config/cache_peer",
	},
	{
		[]string{"stats auth "},
		nil, lazyregexp.New(`(?m)^[ \t]*stats auth [^:\s]+:(\S+)`),
		"  stats auth bob:‹hunter›", "  stats auth is not used", "docs.haproxy.org: stats auth",
	},
	{
		[]string{"cachemgr_passwd "},
		nil, lazyregexp.New(`(?m)^[ \t]*cachemgr_passwd (\S+)`),
		"cachemgr_passwd ‹hunter› all", "cachemgr_passwd disable all", "squid-cache.org/Doc/config/cachemgr_passwd",
	},
	{
		[]string{"client_send = "},
		nil, lazyregexp.New(`(?m)^[ \t]*client_send = [^:\n]*: [^:\n]+ : (\S+)`),
		"client_send = : bob : ‹hunter2›", "client_send = ^bob", "exim.org: the plaintext authenticator",
	},
	{
		[]string{":AKIA"},
		nil, lazyregexp.New(`(?m)^[\w.-]+:AKIA[A-Z2-7]{16}:([A-Za-z0-9+/]{40})\s*$`),
		"shop:‹AKIAIOSFODNN7EXAMPLE›:‹wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY›", "shop:AKIA is not one",
		"github.com/s3fs-fuse/s3fs-fuse: passwd-s3fs",
	},
	{
		[]string{"BUNDLE_"},
		nil, lazyregexp.New(`(?m)^BUNDLE_[A-Z0-9_:/]+: "[\w.@-]+:([^"\s]+)"`),
		`BUNDLE_GEMS__EXAMPLE__COM: "bob:‹hunter›"`, `BUNDLE_PATH: "vendor/bundle"`, "bundler.io/man/bundle-config.1.html",
	},
	{
		[]string{"keyauth_credentials"},
		nil, lazyregexp.New(`\bkeyauth_credentials:\s*\n[ \t]*-[ \t]+key:[ \t]+["']?([^\s"']+)`),
		"keyauth_credentials:\n- key: ‹hunter22›", "keyauth_credentials: []", "developer.konghq.com: key authentication",
	},
	{
		[]string{"digestAuth"},
		nil, lazyregexp.New(`(?m)^[ \t]*-[ \t]+["']?[\w.@-]+:[\w.@ -]+:([0-9a-f]{32})["']?[ \t]*$`),
		"digestAuth:\n  users:\n    - bob:traefik:‹0123456789abcdef0123456789abcdef›", "digestAuth:\n  usersFile: /run/users",
		"doc.traefik.io: DigestAuth",
	},
	{
		[]string{"poll "},
		nil, lazyregexp.New(`\bpoll \S+ [^\n]*?\bpass(?:word)? "?([^\s"]+)`),
		`poll mail.example.com proto imap user "bob" pass "‹hunter›" ssl`, "poll interval is 30 seconds", "man 1 fetchmail",
	},
	{
		[]string{`" TOTP_AUTH`, `" HOTP_COUNTER`},
		nil, lazyregexp.New(`(?m)^([A-Z2-7]{16,})\n" [A-Z]`),
		"‹JBSWY3DPEHPK3PXPJBSWY3DPEH›\n\" RATE_LIMIT 3 30\n\" TOTP_AUTH", "the \" TOTP_AUTH option",
		"github.com/google/google-authenticator-libpam",
	},
	{
		[]string{"<credential-reference "},
		nil, lazyregexp.New(`<credential-reference [^>]*\bclear-text="([^"]+)"`),
		`<credential-reference clear-text="‹hunter2›"/>`, `<credential-reference store="cs" alias="db"/>`,
		"docs.wildfly.org: credential references",
	},
	{
		[]string{`" TOTP_AUTH`, `" HOTP_COUNTER`},
		nil, lazyregexp.New(`(?m)^([0-9]{8})$`),
		"\" TOTP_AUTH\n‹12345670›\n‹76543210›", "the \" TOTP_AUTH option of 2026", "github.com/google/google-authenticator-libpam",
	},
	{
		[]string{"\nPASS ", " PASS "},
		nil, lazyregexp.New(`\bUSER \S+[^\n]*\n(?:[^\n]*\n){0,2}[^\n]{0,60}\bPASS (\S+)`),
		"> USER bob\n< 331 ok\n> PASS ‹hunter›", "PASS src/user.test.js", "RFC 959, section 4.1.1; RFC 1939, section 7",
	},
}

// lineForms are forms of lines of logs, which are looked for only on the lines with one of their needles.
var lineForms = []fileForm{
	{
		[]string{"eset code", "ecovery code"},
		nil, lazyregexp.New(`(?i)\b(?:reset|recovery) code:? (\d{6,8})\b`),
		"reset code ‹651847› for bob", "reset code 104", "sentences of programs",
	},
	{
		[]string{" key ("},
		nil, lazyregexp.New(`(?i)\b(?:encryption|private|secret|master|signing|aes|data) key \((?:hex|base64|b64|raw)\):? ([\w+/=-]{16,})`),
		"encryption key (hex) ‹0123456789abcdef0123456789abcdef›", "encryption key (hex) is empty", "sentences of programs",
	},
	{
		[]string{"pk 0x", "pk: 0x", "key 0x", "key: 0x"},
		nil, lazyregexp.New(`(?i)\b(?:pk|privkey|private key):? 0x([0-9a-f]{64})\b`),
		"wallet pk 0x‹4bfbe1be700e5be05bd8029df2ea11eb4bfbe1be700e5be05bd8029df2ea11eb›", "pk 0x13fcb676c03a4dcd482e76a30ce2f9734f9f7bc8",
		"ethereum.org: private keys",
	},
	{
		[]string{"igest "},
		nil, lazyregexp.New(`(?i)\bdigest [^\n]{0,300}\bresponse="?([0-9a-f]{32})\b`),
		`Digest username="bob", nonce="x", response="‹0123456789abcdef0123456789abcdef›"`, "digest response=ok", "RFC 7616",
	},
	{
		[]string{" hash "},
		nil, lazyregexp.New(`(?i)\b(?:ntlm|nt|lm) hash:? ([0-9a-f]{32})\b`),
		"ntlm hash ‹0123456789abcdef0123456789abcdef› of bob", "ntlm hash is disabled", "samba.org: pdbedit",
	},
	{
		[]string{"PUK"},
		nil, lazyregexp.New(`\bPUK:? (\d{8})\b`),
		"SIM PIN ‹7480› PUK ‹72792809›", "PUK required", "3GPP TS 22.030",
	},
	{
		[]string{"-pbkdf2-"},
		nil, lazyregexp.New(`(-pbkdf2-[0-9a-f]{40},[0-9a-f]{32},[0-9]+)`),
		"root = ‹-pbkdf2-0123456789abcdef0123456789abcdef01234567,0123456789abcdef0123456789abcdef,10›", "hash -pbkdf2-sha256",
		"docs.couchdb.org: server administrators",
	},
	{
		[]string{`. "`},
		nil, lazyregexp.New(`\((?:password|passwd|secret|token) \. "([^"]+)"\)`),
		`(user . "bob") (password . "‹hunter›")`, `(name . "password")`, "gnu.org: Elisp, dotted pairs",
	},
	{
		[]string{"amqp_params_network,"},
		nil, lazyregexp.New(`amqp_params_network,<<"[^"]*">>,<<"([^"]+)">>`),
		`{amqp_params_network,<<"app">>,<<"‹hunter›">>,<<"/">>}`, `{amqp_params_network,none}`, "hexdocs.pm/amqp_client",
	},
	{
		[]string{"jdbc:"},
		nil, lazyregexp.New(`\(jdbc:[^\s,()]+, ?[\w.-]+, ?([^\s,()]{6,})[,)]`),
		"DbConfig(jdbc:postgresql://db/shop,shop,‹hunter22›)", "DbConfig(jdbc:h2:mem,sa,)", "docs.scala-lang.org: case classes",
	},
	{
		[]string{"ssword)", "asswd)", "pwd)", "ecret)", "oken)"},
		nil, lazyregexp.New(`(?i)\b(?:md5|sha1|sha256|sha512|hash|bcrypt|crypt)\(\w*(?:password|passwd|pwd|secret|token)\)` +
			` ?(?:=|:|is|->|=>) ?["']?([0-9a-f]{32,128}\b|\$[^\s"']{20,})`),
		"md5(password)=‹0123456789abcdef0123456789abcdef›", "sha256(token) is used as its key", "traces of calls",
	},
	{
		[]string{"AKIA", "ASIA"},
		nil, lazyregexp.New(`\b(?:AKIA|ASIA)[A-Z2-7]{16}[ ,;|:\t/"']{1,4}([A-Za-z0-9+/]{40})(?:[^A-Za-z0-9+/=]|$)`),
		"‹AKIAIOSFODNN7EXAMPLE› ‹wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY›", "AKIA is not one",
		"docs.aws.amazon.com/IAM: access keys",
	},
	{
		[]string{"PASSWORD FROM ", "password from "},
		nil, lazyregexp.New(`(?i)\bset password from ["'][^"']+["'] to ["']([^"']+)["']`),
		"ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO '‹hunter2›'", "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
		"neo4j.com/docs/operations-manual: manage users",
	},
	{
		[]string{"efault login", "efault cred"},
		nil,
		lazyregexp.New(`(?i)\bdefault (?:login|credentials?)(?: is| are)?:? +["']?(?:admin|administrator|root|postgres|sa|elastic|guest)["']?` +
			` ?[/:] ?["']?([^\s"',;.]{4,})`),
		"Default login is admin/‹hunter›", "default login is admin / none", "sentences of installers",
	},
	{
		[]string{"ith password "},
		nil, lazyregexp.New(`(?i)\b(?:as|user) ["']?[\w.@-]{1,60}["']? with password ["']?([^\s"']{4,}?)["']?[.!]?$`),
		"log in as admin with password ‹hunter›", "the user logs in with password authentication", "sentences of installers",
	},
	{
		[]string{"hare "},
		nil, lazyregexp.New(`(?i)\bshare #?\d{1,2}(?: ?(?:of|/) ?\d{1,2})? ?[:=] ?([0-9a-f]{40,})\b`),
		"share 2 of 5: ‹0123456789abcdef0123456789abcdef0123456789abcdef01›", "share 2 of 5: accepted",
		"developer.hashicorp.com/vault/docs/concepts/seal: shares of a key",
	},
	{
		[]string{`(default "`},
		nil, lazyregexp.New(`-(?:[a-z]+-)*(?:password|passwd|secret|token|api-key|passphrase)\b[^\n]*\(default "([^"\n]+)"\)`),
		`--db-password string   of the database (default "‹hunter2›")`, `--db-user string   of the database (default "app7")`,
		"github.com/spf13/pflag: usages of flags",
	},
	{
		[]string{"CLIENT_RANDOM ", "_SECRET ", "_SECRET_0 "},
		nil,
		lazyregexp.New(`(?:CLIENT_RANDOM|(?:CLIENT|SERVER)_\w*SECRET(?:_0)?|EXPORTER_SECRET) [0-9a-fA-F]{64} ([0-9a-fA-F]{64,96})\b`),
		"CLIENT_RANDOM 4bfbe1be700e5be05bd8029df2ea11eb4bfbe1be700e5be05bd8029df2ea11eb " +
			"‹9dfbe1be700e5be05bd8029df2ea11eb4bfbe1be700e5be05bd8029df2ea11ec›",
		"CLIENT_RANDOM 4bfbe1be", "ietf.org: the SSLKEYLOGFILE format for TLS",
	},
	{
		[]string{") 0x"},
		nil, lazyregexp.New(`^\(\d+\) 0x([0-9a-fA-F]{64})\b`),
		"(0) 0x‹4bfbe1be700e5be05bd8029df2ea11eb4bfbe1be700e5be05bd8029df2ea11eb›", "(0) 0x13fcb676c03a4dcd482e76a30ce2f9734f9f7bc8",
		"github.com/trufflesuite/ganache: accounts and private keys",
	},
	{
		[]string{"aad3b435b51404eeaad3b435b51404ee:"}, // the LM hash of nothing, as every new system has it
		nil, lazyregexp.New(`aad3b435b51404eeaad3b435b51404ee:([0-9a-f]{32})\b`),
		"bob:1001:aad3b435b51404eeaad3b435b51404ee:‹4bfbe1be700e5be05bd8029df2ea11eb›:::", "aad3b435b51404eeaad3b435b51404ee: empty",
		"samba.org: pdbedit, smbpasswd",
	},
	{
		[]string{"AUTH\r\n", `AUTH\r\n`},
		nil, lazyregexp.New(`AUTH(?:\r\n|\\r\\n)(?:\$\d+(?:\r\n|\\r\\n)[\w.-]+(?:\r\n|\\r\\n))?` +
			`\$\d+(?:\r\n|\\r\\n)([^\s\\]+)(?:\r\n|\\r\\n)(?:[^$]|$)`),
		`*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$7\r\n‹hunter2›\r\n`, `*1\r\n$4\r\nAUTH\r\n`, "redis.io/docs: protocol specification",
	},
	{
		[]string{"ecovery"},
		nil, lazyregexp.New(`\b((?:[0-9]{6}-){7}[0-9]{6})\b`),
		"recovery key: ‹898389-394936-008084-729024-199535-432322-312589-349763›", "recovery at 202611-30",
		"learn.microsoft.com: BitLocker recovery",
	},
	{
		[]string{"ind cn=", "ind uid=", "ind as cn=", "ind as uid="},
		nil, lazyregexp.New(`(?m)\b[Bb]ind (?:as )?(?:cn|uid)=\S+ (?:with |using )?([A-Za-z][^\s=]{2,}\d[^\s=]*)[ \t]*$`),
		"ldap bind cn=admin,dc=example ‹hunter2›", "bind cn=admin,dc=example failed", "man 1 ldapsearch",
	},
	{
		[]string{"assword(", "ogin(", "redentials("},
		nil, lazyregexp.New(`(?i)(?:check|verify|validate|compare|set|change|authenticate)_?(?:password|credentials?|login)` +
			`\([^,()\n]{1,80}, ?([A-Za-z][^\s,()=]{2,}\d[^\s,()=]*)\)(?: =|: | ->| returned| failed)`),
		"checkPassword(bob, ‹hunter2›) = false", "checkPassword(user, password)", "traces of calls",
	},
	{
		[]string{", simple, "},
		nil, lazyregexp.New(`(?i)\bbind\((?:uid|cn|ou|dc)=[^()\n]{1,200}, simple, ([^\s()]{6,})\)`),
		"BIND(uid=bob,dc=example, simple, ‹hunter2›)", "BIND(uid=bob,dc=example, simple, ***)", "ldap.com: simple bind requests",
	},
	{
		[]string{"hmac-"},
		nil, lazyregexp.New(`\bhmac-(?:md5|sha\d{1,3})[.:]?[ \t:]+"?([A-Za-z0-9+/]{20,}={0,2})`),
		"tsig-key. hmac-sha256 ‹aHVudGVyMmh1bnRlcjJodW50ZXI=›", "algorithm hmac-sha256; hmac-sha512", "man 1 dig: -y",
	},
	{
		[]string{"QR", "scan the code", "uthenticator app"},
		nil, lazyregexp.New(`(?i:QR.?code|scan the code|authenticator app)[^\n]{0,120}?\b([A-Z2-7]{16,64})\b`),
		"Scan the QR code or enter ‹JBSWY3DPEHPK3PXP› by hand", "Scan the QR code in AUTHENTICATOR",
		"github.com/google/google-authenticator: key URI format",
	},
	{
		[]string{"maker.ifttt.com/"},
		nil, lazyregexp.New(`maker\.ifttt\.com/trigger/[^/\s]+/(?:json/)?with/key/([\w-]+)`),
		"POST https://maker.ifttt.com/trigger/fire/with/key/‹hunter2hunter2›", "POST https://maker.ifttt.com/trigger/fire",
		"ifttt.com/maker_webhooks",
	},
	{
		[]string{"/webhook/send?key="},
		nil, lazyregexp.New(`/webhook/send\?key=([0-9a-f-]{36})`),
		"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=‹7d44be0f-8f8b-4f7c-9d36-1f6b4a2e9c10›", "/webhook/send?key=name",
		"developer.work.weixin.qq.com: group robots",
	},
	{
		[]string{"dc="},
		nil, lazyregexp.New(`(?:cn|uid|ou)=[^\s:|"']+,dc=[\w-]+[:|]([A-Za-z][^\s"'/,:@]{2,}\d[^\s"'/,:@]*)(?:[\s"',]|$)`),
		"cn=admin,dc=example,dc=org:‹hunter2›", "cn=admin,dc=example,dc=org:389", "man 1 ldapsearch: a name and its password, joined",
	},
	{
		[]string{"WIFI:"},
		nil, lazyregexp.New(`\bWIFI:(?:[A-OQ-Z]:[^;\n]*;)*P:([^;\n]+);`),
		"WIFI:T:WPA;S:office;P:‹hunter2›;;", "WIFI:T:nopass;S:office;;", "github.com/zxing/zxing: barcode contents",
	},
	{
		[]string{"s/"},
		nil,
		lazyregexp.New(`\bs/[^/\n]*(?i:password|passwd|secret|token|api_?key)[^/\n]*/([^/\n$&\\]*[A-Za-z][^/\n$&\\]*\d[^/\n$&\\]*)/`),
		`sed -i "s/DB_PASSWORD/‹hunter2›/" a.conf`, `sed -i "s/DB_PASSWORD/$PASS2/" a.conf`, "man 1 sed: the s command",
	},
	{
		[]string{"s|"},
		nil,
		lazyregexp.New(`\bs\|[^|\n]*(?i:password|passwd|secret|token|api_?key)[^|\n]*\|([^|\n$&\\]*[A-Za-z][^|\n$&\\]*\d[^|\n$&\\]*)\|`),
		`sed -i "s|__TOKEN__|‹hunter2›|" a.conf`, `sed -i "s|__TOKEN__|$PASS2|" a.conf`, "man 1 sed: the s command",
	},
	{
		[]string{`= "$`, `= $`},
		nil, lazyregexp.New(`["']([^"'\s$]{5,}\d[^"'\s$]*)["'] !?==? "?\$\{?\w*(?i:password|passwd|pw|secret|token)\b`),
		`[ "‹hunter2›" = "$DB_PASSWORD" ]`, `[ "hunter2" = "$HOST" ]`, "man 1 test",
	},
}
