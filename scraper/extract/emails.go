package extract

import (
	"strings"

	"archiver/article"
)

// mailAround returns the bytes of the e-mail address around the "@" at i, and
// 0, 0 where there is none. Some are printed with spaces at the "@", so that
// robots do not find them, or by accident.
func mailAround(text string, i int) (from, to int) {
	host := i + 1
	if host < len(text) && text[host] == ' ' {
		host++
	}
	to = hostEnd(text, host)
	if to == 0 {
		return 0, 0
	}
	last := i
	if last > 0 && text[last-1] == ' ' {
		last--
	}
	from = last
	for from > 0 && last-from < 64 && localByte(text[from-1]) { // RFC 5321, 4.5.3.1.1: 64 octets
		from--
	}
	for from < last && !alnum(text[from]) { // a dash or an apostrophe before the address
		from++
	}
	if from == last || (last < i || host > i+1) && unlikely(text[from:last], text[host:to]) {
		return 0, 0
	}
	return from, to
}

// unlikely reports whether what stands around a spaced "@" is rather a handle
// or a place: "follow us @ force.police.uk".
func unlikely(local, host string) bool {
	return strings.HasPrefix(host, "www.") || cueOf(local).any(cueVia|cueJoin|cueLine|cueNoName|cueCall)
}

// hostEnd returns the end of the host name that begins at i, or 0 if none does:
// labels of letters, digits and hyphens with stops between them, the last of
// letters alone.
func hostEnd(text string, i int) int {
	end, label, letters, start := 0, 0, true, i
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case letter(c):
			label++
			if end > 0 {
				end = i + 1
			}
		case '0' <= c && c <= '9', c == '-' && label > 0:
			label++
			letters = false
		case c == '.' && label > 0 && i+1 < len(text) && alnum(text[i+1]):
			if end > 0 && i+2 < len(text) && capital(text[i+1]) && small(text[i+2]) && small(text[start]) {
				return end // "… @place.police.uk.Or call": a space is missing
			}
			label, letters, end = 0, true, i
		default:
			if end > 0 && letters && label >= 2 {
				return i
			}
			return 0
		}
	}
	if end > 0 && letters && label >= 2 {
		return i
	}
	return 0
}

func localByte(c byte) bool {
	return alnum(c) || strings.IndexByte("._%+-&'", c) >= 0
}

// email takes an address of the bytes start to end.
func (r *indicatorReader) email(start, end int) {
	text, from, to := r.span(start, end)
	local, host, _ := strings.Cut(text, "@")
	r.emails = append(r.emails, article.Number{
		Text: text, Value: strings.TrimSpace(local) + "@" + strings.ToLower(strings.TrimSpace(host)),
		Block: r.block, Start: from, End: to,
	})
}

// readSpelledEmail reads, at the word "at", an address that is spelled so that robots do not find
// it: "name [at] place.police.uk", "name(at)place dot police dot uk". Without
// brackets it needs a host that is spelled with "dot", or "AT" and a name before
// it that no word is: "press.desk AT place.police.uk".
func (r *indicatorReader) readSpelledEmail(i int) int {
	last, first := i-1, i+1
	bracketed := strings.ContainsRune("[({<", r.at(i-1).sign) && strings.ContainsRune("])}>", r.at(i+1).sign) && r.glued(i) && r.glued(i+1)
	if bracketed {
		last, first = i-2, i+2
	}
	if last < 0 || r.at(last).kind == tokenMark || r.at(last).line && last != 0 && r.at(i).line {
		return i
	}
	start := int(r.at(last).end)
	for low := max(0, start-64); start > low && localByte(r.text[start-1]); {
		start--
	}
	for start < int(r.at(last).end) && !alnum(r.text[start]) {
		start++
	}
	host, next, spelled := r.spelledHost(first)
	shouted := r.word(i) == "AT" && r.at(last).kind == tokenWeb && !strings.HasPrefix(host, "www.")
	if host == "" || !bracketed && !spelled && !shouted || start == int(r.at(last).end) {
		return i
	}
	text, from, to := r.span(start, int(r.at(next-1).end))
	r.emails = append(r.emails, article.Number{
		Text: text, Value: r.text[start:r.at(last).end] + "@" + strings.ToLower(host), Block: r.block, Start: from, End: to,
	})
	return next
}

// spelledHost reads a host name that begins at a token, its stops printed or
// spelled "dot", "[dot]", "(dot)".
func (r *indicatorReader) spelledHost(i int) (host string, next int, spelled bool) {
	var b strings.Builder
	labels := 0
	for ; labels < 8 && i < len(r.tokens); labels++ {
		t := r.at(i)
		if t.line {
			return "", i, false
		}
		switch t.kind {
		case tokenWeb: // "place.police.uk"
			b.WriteString(strings.TrimRight(r.word(i), ".,;:!?'"))
			next = i + 1
			r.tokens[i].end = t.start + int32(len(strings.TrimRight(r.word(i), ".,;:!?'")))
		case tokenWord, tokenDigits:
			b.WriteString(r.word(i))
			next = i + 1
			for next < i+16 && r.glued(next) && (r.at(next).kind != tokenMark || r.at(next).sign == '-' && r.glued(next+1) && r.at(next+1).kind != tokenMark) {
				b.WriteString(r.word(next))
				next++
			}
		default:
			return "", i, false
		}
		switch after := next; {
		case r.at(after).kind == tokenMark && r.at(after).sign == '.' && r.glued(after) && r.glued(after+1) && r.at(after+1).kind == tokenWord:
			i = after + 1
		case strings.EqualFold(r.word(after), "dot") && r.at(after).kind == tokenWord:
			i, spelled = after+1, true
		case strings.ContainsRune("[({", r.at(after).sign) && strings.EqualFold(r.word(after+1), "dot") && r.at(after+2).kind == tokenMark:
			i, spelled = after+3, true
		default:
			if strings.ContainsRune(b.String(), '.') {
				return b.String(), next, spelled
			}
			return "", next, false
		}
		b.WriteByte('.')
	}
	return "", i, false
}
