package topics_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/topics"
)

// file writes a rules file and returns its name.
func file(t testing.TB, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

const lighthouse = `
topics:
  - id: lighthouse
    name: Lighthouses
    threshold: 4
    words:
      2: [lighthouse(s)]
`

func TestLoadAdds(t *testing.T) {
	r, err := topics.Load(file(t, lighthouse))
	if err != nil {
		t.Fatal(err)
	}
	got := r.Tag(topics.Release{Title: "Lighthouse broken into by burglars"})
	ids := map[string]bool{}
	for _, topic := range got {
		ids[topic.ID] = true
	}
	if !ids["lighthouse"] || !ids["burglary"] {
		t.Errorf("got %v, want lighthouse and burglary", got)
	}
	if want := regexp.MustCompile(`^` + regexp.QuoteMeta(topics.Default().Version()) + `\+[0-9a-f]{8}$`); !want.MatchString(r.Version()) {
		t.Errorf("version %q, want it to match %v", r.Version(), want)
	}
	if have, own := len(r.Subjects()), len(topics.Default().Subjects()); have != own+1 {
		t.Errorf("%d subjects, want one more than %d", have, own)
	}
}

func TestLoadReplaces(t *testing.T) {
	r, err := topics.Load(file(t, strings.Replace(lighthouse, "id: lighthouse", "id: burglary", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Tag(topics.Release{Title: "Burglary in the night"}); len(got) != 0 {
		t.Errorf("got %v, want nothing: the rule was replaced", got)
	}
	if got := r.Tag(topics.Release{Title: "A lighthouse"}); len(got) != 1 || got[0].ID != "burglary" {
		t.Errorf("got %v, want burglary, as the user's rule has it", got)
	}
	if len(r.Subjects()) != len(topics.Default().Subjects()) {
		t.Error("a replaced topic is listed twice")
	}
}

// A set of the user's is there for the carried rules, and theirs for the user.
func TestLoadSets(t *testing.T) {
	r, err := topics.Load(file(t, `
sets:
  keeper: [keeper(s), warden(s)]
topics:
  - id: lighthouse
    name: Lighthouses
    threshold: 4
    words:
      2: ["<keeper> ... <police>"]
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Tag(topics.Release{Title: "Warden thanks the police"}); !slices.ContainsFunc(got, func(t article.Topic) bool { return t.ID == "lighthouse" }) {
		t.Errorf("got %v, want lighthouse among them", got)
	}
}

func TestLoadErrors(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"bad YAML":       {"topics: [\n  - x", []string{"mine.yaml", "line 2"}},
		"empty":          {"", []string{"mine.yaml", "empty"}},
		"unknown field":  {lighthouse + "    colour: red\n", []string{"mine.yaml", "line 8", `unknown key "colour"`}},
		"wrong type":     {strings.Replace(lighthouse, "threshold: 4", "threshold: high", 1), []string{"mine.yaml", "line 5", "high"}},
		"duplicate id":   {lighthouse + strings.TrimPrefix(lighthouse, "\ntopics:\n"), []string{"mine.yaml", `topic "lighthouse"`, "twice"}},
		"empty pattern":  {strings.Replace(lighthouse, "lighthouse(s)", `""`, 1), []string{"mine.yaml", `topic "lighthouse"`, `phrase ""`, "no word"}},
		"bad pattern":    {strings.Replace(lighthouse, "lighthouse(s)", `"(a|b"`, 1), []string{"mine.yaml", `topic "lighthouse"`, `phrase "(a|b"`, "closing"}},
		"no phrases":     {strings.Replace(lighthouse, "[lighthouse(s)]", "[]", 1), []string{"mine.yaml", `topic "lighthouse"`}},
		"unreachable":    {strings.Replace(lighthouse, "threshold: 4", "threshold: 400", 1), []string{"mine.yaml", `topic "lighthouse"`, "threshold of 400", "lower it"}},
		"no threshold":   {strings.Replace(lighthouse, "threshold: 4", "about: x", 1), []string{"mine.yaml", `topic "lighthouse"`, "threshold must be"}},
		"no name":        {strings.Replace(lighthouse, "name: Lighthouses", "about: x", 1), []string{"mine.yaml", `topic "lighthouse"`, "no name"}},
		"bad id":         {strings.Replace(lighthouse, "id: lighthouse", "id: Light House", 1), []string{"mine.yaml", "lower-case"}},
		"no family":      {strings.Replace(lighthouse, "id: lighthouse", "id: towers/light", 1), []string{"mine.yaml", `no family "towers"`}},
		"no kind":        {"kinds:\n  - {id: party, threshold: 1, words: {1: [party]}}", []string{"mine.yaml", `kind "party"`, "no such kind"}},
		"no rest":        {"families:\n  - {id: towers, name: T, threshold: 1, words: {1: [tower]}}", []string{"mine.yaml", `family "towers"`, `"rest"`}},
		"weak family":    {"families:\n  - {id: towers, name: T, rest: towers/other, threshold: 90, words: {1: [tower]}}", []string{"mine.yaml", `family "towers"`, "threshold of 90"}},
		"zero weight":    {strings.Replace(lighthouse, "2: [", "0: [", 1), []string{"mine.yaml", "weight of 0"}},
		"yields to none": {lighthouse + "    yields-to: [beacon]\n", []string{"mine.yaml", `topic "lighthouse"`, `"beacon"`}},
		"sections":       {lighthouse + "    sections: {news: 3}\n", []string{"mine.yaml", "for kinds only"}},
		"kind's topic":   {"kinds:\n  - {id: fraud, threshold: 1, topics: {beacon: 3}}", []string{"mine.yaml", `kind "fraud"`, `"beacon"`}},
		"set unknown":    {strings.Replace(lighthouse, "lighthouse(s)", "<beacon>", 1), []string{"mine.yaml", `topic "lighthouse"`, "<beacon>"}},
		"set of itself":  {"sets: {beacon: [<beacon>]}", []string{"mine.yaml", "set <beacon>", "itself"}},
		"set's name":     {"sets: {money: [pound]}", []string{"mine.yaml", "set <money>", "taken"}},
		"bad ignore":     {"ignore: ['...']", []string{"mine.yaml", "ignore", `phrase "..."`}},
	} {
		_, err := topics.Load(file(t, test.text))
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %q does not say %q", name, err, want)
			}
		}
	}
	if _, err := topics.Load(filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "none.yaml") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// All that is wrong is said at once.
func TestLoadAllErrors(t *testing.T) {
	_, err := topics.Load(file(t, "topics:\n  - {id: one, name: One, threshold: 1, words: {1: ['a?']}}\n  - {id: two, name: Two, threshold: 1, words: {1: ['b?']}}\n"))
	if err == nil || !strings.Contains(err.Error(), `"one"`) || !strings.Contains(err.Error(), `"two"`) {
		t.Errorf("error %v, want both rules named", err)
	}
}
