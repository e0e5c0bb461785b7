package web

import (
	"bytes"
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"archiver/article"
	"archiver/revision"
	"archiver/typeset"
)

// An event is a point on the time line of a release: a revision, or a change of its
// page's state.
type event struct {
	Event    string                `json:"event"` // revision, missing, gone, live
	Time     article.Time          `json:"time,omitzero"`
	Revision int                   `json:"revision,omitempty"`
	LastSeen article.Time          `json:"last_seen,omitzero"`
	Class    revision.Class        `json:"class,omitempty"` // "first" for the first revision
	Changes  []revision.LineChange `json:"changes,omitzero"`
	Removed  int                   `json:"removed"` // words
	Added    int                   `json:"added"`
	SHA256   string                `json:"sha256,omitempty"`
	Why      article.Cause         `json:"why,omitempty"`
	Reason   string                `json:"reason,omitempty"`
}

// events returns the time line of a release, oldest first. What the page said comes
// before its going missing at the same time, and after its return.
func events(revisions []*article.Record, states []article.StatusChange) []event {
	list := []event{}
	for i, r := range revisions {
		e := event{Event: "revision", Time: r.LastChanged, Revision: r.Revision, LastSeen: r.LastSeen, Class: "first", SHA256: r.Capture.SHA256}
		if i > 0 {
			line := revision.NewLine(revisions[i-1], r, revision.Compare(revisions[i-1], r))
			e.Class, e.Changes, e.Removed, e.Added = line.Class, line.Changes, line.Removed, line.Added
		}
		list = append(list, e)
	}
	for _, c := range states {
		list = append(list, event{Event: string(c.Status), Time: article.At(c.At), Why: c.Cause, Reason: c.Reason})
	}
	order := []string{"live", "revision", "missing", "gone"}
	slices.SortStableFunc(list, func(a, b event) int {
		return cmp.Or(a.Time.Compare(b.Time.Time), slices.Index(order, a.Event)-slices.Index(order, b.Event))
	})
	return list
}

type historyPage struct {
	Record   *article.Record
	Title    string
	Source   string
	Events   []event
	Numbers  []int // of the revisions
	From, To int   // 0 where there is one revision alone
	Inline   bool
	Class    revision.Class
	Changes  []revision.LineChange
	Removed  int
	Added    int
	Parts    []differencePart
	Fragment template.HTML // of inline
}

// history shows the revisions of a release on a time line, and two of them beside
// each other or in one text: ?from=1&to=2, ?form=inline.
func (s *server) history(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	record, err := s.record(id, 0)
	if err != nil {
		return err
	}
	if record.ID != id {
		http.Redirect(w, r, address("/release/"+record.ID+"/history", r.URL.Query()), http.StatusFound)
		return nil
	}
	revisions, err := s.Archive.Revisions(id)
	if err != nil {
		return err
	}
	states, err := s.Archive.StatusChanges(id)
	if err != nil {
		return err
	}
	data := historyPage{
		Record: record, Title: typeset.Title(record), Source: typeset.Source(record), Events: events(revisions, states),
		Inline: r.URL.Query().Get("form") == "inline",
	}
	for _, one := range revisions {
		data.Numbers = append(data.Numbers, one.Revision)
	}
	older, newer, err := pair(r, revisions)
	if err != nil {
		return err
	}
	if older != nil {
		d := revision.Compare(older, newer)
		line := revision.NewLine(older, newer, d)
		data.From, data.To, data.Class, data.Changes, data.Removed, data.Added = older.Revision, newer.Revision, d.Class, line.Changes, d.Removed, d.Added
		if data.Inline {
			var b bytes.Buffer
			if err := revision.Write(&b, "html", older, newer, d, revision.Options{Context: -1}); err != nil {
				return err
			}
			data.Fragment = template.HTML(typeset.Clean(b.String())) // escaped by Write
		} else {
			data.Parts = sideBySide(d)
		}
	}
	return s.show(w, http.StatusOK, "history", page{Title: "History: " + data.Title, Data: data})
}

// pair picks the two revisions that a request compares: those that it names, else
// the last two; nil where there is one alone.
func pair(r *http.Request, revisions []*article.Record) (older, newer *article.Record, err error) {
	from, err := numberOf(r, "from")
	if err != nil {
		return nil, nil, err
	}
	to, err := numberOf(r, "to")
	if err != nil {
		return nil, nil, err
	}
	n := len(revisions)
	if n < 2 && from == 0 && to == 0 {
		return nil, nil, nil
	}
	find := func(number, otherwise int) *article.Record {
		if number == 0 {
			return revisions[max(otherwise, 0)]
		}
		for _, r := range revisions {
			if r.Revision == number {
				return r
			}
		}
		return nil
	}
	if n > 0 {
		older, newer = find(from, n-2), find(to, n-1)
	}
	if older == nil || newer == nil {
		return nil, nil, article.ErrNotFound
	}
	return older, newer, nil
}
