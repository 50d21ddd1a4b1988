// Package logs explains why a program exited from the last lines that it wrote.
// It is a pure package: text goes in, an Analysis comes out.
//
// # The model
//
// A log is read from its end, in four steps.
//
//  1. Lines. Each line loses the runtime's timestamp, escape sequences and the
//     program's own prefix (clock, process ID, level). What is left is its
//     message. Structured lines (JSON, logfmt) give their message and the fields
//     that explain it.
//  2. Records. A line that goes on with the one above (indented lines, "Caused
//     by", the exception below a Python traceback) belongs to that line's record.
//     Stack frames, quoted source code and usage texts are never a reason: they
//     are folded, and cost no distance, however many there are.
//  3. Findings. Each message is compared with the vocabularies: closed lists of
//     what operating systems, runtimes, protocols and common libraries print. An
//     entry states what it means and what it does not mean, and how far it
//     carries: it decides, it supports, or it only shows. The operand (the file,
//     host, variable or option that the failing operation was about) is part of a
//     finding. A path or name that only says where the message comes from is not.
//  4. Choice. Of the findings the one is chosen that best explains the exit: the
//     graver, the more specific, the later one. What was written after the
//     program was asked to stop is a consequence. A line that only announces the
//     end ("Aborting", "see the errors above") is not a reason. Trouble that was
//     retried with success, or was ignored, did not end the program.
//
// If nothing decides, the Analysis still has the line that most likely explains
// the exit. It asserts nothing about it.
//
// # The vocabularies
//
// The folder vocabulary holds one text file for each list. An entry looks so:
//
//	entry bind-denied port-denied decides
//	means: the port is below 1024 and the process lacks the capability NET_BIND_SERVICE
//	not: that another process has the port
//	= <BIND> .. <EACCES>
//	+ listen tcp :80: bind: permission denied
//	- open /etc/bind/named.conf: permission denied
//
// Its first line has its name, its Kind and its Strength. A line that begins with
// = is one pattern, one with + an example that must match, one with - a
// look-alike that must not. The tests check all of them, and that each pattern is
// needed by an example, so that a new pattern is one line with one example.
//
// Patterns ignore case, but for words that they write in capitals or as classes (ReadTimeout). In them
//
//	..       any text of at most 80 characters
//	{a|b}    one of these; {a|} is an optional a
//	word*    a word with any ending
//	<path>   the operand: path, name, option, variable, user, host, port, command, module
//	<n>      a number
//	<word>   any word that can be a name, and is not the operand
//	<NAME>   one of the forms that a line "class NAME = a | b" lists
//	^ $      the beginning and the end of the message; $ also at the end of an alternative
//	\x       the character x itself
package logs
