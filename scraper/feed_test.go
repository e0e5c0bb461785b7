package scraper

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rssFeed = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title><link>https://www.test.example/</link>
<item><title>First &amp;amp; foremost</title><link>https://www.test.example/news/articles/one/#x</link><pubDate>Thu, 27 Aug 2020 11:39:00 BST</pubDate></item>
<item><title> Second
 line </title><link>/news/articles/two/</link><pubDate>Fri, 01 Jan 2021 09:05:00 GMT</pubDate></item>
<item><title>No date</title><guid isPermaLink="true">https://www.test.example/news/articles/Three---X</guid></item>
<item><title>No article</title><link>https://www.test.example/contact/</link></item>
<item><title>Elsewhere</title><link>https://other.example/news/articles/four/</link></item>
<item><title>No link</title></item>
</channel></rss>`

func TestReadFeed(t *testing.T) {
	site := linksSite(t, "")
	l, err := readFeed([]byte(rssFeed), "https://www.test.example/feed/", site)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"one/ | First & foremost | 11:39 27/08/2020", "two/ | Second line | 09:05 01/01/2021", "Three---X | No date | ", "next: "}
	if diff := cmp.Diff(want, short(l)); diff != "" {
		t.Error(diff)
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><link href="https://www.test.example/news/articles/one/"/><published>2020-08-27T10:39:00Z</published><updated>2022-01-01T00:00:00Z</updated></entry>
		<entry><title>Two</title><link href="/news/articles/two/"/><updated>2022-01-01T00:00:00Z</updated></entry></feed>`
	if l, err = readFeed([]byte(atom), "https://www.test.example/feed/", site); err != nil {
		t.Fatal(err)
	}
	// An entry that was never said to be published counts from when it was updated.
	want = []string{"one/ | One | 11:39 27/08/2020", "two/ | Two | 00:00 01/01/2022", "next: "}
	if diff := cmp.Diff(want, short(l)); diff != "" {
		t.Error(diff)
	}
	if _, err := readFeed([]byte("<html><body>Not found</body></html>"), "https://www.test.example/feed/", site); !errors.Is(err, errNoFeed) {
		t.Errorf("a page in place of a feed: %v", err)
	}
	if _, err := readFeed([]byte("<rss><channel><item><title>x</item>"), "https://www.test.example/feed/", site); err == nil || errors.Is(err, errNoFeed) {
		t.Errorf("a broken feed: %v", err)
	}
}

func FuzzReadFeed(f *testing.F) {
	f.Add([]byte(rssFeed))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"url":"https://www.test.example/news/articles/x/","title":"a\nb"}]}`))
	_, site := loadSite(f, "id: test\nbase: https://www.test.example\narticles:\n  - ^/news/articles/[^/]+/?$\n")
	f.Fuzz(func(t *testing.T, feed []byte) {
		if l, err := readFeed(feed, "https://www.test.example/feed/", site); err == nil {
			checkListing(t, l, site)
		}
	})
}
