package docs_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestSiteHasEveryGuide compares the navigation of mkdocs.yml with the pages.
// mkdocs itself builds the site, and checks its links, in the workflow.
func TestSiteHasEveryGuide(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(top, "mkdocs.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var site struct{ Nav any }
	if err := yaml.Unmarshal(data, &site); err != nil {
		t.Fatal(err)
	}
	listed := pagesOf(site.Nav)
	slices.Sort(listed)
	var want []string
	for _, pattern := range []string{"*.md", "reference/*.md"} {
		found, err := filepath.Glob(filepath.Join(top, "docs", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			name, err := filepath.Rel(filepath.Join(top, "docs"), path)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, filepath.ToSlash(name))
		}
	}
	slices.Sort(want)
	if !slices.Equal(listed, want) {
		t.Errorf("mkdocs.yml lists\n%v, and there are\n%v", listed, want)
	}
}

// pagesOf returns the pages of a navigation: lists of pages and of maps from a
// title to a page or to a navigation.
func pagesOf(nav any) []string {
	var out []string
	switch nav := nav.(type) {
	case string:
		return []string{nav}
	case []any:
		for _, item := range nav {
			out = append(out, pagesOf(item)...)
		}
	case map[string]any:
		for _, item := range nav {
			out = append(out, pagesOf(item)...)
		}
	}
	return out
}
