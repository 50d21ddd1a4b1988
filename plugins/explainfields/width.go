package explainfields

import "strconv"

// width returns the columns for comments: what --width says, else the variable
// COLUMNS, else the terminal's up to widest, else 80.
func (o *options) width(terminal int) int {
	if o.flags.width > 0 {
		return o.flags.width
	}
	if n, err := strconv.Atoi(o.env.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	// Lines that are too long to be read across are no better for being wide.
	if terminal > 0 {
		return min(terminal, widest)
	}
	return 80
}
