package diagnose

import "strings"

// sign is what a line of a log says about why a program ended.
type sign string

const (
	signNone sign = ""
	// What the program was given.
	missingVar  sign = "missing-var"  // an environment variable or setting is not set
	badValue    sign = "bad-value"    // a setting cannot be used
	badFlag     sign = "bad-flag"     // the command line is refused
	badSyntax   sign = "bad-syntax"   // a configuration file does not parse
	missingFile sign = "missing-file" // a file is not there
	noAccess    sign = "no-access"    // permission denied by the operating system
	readOnly    sign = "read-only"    // a read-only file system
	portInUse   sign = "port-in-use"  // its address is taken
	notFound    sign = "not-found"    // a command is not there
	// What the program needs.
	refused     sign = "refused"     // nobody listens
	noHost      sign = "no-host"     // a name does not resolve
	timedOut    sign = "timed-out"   // no answer in time
	denied      sign = "denied"      // credentials refused
	untrusted   sign = "untrusted"   // TLS does not come about
	unavailable sign = "unavailable" // it answers, and cannot serve
	absent      sign = "absent"      // a database, table, topic, queue or bucket is not there
	// What the program is.
	fault     sign = "fault"      // a defect: nil dereference, type error, missing module
	uncaught  sign = "uncaught"   // a frame around what is told elsewhere
	wrongArch sign = "wrong-arch" // built for another machine
	// What happens to it.
	noMemory sign = "no-memory"
	noSpace  sign = "no-space"
	killing  sign = "killing" // a supervisor says that it kills
	stopped  sign = "stopped" // it was told to end
)

// pattern is the usual form of a sign. The first that matches a line names it:
// the special stand before the general.
type pattern struct {
	sign sign
	weak bool // says less than it seems to
	matcher
}

func p(s sign, expr string) pattern { return pattern{sign: s, matcher: newMatcher(`(?i)` + expr)} }

func weak(s sign, expr string) pattern {
	return pattern{sign: s, matcher: newMatcher(`(?i)` + expr), weak: true}
}

// patterns hold the error texts of operating systems, language runtimes and
// client libraries, not those of single programs.
var patterns = []pattern{
	// Memory, before what the same lines say of errors in general.
	p(noMemory, `OutOfMemoryError|JavaScript heap out of memory|std::bad_alloc|runtime: out of memory|MemoryError\b|(?:cannot|can't|could not|failed to|unable to) allocate .{0,30}(?:bytes|memory|\d ?[KMGT]i?B\b)|memory allocation of \d+ bytes failed|Allowed memory size of \d+ bytes exhausted|System\.OutOfMemoryException|NoMemoryError|cannot allocate memory|\bENOMEM\b|out of memory: kill|oom-?kill|perhaps out of memory|insufficient memory for the java runtime`),
	p(noSpace, `no space left on device|\bENOSPC\b|disk quota exceeded|\bEDQUOT\b|disk (?:is )?full`),
	p(wrongArch, `exec format error|cannot execute binary file|rosetta error|qemu-\w+: could not open|illegal instruction|wrong ELF class`),
	// TLS before the connection that it fails.
	p(untrusted, `x509:|certificate (?:has expired|is not yet valid|verify failed|signed by unknown authority|is not trusted|required|is not valid for)|certificate_verify_failed|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_CERT|PKIX path|SSLHandshakeException|sun\.security\.|tls: (?:bad|failed|handshake|unknown|first record)|tls handshake (?:error|timeout|failed)|(?:ssl|tls)[ _]?(?:handshake|routines|error|alert)|unable to get local issuer|RemoteCertificate|InvalidCertificate|UnknownIssuer|certificate expired|self[- ]signed certificate`),
	// Credentials.
	p(denied, `(?:password |peer )?authentication (?:failed|error|failure)|authenticat\w+ (?:was )?(?:failed|refused|rejected)|AuthenticationFailed|SQLSTATE 28P?\d|\b28P01\b|access denied for user|WRONGPASS|\bNOAUTH\b|NOPERM|invalid (?:username|password|credentials?|api key|token|access key)|(?:username|password|credentials?|api key) (?:is |are |was )?(?:invalid|incorrect|wrong|rejected|expired)|incorrect (?:username|password)|login failed(?: for user)?|login incorrect|ORA-01017|ACCESS_REFUSED|SASL.*(?:fail|denied|invalid)|SaslAuthentication|\b401\b.{0,20}unauthori[sz]ed|unauthori[sz]ed.{0,12}\b401\b|status(?: ?code)?[:= ]+40[13]\b|returned error: 40[13]|\b403\b.{0,20}forbidden|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|Unauthenticated\b|PermissionDenied desc|code = PermissionDenied|is not authorized to perform|permission denied for (?:table|relation|schema|database|sequence)|no pg_hba\.conf entry|could not read (?:username|password) for|token (?:has |is )?expired|AUTHENTICATION_FAILED|bad credentials|cannot authenticate|not authorized on \w+ to execute|authori[sz]ation (?:failed|denied|error|failure)|AuthorizationException|not authori[sz]ed (?:to|for)\b|user .{1,40} is forbidden|is forbidden: User|forbidden: User`),
	// Names.
	p(noHost, `no such host|\bENOTFOUND\b|\bEAI_AGAIN\b|EAI_NONAME|no resolvable|UnresolvedAddress|name or service not known|temporary failure in name resolution|could not translate host name|(?:could not|couldn't|cannot|can't|unable to|failed to|error) resolv(?:e|ing)(?: the)? (?:host|address|name|server|proxy|domain|dns|endpoint|broker|upstream|[\x60'"]?[a-z0-9-]+(?:\.[a-z0-9-]+)+|[\x60'"]?[a-z0-9-]+:\d+)|UnknownHost|nodename nor servname|getaddrinfo.*fail|failed to lookup address|name does not resolve|NXDOMAIN|host not found|unknown host|php_network_getaddresses|getaddrinfo: |name resolution (?:failed|failure|error)|SERVFAIL|unknown mysql server host|no address associated with hostname|no DNS (?:record|entry)`),
	// Connections.
	p(refused, `connection refused|ECONNREFUSED|ConnectionRefused|connect(?:ion)? (?:attempt )?(?:was )?refused|actively refused|errno:? ?111\b|can't connect to (?:local )?(?:mysql|server)|couldn't connect to (?:server|host)|code: 111\b|Connection to \S+ refused|NoBrokersAvailable|kafka: client has run out of available brokers|Communications link failure|ServerSelectionTimeoutError|MongoServerSelectionError|MongoNetworkError|no (?:available )?servers? (?:is )?available|no route to host|EHOSTUNREACH|ENETUNREACH|network is unreachable|host is unreachable|broker may not be available|ECONNRESET|connection reset by peer|server closed the connection unexpectedly|unable to connect to (?:the )?\w+|(?:cannot|can't|could not|couldn't|failed to) (?:connect|establish (?:a )?connection|reach|dial)|ConnectException|ConnectionError\b|BrokenConnection|all (?:hosts|nodes) (?:are )?(?:unreachable|failed|down)|NoHostAvailable|NoNodeAvailable|no living connections|no connection could be made|unable to (?:open|acquire|obtain) (?:a )?(?:jdbc |database )?connection|error while dialing|connection (?:to \S+ )?(?:failed|lost|closed)\b|(?:is|are) unreachable|unreachable host|upstream connect error|lost connection to|(?:can't|cannot|unable to|could not) contact|SERVER_DOWN|bad address '`),
	p(timedOut, `i/o timeout|ETIMEDOUT|ESOCKETTIMEDOUT|connect(?:ion)? timed? ?out|connection timeout|read timed out|request timed out|deadline ?exceeded|TimeoutException|TimeoutError\b|operation timed out|timed out (?:waiting|after|connecting|while|trying)|timeout (?:expired|exceeded|waiting|while|connecting|awaiting|of \d+)|wait(?:ing|ed) .{0,60}(?:timed out|timeout)|no response(?: from)?|(?:did|does) not (?:become|come|respond|answer)|not (?:ready|available|reachable|responding|up)(?: yet)?(?: in time|,? giving up|,? retrying| after \d+)|still (?:not|un)(?: ?ready| ?reachable| ?available)|gave up waiting|giving up waiting|errno:? ?110\b|code: 110\b|pool (?:timed out|timeout)|context deadline|time-?out occurred|time-?out after`),
	p(absent, `\b(?:database|schema|keyspace|tablespace|bucket|topic|vhost|virtual host|exchange|queue|collection|stream|relation|role) [\x60'"]?[\w.-]+[\x60'"]? (?:does not exist|doesn't exist|(?:was )?not found)|unknown (?:database|topic|keyspace|bucket|vhost)|UNKNOWN_DATABASE|UNKNOWN_TABLE|no such (?:database|bucket|topic|queue|keyspace|collection)|relation "[^"]+" does not exist|table .{1,60} doesn't exist|no such table|role "[^"]+" does not exist|UnknownTopicOrPartition|unknown_topic|NOT_FOUND - no (?:queue|exchange|vhost)|NoSuchBucket|no matches for kind|could not find the requested resource|repository .{1,80} not found|index_not_found|ns not found|cannot open database|NoSuchKey\b`),
	p(unavailable, `\b50[234]\b.{0,30}(?:bad gateway|service unavailable|gateway time-?out)|(?:bad gateway|service unavailable|gateway time-?out)|code = Unavailable|StatusCode\.UNAVAILABLE|UNAVAILABLE: |status(?: ?code)?[:= ]+5\d\d\b|returned error: 5\d\d|too many connections|too many clients|remaining connection slots|max(?:imum)? (?:number of )?clients reached|the database system is (?:starting up|shutting down|in recovery)|is loading the dataset|\bLOADING Redis|CLUSTERDOWN|MASTERDOWN|READONLY You can't write|NotLeaderForPartition|leader not available|not enough (?:in-sync )?replicas|cluster_block_exception|no (?:leader|primary|master|quorum)\b|not (?:the )?(?:primary|master)\b|\b429\b.{0,20}too many requests`),
	// The system around the process.
	p(portInUse, `address already in use|EADDRINUSE|AddrInUse|port \d+ (?:is |was )?already in use|bind\(\) to .{1,60} failed|failed to bind to|only one usage of each socket address|BindException|could not bind|can't bind|cannot bind|EADDRNOTAVAIL|cannot assign requested address`),
	p(readOnly, `read-only file ?system|\bEROFS\b|errno:? ?30\b`),
	p(notFound, `(?:command|executable|applet) not found|executable file not found|: not found$|no such command|missing script|not recognized as an internal|env: .{1,60}: no such file|cannot find (?:the )?command|exec: ".{1,80}": (?:stat|executable)|can't open .{1,80}\.(?:js|py|rb|sh|jar)|unable to access jarfile|could not find or load main class|can't open file '`),
	// Defects whose text looks like that of a missing file.
	p(fault, `cannot find (?:module|package)|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND|ModuleNotFoundError|\bImportError\b|cannot load such file|LoadError|ClassNotFoundException|NoClassDefFoundError|NoSuchMethodError|NoSuchFieldError|error while loading shared libraries|GLIBC_[\d.]+.{0,20}not found|symbol (?:lookup error|not found)|undefined symbol|Could not load file or assembly|Class ".{1,80}" not found|UnsupportedClassVersionError|AbstractMethodError|UnsatisfiedLinkError|Error relocating|could not find gem|Gem::\w+|Bundler::\w+`),
	p(missingFile, `no such file or directory|\bENOENT\b|FileNotFoundError|FileNotFoundException|NoSuchFileException|system cannot find the (?:file|path)|(?:config(?:uration)?|file|path|certificate|key|secret|directory) .{0,80}(?:not found|does not exist|is missing|doesn't exist|cannot be found|could not be found)|could not (?:find|locate|open) (?:the )?(?:file|config\w*|/\S+)|(?:cannot|can't|unable to|failed to) (?:find|locate|open|stat) (?:the )?(?:file|config\w*|\S*/\S+)|(?:cannot|can't|could not|unable to|failed to) (?:read|load) (?:the )?(?:file\b|\S*/\S+)|Could not find (?:a part of the path|file)|NotFound, message: "No such file`),
	p(noAccess, `permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|AccessDeniedException|UnauthorizedAccessException|PermissionError|access to the path .{1,120} is denied|must be (?:run as |running as |executed as )?root|(?:mkdir|open|chown|chmod)\S* failed \(13:|errno:? ?13\b|can't create .{1,80}: permission`),
	// What it was told.
	p(missingVar, `(?:environment|env)(?:ironment)? ?var\w*\b.{0,80}(?:not (?:set|found|defined|provided|specified|present)|(?:is |are )?(?:missing|required|undefined|unset|empty)|must be (?:set|provided|specified)|is required)|(?:missing|required|undefined|unset|no) .{0,30}(?:environment|env)(?:ironment)? ?var|KeyError: '(?-i:[A-Z][A-Z0-9_]{2,})'|key not found: "(?-i:[A-Z][A-Z0-9_]{2,})"|\b(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b\W{0,3}(?: \w+){0,2} ?(?:is )?(?:not (?:set|found|defined|provided|configured|specified|present|given)|missing|required|unset|undefined|empty|must be (?:set|provided|specified|configured|defined)|cannot be (?:empty|blank|null|nil)|(?:parameter|variable) (?:not set|null or not set)|unbound variable)|(?:missing|required|undefined|unset|set|provide|specify|expected|need(?:s|ed)?|no|without) (?:\w+ ){0,4}[\x60'"]?\b(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b|(?-i:NotPresent)|environment variable not found|parameter null or not set|: unbound variable|(?:missing|required|no) (?:\w+ ){0,3}(?:config(?:uration)?|setting|option|property|secret|api key|credential|parameter|key)\b|(?:config(?:uration)?|setting|option|property|parameter) .{0,60}(?:is (?:missing|required|not set|empty|undefined|mandatory)|must be (?:set|specified|provided|configured)|not (?:set|specified|provided|configured))|Could not resolve placeholder|neither .{1,60} nor .{1,60} (?:is |are |was |were )?(?:set|specified|provided)|(?:is not|not been|isn't) (?:set|configured|specified)\b|must (?:specify|provide|set)|one of .{1,160} (?:must be|has to be|needs to be) (?:set|configured|specified|provided|given)|You must configure|is not specified and|password option is not specified|ImproperlyConfigured|field required|required (?:field|value)s? .{0,40}missing|missing value for|superuser password is not specified|missing required`),
	p(badFlag, `unknown (?:shorthand )?flag|unknown option|unrecogni[sz]ed (?:option|argument|arguments|flag|command)|flag provided but not defined|invalid option|illegal option|unexpected argument|unknown (?:sub)?command|invalid (?:value|argument) .{1,80} for (?:flag|option|'--|--|-)|no such option|unexpected extra argument|error: the following (?:required )?arguments|required flag|requires? (?:an )?argument|flag needs an argument|unknown argument|bad option|Unrecognized VM option|Could not create the Java Virtual Machine|found argument '|error parsing (?:flags|commandline)|the argument '|bad flag`),
	p(badSyntax, `unknown directive|\bconfig(?:uration)? (?:file )?error|unexpected "[^"]{1,3}" in|unexpected end of file|invalid number of arguments in|directive is not allowed|(?:yaml|json|toml|xml|ini|hcl|properties)\b.{0,60}(?:error|unmarshal|parse|invalid|syntax|unexpected|expected|did not find|cannot decode|line \d+)|(?:error|fail\w*|unable|cannot|could not|invalid|bad|malformed) .{0,60}(?:yaml|json|toml|config(?:uration)?(?: file)?)\b|pars(?:e|ing) .{0,60}(?:config|\.ya?ml|\.json|\.toml|\.conf|\.ini|\.properties|\.cfg|\.xml)|\.(?:ya?ml|json|toml|conf|ini|cfg|properties|xml)\b:?.{0,20}(?:line |:)\d+|mapping values are not allowed|did not find expected|could not find expected|JSONDecodeError|JsonReaderException|JsonParseException|ScannerError|ParserError|unexpected token .{1,20} in JSON|is not valid JSON|invalid character .{1,8} looking for|unknown (?:field|key|property|setting|configuration)|unrecogni[sz]ed (?:field|key|property|setting|configuration|name|directive|keyword)|SAXParseException|configuration file .{1,80}(?:test failed|invalid)|AH00526|Invalid command '|unknown variable '|bad config|invalid config|BAD CONFIG FILE|unsupported config|error (?:reading|loading) config|unsupported option|Could not bind properties|failed to bind properties|Bad directive or wrong number`),
	p(badValue, `invalid port|port (?:number )?(?:out of range|must be)|invalid (?:literal|value|url|uri|address|duration|level|format|number|integer|boolean|syntax|time zone|locale|log level|log_level|dsn|connection string|scheme|hostname|host|enum|choice|setting|mode|region|cron|regex\w*|key length|key size|character)|parsing "[^"]*": (?:invalid|value out of range)|strconv\.|NumberFormatException|For input string: |could not convert string|cannot (?:convert|parse|be parsed)|(?:error )?converting ['"].{0,60} to|missing unit|can't parse|could not parse|unable to parse|failed to parse|parse error|ParseIntError|ParseFloatError|ParseBoolError|invalid digit found|FormatException|(?:is|was) not (?:a )?(?:valid|recogni[sz]ed|supported|allowed|in a correct format|one of)|unsupported (?:value|scheme|driver|protocol|url|log level|storage|type|backend)|unknown (?:log ?level|level|driver|scheme|database driver|storage|backend|adapter|provider|timezone|time zone|mode|type)|(?:must|should) be (?:one of|between|at least|at most|greater|less|positive|a (?:positive|valid|number|multiple)|an integer|in the range|a multiple|>|<|>=|<=)|out of range\b.{0,40}(?:port|value|config)|(?:value|number|port) .{0,40}out of range|missing (?:protocol|port|scheme)|unsupported protocol scheme|too many colons in address|no scheme|illegal (?:value|argument|character in)|malformed|bad (?:value|port|address|url)|validation (?:error|failed)|ValidationError|IllegalArgumentException|unexpected value|wrong value|expected .{1,40},? (?:but )?(?:got|found|received)|ZodError|not in (?:the )?(?:\w+ )?(?:list|set)\b|unknown (?:member|node|peer|host key)|mismatch|not a (?:directory|file|number)|is a directory|incompatible (?:with|data)|ConfigError|ConfigurationException|InvalidConfig|Invalid configuration|conflicting (?:option|setting|flag)|cannot be used (?:together )?with`),
	// Defects.
	p(fault, `nil pointer dereference|index out of range|slice bounds out of range|invalid memory address|assignment to entry in nil map|interface conversion:|send on closed channel|all goroutines are asleep|close of closed channel|integer divide by zero|concurrent map|stack overflow|StackOverflow|TypeError\b|ReferenceError\b|RangeError\b|AttributeError\b|NameError\b|IndexError\b|UnboundLocalError|ZeroDivisionError|AssertionError|assertion .{0,80}failed|\bassert\b.*failed|NotImplementedError|RecursionError|IndentationError|SyntaxError\b|NoMethodError|undefined method|undefined local variable|uninitialized constant|FrozenError|NullPointerException|ClassCastException|IndexOutOfBounds|ArrayIndexOutOfBounds|ConcurrentModification|IllegalStateException|NullReferenceException|InvalidCastException|ArgumentNullException|ArgumentOutOfRange|InvalidOperationException|Call to (?:a member|undefined) (?:function|method)|on a .None. value|Option::unwrap\(\)|index out of bounds|attempt to (?:divide|subtract|add|multiply)|already borrowed|RefCell|unreachable code|not yet implemented|entered unreachable|segmentation fault|SIGSEGV|SIGABRT|SIGBUS|double free|corrupted|use after free|heap-buffer|bus error|core dumped|terminate called after|pure virtual|undefined index|undefined array key|undefined variable|must be of (?:the )?type|function_clause|badmatch|undef,|KeyError\b|MatchError|UndefinedFunctionError|is not a function|is not iterable|is not defined|unhandled (?:promise )?rejection|cannot read propert|Cannot destructure|internal compiler error|invariant (?:violation|failed)|BUG:|UnhandledPromise`),
	// A supervisor, and being told to end.
	p(killing, `sending SIGKILL|send(?:ing)? (?:signal )?(?:9|KILL)\b|\bkill -9\b|killed by (?:signal|the|watchdog|supervisor)|was sent SIGKILL|killing (?:worker|process|child|pid|it|container)|watchdog .{0,60}(?:kill|timeout|expired|abort)|missed .{0,20}heartbeats?|forcibly kill|signal: killed|terminated by signal 9`),
	p(stopped, `received (?:signal )?(?:SIGTERM|SIGINT|terminate|terminated|15)|SIGTERM received|(?:got|caught|handling) (?:signal )?(?:SIGTERM|15|terminated)|signal 15|shutting down gracefully|graceful(?:ly)? shut|SIGTERM\b`),
	// A frame around the cause.
	weak(uncaught, `^panic: |panicked at|unhandled exception|uncaught (?:exception|error)|exception in thread|fatal error|^fatal|traceback|segfault|application (?:run|startup) failed|failed to start|aborted`),
}

// kind says what a sign speaks for, by itself.
func (s sign) category() Category {
	switch s {
	case missingVar, badValue, badFlag, badSyntax, missingFile, noAccess, readOnly, portInUse, notFound:
		return AppConfig
	case refused, noHost, timedOut, denied, untrusted, unavailable, absent, noSpace:
		return Dependency
	case fault, wrongArch:
		return ImageBug
	case noMemory:
		return OutOfMemory
	case killing:
		return ExternalKill
	case signNone, uncaught, stopped:
	}
	return Undetermined
}

// signOf returns the sign of a text.
func signOf(text string) (sign, bool) {
	lower := strings.ToLower(text)
	for _, p := range patterns {
		if p.match(text, lower) {
			return p.sign, p.weak
		}
	}
	return signNone, false
}
