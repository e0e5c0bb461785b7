package watch_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
	"archiver/watch"

	"github.com/gofrs/flock"
)

// byHand is a file as people write one.
const byHand = `# Of the desk.
# Ask before you change it.

fraud:   # courier fraud above all
    words: '"courier fraud" OR romance'
    site: [cheshire,
           kent]

# Whoever is quoted.
# Twice a year.
chief:
  speaker: Brackenwhistle
  changed: true   # they correct themselves

"all": {}
last: {words: 101, new: false, removed: true}
# The end.
`

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "watches.yaml")
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	return path
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRead(t *testing.T) {
	watches, err := watch.Read(written(t, byHand), nil)
	if err != nil || len(watches) != 4 {
		t.Fatal(watches, err)
	}
	for i, want := range []string{
		`fraud: "courier fraud" OR romance site:cheshire,kent [new]`,
		`chief: speaker:"Brackenwhistle" [new changed]`,
		"all: every release [new]",
		"last: 101 [removed]",
	} {
		w := watches[i]
		var tells []string
		for _, what := range w.Tells() {
			tells = append(tells, string(what))
		}
		if got := w.Name + ": " + w.String() + " [" + strings.Join(tells, " ") + "]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for _, empty := range []string{"", "# nothing yet\n", "\n\n", "---\n", "{}\n"} {
		if watches, err := watch.Read(written(t, empty), nil); err != nil || len(watches) != 0 {
			t.Errorf("%q: %v, %v", empty, watches, err)
		}
	}
	if _, err := watch.Read(filepath.Join(t.TempDir(), "none"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// What is wrong in a file is said with its line and what to do.
func TestReadWrong(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n  wrods: x\n":                         `line 2: watch "a": unknown key "wrods"; did you mean "words"? (known: words, site, `,
		"a:\n  words: x\n  words: y\n":             `line 3: watch "a": words is there twice`,
		"a:\n  words: [x, y]\n":                    `line 2: watch "a": words should be one value; put it in quotation marks`,
		"a:\n  site: {x: y}\n":                     `line 2: watch "a": site should be one value`,
		"a:\n  changed: maybe\n":                   `line 2: watch "a": changed: "maybe" should be true or false`,
		"a:\n  kind: [appeal, apeal]\n":            `line 1: watch "a": kind "apeal" is unknown; did you mean "appeal"? (known: `,
		"a:\n  words: '\"courier'\n":               `line 1: watch "a": words: a quotation mark is not closed`,
		"a:\n  words: (courier\n":                  `line 1: watch "a": words: a bracket is not closed`,
		"a:\n  words: courier) OR x\n":             `line 1: watch "a": words: a bracket is closed that was not opened`,
		"a:\n  words: bad\n":                       `line 1: watch "a": words: bad it is`,
		"a:\n  new: false\n":                       `line 1: watch "a" tells of nothing: let new, changed or removed be true`,
		"a:\n  notify: mailto:s3cret\n":            `line 1: watch "a": notify is not a web address: it must begin with https://`,
		"a:\n  words: x\nb: y\n":                   `line 3: watch "b": below the name there should be keys and values`,
		"- a\n":                                    `line 1: it should be names, each with a watch below it`,
		"a b:\n  words: x\n":                       `line 1: "a b" cannot be the name of a watch: take lower-case words`,
		"../a:\n":                                  `line 1: "../a" cannot be the name of a watch`,
		"con:\n":                                   `line 1: "con" cannot be the name of a watch, for no file can have it`,
		strings.Repeat("a", 61) + ":\n":            `is too long for the name of a watch: at most 60 letters`,
		"a:\n\nb:\n\na:\n":                         `line 5: `,
		"a: &x {words: y}\nb: *x\n":                `line 2: watch "b": below the name there should be`,
		"a: {speaker: [&x y]}\nb: {speaker: *x}":   `line 2: watch "b": speaker: write the value out, in place of *x`,
		"a:\n  words: \"x\n":                       `line `,
		"a:\n  words: courier: fraud\n":            `line 2: `,
		"a:\n  site: ['']\n":                       `line 1: watch "a": site has an empty value`,
		"a:\n  words: \"x\\u0000y\"\n":             `line 1: watch "a": "x\x00y" has characters that are no text`,
		"# " + strings.Repeat("x", 1<<20) + "\n":   `it is too long: 1048579 bytes, of 1048576 at most`,
		"a: {words: " + strings.Repeat("x ", 2500): `line `,
	} {
		path := written(t, text)
		_, err := watch.Read(path, func(w *watch.Watch) error {
			if w.Words == "bad" {
				return errors.New("bad it is")
			}
			return nil
		})
		short := text[:min(len(text), 60)]
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\ngot  %v\nwant %s", short, err, want)
		} else if strings.Contains(err.Error(), "s3cret") || strings.Contains(strings.TrimPrefix(err.Error(), path), "yaml") {
			t.Errorf("%q: %v", short, err)
		}
	}
}

// Add and Remove change no line but their own.
func TestEdit(t *testing.T) {
	path := written(t, byHand)
	w := &watch.Watch{
		Name: "hostile-words", Words: `"a: b" #c - {d} 'e' OR é “f” \ %TAG !x &y *z | > 🚓`, Sites: []string{"demo"}, Topics: []string{"fraud/courier", "true"},
		Kinds: []article.Kind{article.KindAppeal, article.KindCourt}, Speakers: []string{"O'Brien", "null", "101"}, New: true, Changed: true,
		Notify: "https://u:p@hooks.example.org/x?y=1#z", Exec: "mail -s \"$ARCHIVER_SUMMARY\" desk@example.org\necho 'done: yes' # really",
	}
	if err := watch.Add(path, w, nil); err != nil {
		t.Fatal(err)
	}
	if got := text(t, path); !strings.HasPrefix(got, byHand) {
		t.Errorf("what was there has changed:\n%s", got)
	}
	watches, err := watch.Read(path, nil)
	if err != nil || len(watches) != 5 {
		t.Fatal(watches, err)
	}
	if got := watches[4]; got.String() != w.String() || got.Words != w.Words || !slices.Equal(got.Speakers, w.Speakers) || got.Notify != w.Notify || got.Exec != w.Exec || !got.Changed {
		t.Errorf("got %+v, want %+v", got, w)
	}
	if err := watch.Add(path, w, nil); err == nil || !strings.Contains(err.Error(), `line 19: there is a watch "hostile-words" already`) {
		t.Errorf("twice: %v", err)
	}
	if err := watch.Remove(path, "hostile-words", nil); err != nil || text(t, path) != byHand {
		t.Errorf("%v:\n%s", err, text(t, path))
	}
	if err := watch.Remove(path, "chief", nil); err != nil {
		t.Fatal(err)
	}
	without := byHand[:strings.Index(byHand, "# Whoever")] + byHand[strings.Index(byHand, `"all"`):]
	if got := text(t, path); got != without {
		t.Errorf("got:\n%s\nwant:\n%s", got, without)
	}
	for _, name := range []string{"fraud", "last", "all"} {
		if err := watch.Remove(path, name, nil); err != nil {
			t.Fatal(name, err)
		}
	}
	if got, want := text(t, path), "# Of the desk.\n# Ask before you change it.\n\n# The end.\n"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if err := watch.Remove(path, "fraud", nil); !errors.Is(err, watch.ErrUnknown) || !strings.Contains(err.Error(), "there is none yet") {
		t.Errorf("got %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := watch.Add(path, &watch.Watch{Name: "one", New: true}, nil); err != nil || !strings.HasSuffix(text(t, path), "# The end.\n\none:\n") {
		t.Errorf("%v:\n%s", err, text(t, path))
	}
}

// A new file is for its owner alone; one behind a link stays there.
func TestAddMakesFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "watches.yaml")
	for _, name := range []string{"one", "two"} {
		if err := watch.Add(path, &watch.Watch{Name: name, Words: "x", New: true}, nil); err != nil {
			t.Fatal(err)
		}
	}
	got := text(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || !strings.HasPrefix(got, "# Saved searches") || !strings.HasSuffix(got, "\n\none:\n  words: x\ntwo:\n  words: x\n") {
		t.Errorf("%v, %v:\n%s", info.Mode(), err, got)
	}
	if err := watch.Remove(path, "one", nil); err != nil {
		t.Fatal(err)
	}
	if got, want := text(t, path), strings.Replace(got, "one:\n  words: x\n", "", 1); got != want {
		t.Errorf("got:\n%s", got)
	}
	link := filepath.Join(dir, "link.yaml")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no links here:", err)
	}
	if err := watch.Add(link, &watch.Watch{Name: "three", New: true}, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 || !strings.HasSuffix(text(t, path), "three:\n") {
		t.Errorf("%v, %v:\n%s", info.Mode(), err, text(t, path))
	}
}

// What cannot be edited line by line is left as it is.
func TestEditByHandOnly(t *testing.T) {
	for _, whole := range []string{"{a: {words: x}, b: {words: y}}\n", "  a:\n    words: x\n  b:\n    words: y\n", "a: {words: x}\nb: {words: y}\n...\n"} {
		path := written(t, whole)
		err := watch.Add(path, &watch.Watch{Name: "c", New: true}, nil)
		if err == nil && whole[0] != 'a' || err != nil && !strings.Contains(err.Error(), "has to be edited by hand; nothing was changed") || err != nil && text(t, path) != whole {
			t.Errorf("%q: %v; now %q", whole, err, text(t, path))
		}
	}
	broken := "a:\n  wrods: x\n"
	path := written(t, broken)
	if err := watch.Add(path, &watch.Watch{Name: "c", New: true}, nil); err == nil || !strings.Contains(err.Error(), "line 2") || text(t, path) != broken {
		t.Errorf("%v; now %q", err, text(t, path))
	}
}

// FuzzFile: what is read is sound, and adding to it and removing again leaves it.
func FuzzFile(f *testing.F) {
	f.Add(byHand, "burglar* -arrest")
	f.Add("a:\r\n  words: x\r\n", "x")
	f.Add("a:\n  words: |\n    x\n    # y\n\n", `"q: #"`)
	f.Fuzz(func(t *testing.T, whole, words string) {
		path := written(t, whole)
		before, err := watch.Read(path, nil)
		if err != nil {
			return
		}
		if watch.Add(path, &watch.Watch{Name: "added-by-test", Words: words, New: true}, nil) != nil {
			if text(t, path) != whole {
				t.Fatal("it has changed, and there was an error")
			}
			return
		}
		if err := watch.Remove(path, "added-by-test", nil); err != nil {
			t.Fatal(err)
		}
		after, err := watch.Read(path, nil)
		if err != nil || len(after) != len(before) {
			t.Fatalf("%d watches, before %d: %v", len(after), len(before), err)
		}
		for i := range after {
			if after[i].Name != before[i].Name || after[i].String() != before[i].String() {
				t.Errorf("%v became %v", before[i], after[i])
			}
		}
	})
}

// Of edits at once none is lost.
func TestEditAtOnce(t *testing.T) {
	path := written(t, byHand)
	var edits sync.WaitGroup
	for n := range 20 {
		edits.Go(func() {
			if err := watch.Add(path, &watch.Watch{Name: fmt.Sprintf("more-%d", n), Words: "fraud", New: true}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	edits.Go(func() {
		if err := watch.Remove(path, "chief", nil); err != nil {
			t.Error(err)
		}
	})
	edits.Wait()
	watches, err := watch.Read(path, nil)
	if err != nil || len(watches) != 4-1+20 {
		t.Errorf("%d watches, %v", len(watches), err)
	}
}

// An edit that never comes to its end is waited for, but not forever.
func TestEditLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := written(t, byHand)
		other := flock.New(path + ".lock")
		if err := other.Lock(); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := watch.Remove(path, "chief", nil); err == nil || !strings.Contains(err.Error(), "locked by another program for 10s") || time.Since(start) != 10*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		time.AfterFunc(5*time.Second, func() {
			if err := other.Unlock(); err != nil {
				t.Error(err)
			}
		})
		if err := watch.Remove(path, "chief", nil); err != nil {
			t.Error(err)
		}
	})
}
