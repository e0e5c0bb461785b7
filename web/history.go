package web

import (
	"bytes"
	"html/template"
	"net/http"

	"archiver/article"
	"archiver/revision"
	"archiver/typeset"
)

// past returns the time line of a release, whose revisions are given. It has counts of
// words also where there is nothing to compare.
func (s *server) past(revisions []*article.Record) ([]revision.Moment, error) {
	if len(revisions) == 0 {
		return []revision.Moment{}, nil
	}
	newest := revisions[len(revisions)-1]
	log, err := s.Archive.StatusChanges(newest.ID)
	if err != nil {
		return nil, err
	}
	where, err := s.Archive.Address(newest.URL)
	if err != nil && !isGone(err) {
		return nil, err
	}
	list := revision.History(revisions, log, where.Misses)
	for i := range list {
		if m := &list[i]; m.Added == nil {
			m.Changes, m.Removed, m.Added = nil, new(int), new(int)
		}
	}
	return list, nil
}

type historyPage struct {
	Record   *article.Record
	Title    string
	Source   string
	Events   []revision.Moment
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
	moments, err := s.past(revisions)
	if err != nil {
		return err
	}
	data := historyPage{
		Record: record, Title: typeset.Title(record), Source: typeset.Source(record), Events: moments,
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
