package web

import (
	"html/template"
	"strings"

	"archiver/revision"
	"archiver/typeset"
)

// A differencePart is a part of two releases beside each other, in rows that begin
// and end at the same paragraphs.
type differencePart struct {
	Name string
	Rows []differenceRow
}

type differenceRow struct {
	Old, New template.HTML
	Same     bool
}

// sideBySide sets a difference in two columns, with the words that differ marked.
func sideBySide(d *revision.Difference) []differencePart {
	var parts []differencePart
	for _, p := range []struct {
		name  string
		edits []revision.Edit
	}{{"Headline", d.Title}, {"Time of publication", d.Published}, {"Text", d.Body}} {
		if rows := rowsOf(d, p.edits); len(rows) > 0 {
			parts = append(parts, differencePart{p.name, rows})
		}
	}
	return parts
}

// rowsOf divides edits where both texts end a paragraph.
func rowsOf(d *revision.Difference, edits []revision.Edit) []differenceRow {
	var rows []differenceRow
	var older, newer strings.Builder
	same := true
	end := func() {
		if older.Len() > 0 || newer.Len() > 0 {
			rows = append(rows, differenceRow{template.HTML(older.String()), template.HTML(newer.String()), same})
		}
		older.Reset()
		newer.Reset()
		same = true
	}
	for _, e := range edits {
		switch {
		case e.End && e.Op == revision.Keep:
			end()
			continue
		case e.End && e.Op == revision.Delete:
			older.WriteString("<br>\n")
			continue
		case e.End:
			newer.WriteString("<br>\n")
			continue
		}
		if e.Op != revision.Keep {
			same = false
		}
		if e.Moved > 0 && e.Moved <= len(d.Moved) {
			for _, inner := range d.Moved[e.Moved-1] {
				if e.Op == revision.Delete {
					words(&older, inner, true)
				} else {
					words(&newer, inner, false)
				}
			}
			note := "<small>(stood elsewhere)</small> "
			if e.Op == revision.Delete {
				older.WriteString(" <small>(stands elsewhere now)</small> ")
			} else {
				newer.WriteString(" " + note)
			}
			continue
		}
		words(&older, e, true)
		words(&newer, e, false)
	}
	end()
	return rows
}

// words writes a stretch as one of the two texts has it.
func words(b *strings.Builder, e revision.Edit, older bool) {
	text, tag := e.New, "ins"
	if older {
		text, tag = e.Old, "del"
	}
	if text == "" || e.End || older && e.Op == revision.Insert || !older && e.Op == revision.Delete {
		return
	}
	core := strings.TrimRight(text, " \n\t\u00a0")
	set := strings.ReplaceAll(typeset.Escape(core), "\n", "<br>\n")
	if e.Op != revision.Keep && core != "" {
		set = "<" + tag + ">" + set + "</" + tag + ">"
	}
	b.WriteString(set)
	if strings.Contains(text[len(core):], "\n") {
		b.WriteString("<br>\n")
	} else if len(text) > len(core) {
		b.WriteByte(' ')
	}
}
