package export

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlacesWithOneTag makes two ids that begin alike, which somebody who wants
// one file to replace another can find.
func TestPlacesWithOneTag(t *testing.T) {
	dir, err := openFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	e := newReleases(dir, Format{Extension: ".txt"}, Options{})
	places := []*place{
		{dir: "northmarsh/undated", slug: "a", id: "0123456789", revision: 1},
		{dir: "northmarsh/undated", slug: "a", id: "0123456788", revision: 1},
		{dir: "northmarsh/undated", slug: "a", id: "9999999999", revision: 1},
	}
	for _, p := range places {
		if err := e.claim(p); err != nil {
			t.Fatal(err)
		}
		if err := dir.write(e.name(p), owner{}, []byte(p.id)); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, p := range places {
		data, err := dir.read(e.name(p))
		if err != nil {
			t.Fatal(err)
		}
		got[e.name(p)] = string(data)
	}
	want := map[string]string{
		"northmarsh/undated/a-0123456789-r1.txt": "0123456789",
		"northmarsh/undated/a-0123456788-r1.txt": "0123456788",
		"northmarsh/undated/a-99999999.txt":      "9999999999",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
