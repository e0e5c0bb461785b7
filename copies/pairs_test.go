package copies

import (
	"context"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"archiver/article"
)

// A marked pair is two texts of which a reader has said whether they are copies.
type markedPair struct {
	name, kind string
	copies     bool
	a, b       *article.Record
}

// A marking is what testdata/pairs.txt and testdata/releases hold.
type marking struct {
	records []*article.Record
	pairs   []markedPair
	// origin is what a text was made from: two of one origin may be copies though
	// nobody marked them.
	origin map[string]string
}

func (m *marking) add(name, site, origin string, paragraphs []string) *article.Record {
	r := &article.Record{
		URL: "https://" + site + ".example/" + name, Site: site, Title: name,
		Published: article.At(time.Date(2021, 1, 1, 12, len(m.records), 0, 0, time.UTC)),
	}
	for _, p := range paragraphs {
		if p = strings.TrimSpace(p); p != "" {
			r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: p})
		}
	}
	r.Fill()
	m.records = append(m.records, r)
	m.origin[r.ID] = origin
	return r
}

var (
	endOfBlock = regexp.MustCompile(`</p>|</li>|</h\d>|<br ?/?>`)
	tag        = regexp.MustCompile(`<[^>]*>`)
)

// marked reads the marked pairs.
func marked(t *testing.T) *marking {
	t.Helper()
	m := &marking{origin: map[string]string{}}
	files, err := filepath.Glob("../testdata/releases/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	releases, texts := map[string]*article.Record{}, map[string][]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".html")
		_, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
		if !ok {
			t.Fatalf("%s has no head", file)
		}
		for _, p := range endOfBlock.Split(body, -1) {
			if p = strings.TrimSpace(html.UnescapeString(tag.ReplaceAllString(p, ""))); p != "" {
				texts[name] = append(texts[name], p)
			}
		}
		releases[name] = m.add(name, "force-"+name[:1], name, texts[name])
	}
	data, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	for section := range strings.SplitSeq("\n"+string(data), "\n\n") {
		var lines []string
		for line := range strings.Lines(section) {
			if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		// Several pairs may stand in one section.
		for len(lines) > 0 {
			n := 1
			for n < len(lines) && !(strings.HasPrefix(lines[0], "pair ") && strings.HasPrefix(lines[n], "pair ")) &&
				!(strings.HasPrefix(lines[0], "two ") && strings.HasPrefix(lines[n], "two ")) {
				n++
			}
			m.section(t, lines[:n], releases, texts)
			lines = lines[n:]
		}
	}
	return m
}

func (m *marking) section(t *testing.T, lines []string, releases map[string]*article.Record, texts map[string][]string) {
	t.Helper()
	head := strings.Fields(lines[0])
	if len(head) != 4 || head[2] != "copy" && head[2] != "not" {
		t.Fatalf("pairs.txt: %q", lines[0])
	}
	kind, copies, of := head[1], head[2] == "copy", head[3]
	name := fmt.Sprintf("%s-%s-%d", kind, of, len(m.records))
	base := releases[of]
	if head[0] != "form" && base == nil {
		t.Fatalf("pairs.txt: there is no release %q", of)
	}
	switch head[0] {
	case "two":
		site, origin := base.Site, name
		if copies { // somebody else's version of it
			site, origin = "other-"+name, of
		}
		m.pairs = append(m.pairs, markedPair{name, kind, copies, base, m.add(name, site, origin, lines[1:])})
	case "pair":
		text := edit(t, texts[of], lines[1:])
		site := "other-" + name
		m.pairs = append(m.pairs, markedPair{name, kind, copies, base, m.add(name, site, of, text)})
	case "form":
		var form []string
		var made []*article.Record
		for _, line := range lines[1:] {
			facts, ok := strings.CutPrefix(line, "facts: ")
			if !ok {
				form = append(form, line)
				continue
			}
			site := of
			if rest, ok := strings.CutPrefix(facts, "@"); ok {
				site, facts, _ = strings.Cut(rest, " ")
			}
			filled := strings.Join(form, "\n")
			for i, fact := range strings.Split(facts, " | ") {
				gap := "{" + strconv.Itoa(i+1) + "}"
				if !strings.Contains(filled, gap) {
					t.Fatalf("%s: a fact too many: %s", name, fact)
				}
				filled = strings.ReplaceAll(filled, gap, fact)
			}
			if strings.Contains(filled, "{") {
				t.Fatalf("%s: a fact too few: %s", name, filled)
			}
			origin := name
			if !copies {
				origin = fmt.Sprint(name, len(made)) // none is a copy of another
			}
			made = append(made, m.add(fmt.Sprint(name, "-", len(made)), site, origin, strings.Split(filled, "\n")))
		}
		for i, b := range made {
			for _, a := range made[:i] {
				m.pairs = append(m.pairs, markedPair{name, kind, copies, a, b})
			}
		}
	default:
		t.Fatalf("pairs.txt: %q", lines[0])
	}
}

// edit makes a text from another.
func edit(t *testing.T, text, lines []string) []string {
	t.Helper()
	number := func(s string) int {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 1 || n > len(text) {
			t.Fatalf("pairs.txt: no paragraph %s of %q", s, text[0])
		}
		return n - 1
	}
	kept := make([]bool, len(text))
	for i := range kept {
		kept[i] = true
	}
	var before, after []string
	out := slices.Clone(text)
	for _, line := range lines {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch key {
		case "keep":
			from, to, _ := strings.Cut(value, "-")
			for i := range kept {
				kept[i] = number(from) <= i && i <= number(to)
			}
		case "drop":
			kept[number(value)] = false
		case "before":
			before = append(before, value)
		case "after":
			after = append(after, value)
		case "plain":
			for i := range out {
				out[i] = strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", " ", "\u00a0 ").Replace(out[i])
			}
		case "replace":
			old, new, _ := strings.Cut(value, " => ")
			found := false
			for i := range out {
				found = found || strings.Contains(out[i], old)
				out[i] = strings.ReplaceAll(out[i], old, new)
			}
			if !found {
				t.Fatalf("pairs.txt: %q is not in %q", old, text[0])
			}
		default:
			t.Fatalf("pairs.txt: %q", line)
		}
	}
	made := slices.Clone(before)
	for i, p := range out {
		if kept[i] {
			made = append(made, p)
		}
	}
	return append(made, after...)
}

// Precision and recall on the marked pairs, by band and by kind. All texts lie in
// one archive, so each can also be taken for a copy of all others: every such link
// is wrong, too.
func TestPairs(t *testing.T) {
	m := marked(t)
	if len(m.pairs) < 120 {
		t.Errorf("only %d pairs", len(m.pairs))
	}
	ix := &Index{}
	if err := ix.Update(context.Background(), newMemory(m.records...), nil); err != nil {
		t.Fatal(err)
	}
	type tally struct{ right, wrong int }
	kinds, bands := map[string]*tally{}, map[Band]*tally{}
	for _, b := range Bands {
		bands[b] = &tally{}
	}
	copies, found := 0, 0
	verdict := map[[2]string]bool{}
	for _, p := range m.pairs {
		if kinds[p.kind] == nil {
			kinds[p.kind] = &tally{}
		}
		verdict[[2]string{p.a.ID, p.b.ID}], verdict[[2]string{p.b.ID, p.a.ID}] = p.copies, p.copies
		one, other := ix.Of(p.a.ID), ix.Of(p.b.ID)
		together := one != nil && other != nil && one.Cluster == other.Cluster
		if p.copies {
			copies++
		}
		if together == p.copies {
			kinds[p.kind].right++
			if together {
				found++
			}
			continue
		}
		kinds[p.kind].wrong++
		t.Logf("%s: copies %v, found %v: %+v", p.name, p.copies, together, ix.Compare(p.a, p.b))
	}
	titles := map[string]string{}
	for _, r := range m.records {
		titles[r.ID] = r.Title
	}
	for _, l := range ix.links {
		if l.like.Band == None {
			continue
		}
		a, b := ix.sketches[l.a].name(), ix.sketches[l.b].name()
		right, known := verdict[[2]string{a, b}]
		if !known {
			right = m.origin[a] == m.origin[b]
		}
		if right {
			bands[l.like.Band].right++
		} else {
			bands[l.like.Band].wrong++
			t.Logf("wrong: %s and %s: %+v", titles[a], titles[b], l.like)
		}
	}
	t.Logf("%d pairs, %d of them copies, among %d texts", len(m.pairs), copies, len(m.records))
	for _, b := range Bands {
		tally := bands[b]
		t.Logf("band %-6s precision %d/%d", b, tally.right, tally.right+tally.wrong)
		if least := map[Band]float64{Exact: 1, Near: 0.98, Part: 0.95}[b]; float64(tally.right) < least*float64(tally.right+tally.wrong) || tally.right < 10 {
			t.Errorf("band %s: the floor is %v", b, least)
		}
	}
	recall := float64(found) / float64(copies)
	t.Logf("recall %d/%d = %.3f", found, copies, recall)
	if recall < 0.97 {
		t.Error("the floor is 0.97")
	}
	names := make([]string, 0, len(kinds))
	for kind := range kinds {
		names = append(names, kind)
	}
	slices.Sort(names)
	for _, kind := range names {
		t.Logf("kind %-12s right %d/%d", kind, kinds[kind].right, kinds[kind].right+kinds[kind].wrong)
	}
}

// In an archive of two releases nothing is learned of what a force always says. Of
// the pairs that are no copies some are then taken for copies: so many.
func TestPairsAlone(t *testing.T) {
	m := marked(t)
	right, wrong, missed := 0, 0, 0
	for _, p := range m.pairs {
		ix := &Index{}
		if err := ix.Update(t.Context(), newMemory(p.a, p.b), nil); err != nil {
			t.Fatal(err)
		}
		switch found := len(ix.Clusters()) == 1; {
		case found && p.copies:
			right++
		case found:
			wrong++
			t.Logf("wrong: %s: %+v", p.name, ix.Compare(p.a, p.b))
		case p.copies:
			missed++
		}
	}
	t.Logf("precision %d/%d, recall %d/%d", right, right+wrong, right, right+missed)
	if float64(right) < 0.95*float64(right+wrong) || float64(right) < 0.97*float64(right+missed) {
		t.Error("the floors are 0.95 and 0.97")
	}
}
