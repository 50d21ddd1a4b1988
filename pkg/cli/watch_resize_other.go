//go:build !unix

package cli

// onResize does nothing: the next view is drawn in the new size.
func onResize(func()) (stop func()) { return func() {} }
