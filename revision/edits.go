package revision

import (
	"math"
	"strings"
)

// edits are a stream's stretches.
func (c *comparison) edits(st *stream) []Edit {
	w := editWriter{comparison: c}
	i, j := 0, 0
	for n := 0; i < len(st.old) || j < len(st.new); n++ {
		h, class := hunk{len(st.old), len(st.old), len(st.new), len(st.new)}, None
		if n < len(st.hunks) {
			h, class = st.hunks[n], Minor
			if n < len(st.classes) {
				class = st.classes[n]
			}
		}
		for ; i < h.a0; i, j = i+1, j+1 {
			w.add(Keep, None, st.old[i], st.new[j])
		}
		for ; i < h.a1; i++ {
			w.add(Delete, class, st.old[i], noToken)
		}
		for ; j < h.b1; j++ {
			w.add(Insert, class, noToken, st.new[j])
		}
	}
	w.flush()
	return w.out
}

// noToken stands where a side has none.
const noToken = math.MinInt32

// An editWriter gathers tokens with the same fate into edits.
type editWriter struct {
	*comparison
	out      []Edit
	op       Op // of the edit at hand, "" for none
	class    Class
	old, new strings.Builder
}

func (w *editWriter) flush() {
	if w.op != "" {
		w.out = append(w.out, Edit{Op: w.op, Class: w.class, Old: w.old.String(), New: w.new.String()})
	}
	w.op = ""
	w.old.Reset()
	w.new.Reset()
}

// add adds a token of the old side and one of the new, or of one of them.
func (w *editWriter) add(op Op, class Class, old, new int32) {
	n := max(old, new) // of what is no text both sides have the same, or one has it
	if n >= 0 {
		if op != w.op || class != w.class {
			w.flush()
			w.op, w.class = op, class
		}
		if old >= 0 {
			w.old.WriteString(w.comparison.old.tokens[old].text)
			w.old.WriteString(w.comparison.old.tokens[old].space)
		}
		if new >= 0 {
			w.new.WriteString(w.comparison.new.tokens[new].text)
			w.new.WriteString(w.comparison.new.tokens[new].space)
		}
		return
	}
	w.flush()
	e := Edit{Op: op, Class: class}
	if n == endOfBlock {
		e.End = true
		if op != Insert {
			e.Old = "\n\n"
		}
		if op != Delete {
			e.New = "\n\n"
		}
	} else {
		e.Moved = int(movedBase-n) + 1
	}
	w.out = append(w.out, e)
}
