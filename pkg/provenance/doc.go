// Package provenance finds who gave a field of an object its value: the user, a
// default, a controller, admission or the server. It reads the managed fields
// that the API server keeps in the object, what kubectl apply last sent, and
// the documented defaults, and reports whether it observed or deduced the answer.
//
// Managed fields have limits that it respects: a time is that of a manager's
// last write of anything; whoever creates an object by Update also owns the
// defaults in it; what admission changes counts as written by the user whose
// request it was.
package provenance
