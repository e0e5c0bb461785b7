package extract

import "strings"

// dated returns the token after the date that belongs to a run: "123 of 4 May",
// "123 04/05/20", "0012S 030519". It is the run's end where there is none.
func (r *indicatorReader) dated(u numberRun) int {
	if u.marks > 0 && u.letters == 0 || u.longest > 7 {
		return u.end
	}
	i := u.end
	if r.at(i).line {
		return u.end
	}
	if t := r.at(i); t.kind == tokenDigits && t.space {
		// Six or eight digits are a date; so are those with marks.
		if n := t.end - t.start; (n == 6 || n == 8) && !r.glued(i+1) && dayMonth(r.word(i)[:2], r.word(i)[2:4]) && r.text[r.at(u.start).start] != '£' {
			return r.of(i + 1)
		}
		if end := r.numericDate(i); end > i {
			return end
		}
		return u.end
	}
	return r.of(i)
}

// of returns the token after "of" and a date, or i. Where a number is expected it
// can also be "dated" or "on" a day.
func (r *indicatorReader) of(i int) int {
	j := i
	if r.at(j).sign == ',' {
		j++
	}
	switch strings.ToLower(r.word(j)) {
	case "of":
	case "dated", "from", "on":
		if r.expect.strength < expectQuoted {
			return i
		}
	default:
		return i
	}
	if r.at(j).line {
		return i
	}
	if end := r.date(j + 1); end > j+1 {
		return end
	}
	return i
}

// date returns the token after a date that begins at i, or i.
func (r *indicatorReader) date(i int) int {
	j := i
	for r.at(j).cue.any(cueWeekday) && !r.at(j).cue.any(cueMonth) || strings.EqualFold(r.word(j), "the") || r.at(j).sign == ',' {
		if j++; j > i+3 {
			return i
		}
	}
	if end := r.numericDate(j); end > j {
		return end
	}
	switch {
	case r.at(j).kind == tokenDigits: // "4 May 2020", "3rd of April"
		if r.at(j).end-r.at(j).start > 2 {
			return i
		}
		j++
		if r.at(j).kind == tokenWord && r.glued(j) && !r.at(j).cue.any(cueMonth) {
			j++
		} else if suffix := strings.ToLower(r.word(j)); suffix == "st" || suffix == "nd" || suffix == "rd" || suffix == "th" {
			j++
		}
		if strings.EqualFold(r.word(j), "of") {
			j++
		}
		if monthOf(r.word(j)) == 0 {
			return i
		}
		return r.year(j + 1)
	case r.at(j).cue.any(cueMonth): // "May 4"
		j++
		if r.at(j).kind != tokenDigits || r.at(j).end-r.at(j).start > 2 {
			return i
		}
		j++
		if r.at(j).kind == tokenWord && r.glued(j) {
			j++
		}
		return r.year(j)
	}
	return i
}

// year returns the token after a year that begins at i, or i.
func (r *indicatorReader) year(i int) int {
	j := i
	if r.at(j).sign == ',' {
		j++
	}
	if t := r.at(j); t.kind == tokenDigits && t.end-t.start == 4 && r.text[t.start] == '2' && !t.line {
		return j + 1
	}
	return i
}

// numericDate returns the token after 04/05, 4/5/20, 04.05.2020 or 04-05-2020
// that begins at i, or i.
func (r *indicatorReader) numericDate(i int) int {
	day, mark, month := r.at(i), r.at(i+1), r.at(i+2)
	if day.kind != tokenDigits || month.kind != tokenDigits || !r.glued(i+1) || !r.glued(i+2) || strings.IndexByte("/.-", byte(min(mark.sign, 127))) < 0 || mark.kind != tokenMark {
		return i
	}
	if !dayMonth(r.word(i), r.word(i+2)) {
		return i
	}
	if r.at(i+3).sign == mark.sign && r.glued(i+3) && r.glued(i+4) && r.at(i+4).kind == tokenDigits {
		if n := r.at(i+4).end - r.at(i+4).start; n == 2 || n == 4 {
			return i + 5
		}
		return i
	}
	if mark.sign != '/' {
		return i // 4.05 is a time or a sum
	}
	return i + 3
}

// dayMonth reports whether digits can be a day and a month.
func dayMonth(day, month string) bool {
	d, m := count2(day), count2(month)
	return 1 <= d && d <= 31 && 1 <= m && m <= 12
}

// count2 returns the number that one or two digits are, else 0.
func count2(s string) int {
	switch len(s) {
	case 1:
		return int(s[0] - '0')
	case 2:
		return int(s[0]-'0')*10 + int(s[1]-'0')
	}
	return 0
}

// dateParts reads the date that the tokens from i to end are, with the words
// before it.
func (r *indicatorReader) dateParts(i, end int) (day, month, year string, ok bool) {
	m := 0
	numeric := r.numericDate(i) == end || i+1 < end && r.numericDate(r.firstDigits(i, end)) == end
	for ; i < end; i++ {
		t := r.at(i)
		switch {
		case t.kind == tokenDigits && day == "":
			word := r.word(i)
			if len(word) > 2 {
				if len(word) != 6 && len(word) != 8 || i+1 != end || !dayMonth(word[:2], word[2:4]) {
					return "", "", "", false
				}
				day, m, year = word[:2], count2(word[2:4]), word[4:]
				continue
			}
			day = word
		case t.kind == tokenDigits && numeric && m == 0:
			m = count2(r.word(i))
		case t.kind == tokenDigits:
			year = r.word(i)
		case t.kind == tokenWord && monthOf(r.word(i)) > 0:
			m = monthOf(r.word(i))
		}
	}
	if len(year) == 2 {
		year = "20" + year
	}
	if m < 1 || m > 12 || day == "" {
		return "", "", "", false
	}
	return strings.TrimPrefix(day, "0"), monthNames[m-1], year, true
}

func (r *indicatorReader) firstDigits(i, end int) int {
	for i < end && r.at(i).kind != tokenDigits {
		i++
	}
	return i
}

var monthNames = strings.Fields("JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER")

// monthOf returns the month that a word names, 1 to 12, or 0. What begins as one
// and has a capital is a slip: "5 Februray".
func monthOf(word string) int {
	if len(word) < 3 || !cueOf(word).any(cueMonth) && !(capital(word[0]) && len(word) >= 4) {
		return 0
	}
	for k, name := range monthNames {
		if strings.EqualFold(word[:3], name[:3]) && (len(word) <= len(name)+1) {
			return k + 1
		}
	}
	return 0
}
