// Package annotate explains manifests: it finds the fields of an object in the
// text that it was written as, says what each means, what is wrong with it and
// where it came from, and writes the same text with that as comments. The
// text's own lines stay as they are, so that it parses back to the same object.
// It reads and prints nothing.
package annotate
