package extract_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"archiver/article"
	"archiver/demo"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The reader scored against what people marked: run
//
//	go test ./scraper/extract -run Eval -v
//
// for the table, and every difference above it.

// A field is something of a record that is scored: the things wanted and those
// given, as text.
type field struct {
	name  string
	floor float64 // least F1 over the invented releases
	of    func(want demo.Want, got *article.Record) (wanted, given []string)
}

// fields are what is scored, in the order of the table. A quotation is right if
// the words of all its paragraphs are, then if the speaker is too, then the role,
// then the unit.
var fields = []field{
	{"title", 0.99, func(w demo.Want, r *article.Record) ([]string, []string) {
		return []string{w.Title}, []string{r.Title}
	}},
	{"published", 0.99, func(w demo.Want, r *article.Record) ([]string, []string) {
		return []string{w.Published.String() + " " + w.PublishedText}, []string{r.Published.String() + " " + r.PublishedText}
	}},
	{"lead", 0.97, func(w demo.Want, r *article.Record) ([]string, []string) {
		return []string{w.Lead}, []string{r.Lead}
	}},
	{"body, 4 words", 0.99, nil},
	{"quote: words", 0.99, quoteField(0)},
	{"  and speaker", 0.97, quoteField(1)},
	{"  and role", 0.96, quoteField(2)},
	{"  and unit", 0.94, quoteField(3)},
	{"advice items", 0.97, func(w demo.Want, r *article.Record) ([]string, []string) {
		return adviceItems(w.Advice), adviceItems(r.Advice)
	}},
	{"advice headings", 0.9, func(w demo.Want, r *article.Record) ([]string, []string) {
		return adviceHeadings(w.Advice), adviceHeadings(r.Advice)
	}},
	{"references", 0.97, func(w demo.Want, r *article.Record) ([]string, []string) {
		return w.References, mentions(r, func(kind string) bool { return kind != "operation" })
	}},
	{"operations", 0.95, func(w demo.Want, r *article.Record) ([]string, []string) {
		return w.Operations, mentions(r, func(kind string) bool { return kind == "operation" })
	}},
	{"phones", 0.97, func(w demo.Want, r *article.Record) ([]string, []string) {
		return w.Phones, numbers(r.Phones, func(n article.Number) string { return n.Text })
	}},
	{"emails", 0.95, func(w demo.Want, r *article.Record) ([]string, []string) {
		return w.Emails, numbers(r.Emails, func(n article.Number) string { return n.Value })
	}},
	{"amounts", 0.97, func(w demo.Want, r *article.Record) ([]string, []string) {
		var wanted, given []string
		for _, pounds := range w.Amounts {
			wanted = append(wanted, fmt.Sprint(pounds))
		}
		for _, a := range r.Amounts {
			given = append(given, fmt.Sprint(a.Value))
		}
		return wanted, distinct(given)
	}},
	{"kind", 0.93, func(w demo.Want, r *article.Record) ([]string, []string) {
		return []string{string(w.Kind)}, []string{string(r.Kind)}
	}},
	{"fraud or not", 0.95, func(w demo.Want, r *article.Record) ([]string, []string) {
		return fraud(w.Topics), fraud(topicIDs(r))
	}},
	{"fraud kinds", 0.9, func(w demo.Want, r *article.Record) ([]string, []string) {
		return fraudKinds(w.Topics), fraudKinds(topicIDs(r))
	}},
	{"other topics", 0.8, func(w demo.Want, r *article.Record) ([]string, []string) {
		return otherTopics(w.Topics), otherTopics(topicIDs(r))
	}},
}

func topicIDs(r *article.Record) []string {
	var ids []string
	for _, topic := range r.Topics {
		ids = append(ids, topic.ID)
	}
	return ids
}

const fraudPrefix = "fraud/"

func fraudKinds(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, fraudPrefix) })
}

func otherTopics(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return strings.HasPrefix(id, fraudPrefix) })
}

// fraud is one word where a release is about fraud, and none where it is not.
func fraud(ids []string) []string {
	if len(fraudKinds(ids)) > 0 {
		return []string{"fraud"}
	}
	return nil
}

// mentions are the references of some kinds as printed, each once.
func mentions(r *article.Record, of func(kind string) bool) []string {
	var found []string
	for _, m := range r.References {
		if of(m.Kind) {
			found = append(found, m.Text)
		}
	}
	return distinct(found)
}

func numbers(list []article.Number, text func(article.Number) string) []string {
	var found []string
	for _, n := range list {
		found = append(found, text(n))
	}
	return distinct(found)
}

func distinct(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

func quoteField(depth int) func(demo.Want, *article.Record) ([]string, []string) {
	return func(w demo.Want, r *article.Record) ([]string, []string) {
		return quoteKeys(w.Quotes, depth), quoteKeys(r.Quotes, depth)
	}
}

// quoteKeys makes of each quotation a text of the words and the first depth of
// speaker, role and unit.
func quoteKeys(quotes []article.Quote, depth int) []string {
	var keys []string
	for _, q := range quotes {
		who := []string{q.Speaker, bareRole(q.Role), bareRole(q.Unit)}[:depth]
		keys = append(keys, strings.Join(append(who, strings.Join(q.Paragraphs, " ")), " | "))
	}
	return keys
}

// bareRole is a role as it is compared: "a police spokesman" is "police
// spokesman".
func bareRole(role string) string {
	for _, article := range []string{"the ", "a ", "an ", "The ", "A ", "An "} {
		role = strings.TrimPrefix(role, article)
	}
	return role
}

func adviceItems(advice []article.Advice) []string {
	var items []string
	for _, a := range advice {
		items = append(items, a.Items...)
	}
	return items
}

func adviceHeadings(advice []article.Advice) []string {
	var headings []string
	for _, a := range advice {
		headings = append(headings, a.Heading)
	}
	return headings
}

// An evaluation adds up the fields of many releases.
type evaluation struct {
	t       *testing.T
	tallies map[string]*tally
}

// add scores one field of a release and logs what differs.
func (e *evaluation) add(name, release string, wanted, given []string) {
	e.t.Helper()
	c := e.tallies[name]
	if c == nil {
		c = &tally{}
		if e.tallies == nil {
			e.tallies = map[string]*tally{}
		}
		e.tallies[name] = c
	}
	wanted, given = squashed(wanted), squashed(given)
	c.want += len(wanted)
	c.got += len(given)
	for _, g := range given {
		if i := slices.Index(wanted, g); i >= 0 {
			wanted = slices.Delete(wanted, i, i+1)
			c.right++
		} else if release != "" {
			e.t.Logf("%s: %s: given %.140q", release, strings.TrimSpace(name), g)
		}
	}
	for _, w := range wanted {
		if release != "" {
			e.t.Logf("%s: %s: wanted %.140q", release, strings.TrimSpace(name), w)
		}
	}
}

// release scores all fields of a release.
func (e *evaluation) release(name string, w demo.Want, r *article.Record, fields []field) {
	e.t.Helper()
	for _, f := range fields {
		if f.of == nil {
			continue
		}
		wanted, given := f.of(w, r)
		if w.Amounts == nil && slices.Contains([]string{"emails", "amounts", "other topics"}, f.name) {
			continue // not marked
		}
		e.add(f.name, name, wanted, given)
	}
}

// table shows the fields in their order, then the baselines.
func (e *evaluation) table() string {
	rows := map[string]tally{}
	var order []string
	for name, c := range e.tallies {
		rows[name] = *c
	}
	for _, f := range fields {
		if e.tallies[f.name] != nil {
			order = append(order, f.name)
		}
	}
	for _, name := range []string{"(naive pairs)", "(readability)"} {
		if e.tallies[name] != nil {
			order = append(order, name)
		}
	}
	return "\n" + table(rows, order...)
}

func squashed(texts []string) []string {
	var out []string
	for _, text := range texts {
		if text = squash(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// grams are the rows of four words of a text, in small letters.
func grams(text string) []string {
	words := slices.DeleteFunc(strings.Fields(strings.ToLower(squash(text))), func(word string) bool {
		return !strings.ContainsFunc(word, unicode.IsLetter) && !strings.ContainsFunc(word, unicode.IsDigit)
	})
	var out []string
	for i := range max(0, len(words)-3) {
		out = append(out, strings.Join(words[i:i+4], " "))
	}
	return out
}

// naivePairs finds quotations as most programs do: whatever stands between two
// marks.
func naivePairs(r *article.Record) []string {
	var found []string
	parts := strings.Split(straight.Replace(r.Text), `"`)
	for i := 1; i+1 < len(parts); i += 2 {
		found = append(found, parts[i])
	}
	return found
}

// invented are releases that were written and marked for the purpose, by people
// who had not seen the reader: those of the demo and those of testdata/releases.
func invented(t testing.TB) map[string]fs.FS {
	t.Helper()
	return map[string]fs.FS{"demo": os.DirFS("../../demo"), "testdata": os.DirFS("../../testdata")}
}

// fragmentText is the text of an HTML fragment as a person reads it.
func fragmentText(t testing.TB, fragment string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		switch n.DataAtom {
		case atom.Strong, atom.B, atom.Em, atom.I, atom.A, atom.Span, 0:
		default:
			b.WriteByte('\n')
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	return b.String()
}

func TestEvalInvented(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures accuracy; without the race detector it runs in full")
	}
	site := mereshire(t)
	e := &evaluation{t: t}
	releases := 0
	for _, files := range invented(t) {
		all, err := demo.ReadReleases(files)
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range all {
			want, err := demo.ReadTruth(files, release.Name)
			if err != nil {
				t.Fatal(err)
			}
			releases++
			for _, design := range demo.Designs {
				page := renderRelease(t, release, design)
				got := readPage(t, site, page)
				name := release.Name
				if design != demo.DesignArticle {
					name = "" // the same once more: its differences are counted, not logged
				}
				e.release(name, want, got, fields)
				e.add("body, 4 words", name, grams(fragmentText(t, release.Body)), grams(got.Text))
				e.add("(naive pairs)", "", quoteKeys(want.Quotes, 0), naivePairs(got))
				e.add("(readability)", "", grams(fragmentText(t, release.Body)), grams(readabilityText(t, page.URL, page.Body)))
			}
		}
	}
	if releases < 120 {
		t.Errorf("%d releases, which is fewer than 120", releases)
	}
	t.Logf("%d invented releases in %d designs; in brackets the baselines: quotations by pairing marks, the body by go-readability%s", releases, len(demo.Designs), e.table())
	for _, f := range fields {
		if got := e.tallies[f.name].f1(); got < f.floor {
			t.Errorf("%s: F1 %.3f, floor %.3f", f.name, got, f.floor)
		}
	}
}

// A marking is what a person found in a document of the reference corpus.
type marking struct {
	File   string `json:"file"`
	Quotes []struct {
		Paras   []string `json:"paras"`
		Speaker string   `json:"speaker"`
		Role    string   `json:"role"`
		Unit    string   `json:"unit"`
	} `json:"quotes"`
	Advice     []string `json:"advice"`
	References []string `json:"references"`
	Phones     []string `json:"phones"`
	Fraud      bool     `json:"topic_fraud"`
	Kind       string   `json:"kind"`
}

// want is a marking in the form of the invented releases' truth.
func (m marking) want() demo.Want {
	w := demo.Want{References: m.References, Phones: m.Phones, Kind: article.Kind(strings.TrimSuffix(m.Kind, "-advice"))}
	for _, q := range m.Quotes {
		w.Quotes = append(w.Quotes, article.Quote{Speaker: q.Speaker, Role: q.Role, Unit: q.Unit, Paragraphs: q.Paras})
	}
	if len(m.Advice) > 0 {
		w.Advice = []article.Advice{{Items: m.Advice}}
	}
	if m.Fraud {
		w.Topics = []string{"fraud/other"}
	}
	return w
}

// markedFields are the fields that are marked in the reference corpus, with
// floors of their own.
var markedFields = map[string]float64{
	"quote: words": 0.98, "  and speaker": 0.97, "  and role": 0.95, "  and unit": 0.9, "advice items": 0.95,
	"references": 0.95, "phones": 0.97, "kind": 0.8, "fraud or not": 0.9,
}

// TestEvalReference scores the reader on real releases that were marked by hand.
func TestEvalReference(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures accuracy; without the race detector it runs in full")
	}
	dir := reference(t)
	f, err := os.Open(filepath.Join(dir, "marks.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set := profiles(t)
	e := &evaluation{t: t}
	marked := slices.DeleteFunc(slices.Clone(fields), func(f field) bool { return markedFields[f.name] == 0 })
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m marking
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		got := readDocument(t, filepath.Join(dir, m.File)).read(t, set, demo.DesignDivs)
		want := m.want()
		e.release(m.File, want, got, marked)
		e.add("(naive pairs)", "", quoteKeys(want.Quotes, 0), naivePairs(got))
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Log(e.table())
	for name, floor := range markedFields {
		if got := e.tallies[name].f1(); got < floor {
			t.Errorf("%s: F1 %.3f, floor %.3f", name, got, floor)
		}
	}
}

// A tally counts what was wanted, what was given, and what of it was right.
type tally struct{ want, got, right int }

func (c tally) precision() float64 { return ratio(c.right, c.got) }
func (c tally) recall() float64    { return ratio(c.right, c.want) }
func (c tally) f1() float64        { return ratio(2*c.right, c.want+c.got) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

var straight = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "\u00a0", " ")

// squash makes two texts that differ in marks and white space alone the same.
func squash(s string) string { return strings.Join(strings.Fields(straight.Replace(s)), " ") }

// table shows tallies as lines of a table.
func table(rows map[string]tally, order ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s %6s %6s %9s %7s %6s\n", "", "want", "got", "precision", "recall", "F1")
	for _, name := range order {
		c := rows[name]
		fmt.Fprintf(&b, "%-16s %6d %6d %9.3f %7.3f %6.3f\n", name, c.want, c.got, c.precision(), c.recall(), c.f1())
	}
	return b.String()
}
