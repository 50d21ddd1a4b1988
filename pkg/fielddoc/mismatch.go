package fielddoc

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// bitsSince is the first minor version that holds whole numbers of custom kinds to their
// format (k8s.io/apiextensions-apiserver pkg/apiserver/validation/formats.go, 0.35 and 0.36).
const bitsSince = 36

// mismatch returns why the value is not of its type, empty if it is.
func (c Cursor) mismatch() string {
	older := c.minor != 0 && c.minor < bitsSince
	if older && c.typ.strict && c.typ.Kind == Integer && whole(c.value) {
		return ""
	}
	return c.typ.mismatch(c.value)
}

// mismatch returns why a value is not of type t, empty if it is. Null is of every type: the
// server drops it, or fills in the default.
func (t *Type) mismatch(value any) string {
	if value == nil {
		return ""
	}
	ok := true
	switch t.Kind {
	case String:
		_, ok = value.(string)
	case Boolean:
		_, ok = value.(bool)
	case Integer:
		if whole(value) {
			return t.bitsMismatch(value)
		}
		ok = false
	case Number:
		ok = numeric(value)
	case List:
		_, ok = value.([]any)
	case Map, Object:
		_, ok = value.(map[string]any)
	case IntOrString:
		word, isString := value.(string)
		ok = (isString && word != "") || whole(value)
	case Quantity:
		return quantityMismatch(value)
	case Time:
		ok = t.isTime(value)
	case Bytes:
		word, isString := value.(string)
		if isString && !isBase64(word) {
			return notBase64
		}
		ok = isString
	case Any:
	}
	if ok {
		return ""
	}
	return t.mustBe(value)
}

// mustBe returns the message for a value of the wrong type. If a number or a boolean
// stands where a string belongs, the message names the missing quotes, which are the
// usual cause.
func (t *Type) mustBe(value any) string {
	message := "must be " + article(t.Name()) + ", but this is " + described(value)
	_, isNumber := numberOf(value)
	if t.Kind == String && (isNumber || value == true || value == false) {
		message += " (in quotes it would be a string)"
	}
	return message
}

// bitsMismatch returns why a whole number does not fit the type, empty if it does.
func (t *Type) bitsMismatch(value any) string {
	if t.bits == 32 && !fits(value) {
		return "must be a number of 32 bits, but this is " + fmt.Sprint(value)
	}
	// A number beyond int64 was decoded as a float.
	if n, float := value.(float64); float && t.bits == 64 && math.Abs(n) >= 1<<63 {
		return "must be a number of 64 bits, but this is " + fmt.Sprint(value)
	}
	return ""
}

// isTime reports whether a value is a time of RFC 3339, or empty. A MicroTime needs a
// fraction of the second.
func (t *Type) isTime(value any) bool {
	word, isString := value.(string)
	if !isString || word == "" {
		return isString
	}
	return validTime(word) && (t.ID != microTime || strings.Contains(word, "."))
}

// isBase64 reports whether a text is base64, in which line breaks are allowed: base64 without -w0
// writes them.
func isBase64(text string) bool {
	_, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, text))
	return err == nil
}

// microTime is the time that is written with microseconds.
const microTime = "meta.MicroTime"

// dropSpace drops line breaks, for strings.Map.
func dropSpace(r rune) rune {
	if r == '\n' || r == '\r' {
		return -1
	}
	return r
}

// quantityMismatch returns why a value is no quantity, empty if it is one. Numbers are
// quantities without a suffix.
func quantityMismatch(value any) string {
	const quantity = "must be a quantity such as 500m or 64Mi, but this is "
	if numeric(value) {
		return ""
	}
	word, isString := value.(string)
	if !isString {
		return quantity + described(value)
	}
	if _, err := resource.ParseQuantity(word); err != nil {
		return quantity + quoteShort(word)
	}
	return ""
}

// whole reports whether a value is a whole number. YAML may decode 3.0 as a float.
func whole(value any) bool {
	switch v := value.(type) {
	case int64, int:
		return true
	case float64:
		return v == math.Trunc(v)
	default:
		return false
	}
}

// fits reports whether a whole number has 32 bits.
func fits(value any) bool {
	switch v := value.(type) {
	case int64:
		return v >= math.MinInt32 && v <= math.MaxInt32
	case float64: // a whole one that was written as 3.0 or 1e9
		return v >= math.MinInt32 && v <= math.MaxInt32
	default:
		return true
	}
}

// numeric reports whether a value is a number.
func numeric(value any) bool {
	switch value.(type) {
	case int64, int, float64:
		return true
	default:
		return false
	}
}

// article returns a name with "a" or "an" before it.
func article(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// notBase64 begins the message on a text that should be base64. The message never
// contains the text, which may be a credential.
const notBase64 = "is not base64"

// described returns what a value is, as in "but this is the string "3"".
func described(value any) string {
	switch v := value.(type) {
	case string:
		return "the string " + quoteShort(v)
	case bool:
		return "the boolean " + strconv.FormatBool(v)
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	default:
		return "the number " + fmt.Sprint(v)
	}
}

// quoteShort quotes a text and cuts it to 40 characters, so that a message stays on a line
// whatever was put in the field.
func quoteShort(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:39]) + "…"
	}
	return strconv.Quote(text)
}
