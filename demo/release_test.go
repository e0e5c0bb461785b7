package demo

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestCarriedReleases(t *testing.T) {
	releases, err := ReadReleases(releaseFiles)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(releases), 32; got < want {
		t.Errorf("%d releases, want at least %d", got, want)
	}
	for i, r := range releases {
		if i > 0 && r.Published.After(releases[i-1].Published) {
			t.Errorf("%s is newer than the release before it", r.Name)
		}
		if r.summary() == "" {
			t.Errorf("%s has no summary", r.Name)
		}
	}
}

// The addresses that have misled crawlers are all there.
func TestCarriedAddresses(t *testing.T) {
	var all []string
	for _, r := range Releases() {
		all = append(all, r.Address())
	}
	for what, holds := range map[string]func(string) bool{
		"an upper-case letter": func(a string) bool { return a != strings.ToLower(a) },
		"three hyphens":        func(a string) bool { return strings.Contains(a, "---") },
		"no month": func(a string) bool {
			return strings.HasPrefix(a, newsPath+"articles/") && !strings.Contains(a, "/202")
		},
		"a slug below a slug": func(a string) bool {
			for _, b := range all {
				if a != b && strings.HasPrefix(a, b) {
					return true
				}
			}
			return false
		},
		"the archive": func(a string) bool { return strings.HasPrefix(a, newsPath+"archive/") },
	} {
		found := false
		for _, a := range all {
			found = found || holds(a)
		}
		if !found {
			t.Errorf("no address with %s", what)
		}
	}
}

func TestCarriedKinds(t *testing.T) {
	counts := map[string]int{}
	titles := map[string]int{}
	for _, r := range Releases() {
		counts["dateline "+string(r.Dateline)]++
		counts["listed "+string(r.Listed)]++
		counts["category "+r.Category]++
		titles[r.Title]++
		if r.Label != "" {
			counts["label"]++
		}
		if r.Title != r.OGTitle && r.OGTitle != "" {
			counts["og title"]++
		}
		if strings.Contains(r.OGDescription, "&#") {
			counts["og description"]++
		}
		if strings.Contains(r.OGImage, "&amp;") {
			counts["og image"]++
		}
		if titles[r.Title] > 1 {
			counts["title twice"]++
		}
	}
	for _, key := range []string{
		"dateline ", "dateline labelled", "dateline none",
		"listed ", "listed feed", "listed search", "listed sitemap",
		"category News", "category Appeals",
		"label", "og title", "og description", "og image", "title twice",
	} {
		if counts[key] == 0 {
			t.Errorf("no release with %s", key)
		}
	}
}

func TestReadReleasesErrors(t *testing.T) {
	const good = "---\ntitle: T\npath: a/b/\npublished: 09:00 01/02/2024\n---\n<p>B</p>\n"
	for name, tt := range map[string]struct{ old, new, want string }{
		"unknown key":    {"title: T", "titel: T", `releases/r.html:2: unknown key "titel"`},
		"key twice":      {"path: a/b/", "title: U", `releases/r.html:3: key "title" stands twice`},
		"no value":       {"title: T", "title: ", `releases/r.html:2: "title: " is not a key and a value`},
		"no colon":       {"title: T", "title", `releases/r.html:2: "title" is not a key and a value`},
		"missing key":    {"title: T\n", "", `releases/r.html:4: key "title" is missing`},
		"no front":       {"---\ntitle", "title", `releases/r.html:1: the first line is not ---`},
		"no end":         {"---\n<p>", "<p>", `releases/r.html:6: the front matter has no end`},
		"no body":        {"<p>B</p>", "", `releases/r.html:7: the body is empty`},
		"absolute path":  {"path: a/b/", "path: /a/b/", `releases/r.html:3: path "/a/b/" begins`},
		"open path":      {"path: a/b/", "path: a/b", `releases/r.html:3: path "a/b" begins`},
		"no such date":   {"01/02/2024", "31/02/2024", `releases/r.html:4: published "09:00 31/02/2024" is not`},
		"no such hour":   {"09:00 01/02/2024", "01:30 31/03/2024", `releases/r.html:4: published "01:30 31/03/2024" is not`},
		"dateline":       {"title: T", "dateline: bold\ntitle: T", `releases/r.html:2: dateline "bold" is not one of ["none" "labelled"]`},
		"category":       {"title: T", "category: Lost\ntitle: T", `releases/r.html:2: category "Lost" is not one of`},
		"listed":         {"title: T", "listed: here\ntitle: T", `releases/r.html:2: listed "here" is not one of`},
		"carriage break": {"---\ntitle", "---\r\ntitle", `releases/r.html:1: the first line is not ---`},
	} {
		t.Run(name, func(t *testing.T) {
			data := strings.Replace(good, tt.old, tt.new, 1)
			_, err := ReadReleases(fstest.MapFS{"releases/r.html": {Data: []byte(data)}})
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s…", err, tt.want)
			}
		})
	}
	t.Run("same path", func(t *testing.T) {
		_, err := ReadReleases(fstest.MapFS{
			"releases/a.html": {Data: []byte(good)},
			"releases/b.html": {Data: []byte(good)},
		})
		if err == nil || err.Error() != `releases/b.html: path "a/b/" is that of releases/a.html` {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("good", func(t *testing.T) {
		rs, err := ReadReleases(fstest.MapFS{"releases/r.html": {Data: []byte(good)}})
		if err != nil {
			t.Fatal(err)
		}
		r := rs[0]
		if r.Name != "r" || r.Title != "T" || r.Body != "<p>B</p>\n" || r.Category != "News" ||
			!r.Published.Equal(time.Date(2024, 2, 1, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("got %+v", r)
		}
	})
}

func TestTruthFilesBelongToReleases(t *testing.T) {
	files, err := fs.Glob(truthFiles, "releases/*.want.json")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, r := range Releases() {
		names["releases/"+r.Name+".want.json"] = true
	}
	for _, f := range files {
		if !names[f] {
			t.Errorf("%s belongs to no release", f)
		}
	}
	if len(files) != len(names) {
		t.Errorf("%d truth files for %d releases", len(files), len(names))
	}
}
