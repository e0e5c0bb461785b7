package web

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

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
	"kind":    kindName,
	"topic":   topicName,
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
	"capital": capital,
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

var kindNames = map[article.Kind]string{article.KindMissing: "Missing person", article.KindFound: "Found", article.KindOther: "News"}

func kindName(k article.Kind) string {
	if name := kindNames[k]; name != "" {
		return name
	}
	return capital(typeset.Line(string(k)))
}

// topicName makes "Fraud: courier" of "fraud/courier".
func topicName(id string) string {
	return capital(strings.ReplaceAll(strings.ReplaceAll(typeset.Line(id), "/", ": "), "-", " "))
}

func capital(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(c)) + s[n:]
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

func className(c revision.Class) string { return capital(string(c)) }

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

// snip shortens a text to whole words of at most n bytes.
func snip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	s = s[:n]
	if space := strings.LastIndexByte(s, ' '); space > n/2 {
		s = s[:space]
	}
	return s + " …"
}
