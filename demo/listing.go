package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"archiver/article"
)

// A listing is a page of cards.
type listing struct {
	Cards    []card
	Query    string // what was searched for
	Search   bool   // a search page, with its form
	Previous string // address of the previous page; "" on the first
	Next     string // address of the next page; "" on the last
}

// latest is the force's news page: the newest releases, and where the others are.
func (v *visitor) latest(w http.ResponseWriter, r *http.Request) {
	found := v.reachable(ListedEverywhere)
	v.page(w, r, http.StatusOK, page{
		Title:   "Latest news",
		Listing: &listing{Cards: cards(found[:min(latestCards, len(found))])},
	})
}

// search is the search page: words, dates, a category, and ten cards a page.
func (v *visitor) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var found []Release
	for _, release := range v.reachable(ListedInSearch) {
		if matches(release, q) {
			found = append(found, release)
		}
	}
	n, err := strconv.Atoi(q.Get("page"))
	if err != nil || n < 1 {
		n = 1
	}
	from := min((n-1)*searchCards, len(found))
	to := min(from+searchCards, len(found))
	l := &listing{Cards: cards(found[from:to]), Query: q.Get("q"), Search: true}
	if n > 1 {
		l.Previous = resultsPage(q, n-1)
	}
	if to < len(found) {
		l.Next = resultsPage(q, n+1)
	}
	v.page(w, r, http.StatusOK, page{Title: "Search news", Listing: l})
}

// resultsPage returns the address of a page of the same search.
func resultsPage(q url.Values, n int) string {
	next := url.Values{}
	for _, key := range []string{"ct", "q", "fdte", "tdte"} {
		if q.Has(key) {
			next.Set(key, q.Get(key))
		}
	}
	next.Set("page", strconv.Itoa(n))
	return "/news/news-search/?" + next.Encode()
}

// matches reports whether a release answers to a search. A date that cannot be
// read is as good as none, as on the platform.
func matches(r Release, q url.Values) bool {
	if ct := q.Get("ct"); ct != "" && !strings.EqualFold(ct, r.Category) {
		return false
	}
	words := strings.ToLower(r.Title + " " + plainText(r.Body))
	for _, word := range strings.Fields(strings.ToLower(q.Get("q"))) {
		if !strings.Contains(words, word) {
			return false
		}
	}
	if from, ok := day(q.Get("fdte")); ok && r.Published.Before(from) {
		return false
	}
	if to, ok := day(q.Get("tdte")); ok && !r.Published.Before(to.AddDate(0, 0, 1)) {
		return false
	}
	return true
}

// day reads a date in either of the forms that a browser or a person would give.
func day(s string) (time.Time, bool) {
	for _, layout := range []string{"02/01/2006", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, article.London); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// plainPages are the pages that are no news. A crawler finds them in the sitemap
// and must not take them for releases.
var plainPages = []struct {
	path, title string
	text        []string
}{
	{"/", "Welcome to " + Force, []string{
		"This is the website of a police force that does not exist, in a county that does not exist.",
		"It comes with a program that keeps an archive of police news, so that the program can be tried without a network.",
	}},
	{"/contact/", "Contact us", []string{
		"In an emergency dial 999. At all other times dial 101.",
		"Our front counters at Harrowmere and Ostleford are open from 8am until 8pm.",
	}},
	{"/ro/report/", "Report a crime", []string{
		"There is no crime in Mereshire that can be reported here, because there is no Mereshire.",
	}},
	{"/privacy/", "Privacy notice", []string{
		"This site keeps nothing about its visitors once it has been stopped.",
	}},
}

func (v *visitor) notFound(w http.ResponseWriter, r *http.Request) {
	v.page(w, r, http.StatusNotFound, page{
		Title: "Page not found",
		Text:  []string{"The page that you asked for may have been moved or taken down."},
	})
}

// page answers with a page that is no release's.
func (v *visitor) page(w http.ResponseWriter, r *http.Request, status int, p page) {
	p.Force, p.Now = Force, v.now()
	p.PageTitle, p.OGTitle, p.Description = p.Title, p.Title, p.Title
	p.URL = base(r) + r.URL.RequestURI()
	p.Image = base(r) + defaultImage
	var b bytes.Buffer
	if err := p.write(&b, v.design(r)); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	send(w, b.String())
}

// picture stands for every image of the site.
func picture(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	send(w, placeholder())
}

var placeholder = sync.OnceValue(func() string {
	img := image.NewRGBA(image.Rect(0, 0, 64, 36))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{R: 0x9a, G: 0xa5, B: 0xb1, A: 0xff}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(fmt.Errorf("encode placeholder: %w", err)) // unreachable: memory does not fail
	}
	return b.String()
})
