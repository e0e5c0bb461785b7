package scraper

import (
	"time"

	"archiver/article"
)

// firstContactPages is how many pages of a listing a plain crawl reads of a site
// that it meets for the first time, where no known article can end the paging.
const firstContactPages = 10

// A paging follows the pages of a listing from the first on, by their links to
// the next.
type paging struct {
	first string // address of the first page
	from  string // article.FromListing or article.FromSearch
	full  bool
	start time.Time // of this run
	since time.Time // what was found before is known; zero: all that was found
	note  pagingNote
	kept  pagingNote // as the archive has it

	pages  int
	asked  map[string]bool
	seen   map[addressKey]bool
	resume string // where an earlier full crawl was ended, until we are there
}

func newPaging(first, from string, full bool, start time.Time, note pagingNote) *paging {
	p := &paging{
		first: first, from: from, full: full, start: start, since: note.PagingOpen, note: note, kept: note,
		asked: map[string]bool{first: true}, seen: map[addressKey]bool{},
	}
	if full {
		p.resume = note.Reached
	}
	return p
}

// known reports whether an article that was found at that time, zero for a new
// one, was known before the paging began that has not come to its end.
func (p *paging) known(found time.Time) bool {
	return !found.IsZero() && (p.since.IsZero() || found.Before(p.since))
}

// read takes note of a page and returns the one to be read next, "" if the
// paging has come to its end. found has, for each card, when it was found before
// this run.
func (p *paging) read(address string, l *listing, found []time.Time, since time.Time) (next string) {
	p.pages++
	fresh, allKnown := 0, true
	for i, c := range l.cards {
		if key := keyOf(c.URL); !p.seen[key] {
			p.seen[key] = true
			fresh++
		}
		allKnown = allKnown && p.known(found[i])
	}
	if fresh == 0 { // the last page, or pages that repeat without a last one
		return p.end("")
	}
	if older(l.cards, since) {
		return p.end(p.resume) // what lies behind is as it was
	}
	if allKnown && !p.full {
		return p.end("")
	}
	next, reached := l.next, address
	if allKnown && p.resume != "" {
		// Nothing is missing above the page at which the earlier crawl was ended.
		if !p.asked[p.resume] {
			next, reached = p.resume, p.resume
		}
		p.resume = ""
	}
	firstContact := !p.full && p.note.Ended.IsZero()
	if next == "" || p.asked[next] || firstContact && p.pages >= firstContactPages {
		return p.end("")
	}
	p.asked[next] = true
	switch {
	case p.full && p.resume == "":
		p.note.Reached, p.note.PagingOpen = reached, time.Time{}
	case p.note.PagingOpen.IsZero():
		p.note.PagingOpen = p.start
	}
	return next
}

// end notes that the paging has come to its proper end. A plain crawl leaves
// alone where a full one was ended.
func (p *paging) end(reached string) string {
	p.note.PagingOpen = time.Time{}
	if p.full {
		p.note.Reached = reached
	}
	if p.note.Ended.IsZero() {
		p.note.Ended = p.start
	}
	return ""
}

// older reports whether all cards that have a date are older than since.
func older(cards []article.Card, since time.Time) bool {
	dated := false
	for _, c := range cards {
		if c.Published.IsZero() {
			continue
		}
		if since.IsZero() || !c.Published.Before(since) {
			return false
		}
		dated = true
	}
	return dated
}
