package fielddoc

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// mismatch returns why a value is not of type t, empty if it is.
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
		if ok = whole(value); ok && t.bits == 32 && !fits(value) {
			return "wants a number of 32 bits, but this is " + fmt.Sprint(value)
		}
		if n, float := value.(float64); ok && float && t.bits == 64 && math.Abs(n) >= 1<<63 {
			return "wants a number of 64 bits, but this is " + fmt.Sprint(value)
		}
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
		word, isString := value.(string)
		ok = isString && (word == "" || (validTime(word) && (t.ID != microTime || strings.Contains(word, "."))))
	case Bytes:
		word, isString := value.(string)
		if isString {
			if _, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, word)); err != nil {
				return NotBase64
			}
		}
		ok = isString
	case Any:
	}
	if ok {
		return ""
	}
	message := "wants " + article(t.Name()) + ", but this is " + described(value)
	if _, isNumber := numberOf(value); t.Kind == String && (isNumber || value == true || value == false) {
		message += " (in quotes it would be a string)"
	}
	return message
}

// microTime is the time that is written with microseconds.
const microTime = "meta.MicroTime"

func dropSpace(r rune) rune {
	if r == '\n' || r == '\r' {
		return -1
	}
	return r
}

func quantityMismatch(value any) string {
	word, isString := value.(string)
	switch {
	case !isString && numeric(value):
		return ""
	case !isString:
		return "wants a quantity such as 500m or 64Mi, but this is " + described(value)
	}
	if _, err := resource.ParseQuantity(word); err != nil {
		return "wants a quantity such as 500m or 64Mi, but this is " + quoteShort(word)
	}
	return ""
}

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
	case float64:
		return v >= math.MinInt32 && v <= math.MaxInt32
	default:
		return true
	}
}

func numeric(value any) bool {
	switch value.(type) {
	case int64, int, float64:
		return true
	default:
		return false
	}
}

func article(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// NotBase64 begins the message on a text that should be base64. It never has the text.
const NotBase64 = "is not base64"

// described returns what a value is, for a reader who wrote another than was wanted.
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

func quoteShort(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:39]) + "…"
	}
	return strconv.Quote(text)
}
