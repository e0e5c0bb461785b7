package web

import (
	"context"
	"html/template"
	"iter"
	"net/http"
	"slices"

	"archiver/article"
	"archiver/copies"
	"archiver/search"
	"archiver/typeset"
)

const quotationsPerPage, speakersPerPage, recycledPerPage = 20, 50, 20

type quotationLine struct {
	search.Quotation
	Words template.HTML // with what was found
	Name  string        // rank, name and unit
}

type quotationsPage struct {
	Filter   filter
	Total    int
	Lines    []quotationLine
	Speakers []search.SpeakerCount // the most quoted
	Chosen   []chosen
	Hidden   []hidden
	Pager    pager
	Suggest  string
	Instead  string
	All      string // the address of all speakers
}

// quoted runs a filter over quotations. Those of releases that have left the archive
// since the index was made are left out.
func (s *server) quoted(ctx context.Context, f filter) (*search.Quotations, error) {
	found, err := s.index.quotes(ctx, f.query())
	if err != nil {
		return nil, err
	}
	there, err := s.there(func(yield func(string) bool) {
		for _, q := range found.Hits {
			if !yield(q.ID) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	found.Hits = slices.DeleteFunc(found.Hits, func(q search.Quotation) bool { return !there[q.ID] })
	return found, nil
}

// there says which releases the archive still has.
func (s *server) there(ids iter.Seq[string]) (map[string]bool, error) {
	wanted := slices.Compact(slices.Sorted(ids))
	there := map[string]bool{}
	for r, err := range s.Archive.RecordsOf(wanted...) {
		if err != nil {
			return nil, err
		}
		there[r.ID] = true
	}
	return there, nil
}

// quotations lists what was said.
func (s *server) quotations(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, quotationsPerPage)
	if err != nil {
		return err
	}
	found, err := s.quoted(r.Context(), f)
	if err != nil {
		return err
	}
	data := quotationsPage{
		Filter: f, Total: found.Total, Chosen: f.chosen(s, "/quotations"), Hidden: f.hidden("q", "speaker"), Pager: f.pager("/quotations", found.Total),
		All: address("/quotations/speakers", f.values()),
	}
	for _, q := range found.Hits {
		data.Lines = append(data.Lines, quotationLine{q, marked(q.Quotation, q.Marks), typeset.Speaker(article.Quote{Speaker: q.Speaker, Role: q.Role, Unit: q.Unit})})
	}
	if found.Suggest != "" {
		g := f
		g.Words = found.Suggest
		data.Instead, data.Suggest = found.Suggest, address("/quotations", g.values())
	}
	q := f.query()
	q.Limit, q.Offset = 12, 0
	if data.Speakers, _, err = s.index.speakers(r.Context(), q); err != nil {
		return err
	}
	data.Speakers = slices.DeleteFunc(data.Speakers, func(c search.SpeakerCount) bool { return c.Speaker == "" })
	return s.show(w, http.StatusOK, "quotations", page{Title: "Quotations", Current: "Quotations", Data: data})
}

type speakersPage struct {
	Filter filter
	Total  int
	List   []search.SpeakerCount
	Hidden []hidden
	Chosen []chosen
	Pager  pager
}

// speakers lists who is quoted, the most quoted first.
func (s *server) speakers(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, speakersPerPage)
	if err != nil {
		return err
	}
	list, total, err := s.index.speakers(r.Context(), f.query())
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "speakers", page{Title: "Who is quoted", Current: "Quotations", Data: speakersPage{
		Filter: f, Total: total, List: list, Hidden: f.hidden("q", "speaker"), Chosen: f.chosen(s, "/quotations/speakers"), Pager: f.pager("/quotations/speakers", total),
	}})
}

type recycledData struct {
	Total int
	List  []copies.Recycled
	Pager pager
}

// recycledQuotes returns a page of the paragraphs that stand under several names, and
// how many there are.
func (s *server) recycledQuotes(r *http.Request, f filter) ([]copies.Recycled, int, error) {
	all, err := s.recycled.get(s.Archive, s.Now(), fresh, func() ([]copies.Recycled, error) {
		ctx, cancel := detached(r.Context())
		defer cancel()
		return copies.RecycledQuotes(s.records(ctx))
	})
	if err != nil {
		return nil, 0, err
	}
	from, to := min(len(all), (f.Page-1)*f.Size), min(len(all), f.Page*f.Size)
	list := []copies.Recycled{}
	for _, one := range all[from:to] {
		// What has left the archive since is left out: with too few names it is recycled
		// no more.
		there, err := s.there(func(yield func(string) bool) {
			for _, said := range one.Said {
				if !yield(said.ID) {
					return
				}
			}
		})
		if err != nil {
			return nil, 0, err
		}
		if one = one.Of(func(x copies.Said) bool { return there[x.ID] }); one.Speakers > 1 {
			list = append(list, one)
		}
	}
	return list, len(all), nil
}

// records iterates over the whole archive.
func (s *server) records(ctx context.Context) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		all, err := s.digest.all(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		ids := make([]string, len(all))
		for i, o := range sorted(all) {
			ids[i] = o.id
		}
		for some := range slices.Chunk(ids, batch) {
			if ctx.Err() != nil {
				yield(nil, ctx.Err())
				return
			}
			for r, err := range s.Archive.RecordsOf(some...) {
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

// sorted returns outlines in the order of publication, then by id.
func sorted(all []*outline) []*outline {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b *outline) int {
		if c := a.published.Compare(b.published.Time); c != 0 {
			return c
		}
		if a.id < b.id {
			return -1
		}
		return 1
	})
	return all
}

func (s *server) recycledPage(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, recycledPerPage)
	if err != nil {
		return err
	}
	list, total, err := s.recycledQuotes(r, f)
	if err != nil {
		return err
	}
	f = filter{Page: f.Page, Size: f.Size}
	return s.show(w, http.StatusOK, "recycled", page{Title: "Recycled quotations", Current: "Quotations", Data: recycledData{total, list, f.pager("/quotations/recycled", total)}})
}
