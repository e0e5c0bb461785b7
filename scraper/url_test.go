package scraper

import (
	"net/url"
	"testing"
)

func TestJoin(t *testing.T) {
	const page = "https://www.test.example/news/a/?page=1"
	for link, want := range map[string]string{
		"/x/":                              "https://www.test.example/x/",
		"../b":                             "https://www.test.example/news/b",
		"?page=2":                          "https://www.test.example/news/a/?page=2",
		"#top":                             page,
		" /x\n/y#frag ":                    "https://www.test.example/x/y",
		"//cdn.example/z":                  "https://cdn.example/z",
		"/News/Articles/UPPER---Case/":     "https://www.test.example/News/Articles/UPPER---Case/",
		"/a%2fb/caf%c3%a9":                 "https://www.test.example/a%2fb/caf%c3%a9",
		"/café/a b":                        "https://www.test.example/caf%C3%A9/a%20b",
		"/100%-safe/":                      "https://www.test.example/100%25-safe/",
		"HTTPS://WWW.Test.Example:443/A":   "https://www.test.example/A",
		"/slug-https://cms.example/rest/":  "https://www.test.example/slug-https://cms.example/rest/",
		`\news\x`:                          "https://www.test.example/news/x",
		"https://www.test.example/a?b=c#d": "https://www.test.example/a?b=c",
	} {
		if got, err := join(page, link); err != nil || got != want {
			t.Errorf("join %q: %q, %v, want %q", link, got, err, want)
		}
	}
	for _, link := range []string{"mailto:a@b.example", "javascript:void(0)", "tel:101", "ftp://x/", "https://u@x.example/", "https://u:p@x.example/", "http://", "https://[bad/"} {
		if got, err := join(page, link); err == nil {
			t.Errorf("join %q: %q", link, got)
		}
	}
}

// The quick way for plain links comes to what the slow one does.
func TestJoinPlain(t *testing.T) {
	parts := []string{
		"", "/", "/a", "/.", ".", "..", "Z9", "-_", "?", "=b", "&", "+,", ":", "#", "@", "%2e", "\\", " ", "\t", "~", "é",
		"https://www.test.example", "http://127.0.0.1", ":8080",
	}
	for _, page := range []string{"https://www.test.example/news/a/?page=1", "http://127.0.0.1:8080/", "https://u:p@x.example/a"} {
		base, err := addressParser.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		quick, slow := newJoiner(base), joiner{url: base}
		for _, first := range parts {
			for _, second := range parts {
				for _, third := range parts {
					link := first + second + third
					got, gotErr := quick.join(link)
					want, wantErr := slow.join(link)
					if got != want || (gotErr == nil) != (wantErr == nil) {
						t.Errorf("join %q to %s: %q, %v, want %q, %v", link, page, got, gotErr, want, wantErr)
					}
				}
			}
		}
	}
}

func TestCheckHop(t *testing.T) {
	for _, test := range []struct {
		from, to string
		ok       bool
	}{
		{"https://www.x.example/a", "https://www.x.example/b", true},
		{"http://x.example/a", "https://www.x.example/a", true},
		{"https://www.x.example/a", "https://X.example/a", true},
		{"http://x.example:80/", "https://x.example:443/", true},
		{"http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b", true},
		{"https://x.example/", "http://x.example/", false},
		{"https://x.example/", "https://y.example/", false},
		{"https://www.x.example/", "https://news.x.example/", false},
		{"https://x.example/", "https://www.www.x.example/", false},
		{"https://x.example/", "https://x.example.evil.example/", false},
		{"http://x.example/", "http://x.example:8080/", false},
		{"http://x.example:8080/", "https://x.example/", false},
		{"https://x.example/", "gopher://x.example/", false},
		{"https://x.example/", "https://u@x.example/", false},
		{"https://x.example/", "https://192.168.1.1/", false},
	} {
		from, err := url.Parse(test.from)
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(test.to)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkHop(from, to); (err == nil) != test.ok {
			t.Errorf("%s → %s: %v", test.from, test.to, err)
		}
	}
}

func TestHostKey(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.X.example/a":   "x.example",
		"http://x.example:80/":      "x.example",
		"https://x.example:443":     "x.example",
		"http://127.0.0.1:4000/":    "127.0.0.1:4000",
		"http://127.0.0.1:4001/":    "127.0.0.1:4001",
		"https://news.x.example/":   "news.x.example",
		"http://www.x.example:8080": "x.example:8080",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := hostKey(u); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestKeyOf(t *testing.T) {
	same := []string{"https://www.x.example/A/", "http://x.example/A/", "http://X.EXAMPLE:80/A/", "https://x.example:443/A/"}
	for _, a := range same {
		if keyOf(a) != keyOf(same[0]) {
			t.Errorf("%s is not %s", a, same[0])
		}
	}
	for _, a := range []string{"https://x.example/a/", "https://x.example/A", "https://y.example/A/", "https://x.example:8080/A/", "https://x.example/A/?b"} {
		if keyOf(a) == keyOf(same[0]) {
			t.Errorf("%s is %s", a, same[0])
		}
	}
}
