package logs

// Kind is what happened, in the words of no program.
type Kind string

// Side is where the cause of a Kind lies.
type Side int

// The sides.
const (
	Nowhere Side = iota // the kind alone does not show where
	Given               // in what the program was given: settings, arguments, files, rights
	Needed              // in something that it needs from elsewhere
	Program             // in the program or its image
	Memory              // in the memory that it asked for
	Host                // in the node that it runs on
	Signal              // in a signal that somebody sent
)

// The kinds of findings.
const (
	// What the program was given.
	FileMissing    Kind = "file-missing"    // the operand does not exist
	FileDenied     Kind = "file-denied"     // the operating system refuses access to a file
	FileReadOnly   Kind = "file-read-only"  // it writes to a read-only file system
	FileBad        Kind = "file-bad"        // a file is of the wrong type, mode or format
	ConfigSyntax   Kind = "config-syntax"   // a configuration file cannot be parsed
	ConfigUnknown  Kind = "config-unknown"  // a configuration file names what the program does not know
	ConfigValue    Kind = "config-value"    // a value is not accepted
	SettingMissing Kind = "setting-missing" // a variable or setting is not set
	OptionBad      Kind = "option-bad"      // the command line is refused
	CommandMissing Kind = "command-missing" // a command does not exist
	UserMissing    Kind = "user-missing"    // a user or group does not exist in the image
	UserWrong      Kind = "user-wrong"      // it must, or must not, run as root
	RightMissing   Kind = "right-missing"   // a capability or system call is not allowed
	PortTaken      Kind = "port-taken"      // its address is in use
	PortDenied     Kind = "port-denied"     // it may not bind a port below 1024
	AddressBad     Kind = "address-bad"     // an address to listen on is not one of the pod's
	AlreadyRuns    Kind = "already-runs"    // a lock or process ID file is there: it seems to run already
	DataForeign    Kind = "data-foreign"    // its data were written by another version or program
	DataBroken     Kind = "data-broken"     // its data are damaged
	PluginMissing  Kind = "plugin-missing"  // a plugin or driver that the configuration names is not there
	// What it needs from elsewhere.
	Unresolved  Kind = "unresolved"   // a host name does not resolve
	Refused     Kind = "refused"      // nobody listens at the address, or the connection broke
	TimedOut    Kind = "timed-out"    // no answer in time
	LoginDenied Kind = "login-denied" // credentials are refused
	Forbidden   Kind = "forbidden"    // it is known, and may not do that
	Untrusted   Kind = "untrusted"    // TLS with the other side fails
	Unavailable Kind = "unavailable"  // the other side answers that it cannot serve
	Rejected    Kind = "rejected"     // the other side refuses the request
	Absent      Kind = "absent"       // a database, table, topic, queue or bucket does not exist there
	DiskFull    Kind = "disk-full"    // no space is left
	DiskBroken  Kind = "disk-broken"  // the storage reports an error
	Migration   Kind = "migration"    // the schema of a database is not at the version that is needed
	// What it is.
	Fault          Kind = "fault"           // a defect of the program
	ModuleMissing  Kind = "module-missing"  // code that the program loads is not in the image
	LibraryMissing Kind = "library-missing" // a shared library is missing or does not fit
	PlatformWrong  Kind = "platform-wrong"  // it is built for another platform
	Uncaught       Kind = "uncaught"        // an error ended it; this line does not say which
	// What it runs on.
	OutOfMemory  Kind = "out-of-memory"
	ProcessLimit Kind = "process-limit" // no more processes or threads
	FileLimit    Kind = "file-limit"    // no more open files
	InotifyLimit Kind = "inotify-limit" // no more inotify instances or watches
	KernelLacks  Kind = "kernel-lacks"  // a module, feature or setting of the kernel
	CPULacks     Kind = "cpu-lacks"     // an instruction set of the processor
	DeviceLacks  Kind = "device-lacks"  // a GPU, its driver or its memory
	HostLacks    Kind = "host-lacks"    // a tool or file of the node
	ClockOff     Kind = "clock-off"     // the clock of the node is wrong
	// Signals.
	Stopped Kind = "stopped" // it was asked to stop
	Killing Kind = "killing" // a supervisor reports that it kills
	// Lines that are no reason.
	WrapUp   Kind = "wrap-up"  // announces the end, or repeats that something failed
	Usage    Kind = "usage"    // the beginning of a usage text
	Hint     Kind = "hint"     // advice or a place to read on
	Retrying Kind = "retrying" // it is tried again
	Ignored  Kind = "ignored"  // the program goes on without
	Solved   Kind = "solved"   // what failed before works
	// Forms of lines that are no reason alone.
	Refusing   Kind = "refusing"    // something that was given is refused, or something is asked for
	Serving    Kind = "serving"     // the program has started, and does its work
	OfSettings Kind = "of-settings" // it has words of what servers are set up with
	OfData     Kind = "of-data"     // it is about what the program works on
	Elsewhere  Kind = "elsewhere"   // it is about another system, or about the code of the program
)

var sides = map[Kind]Side{
	FileMissing: Given, FileDenied: Given, FileReadOnly: Given, FileBad: Given,
	ConfigSyntax: Given, ConfigUnknown: Given, ConfigValue: Given, SettingMissing: Given, OptionBad: Given,
	CommandMissing: Given, UserMissing: Given, UserWrong: Given, RightMissing: Given,
	PortTaken: Given, PortDenied: Given, AddressBad: Given, AlreadyRuns: Given, DataForeign: Given, DataBroken: Given, PluginMissing: Given,
	Unresolved: Needed, Refused: Needed, TimedOut: Needed, LoginDenied: Needed, Forbidden: Needed, Untrusted: Needed,
	Unavailable: Needed, Rejected: Needed, Absent: Needed, DiskFull: Needed, DiskBroken: Needed, Migration: Needed,
	Fault: Program, ModuleMissing: Program, LibraryMissing: Program, PlatformWrong: Program,
	OutOfMemory: Memory, ProcessLimit: Host, FileLimit: Host, InotifyLimit: Host, KernelLacks: Host, CPULacks: Host,
	DeviceLacks: Host, HostLacks: Host, ClockOff: Host,
	Stopped: Signal, Killing: Signal,
	Uncaught: Nowhere, WrapUp: Nowhere, Usage: Nowhere, Hint: Nowhere, Retrying: Nowhere, Ignored: Nowhere, Solved: Nowhere,
	Refusing: Nowhere, Serving: Nowhere, OfSettings: Nowhere, OfData: Nowhere, Elsewhere: Nowhere,
}

// Side returns where the cause of the kind lies.
func (k Kind) Side() Side { return sides[k] }

// ofFile reports whether a finding of the kind is about a file or directory.
func (k Kind) ofFile() bool {
	switch k {
	case FileMissing, FileDenied, FileReadOnly, FileBad, DiskFull, DiskBroken:
		return true
	default:
		return false
	}
}

// reason reports whether a line of the kind can be why a program exited.
func (k Kind) reason() bool {
	switch k {
	case Stopped, Killing, WrapUp, Usage, Hint, Retrying, Ignored, Solved:
		return false
	default:
		return !k.form()
	}
}

// form reports whether a kind is only a form of words, in which lines of any kind can be.
func (k Kind) form() bool {
	switch k {
	case Refusing, Serving, OfSettings, OfData, Elsewhere:
		return true
	default:
		return false
	}
}
