package redact

import "github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"

// termWords are words of sentences about credentials: what follows the word for a password in the documentation and the messages of
// the Go, Python, Perl and Debian packages that were searched for it, and further nouns and verbs of logs. A word of a language that
// is none of them is no part of such a sentence and so the password itself. Words with termEndings need no row.
var termWords = []string{
	// articles, pronouns, prepositions, conjunctions, auxiliaries
	"about", "above", "anymore", "everytime", "across", "again", "against", "alone", "along", "although", "always", "among",
	"another", "anybody", "anyone",
	"apart", "aren", "around", "away", "back", "because", "behind", "below", "beneath", "beside", "between", "beyond", "both",
	"cant", "couldn", "dare", "didn", "doesn", "dont", "down", "each", "either", "else", "even", "ever", "every", "everybody",
	"everyone", "except", "first", "five", "four", "hasn", "here", "himself", "however", "inside", "instead", "itself", "just",
	"last", "later", "least", "lets", "like", "many", "maybe", "might", "more", "most", "much", "near", "neither", "never", "next",
	"nobody", "often", "once", "onto", "other", "ought", "outside", "over", "past", "perhaps", "please", "quite", "rather", "same",
	"second", "several", "shouldn", "since", "some", "somebody", "someone", "soon", "sorry", "still", "such", "them", "there",
	"therefore", "they", "third", "though", "three", "through", "throughout", "thus", "till", "today", "together", "twice", "under",
	"until", "unto", "upon", "very", "wasn", "well", "what", "whenever", "where", "whether", "which", "whom", "whose", "within",
	"wouldn", "yourself",
	// states and judgements
	"active", "alive", "alphanumeric", "bare", "blind", "bound", "broken", "built", "chosen", "clear", "close", "common",
	"complete", "complex", "consistent", "correct", "dead", "different", "direct", "done", "double", "dummy", "duplicate", "easy",
	"equal", "exact", "exempt", "extra", "final", "fine", "forgotten", "free", "fresh", "full", "gone", "good", "great", "half",
	"hard", "held", "high", "human", "identical", "idle", "inactive", "initial", "insecure", "intact", "kept", "known", "large",
	"late", "left", "legacy", "long", "longer", "lost", "lower", "made", "main", "manual", "moot", "multiple", "native", "normal",
	"numeric", "obsolete", "older", "opaque", "open", "original", "overdue", "partial", "permanent", "present", "proper", "public",
	"quick", "random", "rare", "real", "safe", "secure", "seen", "sent", "separate", "short", "shorter", "shown", "silent",
	"similar", "single", "slow", "small", "special", "specific", "spelt", "stale", "standard", "straightforward", "confidential",
	"prior", "stolen", "stuck", "sufficient",
	"taken", "temporary", "transparent", "typical", "unique", "unsafe", "upper", "usual", "written", "younger", "zero",
	// verbs
	"accept", "continue", "proceed", "comply", "prevent", "rewrite", "allow", "appear", "assert", "attach", "attempt", "became",
	"become", "begin", "belong", "bind", "break", "build",
	"call", "came", "cause", "change", "check", "choose", "clash", "clean", "come", "compare", "compute", "conflict", "connect",
	"consist", "contain", "control", "convert", "copy", "count", "create", "decode", "decrypt", "define", "deny", "depend",
	"derive", "describe", "detect", "differ", "disagree", "display", "drop", "encode", "enforce", "ensure", "enter", "exist",
	"exit", "expand", "expect", "expire", "export", "extend", "fall", "fetch", "fill", "find", "finish", "follow", "force",
	"forget", "forgot", "gain", "gave", "generate", "give", "goes", "grant", "grow", "guess", "hack", "handle", "happen", "hide",
	"hold", "ignore", "import", "include", "indicate", "insert", "install", "involve", "join", "keep", "know", "lack", "leak",
	"leave", "listen", "load", "lock", "look", "loop", "lose", "make", "manage", "match", "mean", "miss", "move", "obtain", "occur",
	"omit", "parse", "paste", "permit", "pick", "point", "print", "process", "produce", "protect", "prove", "provide", "pull",
	"push", "query", "quote", "reach", "reject", "remain", "remove", "rename", "replace", "represent", "require", "resolve",
	"respect", "restore", "retrieve", "return", "reuse", "revert", "revoke", "rotate", "runs", "save", "search", "seem", "select",
	"send", "serve", "share", "show", "sign", "skip", "start", "stay", "stop", "store", "submit", "support", "sync", "take", "tell",
	"throw", "transfer", "transmit", "treat", "tries", "turn", "understand", "unlock", "update", "upgrade", "upload", "validate",
	"vary", "violate", "wait", "went", "wins", "work",
	// nouns of computing
	"account", "address", "admin", "advice", "agent", "alert", "algorithm", "alias", "alternative", "analyzer", "applet", "tier",
	"plan", "rank", "edition", "bucket", "segfault", "delimiter", "maintscript", "area",
	"asset", "attribute", "audit", "auditor", "backend", "backup", "basis", "batch", "blob", "block", "body", "bootstrap", "branch",
	"broker", "browser", "buffer", "builder", "bundle", "button", "byte", "cache", "callback", "caller", "card", "case",
	"certificate", "chain", "challenge", "channel", "character", "chart", "checker", "checksum", "child", "choice", "cipher",
	"class", "classifier", "cleaner", "cleanup", "clipboard", "clone", "codec", "collector", "column", "command", "commit",
	"component", "config", "configmap", "connector", "constant", "constraint", "consumer", "container", "content", "context",
	"contract", "controller", "core", "cost", "counter", "cracker", "cron", "cycle", "daemon", "dashboard", "database", "datum",
	"deadline", "decoder", "decryptor", "demo", "deploy", "descriptor", "desktop", "detail", "detector", "device", "dialog",
	"dialogue", "dict", "dictionary", "diff", "digit", "directory", "disk", "domain", "driver", "editor", "email", "endpoint",
	"engine", "entropy", "entry", "enum", "epoch", "event", "example", "exchange", "executor", "exporter", "factor", "factory",
	"failover", "fallback", "feature", "filename", "filter", "flag", "flow", "folder", "form", "format", "formatter", "framework",
	"frontend", "gateway", "generator", "getter", "goal", "grace", "group", "guard", "guide", "guideline", "handler", "handshake",
	"hasher", "header", "health", "help", "helper", "hint", "history", "home", "hook", "host", "hour", "icon", "image", "ingress",
	"init", "input", "inquiry", "interface", "interval", "issue", "item", "iterator", "journal", "json", "kernel", "keyboard",
	"keychain", "keyfile", "kind", "label", "lane", "language", "layer", "layout", "leader", "ledger", "letter", "level", "library",
	"lifetime", "limit", "limiter", "line", "link", "linter", "list", "listener", "literal", "loader", "locale", "locker",
	"lockout", "logger", "logic", "logon", "logout", "lookup", "machine", "mail", "mailer", "maintainer", "manifest", "mapper",
	"mask", "matcher", "maximum", "member", "memory", "menu", "message", "metadata", "meter", "method", "metric", "migrator",
	"minimum", "minute", "mode", "model", "module", "monitor", "month", "mount", "namespace", "network", "node", "nonce", "note",
	"notice", "notifier", "operator", "order", "origin", "output", "owner", "package", "packet", "page", "pair", "panel", "param",
	"parameter", "parent", "parser", "part", "party", "patch", "path", "pattern", "payload", "peer", "period", "phase", "phone",
	"pipeline", "place", "placeholder", "platform", "plugin", "pointer", "pool", "popup", "port", "portal", "post", "prefix",
	"preset", "printer", "problem", "profile", "program", "project", "proof", "property", "protocol", "proxy", "purpose",
	"quarantine", "queue", "quota", "range", "rate", "reader", "readme", "realm", "reason", "receiver", "record", "recorder",
	"recovery", "registry", "release", "reload", "reloader", "reminder", "repo", "report", "repository", "request", "resource",
	"response", "rest", "result", "retry", "review", "rights", "risk", "role", "root", "round", "route", "router", "routine",
	"rule", "runner", "runtime", "safety", "sample", "scan", "scanner", "schedule", "scheduler", "schema", "scheme", "scope",
	"score", "screen", "script", "sender", "serializer", "setter", "setup", "shape", "shard", "shell", "side", "sidecar",
	"signal", "signer", "site", "slot", "snapshot", "socket", "source", "space", "spec", "spray", "stack", "stage", "state",
	"status", "step", "storage", "strategy", "stream", "strength", "struct", "structure", "subject", "subsystem", "suffix", "suite",
	"summary", "switch", "symbol", "syntax", "system", "target", "task", "team", "template", "tenant", "term", "tester", "thread",
	"threshold", "time", "timeout", "timer", "tool", "topic", "tracker", "traffic", "transport", "trial", "trigger", "tuple",
	"tweak", "unit", "usage", "userid", "util", "variant", "vector", "vendor", "view", "virtual", "volume", "wallet", "watch",
	"watcher", "webhook", "week", "widget", "window", "wizard", "worker", "workflow", "wrapper", "writer", "year", "zone",
	// ways to log in, hashes and products with a name of their own
	"android", "apache", "argon", "args", "async", "await", "azure", "bash", "biometric", "bitwarden", "cassandra", "chef", "conf",
	"const", "consul", "crypt", "crypto", "curl", "debian", "dest", "django", "docker", "elastic", "elem", "etcd", "float", "func",
	"gecos", "github", "gitlab", "golang", "google", "grafana", "gssapi", "helm", "html", "http", "imap", "impl", "java",
	"javascript", "jenkins", "kafka", "keepass", "keycloak", "kibana", "kubectl", "kwargs", "linux", "mariadb", "mongo", "mongodb",
	"mysql", "negotiate", "nginx", "nscd", "openssl", "opts", "oracle", "peap", "postgres", "postgresql", "props", "publickey",
	"puppet", "python", "rabbitmq", "radius", "redis", "ruby", "samba", "sasl", "smtp", "spnego", "sudo", "tacacs", "terraform",
	"tomcat", "toml", "ubuntu", "uint", "unix", "void", "webauthn", "winbind", "yaml", "yescrypt", "zookeeper",
}

// termEndings end adjectives, participles and nouns that sentences about credentials have and few passwords.
var termEndings = []string{
	"ed", "ing", "ion", "ment", "ness", "able", "ible", "ly", "ity", "ance", "ence", "ency", "ism", "ous", "ful", "less", "ize",
	"ise", "ify",
	"ography", "ology", "ware",
}

// noun is a word for a password in bareForms, and owner and copula what can stand between it and the password.
const (
	logIn = `\b(?i:log(?:in|ged in|ging in| in)|sign(?:ed|ing)? in|connect(?:ed|ing)?|authenticat(?:e|ed|ing)|bind(?:ing)?|bound|` +
		`mount(?:ed|ing)?|decrypt(?:ed|ing)?|unlock(?:ed|ing)?)\b`
	number = `["']?([A-Za-z][^\s"'.,;:()=]*[0-9][^\s"'.,;:()=]*)["']?` // a password with a digit
	noun   = `(?i:\b(?:password|passphrase|passwd|passcode|shared secret)\b)`
	owner  = `(?: (?:of|for|on) (?:the |this )?(?:(?:user|account|role|key|host|admin|database) )?["']?[^\s"':]+["']?)?`
	copula = `(?: (?i:is|was|will be|has been|equals))(?: (?:set|changed|reset|now|currently|still|just|to))*`
	bare   = `["']?([A-Za-z][^\s"'.,;:()=]{3,63})["']?`
	over   = `(?:["'.,;!)]*$|[.,;!)]+ |: | (?:for|on|in|at|and|from|but|by|instead|against|failed|rejected|refused|denied|was)\b)`
)

// nounNeedles are parts of the words of noun.
var nounNeedles = []string{"assw", "assp", "assc", "hared secret", "ASSW", "ASSP"}

// loginNeedles are parts of the words of logIn.
var loginNeedles = []string{
	"ogin", "og in", "ogged in", "ogging in", "ign in", "igned in", "igning in", "onnect", "uthenticat", "bind", "Bind", "bound", "mount",
	"ecrypt", "nlock",
}

// bareForms are places of sentences in which a word of a language is a credential unless it is one of termWords.
var bareForms = []fileForm{
	{
		nounNeedles,
		nil, lazyregexp.New(noun + owner + copula + `:? ` + bare + over),
		"bob's new password is now ‹falcon›", "the password for bob is stale", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + owner + ` (?:set|changed|reset|updated|rotated|defaults|defaulted|replaced) (?:to|with|by)` +
			` ` + bare + over),
		"user bob created, password set to ‹falcon›", "password set to default", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + `["']?(?: \(|\{)` + bare + `[)}]`),
		"warning: weak password (‹falcon›) for user root", "enter the password (again)", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + ` ` + bare + ` (?:(?:is|was) )?(?:replaced |changed |rotated )?(?:by|with|to|->|=>|→) ` + bare + over),
		"replaced password ‹falcon› by ‹lantern› for bob", "replaced password hash by another", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + `s? (?:changed|rotated|updated|replaced) from ` + bare + ` to ` + bare),
		"password changed from ‹falcon› to ‹lantern›", "password changed from default to custom", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + `s?["']? (?:mismatch|differs?|do not match|does not match)[ :,(-]+(?:expected |want |wanted )?` + bare +
			`(?: [!<=]=| <>| vs\.?| and|,? (?:but )?(?:got|given|received|found))+ ` + bare),
		"password mismatch: ‹falcon› != ‹lantern›", "password mismatch: expected string, got null", "sentences of programs",
	},
	{
		[]string{"redential", "reds"},
		nil, lazyregexp.New(`(?i:\b(?:credentials?|creds)\b)(?: for \S+)?(?: (?:are|is|were|now|set to|:|=|->|→))*` +
			` ["'(]?[A-Za-z][\w.@-]{0,39} ?[:/] ?` + bare + over),
		"credentials are shop:‹falcon›", "credentials are read/write for bob", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(`(?i)\b\w*(?:compare|equals|verify|check|match(?:es)?)\w*\(` + bare + `, ?` + bare + `\)[^\n]*password`),
		"compare(‹falcon›, ‹lantern›) password equal=false", "compare(plain, hash) password equal=false", "traces of calls",
	},
	{
		[]string{"account ", "user "},
		nil, lazyregexp.New(`(?i)\b(?:created|added|new|seeded|registered|imported)(?: new)? (?:account|user) ["']?[\w.@-]+["']?` +
			` \(([^\s()]{6,64})\)`),
		"created account bob (‹lantern85›)", "created account bob (disabled)", "sentences of programs",
	},
	{
		[]string{"ecret key ", "igning key ", "ncryption key ", "aster key ", "wt key ", "mac key "},
		nil, lazyregexp.New(`(?i)\b(?:secret|signing|encryption|master|jwt|hmac) key ` + bare +
			` (?:is|was) (?:not \d|too short|too long|only \d|shorter|longer|\d+ (?:bytes|bits|characters))`),
		"Secret key ‹falcon› is not 32 bytes long", "Secret key file is not readable", "sentences of programs",
	},
	{
		[]string{" valid JWT", " valid jwt", " valid token", "malformed"},
		nil, lazyregexp.New(`(?i)\btoken ` + number + ` (?:is|was) (?:(?:not a|no) valid (?:jwt|token)|malformed)`),
		"token ‹falcon56› is not a valid JWT", "token bucket is not a queue", "sentences of programs",
	},
	{
		loginNeedles,
		nil, lazyregexp.New(logIn + `(?: (?:to )?\S{1,80})? as ["']?[^\s"']{1,80}["']?,? (?:with|using) ` + bare + over),
		"logged in as bob with ‹falcon›", "logged in as bob using kerberos", "sentences of programs",
	},
	{
		[]string{"as password", "as the", "as a ", "as your", "as root", "as admin", "as user", "as new", "as default", "as passphrase"},
		nil, lazyregexp.New(`(?i)["'\x60]([^\s"'\x60]{4,64})["'\x60] as (?:the |a |your )?(?:(?:root|admin|user|new|default|initial|` +
			`database|db|login) )?` +
			`(?:password|passphrase|passcode)["'.,;!)]*(?:$| (?:for|of|on)\b)`),
		`will use "‹falcon›" as the root password`, `will use "md5" as the password encryption`, "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(`(?:^|[:,;"'] ?|")` + bare + ` (?:is|was) (?:not |no |an? |the |in )*(?:valid |invalid |wrong |correct |` +
			`weak |common |known |good )?` +
			`(?:password|passphrase)s?(?:$|[.,;!)]| (?:of|for)\b)`),
		`"‹falcon›" is a common password`, `this is not a valid password`, "sentences of programs",
	},
	{
		[]string{"assword", "assphrase", "rompt"},
		nil, lazyregexp.New(`(?i)\b(?:typed|entered|sent|answered|supplied|gave|provided|submitted)(?: the)?:? ` + bare +
			` (?:at|to|as|for|\()(?: ?(?:the|a))? ?(?:password|passphrase)`),
		"user entered: ‹falcon› (password prompt)", "user entered nothing at the password prompt", "sentences of programs",
	},
	{
		loginNeedles,
		nil, lazyregexp.New(logIn + ` (?:with|using) ` + bare + ` (?:as|for) (?:the )?(?:user|account)\b`),
		"login with ‹lantern47› as user admin", "log in with kerberos as user admin", "sentences of programs",
	},
	{
		loginNeedles,
		nil, lazyregexp.New(logIn + `[^\n:;,]{0,60}(?:://[^\s]+)? (?:with|using) ` + number + over),
		"could not authenticate bob against ldap://ldap:389 with ‹lantern-falcon-301›: invalid credentials", "connected to bob with node-12",
		"sentences of programs",
	},
	{
		[]string{"ogin(", "uth(", "uthenticate(", "ignIn(", "ign_in(", "onnect(", "onnection(", "redential("},
		nil, lazyregexp.New(`(?i)(?:log_?in|auth|authenticate|sign_?in|connect|connection|credential)\((?:[^()\n]*,` +
			` ?)?["'][\w.@-]+["'], ?["']` +
			`([^\s"'()]{4,64})["'][,)]`),
		`ssh.connect("h", 22, "bob", "‹falcon-lantern-42›")`, `db.connect("db", "default", "name")`, "calls that open a connection",
	},
	{
		[]string{"ogin: ", "redentials: "},
		nil, lazyregexp.New(`(?i)\b(?:login|credentials): (?:admin|administrator|root|superuser|[\w.-]+@[\w.-]+) ` + bare + `(?:$|` +
			`[.,;!]| \()`),
		"First login: admin ‹lantern42› (change it!)", "last login: root tty1", "banners of a first start",
	},
	{
		[]string{"assword you", "assphrase you", "assword that", "assword they"},
		nil, lazyregexp.New(noun + ` (?:that )?(?:you|they|the user) (?:have |has )?(?:entered|typed|gave|provided|sent|supplied),?` +
			` ["']` + bare + `["']`),
		"the password you entered, '‹falcon›', is wrong", "the password you entered, 'string', is wrong", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + ` (?:is|was) (?:incorrect|wrong|invalid|rejected|too short|too long|too weak|weak|not valid|not` +
			` accepted): ` + bare + `$`),
		"keystore password was incorrect: ‹falcon›", "password is invalid: unauthorized", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(`(?i:trimm?(?:ed|ing)|sett?(?:ing)?|chang(?:ed|ing)|reset(?:ting)?|updat(?:ed|ing)|truncated|normalized|` +
			`decoded|decrypted|resolved)` +
			`(?: the| \w+'s)?(?: \w+)? ` + noun + owner + ` to ` + bare + over),
		"trimmed password to ‹falcon›", "changed the password to comply", "sentences of programs",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + `: ?` + bare + ` (?:->|=>|→) ` + bare),
		"change password: ‹falcon› -> ‹lantern›", "password: string -> bytes", "sentences of programs",
	},
	{
		[]string{"old="},
		nil, lazyregexp.New(`\bold\w*=` + bare + `[ ,;]+new\w*=` + bare + `[^\n]*(?i:password)`),
		"old=‹falcon› new=‹lantern› for the password of bob", "old=true new=false for the password of bob", "sentences of programs",
	},
	{
		[]string{"ecret is ", "ecret was "},
		nil, lazyregexp.New(`\b[Ss]ecret (?:is|was) ` + number + over),
		"the secret is ‹falcon67›", "the secret is shop-db", "sentences of programs",
	},
	{
		[]string{"ommunity "},
		nil, lazyregexp.New(`(?i)\bsnmp\b[^\n]{0,40}\bcommunity (?:string )?` + bare + over),
		"SNMP community ‹falcon› from 10.0.0.3 unknown", "SNMP community string is not set", "sentences of programs",
	},
	{
		[]string{"hash of "},
		nil, lazyregexp.New(`\bhash of ` + bare + ` (?:is|was|=|->) `),
		"hash of ‹falcon19› is $2b$10$", "hash of file is different", "sentences of programs",
	},
	{
		[]string{" with '", ` with "`},
		nil, lazyregexp.New(`(?i)\b(?:keystore|truststore|wallet|vault|archive|keyring|volume|container|backup)s? (?:\S+ )?(?:was |` +
			`is )?(?:opened|unlocked|decrypted)` +
			` with ["']` + bare + `["']`),
		"truststore opened with '‹falcon›'", "vault unlocked with 'password'", "sentences of programs",
	},
	{
		[]string{"pi_key ", "pi key ", "PI key "},
		nil, lazyregexp.New(`(?i)\bapi[ _]key ` + number + ` (?:not found|is|was|belongs|unknown|rejected|expired|has)\b`),
		"api_key ‹falcon13› not found", "api key field is unknown", "sentences of programs",
	},
	{
		[]string{"(admin", "(root"},
		nil, lazyregexp.New(`(?i)\b(?:created|default|initial|bootstrap|login|credentials?|account|` +
			`superuser)\b[^\n(]{0,60}\((?:admin|administrator|root)[:/] ?` + bare + `\)`),
		"Created default admin (admin:‹falcon›)", "default route (root:default)", "sentences of programs",
	},
	{
		[]string{" / "},
		nil, lazyregexp.New(`(?i)\b(?:account|login|credentials?): ["']?[\w.@-]+["']? / ` + bare + over),
		"Admin account: admin@example.com / ‹falcon›", "account: bob / viewer", "banners of a first start",
	},
	{
		[]string{"PASS ", "AUTH ", "LOGIN "},
		nil, lazyregexp.New(`(?:(?i:command|cmd|sent|send|recv|received|client|ftp|pop3)\]?:? ["']?PASS|(?i:redis|` +
			`valkey)[^\n]{0,60}\bAUTH(?: default)?|` +
			`\b[A-Za-z]{0,4}\d{1,6} LOGIN "?[\w.@-]+"?) "?` + bare + `$`),
		"[ftpd] command: PASS ‹falcon›", "redis: AUTH required", "RFC 959, section 4.1.1; RFC 9051, section 6.2.3; redis.io/commands/auth",
	},
	{
		[]string{"nsert into ", "NSERT INTO "},
		nil, lazyregexp.New(`(?i)\binsert into \W?\w*(?:user|account|admin|login|credential)\w*\W? values ?\((?:\d+,` +
			` ?)?['"][\w.@-]+['"], ?['"]` + number + `['"]`),
		"INSERT INTO users VALUES ('bob', '‹falcon04›', 'bob@example.com')", "INSERT INTO users VALUES ('bob', 'viewer')", "ISO/IEC 9075",
	},
	{
		[]string{"open -u "},
		nil, lazyregexp.New(`\bopen -u [\w.@-]+,` + bare + `(?: |$)`),
		"open -u bob,‹falcon› ftp.example.com", "open -u bob ftp.example.com", "man 1 lftp",
	},
	{
		[]string{"redentials ", "redential "},
		nil, lazyregexp.New(`(?i)\bcredentials? (?:for )?[\w.+-]+@[\w.-]+ ` + bare + over),
		"seeded credentials admin@example.com ‹falcon-lantern-221›", "credentials bob@example.com expired", "sentences of programs",
	},
	{
		[]string{"login ", "Login ", "auth", "Auth"},
		nil, lazyregexp.New(`(?i)\b(?:login|auth\w*)\b[^\n\[]{0,60} (?:for|of) \S+ \[` + number + `\]`),
		"login error for bob [‹lantern83›]", "login error for bob [code]", "sentences of programs",
	},
	{
		[]string{"PLAIN "},
		nil, lazyregexp.New(`\bPLAIN [\w.@-]+ ` + number + `$`),
		"SASL PLAIN bob ‹lantern42›", "SASL PLAIN bob refused", "RFC 4616",
	},
	{
		[]string{"assword("},
		nil, lazyregexp.New(`assword\([^()\n]*\bnew=` + bare + `\)`),
		"resetPassword(user=bob, new=‹lantern34›)", "resetPassword(user=bob, new=true)", "traces of calls",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + ` ?(?:==?=?>|--?>|>>) ?` + bare + over),
		"password ==> ‹falcon-lantern-748›", "password -> string", "banners of a first start",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + ` [\[(][^\])\n]{1,40}[\])] ?[:=] ?` + bare + over),
		"password [in clear text] = ‹falcon›", "password (optional): string", "banners of a first start",
	},
	{
		nounNeedles,
		nil, lazyregexp.New(noun + ` (?:of|for|on) (?:the )?(?:user )?["']?[\w.@+-]+["']?: ` + bare + `$`),
		"password for bob@db: ‹falcon›", "password for bob: required", "sentences of programs",
	},
	{
		[]string{"asswords"},
		nil, lazyregexp.New(`(?i:passwords)(?: \w+)?:? ` + bare + `,? ` + bare + `(?:,? ` + bare + `)?` + over),
		"passwords tried: ‹falcon›, ‹lantern›", "passwords must contain digits", "sentences of programs",
	},
	{
		[]string{"racked", "uessed", "eaked"},
		nil, lazyregexp.New(`(?i)\b(?:cracked|guessed|leaked):? [\w.@-]+[ :/]` + bare + over),
		"cracked: bob ‹falcon-lantern-519›", "leaked: bob connection", "sentences of programs",
	},
	{
		[]string{"http-basic"},
		nil, lazyregexp.New(`\bhttp-basic(?:\.\S+)? [\w.@-]+ ` + bare + over),
		"composer auth http-basic bob ‹lantern21›", "http-basic auth refused", "getcomposer.org/doc/articles: authentication",
	},
}
