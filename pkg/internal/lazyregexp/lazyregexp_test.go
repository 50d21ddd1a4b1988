package lazyregexp

import (
	"reflect"
	"regexp"
	"testing"
)

// Each method has to answer as the one of regexp.Regexp with its name does.
func TestMethodsAreThoseOfRegexp(t *testing.T) {
	const (
		text = `(\w)(\d+)`
		s    = "a1 b22 c"
	)
	lazy := reflect.ValueOf(New(text))
	eager := reflect.ValueOf(regexp.MustCompile(text))
	for i := range lazy.NumMethod() {
		name := lazy.Type().Method(i).Name
		var args []reflect.Value
		for j := range lazy.Method(i).Type().NumIn() {
			args = append(args, argument(lazy.Method(i).Type().In(j), j, s))
		}
		got := lazy.Method(i).Call(args)[0].Interface()
		want := eager.MethodByName(name).Call(args)[0].Interface()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// argument returns a value for the parameter at a place: a count, the text to search, or what replaces a match.
func argument(kind reflect.Type, at int, s string) reflect.Value {
	switch {
	case kind.Kind() == reflect.Int:
		return reflect.ValueOf(-1)
	case at == 0:
		return reflect.ValueOf(s)
	}
	return reflect.ValueOf("$2$1")
}

// A mistake is to be seen by the tests of the package that has it, whether they use the expression or not.
func TestMistakesPanicInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New(`(`)
}
