package store_test

import (
	"errors"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"
)

// readBy is a visit as a reader of that version makes it. The first one takes the
// footer for text.
func readBy(version string, v article.Visit) article.Visit {
	r := *v.Record
	r.Extraction.Version = version
	if version == "1" {
		const footer = "Share this page."
		r.Blocks = append(r.Blocks[:1:1], article.Block{Kind: article.BlockParagraph, Text: footer, Markdown: footer})
	}
	r.Fill()
	v.Record = &r
	return v
}

// second reads a page of visitOf as the second reader does.
func second(p article.Page) (*article.Record, error) {
	_, rest, _ := strings.Cut(string(p.Body), "<h1>")
	title, rest, _ := strings.Cut(rest, "</h1><p>")
	text, _, ok := strings.Cut(rest, "</p>")
	if !ok {
		return nil, errors.New("no page")
	}
	v := visitOf(p.URL, p.Address(), title, text, noon.Add(1e9*60), p.Fetched)
	return readBy("2", v).Record, nil
}

// What a better reader makes of a page is no change of the page.
func TestReread(t *testing.T) {
	for name, c := range map[string]struct {
		look article.Visit
		ref  string
		want string
	}{
		"furniture alone":      {visit(1, "One.", at(2)), urlOf(1), "One. 1-2"},
		"the text too":         {visit(1, "Two.", at(2)), urlOf(1), "One. 1-1, Two. 2-2"},
		"moved":                {visitOf(urlOf(1), urlOf(1)+"moved/", "Appeal 1", "One.", visit(1, "", noon).Record.Published.Time, at(2)), urlOf(1) + "moved/", "One. 1-2"},
		"it was missing":       {visit(1, "One.", at(9)), urlOf(1), "One. 1-9"},
		"without a time":       {undated(visit(1, "One.", at(2))), urlOf(1), "One. 1-2"},
		"the same to the byte": {visit(1, "One.", at(1)), urlOf(1), "One. 1-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := filled(t, readBy("1", visit(1, "One.", at(1))))
			if name == "it was missing" {
				save(t, s, missing404(urlOf(1), at(3)))
			}
			s.Reread = second
			got, err := s.Save(readBy("2", c.look))
			if err != nil {
				t.Fatal(err)
			}
			if got := life(t, s, c.ref); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if want := strings.Contains(c.want, ","); want != (got[0] == article.OutcomeChanged) {
				t.Errorf("the outcome is %s", got[0])
			}
			revisions, err := s.Revisions(c.ref)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range revisions {
				if r.Extraction.Version != "2" || r.Status != article.StatusLive || strings.Contains(r.Text, "Share") {
					t.Errorf("revision %d, by reader %s, is %s and says %q", r.Revision, r.Extraction.Version, r.Status, r.Text)
				}
			}
		})
	}
}

func undated(v article.Visit) article.Visit {
	v.Record.Published, v.Record.PublishedText = article.Time{}, ""
	return v
}

// A kept page that today's reader cannot read, or reads without its profile, leaves
// all as it was: the next revision is one.
func TestRereadFails(t *testing.T) {
	for name, reread := range map[string]func(article.Page) (*article.Record, error){
		"error":   func(article.Page) (*article.Record, error) { return nil, errors.New("out of ink") },
		"nothing": func(article.Page) (*article.Record, error) { return nil, nil },
		"no profile": func(p article.Page) (*article.Record, error) {
			r, err := second(p)
			if err == nil {
				r.Extraction.Profile = ""
			}
			return r, err
		},
		"bad record": func(p article.Page) (*article.Record, error) {
			r, err := second(p)
			if err == nil {
				r.Kind = "nonsense"
			}
			return r, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			first := readBy("1", visit(1, "One.", at(1)))
			first.Record.Extraction.Profile = "x"
			s := filled(t, first)
			s.Reread = reread
			save(t, s, readBy("2", visit(1, "One.", at(2))))
			revisions, err := s.Revisions(urlOf(1))
			if err != nil || len(revisions) != 2 || revisions[0].Extraction.Version != "1" || revisions[1].Extraction.Version != "2" {
				t.Errorf("got %d revisions, %v", len(revisions), err)
			}
		})
	}
}

// A reader is asked only where it matters: not for a page that says the same.
func TestRereadSeldom(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
	asked := 0
	s.Reread = func(p article.Page) (*article.Record, error) { asked++; return second(p) }
	save(t, s, visit(1, "One.", at(2)), visit(2, "Two.", at(2)), visit(3, "Three.", at(2)), known(urlOf(2), article.StateUnchanged, at(3)))
	if asked > 0 {
		t.Errorf("it was asked %d times", asked)
	}
	// Of two looks in one commit the second meets what the first has brought.
	save(t, s, visit(1, "Other.", at(4)), visit(1, "Other.", at(5)))
	if r := record(t, s, urlOf(1)); r.Revision != 2 || r.Text != "Other." {
		t.Errorf("revision %d says %q", r.Revision, r.Text)
	}
}

// documentOf is a visit of a document in the place of a page.
func documentOf(v article.Visit) article.Visit {
	p := *v.Page
	p.Status, p.Header = 0, map[string][]string{"Content-Type": {"text/markdown; charset=utf-8"}}
	p.Body = []byte("Document. " + v.Record.Text)
	v.Page = &p
	return v
}

// A live page takes the place of a document with the same words, whatever became
// of its marks and paragraphs, as it does in Import; other words are a revision.
func TestSaveOverDocument(t *testing.T) {
	for text, want := range map[string]int{"“One,” he said.\nTwo": 1, "One, he said. Two.": 1, "One, he said. Three.": 2} {
		for name, put := range map[string]func(*store.Store, article.Visit){
			"save":   func(s *store.Store, v article.Visit) { save(t, s, v) },
			"import": func(s *store.Store, v article.Visit) { imported(t, s, v) },
		} {
			s := create(t)
			imported(t, s, documentOf(visit(1, "\"One,\" he said.\n\nTwo.", at(1))))
			put(s, visit(1, text, at(5)))
			r := record(t, s, urlOf(1))
			if r.Revision != want || r.Capture.Status != 200 || r.Text != text {
				t.Errorf("%s of %q: revision %d of status %d, want %d of 200", name, text, r.Revision, r.Capture.Status, want)
			}
			if !r.FirstSeen.Equal(at(1)) || !r.LastSeen.Equal(at(5)) || (want == 1) != r.LastChanged.Equal(at(1)) {
				t.Errorf("%s of %q: first seen %v, changed %v, last seen %v", name, text, r.FirstSeen, r.LastChanged, r.LastSeen)
			}
			p, err := s.Page(urlOf(1), 0)
			if err != nil || p.Status != 200 || !p.Fetched.Equal(at(5)) {
				t.Errorf("%s of %q: its page is %+v, %v", name, text, p, err)
			}
		}
	}
}
