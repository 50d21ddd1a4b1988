package redact

import "github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"

// guessForms are places on lines of logs in which a credential stands among other words, so that it has to look like one. They are
// looked for only on the lines with one of their needles.
var guessForms = []fileForm{
	{
		[]string{"$USER"},
		nil, lazyregexp.New(`^\$USER\d{1,3}\$=([^\s/]\S{5,})`),
		"$USER3$=‹hQ7x93kfLm2p›", "$USER1$=/usr/lib/nagios/plugins2", "nagios.org: macros of a resource file",
	},
	{
		[]string{":ios:", ":iosxr:", ":nxos:", ":junos:", ":eos:", ":routeros:", ":fortios:", ":asa:", ":procurve:"},
		nil, lazyregexp.New(`^(?:\d{1,3}\.){3}\d{1,3}:[a-z]+:[\w.-]+:(\S{6,})$`),
		"10.0.0.1:ios:admin:‹hQ7x93kfLm2p›", "10.0.0.1:http:web:8080", "github.com/ytti/oxidized: router.db",
	},
	{
		[]string{"auth", "ogin", "redential"},
		nil, lazyregexp.New(`\b(?i:auth|login|log in)\b[^\n]{0,60}[ ("'][A-Za-z][\w.@-]{0,40}[/:]([^\s/:"',;()\[\]]{6,64})(?:[)\]"',; ]|$)`),
		"auth refused: bob/‹hQ7x93kfLm2p›", "auth refused: shop/web-2", "sentences of programs",
	},
	{
		[]string{"[password]", "(password)", "[passwd]", "[token]", "(token)", "[secret]", "(secret)", "[api_key]"},
		nil, lazyregexp.New(`[\[(](?:password|passwd|token|secret|api_key)[\])]:? ["']?([^\s"']{8,}?)["']?(?:[\s,;]|$)`),
		"changed [password] ‹hQ7x93kfLm2p› of bob", "[password] reset requested", "prefixes of log lines",
	},
	{
		[]string{" p=", "&p=", ",p=", ";p=", " pw=", "&pw=", ",pw=", ";pw="},
		nil, lazyregexp.New(`\b(?:u|usr|user|username|login)=[^\s,;&]+[ ,;&]+(?:p|pw)=["']?([^\s,;&"']{6,})`),
		"GET /rest/ping.view?u=bob&p=‹hQ7x93kfLm2p›&c=cli", "fit user=bob p=0.9512345", "subsonic.org: API",
	},
	{
		[]string{"ogin(", "uth(", "uthenticate(", "ignIn(", "ignin("},
		nil,
		lazyregexp.New(`(?i)\b(?:log_?in|sign_?in|auth(?:enticate)?|basic_?auth)\(["']?[\w.@-]{1,60}["']?, ?["']?([^\s,()"']{6,})["']?\)`),
		"rpc login(bob, ‹hQ7x93kfLm2p›) took 3ms", "login(context, credentials2)", "traces of calls",
	},
	{
		[]string{"as password", "as the password", "as a password", "as passphrase", "as the passphrase", "as token", "as the token"},
		nil,
		lazyregexp.New(`(?i)["'\x60]?([^\s"'\x60]{6,})["'\x60]? (?:(?:was|is|were) )?(?:\w+ )?as (?:the |a )?(?:password|passphrase|token)\b`),
		`"‹hQ7x93kfLm2p›" was given as password`, "the user's mail2 is used as password hint", "sentences of programs",
	},
	{
		[]string{":100"}, // the first IDs of users who are no services
		nil, lazyregexp.New(`^[a-z_][\w.-]*:([^:.\s]{6,}):100\d(?::\d{1,5}(?::[\w,/.-]*)?)?$`),
		"bob:‹hQ7x93kfLm2p›:1001:100:upload", "container:hQ7x93kfLm2p.example.com:1001", "github.com/atmoz/sftp: users.conf",
	},
	{
		[]string{"in as "},
		nil, lazyregexp.New(`(?i)\b(?:log(?:ged|ging)? ?in|sign(?:ed|ing)? in) as ["']?[\w.@-]{1,60}["']?(?:/| \()([^\s()/]{6,})`),
		"logging in as bob (‹hQ7x93kfLm2p›)", "logged in as shop/orders-7d4b9c6f5d (uid 1000)", "sentences of programs",
	},
	{
		[]string{"<(echo ", "<(printf ", "<<< "},
		nil, lazyregexp.New(`(?:<\((?:echo|printf)(?: -\w+| '?%s'?)*|<<<) ["']?([^\s"'$)]{8,})`),
		"cryptsetup luksOpen --key-file <(echo -n '‹hQ7x93kfLm2p›') /dev/sdb x", "cat <(echo configuration2) a.txt",
		"man 1 bash: redirections",
	},
	{
		[]string{`send "`, `send -- "`},
		nil, lazyregexp.New(`\bsend (?:-- )?"([^"\s\\$]{6,})\\+[rn]"`),
		`expect -c 'send "‹hQ7x93kfLm2p›\r"'`, `expect -c 'send "configuration2\r"'`, "man 1 expect",
	},
	{
		[]string{"CHANGE", "changeme", "change_me", "REPLACE", "replaceme", "replace_me", "PLACEHOLDER", "placeholder"},
		nil, lazyregexp.New(`(?i)\bs[/|][^/|\n]*(?:change_?me|replace_?me|placeholder)[^/|\n]*[/|]([^/|\n$&\\]{6,})[/|]`),
		"sed -i s/CHANGEME/‹hQ7x93kfLm2p›/ a.conf", "sed -i s/PLACEHOLDER/node-2.example.com/ a.conf", "man 1 sed: the s command",
	},
}
