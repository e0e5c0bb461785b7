package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"archiver/article"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sameTimes = cmp.Options{cmpopts.EquateApproxTime(0), cmpopts.EquateEmpty()}

func at(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }

func TestSaveFirst(t *testing.T) {
	s := create(t)
	v := visit(1, "A man was charged.", at(1))
	save(t, s, v)

	want := *v.Record
	want.Revision = 1
	want.FirstSeen, want.LastSeen, want.LastChanged = article.At(at(1)), article.At(at(1)), article.At(at(1))
	if diff := cmp.Diff(&want, record(t, s, urlOf(1))); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
	p, err := s.Page(urlOf(1), 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.Page, p, sameTimes); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	wantAddress := v.Address
	wantAddress.HasRecord = true
	if diff := cmp.Diff(wantAddress, address(t, s, urlOf(1)), sameTimes); diff != "" {
		t.Errorf("address (-want +got):\n%s", diff)
	}
	if v.Record.Revision != 0 || !v.Record.FirstSeen.IsZero() {
		t.Error("Save changed the record it was given")
	}
}

// Each step is a look at the same address; want is what the record says then.
func TestRevisions(t *testing.T) {
	type want struct {
		revision               int
		first, last, changed   int // hours
		related                int // hour of the page that showed them
		status                 article.Status
		state                  article.State
		published, publishedAs string
	}
	text := func(text string, hour int) article.Visit { return visit(1, text, at(hour)) }
	undated := func(text string, hour int) article.Visit {
		return visitOf(urlOf(1), urlOf(1), "Appeal 1", text, time.Time{}, at(hour))
	}
	const published, publishedAs = "2026-06-01T12:01:00+01:00", "12:01 01/06/2026"
	steps := []struct {
		name  string
		visit article.Visit
		want  want
	}{
		{"first", text("Appeal.", 1),
			want{1, 1, 1, 1, 1, article.StatusLive, article.StateFetched, published, publishedAs}},
		{"same content, other headlines", text("Appeal.", 2),
			want{1, 1, 2, 1, 1, article.StatusLive, article.StateUnchanged, published, publishedAs}},
		{"not modified", known(urlOf(1), article.StateUnchanged, at(3)),
			want{1, 1, 3, 1, 1, article.StatusLive, article.StateUnchanged, published, publishedAs}},
		{"failed", known(urlOf(1), article.StateFailed, at(4)),
			want{1, 1, 3, 1, 1, article.StatusLive, article.StateFailed, published, publishedAs}},
		{"changed", text("Charged.", 5),
			want{2, 1, 5, 5, 5, article.StatusLive, article.StateFetched, published, publishedAs}},
		{"missing", known(urlOf(1), article.StateMissing, at(6)),
			want{2, 1, 5, 5, 5, article.StatusMissing, article.StateMissing, published, publishedAs}},
		{"gone", known(urlOf(1), article.StateGone, at(7)),
			want{2, 1, 5, 5, 5, article.StatusGone, article.StateGone, published, publishedAs}},
		{"back again", text("Charged.", 8),
			want{2, 1, 8, 5, 5, article.StatusLive, article.StateUnchanged, published, publishedAs}},
		{"missing again", known(urlOf(1), article.StateMissing, at(9)),
			want{2, 1, 8, 5, 5, article.StatusMissing, article.StateMissing, published, publishedAs}},
		{"not modified, so there", known(urlOf(1), article.StateUnchanged, at(10)),
			want{2, 1, 10, 5, 5, article.StatusLive, article.StateUnchanged, published, publishedAs}},
		{"without its time", undated("Charged.", 11),
			want{2, 1, 11, 5, 5, article.StatusLive, article.StateUnchanged, published, publishedAs}},
		{"changed, without its time", undated("Court.", 12),
			want{3, 1, 12, 12, 12, article.StatusLive, article.StateFetched, published, publishedAs}},
		{"as it was first", text("Appeal.", 13),
			want{4, 1, 13, 13, 13, article.StatusLive, article.StateFetched, published, publishedAs}},
		{"a clock set back", text("Appeal.", 2),
			want{4, 1, 13, 13, 13, article.StatusLive, article.StateUnchanged, published, publishedAs}},
	}
	s := create(t)
	for _, step := range steps {
		save(t, s, step.visit)
		r := record(t, s, urlOf(1))
		got := want{
			r.Revision, hour(r.FirstSeen), hour(r.LastSeen), hour(r.LastChanged), 0,
			r.Status, address(t, s, urlOf(1)).State, r.Published.String(), r.PublishedText,
		}
		for h := range 20 {
			if strings.Contains(r.Related[0].Title, at(h).String()) {
				got.related = h
			}
		}
		if got != step.want {
			t.Errorf("%s: got  %v,\nwant %v", step.name, got, step.want)
		}
	}

	revisions, err := s.Revisions(article.ID(urlOf(1)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, r := range revisions {
		p, err := s.Page(urlOf(1), i+1)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(p.Body), r.Text) {
			t.Errorf("the page of revision %d does not say %q", i+1, r.Text)
		}
		got = append(got, r.Text)
	}
	if diff := cmp.Diff([]string{"Appeal.", "Charged.", "Court.", "Appeal."}, got); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
}

func hour(t article.Time) int { return int(t.Sub(noon) / time.Hour) }

// A record keeps the time that its page, or its listing, gave last.
func TestPublishedChanges(t *testing.T) {
	s := create(t)
	save(t, s, visitOf(urlOf(1), urlOf(1), "Appeal", "Text.", time.Time{}, at(1)))
	save(t, s, visitOf(urlOf(1), urlOf(1), "Appeal", "Text.", at(-5), at(2)))
	save(t, s, visitOf(urlOf(1), urlOf(1), "Appeal", "Text.", at(-4), at(3)))
	r := record(t, s, urlOf(1))
	if got := hour(r.Published); got != -4 || r.Revision != 3 {
		t.Errorf("published at %d in revision %d, want -4 in 3", got, r.Revision)
	}
}

// The same bytes again, read by a better reader, are no new revision.
func TestSamePageBetterRead(t *testing.T) {
	s := create(t)
	v := visit(1, "Old reading.", at(1))
	save(t, s, v)
	better := visit(1, "New reading.", at(1))
	better.Page.Body, better.Page.Fetched = v.Page.Body, at(2)
	save(t, s, better)
	r := record(t, s, urlOf(1))
	if r.Text != "New reading." || r.Revision != 1 || hour(r.LastSeen) != 2 || hour(r.LastChanged) != 1 || hour(r.Capture.Fetched) != 1 {
		t.Errorf("got %q, revision %d, seen at %d, changed at %d, captured at %d",
			r.Text, r.Revision, hour(r.LastSeen), hour(r.LastChanged), hour(r.Capture.Fetched))
	}
	if got := address(t, s, urlOf(1)).State; got != article.StateUnchanged {
		t.Errorf("state %s, want unchanged", got)
	}
}

// What Pages gives can be read again and saved: every revision in its place.
func TestReadAgain(t *testing.T) {
	s := create(t)
	notArticle := known(urlOf(2), article.StateNotArticle, at(1))
	notArticle.Page = visit(2, "Listing.", at(1)).Page
	save(t, s, visit(1, "One.", at(1)), visit(1, "Two.", at(2)), visit(1, "Three.", at(3)), notArticle,
		known(urlOf(1), article.StateGone, at(9)))
	before := record(t, s, urlOf(1))

	seen := 0
	for v, err := range s.Pages() {
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if v.Record == nil {
			v.Record = visit(2, "Listing.", at(1)).Record
		} else {
			v.Record.Title += ", read again"
			v.Record.Status, v.Record.Published, v.Record.Revision = "", article.Time{}, 0
		}
		save(t, s, v)
	}
	if seen != 4 {
		t.Errorf("%d pages, want 4", seen)
	}
	revisions, err := s.Revisions(urlOf(1))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range revisions {
		got = append(got, r.Title+": "+r.Text)
	}
	if diff := cmp.Diff([]string{"Appeal 1, read again: One.", "Appeal 1, read again: Two.", "Appeal 1, read again: Three."}, got); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	before.Title += ", read again"
	if diff := cmp.Diff(before, record(t, s, urlOf(1))); diff != "" {
		t.Errorf("the newest changed otherwise (-before +after):\n%s", diff)
	}
	if r := record(t, s, urlOf(2)); r.Text != "Listing." || r.Revision != 1 || hour(r.FirstSeen) != 1 {
		t.Errorf("got %q, revision %d, first seen at %d", r.Text, r.Revision, hour(r.FirstSeen))
	}
	if got := address(t, s, urlOf(2)).State; got != article.StateFetched {
		t.Errorf("state %s, want fetched", got)
	}
	stranger := visit(1, "Four.", at(4))
	stranger.Address = article.Address{}
	if _, err := s.Save(stranger); err == nil || !strings.Contains(err.Error(), "no such page") {
		t.Errorf("a page that is not kept: got %v", err)
	}
}

// A page that was no article is kept until it is one.
func TestNotArticle(t *testing.T) {
	s := create(t)
	v := visit(1, "Listing.", at(1))
	v.Record, v.Address.State = nil, article.StateNotArticle
	save(t, s, v)
	if _, err := s.Record(urlOf(1)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("record: got %v, want ErrNotFound", err)
	}
	if p, err := s.Page(urlOf(1), 0); err != nil || !p.Fetched.Equal(at(1)) {
		t.Errorf("page: got %v, %v", p, err)
	}
	save(t, s, visit(1, "Appeal.", at(2)))
	if n := count(t, s.Pages()); n != 1 {
		t.Errorf("%d pages, want 1", n)
	}
	// And one that is an article no longer keeps its record.
	v.Page.Fetched = at(3)
	save(t, s, v)
	if r := record(t, s, urlOf(1)); r.Text != "Appeal." || r.Status != article.StatusLive {
		t.Errorf("got %q, %s", r.Text, r.Status)
	}
	if got := address(t, s, urlOf(1)).State; got != article.StateNotArticle {
		t.Errorf("state %s, want not-article", got)
	}
}

func TestMoved(t *testing.T) {
	s := create(t)
	final := "https://www.x.test/news/moved/"
	save(t, s, visit(1, "One.", at(1)))
	save(t, s, visit(1, "Two.", at(2)))
	save(t, s, visitOf(urlOf(1), final, "Appeal 1", "Two.", noon.Add(time.Minute), at(3)))

	alias := address(t, s, urlOf(1))
	if alias.State != article.StateAlias || alias.Record != final {
		t.Errorf("listed address: %s of %q, want alias of %q", alias.State, alias.Record, final)
	}
	if a := address(t, s, final); a.State != article.StateUnchanged || a.Record != "" || !a.Found.Equal(noon) {
		t.Errorf("final address: %+v", a)
	}
	for _, ref := range []string{urlOf(1), final, article.ID(urlOf(1)), article.ID(urlOf(1))[:8], article.ID(final)} {
		if r := record(t, s, ref); r.URL != final || r.Revision != 2 || hour(r.FirstSeen) != 1 || hour(r.LastSeen) != 3 {
			t.Errorf("%s: got %s, revision %d, seen from %d to %d", ref, r.URL, r.Revision, hour(r.FirstSeen), hour(r.LastSeen))
		}
	}
	if p, err := s.Page(urlOf(1), 1); err != nil || !strings.Contains(string(p.Body), "One.") {
		t.Errorf("page of revision 1: %v, %v", p, err)
	}
	if n := count(t, s.Records(all)); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	// Its old pages still say the old address when they are read again.
	for v, err := range s.Pages() {
		if err != nil {
			t.Fatal(err)
		}
		v.Record.URL = v.Page.Address()
		v.Record.Fill()
		save(t, s, v)
	}
	if n := count(t, s.Records(all)); n != 1 {
		t.Errorf("%d records after reading again, want 1", n)
	}
	// A passing failure does not make it forget where it leads.
	save(t, s, known(urlOf(1), article.StateFailed, at(4)))
	record(t, s, urlOf(1))
}

// A move to what is no article leaves an alias, a page at the final address, and
// the record that there was.
func TestMovedToNoArticle(t *testing.T) {
	s := create(t)
	v := visitOf(urlOf(1), urlOf(2), "Listing", "Listing.", noon, at(1))
	v.Record, v.Address.State = nil, article.StateAlias
	save(t, s, visit(1, "One.", at(0)), v)
	if a := address(t, s, urlOf(1)); a.State != article.StateAlias || a.Record != urlOf(2) {
		t.Errorf("listed address: %s of %q", a.State, a.Record)
	}
	if a := address(t, s, urlOf(2)); a.State != article.StateNotArticle {
		t.Errorf("final address: %s, want not-article", a.State)
	}
	if p, err := s.Page(urlOf(2), 0); err != nil || p.FinalURL != urlOf(2) {
		t.Errorf("page: %v, %v", p, err)
	}
	if r := record(t, s, urlOf(1)); r.Text != "One." || r.URL != urlOf(1) {
		t.Errorf("got %q of %s", r.Text, r.URL)
	}
}

// Where both addresses have a record, both stay.
func TestMovedOntoAnother(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
	save(t, s, visitOf(urlOf(1), urlOf(2), "Appeal 2", "Two.", noon.Add(2*time.Minute), at(2)))
	if r := record(t, s, urlOf(1)); r.URL != urlOf(2) || r.Revision != 1 {
		t.Errorf("got %s, revision %d", r.URL, r.Revision)
	}
	if r := record(t, s, article.ID(urlOf(1))); r.Text != "One." {
		t.Errorf("got %q, want the old record under its own id", r.Text)
	}
}

func TestAddressIsMerged(t *testing.T) {
	s := create(t)
	found := func(hour int, c article.Card) article.Visit {
		return article.Visit{Address: article.Address{URL: urlOf(1), Site: "x", State: article.StateNew, Found: at(hour), Card: c}}
	}
	full := article.Card{
		URL: urlOf(1), Title: "Appeal", Published: at(-1), PublishedText: "11:00 01/06/2026",
		From: article.FromSearch, Source: "https://www.x.test/search/",
	}
	save(t, s, found(1, article.Card{From: article.FromSitemap, Source: "https://www.x.test/sitemap.xml"}))
	save(t, s, found(2, full))
	save(t, s, found(3, article.Card{URL: urlOf(1), Title: "New appeal", From: article.FromListing, Source: "https://www.x.test/"}))
	save(t, s, found(4, article.Card{From: article.FromSitemap, Source: "https://www.x.test/sitemap.xml"}))
	want := found(1, full).Address
	want.Card.Title = "New appeal"
	if diff := cmp.Diff(want, address(t, s, urlOf(1)), sameTimes); diff != "" {
		t.Errorf("found four times (-want +got):\n%s", diff)
	}

	v := visit(1, "Text.", at(5))
	v.Address.Found, v.Address.ETag = at(5), `"1"`
	save(t, s, v)
	save(t, s, found(6, article.Card{}))
	want = v.Address
	want.Found, want.Card, want.HasRecord = at(1), full, true
	want.Card.Title = "New appeal"
	if diff := cmp.Diff(want, address(t, s, urlOf(1)), sameTimes); diff != "" {
		t.Errorf("fetched, and found again (-want +got):\n%s", diff)
	}

	v.Address.Site = "y"
	save(t, s, article.Visit{Address: v.Address})
	if n := count(t, s.AddressesOf("x")); n != 0 {
		t.Errorf("%d addresses of the site that it was of", n)
	}
}

func TestSuppressed(t *testing.T) {
	s := create(t)
	// The record at 4 stayed there when the address moved to 1.
	save(t, s, visit(1, "Secret.", at(1)), visit(2, "Two.", at(1)), visit(4, "Secret.", at(1)),
		visitOf(urlOf(4), urlOf(1), "Appeal 1", "Secret.", noon.Add(time.Minute), at(2)))
	save(t, s, known(urlOf(1), article.StateSuppressed, at(2)))
	// Nothing that a crawl brings shows it again, under any address.
	save(t, s, visit(1, "Secret again.", at(3)), known(urlOf(1), article.StateMissing, at(4)),
		visitOf(urlOf(3), urlOf(1), "Appeal 1", "Secret moved.", at(1), at(5)))

	for _, ref := range []string{urlOf(1), urlOf(3), urlOf(4), article.ID(urlOf(1)), article.ID(urlOf(1))[:9], article.ID(urlOf(4))} {
		if _, err := s.Record(ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("Record(%s): got %v, want ErrNotFound", ref, err)
		}
		if _, err := s.Page(ref, 1); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("Page(%s): got %v, want ErrNotFound", ref, err)
		}
		if _, err := s.Revisions(ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("Revisions(%s): got %v, want ErrNotFound", ref, err)
		}
	}
	if n := count(t, s.Records(all)); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	if n := count(t, s.Pages()); n != 1 {
		t.Errorf("%d pages, want 1", n)
	}
	if a := address(t, s, urlOf(1)); a.State != article.StateSuppressed || !a.Checked.Equal(at(2)) {
		t.Errorf("address: %s, checked %v", a.State, a.Checked)
	}
}

func TestSaveRefuses(t *testing.T) {
	s := create(t)
	for name, test := range map[string]struct {
		break_ func(*article.Visit)
		want   string
	}{
		"no address":          {func(v *article.Visit) { *v = article.Visit{} }, "there is no address"},
		"bad address":         {func(v *article.Visit) { v.Address.URL, v.Page.URL = "news", "news" }, `"news" is not an address`},
		"no site":             {func(v *article.Visit) { v.Address.Site = "" }, `"" is no name of a site`},
		"unknown state":       {func(v *article.Visit) { v.Address.State = "lost" }, `state "lost" is unknown`},
		"new with a page":     {func(v *article.Visit) { v.Address.State = article.StateNew }, "not asked for"},
		"other page":          {func(v *article.Visit) { v.Page.URL = urlOf(2) }, "the page is of another address, " + urlOf(2)},
		"page without a time": {func(v *article.Visit) { v.Page.Fetched = time.Time{} }, "no time of fetching"},
		"no page":             {func(v *article.Visit) { v.Page = nil }, "a record without its page"},
		"other record":        {func(v *article.Visit) { v.Record.URL = urlOf(2) }, "the record is of another address, " + urlOf(2)},
		"invalid record":      {func(v *article.Visit) { v.Record.Kind = "gossip" }, `breaks its own rules: kind "gossip" is unknown`},
		"huge page":           {func(v *article.Visit) { v.Page.Body = make([]byte, 65<<20) }, "more than the 67108864 that the archive keeps"},
		"endless address": {func(v *article.Visit) {
			v.Address.URL = "https://www.x.test/" + strings.Repeat("x", 40000)
			v.Page.URL, v.Record.URL = v.Address.URL, v.Address.URL
			v.Record.Fill()
		}, "key too large"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := visit(1, "One.", at(1))
			test.break_(&bad)
			// A good visit in the same call is not kept either.
			_, err := s.SaveWith(map[string][]byte{"note": []byte("1")}, visit(3, "Three.", at(1)), bad)
			if err == nil || !strings.Contains(err.Error(), "archive "+s.Path()+": save "+bad.Address.URL) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
			if _, err := s.Record(urlOf(3)); !errors.Is(err, article.ErrNotFound) {
				t.Errorf("the good visit: got %v, want ErrNotFound", err)
			}
		})
	}
	if note, err := s.State("note"); note != nil || err != nil {
		t.Errorf("the state was kept: %q, %v", note, err)
	}
}

func TestState(t *testing.T) {
	s := create(t)
	if err := s.SetState("x", []byte(`{"full_next":"a"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveWith(map[string][]byte{"y": []byte("1"), "x": nil}, visit(1, "One.", at(1))); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"x": "", "y": "1", "z": ""} {
		got, err := s.State(key)
		if err != nil || string(got) != want || (got == nil) != (want == "") {
			t.Errorf("%s: got %q, %v, want %q", key, got, err, want)
		}
	}
	if err := s.SetState("", nil); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	if err := s.SetState("", []byte("1")); err == nil || !strings.Contains(err.Error(), `save state ""`) {
		t.Errorf("no key: got %v", err)
	}
}

// A page keeps bytes that are no UTF-8, and lists of any length.
func TestOddPages(t *testing.T) {
	s := create(t)
	v := visit(1, "One.", at(1))
	v.Page.Header["X-Latin"] = []string{"caf\xe9"}
	v.Page.Body = []byte("caf\xe9\x00")
	v.Record.Extraction.Warnings = make([]string, 132_000)
	v.Record.Links = []article.Link{{Text: "caf\xe9", URL: "x:"}}
	save(t, s, v)
	p, err := s.Page(urlOf(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.Page, p, sameTimes); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	if r := record(t, s, urlOf(1)); len(r.Extraction.Warnings) != 132_000 || r.Links[0].Text != "caf\xe9" {
		t.Errorf("%d warnings, link %q", len(r.Extraction.Warnings), r.Links[0].Text)
	}
	empty := visit(2, "Two.", at(1))
	empty.Page.Body, empty.Page.Header = nil, nil
	save(t, s, empty)
}
