package web

import (
	"fmt"
	"strings"

	"archiver/article"
	"archiver/typeset"
)

// harvard cites a release as works of scholarship do.
func harvard(r *article.Record) string {
	year, on := "no date", ""
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		year, on = at.Format("2006"), at.Format(", 2 January")
	}
	s := fmt.Sprintf("%s (%s) ‘%s’%s. Available at: %s", typeset.Source(r), year, typeset.Title(r), on, typeset.Line(r.URL))
	if !r.Capture.Fetched.IsZero() {
		s += r.Capture.Fetched.In(article.London).Format(" (Captured: 2 January 2006)")
	}
	return s + "."
}

// bibtex cites a release for BibTeX. Characters that TeX would take for something
// else are written so that it does not.
func bibtex(r *article.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "@online{%s,\n", r.ID[:min(len(r.ID), 12)])
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	field("author", "{"+tex(typeset.Source(r))+"}")
	field("title", "{"+tex(typeset.Title(r))+"}")
	if !r.Published.IsZero() {
		field("date", r.Published.In(article.London).Format("2006-01-02"))
		field("year", r.Published.In(article.London).Format("2006"))
	}
	field("url", strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C").Replace(typeset.Line(r.URL)))
	if !r.Capture.Fetched.IsZero() {
		field("urldate", r.Capture.Fetched.In(article.London).Format("2006-01-02"))
	}
	b.WriteString("}\n")
	return b.String()
}

var texEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "{", `\{`, "}", `\}`, "$", `\$`, "&", `\&`, "#", `\#`, "_", `\_`, "%", `\%`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`,
)

func tex(s string) string { return texEscapes.Replace(s) }

// ris cites a release for reference managers.
func ris(r *article.Record) string {
	var b strings.Builder
	line := func(tag, value string) {
		if value = typeset.Line(value); value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "NEWS")
	line("TI", typeset.Title(r))
	line("AU", strings.ReplaceAll(typeset.Source(r), ",", "")+",") // a body, not a person
	line("PB", typeset.Source(r))
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		line("PY", at.Format("2006"))
		line("DA", at.Format("2006/01/02/"))
	}
	line("UR", r.URL)
	if !r.Capture.Fetched.IsZero() {
		line("Y2", r.Capture.Fetched.In(article.London).Format("2006/01/02/"))
	}
	line("ID", r.ID)
	b.WriteString("ER  - \r\n")
	return b.String()
}
