package web_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/copies"
	"archiver/export"
	"archiver/invented"
	"archiver/search"
	"archiver/store"
	"archiver/web"

	"golang.org/x/net/html"
)

// served is a store as the pages read it.
type served struct{ *store.Store }

func (s served) Marks() iter.Seq2[search.Mark, error] {
	return func(yield func(search.Mark, error) bool) {
		for mark, err := range s.Store.Marks(store.Range{}) {
			if !yield(search.Mark(mark), err) {
				return
			}
		}
	}
}

// compared is a store as the index of copies reads it.
type compared struct{ *store.Store }

func (c compared) Marks() iter.Seq2[copies.Mark, error] {
	return func(yield func(copies.Mark, error) bool) {
		for mark, err := range c.Store.Marks(store.Range{}) {
			if !yield(copies.Mark(mark), err) {
				return
			}
		}
	}
}

// A site is a handler over an archive of a test.
type site struct {
	t       testing.TB
	store   *store.Store
	handler http.Handler // with its guard
}

// newStore makes an archive of some invented releases. The first has three revisions,
// the second is missing, the third was missing and is back, the fourth is gone.
func newStore(t testing.TB, n int) *store.Store {
	t.Helper()
	s, err := store.Create(filepath.Join(t.TempDir(), "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	var visits []article.Visit
	save := func() {
		if _, err := s.Save(visits...); err != nil {
			t.Fatal(err)
		}
		visits = nil
	}
	for v := range invented.Visits(n) {
		if visits = append(visits, v); len(visits) == 200 {
			save()
		}
	}
	save()
	if n < 4 {
		return s
	}
	edit := func(i, day int, change func(*article.Record)) {
		r := invented.Record(i, n)
		for range day {
			change(r)
		}
		r.FirstSeen = article.At(r.FirstSeen.AddDate(0, 0, day))
		r.Fill()
		if _, err := s.Save(invented.Visit(r)); err != nil {
			t.Fatal(err)
		}
	}
	edit(0, 1, func(r *article.Record) { r.Title += " again" })
	edit(0, 2, func(r *article.Record) { r.Title += " again" })
	state := func(i int, state article.State, cause article.Cause, days int) {
		r := invented.Record(i, n)
		at := r.FirstSeen.AddDate(0, 0, days)
		if _, err := s.Save(article.Visit{Cause: cause, Address: article.Address{URL: r.URL, Site: r.Site, State: state, Checked: at, Next: at.AddDate(0, 0, 1), MissingSince: at, Misses: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	state(1, article.StateMissing, article.CauseNotFound, 2)
	state(2, article.StateMissing, article.CauseSoft404, 2)
	state(2, article.StateUnchanged, "", 3)
	state(3, article.StateMissing, article.CauseGone, 2)
	state(3, article.StateGone, article.CauseGone, 20)
	return s
}

// newSite makes the handler of an archive, as the program puts it together.
func newSite(t testing.TB, s *store.Store) *site {
	t.Helper()
	return newSiteOf(t, s, web.Options{})
}

func newSiteOf(t testing.TB, s *store.Store, o web.Options) *site {
	t.Helper()
	return siteWith(t, s, o, search.Open(s.Path()+".search", served{s}), time.Minute)
}

// siteWith makes the handler of an archive with an index of it, for which readers wait
// so long.
func siteWith(t testing.TB, s *store.Store, o web.Options, index *search.Index, patience time.Duration) *site {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var looking sync.Mutex
	handler := web.New(ctx, web.Config{
		Archive: served{s}, Index: index, Kin: compared{s}, Version: "test", Patience: patience,
		Copies: func(ctx context.Context) (*copies.Index, error) {
			looking.Lock()
			defer looking.Unlock()
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			index := copies.Open(s.Path() + ".copies")
			return index, index.Update(ctx, compared{s}, nil)
		},
		Sources: func(context.Context) ([]web.Source, error) {
			return []web.Source{{
				Site: "mereshire", Force: "Mereshire Police", Ended: "done", Records: 3, Trouble: []string{"mereshire refused us"},
				Coverage: []web.Coverage{{Part: "dateline", Share: 1, Recent: .5}},
			}}, nil
		},
		Watches: func() ([]web.Watch, error) {
			return []web.Watch{{
				Name: "courier fraud", Query: url.Values{"topic": {"fraud/courier"}},
				Feed: func(_ context.Context, to io.Writer, form, home, self string) error {
					_, err := export.Write(to, "rss", s.Records(store.Range{}), export.Options{Feed: form, Home: home, Self: self, Title: "Watch courier fraud"})
					return err
				},
			}}, nil
		},
	})
	t.Cleanup(func() {
		cancel()
		looking.Lock() // nothing is written to a folder that is about to go
		defer looking.Unlock()
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{t, s, web.Guard(handler, o)}
}

// get asks for a path.
func (s *site) get(path string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

// text asks for a path that is there, and returns what it says.
func (s *site) text(path string) string {
	s.t.Helper()
	response := s.get(path)
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: status %d: %s", path, response.StatusCode, body)
	}
	return string(body)
}

// page asks for a page and parses it.
func (s *site) page(path string) *node {
	s.t.Helper()
	root, err := html.Parse(strings.NewReader(s.text(path)))
	if err != nil {
		s.t.Fatal(err)
	}
	return &node{root}
}

// A node is an element of a page.
type node struct{ *html.Node }

// all returns the elements that a function wants, in their order.
func (n *node) all(want func(*node) bool) []*node {
	var list []*node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && want(&node{d}) {
			list = append(list, &node{d})
		}
	}
	return list
}

func (n *node) named(names ...string) []*node {
	return n.all(func(e *node) bool {
		for _, name := range names {
			if e.Data == name {
				return true
			}
		}
		return false
	})
}

func (n *node) classed(class string) []*node {
	return n.all(func(e *node) bool {
		for _, c := range strings.Fields(e.attr("class")) {
			if c == class {
				return true
			}
		}
		return false
	})
}

func (n *node) attr(name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (n *node) has(name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// words is the text of an element, with single spaces.
func (n *node) words() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// eventually waits for what is found out in the background.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatal(what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func id(i, n int) string { return fmt.Sprint(invented.Record(i, n).ID) }
