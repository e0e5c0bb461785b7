package health

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// How a sample judges. A field counts as one that a site always has if at least
// alwaysShare percent of the pages before the recent ones have it, and as lost if
// fewer than a third of the recent ones do, or none of the last recentLeast: of a
// field that one page in ten lacks anyway, five recent pages come to that once in
// two thousand times, and ten once in a hundred thousand. Where every page before
// had it, and those were surelyLeast, the last lackLeast that lack it are enough: at
// worst one page in twenty lacks it, and three in a row come once in eight thousand
// times. So a site with a release or two a day is not waited for all week.
const (
	baseMost    = 200 // pages that say what a site always has
	recentMost  = 10  // pages that say what it has now
	recentLeast = 5   // of them, before anything is said
	learnLeast  = 10  // pages that are to be known before anything is missed
	surelyLeast = 60  // pages, all with a part, by which the next three are judged
	lackLeast   = 3   // pages without it, then
	alwaysShare = 90  // percent

	// acceptAfter is when a loss is taken for what the site is like now: who could
	// do something about it has been told.
	acceptAfter = 14 * 24 * time.Hour
)

// judged are the parts whose loss is said.
const judged = Watched | CardDate

// A Sample remembers which parts the pages of a site have, or the cards of a
// listing, and learns by that what it always has. The zero value knows nothing
// yet. Its JSON form is kept in the archive; where two archives are merged, the
// later in the order of bytes is kept, which is why the time stands first.
type Sample struct {
	Changed time.Time `json:"changed"` // in UTC
	Learned bool      `json:"learned"` // enough is known to judge by
	// LostSince is when the site was first seen to have lost something; zero while
	// it has not.
	LostSince time.Time `json:"lost_since,omitzero"`
	Base      []Seen    `json:"base"`   // what was read before, oldest first
	Recent    []Seen    `json:"recent"` // what was read last, oldest first
}

// Seen is what one page had.
type Seen struct {
	Page string `json:"page"` // the beginning of its id
	Has  Fields `json:"has"`
}

// Add takes note of a page.
func (s *Sample) Add(id string, has Fields) {
	page := Seen{id[:min(8, len(id))], has}
	if !s.Learned {
		s.Base = appendLatest(s.Base, page)
	} else {
		s.Recent = appendLatest(s.Recent, page)
	}
	s.retire(len(s.Recent) - recentMost)
}

// Turn begins another look at the same listing: all that it shows is recent, and
// nothing else.
func (s *Sample) Turn() { s.retire(len(s.Recent)) }

// retire makes the first n recent pages ones of before. While something is lost
// they are left out: what was so before stays what the site is held against,
// however many of its pages are read again meanwhile.
func (s *Sample) retire(n int) {
	if n > 0 && len(s.Lost()) == 0 {
		for _, page := range s.Recent[:n] {
			s.Base = appendLatest(s.Base, page)
		}
	}
	s.Recent = slices.Delete(s.Recent, 0, max(n, 0))
	s.Base = slices.Delete(s.Base, 0, max(len(s.Base)-baseMost, 0))
}

// Full reports whether there is enough to judge by, and no room for more.
func (s *Sample) Full() bool { return s.Learned || len(s.Base) == baseMost }

// appendLatest adds a page at the end, in the place of what it had before.
func appendLatest(list []Seen, page Seen) []Seen {
	list = slices.DeleteFunc(list, func(old Seen) bool { return old.Page == page.Page })
	return append(list, page)
}

// Settle ends a run. What is known by now is what later pages are held against;
// what has been lost for long is not expected any more.
func (s *Sample) Settle(now time.Time) {
	s.Changed = now.UTC()
	switch {
	case len(s.Lost()) == 0:
		s.LostSince = time.Time{}
	case s.LostSince.IsZero():
		s.LostSince = s.Changed
	case s.Changed.Sub(s.LostSince) >= acceptAfter:
		*s = Sample{Changed: s.Changed, Base: s.Recent}
	}
	s.Learned = s.Learned || len(s.Base) >= learnLeast
}

// A Loss is a part that the recent pages lack and that those before them had.
type Loss struct {
	Field  string `json:"field"`
	Has    int    `json:"has"`    // recent pages with it
	Recent int    `json:"recent"` // recent pages
	Had    int    `json:"had"`    // pages before with it
	Before int    `json:"before"` // pages before

	words string
}

// Lost returns what the recent pages have lost.
func (s *Sample) Lost() []Loss {
	if len(s.Base) < learnLeast {
		return nil
	}
	var lost []Loss
	for field := range judged.Each {
		l := Loss{
			Field: field.Name(), words: field.words(),
			Has: having(s.Recent, field), Recent: len(s.Recent),
			Had: having(s.Base, field), Before: len(s.Base),
		}
		lacking := lacking(s.Recent, field)
		switch {
		case 100*l.Had < alwaysShare*l.Before:
			continue
		case l.Recent >= recentLeast && 3*l.Has < l.Recent:
		case lacking >= recentLeast, lacking >= lackLeast && l.Had == l.Before && l.Before >= surelyLeast:
			l.Has, l.Recent = 0, lacking
		default:
			continue
		}
		lost = append(lost, l)
	}
	return lost
}

// lacking counts the last pages that lack a part, one after another.
func lacking(pages []Seen, field Fields) int {
	n := 0
	for _, p := range slices.Backward(pages) {
		if p.Has&field != 0 {
			break
		}
		n++
	}
	return n
}

func having(pages []Seen, field Fields) int {
	n := 0
	for _, p := range pages {
		if p.Has&field != 0 {
			n++
		}
	}
	return n
}

// LossWords says in words what pages, or cards, have lost: "no dateline any more
// (0 of the last 10; before, 199 of 200)".
func LossWords(lost []Loss) string {
	parts := make([]string, len(lost))
	for i, l := range lost {
		parts[i] = fmt.Sprintf("no %s any more (%d of the last %d; before, %d of %d)", l.words, l.Has, l.Recent, l.Had, l.Before)
	}
	return strings.Join(parts, ", ")
}
