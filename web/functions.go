package web

import (
	"fmt"
	"html/template"
	"strings"

	"archiver/article"
	"archiver/revision"
	"archiver/search"
	"archiver/typeset"

	"github.com/dustin/go-humanize"
)

// functions are what the templates can call.
var functions = template.FuncMap{
	"line":    typeset.Line,
	"web":     typeset.Address,
	"kind":    typeset.Kind,
	"topic":   typeset.Topic,
	"number":  func(n int) string { return humanize.Comma(int64(n)) },
	"plural":  plural,
	"minute":  func(t article.Time) template.HTML { return timeElement(t, "Monday 2 January 2006, 15:04") },
	"short":   func(t article.Time) template.HTML { return timeElement(t, "2 Jan 2006, 15:04") },
	"date":    func(t article.Time) template.HTML { return timeElement(t, "2 January 2006") },
	"day":     func(t article.Time) template.HTML { return timeElement(t, "2 Jan 2006") },
	"clock":   func(t article.Time) template.HTML { return timeElement(t, "15:04") },
	"status":  statusName,
	"class":   className,
	"percent": func(share float64) string { return fmt.Sprintf("%.0f%%", share*100) },
	"lower":   strings.ToLower,
	"capital": typeset.Capital,
	"removed": typeset.Removed,
	"rights":  func() string { return typeset.Rights },
	"join":    strings.Join,
	"add":     func(a, b int) int { return a + b },
	"why":     whyWords,
	"unquote": func(s string) string { return strings.Trim(typeset.Clean(s), "“”\"") },
}

// plural counts things: "1 release", "2,000 releases".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return humanize.Comma(int64(n)) + " " + what + "s"
}

// timeElement shows a time as people read it, with the exact one behind.
func timeElement(t article.Time, layout string) template.HTML {
	if t.IsZero() {
		return "time unknown"
	}
	exact := t.String()
	return template.HTML(`<time datetime="` + exact + `" title="` + exact + `">` + t.In(article.London).Format(layout) + `</time>`)
}

func statusName(s article.Status) string {
	switch s {
	case article.StatusMissing:
		return "Not found lately"
	case article.StatusGone:
		return "Taken down"
	case article.StatusLive:
		return "On the web"
	}
	return typeset.Line(string(s))
}

func className(c revision.Class) string { return typeset.Capital(string(c)) }

// marked sets stretches of a text off, as a search does with what it found.
func marked(text string, marks []search.Span) template.HTML {
	text = strings.ReplaceAll(typeset.Clean(text), "\n", " ")
	runes := []rune(text)
	var b strings.Builder
	at := 0
	for _, m := range marks {
		if m[0] < at || m[1] > len(runes) || m[1] <= m[0] {
			continue
		}
		b.WriteString(typeset.Escape(string(runes[at:m[0]])))
		b.WriteString("<mark>" + typeset.Escape(string(runes[m[0]:m[1]])) + "</mark>")
		at = m[1]
	}
	b.WriteString(typeset.Escape(string(runes[at:])))
	return template.HTML(b.String())
}
