package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// Bounds of the lengths of a text that is hidden although no name is before it. Kafka, Elasticsearch and NATS make IDs
// of 20 to 22 letters of base64 or base62, which look like credentials.
const (
	shortestUnnamed = 16
	shortestOfIDs   = 20
	longestOfIDs    = 22
	longestUnnamed  = 512
)

// unnamed hides the word between i and end, with the parts that hyphens join to it, if it cannot be anything but generated at
// random, and nothing around it makes it an ID, a digest or a part of a path.
func (f *finder) unnamed(i, end int) {
	if f.identified || (i > 0 && f.s[i-1] == '-') {
		return // looked at with the part before it
	}
	for end < len(f.s) && (f.s[end] == '-' || isWord(f.s[end])) {
		end++
	}
	size := end - i
	if size < shortestUnnamed || size > longestUnnamed || (size >= shortestOfIDs && size <= longestOfIDs) {
		return
	}
	text := f.s[i:end]
	if !isGenerated(text) && !isProductKey(text) && !isOddHexadecimal(text) {
		return
	}
	if !f.standsAlone(i, end) || isObjectID(text) || isPublic(text) || beginsPublic(text) {
		return
	}
	if f.isInBlock(i, end) || f.isEncrypted(i) || (f.identifiedAt(i) && !isProductKey(text)) || decodeText(text) != "" {
		return
	}
	f.add(i, end)
}

// isOddHexadecimal reports whether a text is hexadecimal of 24 bytes, as "openssl rand -hex 24" prints it: no common digest and no ID
// is as long.
func isOddHexadecimal(text string) bool {
	const (
		size   = 48
		fewest = 10
	)
	return len(text) == size && letters(text) == 2 && digitChanges(text) >= fewest && strings.Trim(text, "0123456789abcdef") == ""
}

// isProductKey reports whether a text has the form of keys of products that people type: four groups or more of four to six
// capitals and digits (keygen.sh/docs: license keys; support.microsoft.com: find your product key).
func isProductKey(text string) bool {
	const (
		fewest   = 4
		shortest = 4
		longest  = 6
	)
	size := strings.IndexByte(text, '-')
	if size < shortest || size > longest || repeats(text) || letters(text) < 2 || !hasLetterAfterF(text) {
		return false
	}
	groups := strings.Split(text, "-")
	return len(groups) >= fewest && !slices.ContainsFunc(groups, func(group string) bool {
		return len(group) != size || strings.Trim(group, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != ""
	})
}

// standsAlone reports whether the text between i and end is not a part of a path, an address, a name of code or longer base64.
func (f *finder) standsAlone(i, end int) bool {
	if i > 0 && strings.IndexByte(" \t\r\n\"'`([{<>=:?&,;|", f.s[i-1]) < 0 {
		return false
	}
	if f.isMemberName(i, end) {
		return false
	}
	rest := f.s[end:min(len(f.s), end+2)]
	if rest != "" && (rest[0] == '.' || rest[0] == '?') { // the end of a sentence, or a name with more parts
		return len(rest) == 1 || strings.IndexByte(" \r\n\"'", rest[1]) >= 0
	}
	return rest == "" || strings.IndexByte(" \t\r\n\"'`)]}<>,;:&|!\\", rest[0]) >= 0
}

// isMemberName reports whether the text between i and end is the name of a member of an object of JSON. In a sentence a word
// stands before the quote.
func (f *finder) isMemberName(i, end int) bool {
	const far = 40
	quoted := skipQuote(f.s, end)
	if quoted == end || quoted >= len(f.s) || f.s[quoted] != ':' {
		return false
	}
	before := strings.TrimRight(f.s[max(0, i-far):i], "\\\"'` \t")
	return before == "" || strings.IndexByte("{,\n[", before[len(before)-1]) >= 0
}

// isObjectID reports whether a text begins as services begin the IDs of their objects: req_…, cus_…. A word for a credential
// before the sign makes it one: key_….
func isObjectID(text string) bool {
	const (
		shortest = 2
		longest  = 8
	)
	n := strings.IndexByte(text, '_')
	return n >= shortest && n <= longest && strings.Trim(text[:n], "abcdefghijklmnopqrstuvwxyz") == "" && kindOf(text[:n]) == otherName
}

// publicForms are the beginnings of texts that look random and are public: nonces of pages (w3.org/TR/CSP3), keys of SSH (RFC 4253,
// section 6.6: the length of a name in base64), addresses of IPFS (docs.ipfs.tech: CIDs), extended public keys of wallets (BIP 32),
// certificates and public keys (the start of a sequence of DER in base64, and the first line of a PEM file), and base64 of files: gzip,
// PNG, GIF, ZIP, PDF, objects of Java.
var publicForms = []string{
	"nonce-", "AAAA", "Qm", "xpub", "bafy", "bafk", "MFkw", "MCow", "H4sI", "iVBORw0KGgo", "R0lGOD", "UEsDB", "JVBERi0", "rO0AB",
	"LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR", "LS0tLS1CRUdJTiBQVUJMSUMg",
}

// beginsPublic reports whether a text begins as one that is public, or with the name of a digest: sha384-….
func beginsPublic(text string) bool {
	if name, _, ok := strings.Cut(text, "-"); ok && identifyingWords[strings.ToLower(name)] {
		return true
	}
	return isCertificate(text) || slices.ContainsFunc(publicForms, func(start string) bool { return strings.HasPrefix(text, start) })
}

// isInBlock reports whether the text between i and end is a line of a block of base64, such as a certificate.
func (f *finder) isInBlock(i, end int) bool {
	first := lineStart(f.s, i)
	last := lineEnd(f.s, end)
	if strings.TrimSpace(f.s[first:i]) != "" || strings.TrimSpace(f.s[end:last]) != "" {
		return false
	}
	if slices.Contains(bodyLines, end-i) && letters(f.s[i:end]) == 3 {
		return true
	}
	before := strings.TrimSpace(f.s[lineStart(f.s, max(first-1, 0)):first])
	after := ""
	if last < len(f.s) {
		after = strings.TrimSpace(f.s[last+1 : min(lineEnd(f.s, last+1), last+1+longestUnnamed)])
	}
	return isBody(before) || isBody(after) || strings.HasPrefix(before, "-----BEGIN") || strings.HasPrefix(after, "-----END")
}

// calledBefore returns the name or the two words before a value that begins at i, "" if there is none on its line, and whether a
// sign is between them.
func calledBefore(s string, i int) (name string, signed bool) {
	const far = 60
	before := s[max(0, i-far):i]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	blank := strings.TrimRight(before, " \t")
	before = strings.TrimRight(blank, " \t\"'`\\=:;([{<>")
	signed = len(before) < len(blank)
	before = strings.TrimRight(strings.TrimSuffix(before, "W/"), " \"':") // a weak ETag (RFC 9110, section 8.8.3)
	for _, copula := range []string{" is", " was"} {
		before = strings.TrimRight(strings.TrimSuffix(before, copula), " \t\"'`\\=:")
	}
	last := nameStart(before, len(before))
	if last > 1 && before[last-1] == ' ' { // "public key"
		last = nameStart(before, last-1)
	}
	return before[last:], signed
}

// identifyingWords end names of values that are public or name an object. They identify what follows them with a sign or a blank.
var identifyingWords = setOf([]string{
	"id", "ids", "uid", "uids", "uuid", "guid", "oid", "kid", "jti", "gid", "pid", "tid", "mid", "cid", "rid", "txid",
	"hash", "hashes", "digest", "checksum", "sum", "sha", "sha1", "sha256", "sha384", "sha512", "md5", "etag", "integrity", "crc",
	"request", "correlation", "transaction", "container", "pod", "job", "message", "event", "upload",
	"accessor", "trace", "span", "traceparent", "tracestate", "ray", "b64u", "base58", "x5t", "x5c", "arn", "ssh",
	"cursor", "continue", "marker", "bookmark", "scroll", "checkpoint", "match", "offset", "seq", "epoch",
	"revision", "version", "commit", "ref", "rev", "tag", "release", "fingerprint", "thumbprint", "serial", "snapshot", "commits",
})

// objectNames end names of objects and of what is public in keys, if a sign follows: "node: …", "x": "…". Before a blank they are
// words of a sentence.
var objectNames = setOf([]string{
	"page", "position", "sequence", "build", "subject", "issuer", "cluster", "node", "member",
	"instance", "peer", "server", "broker", "msg", "task", "run", "object", "resource", "document",
	"doc", "index", "shard", "name", "names", "path", "file", "url", "uri", "host", "image", "volume", "topic",
	"partition", "group", "consumer", "crv", "public", "pub", "client", "tenant", "app", "scope", "project",
	"organization", "org", "account", "user", "username", "role", "zone", "lease", "holder", "owner", "nonce", "state", "conn", "connection",
})

// articles before the name of an object make it a word of a sentence: "copy this into your app: …".
var articles = setOf([]string{"your", "the", "this", "that", "a", "an", "to", "for", "of", "into", "in", "on"})

// identifiedAt reports whether what stands before a value at i makes it an ID, a digest or the public part of a key.
func (f *finder) identifiedAt(i int) bool {
	name, signed := calledBefore(f.s, i)
	return identifies(name, signed)
}

// identifies reports whether a name, after which a sign stands, is one of an ID, a digest or the public part of a key.
func identifies(name string, signed bool) bool {
	parts := wording.NameWords(name)
	n := len(parts)
	for n > 0 && isNumber(parts[n-1]) { // x-amz-id-2
		n--
	}
	if n == 0 {
		return false
	}
	last := parts[n-1]
	if len(name) == 1 && signed { // a number of a public key (RFC 7517, RFC 7518): "x": "…"
		return strings.IndexByte("xyne", name[0]) >= 0
	}
	if (n > 1 && last == "challenge" && parts[n-2] == "code") || isPlaceToken(name) { // a digest (RFC 7636, section 4.2)
		return true
	}
	if n > 1 && last == "verification" && parts[n-2] != "email" { // of a domain in DNS: google-site-verification=…
		return true
	}
	signed = signed && (n < 2 || !articles[parts[n-2]])
	return identifyingWords[last] || identifyingWords[parts[0]] || (signed && objectNames[last]) || words().isOther(parts[:n])
}
