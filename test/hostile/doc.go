// Package hostile holds the plugins to what they promise for input that nobody
// wrote with good intent, or that lacks what it should have: no panic, no text
// that acts on a terminal or in a shell, an answer or an error in time.
package hostile
