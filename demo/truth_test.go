package demo_test

import (
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/demo"
)

// Every truth file is consistent with its release and with the rules that hold
// for a record. Whether it is true only a reader can say.
func TestTruth(t *testing.T) {
	for _, r := range demo.Releases() {
		t.Run(r.Name, func(t *testing.T) {
			w := truth(t, r.Name)
			if w.Title != r.Title {
				t.Errorf("title is %q, want %q", w.Title, r.Title)
			}
			if !w.Published.Equal(r.Published) || w.PublishedText != r.PublishedText() {
				t.Errorf("published is %s (%s), want %s (%s)", w.Published, w.PublishedText, article.At(r.Published), r.PublishedText())
			}
			checkRecord(t, r, w)
			checkBlocks(t, w)
			checkQuotes(t, w)
			checkMentions(t, w)
		})
	}
}

func TestTruthNotFound(t *testing.T) {
	if _, err := demo.Truth("no-such-release"); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("error is %v, want one that is ErrNotFound", err)
	}
}

func TestWantFor(t *testing.T) {
	w := truth(t, "payment-diversion")
	for _, d := range []demo.Design{demo.DesignPlatform, demo.DesignArticle} {
		if !reflect.DeepEqual(w.For(d), w) {
			t.Errorf("%s changes the truth", d)
		}
	}
	divs := w.For(demo.DesignDivs)
	for i, b := range divs.Blocks {
		if b.Level != 0 || b.Kind == article.BlockQuote {
			t.Errorf("block %d is a %s of level %d", i, b.Kind, b.Level)
		}
	}
	if !slices.ContainsFunc(w.Blocks, func(b article.Block) bool { return b.Kind == article.BlockQuote }) {
		t.Error("For changed the blocks that it was called for")
	}
}

// checkRecord makes the record that a perfect reader would make and validates it.
func checkRecord(t *testing.T, r demo.Release, w demo.Want) {
	t.Helper()
	record := article.Record{
		URL:           demo.Base + r.Address(),
		Site:          demo.ID,
		Status:        article.StatusLive,
		Title:         w.Title,
		PublishedText: w.PublishedText,
		Lead:          w.Lead,
		Kind:          w.Kind,
		Blocks:        w.Blocks,
	}
	record.Fill()
	if err := record.Validate(); err != nil {
		t.Error(err)
	}
}

func checkBlocks(t *testing.T, w demo.Want) {
	t.Helper()
	first := slices.IndexFunc(w.Blocks, func(b article.Block) bool { return b.Kind == article.BlockParagraph })
	if first < 0 || w.Blocks[first].Text != w.Lead {
		t.Errorf("lead %q is not the first paragraph", w.Lead)
	}
	unfit := regexp.MustCompile(`[\x{a0}\x{200b}-\x{200d}\x{2060}\x{feff}]|  | \n|\n |\n\n`)
	for i, b := range w.Blocks {
		if at := unfit.FindString(b.Text); at != "" {
			t.Errorf("block %d holds %q: %q", i, at, b.Text)
		}
		if b.Kind == article.BlockList && len(b.Items) < 2 {
			t.Errorf("block %d is a list of %d", i, len(b.Items))
		}
		for _, item := range b.Items {
			if strings.Contains(item, "\n") || strings.HasPrefix(item, "•") || item == "" {
				t.Errorf("block %d has the item %q", i, item)
			}
		}
		if b.Kind == article.BlockHeading && strings.HasSuffix(b.Text, "said:") {
			t.Errorf("block %d, an attribution, is a heading: %q", i, b.Text)
		}
	}
}

// checkQuotes looks for every quoted paragraph, the pieces of an interrupted one
// in their order, in one of the blocks.
func checkQuotes(t *testing.T, w demo.Want) {
	t.Helper()
	for _, q := range w.Quotes {
		if q.Speaker == "" && q.Role == "" {
			t.Errorf("quote %q has neither speaker nor role", q.Paragraphs)
		}
		for _, name := range []string{q.Speaker, q.Role, q.Unit} {
			if !stands(w, name) {
				t.Errorf("%q is not in the text", name)
			}
		}
		if len(q.Paragraphs) == 0 {
			t.Errorf("quote of %q has no paragraphs", q.Speaker)
		}
		for _, p := range q.Paragraphs {
			if !slices.ContainsFunc(w.Blocks, func(b article.Block) bool { return inOrder(b.Text, p) }) {
				t.Errorf("no block holds the words %q", p)
			}
			if p != strings.TrimSpace(p) || strings.ContainsAny(p[:1]+p[len(p)-1:], `"“”`) {
				t.Errorf("quoted paragraph %q is not trimmed", p)
			}
		}
	}
}

func checkMentions(t *testing.T, w demo.Want) {
	t.Helper()
	for _, a := range w.Advice {
		if !stands(w, a.Heading) {
			t.Errorf("advice heading %q is not in the text", a.Heading)
		}
		if !slices.ContainsFunc(w.Blocks, func(b article.Block) bool { return slices.Equal(b.Items, a.Items) }) {
			t.Errorf("no list has the items of advice %q", a.Heading)
		}
	}
	for _, list := range [][]string{w.References, w.Operations, w.Phones} {
		for i, s := range list {
			if !stands(w, s) || s == "" {
				t.Errorf("%q is not in the text", s)
			}
			if slices.Contains(list[:i], s) {
				t.Errorf("%q stands twice", s)
			}
		}
	}
	for _, topic := range w.Topics {
		if !strings.HasPrefix(topic, "fraud/") {
			t.Errorf("topic %q is no fraud", topic)
		}
	}
	if w.Kind == article.KindFraud && len(w.Topics) == 0 {
		t.Error("a fraud without a topic")
	}
}

// stands reports whether s stands somewhere in the text.
func stands(w demo.Want, s string) bool { return strings.Contains(article.PlainText(w.Blocks), s) }

// inOrder reports whether the words of part stand in text in their order.
func inOrder(text, part string) bool {
	words := strings.Fields(strings.NewReplacer(`"`, " ", "“", " ", "”", " ").Replace(text))
	for _, want := range strings.Fields(strings.NewReplacer(`"`, " ", "“", " ", "”", " ").Replace(part)) {
		i := slices.IndexFunc(words, func(w string) bool { return strings.Trim(w, "'‘’") == strings.Trim(want, "'‘’") })
		if i < 0 {
			return false
		}
		words = words[i+1:]
	}
	return true
}

func truth(t *testing.T, name string) demo.Want {
	t.Helper()
	w, err := demo.Truth(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
