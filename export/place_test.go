package export

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestSafeName holds that names which are taken as they are would come to the same on the
// long way.
func TestSafeName(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{0,8}`), rapid.StringMatching(`(con|com1|lpt0|nul|aux)[a-z.]?`), rapid.StringMatching(`[a-zA-Z0-9._-]{0,101}`), rapid.String()).Draw(t, "name")
		if got, want := safeName(s, "none"), madeSafe(s, "none"); got != want {
			t.Errorf("%q is %q, on the long way %q", s, got, want)
		}
		if safe(s) {
			taken++
		}
	})
	if taken == 0 {
		t.Error("no name was taken as it is")
	}
}

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
