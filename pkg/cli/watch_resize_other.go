//go:build !unix

package cli

// onResize has nothing to wait for: the next picture has the new size.
func onResize(func()) (stop func()) { return func() {} }
