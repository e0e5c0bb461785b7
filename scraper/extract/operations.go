package extract

import (
	"strings"

	"archiver/article"
)

// readOperation reads the name of an operation, at each place it stands:
// "Operation Juniper", "Op Night Owl", "Operation “Nutmeg”".
func (r *indicatorReader) readOperation(i int) int {
	t := r.at(i)
	if !t.cue.any(cueOperation) || r.glued(i) && r.at(i-1).kind == tokenMark && r.at(i-1).sign == '-' {
		return i
	}
	quoting := r.expect.strength >= expectQuoted
	if !capital(r.text[t.start]) && !quoting {
		return i
	}
	first, last := i+1, -1
	if r.at(first).sign == '.' && r.glued(first) && t.end-t.start == 2 {
		first++
	}
	open := r.at(first).kind == tokenMark && strings.ContainsRune("\"'“‘", r.at(first).sign) && !r.at(first).line
	if open {
		first++
	}
	for j := first; j < min(first+4, len(r.tokens)); j++ {
		w := r.at(j)
		if w.kind != tokenWord || w.line || !capital(r.text[w.start]) && w.start < w.end && r.text[w.start] < 128 || w.cue.any(cueNoName|cueMonth|cueWeekday|cueQuote|cueCall) && !(j == first && w.cue.any(cueMonth)) {
			break
		}
		last = j
		if r.at(j+1).sign == '-' && r.glued(j+1) && r.glued(j+2) && r.at(j+2).kind == tokenWord {
			j += 2 // "Mi-Spy"
			last = j
		}
		if w.stop {
			break
		}
	}
	if last < 0 {
		return i
	}
	end := last + 1
	if open && strings.ContainsRune("\"'”’", r.at(end).sign) && r.at(end).kind == tokenMark && r.glued(end) {
		end++
	}
	text, from, to := r.span(int(t.start), int(r.at(end-1).end))
	var b strings.Builder
	b.Grow(32)
	b.WriteString("OPERATION")
	for j := first; j <= last; j++ {
		if r.at(j).space || j == first {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToUpper(r.word(j)))
	}
	r.refs = append(r.refs, article.Mention{Kind: kindOperation, Text: text, Value: b.String(), Block: r.block, Start: from, End: to})
	if quoting {
		r.expect.after = true
	}
	return end
}
