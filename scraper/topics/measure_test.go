package topics_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/topics"

	"github.com/PuerkitoBio/goquery"
	"go.yaml.in/yaml/v4"
)

// A marked release is one with what a careful reader says of it.
type marked struct {
	name    string
	release topics.Release
	kind    article.Kind
	topics  []string // nil where they are not marked
	fraud   bool
	// subjects says that topics has other subjects too, and not kinds of fraud only.
	subjects bool
}

// invented reads the releases of a folder, NAME.html beside NAME.want.json.
func invented(t testing.TB, dir, base string, subjects bool) []marked {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.want.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []marked
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			Title, Lead string
			Kind        article.Kind
			Topics      []string
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		page, err := os.ReadFile(strings.TrimSuffix(file, ".want.json") + ".html")
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(page), "---\n")
		head, body, ok := strings.Cut(rest, "\n---\n")
		if !ok {
			t.Fatalf("%s has no front matter", file)
		}
		path := regexp.MustCompile(`(?m)^path: *(.*)$`).FindStringSubmatch(head)
		if path == nil {
			t.Fatalf("%s has no path", file)
		}
		m := marked{
			name: filepath.Base(strings.TrimSuffix(file, ".want.json")), kind: want.Kind, topics: want.Topics, subjects: subjects,
			release: topics.Release{URL: base + strings.TrimPrefix(path[1], "/"), Title: want.Title, Lead: want.Lead, Blocks: blocks(t, body)},
		}
		for _, id := range want.Topics {
			m.fraud = m.fraud || strings.HasPrefix(id, "fraud/")
		}
		all = append(all, m)
	}
	return all
}

// blocks returns the text of a fragment of HTML, a block for each element that
// stands on lines of its own.
func blocks(t testing.TB, body string) []article.Block {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(strings.ReplaceAll(body, "<br", "\n<br")))
	if err != nil {
		t.Fatal(err)
	}
	var out []article.Block
	doc.Find("p, li, h1, h2, h3, h4, td, th, blockquote, body > div").Each(func(_ int, s *goquery.Selection) {
		if text := strings.TrimSpace(s.Text()); text != "" && s.Find("p, li").Length() == 0 {
			out = append(out, article.Block{Kind: article.BlockParagraph, Text: text})
		}
	})
	return out
}

// reference reads the marked real releases, which are no part of the project.
// ARCHIVER_MARKS can name other files of marks than the one beside them.
func reference(t testing.TB) []marked {
	t.Helper()
	dir := os.Getenv("ARCHIVER_REFERENCE")
	if dir == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the reference releases are not part of the project")
	}
	files := []string{filepath.Join(dir, "samples", "marks.jsonl")}
	if more := os.Getenv("ARCHIVER_MARKS"); more != "" {
		files = filepath.SplitList(more)
	}
	var all []marked
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var mark struct {
				File  string
				Fraud bool   `json:"topic_fraud"`
				Sort  string `json:"fraud_kind"`
				Kind  string
			}
			if err := json.Unmarshal(line, &mark); err != nil {
				t.Fatal(err)
			}
			m := marked{name: mark.File, kind: article.Kind(mark.Kind), fraud: mark.Fraud}
			if mark.Kind == "fraud-advice" {
				m.kind = article.KindFraud
			}
			if mark.Fraud {
				m.topics = fraudKinds(mark.Sort)
			}
			m.release = corpusRelease(t, filepath.Join(dir, "samples", mark.File))
			all = append(all, m)
		}
	}
	return all
}

var corpusFurniture = regexp.MustCompile(`^(\d{1,2}:\d{2} \d{2}/\d{2}/\d{4}|(Updated |Breaking )?News( Post)?|Appeal|Wanted|Charged|Arrest|CCTV|Prev|Next)$`)

// corpusRelease reads a document in the form of the corpus.
func corpusRelease(t testing.TB, file string) topics.Release {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(strings.TrimPrefix(string(data), "```yaml\n"), "\n```\n")
	if !ok {
		t.Fatalf("%s is no document of the corpus", file)
	}
	var d struct{ Title, URL string }
	if err := yaml.Load([]byte(head), &d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	title, _, _ := strings.Cut(html.UnescapeString(d.Title), " | ")
	rel := topics.Release{URL: d.URL, Title: title}
	for _, p := range strings.Split(body, "\n\n") {
		p = strings.NewReplacer("**", "", "\\", "", " _", " ", "_ ", " ", "### ", "", "## ", "").Replace(strings.TrimSpace(p))
		if p != "" && !corpusFurniture.MatchString(p) {
			rel.Blocks = append(rel.Blocks, article.Block{Kind: article.BlockParagraph, Text: p})
		}
	}
	return rel
}

// fraudKinds puts a reader's words for a kind of fraud into topic ids.
func fraudKinds(words string) []string {
	var ids []string
	for _, pair := range [][2]string{
		{"courier", "courier"}, {"romance", "romance"}, {"invest", "investment"}, {"computer", "computer-service"}, {"remote", "computer-service"},
		{"impersonat", "impersonation"}, {"bogus official", "impersonation"}, {"rogue", "rogue-trader"}, {"phish", "phishing"}, {"smish", "phishing"},
		{"purchase", "purchase"}, {"shopping", "purchase"}, {"auction", "purchase"}, {"ticket", "ticket"}, {"holiday", "holiday"}, {"rental", "rental"},
		{"mandate", "payment-diversion"}, {"invoice", "payment-diversion"}, {"diversion", "payment-diversion"}, {"mule", "money-mule"}, {"identity", "identity"},
		{"pension", "pension"}, {"advance", "advance-fee"}, {"loan", "grant"}, {"insurance", "insurance"}, {"vaccin", "vaccine"}, {"grant", "grant"}, {"benefit", "grant"},
		{"charity", "charity"}, {"card", "card"}, {"cheque", "card"}, {"account takeover", "account-takeover"}, {"position", "position"},
		{"account hacking", "account-takeover"}, {"distraction", "impersonation"},
	} {
		if id := "fraud/" + pair[1]; strings.Contains(strings.ToLower(words), pair[0]) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return []string{"fraud/other"}
	}
	return ids
}

// A score counts what was found against what was wanted.
type score struct{ want, got, hit int }

func (s score) precision() float64 { return float64(s.hit) / float64(max(1, s.got)) }
func (s score) recall() float64    { return float64(s.hit) / float64(max(1, s.want)) }
func (s score) f1() float64        { return 2 * float64(s.hit) / float64(max(1, s.want+s.got)) }

func (s score) String() string {
	return fmt.Sprintf("want %3d  got %3d  precision %.3f  recall %.3f  F1 %.3f", s.want, s.got, s.precision(), s.recall(), s.f1())
}

// result holds the scores of a set of releases.
type result struct {
	fraud, fraudKinds, subjects score
	kinds                       score
	byKind                      map[article.Kind]score
	byTopic                     map[string]score
}

// measure reads every release and compares. It logs each difference.
func measure(t testing.TB, all []marked) result {
	t.Helper()
	r := result{byKind: map[article.Kind]score{}, byTopic: map[string]score{}}
	rules := topics.Default()
	for _, m := range all {
		got := rules.Read(m.release)
		var ids []string
		fraud := false
		for _, topic := range got.Topics {
			ids = append(ids, topic.ID)
			fraud = fraud || strings.HasPrefix(topic.ID, "fraud/")
		}
		r.fraud.add(m.fraud, fraud)
		if m.fraud != fraud {
			t.Logf("%s: fraud %v, want %v: %q: %v", m.name, fraud, m.fraud, m.release.Title, got.Topics)
		}
		r.kinds.want++
		r.kinds.got++
		if got.Kind == m.kind {
			r.kinds.hit++
		} else {
			t.Logf("%s: kind %s, want %s: %q (%s)", m.name, got.Kind, m.kind, m.release.Title, got.Reason)
		}
		for _, k := range article.Kinds {
			s := r.byKind[k]
			s.add(m.kind == k, got.Kind == k)
			r.byKind[k] = s
		}
		if m.topics == nil {
			continue
		}
		both := slices.Concat(m.topics, ids)
		slices.Sort(both)
		var differ []string
		for _, id := range slices.Compact(both) {
			if !m.subjects && !strings.HasPrefix(id, "fraud/") {
				continue
			}
			want, is := slices.Contains(m.topics, id), slices.Contains(ids, id)
			s := r.byTopic[id]
			s.add(want, is)
			r.byTopic[id] = s
			if strings.HasPrefix(id, "fraud/") {
				r.fraudKinds.add(want, is)
			} else {
				r.subjects.add(want, is)
			}
			if want != is {
				differ = append(differ, id)
			}
		}
		if differ != nil {
			t.Logf("%s: topics %v, want %v: %q", m.name, got.Topics, m.topics, m.release.Title)
		}
	}
	return r
}

func (s *score) add(want, got bool) {
	if want {
		s.want++
	}
	if got {
		s.got++
	}
	if want && got {
		s.hit++
	}
}

// table logs the scores.
func (r result) table(t testing.TB) {
	t.Helper()
	var b strings.Builder
	line := func(name string, s score) { fmt.Fprintf(&b, "%-24s %v\n", name, s) }
	line("fraud or not", r.fraud)
	line("kinds of fraud", r.fraudKinds)
	line("other subjects", r.subjects)
	line("kind of release", r.kinds)
	for _, k := range article.Kinds {
		line("  kind "+string(k), r.byKind[k])
	}
	ids := make([]string, 0, len(r.byTopic))
	for id := range r.byTopic {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		line("  "+id, r.byTopic[id])
	}
	t.Logf("\n%s", b.String())
}

// floors are what each set of releases must reach, in F1; for kinds of release it
// is the part that is right.
type floors struct{ fraud, fraudKinds, subjects, kinds float64 }

func (r result) check(t *testing.T, f floors) {
	t.Helper()
	for _, c := range []struct {
		name string
		got  score
		want float64
	}{
		{"fraud or not", r.fraud, f.fraud}, {"kinds of fraud", r.fraudKinds, f.fraudKinds},
		{"other subjects", r.subjects, f.subjects}, {"kind of release", r.kinds, f.kinds},
	} {
		if c.got.f1() < c.want {
			t.Errorf("%s: %v, want F1 %.3f or more", c.name, c.got, c.want)
		}
	}
}

func TestDemo(t *testing.T) {
	all := invented(t, "../../demo/releases", "https://www.mereshire.police.example/news/mereshire/news/", false)
	r := measure(t, all)
	r.table(t)
	r.check(t, floors{fraud: 0.99, fraudKinds: 0.85, kinds: 0.97})
}

func TestInvented(t *testing.T) {
	all := invented(t, "../../testdata/releases", "https://www.example.police.uk/news/example/news/", true)
	if len(all) == 0 {
		t.Skip("there are no releases in testdata/releases")
	}
	r := measure(t, all)
	r.table(t)
	r.check(t, floors{fraud: 0.93, fraudKinds: 0.85, subjects: 0.78, kinds: 0.9})
}

// TestMarks measures on real releases marked by hand.
func TestMarks(t *testing.T) {
	r := measure(t, reference(t))
	r.table(t)
	r.check(t, floors{fraud: 0.93, fraudKinds: 0.6, kinds: 0.8})
}
