package marks_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"archiver/article"
	"archiver/invented"
	"archiver/marks"

	"github.com/google/go-cmp/cmp"
)

// What is read scores against itself as right in every field.
func TestScoreSame(t *testing.T) {
	var s marks.Score
	for r := range invented.Records(50) {
		if differences := s.Add(marks.Of(r), marks.Of(r)); len(differences) > 0 {
			t.Errorf("%s: %v", r.URL, differences)
		}
	}
	if s.Releases() != 50 {
		t.Errorf("%d releases, want 50", s.Releases())
	}
	for _, l := range s.Lines() {
		if l.Right != l.Marked || l.Right != l.Read || l.F1.Share != 1 || l.F1.High != 1 || l.F1.Low >= 1 != (l.Marked == 0) || l.F1.Low < 0.6 {
			t.Errorf("%+v, want all right, with a bound below that", l)
		}
	}
}

func TestScore(t *testing.T) {
	var s marks.Score
	quote := func(speaker string, words ...string) marks.Quote { return marks.Quote{Speaker: speaker, Words: words} }
	differences := s.Add(
		marks.Marks{Quotes: []marks.Quote{quote("April Hill", "It’s late.", "Go home."), quote("", "Stay.")}, Phones: []string{}},
		marks.Marks{Quotes: []marks.Quote{quote("Oswald Plum", "It's late.", "Go  home.")}, Phones: []string{"101"}, Advice: []string{"Not marked."}},
	)
	want := []marks.Difference{
		{Field: "quotes: words", Text: "Stay.", Marked: true},
		{Field: "and speaker", Text: "Oswald Plum | It's late. Go home."},
		{Field: "and speaker", Text: "April Hill | It's late. Go home.", Marked: true},
		{Field: "and speaker", Text: "| Stay.", Marked: true},
	}
	if diff := cmp.Diff(want, differences[:len(want)]); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	lines := map[string]marks.Line{}
	for _, l := range s.Lines() {
		lines[strings.TrimSpace(l.Field)] = l
	}
	if _, ok := lines["advice items"]; ok {
		t.Error("what was not marked is scored")
	}
	for name, counts := range map[string][3]int{"quotes: words": {2, 1, 1}, "and speaker": {2, 1, 0}, "phones": {0, 1, 0}} {
		l := lines[name]
		if got := [3]int{l.Marked, l.Read, l.Right}; got != counts {
			t.Errorf("%s: marked, read, right are %v, want %v", name, got, counts)
		}
	}
	if l := lines["quotes: words"]; l.Precision.Share != 1 || l.Recall.Share != 0.5 || math.Abs(l.F1.Share-2.0/3) > 1e-9 {
		t.Errorf("got %+v", l)
	}
}

// Of many such samples the true share lies within the bounds in about 95 of 100.
// One that is off is a matter of chance; here the dice are fixed.
func TestInterval(t *testing.T) {
	const truth = 0.8
	within := 0
	const samples = 200
	for n := range samples {
		var s marks.Score
		for i := range 100 {
			m := marks.Marks{Kind: "fraud"}
			read := m
			// A cheap sequence that is spread evenly enough.
			if _, part := math.Modf(float64(n*100+i)*0.6180339887 + float64(n*n%97)*0.137); part >= truth {
				read.Kind = "appeal"
			}
			s.Add(m, read)
		}
		if l := s.Lines()[0]; l.F1.Low <= truth && truth <= l.F1.High {
			within++
		}
	}
	if within < samples*9/10 {
		t.Errorf("the true share lies within the bounds of %d samples of %d", within, samples)
	}
}

func TestSheet(t *testing.T) {
	records := []*article.Record{invented.Record(3, 100), invented.Record(4, 100)}
	records[1].Title = "A title: with #marks, \"quotes\" and\ttabs 😀"
	records[1].Blocks[0].Text = "--- \n...\n# no comment\n\u202e\u0007 " + records[1].Blocks[0].Text
	var b bytes.Buffer
	if err := marks.WriteSheet(&b, records, []string{"a, 2011", "b, 2012"}); err != nil {
		t.Fatal(err)
	}
	got, err := marks.ReadSheet(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d releases, want 2", len(got))
	}
	for i, r := range got {
		if r.ID != records[i].ID || r.URL != records[i].URL || r.Revision != 1 || r.Marked || r.Stratum == "" {
			t.Errorf("release %d is %+v", i, r)
		}
		if !strings.Contains(r.Text, records[i].Title) || !strings.Contains(r.Text, records[i].Blocks[0].Text) {
			t.Errorf("the text of release %d is not that of the record:\n%s", i, r.Text)
		}
		if diff := cmp.Diff(marks.Marks{}, r.Marks); diff != "" {
			t.Errorf("release %d has marks (-want +got):\n%s", i, diff)
		}
	}
}

func TestReadSheet(t *testing.T) {
	const filled = `# A comment.
---
id: abc
marked: true
quotes:
- speaker: April Hill
  role: PC
  unit:
  words: ["One.", "Two."]
- speaker: ""
  role: the victim's mother
  words:
  - Three: and more.
advice: []
phones: ["101", 0800 555 111]
amounts: [1200, 3.5]
kind: fraud
topics: [fraud/courier]
`
	got, err := marks.ReadSheet(strings.NewReader(strings.Replace(filled, "Three: and", "Three and", 1)))
	if err != nil {
		t.Fatal(err)
	}
	want := []marks.Release{{ID: "abc", Marked: true, Marks: marks.Marks{
		Quotes: []marks.Quote{{Speaker: "April Hill", Role: "PC", Words: []string{"One.", "Two."}}, {Role: "the victim's mother", Words: []string{"Three and more."}}},
		Advice: []string{}, Phones: []string{"101", "0800 555 111"}, Amounts: []float64{1200, 3.5}, Kind: "fraud", Topics: []string{"fraud/courier"},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	for name, test := range map[string]struct{ sheet, says string }{
		"a wrong word":     {"id: abc\nqoutes: []\n", "qoutes"},
		"no id":            {"marked: true\n", "no id"},
		"no such kind":     {"id: abc\nkind: fruad\n", `no kind "fruad"`},
		"no time":          {"id: abc\npublished: yesterday\n", "no time like"},
		"no words":         {"id: abc\nquotes:\n- speaker: X\n", "no words"},
		"no YAML":          {"id: [", "release 1"},
		"a colon too many": {filled, "release 1"},
		"the second":       {"id: a\n---\nid: b\nkind: x\n", "release 2"},
	} {
		if _, err := marks.ReadSheet(strings.NewReader(test.sheet)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want one that says %q", name, err, test.says)
		}
	}
	if got, err := marks.ReadSheet(strings.NewReader("")); err != nil || len(got) != 0 {
		t.Errorf("an empty sheet: %v, %v", got, err)
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add("id: a\nquotes: [{words: [x]}]\n---\nid: b\n")
	f.Fuzz(func(t *testing.T, sheet string) {
		releases, err := marks.ReadSheet(strings.NewReader(sheet))
		if err != nil {
			return
		}
		var s marks.Score
		for _, r := range releases {
			s.Add(r.Marks, r.Marks)
		}
		for _, l := range s.Lines() {
			if l.Right != l.Marked {
				t.Errorf("%+v: the same marks are not all right", l)
			}
		}
	})
}
