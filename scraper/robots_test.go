package scraper

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// platformRobots is the form of the platform's file.
const platformRobots = "user-agent: *\r\n" +
	"Disallow: /*/mediacentre\r\n" +
	"Disallow: /*/?u=media\r\n" +
	"Disallow: /*/GetPdf/?\r\n" +
	"Disallow: /*/GetPaginatedResults/?\r\n" +
	"Disallow: /*.aspx$\r\n" +
	"Disallow: /500.html\r\n" +
	"Disallow: /api/*\r\n" +
	"Sitemap: /sitemap.xml\r\n"

func TestRobots(t *testing.T) {
	for _, test := range []struct {
		name, file string
		allowed    []string
		forbidden  []string
	}{
		{
			"the platform's", platformRobots,
			[]string{"/", "/news/x/news/articles/2020/8/a/", "/news/news-search/?q=&fdte=&tdte=&page=2", "/a.aspx?x=1", "/a.aspx/b", "/news/GetPdf", "/apis", "/robots.txt"},
			[]string{"/news/mediacentre/x", "/x/?u=media", "/x/?u=mediaroom", "/news/x/GetPdf/?id=1", "/news/news-search/GetPaginatedResults/?page=2", "/default.aspx", "/a/b.aspx", "/500.html", "/500.html?x", "/api/", "/api/x"},
		},
		{"nothing", "", []string{"/a"}, nil},
		{"longest match", "User-agent: *\nDisallow: /p\nAllow: /page\nDisallow: /page/secret", []string{"/page", "/page/x", "/q"}, []string{"/p", "/pa", "/page/secret/1"}},
		{"allow wins a tie", "User-agent: *\nDisallow: /folder\nAllow: /folder", []string{"/folder/page"}, nil},
		{"order does not matter", "User-agent: *\nAllow: /folder/page\nDisallow: /folder", []string{"/folder/page1"}, []string{"/folder/x"}},
		// The RFC's own example: the length is counted in octets of the pattern.
		{"wildcards count", "User-agent: *\nAllow: /page\nDisallow: /*.htm", []string{"/page"}, []string{"/page.htm", "/page.html"}},
		{"end of pattern", "User-agent: *\nAllow: /$\nDisallow: /", []string{"/"}, []string{"/page.htm", "/?x"}},
		{"dollar within", "User-agent: *\nDisallow: /a$b", []string{"/a"}, []string{"/a$b", "/a%24bc"}},
		{"our group only", "User-agent: *\nDisallow: /\n\nUser-agent: archiver\nDisallow: /private/", []string{"/x"}, []string{"/private/x"}},
		{"exact token", "User-agent: arch\nUser-agent: archiver-bot\nUser-agent: my archiver\nDisallow: /", []string{"/x"}, nil},
		{"token with version, any case", "USER-AGENT: ArchiVer/2.1 (x)\nDISALLOW: /x", []string{"/y"}, []string{"/x"}},
		{"groups of one agent are one", "User-agent: archiver\nDisallow: /a\n\nUser-agent: b\nDisallow: /\n\nUser-agent: archiver\nDisallow: /c", []string{"/b"}, []string{"/a", "/c"}},
		{"agents share a group", "User-agent: b\nUser-agent: archiver\nUser-agent: c\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"an empty group of ours allows all", "User-agent: archiver\nDisallow:\n\nUser-agent: *\nDisallow: /", []string{"/a"}, nil},
		{"rules before an agent", "Disallow: /\nUser-agent: *\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"bad lines are left out", "What is this\nUser-agent: *\nDisalow: /b\n:::\n<html>\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"comments", "# x\nUser-agent: * # all\nDisallow: /a # not this\n#Disallow: /b", []string{"/b"}, []string{"/a"}},
		{"byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"old line ends", "User-agent: *\rDisallow: /a\rDisallow: /b", []string{"/c"}, []string{"/a", "/b"}},
		{"a sitemap does not end a group", "User-agent: *\nSitemap: /s.xml\nDisallow: /a", []string{"/b"}, []string{"/a"}},
		{"a delay ends the agents", "User-agent: *\nCrawl-delay: 1\nUser-agent: bad\nDisallow: /", []string{"/a"}, nil},
		{"without the slash", "User-agent: *\nDisallow: private", []string{"/b"}, []string{"/private/x"}},
		{"query", "User-agent: *\nDisallow: /*?page=\nAllow: /*?page=1$", []string{"/s?page=1", "/s"}, []string{"/s?page=12", "/s?page=2"}},
		{"percent-encoding", "User-agent: *\nDisallow: /a%3cd\nDisallow: /café\nDisallow: /%7Ejoe\nDisallow: /b%2fc", []string{"/b/c", "/cafe"}, []string{"/a%3Cd.html", "/caf%c3%a9", "/~joe/x", "/%7ejoe/", "/b%2Fc"}},
		{"case", "User-agent: *\nDisallow: /Private", []string{"/private"}, []string{"/Private"}},
		{"stars", "User-agent: *\nDisallow: /a**b*$\nDisallow: *.php", []string{"/a", "/php"}, []string{"/axbx", "/ab", "/x/y.php5"}},
		{"everything", "User-agent: *\nDisallow: *", nil, []string{"/", "/a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := parseRobots([]byte(test.file), agentToken)
			check := func(path string, want bool) {
				u, err := url.Parse("https://x.example" + path)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.allows(u); got != want {
					t.Errorf("%s: allowed is %v", path, got)
				}
			}
			for _, path := range test.allowed {
				check(path, true)
			}
			for _, path := range test.forbidden {
				check(path, false)
			}
		})
	}
}

func TestRobotsDelayAndSitemaps(t *testing.T) {
	r := parseRobots([]byte("Sitemap: /a.xml\nUser-agent: *\nCrawl-delay: 2.5\nsitemap:https://x.example/b.xml # b\nUser-agent: archiver\nCrawl-delay: 3\nCrawl-delay: 1\n"), agentToken)
	if r.delay != 3*time.Second || !slices.Equal(r.sitemaps, []string{"/a.xml", "https://x.example/b.xml"}) {
		t.Errorf("%+v", r)
	}
	for value, want := range map[string]time.Duration{"-1": 0, "NaN": 0, "x": 0, "1e30": day, "Inf": day, "0.25": 250 * time.Millisecond} {
		if got := crawlDelay(value); got != want {
			t.Errorf("Crawl-delay: %s is %v", value, got)
		}
	}
}

// Only so much is read, and no half line of it.
func TestRobotsLimit(t *testing.T) {
	head := "User-agent: *\nDisallow: /a\n"
	long := head + strings.Repeat("#", robotsLimit-len(head)-len("\nDisallow: /b")) + "\nDisallow: /bcd\nDisallow: /e\n"
	r := parseRobots([]byte(long), agentToken)
	for path, want := range map[string]bool{"/a": false, "/b": true, "/bcd": true, "/e": true} {
		if got := r.allows(&url.URL{Path: path}); got != want {
			t.Errorf("%s: allowed is %v", path, got)
		}
	}
}

// A hostile file must not cost time.
func TestRobotsHostile(t *testing.T) {
	file := "User-agent: *\nDisallow: /" + strings.Repeat("*a", 100_000) + "$\n"
	u := &url.URL{Path: "/" + strings.Repeat("a", 8_000) + "b"}
	start := time.Now()
	if r := parseRobots([]byte(file), agentToken); !r.allows(u) {
		t.Error("forbidden")
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte(platformRobots), "/news/x.aspx?a=b")
	f.Add([]byte("User-agent: archiver\nAllow: /*a$\nDisallow: %zz*"), "/%zz")
	f.Fuzz(func(t *testing.T, file []byte, path string) {
		r := parseRobots(file, agentToken)
		u := &url.URL{Path: path}
		first := r.allows(u)
		if r.allows(u) != first {
			t.Error("two answers to one question")
		}
		if !r.allows(&url.URL{Path: "/robots.txt"}) {
			t.Error("robots.txt is forbidden")
		}
		if normal := normalPath(path); normalPath(normal) != normal {
			t.Errorf("%q is not normal", normal)
		}
	})
}
