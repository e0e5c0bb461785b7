// Package watch keeps searches that an operator has saved, and says what is new in
// them. Begin with [Read], [Look] and [Feed].
//
// Watches stand in a YAML file that people edit by hand; [Add] and [Remove] change
// no line of it but their own. What a watch has told is a [Position], which is not
// in that file: whoever tells keeps it, from one time to the next.
//
// The package knows no archive and no index: [Archive] is what it asks of both.
package watch

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"archiver/article"
)

// A Watch is a saved search.
type Watch struct {
	// Name is that of the watch in addresses and files: lower-case words of letters
	// and digits, joined by hyphens.
	Name string
	// Words are in the language of 'archiver search'; "" finds every release.
	Words string
	// What must hold, too. Of several values of one any may.
	Sites, Topics []string
	Kinds         []article.Kind
	Speakers      []string // parts of names

	New     bool // tell of releases that match and did not before
	Changed bool // tell of new revisions of releases that match
	Removed bool // tell of releases that match and are missing or gone

	Notify string // the address that notices are posted to; "" for none
	Exec   string // the command that is run for a notice; "" for none
}

// Query is what a watch finds: if it tells of changes or removals alone, only
// releases that have changed or were removed.
func (w *Watch) Query() Query {
	q := w.query()
	switch {
	case w.New:
	case w.Changed && w.Removed:
		q.Words = w.and("(has:changes OR status:missing,gone)")
	case w.Changed:
		q.Words = w.and("has:changes")
	default:
		q.Filter.Statuses = removed
	}
	return q
}

var removed = []article.Status{article.StatusMissing, article.StatusGone}

// query finds the releases that the search is about.
func (w *Watch) query() Query {
	return Query{Words: w.Words, Filter: article.Filter{Sites: w.Sites, Topics: w.Topics, Kinds: w.Kinds, Speakers: w.Speakers}}
}

// and adds words that must hold, too.
func (w *Watch) and(words string) string {
	if w.Words == "" {
		return words
	}
	return "(" + w.Words + ") " + words
}

// String is the search in the words of 'archiver search'.
func (w *Watch) String() string {
	var parts []string
	if w.Words != "" {
		parts = append(parts, strings.Join(strings.Fields(w.Words), " "))
	}
	kinds := make([]string, len(w.Kinds))
	for i, k := range w.Kinds {
		kinds[i] = string(k)
	}
	for _, f := range []struct {
		name   string
		values []string
	}{{"site", w.Sites}, {"topic", w.Topics}, {"kind", kinds}} {
		if len(f.values) > 0 {
			parts = append(parts, f.name+":"+strings.Join(f.values, ","))
		}
	}
	if len(w.Speakers) > 0 {
		names := make([]string, len(w.Speakers))
		for i, s := range w.Speakers {
			names[i] = `speaker:"` + s + `"`
		}
		said := strings.Join(names, " OR ")
		if len(names) > 1 {
			said = "(" + said + ")"
		}
		parts = append(parts, said)
	}
	if len(parts) == 0 {
		return "every release"
	}
	return strings.Join(parts, " ")
}

// Tells lists what the watch tells of.
func (w *Watch) Tells() []What {
	var list []What
	for _, x := range []struct {
		what What
		set  bool
	}{{New, w.New}, {Changed, w.Changed}, {Removed, w.Removed}} {
		if x.set {
			list = append(list, x.what)
		}
	}
	return list
}

// A Query says which releases are looked for.
type Query struct {
	Words  string         // in the language of 'archiver search'
	Filter article.Filter // must hold, too; its Query is empty
	Limit  int            // of the newest published; 0 is all
}

// An Archive is what watches look at. What is suppressed it does not have.
type Archive interface {
	// IDs returns the ids of the releases that a query finds, the newest published
	// first.
	IDs(ctx context.Context, q Query) ([]string, error)
	// RecordsOf iterates over the releases with these ids, without those that are not
	// there.
	RecordsOf(ids ...string) iter.Seq2[*article.Record, error]
	// Revisions returns all revisions of a release, oldest first. Where it is not there
	// any more the error wraps [article.ErrNotFound].
	Revisions(id string) ([]*article.Record, error)
	// Absence returns since when the page of a release that is not live was not found,
	// and why we say so. Its error is that of Revisions.
	Absence(id string) (since time.Time, reason string, err error)
}

// What says what has happened to a release.
type What string

// What can happen.
const (
	New     What = "new"     // it matches, and did not before
	Changed What = "changed" // it has a new revision
	Removed What = "removed" // its page is missing or gone
)

// An Entry is something that happened to a release which a watch finds.
type Entry struct {
	What What
	// At is when: of a new release its time of publication, where that is known, so
	// that of a back file which is crawled the newest comes first; else when we saw it.
	At     time.Time
	Record *article.Record // as it was then
	Reason string          // why we say that it was removed, in words
}

// appeared is when there was a new release.
func appeared(r *article.Record) time.Time {
	if r.Published.IsZero() {
		return r.FirstSeen.Time
	}
	return r.Published.Time
}

// newest returns the newest entries, n at most, the newest first.
func newest(entries []Entry, n int) []Entry {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		if n := b.At.Compare(a.At); n != 0 {
			return n
		}
		return strings.Compare(a.Record.URL, b.Record.URL)
	})
	n = min(n, len(entries))
	clear(entries[n:]) // their records are not held
	return entries[:n]
}
