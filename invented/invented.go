// Package invented makes releases up, as many as are wanted and the same ones every
// time, so that tests and benchmarks can fill an archive of any size. No program
// needs it.
//
// They are as long, as varied and as entangled as real ones: of two dozen forces
// over fifteen years, with turns of speech, advice, references, numbers, topics and
// related headlines; some are copies of others, which [Original] knows.
package invented

import (
	"fmt"
	"html"
	"iter"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"archiver/article"
)

// first is when the first release came out; each later one follows by about gap.
var (
	first = time.Date(2011, 1, 3, 7, 30, 0, 0, article.London)
	span  = 15 * 365 * 24 * time.Hour
)

// Records makes the first n releases. A release does not depend on n, but for its
// time of publication: the n together span fifteen years.
func Records(n int) iter.Seq[*article.Record] {
	return func(yield func(*article.Record) bool) {
		for i := range n {
			if !yield(Record(i, n)) {
				return
			}
		}
	}
}

// Visits makes the first n releases with their pages, as a crawl hands them to an
// archive.
func Visits(n int) iter.Seq[article.Visit] {
	return func(yield func(article.Visit) bool) {
		for r := range Records(n) {
			if !yield(Visit(r)) {
				return
			}
		}
	}
}

// Visit returns a record with a page that holds its text.
func Visit(r *article.Record) article.Visit {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html><html lang=\"en-GB\"><head><title>%s</title></head><body><main><h1>%s</h1>\n<p>%s</p>\n",
		html.EscapeString(r.PageTitle), html.EscapeString(r.Title), html.EscapeString(r.PublishedText))
	for _, block := range r.Blocks {
		if block.Kind != article.BlockList {
			fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(block.Text))
			continue
		}
		b.WriteString("<ul>\n")
		for _, item := range block.Items {
			fmt.Fprintf(&b, "<li>%s</li>\n", html.EscapeString(item))
		}
		b.WriteString("</ul>\n")
	}
	b.WriteString("</main></body></html>\n")
	page := &article.Page{
		URL: r.URL, Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
		Fetched: r.FirstSeen.Time, Body: []byte(b.String()),
	}
	r.Capture = page.Capture()
	address := article.Address{
		URL: r.URL, Site: r.Site, State: article.StateFetched,
		Found: r.FirstSeen.Time, Checked: r.FirstSeen.Time, Next: r.FirstSeen.AddDate(0, 1, 0),
	}
	return article.Visit{Address: address, Page: page, Record: r}
}

// How many of a hundred releases are made from another one.
const (
	exactShare    = 3 // the same words on another force's site
	campaignShare = 4 // the same words with another force's names
	reportShare   = 3 // most of it between a newspaper's own words
)

// A Likeness says how a release was made from another one.
type Likeness string

// The likenesses.
const (
	Unlike   Likeness = "" // it is nobody's copy
	Exact    Likeness = "exact"
	Campaign Likeness = "campaign"
	Report   Likeness = "report"
)

// Original returns the number of the release that release i was made from, and
// how; i itself where it is no copy. Originals are no copies.
func Original(i int) (int, Likeness) {
	like := likeness(i)
	if like == Unlike || i < 40 {
		return i, Unlike
	}
	// An earlier one: the nearest before a distance that differs from copy to copy.
	of := i - 1 - int(seeded(i, 7).Uint64()%30)
	for likeness(of) != Unlike {
		of--
		if of < 0 {
			return i, Unlike
		}
	}
	return of, like
}

func likeness(i int) Likeness {
	switch n := seeded(i, 3).IntN(100); {
	case n < exactShare:
		return Exact
	case n < exactShare+campaignShare:
		return Campaign
	case n < exactShare+campaignShare+reportShare:
		return Report
	}
	return Unlike
}

func seeded(i, purpose int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(i), uint64(purpose)))
}

// Record makes release i of n.
func Record(i, n int) *article.Record {
	of, like := Original(i)
	own := seeded(i, 1)
	w := &writer{Rand: own, force: pick(own, forces)}
	if like != Unlike {
		// The same dice as the original's make the same text.
		theirs := seeded(of, 1)
		force := pick(theirs, forces)
		w = &writer{Rand: theirs, force: force}
		if like == Campaign {
			w.force = pick(own, forces)
		}
	}
	w.write()
	site, name := siteOf(w.force), w.force+" Police"
	switch like {
	case Exact:
		other := pick(own, forces)
		site, name = siteOf(other), other+" Police"
	case Report:
		w.embed(own)
		site, name = strings.ToLower(pick(own, townHeads))+"gazette.test", ""
	}
	return w.record(i, n, site, name)
}

func siteOf(force string) string { return strings.ReplaceAll(strings.ToLower(force), " ", "-") }

func (w *writer) record(i, n int, site, force string) *article.Record {
	published := first.Add(span / time.Duration(max(n, 1)) * time.Duration(i)).Add(time.Duration(i%600) * time.Second)
	seen := article.At(published.Add(3 * time.Hour).Truncate(time.Second))
	host := "www." + site + ".police.test"
	if force == "" {
		host = "www." + site
	}
	r := &article.Record{
		URL:  fmt.Sprintf("https://%s/news/%d/%02d/%s-%d/", host, published.Year(), published.Month(), slug(w.title), i),
		Site: site, Force: force, Area: strings.TrimSuffix(force, " Police"), Status: article.StatusLive,
		Title: w.title, PageTitle: w.title + " | " + site, Published: article.At(published.Truncate(time.Minute)),
		PublishedText: published.Format("15:04 02/01/2006"), Kind: w.kind, Blocks: w.blocks, Quotes: w.quotes, Advice: w.advice,
		References: w.references, Phones: w.phones, Amounts: w.amounts, Topics: w.topics,
		OG:        article.OpenGraph{"title": w.title, "type": "article"},
		FirstSeen: seen, LastSeen: article.At(seen.AddDate(0, 1, 0)), LastChanged: seen, Revision: 1,
		Extraction: article.Extraction{Version: "2", Fields: map[string]string{"title": "h1", "published": "dateline"}},
	}
	r.Lead = w.blocks[0].Text
	for k := 1; k <= 3 && k <= i; k++ {
		r.Related = append(r.Related, article.Headline{Title: "Earlier news " + fmt.Sprint(i-k), URL: fmt.Sprintf("https://%s/news/earlier-%d/", host, i-k)})
	}
	r.Fill()
	return r
}

func slug(title string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(title) {
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

func pick[T any](from *rand.Rand, of []T) T { return of[from.IntN(len(of))] }

// paragraph adds a block of text, and returns its number.
func (w *writer) paragraph(text string) int {
	w.blocks = append(w.blocks, article.Block{Kind: article.BlockParagraph, Text: text, Markdown: text, Lead: len(w.blocks) == 0})
	return len(w.blocks) - 1
}

// mentioned returns where words stand in a block, in code points.
func (w *writer) mentioned(block int, words string) (start, end int) {
	before, _, ok := strings.Cut(w.blocks[block].Text, words)
	if !ok {
		panic("invented: " + words + " is not in its own paragraph") // unreachable: the caller has just put it there
	}
	start = utf8.RuneCountInString(before)
	return start, start + utf8.RuneCountInString(words)
}
