package demo_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"

	"golang.org/x/net/html/atom"
)

// The station prints the force's words, its marks curled, and below them, on
// every page and in every design, headlines that are not part of them.
func TestStories(t *testing.T) {
	stories := demo.Stories()
	if len(stories) < 5 {
		t.Errorf("%d stories", len(stories))
	}
	for _, s := range stories {
		for _, d := range demo.Designs {
			t.Run(s.Slug+"/"+d.String(), func(t *testing.T) {
				page := renderStory(t, s, d, renderedAt)
				got := pageText(page)
				if strings.ContainsAny(got, `"'`) {
					t.Errorf("the page has a straight mark near %q", near(got, `"'`))
				}
				missing, below := 0, got
				lines := strings.Split(article.PlainText(truth(t, s.Release).Blocks), "\n")
				for _, line := range lines {
					if _, after, found := strings.Cut(got, curled(line)); found {
						below = after
					} else {
						missing++
					}
				}
				if missing > 2 {
					t.Errorf("%d of %d lines are not those of the release", missing, len(lines))
				}
				shown := 0
				for n := range parse(t, page).Descendants() {
					if n.DataAtom != atom.A {
						continue
					}
					_, slug, _ := strings.Cut(n.Attr[0].Val, "/news/local-news/")
					if strings.Contains(slug, "-") && strings.Contains(below, text(n)) {
						shown++
					}
				}
				if shown != 20 {
					t.Errorf("%d headlines below the story, want 20", shown)
				}
				if !strings.HasPrefix(got, "On Air Now ") || !strings.Contains(got, "Now Playing ") {
					t.Errorf("the page begins %q", got[:60])
				}
			})
		}
	}
}

func near(s, marks string) string {
	i := strings.IndexAny(s, marks)
	return s[max(0, i-30):min(len(s), i+30)]
}

// curled does to plain text what the station does, by the rule of thumb that a
// mark before a letter at the beginning of a word opens.
func curled(s string) string {
	var b strings.Builder
	before := ' '
	for _, c := range s {
		opens := strings.ContainsRune(" \n(“", before)
		switch {
		case c == '"' && opens:
			c = '“'
		case c == '"':
			c = '”'
		case c == '\'' && opens:
			c = '‘'
		case c == '\'':
			c = '’'
		}
		b.WriteRune(c)
		before = c
	}
	return b.String()
}

// The headlines are of the day of fetching; the story is not.
func TestStoryHeadlinesChange(t *testing.T) {
	s := demo.Stories()[0]
	first := renderStory(t, s, demo.DesignPlatform, renderedAt)
	if again := renderStory(t, s, demo.DesignPlatform, renderedAt); again != first {
		t.Error("the page of one moment is not always the same")
	}
	if tomorrow := renderStory(t, s, demo.DesignPlatform, renderedAt.AddDate(0, 0, 1)); tomorrow == first {
		t.Error("the next day's headlines are the same")
	}
}

func TestRepublisherPages(t *testing.T) {
	station := &demo.Republisher{Clock: func() time.Time { return renderedAt }}
	h := station.Handler()
	listing := get(t, h, "/news/local-news/")
	for _, s := range demo.Stories() {
		if !strings.Contains(listing.body, `href="`+s.Address()+`"`) {
			t.Errorf("the listing does not have %s", s.Address())
		}
		if got := get(t, h, s.Address()); got.status != 200 || !strings.Contains(got.body, `content="http://force.test`+s.Address()+`"`) {
			t.Errorf("%s: status %d", s.Address(), got.status)
		}
	}
	checkFeed(t, get(t, h, "/news/local-news/feed.xml").body, len(demo.Stories()), func(link string) time.Time {
		for _, s := range demo.Stories() {
			if "http://force.test"+s.Address() == link {
				return s.Published
			}
		}
		return time.Time{}
	})
	for path, want := range map[string]int{
		"/robots.txt":               200,
		"/favicon.ico":              200,
		"/news/local-news/nothing":  404,
		"/":                         404,
		"/news/local-news/feed.xml": 200,
		"/news/local-news/fallowick-choir-to-sing-at-the-palace": 200,
	} {
		if got := get(t, h, path); got.status != want {
			t.Errorf("%s: status %d, want %d", path, got.status, want)
		}
	}
	if got := len(station.Requests()); got == 0 {
		t.Error("the log is empty")
	}
}

func TestStoryErrors(t *testing.T) {
	err := demo.RenderStory(&bytes.Buffer{}, demo.Stories()[0], demo.Design(9), demo.Around{})
	if err == nil || !strings.Contains(err.Error(), "Design(9)") {
		t.Errorf("error is %v", err)
	}
}

func renderStory(t *testing.T, s demo.Story, d demo.Design, now time.Time) string {
	t.Helper()
	var b bytes.Buffer
	if err := demo.RenderStory(&b, s, d, demo.Around{Now: now}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
