package extract_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/demo"
)

// An indicatorTally counts by what is marked.
type indicatorTally map[string]*tally

// compare counts what a record has of what is wanted, and logs each difference.
func (c indicatorTally) compare(t *testing.T, name, what string, want, got []string) {
	t.Helper()
	if c[what] == nil {
		c[what] = &tally{}
	}
	want, got = distinct(want), distinct(got)
	c[what].want += len(want)
	c[what].got += len(got)
	for _, g := range got {
		if slices.Contains(want, g) {
			c[what].right++
		} else {
			t.Logf("%s: %s: not wanted: %q", name, what, g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Logf("%s: %s: missing: %q", name, what, w)
		}
	}
}

func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if s = squash(s); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// check holds floors and prints the tallies.
func (c indicatorTally) check(t *testing.T, floors map[string]float64) {
	t.Helper()
	rows, names := map[string]tally{}, []string{}
	for _, name := range []string{"references", "operations", "phones", "emails", "amounts"} {
		if c[name] != nil {
			rows[name], names = *c[name], append(names, name)
		}
	}
	t.Log("\n" + table(rows, names...))
	for name, floor := range floors {
		if got := rows[name].f1(); got < floor {
			t.Errorf("%s: F1 %.3f, floor %.3f", name, got, floor)
		}
	}
}

// numbersOf returns what a record holds, as the marks have it.
func numbersOf(r *article.Record) (refs, operations, phones, emails, amounts []string) {
	for _, m := range r.References {
		if m.Kind == "operation" {
			operations = append(operations, m.Text)
		} else {
			refs = append(refs, m.Text)
		}
	}
	for _, n := range r.Phones {
		phones = append(phones, n.Text)
	}
	for _, n := range r.Emails {
		emails = append(emails, n.Value)
	}
	for _, a := range r.Amounts {
		amounts = append(amounts, fmt.Sprint(a.Value))
	}
	return refs, operations, phones, emails, amounts
}

// References and telephone numbers of a hundred real releases that were marked by
// hand. $ARCHIVER_MARKS names other files with marks of the same corpus, separated
// by colons; $ARCHIVER_MARKS_LINES takes their odd or even lines alone.
func TestIndicatorMarks(t *testing.T) {
	dir := reference(t)
	files := []string{filepath.Join(dir, "marks.jsonl")}
	if other := os.Getenv("ARCHIVER_MARKS"); other != "" {
		files = filepath.SplitList(other)
	}
	lines := os.Getenv("ARCHIVER_MARKS_LINES")
	set, c := profiles(t), indicatorTally{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		in := bufio.NewScanner(f)
		in.Buffer(nil, 1<<20)
		for n := 1; in.Scan(); n++ {
			if lines == "odd" && n%2 == 0 || lines == "even" && n%2 == 1 {
				continue
			}
			var m marking
			if err := json.Unmarshal(in.Bytes(), &m); err != nil {
				t.Fatal(err)
			}
			got := readDocument(t, filepath.Join(dir, m.File)).read(t, set, demo.DesignDivs)
			refs, _, phones, _, _ := numbersOf(got)
			// Two stars in a paragraph are emphasis when the page is rebuilt from
			// Markdown: "20*1234 or 20*5678" loses them there.
			c.compare(t, m.File, "references", starless(m.References), starless(refs))
			c.compare(t, m.File, "phones", m.Phones, phones)
		}
		if err := in.Err(); err != nil {
			t.Fatal(err)
		}
	}
	c.check(t, map[string]float64{"references": 0.93, "phones": 0.97})
}

func starless(list []string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "*", "")
	}
	return out
}

// The invented releases have their operations, addresses and sums marked too.
func TestIndicatorReleases(t *testing.T) {
	site, c := mereshire(t), indicatorTally{}
	for where, files := range invented(t) {
		releases, err := demo.ReadReleases(files)
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range releases {
			want, err := demo.ReadTruth(files, release.Name)
			if err != nil {
				t.Fatal(err)
			}
			refs, operations, phones, emails, amounts := numbersOf(readRelease(t, site, release, demo.DesignDivs))
			c.compare(t, release.Name, "references", want.References, refs)
			c.compare(t, release.Name, "operations", want.Operations, operations)
			c.compare(t, release.Name, "phones", want.Phones, phones)
			if where == "demo" {
				continue // its marks leave the others out
			}
			var sums []string
			for _, a := range want.Amounts {
				sums = append(sums, fmt.Sprint(a))
			}
			c.compare(t, release.Name, "emails", want.Emails, emails)
			c.compare(t, release.Name, "amounts", sums, amounts)
		}
	}
	c.check(t, map[string]float64{"references": 0.95, "operations": 0.95, "phones": 0.97, "emails": 0.9, "amounts": 0.97})
}
