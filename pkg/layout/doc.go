// Package layout lays out notes as comments beside the lines of a text: at the
// end of a line if the comment has room there, else on lines of its own above,
// wrapped. Nothing is cut. It measures width as package view does.
package layout
