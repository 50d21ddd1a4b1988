// Package annotate explains manifests. It finds the fields of an object in the
// text that the object was written as, reports what each field means, what is
// wrong with it and who set it, and returns that as notes by position. How the
// notes are laid out is the business of package layout. It reads and prints
// nothing.
package annotate
