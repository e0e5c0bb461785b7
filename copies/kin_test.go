package copies

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"archiver/article"
)

func TestPeople(t *testing.T) {
	for text, want := range map[string]string{
		"Three people have been charged in connection with the death of Kieran Walsh, who was found in Tolley Court.": "Kieran Walsh",
		"Leon Asante, 25, of Tolley Court, Aldersthorpe, and Shane McGarry (30) are charged.":                         "Leon Asante 25|Shane McGarry 30",
		"Detective Sergeant Ottoline Brackenwhistle, of the Economic Crime Team, said: “Stop.":                        "",
		"Mr John Bellwood of Mill Lane rang Castlefold Crown Court":                                                   "John Bellwood",
		"The Major Investigation Team and Action Fraud are at Castlefold Police Station on Monday.":                   "",
		"Officers found Mary O’Hara-Smith, aged 71, in Upper Green Street":                                            "Mary O’Hara-Smith 71",
		"":    "",
		"— –": "",
	} {
		var got []string
		for _, p := range people(text) {
			s := p.name
			if p.aged {
				s += " " + map[string]string{"Leon Asante": "25", "Shane McGarry": "30", "Mary O’Hara-Smith": "71"}[p.name]
			}
			got = append(got, s)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q names %q, not %q", text, strings.Join(got, "|"), want)
		}
	}
}

func mention(kind, value string) []article.Mention {
	return []article.Mention{{Kind: kind, Text: value, Value: value}}
}

// The chain of a story is found by reference, operation and name, each of them with
// its reason; what is of another force, too far off in time, or common, is not.
func TestKin(t *testing.T) {
	appeal := release("north", "appeal", "A violin was taken from a tram at Sedgeham. Have you heard it?", 1)
	appeal.References = mention("crime", "46/224456/20")
	arrest := release("north", "arrest", "Gideon Plumworth, 41, has been arrested after a violin was taken.", 3)
	arrest.References = append(mention("crime", "46/224456/20"), mention("operation", "OPERATION CATGUT")...)
	charge := release("north", "charge", "A man has been charged. Gideon Plumworth will be before magistrates.", 5)
	court := release("north", "court", "The orchestra was the victim of Operation Catgut’s first thief.", 9)
	court.References = mention("operation", "OPERATION CATGUT")
	elsewhere := release("south", "other", "Gideon Plumworth, 41, has won a marrow prize.", 4)
	elsewhere.References = mention("crime", "46/224456/20")
	later := release("north", "later", "Gideon Plumworth, 50, has retired from the orchestra.", 4)
	later.Published = article.At(later.Published.AddDate(9, 0, 0))
	records := []*article.Record{appeal, arrest, charge, court, elsewhere, later}
	for i := range 30 { // a man of whom everybody writes, and a number that is on every page
		r := release("north", "mayor"+string(rune('a'+i)), "Septimus Yarrow, 60, opened a fête.", 2)
		r.References = mention("reference", "REF 101")
		records = append(records, r)
	}
	m := newMemory(records...)
	ix := &Index{}
	if err := ix.Update(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	kin := func(r *article.Record) string {
		t.Helper()
		found, err := ix.Kin(r, m)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, relative := range found {
			s := relative.Record.Title
			for _, tie := range relative.Ties {
				s += " " + string(tie.Kind) + ":" + tie.Text
			}
			out = append(out, s)
		}
		return strings.Join(out, "; ")
	}
	for _, c := range []struct {
		of   *article.Record
		want string
	}{
		{appeal, "arrest reference:46/224456/20"},
		{arrest, "appeal reference:46/224456/20; charge name:Gideon Plumworth; court operation:OPERATION CATGUT"},
		{charge, "arrest name:Gideon Plumworth"},
		{court, "arrest operation:OPERATION CATGUT"},
		{elsewhere, ""},
		{records[10], ""},
	} {
		if got := kin(c.of); got != c.want {
			t.Errorf("%s has %q, not %q", c.of.Title, got, c.want)
		}
	}
}

// The copies of a release are laid beside it, as many as are wanted, and are no kin of
// its story, whatever they share.
func TestCopies(t *testing.T) {
	var records []*article.Record
	for i, name := range []string{"first", "second", "third"} {
		r := release("north", name, kayak, 1+i)
		r.References = mention("crime", "46/224456/20")
		records = append(records, r)
	}
	m := newMemory(records...)
	ix := &Index{}
	if err := ix.Update(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	for most, want := range map[string]string{"second 0": "first true third false", "second 1": "first true", "first 2": "second false third false"} {
		var of string
		var n int
		if _, err := fmt.Sscan(most, &of, &n); err != nil {
			t.Fatal(err)
		}
		r := records[slices.IndexFunc(records, func(r *article.Record) bool { return r.Title == of })]
		found, err := ix.Copies(r, m, n)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range found {
			got = append(got, fmt.Sprint(c.Record.Title, " ", c.Head))
			if c.Likeness.Band != Exact || c.Likeness.Of != [2]float64{1, 1} {
				t.Errorf("the same words are like it by %+v", c.Likeness)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s has the copies %v, not %s", most, got, want)
		}
		if kin, err := ix.Kin(r, m); err != nil || len(kin) > 0 {
			t.Errorf("copies are kin: %d, %v", len(kin), err)
		}
	}
}

func TestMatch(t *testing.T) {
	original := release("north", "kayak", kayak, 1)
	other := release("south", "bees", "A swarm of bees has taken the belfry of Saint Osyth for its own, and the bells have not been rung since Whitsun for fear of what they would say.", 2)
	m := newMemory(original, other)
	ix := &Index{}
	if err := ix.Update(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	text := "From our own man. THE STAIRS ARE NARROW, and the skylight is narrower, and the caretaker – who sleeps badly – heard nothing. Elsewhere, the bells have not been rung since Easter, for fear of what they would say to the bishop."
	found, err := ix.Match(text, m)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0].Record.ID != original.ID {
		t.Fatalf("%+v", found)
	}
	got := found[0]
	p := got.Passages[0]
	if got.Words != 17 || len(got.Passages) != 1 || p.Words != 17 || (p.Text != Stretch{5, 21}) || (p.Record != Stretch{36, 52}) ||
		!strings.HasPrefix(p.InText, "THE STAIRS") || !strings.HasSuffix(p.InText, "heard nothing") || !strings.HasPrefix(p.InBody, "The stairs are narrow and") {
		t.Errorf("%+v", got)
	}
	if all, err := ix.Match(kayak, m); err != nil || len(all) != 1 || all[0].OfText != 1 || all[0].OfRecord != 1 {
		t.Errorf("its own text: %+v (%v)", all, err)
	}
	for _, nothing := range []string{"", "Twelve words of which there are not any in the archive at all.", "\x00\xff"} {
		if found, err := ix.Match(nothing, m); err != nil || len(found) > 0 {
			t.Errorf("%q: %+v (%v)", nothing, found, err)
		}
	}
}

func TestRecycledQuotes(t *testing.T) {
	said := func(name, speaker string, paragraphs ...string) *article.Record {
		r := release("north", name, "x", 1)
		r.Quotes = []article.Quote{{Speaker: speaker, Role: "PC", Paragraphs: paragraphs}}
		return r
	}
	const long = "I hope that this sentence sends a clear message."
	records := []*article.Record{
		said("a", "Ann Ash", long, "Thank you all."),
		said("b", "Bob Birch", "I hope that this sentence sends a clear message", "Thank you all."),
		said("c", "Mary Ash", long), // one surname
		said("d", "", long),         // nobody
		said("e", "Cyd Cedar", "I hope that this marrow sends a clear message."),
	}
	found, err := RecycledQuotes(func(yield func(*article.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil || len(found) != 1 || found[0].Text != long || found[0].Words != 9 || found[0].Speakers != 2 {
		t.Fatalf("%+v (%v)", found, err)
	}
	var titles []string
	for _, s := range found[0].Said {
		titles = append(titles, s.Title)
	}
	if !slices.Equal(titles, []string{"a", "b", "c"}) {
		t.Errorf("said in %v", titles)
	}
}
