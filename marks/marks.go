// Package marks holds the reader against what a person found in the same releases:
// [Marks] is what was found, a sheet of [Release] is the file that people fill in,
// and a [Score] says how often the reader agrees.
package marks

import (
	"slices"
	"strconv"
	"strings"

	"archiver/article"
)

// Marks are what a person found in a release. A list that is nil, or a word that
// is "", was not looked at and is not scored; a list that is empty says that there
// is none.
type Marks struct {
	Title     string   `yaml:"title"`
	Published string   `yaml:"published"` // in the form of the record
	Lead      string   `yaml:"lead"`
	Quotes    []Quote  `yaml:"quotes"`
	Advice    []string `yaml:"advice"` // the items of lists of advice
	// References, Operations and Phones are as printed, each once.
	References []string  `yaml:"references"`
	Operations []string  `yaml:"operations"`
	Phones     []string  `yaml:"phones"`
	Emails     []string  `yaml:"emails"`
	Amounts    []float64 `yaml:"amounts"` // pounds, each once
	Kind       string    `yaml:"kind"`
	Topics     []string  `yaml:"topics"` // "fraud/…" and others
}

// A Quote is a turn of speech, by the rules of the record.
type Quote struct {
	Speaker string   `yaml:"speaker"`
	Role    string   `yaml:"role"`
	Unit    string   `yaml:"unit"`
	Words   []string `yaml:"words"` // a paragraph each, without the marks
}

// Of returns what the reader found, in the same form.
func Of(r *article.Record) Marks {
	m := Marks{
		Title: r.Title, Lead: r.Lead, Kind: string(r.Kind),
		Quotes: []Quote{}, Advice: []string{}, References: []string{}, Operations: []string{},
		Phones: []string{}, Emails: []string{}, Amounts: []float64{}, Topics: []string{},
	}
	if !r.Published.IsZero() {
		m.Published = r.Published.String()
	}
	for _, q := range r.Quotes {
		m.Quotes = append(m.Quotes, Quote{q.Speaker, q.Role, q.Unit, q.Paragraphs})
	}
	for _, a := range r.Advice {
		m.Advice = append(m.Advice, a.Items...)
	}
	for _, ref := range r.References {
		if ref.Kind == "operation" {
			m.Operations = append(m.Operations, ref.Text)
		} else {
			m.References = append(m.References, ref.Text)
		}
	}
	for _, p := range r.Phones {
		m.Phones = append(m.Phones, p.Text)
	}
	for _, e := range r.Emails {
		m.Emails = append(m.Emails, e.Value)
	}
	for _, a := range r.Amounts {
		m.Amounts = append(m.Amounts, a.Value)
	}
	for _, t := range r.Topics {
		m.Topics = append(m.Topics, t.ID)
	}
	return m
}

// A field is something that is scored: as texts, of which those that are in both
// are right. No texts (nil) say that it was not marked.
type field struct {
	name string
	of   func(Marks) []string
}

// fields are what is scored, in the order of tables. A quotation is right if its
// words are, then if the speaker is too, then the role, then the unit.
var fields = []field{
	{"title", func(m Marks) []string { return one(m.Title) }},
	{"published", func(m Marks) []string { return one(m.Published) }},
	{"lead", func(m Marks) []string { return one(m.Lead) }},
	{"quotes: words", func(m Marks) []string { return m.quotes(0) }},
	{"  and speaker", func(m Marks) []string { return m.quotes(1) }},
	{"  and role", func(m Marks) []string { return m.quotes(2) }},
	{"  and unit", func(m Marks) []string { return m.quotes(3) }},
	{"advice items", func(m Marks) []string { return m.Advice }},
	{"references", func(m Marks) []string { return distinct(m.References) }},
	{"operations", func(m Marks) []string { return distinct(m.Operations) }},
	{"phones", func(m Marks) []string { return distinct(m.Phones) }},
	{"emails", func(m Marks) []string { return distinct(m.Emails) }},
	{"amounts", func(m Marks) []string {
		if m.Amounts == nil {
			return nil
		}
		out := []string{}
		for _, pounds := range m.Amounts {
			out = append(out, strconv.FormatFloat(pounds, 'f', -1, 64))
		}
		return distinct(out)
	}},
	{"kind", func(m Marks) []string { return one(m.Kind) }},
	{"fraud or not", func(m Marks) []string {
		if m.Topics == nil {
			return nil
		}
		if slices.ContainsFunc(m.Topics, isFraud) {
			return []string{"fraud"}
		}
		return []string{}
	}},
	{"fraud kinds", func(m Marks) []string { return only(m.Topics, isFraud) }},
	{"other topics", func(m Marks) []string { return only(m.Topics, func(id string) bool { return !isFraud(id) }) }},
}

func isFraud(topic string) bool { return strings.HasPrefix(topic, "fraud/") }

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func distinct(texts []string) []string {
	if texts == nil {
		return nil
	}
	texts = append([]string{}, texts...)
	slices.Sort(texts)
	return slices.Compact(texts)
}

func only(texts []string, want func(string) bool) []string {
	if texts == nil {
		return nil
	}
	out := []string{}
	for _, s := range texts {
		if want(s) {
			out = append(out, s)
		}
	}
	return out
}

// quotes makes of each quotation a text of its words and the first depth of
// speaker, role and unit.
func (m Marks) quotes(depth int) []string {
	if m.Quotes == nil {
		return nil
	}
	out := []string{}
	for _, q := range m.Quotes {
		who := []string{q.Speaker, bare(q.Role), bare(q.Unit)}[:depth]
		out = append(out, strings.Join(append(who, strings.Join(q.Words, " ")), " | "))
	}
	return out
}

// bare is a role as it is compared: "a police spokesman" is "police spokesman".
func bare(role string) string {
	for _, article := range []string{"the ", "a ", "an ", "The ", "A ", "An "} {
		role = strings.TrimPrefix(role, article)
	}
	return role
}

var straight = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "\u00a0", " ")

// squash makes two texts that differ in marks and white space alone the same.
func squash(s string) string { return strings.Join(strings.Fields(straight.Replace(s)), " ") }
