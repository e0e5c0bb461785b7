package topics

import (
	"strings"
	"testing"

	"archiver/article"
)

// What the compiler of patterns takes, it takes within its bounds, and a text made
// of a phrase is found by it.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{
		"rogue trader", "scam(s|med|mer)", "fake|bogus officer(s)", "(police officer|bank)? call ...8 <money>", "<crook> ... <any>",
		"a?", "((a|b) c|d)?e f", "(", "a ... ", "e-mail's", "<", "<me>", "é|ß(s)", "a|(b c)|d e", strings.Repeat("(a|b c)", 9),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		s := &sets{source: map[string][]string{"crook": {"fraudster(s)", "con man|men"}, "me": {"<me>"}}}
		phrases, err := s.compile(pattern)
		if err != nil {
			if len(phrases) > 0 {
				t.Errorf("%q: phrases and an error", pattern)
			}
			return
		}
		if len(phrases) == 0 || len(phrases) > mostPhrases {
			t.Fatalf("%q stands for %d phrases", pattern, len(phrases))
		}
		d := &document{Kinds: []rule{{ID: "other", Threshold: 1, Words: map[int][]string{1: {pattern}}, file: "x", sort: kindRule}}, Sets: s.source}
		delete(d.Sets, "me")
		r, err := d.compile()
		if err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
		for _, p := range phrases {
			if err := p.check(); err != nil {
				t.Fatalf("%q: %v", pattern, err)
			}
			var words []string
			for _, step := range p {
				switch step.kind {
				case oneOf:
					words = append(words, step.words[len(step.words)-1])
				case anyNumber, anyMoney:
					words = append(words, "£9")
				case anyWord, upTo:
					words = append(words, "zzz")
				}
			}
			text := strings.Join(words, " ")
			if _, reason := r.Kind(Release{Title: text}); reason == "no rule" {
				t.Errorf("%q: its phrase %q is not found", pattern, text)
			}
		}
	})
}

// Whatever the text, nothing panics, evidence stands in the text, and the same text
// gives the same reading.
func FuzzTag(f *testing.F) {
	for _, seed := range [][3]string{
		{"Courier fraud: couple lose £9,200", "A courier took the couple’s bank cards.", "https://x.example/news/appeals/x/"},
		{"MISSING: J. St John’s dog", "Mr. Hill said: “No.”\nfound safe", "/court-results/"},
		{"\xff\xfe£", "it's 'quoted' 5ft 1,2.3:4 £ £5 \u200b\u00ad’s", "://?"},
		{"", strings.Repeat("police fraud ", 400), ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	rules := Default()
	f.Fuzz(func(t *testing.T, title, body, address string) {
		rel := Release{Title: title, URL: address}
		for _, text := range strings.Split(body, "\n\n") {
			rel.Blocks = append(rel.Blocks, article.Block{Kind: article.BlockParagraph, Text: text})
		}
		got := rules.Read(rel)
		for _, topic := range got.Topics {
			if len(topic.Evidence) == 0 || len(topic.Evidence) > mostEvidence {
				t.Errorf("%s: evidence %q", topic.ID, topic.Evidence)
			}
			for _, words := range topic.Evidence {
				if words == "" || !strings.Contains(title, words) && !strings.Contains(body, words) {
					t.Errorf("%s: %q does not stand in the text", topic.ID, words)
				}
			}
		}
		if got.Reason == "" {
			t.Errorf("kind %s has no reason", got.Kind)
		}
		again := rules.Read(rel)
		if len(again.Topics) != len(got.Topics) || again.Kind != got.Kind || again.Reason != got.Reason {
			t.Errorf("read twice: %v, then %v", got, again)
		}
	})
}
