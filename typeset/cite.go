package typeset

import (
	"fmt"
	"strings"

	"archiver/article"
)

// A Citation names a release as works of scholarship do.
type Citation struct{ Before, Title, After string }

// Cite makes a citation in the Harvard form; Title stands in inverted commas.
func Cite(r *article.Record) Citation {
	c := Citation{Source(r) + " (no date) ", Title(r), ". "}
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		c.Before, c.After = fmt.Sprintf("%s (%d) ", Source(r), at.Year()), at.Format(", 2 January. ")
	}
	c.After += "Available at: " + Line(r.URL)
	if !r.Capture.Fetched.IsZero() {
		c.After += r.Capture.Fetched.In(article.London).Format(" (Captured: 2 January 2006)")
	}
	c.After += "."
	return c
}

func (c Citation) String() string { return c.Before + "‘" + c.Title + "’" + c.After }

// BibTeX cites a release for BibTeX. Characters that TeX would take for something else
// are written so that it does not.
func BibTeX(r *article.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "@online{%s,\n", r.ID[:min(len(r.ID), 12)])
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, value)
		}
	}
	field("author", "{"+tex(Source(r))+"}")
	field("title", "{"+tex(Title(r))+"}")
	if !r.Published.IsZero() {
		field("date", r.Published.In(article.London).Format("2006-01-02"))
		field("year", r.Published.In(article.London).Format("2006"))
	}
	field("url", strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C").Replace(Line(r.URL)))
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

// RIS cites a release for reference managers.
func RIS(r *article.Record) string {
	var b strings.Builder
	line := func(tag, value string) {
		if value = Line(value); value != "" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, value)
		}
	}
	line("TY", "NEWS")
	line("TI", Title(r))
	line("AU", strings.ReplaceAll(Source(r), ",", "")+",") // a body, not a person
	line("PB", Source(r))
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
