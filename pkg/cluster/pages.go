package cluster

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// smallestPage is the page size below which a page that is too large is an error:
// 20 of the largest objects, of 1.5 MiB each, fit into pageBudget.
const smallestPage = 20

// mostShortPages is how many pages of a list may have less than a tenth of the objects
// that they were asked for. An API server fills every page but the last; other servers
// of the API may have a maximum of their own, which is not that small.
const mostShortPages = 20

// pages reads a list page by page up to the limit of the read, and reports
// whether the server has more. A list whose continue token expires is read again
// in one page, once. A page beyond its budget is asked for again with fewer
// objects. A list that does not advance is an error.
func (c *Cluster) pages(ctx context.Context, in reader, f *found) (more bool, err error) {
	p := &paging{in: in, found: f, seen: &advance{}, whole: c.options.ChunkSize == 0}
	p.options = metav1.ListOptions{LabelSelector: f.read.Labels, FieldSelector: f.read.Fields, Limit: c.options.ChunkSize}
	for {
		before := len(f.objects)
		list, err := p.next(ctx)
		if err != nil {
			f.objects = f.objects[:before] // a page is read whole or not at all
			if p.adapt(err) {
				continue
			}
			return false, err
		}
		if err := p.seen.page(list, p.options.Limit, f.objects[:before], f.objects[before:]); err != nil {
			return false, err
		}
		f.version = list.GetResourceVersion()
		c.progress(f, list)
		if p.options.Continue = list.GetContinue(); p.options.Continue == "" {
			return f.trim(), nil
		}
		if f.read.Limit > 0 && int64(len(f.objects)) >= f.read.Limit {
			f.trim()
			return true, nil
		}
		if p.whole && p.options.Limit == 0 {
			return false, fmt.Errorf("the server sent only %d objects of a list that was asked for in one page", len(f.objects))
		}
	}
}

// paging is a list that is read page by page.
type paging struct {
	in      reader
	found   *found
	options metav1.ListOptions // of the next page
	seen    *advance
	whole   bool // the list was asked for in one page: a continue token is an error then
}

// next reads the next page, with no more objects than the read still wants.
func (p *paging) next(ctx context.Context) (metav1.ListInterface, error) {
	read := p.found.read
	left := read.Limit - int64(len(p.found.objects))
	if read.Limit > 0 && (p.options.Limit == 0 || left < p.options.Limit) {
		p.options.Limit = left
	}
	if p.options.Limit == 0 { // a list in one page may be as large as the cluster
		ctx = withBudget(ctx, wholeBudget)
	}
	return p.in.list(ctx, p.options, func(item runtime.Object) error {
		p.found.objects = append(p.found.objects, item)
		return nil
	})
}

// adapt changes what is asked for after an error, and reports whether to ask again:
// for all in one page if the token has expired, for a smaller page if it was too large.
func (p *paging) adapt(err error) bool {
	if p.options.Continue != "" && apierrors.IsResourceExpired(err) { // the pages before it are of a state that is gone
		p.found.objects = nil
		p.options.Continue = ""
		p.options.Limit = p.found.read.Limit
		p.seen = &advance{}
		p.whole = true
		return true
	}
	if _, large := errors.AsType[*tooLargeError](err); large && p.options.Limit > smallestPage {
		p.options.Limit = max(smallestPage, p.options.Limit/10)
		return true
	}
	return false
}

// advance follows the pages of a list, to find one that never ends.
type advance struct {
	pages  int
	tokens map[string]int  // the page that each token came with
	keys   map[uint64]bool // hashes, which take less memory than the names of a large cluster
	seed   maphash.Seed
	total  int64 // as the server reported it with the first page, 0 if it did not
	empty  int   // pages without objects, in a row
	short  int   // pages with few objects
}

// page looks at one page of at most limit objects, after those before it. It returns an
// error if the list does not advance: a token or an object comes again, there are pages
// without objects, many with few, or many more objects than the server reported. Servers
// older than 1.15 report no number, and with selectors none does.
func (a *advance) page(list metav1.ListInterface, limit int64, before, items []runtime.Object) error {
	a.pages++
	token := list.GetContinue()
	if token == "" && a.pages == 1 {
		return nil // by far the most lists
	}
	if a.keys == nil {
		a.tokens = map[string]int{}
		a.keys = map[uint64]bool{}
		a.seed = maphash.MakeSeed()
	}
	if err := a.repeats(token, items); err != nil {
		return err
	}
	if err := a.sparse(token, len(items), limit); err != nil {
		return err
	}
	read := int64(len(before) + len(items))
	if left := list.GetRemainingItemCount(); left != nil && a.pages == 1 && *left >= 0 {
		a.total = read + *left
	}
	// The number is an estimate by its documentation: a tenth and one page more pass.
	if a.total > 0 && token != "" && read > a.total+a.total/10+int64(len(items)) {
		return fmt.Errorf("the list does not end: the server reported %d objects and has sent %d", a.total, read)
	}
	return nil
}

// add notes the items and returns one that an earlier page had, empty if there is none.
func (a *advance) add(items []runtime.Object) (again string) {
	for _, item := range items {
		if key, ok := keyOf(item); ok && a.keys[maphash.Comparable(a.seed, key)] {
			return key.String()
		}
	}
	for _, item := range items {
		if key, ok := keyOf(item); ok {
			a.keys[maphash.Comparable(a.seed, key)] = true
		}
	}
	return ""
}

// repeats returns an error if a page has a token or an object that an earlier page had.
func (a *advance) repeats(token string, items []runtime.Object) error {
	again := a.add(items)
	if former, known := a.tokens[token]; known && token != "" {
		return fmt.Errorf("the list does not advance: page %d has the continue token of page %d", a.pages, former)
	}
	a.tokens[token] = a.pages
	if again != "" {
		return fmt.Errorf("the list does not advance: page %d has %s again", a.pages, again)
	}
	return nil
}

// sparse returns an error if pages follow each other without objects, or if many have few.
func (a *advance) sparse(token string, objects int, limit int64) error {
	if a.empty++; objects > 0 {
		a.empty = 0
	}
	if a.empty > 1 && token != "" {
		return fmt.Errorf("the list does not advance: page %d and the page before it have no objects", a.pages)
	}
	if token != "" && int64(objects)*10 < limit {
		a.short++
	}
	if a.short > mostShortPages {
		return fmt.Errorf("the list does not advance: %d of its %d pages have less than a tenth of the objects asked for", a.short, a.pages)
	}
	return nil
}
