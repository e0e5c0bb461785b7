package revision_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/revision"
)

var update = flag.Bool("update", false, "write what comes out to testdata")

// Two revisions of a release in which everything happens: the headline and the
// time change, a paragraph is divided, one moves, one goes, sums and names differ,
// and text that is no markup looks like it.
func updated() (older, newer *article.Record) {
	older = release("Couple lose £9,200 to callers",
		"People in Harrowmere are being asked to warn their relatives about fraud after a couple handed their savings to a stranger.",
		"The couple, who are both in their eighties, were rung on Monday 12 August by a man who said he was a detective in London. He told them that their bank card had been copied, that cashiers at their branch were under suspicion, and that the only way to protect the account was to empty it.",
		"The password was *Bluebell* and <b>proved</b> nothing, because the caller had invented it himself some days before.",
		"Over two days they drew out £9,200 in three visits. A courier took the money away in a padded envelope & left.",
		"Ottoline Brackenwhistle|Detective Sergeant Ottoline Brackenwhistle said: “This couple did what decent people do. Somebody they took for a police officer asked for their help.”",
		"Anyone who saw the courier is asked to come to the station.",
		"If it has happened to you, ring your bank first, then police on 101.")
	newer = release("Couple lose £9,400 to callers",
		"People in Harrowmere are being asked to warn their relatives about fraud after a couple handed their savings to a stranger.",
		"The couple, who are both in their eighties, were rung on Tuesday 13 August by a man who said he was a detective in London.",
		"He told them that their bank card had been copied, that cashiers at their branch were under suspicion, and that the only way to protect the account was to empty it.",
		"Over two days they drew out £9,400 in three visits. A courier took the money away in a padded envelope & left.",
		"Ottoline Brackenwhistle|Detective Sergeant Ottoline Brackenwhistle said: “This couple did what decent people do. Somebody they took for an officer asked for their help.”",
		"The password was *Bluebell* and <b>proved</b> nothing, because the caller had invented it himself some days before.",
		"Howard Tench, 34, of Saltmarsh Cross, has since been arrested.",
		"If it has happened to you, ring your bank first, then police on 101.")
	newer.Published = article.At(time.Date(2024, 8, 14, 11, 5, 0, 0, time.UTC))
	older.LastChanged = article.At(time.Date(2024, 8, 14, 11, 0, 0, 0, time.UTC))
	newer.LastChanged = article.At(time.Date(2024, 8, 15, 11, 0, 0, 0, time.UTC))
	newer.Revision = 2
	return older, newer
}

func TestWrite(t *testing.T) {
	older, newer := updated()
	d := revision.Compare(older, newer)
	applies(t, older, newer, d)
	for name, c := range map[string]struct {
		format  string
		options revision.Options
	}{
		"text":     {"text", revision.Options{Context: 6}},
		"whole":    {"text", revision.Options{Context: -1}},
		"bare":     {"text", revision.Options{}},
		"terminal": {"text", revision.Options{Context: 6, Colour: true}},
		"html":     {"html", revision.Options{Context: 6}},
		"markdown": {"markdown", revision.Options{Context: 6}},
		"jsonl":    {"jsonl", revision.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := revision.Write(&b, c.format, older, newer, d, c.options); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".golden", b.Bytes())
		})
	}
}

// Removed words do not stick to those before them.
func TestSpaces(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"They took his cash before running off.", "They took his cash. They then ran off.", "They took his cash [-before running-]{+. They then ran+} off."},
		{"It was red and dark.", "It was red.", "It was red [-and dark-]."},
		{"It was red.", "It was red and dark.", "It was red {+and dark+}."},
		{"It was red.", "It was dark.", "It was [-red-]{+dark+}."},
	} {
		a, b := release("One", c.old), release("One", c.new)
		var out bytes.Buffer
		if err := revision.Write(&out, "text", a, b, revision.Compare(a, b), revision.Options{Context: -1}); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.HasSuffix(got, "\n\n"+c.want+"\n") {
			t.Errorf("%q → %q:\n%swant %s", c.old, c.new, got, c.want)
		}
	}
}

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs:\n%s", name, got)
	}
}
