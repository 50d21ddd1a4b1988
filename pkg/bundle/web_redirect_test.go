package bundle

import (
	"net/http"
	"testing"
)

func TestARedirectThatGivesUpEncryptionIsRefused(t *testing.T) {
	request := func(address string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for next, refused := range map[string]bool{"https://b/": false, "http://a/": true} {
		if err := redirect(request(next), []*http.Request{request("https://a/")}); (err != nil) != refused {
			t.Errorf("%s: %v, want refused: %v", next, err, refused)
		}
	}
}
