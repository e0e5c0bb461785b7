package revision_test

import (
	"bytes"
	"strings"
	"testing"

	"archiver/article"
	"archiver/revision"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
)

// Text that would be markup, in every place where words can stand.
var nasty = []string{
	"<script>alert(1)</script>", "</article><img src=x onerror=alert(1)>", "&lt;b&gt;", "*so*", "**so**", "~~so~~", "_so_", "`so`",
	"[so](javascript:alert(1))", "![so](x)", "# so", "1. so", "- so", "+ so", "> so", "| so | so |", "\\so", "===", "---", "so&so;", "so,", "“so”", "£5", "\x1b[31mso", "so\u202Eso",
}

// What is shown has the marks and nothing else: as a browser reads the HTML, and
// a reader of Markdown the Markdown, the words come out as they are.
func TestNothingEscapes(t *testing.T) {
	for _, n := range nasty {
		a := release("The "+n+" one", lead, "It was "+n+" here.", n+" stood here and there.", "The car,"+n+"the van.", tail)
		b := release("The "+n+" two", lead, "It is "+n+" here "+n+".", n+" stood there.", n, "The car"+n+"the van.", tail)
		d := revision.Compare(a, b)
		for _, context := range []int{-1, 2} {
			var page, text bytes.Buffer
			show(t, &page, "html", a, b, d, context)
			elements(t, page.String(), "article h2 dl dt dd p b small del ins br")
			show(t, &text, "markdown", a, b, d, context)
			var rendered bytes.Buffer
			if err := goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.Table)).Convert(text.Bytes(), &rendered); err != nil {
				t.Fatal(err)
			}
			elements(t, rendered.String(), "h2 ul li p em strong del")
			if strings.Contains(rendered.String(), "~~") && n != "~~so~~" || strings.Contains(rendered.String(), "**") && n != "**so**" {
				t.Errorf("%q: marks are left in\n%s\nof\n%s", n, rendered.String(), text.String())
			}
			var plain bytes.Buffer
			show(t, &plain, "text", a, b, d, context)
			if strings.ContainsAny(plain.String(), "\x1b\u202E") {
				t.Errorf("%q: the terminal would obey %q", n, plain.String())
			}
		}
	}
}

func show(t *testing.T, w *bytes.Buffer, format string, a, b *article.Record, d *revision.Difference, context int) {
	t.Helper()
	if err := revision.Write(w, format, a, b, d, revision.Options{Context: context}); err != nil {
		t.Fatal(err)
	}
}

// elements holds that a fragment has no elements but these, each with its end,
// and no attributes.
func elements(t *testing.T, fragment, allowed string) {
	t.Helper()
	known := strings.Fields(allowed)
	var open []string
	z := html.NewTokenizer(strings.NewReader(fragment))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		name, attributes := z.TagName()
		tag := string(name)
		switch kind {
		case html.StartTagToken:
			ok := false
			for _, k := range known {
				ok = ok || k == tag
			}
			if !ok || attributes {
				t.Errorf("<%s> in\n%s", tag, fragment)
			}
			if tag != "br" {
				open = append(open, tag)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tag {
				t.Errorf("</%s> closes nothing in\n%s", tag, fragment)
				return
			}
			open = open[:len(open)-1]
		case html.CommentToken, html.DoctypeToken, html.SelfClosingTagToken:
			t.Errorf("%v in\n%s", kind, fragment)
		}
	}
	if len(open) > 0 {
		t.Errorf("%v is not closed in\n%s", open, fragment)
	}
}

// A format that is not known is an error.
func TestUnknownFormat(t *testing.T) {
	a := release("One")
	if err := revision.Write(&bytes.Buffer{}, "docx", a, a, revision.Compare(a, a), revision.Options{}); err == nil {
		t.Error("no error")
	}
}
