package export_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"pgregory.net/rapid"

	"archiver/article"
	"archiver/export"
)

var hostile = []string{
	"", " ", "~", "yes", "No", "on", "=", "<<", "null", "true", "14:23", "12:30:45.5", "0o7", "0123", "08", "0x1F", "1e3", ".5", "1_000", "2020-01-01",
	"a: b", "a #b", "#", "-", "- a", "?", "? a", ":", "|", ">", "@a", "`a", "%a", "!a", "&a", "*a", "[a]", "{a}", "a, b", "'a'", `"a"`, `\`, "---", "...",
	" lead", "trail ", "a\nb", "a\n", "\na", "a\n\n  b\nc", "a \nb", "a\r\nb", "a\tb", "\t", "```", "a\n```\nb", "a\n  ````\nb", "a\n---\nb",
	"\x00", "a\x1bb", "\x7f", "\u0085a", "a\u2028b", "a\u2029b", "\ufeffa", "a\ufeffb", "\u00a0a", "\u200b", "\u202ea", "\uffff", "\ue000", "\ue000😀\uf8ff", "😀", "👩‍🚒 a: b", "\U0010ffff",
	"£5", "Caf\u00e9", "Cafe\u0301", "<script>", "=1+1", strings.Repeat("long ", 300),
}

func TestHeaderReadsBack(t *testing.T) {
	var manyAstral []rune // more than there are characters for private use
	for i := range rune(6500) {
		manyAstral = append(manyAstral, 0x1F300+i)
	}
	for _, s := range append(hostile, string(manyAstral)) {
		checkHeader(t, &article.Record{Area: s, PageTitle: s, URL: s, OG: article.OpenGraph{"k": s, s: "v"}})
	}
}

func TestHeaderReadsBackAny(t *testing.T) {
	value := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.StringN(0, 20, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("a: #-\n'\"`0😀\ue000\u0085\u2028\t")), 0, 12, -1))
	rapid.Check(t, func(t *rapid.T) {
		checkHeader(t, &article.Record{
			Area: value.Draw(t, "area"), PageTitle: value.Draw(t, "title"), URL: value.Draw(t, "url"),
			OG: rapid.MapOf(value, value).Draw(t, "og"),
		})
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "k", s)
	}
	f.Fuzz(func(t *testing.T, title, key, value string) {
		if !utf8.ValidString(title) || !utf8.ValidString(key) || !utf8.ValidString(value) {
			t.Skip("records are UTF-8")
		}
		checkHeader(t, &article.Record{PageTitle: title, OG: article.OpenGraph{key: value}})
	})
}

// checkHeader writes the header of r, finds its end as Markdown does and reads
// it as YAML does.
func checkHeader(t interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}, r *article.Record) {
	t.Helper()
	for _, ascii := range []bool{false, true} {
		var buf bytes.Buffer
		if _, err := export.Write(&buf, "markdown", records(r), export.Options{ASCII: ascii}); err != nil {
			t.Fatalf("%v", err)
		}
		doc := buf.Bytes()
		block, ok := goldmark.DefaultParser().Parse(text.NewReader(doc)).FirstChild().(*ast.FencedCodeBlock)
		if !ok || block.NextSibling() != nil || string(block.Language(doc)) != "yaml" {
			t.Fatalf("the document is not one block of yaml:\n%s", doc)
		}
		got := headerRecord(t, string(block.Lines().Value(doc)))
		if diff := cmp.Diff(r, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-want +got:\n%s\nin\n%s", diff, doc)
		}
		if ascii && bytes.ContainsFunc(doc, func(c rune) bool { return c >= utf8.RuneSelf }) {
			t.Errorf("not ASCII:\n%s", doc)
		}
	}
}

// TestHeaderStyle holds what reading back does not show: that other readers of
// YAML than ours take the same from it, and that values are plain where they can
// be.
func TestHeaderStyle(t *testing.T) {
	for _, test := range []struct{ value, want, ascii string }{
		{"a: b", "'a: b'", "'a: b'"},
		{"it's #1, \"a\"", `'it''s #1, "a"'`, `'it''s #1, "a"'`},
		{"it's no. 1, a:b", "it's no. 1, a:b", "it's no. 1, a:b"},
		{"11:39 27/08/2020", "11:39 27/08/2020", "11:39 27/08/2020"},
		{"14:23", "'14:23'", "'14:23'"},
		{"yes", "'yes'", "'yes'"},
		{"yesterday", "yesterday", "yesterday"},
		{"0123", "'0123'", "'0123'"},
		{"0128", "'0128'", "0128"},
		{"£5 – “a”", "£5 – “a”", `"\xA35 \u2013 \u201Ca\u201D"`},
		{"📦", "📦", `"\U0001F4E6"`},
		{"a\nb", "'a\n\n  b'", "'a\n\n  b'"},
		{"a\n", `"a\n"`, `"a\n"`},
		{"a\u2028b", `"a\Lb"`, `"a\Lb"`},
		{"a\x00", `"a\0"`, `"a\0"`},
		{strings.Repeat("long ", 40) + "line", strings.Repeat("long ", 40) + "line", strings.Repeat("long ", 40) + "line"},
	} {
		for ascii, want := range map[bool]string{false: test.want, true: test.ascii} {
			got := write(t, "markdown", export.Options{ASCII: ascii}, &article.Record{PageTitle: test.value})
			if want := "```yaml\narea: ''\nog: {}\ntitle: " + want + "\nurl: ''\n```\n"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

func TestHeaderKeepsCharacters(t *testing.T) {
	r := &article.Record{PageTitle: "Caf\u00e9 👩‍🚒 £5 \ue000 📦", OG: article.OpenGraph{}}
	if got, want := write(t, "markdown", export.Options{}, r), "\ntitle: "+r.PageTitle+"\n"; !strings.Contains(got, want) {
		t.Errorf("%q is not in\n%s", want, got)
	}
}
