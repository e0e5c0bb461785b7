package topics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// written puts phrases into words: "a|b" for one of some words, ~4 for a gap.
func written(phrases []phrase) []string {
	var out []string
	for _, p := range phrases {
		var words []string
		for _, s := range p {
			switch s.kind {
			case oneOf:
				words = append(words, strings.Join(s.words, "|"))
			case upTo:
				words = append(words, fmt.Sprint("~", s.gap))
			default:
				words = append(words, []string{anyWord: "<any>", anyNumber: "<number>", anyMoney: "<money>"}[s.kind])
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	slices.Sort(out)
	return out
}

func TestCompile(t *testing.T) {
	s := &sets{source: map[string][]string{
		"crook": {"fraudster(s)", "con man|men"},
		"two":   {"<crook>", "thief"},
	}}
	for _, test := range []struct {
		pattern string
		want    []string
	}{
		{"Rogue Trader", []string{"rogue trader"}},
		{"e-mail", []string{"e mail"}},
		{"victim's", []string{"victim"}},
		{"don’t", []string{"dont"}},
		{"scam(s|mer)", []string{"scam|scammer|scams"}},
		{"scam(s)?", []string{"scam|scams"}},
		{"the? bank", []string{"bank", "the bank"}},
		{"fake|bogus officer", []string{"bogus|fake officer"}},
		{"(police officer|bank) call(s)", []string{"bank call|calls", "police officer call|calls"}},
		{"posed ... police", []string{"posed ~4 police"}},
		{"posed …8 police", []string{"posed ~8 police"}},
		{"lost <money> in <number> <any>", []string{"lost <money> in <number> <any>"}},
		{"<two> caught", []string{"con men|man caught", "fraudster|fraudsters|thief caught"}},
		{"(a b|a b) c", []string{"a b c"}},
	} {
		got, err := s.compile(test.pattern)
		if err != nil {
			t.Errorf("%q: %v", test.pattern, err)
			continue
		}
		want := slices.Clone(test.want)
		for i := range want { // words of one step are sorted
			want[i] = strings.ReplaceAll(want[i], "men|man", "man|men")
		}
		if !slices.Equal(written(got), want) {
			t.Errorf("%q: got %q, want %q", test.pattern, written(got), want)
		}
	}
}

func TestCompileErrors(t *testing.T) {
	s := &sets{source: map[string][]string{"me": {"a <me>"}, "empty": {}, "wide": {"(a b|c d|e f|g h|i j|k l|m n|o p)"}}}
	for _, test := range []struct{ pattern, want string }{
		{"", "no word"},
		{"  ", "no word"},
		{"a?", "no words at all"},
		{"... a", "begins or ends with a gap"},
		{"a ...", "begins or ends with a gap"},
		{"a ... ... b", "two gaps"},
		{"a ...99 b", "from 1 to 12"},
		{"<any> b", "begins with <any>"},
		{"(a|b", "no closing"},
		{"a) b", "no opening"},
		{"scam(s", "no closing"},
		{"scam(s t)", "no ending"},
		{"a |b", "put what it divides in brackets"},
		{"(a|)", "no word where one must stand"},
		{"a|| b", "no word after"},
		{"<nobody>", "is no set"},
		{"<nobody", `no ">"`},
		{"<me>", "contains itself"},
		{"<empty>", "is empty"},
		{"<wide> <wide> <wide>", "divide it"},
		{"fraud £", "has no meaning"},
		{strings.Repeat("a ", 30), "more than 24 words"},
		{strings.Repeat("(", 20) + "a" + strings.Repeat(")", 20), "deep"},
		{strings.Repeat("a", 60), "longer than 40"},
	} {
		if _, err := s.compile(test.pattern); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %v, want one with %q", test.pattern, err, test.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"The victim's £1,200.50 was lost.", "the victim money was lost /"},
		{"Don’t e-mail; it's FRAUD!", "dont e mail it fraud /"},
		{"Mr. Hill, J. Marsh and Dr. May ran. They fell", "mr hill j marsh and dr may ran / they fell"},
		{"At 6.30pm 12 men", "at number:6.30pm number:12 men"},
		{"one\ntwo", "one / two"},
		{"in\u00adter\u200bnet café’s “end.” Next", "internet café end / next"},
		{"“He said: ‘no.’ ” gone", "he said no / gone"},
		{strings.Repeat("x", 41) + " y", " y"},
		{"www.actionfraud.police.uk/x", "www actionfraud police uk x"},
	} {
		r := reader{text: test.text}
		var got []string
		for r.at < len(r.text) {
			if !r.next() {
				if r.at < len(r.text) || strings.HasSuffix(test.want, "/") {
					got = append(got, "/")
				}
				continue
			}
			word := r.folded()
			switch r.class {
			case number:
				word = "number:" + word
			case money:
				word = "money"
			}
			got = append(got, word)
		}
		if joined := strings.Join(got, " "); joined != test.want {
			t.Errorf("%q: got %q, want %q", test.text, joined, test.want)
		}
	}
}
