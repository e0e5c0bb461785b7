package extract

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPhrases(t *testing.T) {
	set := phraseSet("stay|staying safe", "and? if some|any", "keep ... secure", "don t")
	for text, want := range map[string]bool{
		"Staying SAFE on line":             true,
		"stay very safe":                   false,
		"If any of these":                  true,
		"and if some":                      true,
		"and some":                         false,
		"keep secure":                      true,
		"Keep your back garden secure":     true,
		"keep your big back garden secure": false,
		"Don't":                            true,
		"don t":                            true,
		"unstay safe":                      false,
		"":                                 false,
		"keep":                             false,
		"keep your":                        false,
	} {
		if got := set.in(text); got != want {
			t.Errorf("in(%q) is %v", text, got)
		}
	}
	if !set.begins("“Stay safe”") || set.begins("Do stay safe") {
		t.Error("begins does not look at the first word alone")
	}
}

func TestWordsHas(t *testing.T) {
	set := wordSet("officer co inspector")
	for word, want := range map[string]bool{
		"Officer": true, "OFFICER": true, "officer": true, "office": false, "": false,
		strings.Repeat("officer", 9): false, "öfficer": false,
	} {
		if got := set.has(word); got != want {
			t.Errorf("has(%q) is %v", word, got)
		}
	}
	if !set.in("the police-Officer said") || set.in("the officers said") || set.in("backofficer") {
		t.Error("in looks at more or less than whole words")
	}
}

// What folded calls folded must be what folding makes of it, character by
// character.
func TestFolded(t *testing.T) {
	alphabet := []rune("ab .\n\t\u00a0\u200b\u2028£“”’–…é\u202f\u00ad\x00\x7f\uFFFD€")
	r := rand.New(rand.NewPCG(1, 2))
	yes := 0
	for range 200_000 {
		s := make([]rune, r.IntN(7))
		for i := range s {
			s[i] = alphabet[r.IntN(len(alphabet))]
		}
		text := string(s)
		if !folded(text) {
			continue
		}
		yes++
		var slow strings.Builder
		space := false
		for _, c := range text {
			switch kindOf(c, 0) {
			case charVisible:
				if space && slow.Len() > 0 {
					slow.WriteByte(' ')
				}
				slow.WriteRune(c)
				space = false
			case charSpace, charBreak:
				space = true
			}
		}
		if got := slow.String(); got != text {
			t.Fatalf("%q is called folded, and folding makes %q of it", text, got)
		}
	}
	if yes < 1000 {
		t.Errorf("only %d texts were folded", yes)
	}
}
