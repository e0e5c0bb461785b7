package export_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"archiver/article"
	"archiver/export"
)

const month = "northmarsh/2024/05/"

// at gives a release another address.
func at(url string) *article.Record {
	r := release("x", 1)
	r.URL = url
	r.Fill()
	return r
}

func tag(r *article.Record) string { return "-" + r.ID[:8] }

func TestNames(t *testing.T) {
	const site = "https://www.northmarsh.example/news/"
	winter := at(site + "new-year/")
	winter.Published = article.Time{Time: winter.Published.AddDate(0, -5, 0).UTC()}
	undated := at(site + "undated/")
	undated.Published = article.Time{}
	odd := at(site + "a/")
	odd.Site = "../..\\C:/Northmarsh\u202e"
	long := at(site + strings.Repeat("long-", 40) + "é/")
	tests := []struct {
		r    *article.Record
		want string
	}{
		{at(site + "parcel-trick/"), month + "parcel-trick.md"},
		{at(site + "parcel-trick"), month + "parcel-trick.md"},
		{at(site + "Parcel---Trick_2.html"), month + "Parcel---Trick_2.html.md"},
		{at(site + "caf%C3%A9/"), month + "café.md"},
		{winter, "northmarsh/2023/12/new-year.md"},
		{undated, "northmarsh/undated/undated.md"},
		{odd, "C--Northmarsh-/2024/05/a.md"},
		{at(site + "cafe%CC%81/"), month + "café" + "?.md"},
		{at(site + "a/?page=2"), month + "a?.md"},
		{at(site + "a b%2Fc%00d"), month + "a-b-c-d?.md"},
		{at(site + "..%2f..%2Fetc%2Fpasswd"), month + "etc-passwd?.md"},
		{at(site + "%2e%2e/"), month + "release?.md"},
		{at("https://www.northmarsh.example"), month + "release?.md"},
		{at("file:notes/page.html"), month + "page.html.md"},
		{at("://%zz/100%"), month + "100-?.md"},
		{at(site + ".hidden"), month + "hidden?.md"},
		{at(site + "-rf"), month + "rf?.md"},
		{at(site + "trailing. "), month + "trailing.-?.md"},
		{at(site + "CON"), month + "_CON?.md"},
		{at(site + "nul.txt"), month + "_nul.txt?.md"},
		{at(site + "com¹"), month + "_com1?.md"},
		{at(site + "Lpt9.tar.gz"), month + "_Lpt9.tar.gz?.md"},
		{at(site + "console"), month + "console.md"},
		{at(site + "😀=1+1"), month + "1-1?.md"},
		{at(site + strings.Repeat("x", 97)), month + strings.Repeat("x", 97) + ".md"},
		{at(site + strings.Repeat("x", 98)), month + strings.Repeat("x", 88) + "?.md"},
		{at(site + "a" + strings.Repeat("é", 60)), month + "a" + strings.Repeat("é", 43) + "?.md"},
		{long, month + strings.Repeat("long-", 17) + "lon?.md"},
	}
	for _, test := range tests {
		dir := t.TempDir()
		to(t, dir, "markdown", test.r)
		want := []string{strings.Replace(test.want, "?", tag(test.r), 1)}
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", test.r.URL, got, want)
		}
	}
}

// TestNamesDoNotDependOnOrder writes releases of which some need one name in
// every order.
func TestNamesDoNotDependOnOrder(t *testing.T) {
	const site = "https://www.northmarsh.example/news/"
	a, b, c, d := at(site+"articles/burglary/"), at(site+"appeals/burglary/"), at(site+"Burglary/"), at(site+"theft/")
	want := []string{
		month + "Burglary" + tag(c) + ".txt", month + "burglary" + tag(a) + ".txt",
		month + "burglary" + tag(b) + ".txt", month + "theft.txt",
	}
	slices.Sort(want)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		to(t, dir, "text", rapid.Permutation([]*article.Record{a, b, c, d}).Draw(rt, "order")...)
		if got := names(t, dir); !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
	})
}

// TestNamesStay exports again and again into one folder: a release goes on
// having the name that it has, whatever else is exported.
func TestNamesStay(t *testing.T) {
	const site = "https://www.northmarsh.example/news/"
	a, b, c := at(site+"articles/burglary/"), at(site+"appeals/burglary/"), at(site+"archive/burglary/")
	all := []*article.Record{a, b, c}
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		home := map[string]string{} // URL → name
		for range 6 {
			some := rapid.Permutation(all).Draw(rt, "order")[:rapid.IntRange(1, 3).Draw(rt, "number")]
			to(t, dir, "markdown", some...)
			got := files(t, dir)
			found := map[string]string{}
			for name, data := range got {
				_, rest, _ := strings.Cut(data, "\nurl: ")
				url, _, _ := strings.Cut(rest, "\n")
				if found[url] != "" {
					rt.Fatalf("%s has two files: %s and %s", url, found[url], name)
				}
				if home[url] != "" && home[url] != name {
					rt.Fatalf("%s was %s and is %s", url, home[url], name)
				}
				found[url] = name
			}
			if len(found) < len(home) {
				rt.Fatalf("a file is gone: %q, before %q", found, home)
			}
			home = found
		}
	})
}

// TestNamesOfText holds that in a folder that has one of two releases of one
// name both get files, though text does not tell whose it is.
func TestNamesOfText(t *testing.T) {
	const site = "https://www.northmarsh.example/news/"
	a, b := at(site+"articles/burglary/"), at(site+"appeals/burglary/")
	dir := t.TempDir()
	to(t, dir, "text", a)
	for range 2 {
		to(t, dir, "text", a, b)
		want := []string{month + "burglary" + tag(b) + ".txt", month + "burglary.txt"}
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestRevisionsHaveFiles(t *testing.T) {
	first, second := release("a", 1), release("a", 1)
	second.Revision = 2
	dir := t.TempDir()
	want := []string{month + "a" + tag(first) + "-r1.txt", month + "a" + tag(first) + "-r2.txt"}
	for range 2 {
		to(t, dir, "text", first, second, first)
		if got := names(t, dir); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestFileOfAnother holds that a file that somebody else put where a release
// would go is left alone.
func TestFileOfAnother(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, month), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, month, "a.md"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := release("a", 1)
	to(t, dir, "markdown", r)
	wantFiles(t, dir, map[string]string{month + "a.md": "mine", month + "a" + tag(r) + ".md": write(t, "markdown", export.Options{}, r)})
}

// TestFolderInTheWay holds that an error says which file could not be.
func TestFolderInTheWay(t *testing.T) {
	dir := t.TempDir()
	r := release("a", 1)
	if err := os.MkdirAll(filepath.Join(dir, month, "a.txt"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := export.To(t.Context(), dir, nil, "text", records(r), export.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "export "+r.URL+": ") || !strings.Contains(err.Error(), "a.txt") {
		t.Errorf("got %v", err)
	}
}

// TestFolderHasNoWayOut holds that links in a folder do not lead a file out.
func TestFolderHasNoWayOut(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "northmarsh")); err != nil {
		t.Skip("no symbolic links here")
	}
	if _, err := export.To(t.Context(), dir, nil, "text", records(release("a", 1)), export.Options{}); err == nil {
		t.Error("no error")
	}
	wantFiles(t, outside, map[string]string{})
}

var windowsDevice = regexp.MustCompile(`(?i)^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)`)

// TestHostileNames makes releases whose site, address and id are as bad as can
// be, and holds that each has a file with a name that every file system takes.
func TestHostileNames(t *testing.T) {
	word := rapid.OneOf(rapid.SampledFrom([]string{
		"..", ".", "/", `\`, "//", "%2f", "%2e%2e", "%00", "%", "?", "#", ":", "C:", "CON", "nul.txt", "com1", "LPT¹", "a", "A", "é", "e\u0301", "E\u0301",
		" ", "...", "\x00", "\n", "\u202e", "\u200b", "😀", "=1+1", "<b>", "|", "*", `"`, "~", "-rf", "\xff", strings.Repeat("x", 300), "ß", "SS", "ﬁ", "．．", "／",
	}), rapid.String())
	name := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, 4).Draw(t, "words"), "")
	})
	rapid.Check(t, func(rt *rapid.T) {
		parent := t.TempDir()
		dir := filepath.Join(parent, "a", "b", "out")
		var list []*article.Record
		urls := map[string]bool{}
		for range rapid.IntRange(1, 5).Draw(rt, "releases") {
			r := release("x", 1)
			r.Site = name.Draw(rt, "site")
			r.URL = rapid.SampledFrom([]string{"", "https://www.northmarsh.example/"}).Draw(rt, "host") + name.Draw(rt, "url")
			r.ID = "../../../" + r.URL
			if !urls[r.URL] {
				list = append(list, r)
			}
			urls[r.URL] = true
		}
		to(t, dir, "text", list...)
		got := names(t, parent)
		if len(got) != len(list) {
			rt.Errorf("%d files of %d releases: %q", len(got), len(list), got)
		}
		seen := map[string]bool{}
		for _, file := range got {
			inside, ok := strings.CutPrefix(file, "a/b/out/")
			if !ok || len(strings.Split(inside, "/")) != 4 {
				rt.Errorf("%q is in another folder", file)
			}
			for part := range strings.SplitSeq(inside, "/") {
				checkName(rt, part)
			}
			key := cases.Fold().String(norm.NFC.String(inside))
			if seen[key] {
				rt.Errorf("%q is twice where case does not count", inside)
			}
			seen[key] = true
		}
	})
}

// checkName reports what is wrong with a name on Windows, or for a person.
func checkName(t *rapid.T, name string) {
	switch {
	case !utf8.ValidString(name), name != norm.NFC.String(name), len(name) > 100,
		strings.ContainsAny(name, `<>:"/\|?*`), strings.TrimRight(name, ". ") != name,
		strings.HasPrefix(name, "."), strings.HasPrefix(name, "-"), windowsDevice.MatchString(name),
		path.Clean(name) != name, name == "",
		strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsGraphic(c) || unicode.IsSpace(c) }):
		t.Errorf("%q is no good name", name)
	}
}
