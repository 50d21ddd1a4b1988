package bundle_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

func TestWebServersThatMisbehave(t *testing.T) {
	var elsewhere []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere = append(elsewhere, r.Header.Get("Authorization")+r.Header.Get("Referer"))
		_, _ = io.WriteString(w, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n") // the client has gone
	}))
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silent":
			<-r.Context().Done()
		case "/drip":
			for _, err := io.WriteString(w, "a"); err == nil && r.Context().Err() == nil; _, err = io.WriteString(w, "b") {
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/other":
			http.Redirect(w, r, other.URL+"/x.yaml", http.StatusFound)
		}
	}))
	defer server.Close()
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	secret := strings.Replace(server.URL, "http://", "http://u:zqPW@", 1)
	for name, test := range map[string]struct{ address, err string }{
		"no answer":                   {secret + "/silent", "/silent: no complete answer within 300ms (--request-timeout)"},
		"a slow one":                  {secret + "/drip", "/drip: no complete answer within 300ms (--request-timeout)"},
		"redirects without end":       {secret + "/loop", "/loop: more than 5 redirects"},
		"no address":                  {secret + "/%zz", "read the address of --filename: it is not a valid URL"},
		"another host":                {secret + "/other", ""},
		"no such page":                {other.URL + "x/", "read "},
		"an unknown authority, whole": {secure.URL, "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			limit := time.Minute // for those that answer, on a busy machine too
			if strings.Contains(test.err, "300ms") {
				limit = 300 * time.Millisecond
			}
			files := bundle.New([]string{test.address}, bundle.Options{Timeout: limit})
			err := files.Load(ctx, &snapshot.Snapshot{}, snapshot.Query{})
			if text := fmt.Sprint(err); (err == nil) != (test.err == "") || (!strings.Contains(text, test.err) && test.err != "") || strings.Contains(text, "zqPW") {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
	if len(elsewhere) != 1 || strings.Contains(elsewhere[0], "zqPW") || strings.Contains(elsewhere[0], "Basic") {
		t.Errorf("the other host got %q, want one request without credentials", elsewhere)
	}
}
