package command

import "strings"

// InContext returns a command line with "--context=NAME" after the verb of each
// kubectl in it, so that it goes to the cluster that the report is about. Only
// what String and Join return is a command line; an empty name changes nothing.
func InContext(line, name string) string {
	if name == "" {
		return line
	}
	words := strings.Split(line, " ")
	flag := quote("--context=" + name)
	first := true // the next word is that of a command
	for i, word := range words {
		if first && word == "kubectl" && i+1 < len(words) {
			words[i+1] += " " + flag
		}
		first = word == "|" || word == "&&" || word == "||" || word == ";" || strings.HasSuffix(word, ";")
	}
	return strings.Join(words, " ")
}
