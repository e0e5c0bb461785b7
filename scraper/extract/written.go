package extract

import (
	"strings"
	"time"

	"archiver/article"
)

// A date as sites other than the platform print it: "Mar 24, 2021 16:16 GMT",
// "4 May 2023, 10:15", "Published 14:05 Tuesday 3rd March 2024", "Thursday 5th
// December 2024 at 2:30pm", "16 November 2017 • 2:15pm", "04/05/2023 10:15". The
// line is read word by word, which takes all these orders as one form: one day, at
// most one time of day, and beside them nothing but labels.

// A dateWord is a word of a line, with the place where it stands.
type dateWord struct {
	text     string // letters in lower case, or digits
	from, to int
	digits   bool
	after    byte // the character behind it
}

// maxDateline is how long a line can be that prints a date.
const maxDateline = 160

// parseWritten reads a line that holds a date in words or figures and nothing but
// labels beside it. A day without a time of day is its beginning, and said to be so.
func parseWritten(line string) (dateline, bool) {
	if len(line) < len("1 May 2000") || len(line) > maxDateline || !yearIn(line) {
		return dateline{}, false
	}
	if other, ok := otherTimes.find(line); ok {
		// "Published 4 May 2023, updated 5 May 2023": the first counts.
		if line = strings.TrimRight(line[:other.from], " |–-•·,(last"); !yearIn(line) {
			return dateline{}, false
		}
	}
	words := dateWords(line)
	day, ok := dayIn(words)
	if !ok {
		return dateline{}, false
	}
	clock, timed := clockIn(words, day)
	from, to := words[day.from].from, words[day.to-1].to
	if timed {
		from, to = min(from, words[clock.from].from), max(to, words[clock.to-1].to)
		if clock.from < day.from && day.from-clock.to > 2 || clock.from >= day.to && clock.from-day.to > 2 {
			return dateline{}, false // words between them
		}
		if clock.seconds && !publishing.in(line[:from]) {
			return dateline{}, false // a machine's note of when it made the page
		}
	}
	// The name of the day before it belongs to it.
	for i := day.from - 1; i >= 0 && words[i].from < from; i-- {
		if weekdays[words[i].text] {
			from = words[i].from
		}
	}
	if i := day.from - 1; i >= 0 && weekdays[words[i].text] {
		from = min(from, words[i].from)
	}
	head, tail := strings.TrimSpace(line[:from]), strings.TrimLeft(line[to:], " -–|•·,)")
	if strings.HasSuffix(tail, " read") {
		tail = "" // "3 min read"
	}
	if !labelLike(strings.TrimRight(head, " -–|•·,(—")) || !labelLike(tail) || strings.ContainsAny(tail, "0123456789") {
		return dateline{}, false
	}
	d := dateline{text: strings.TrimSpace(line[from:to]), labelled: publishing.in(head), tail: tail}
	if !timed {
		d.dayOnly = true
		d.time = time.Date(day.year, day.month, day.day, 0, 0, 0, 0, article.London)
		return d, true
	}
	if clock.zone != nil {
		d.time = time.Date(day.year, day.month, day.day, clock.hour, clock.minute, 0, 0, clock.zone).In(article.London)
		return d, true
	}
	d.time, d.warning = inLondon(day.year, day.month, day.day, clock.hour, clock.minute)
	return d, true
}

// yearIn reports whether a line holds four digits that are a year of our time.
func yearIn(line string) bool {
	for i := 0; i+4 <= len(line); i++ {
		if (line[i] == '2' && line[i+1] == '0' || line[i] == '1' && line[i+1] == '9') && digit(line[i+2]) && digit(line[i+3]) &&
			(i == 0 || !digit(line[i-1])) && (i+4 == len(line) || !digit(line[i+4])) {
			return true
		}
	}
	return false
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// dateWords divides a line into words and numbers.
func dateWords(line string) []dateWord {
	words := make([]dateWord, 0, 24)
	for i := 0; i < len(line); {
		from := i
		switch {
		case digit(line[i]):
			for i < len(line) && digit(line[i]) {
				i++
			}
		case letter(line[i]):
			for i < len(line) && (letter(line[i]) || line[i] >= 0x80) {
				i++
			}
		default:
			i++
			continue
		}
		w := dateWord{text: strings.ToLower(line[from:i]), from: from, to: i, digits: digit(line[from])}
		if i < len(line) {
			w.after = line[i]
		}
		words = append(words, w)
	}
	return words
}

var months = map[string]time.Month{
	"jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6, "june": 6,
	"jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10,
	"nov": 11, "november": 11, "dec": 12, "december": 12,
}

var weekdays = map[string]bool{
	"mon": true, "monday": true, "tue": true, "tues": true, "tuesday": true, "wed": true, "weds": true, "wednesday": true,
	"thu": true, "thur": true, "thurs": true, "thursday": true, "fri": true, "friday": true, "sat": true, "saturday": true,
	"sun": true, "sunday": true,
}

// A writtenDay is a day, and the words that it takes.
type writtenDay struct {
	year     int
	month    time.Month
	day      int
	from, to int
}

// dayIn finds the first day in a line.
func dayIn(words []dateWord) (writtenDay, bool) {
	for i := range words {
		for _, read := range [...]func([]dateWord) (writtenDay, bool){dayMonthYear, monthDayYear, figures} {
			if d, ok := read(words[i:]); ok && d.valid() {
				d.from, d.to = i, i+d.to
				return d, true
			}
		}
	}
	return writtenDay{}, false
}

func (d writtenDay) valid() bool {
	return d.year >= 1990 && d.year <= 2199 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
		d.day <= time.Date(d.year, d.month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// dayMonthYear reads "5 December 2024" and "5th of Dec, 2024".
func dayMonthYear(w []dateWord) (d writtenDay, ok bool) {
	if !w[0].digits || len(w[0].text) > 2 {
		return d, false
	}
	i := 1
	for i < len(w) && i < 3 && (ordinals[w[i].text] || w[i].text == "of") {
		i++
	}
	if i+1 >= len(w) || months[w[i].text] == 0 || len(w[i+1].text) != 4 || !w[i+1].digits {
		return d, false
	}
	return writtenDay{year: number(w[i+1].text), month: months[w[i].text], day: number(w[0].text), to: i + 2}, true
}

// monthDayYear reads "December 5, 2024".
func monthDayYear(w []dateWord) (d writtenDay, ok bool) {
	if months[w[0].text] == 0 || len(w) < 3 || !w[1].digits || len(w[1].text) > 2 {
		return d, false
	}
	i := 2
	if ordinals[w[i].text] {
		i++
	}
	if i >= len(w) || len(w[i].text) != 4 || !w[i].digits {
		return d, false
	}
	return writtenDay{year: number(w[i].text), month: months[w[0].text], day: number(w[1].text), to: i + 1}, true
}

// figures reads "05/12/2024", "5.12.2024" and "2024-12-05".
func figures(w []dateWord) (d writtenDay, ok bool) {
	if len(w) < 3 || !w[0].digits || !w[1].digits || !w[2].digits || w[0].after != w[1].after ||
		w[0].after != '/' && w[0].after != '-' && w[0].after != '.' || w[1].from != w[0].to+1 || w[2].from != w[1].to+1 {
		return d, false
	}
	switch {
	case len(w[2].text) == 4 && len(w[0].text) <= 2 && len(w[1].text) <= 2:
		return writtenDay{year: number(w[2].text), month: time.Month(number(w[1].text)), day: number(w[0].text), to: 3}, true
	case len(w[0].text) == 4 && len(w[1].text) == 2 && len(w[2].text) == 2 && w[0].after == '-':
		return writtenDay{year: number(w[0].text), month: time.Month(number(w[1].text)), day: number(w[2].text), to: 3}, true
	}
	return d, false
}

var ordinals = map[string]bool{"st": true, "nd": true, "rd": true, "th": true}

// A writtenClock is a time of day, and the words that it takes.
type writtenClock struct {
	hour, minute int
	seconds      bool
	zone         *time.Location // nil for London's
	from, to     int
}

// zones are those that a page for British readers can name.
var zones = map[string]*time.Location{
	"gmt": time.UTC, "utc": time.UTC, "z": time.UTC, "bst": time.FixedZone("BST", 3600),
	"est": time.FixedZone("EST", -5*3600), "edt": time.FixedZone("EDT", -4*3600),
	"pst": time.FixedZone("PST", -8*3600), "pdt": time.FixedZone("PDT", -7*3600),
}

// clockIn finds the time of day in a line, outside its day.
func clockIn(words []dateWord, day writtenDay) (c writtenClock, ok bool) {
	for i := range words {
		if i >= day.from && i < day.to || !words[i].digits || len(words[i].text) > 2 {
			continue
		}
		c := writtenClock{hour: number(words[i].text), from: i, to: i + 1}
		minutes := false
		if w := words[i]; (w.after == ':' || w.after == '.') && c.to < len(words) && words[c.to].digits && len(words[c.to].text) == 2 && words[c.to].from == w.to+1 {
			c.minute = number(words[c.to].text)
			minutes = true
			c.to++
			if w := words[c.to-1]; w.after == ':' && c.to < len(words) && words[c.to].digits && words[c.to].from == w.to+1 {
				c.seconds = true
				c.to++
			}
		}
		half := ""
		if c.to < len(words) && words[c.to].from <= words[c.to-1].to+1 {
			switch words[c.to].text {
			case "am", "pm":
				half = words[c.to].text
				c.to++
			case "a", "p":
				if c.to+1 < len(words) && words[c.to+1].text == "m" {
					half = words[c.to].text + "m"
					c.to += 2
				}
			}
		}
		if !minutes && half == "" || c.minute > 59 || c.hour > 23 || half != "" && (c.hour < 1 || c.hour > 12) && !(minutes && c.hour > 12) {
			continue
		}
		if half != "" && c.hour <= 12 {
			c.hour %= 12
			if half == "pm" {
				c.hour += 12
			}
		}
		if c.to < len(words) && zones[words[c.to].text] != nil && words[c.to].from <= words[c.to-1].to+2 {
			c.zone = zones[words[c.to].text]
			c.to++
		}
		return c, true
	}
	return writtenClock{}, false
}
