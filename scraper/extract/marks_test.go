package extract_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/demo"
)

// A marking is what a person found in a document.
type marking struct {
	File   string `json:"file"`
	Quotes []struct {
		Paras   []string `json:"paras"`
		Speaker string   `json:"speaker"`
		Role    string   `json:"role"`
		Unit    string   `json:"unit"`
	} `json:"quotes"`
	Advice []string `json:"advice"`
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

// Quotations and advice of a hundred real releases that were marked by hand.
func TestMarks(t *testing.T) {
	dir := reference(t)
	f, err := os.Open(filepath.Join(dir, "marks.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set := profiles(t)
	var words, speaker, role, advice tally
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m marking
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		got := readDocument(t, filepath.Join(dir, m.File)).read(t, set, demo.DesignDivs)
		want := map[string][2]string{}
		for _, q := range m.Quotes {
			want[squash(strings.Join(q.Paras, " "))] = [2]string{q.Speaker, q.Role}
		}
		n := len(m.Quotes)
		count(&words, n, len(got.Quotes))
		count(&speaker, n, len(got.Quotes))
		count(&role, n, len(got.Quotes))
		for _, q := range got.Quotes {
			who, ok := want[squash(strings.Join(q.Paragraphs, " "))]
			switch {
			case !ok:
				t.Logf("%s: no quotation: %.60q", m.File, q.Text)
				continue
			case who[0] != q.Speaker:
				t.Logf("%s: speaker %q, want %q", m.File, q.Speaker, who[0])
			case who[1] != q.Role:
				t.Logf("%s: role %q, want %q", m.File, q.Role, who[1])
			}
			words.right++
			if who[0] == q.Speaker {
				speaker.right++
				if who[1] == q.Role {
					role.right++
				}
			}
		}
		adviceTally(t, &advice, m, got)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table(map[string]tally{"words": words, "and speaker": speaker, "and role": role, "advice items": advice},
		"words", "and speaker", "and role", "advice items"))
	for name, at := range map[string]struct {
		tally
		floor float64
	}{"words": {words, 0.97}, "speaker": {speaker, 0.96}, "role": {role, 0.93}, "advice": {advice, 0.9}} {
		if at.f1() < at.floor {
			t.Errorf("%s: F1 %.3f, floor %.3f", name, at.f1(), at.floor)
		}
	}
}

func count(c *tally, want, got int) {
	c.want += want
	c.got += got
}

func adviceTally(t *testing.T, c *tally, m marking, got *article.Record) {
	t.Helper()
	want := map[string]bool{}
	for _, item := range m.Advice {
		want[squash(item)] = true
	}
	c.want += len(want)
	for _, a := range got.Advice {
		for _, item := range a.Items {
			c.got++
			if want[squash(item)] {
				c.right++
			} else {
				t.Logf("%s: no advice: %.60q", m.File, item)
			}
		}
	}
}

var straight = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'", "\u00a0", " ")

// squash makes two texts that differ in marks and white space alone the same.
func squash(s string) string { return strings.Join(strings.Fields(straight.Replace(s)), " ") }

// table shows tallies as lines of a table.
func table(rows map[string]tally, order ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-14s %6s %6s %9s %7s %6s\n", "", "want", "got", "precision", "recall", "F1")
	for _, name := range order {
		c := rows[name]
		fmt.Fprintf(&b, "%-14s %6d %6d %9.3f %7.3f %6.3f\n", name, c.want, c.got, c.precision(), c.recall(), c.f1())
	}
	return b.String()
}
