package sites_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/scraper/sites"
)

func load(t *testing.T, dir string) *sites.Set {
	t.Helper()
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// folder makes a folder with files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuiltin(t *testing.T) {
	set := load(t, "")
	if n := len(set.All()); n != 35 {
		t.Errorf("%d sites, want 35: 21 forces seen, 13 that joined, a radio station", n)
	}
	s := set.ByID("cheshire")
	if s == nil {
		t.Fatal("no site cheshire")
	}
	for name, pair := range map[string][2]string{
		"force":   {s.Force, "Cheshire Constabulary"},
		"area":    {s.Area, "Cheshire"},
		"feed":    {s.Feeds[0], "https://www.cheshire.police.uk/news/cheshire/news/GetNewsRss/"},
		"listing": {s.Listings[0], "https://www.cheshire.police.uk/news/cheshire/news/"},
		"search":  {s.Search, "https://www.cheshire.police.uk/news/news-search/?q=&fdte=&tdte=&page=1"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", name, pair[0], pair[1])
		}
	}
	if set.ByID("soh") != nil {
		t.Error("the platform is no site")
	}
	for _, s := range set.All() {
		if s.Area == "" || !strings.HasPrefix(s.Base, "https://") || len(s.Feeds) == 0 {
			t.Errorf("%s is not complete: %+v", s.ID, s)
		}
	}
}

// The forms of address that were seen, for each force and year.
func TestIsArticle(t *testing.T) {
	set := load(t, "")
	for address, want := range map[string]bool{
		"https://www.cheshire.police.uk/news/cheshire/news/articles/2020/8/warning-issued/":                     true,
		"https://www.cheshire.police.uk/news/cheshire/news/appeals/2020/8/one-below/another/":                   true,
		"https://www.cheshire.police.uk/news/cheshire/news/archive/a-slug/":                                     true,
		"https://www.cheshire.police.uk/news/cheshire/news/articles/2020/8/UPPER---case":                        true,
		"https://www.cheshire.police.uk/news/cheshire/news/articles/2020/8/appeal/":                             true,
		"https://cheshire.police.uk/news/cheshire/news/articles/2020/8/without-www/":                            true,
		"https://www.cheshire.police.uk/news/cheshire/news/":                                                    false,
		"https://www.cheshire.police.uk/news/cheshire/news/articles/":                                           false,
		"https://www.cheshire.police.uk/news/cheshire/news/articles/2020/":                                      false,
		"https://www.cheshire.police.uk/news/cheshire/news/articles/2020/8/":                                    false,
		"https://www.cheshire.police.uk/news/cheshire/news/GetNewsRss/":                                         false,
		"https://www.cheshire.police.uk/news/news-search/?page=2":                                               false,
		"https://www.cheshire.police.uk/ro/report/":                                                             false,
		"https://www.kent.police.uk/news/cheshire/news/articles/2020/8/warning/":                                false,
		"https://www.kent.police.uk/news/kent/news2/appeals/2012/a-slug/":                                       true,
		"https://www.kent.police.uk/news/kent/news2/appeals/2012/":                                              false,
		"https://www.kent.police.uk/news/kent/latest/":                                                          false,
		"https://www.gloucestershire.police.uk/news/gloucestershire/news/a-slug/":                               true,
		"https://www.thamesvalley.police.uk/news/thames-valley/news/2021/february/15-02-2021/two-men--reading/": true,
		"https://www.thamesvalley.police.uk/news/thames-valley/news/2021/february/15-02-2021/":                  false,
		"https://www.leics.police.uk/news/leicestershire/news/2020/december-2020/a-slug/":                       true,
		"https://www.leics.police.uk/news/leicestershire/news/2020/december-2020/":                              false,
		"https://www.northants.police.uk/news/northants/news/appeals/2021/february-21/":                         false,
		"https://www.cityoflondon.police.uk/news/city-of-london/news/2020/December/press-releases/a-slug/":      true,
		"https://www.cityoflondon.police.uk/news/city-of-london/news/2020/December/press-releases/":             false,
		"https://www.silk1069.com/news/local-news/some-story/":                                                  true,
		"https://www.silk1069.com/news/local-news/feed.xml":                                                     false,
		"https://www.silk1069.com/news/local-news/":                                                             false,
		"mailto:press@cheshire.police.uk":                                                                       false,
		"https://elsewhere.example/news/cheshire/news/articles/2020/8/warning-issued/":                          false,
	} {
		s := set.ForURL(address)
		if got := s != nil && s.IsArticle(address); got != want {
			t.Errorf("%s: got %v, want %v", address, got, want)
		}
	}
}

// The pattern of most profiles is matched without its expression: as that would.
func TestAllBelow(t *testing.T) {
	set := load(t, folder(t, map[string]string{
		"plain.yaml":   "id: plain\nbase: https://plain.example\nslug: ford\narticles: ['^/news/{slug}/.*[^/]+/?$']\n",
		"grouped.yaml": "id: grouped\nbase: https://grouped.example\nslug: ford\narticles: ['^(?:/news/{slug}/).*[^/]+/?$']\n",
	}))
	for path, want := range map[string]bool{
		"/news/ford/a": true, "/news/ford/a/": true, "/news/ford/a/b": true, "/news/ford//a": true, "/news/ford/a//b/": true, "/news/ford/a%0Ab/": true,
		"/news/ford": false, "/news/ford/": false, "/news/ford//": false, "/news/ford/a//": false, "/news/ford/a%0Ab/c": false,
		"/news/fords/a": false, "/news/": false, "": false, "/old/news/ford/a": false, "/News/ford/a": false,
	} {
		for _, id := range []string{"plain", "grouped"} {
			if got := set.ByID(id).IsArticle("https://" + id + ".example" + path); got != want {
				t.Errorf("%s: %q: got %v, want %v", id, path, got, want)
			}
		}
	}
}

// Where paths that a pattern takes begin alike, others are refused without its
// expression: it must be sure of the beginning.
func TestBeginnings(t *testing.T) {
	for pattern, paths := range map[string]map[string]bool{
		`^/news/[^/]+/?$`:          {"/news/a": true, "/news/a/b": false, "/New/a": false, "/old/news/a": false},
		`^/news/(?:a|b)/[^/]+$`:    {"/news/a/x": true, "/news/b/x": true, "/news/c/x": false},
		`^/news|^/appeals`:         {"/news/x": true, "/appeals/x": true, "/old/news": false},
		`/news/`:                   {"/old/news/x": true, "/news/x": true, "/x": false},
		`(?i)^/news/`:              {"/NEWS/x": true, "/news/x": true, "/old/x": false},
		`^/news?/x`:                {"/new/x": true, "/news/x": true},
		`^/(?:x/)?news/`:           {"/x/news/a": true, "/news/a": true, "/y/news/a": false},
		`^(?:/news/)[0-9]{4}/`:     {"/news/2024/x": true, "/news/x": false},
		`^/news/2024/x/?$|^/b/y/$`: {"/news/2024/x/": true, "/b/y/": true, "/b/y": false},
	} {
		set := load(t, folder(t, map[string]string{"x.yaml": "id: x\nbase: https://x.example\narticles: ['" + pattern + "']\n"}))
		for path, want := range paths {
			if got := set.ByID("x").IsArticle("https://x.example" + path); got != want {
				t.Errorf("%s: %q: got %v, want %v", pattern, path, got, want)
			}
		}
	}
}

func TestForURL(t *testing.T) {
	set := load(t, "")
	for address, want := range map[string]string{
		"https://www.gmp.police.uk/news/greater-manchester/news/news/2019/november/x-y-z/": "greater-manchester",
		"http://GMP.police.uk/":          "greater-manchester",
		"https://www.gmp.police.uk:443/": "greater-manchester",
		"https://www.silk1069.com/":      "silk",
	} {
		if s := set.ForURL(address); s == nil || s.ID != want {
			t.Errorf("%s: got %v, want %s", address, s, want)
		}
	}
	if s := set.ForURL("https://police.uk.example/"); s != nil {
		t.Errorf("a site for a foreign address: %s", s.ID)
	}
}

func TestOwnProfiles(t *testing.T) {
	dir := folder(t, map[string]string{
		"kent.yaml": "id: kent\nextends: soh\nforce: Kent Constabulary\narea: Kent\nbase: https://www.kent.police.uk\nslug: kent\n" +
			"layouts:\n  - name: mine\n    body: \"#text\"\n",
		"mine.yaml": "id: mine\nbase: http://127.0.0.1:8080/\nlistings: [/news/]\narticles: ['^/news/.+']\n",
	})
	set := load(t, dir)
	kent := set.ByID("kent")
	if kent.Force != "Kent Constabulary" || kent.Layouts[0].Name != "mine" || kent.Layouts[1].Name != "article" {
		t.Errorf("kent was not replaced: %+v", kent)
	}
	mine := set.ByID("mine")
	if mine == nil || mine.Listings[0] != "http://127.0.0.1:8080/news/" || mine.Host() != "127.0.0.1:8080" {
		t.Errorf("mine was not added: %+v", mine)
	}
	if set.ByID("cheshire") == nil {
		t.Error("the program's own sites are gone")
	}
}

// A profile that is wrong is refused, with its file and line.
func TestBadProfiles(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"unknown key":       {"id: x\nbase: https://x.example\nfroce: X\n", "x.yaml: line 3: unknown key \"froce\""},
		"bad selector":      {"id: x\nbase: https://x.example\nlayouts:\n  - name: a\n    body: \"div[\"\n", "x.yaml: line 5: selector \"div[\""},
		"bad pattern":       {"id: x\nbase: https://x.example\narticles:\n  - \"(\"\n", "x.yaml: line 4: pattern \"(\""},
		"not YAML":          {"id: [x\nbase: y\n", "x.yaml: line "},
		"wrong type":        {"id: x\nbase: https://x.example\nfeeds: yes\n", "x.yaml: line 3"},
		"bad id":            {"id: X Y\nbase: https://x.example\n", "x.yaml: id \"X Y\""},
		"no id":             {"base: https://x.example\n", "x.yaml: id \"\""},
		"bad base":          {"id: x\nbase: x.example\n", "x.yaml: base \"x.example\""},
		"unknown parent":    {"id: x\nbase: https://x.example\nextends: soj\n", "x.yaml: extends \"soj\", which is unknown"},
		"no slug":           {"id: x\nbase: https://x.example\nextends: soh\n", "needs a slug"},
		"itself":            {"id: x\nbase: https://x.example\nextends: x\n", "x.yaml: extends itself"},
		"empty":             {"", "x.yaml: "},
		"key written twice": {"id: x\nid: y\nbase: https://x.example\n", "x.yaml: line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sites.Load(folder(t, map[string]string{"x.yaml": tc.text}))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want an error with %q", err, tc.want)
			}
		})
	}
	if _, err := sites.Load(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there is no error")
	}
	_, err := sites.Load(folder(t, map[string]string{"a.yaml": "id: x\nbase: https://x.example\n", "b.yaml": "id: x\nbase: https://y.example\n"}))
	if err == nil || !strings.Contains(err.Error(), "a.yaml") {
		t.Errorf("two profiles of one id: %v", err)
	}
}

// FuzzProfile: whatever the file, it is read or refused.
func FuzzProfile(f *testing.F) {
	f.Add("id: x\nbase: https://x.example\nextends: soh\nslug: x\n")
	f.Add("id: x\nlayouts:\n  - name: a\n    body: div:has(p)\n    drop: '[class*=\"a\"]'\n")
	f.Add("id: x\nbase: https://x.example\nslug: '\\E('\narticles: ['{slug}+']\n")
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if set, err := sites.Load(dir); err == nil && len(set.All()) < 34 {
			t.Errorf("%d sites are left", len(set.All()))
		}
	})
}
