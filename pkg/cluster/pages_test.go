package cluster_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/ptr"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// pageN is what a server answers to the n-th request of a list, counted from 1.
type pageN func(n int, limit string) (token string, remaining int64, names []string, err *apierrors.StatusError)

func TestAListThatDoesNotAdvanceEnds(t *testing.T) {
	gone := apierrors.NewResourceExpired("too old")
	for name, test := range map[string]struct {
		page     pageN
		requests int
		err      string
	}{
		"the same token": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				return "abc", 0, []string{fmt.Sprint("p", n)}, nil
			}, 2, "the list does not advance: page 2 has the continue token of page 1",
		},
		"the same objects": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				return fmt.Sprint("t", n), 0, []string{"a", "b"}, nil
			}, 2, "the list does not advance: page 2 has shop/a again",
		},
		"empty pages": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				return fmt.Sprint("t", n), 0, nil, nil
			}, 2, "the list does not advance: page 2 and the page before it have no objects",
		},
		"more than was reported": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				return fmt.Sprint("t", n), 2, []string{fmt.Sprint("p", n)}, nil
			}, 5, "the list does not end: the server reported 3 objects and has sent 5",
		},
		"expired again and again": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				if n%2 == 0 {
					return "", 0, nil, gone
				}
				return fmt.Sprint("t", n), 0, []string{"a"}, nil
			}, 3, "the server sent only 1 objects of a list that was asked for in one page",
		},
		"always expired": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				if n > 1 {
					return "", 0, nil, gone
				}
				return "t", 0, []string{"a"}, nil
			}, 3, "too old",
		},
		"short pages for ever": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				return fmt.Sprint("t", n), 0, []string{fmt.Sprint("p", n)}, nil
			}, 21, "the list does not advance: 21 of its 21 pages have less than a tenth of the objects asked for",
		},
		"short pages with an end": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				if n > 20 {
					return "", 0, []string{fmt.Sprint("p", n)}, nil
				}
				return fmt.Sprint("t", n), 0, []string{fmt.Sprint("p", n)}, nil
			}, 21, "",
		},
		"one empty page": {
			func(n int, _ string) (string, int64, []string, *apierrors.StatusError) {
				switch n {
				case 1:
					return "t1", 0, []string{"a"}, nil
				case 2:
					return "t2", 0, nil, nil
				}
				return "", 0, []string{"b"}, nil
			}, 3, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			chunk := int64(2)
			if strings.HasPrefix(name, "short pages") {
				chunk = 500
			}
			n := 0
			a := serve(t, map[string]http.HandlerFunc{podsPath: func(w http.ResponseWriter, r *http.Request) {
				n++
				token, remaining, names, failed := test.page(n, r.URL.Query().Get("limit"))
				if failed != nil {
					refusal(failed)(w, r)
					return
				}
				list := pods(names...)
				list.Continue = token
				if remaining > 0 {
					list.RemainingItemCount = ptr.To(remaining)
				}
				write(w, r, http.StatusOK, list)
			}})
			c := a.cluster(t, cluster.Options{ChunkSize: chunk})
			err := c.Load(t.Context(), &snapshot.Snapshot{}, onlyPods)
			if (err == nil) != (test.err == "") || (err != nil && err.Error() != "list pods: "+test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
		})
	}
}

func TestAPageThatIsTooLargeIsAskedForWithFewerObjects(t *testing.T) {
	var limits []string
	page := paged(t, strings.Fields("a b c"), nil)
	a := serve(t, map[string]http.HandlerFunc{podsPath: func(w http.ResponseWriter, r *http.Request) {
		limit := r.URL.Query().Get("limit")
		limits = append(limits, limit)
		if limit == "5000" || limit == "500" {
			endlessBody(w, r)
			return
		}
		page(w, r)
	}})
	s := &snapshot.Snapshot{}
	c := a.cluster(t, cluster.Options{ChunkSize: 5000})
	c.SetPageBudget(1 << 20)
	if err := c.Load(t.Context(), s, onlyPods); err != nil {
		t.Fatal(err)
	}
	if podNames(s) != "a b c" || strings.Join(limits, " ") != "5000 500 50" {
		t.Errorf("pods %q with limits %v", podNames(s), limits)
	}
}
