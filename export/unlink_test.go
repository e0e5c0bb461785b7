package export

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"
	"pgregory.net/rapid"
)

func TestUnlink(t *testing.T) {
	tests := []struct{ name, md, want string }{
		{"no link", `a [b] (c) \[d\](e)`, `a [b] (c) \[d\](e)`},
		{"link", `See [our page](https://example.org/a_b) now.`, `See our page now.`},
		{"whole block", `[our page](https://example.org/)`, `our page`},
		{"two", `[a](b) and [c](d)`, `a and c`},
		{"bold text", `a [**b**](c) d`, `a **b** d`},
		{"in bold", `**a [b](c) d**`, `**a b d**`},
		{"bold in bold", `**a [**b**](c)**`, `**a b**`},
		{"bold goes on", `**Read more:**[**here**](a)`, `**Read more:here**`},
		{"bold and italic go on", `**_a_**[**_b_**](c)`, `**_ab_**`},
		{"bold ends in a stop", `**Read more:**[here](a)`, `Read more:here`},
		{"italic within a word", `a[_b_](c)d`, `abd`},
		{"bold within a word", `a[**b**](c)d`, `a**b**d`},
		{"bold around nothing", `a **[](b)** c`, `a  c`},
		{"brackets", `[see \[1\] there](a)`, `see [1] there`},
		{"brackets that would link", `[see \[1\](2)](a)`, `see \[1\](2)`},
		{"brackets within", `[a [b] c](d)`, `a [b] c`},
		{"link in brackets", `[a [b](c)](d)`, `[a b\](d)`},
		{"angle address", `[a](<b c (d>) e`, `a e`},
		{"round brackets", `[a](b(c(d)e)f) g`, `a g`},
		{"escapes in the address", `[a](b\)c) d`, `a d`},
		{"address with a space", `[a](b c)`, `[a](b c)`},
		{"address not closed", `[a](b`, `[a](b`},
		{"address of nothing", `[a]() b`, `a b`},
		{"exclamation", `Look\![here](a)`, `Look!here`},
		{"bullet", `[- a](b)`, `\- a`},
		{"bullet in two", `-[ a](b)`, `\- a`},
		{"number", `[1. a](b)`, `1\. a`},
		{"number in two", `19[86. a](b)`, `1986\. a`},
		{"heading", `[# a](b)`, `\# a`},
		{"quotation", "a\n[> b](c)", "a\n\\> b"},
		{"underline", "a\n[---](c)", "a\n\\---"},
		{"underline of equals", "a\n=[=](b)", "a\n\\=="},
		{"rule", `[- - -](c)`, `\- - -`},
		{"code", "``[`](a)", "\\`\\`\\`"},
		{"indented code", `[    a](b)`, `a`},
		{"item", ` * [- a](b)` + "\n * c", " * \\- a\n * c"},
		{"end of a heading", `## a [##](b)`, `## a \##`},
		{"heading of the link", `## [# a](b)`, `## # a`},
		{"tag", `<[b](c)>`, `\<b>`},
		{"entity", `&[amp;](b)`, `\&amp;`},
		{"no entity", `AT&[T](b)`, `AT&T`},
		{"stars in an item", ` * [**](a)`, ` * \*\*`},
		{"angle address not closed", `[a](<1>2) [d](e)`, `[a\](<1>2) d`},
		{"mark beside a mark", `_a_[_b](c)`, `_a_\_b`},
		{"definition", `[a][: b](c)`, `[a\]: b`},
		{"other runs of stars", `a*** [b***](c)`, `a*** b***`},
		{"backslash at the end", "a\\ [](b)\nc", "a\\\\\nc"},
		{"bracket before", `a] [b](c)`, `a] b`},
		{"star", `[*](a) b*`, `\* b*`},
		{"empty line", "a\n[](b)\nc", "a\nc"},
		{"empty first line", "[](a)\n2. b", "2\\. b"},
		{"nothing", `[](a)`, ``},
		{"lines", "a [b\nc](d)\ne", "a b\nc\ne"},
		{"made by joining", `[x][(y)](z)`, `[x\](y)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := unlink(test.md)
			if got != test.want {
				t.Errorf("unlink(%q)\n got %q\nwant %q", test.md, got, test.want)
			}
			checkUnlinked(t, test.md, got)
		})
	}
}

// TestUnlinkTakesNoLonger holds that what somebody made to be slow is not: each
// of these takes a minute or more where time grows with the square of the length.
func TestUnlinkTakesNoLonger(t *testing.T) {
	for _, md := range []string{
		"[a](b)" + strings.Repeat("[a](", 100_000),
		"[a](b)" + strings.Repeat("**a ", 100_000) + strings.Repeat("b_ ", 100_000),
		"a[b](c)" + strings.Repeat("_d_**.e**", 10_000), // each gives way when the one before has
	} {
		start := time.Now()
		unlink(md)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.20q… took %v", md, d)
		}
	}
}

// checkUnlinked lets a reader of Markdown say whether two blocks differ in their
// links and emphasis alone.
func checkUnlinked(t interface {
	Helper()
	Errorf(string, ...any)
}, md, got string) {
	t.Helper()
	if strings.Contains(got, "](") && strings.Contains(render(got), "<a ") {
		t.Errorf("a link is left\nof %q\nin %q", md, got)
	}
	before, after := plain(render(md)), plain(render(got))
	if before != after {
		t.Errorf("the words differ\nof %q: %q\nin %q: %q", md, before, got, after)
	}
}

func render(md string) string {
	var buf bytes.Buffer
	reader := goldmark.New(goldmark.WithRendererOptions(goldmarkhtml.WithHardWraps(), goldmarkhtml.WithUnsafe()))
	if err := reader.Convert([]byte(md), &buf); err != nil {
		panic(err) // unreachable: nothing fails in memory
	}
	return buf.String()
}

var (
	inlineTag  = regexp.MustCompile(`</?(?:a|strong|em)(?: [^>]*)?>`)
	emptyBlock = regexp.MustCompile(`<(p|li|h[1-6])>\s*</(?:p|li|h[1-6])>`)
	breaks     = regexp.MustCompile(`(?:\s*<br>\s*)+`)
)

// plain reduces HTML to its blocks and words. Breaks without words between them
// are one, space is folded.
func plain(s string) string {
	s = inlineTag.ReplaceAllString(s, "")
	s = breaks.ReplaceAllString(s, "<br>")
	s = regexp.MustCompile(`(<(?:p|li|h[1-6])>)\s*(?:<br>)?\s*`).ReplaceAllString(s, "$1")
	s = regexp.MustCompile(`\s*(?:<br>)?\s*(</(?:p|li|h[1-6])>)`).ReplaceAllString(s, "$1")
	s = emptyBlock.ReplaceAllString(s, "")
	return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
}

// A span is a stretch of words or, with a mark, of spans.
type span struct {
	words      string
	start, end string
	spans      []span
}

var piece = rapid.SampledFrom([]string{
	"a", "bee", " ", " ", "\n", ".", ":", ",", "(", ")", "*", "**", "_", "[", "]", "!", "<", ">", "&", "amp;", ";", "`", "```",
	"#", "##", "-", "---", "+", "=", "1.", "2)", "\\", "~~~", "|", "/", "£", "’", "é", "\u00a0", "😀", "http://x", "x@y.z",
})

var address = rapid.SampledFrom([]string{"](u)", "](<u v>)", "](u(v)w)", "](u\\)_*v)", "]()"})

// drawSpans makes words as awkward as can be, with bold, italic and links.
func drawSpans(t *rapid.T, depth int, within string) (spans []span) {
	for range rapid.IntRange(0, 6).Draw(t, "spans") {
		s := span{}
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case kind == 0:
			s.start, s.end = bold, bold
		case kind == 1:
			s.start, s.end = italic, italic
		case kind <= 3:
			s.start, s.end = "[", address.Draw(t, "address")
		}
		if depth == 0 || s.start == "" || strings.Contains(within, s.start) {
			s = span{words: piece.Draw(t, "piece")}
		} else {
			s.spans = drawSpans(t, depth-1, within+s.start)
		}
		spans = append(spans, s)
	}
	return spans
}

// writeSpans writes spans with everything escaped that is not a letter.
func writeSpans(b *strings.Builder, spans []span, emphasis bool) {
	for _, s := range spans {
		mark := emphasis || s.start == "["
		if mark {
			b.WriteString(s.start)
		}
		for _, c := range s.words {
			if c < 0x80 && isPunct(byte(c)) {
				b.WriteByte('\\')
			}
			b.WriteRune(c)
		}
		writeSpans(b, s.spans, emphasis)
		if mark {
			b.WriteString(s.end)
		}
	}
}

func allWords(spans []span) (s string) {
	for _, sp := range spans {
		s += sp.words + allWords(sp.spans)
	}
	return s
}

// drawMarkdown makes a block. Everything in it is escaped at first; then it loses
// such backslashes as a reader of Markdown does not miss.
func drawMarkdown(t *rapid.T) string {
	spans := drawSpans(t, 3, "")
	mark := rapid.SampledFrom([]string{"", "", "## ", " * ", " 1. ", "> "}).Draw(t, "mark")
	var md string
	for _, emphasis := range []bool{true, false} { // without, where it does not hold
		var b strings.Builder
		writeSpans(&b, spans, emphasis)
		md = mark + blankLines.ReplaceAllString(strings.TrimSpace(b.String()), "\n")
		if mark != "" {
			md = strings.ReplaceAll(md, "\n", " ")
		}
		got := anyTag.ReplaceAllString(render(marks.Replace(md)), "")
		if !otherRuns.MatchString(md) && slices.Equal(strings.Fields(html.UnescapeString(got)), strings.Fields(allWords(spans))) {
			break
		}
	}
	want := render(marks.Replace(md))
	for i := 0; i < len(md)-1; i++ {
		if md[i] != '\\' {
			continue
		}
		shorter := md[:i] + md[i+1:]
		if rapid.Bool().Draw(t, "bare") && !mixedRun.MatchString(escapeSeq.ReplaceAllString(shorter, "x")) && render(marks.Replace(shorter)) == want {
			md = shorter
		} else {
			i++
		}
	}
	return marks.Replace(md)
}

// While a block is made, characters that are nowhere else stand for the marks of
// emphasis.
const bold, italic = "\x01", "\x02"

var marks = strings.NewReplacer(bold, "**", italic, "_")

var (
	// otherRuns are marks without words between them.
	otherRuns = regexp.MustCompile(`\x01{2}|\x02{2}`)
	// mixedRun is a bare star beside a mark: that would lengthen the mark.
	mixedRun  = regexp.MustCompile(`\x01\*|\*\x01|\x02_|_\x02`)
	escapeSeq = regexp.MustCompile(`\\.`)
)

var anyTag = regexp.MustCompile(`<[^>]*>`)

var blankLines = regexp.MustCompile(`\s*\n\s*`)

func TestUnlinkAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		md := drawMarkdown(t)
		checkUnlinked(t, md, unlink(md))
	})
}

func FuzzMarkdown(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		md := drawMarkdown(t)
		checkUnlinked(t, md, unlink(md))
	}))
}
