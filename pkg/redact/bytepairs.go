package redact

// bytePairs is the set of the pairs of neighbouring bytes in a text, as bits. It answers "can this text contain that word?" for all
// words of a table after one pass over the text; one search a word costs a pass each.
type bytePairs [1 << 10]uint64

// fill adds the pairs of a text.
func (p *bytePairs) fill(s string) {
	for i := 1; i < len(s); i++ {
		pair := uint16(s[i-1])<<8 | uint16(s[i])
		p[pair>>6] |= 1 << (pair & 63)
	}
}

// mayHave reports whether a text with these pairs can contain a word: yes can be wrong, no is right.
func (p *bytePairs) mayHave(word string) bool {
	for i := 1; i < len(word); i++ {
		pair := uint16(word[i-1])<<8 | uint16(word[i])
		if p[pair>>6]&(1<<(pair&63)) == 0 {
			return false
		}
	}
	return true
}
