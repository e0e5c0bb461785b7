package export_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"archiver/article"
	"archiver/export"
)

func readFeed(t *testing.T, text string) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().ParseString(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return f
}

func TestFeeds(t *testing.T) {
	a, b, c := release("a", 1), release("b", 2), release("undated", 3)
	a.LastChanged = article.At(a.Published.AddDate(0, 1, 0))
	a.Topics = []article.Topic{{ID: "fraud/courier"}}
	c.Published = article.Time{}
	for _, kind := range export.Feeds() {
		for newest, want := range map[int][]string{0: {"Of b", "Of a", "Of undated"}, 2: {"Of b", "Of a"}, 9: {"Of b", "Of a", "Of undated"}} {
			f := readFeed(t, write(t, "rss", export.Options{Feed: kind, Newest: newest}, a, b, c))
			var titles []string
			for _, i := range f.Items {
				titles = append(titles, i.Title)
			}
			if !slices.Equal(titles, want) {
				t.Errorf("%s, %d newest: got %q, want %q", kind, newest, titles, want)
			}
			item := f.Items[1]
			if item.GUID != a.URL || item.Link != a.URL || item.Content != "<p class=\"lead\">A release named a.</p>\n" || !slices.Equal(item.Categories, []string{"other", "fraud/courier"}) {
				t.Errorf("%s: got %+v", kind, item)
			}
			if !item.PublishedParsed.Equal(a.Published.Time) {
				t.Errorf("%s: published %s", kind, item.PublishedParsed)
			}
			if kind != "rss" && !item.UpdatedParsed.Equal(a.LastChanged.Time) { // gofeed looks for another extension
				t.Errorf("%s: updated %s", kind, item.UpdatedParsed)
			}
			if f.FeedLink != "" {
				t.Errorf("%s: a link to itself: %s", kind, f.FeedLink)
			}
		}
	}
	if rss := write(t, "rss", export.Options{}, a, b, c); !strings.Contains(rss, "<atom:updated>2024-06-01T09:30:00+01:00</atom:updated>") ||
		!strings.Contains(rss, "<lastBuildDate>Sat, 01 Jun 2024 09:30:00 +0100</lastBuildDate>") {
		t.Errorf("got %s", rss)
	}
}

// TestFeedIDs holds that an id stays as long as the address does, and that every
// revision has one of its own where there are several.
func TestFeedIDs(t *testing.T) {
	first, second, local := release("a", 1), release("a", 1), release("b", 2)
	second.Revision, second.Title = 2, "Changed"
	local.URL = "file:saved.html"
	ids := func(opts export.Options, list ...*article.Record) []string {
		var ids []string
		for _, i := range readFeed(t, write(t, "rss", opts, list...)).Items {
			ids = append(ids, i.GUID)
		}
		return ids
	}
	for _, kind := range export.Feeds() {
		opts := export.Options{Feed: kind}
		if got := append(ids(opts, first), ids(opts, second)...); got[0] != first.URL || got[1] != first.URL {
			t.Errorf("%s: got %q", kind, got)
		}
		if got := ids(opts, local); !strings.HasPrefix(got[0], "urn:uuid:") || len(got[0]) != 45 {
			t.Errorf("%s: got %q", kind, got)
		}
		opts.AllRevisions = true
		if got, want := ids(opts, first, second), []string{first.URL + "#revision-2", first.URL + "#revision-1"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
	}
}

// TestFeedEntries holds that a feed of what happened keeps its order, and has an id
// for each thing that happened to a release.
func TestFeedEntries(t *testing.T) {
	a, b := release("a", 1), release("undated", 2)
	b.Published = article.Time{}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	told := []export.FeedEntry{{}, {Label: "Changed", Key: "revision-2", At: at}, {Label: "Taken down", Key: "removed 1", At: at.Add(time.Hour)}}
	for _, kind := range export.Feeds() {
		n := 0
		f := readFeed(t, write(t, "rss", export.Options{Feed: kind, Title: "Watch <x>", Entry: func(*article.Record) export.FeedEntry {
			n++
			return told[n-1]
		}}, a, b, a))
		var got []string
		for _, i := range f.Items {
			got = append(got, i.Title+" "+strings.TrimPrefix(i.GUID, a.URL))
		}
		if want := []string{"Taken down: Of a #removed%201", "Changed: Of undated " + b.URL + "#revision-2", "Of a "}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", kind, got, want)
		}
		if f.Title != "Watch <x>" || kind != "rss" && !f.Items[0].UpdatedParsed.Equal(told[2].At) || kind == "atom" && !f.UpdatedParsed.Equal(told[2].At) {
			t.Errorf("%s: title %q, updated %v, entry %v", kind, f.Title, f.UpdatedParsed, f.Items[0].UpdatedParsed)
		}
	}
}

func TestFeedOfNothing(t *testing.T) {
	for _, kind := range export.Feeds() {
		f := readFeed(t, write(t, "rss", export.Options{Feed: kind}))
		if len(f.Items) != 0 || f.Title == "" || f.Link == "" {
			t.Errorf("%s: got %+v", kind, f)
		}
	}
	var parsed struct{ Items []any }
	if err := json.Unmarshal([]byte(write(t, "rss", export.Options{Feed: "json"})), &parsed); err != nil || parsed.Items == nil {
		t.Errorf("got %v, %v", parsed, err)
	}
}

// The feed of an archive in a browser leads to its releases, and names itself.
func TestFeedOfArchive(t *testing.T) {
	r := release("a", 1)
	for _, form := range export.Feeds() {
		var b strings.Builder
		if _, err := export.Write(&b, "rss", records(r), export.Options{Feed: form, Home: "https://archive.example.org/", Self: "https://archive.example.org/feed?a=1&b=2"}); err != nil {
			t.Fatal(err)
		}
		feed := readFeed(t, b.String())
		if feed.Link != "https://archive.example.org/" || feed.FeedLink != "https://archive.example.org/feed?a=1&b=2" || feed.Items[0].Link != "https://archive.example.org/release/"+r.ID || feed.Items[0].GUID != r.URL {
			t.Errorf("%s: home %s, self %s, entry %s of %s", form, feed.Link, feed.FeedLink, feed.Items[0].Link, feed.Items[0].GUID)
		}
	}
}
