package extract

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"archiver/article"
)

// A dateline is a time of publication as a page prints it.
type dateline struct {
	time     time.Time
	text     string // as printed, without a label: "11:39 27/08/2020"
	labelled bool   // printed as "Published: …"
	dayOnly  bool   // printed without a time of day
	tail     string // what else stands in the line
	warning  string
}

var (
	// publishing are the labels of a dateline.
	publishing = wordSet(`published posted issued released sent`)
	// otherTimes tell of a time of something else than publication.
	otherTimes = phraseSet("timestamp", "update", "updated", "modified", "reviewed", "edited", "rendered", "expire", "expires", "until", "deadline",
		"today is", "seen", "sighted", "sighting", "taken", "captured", "happened", "occurred", "stolen", "since", "born")
)

// platformTime finds how the platform prints the time of publication, on its own
// before the lead: "HH:MM DD/MM/YYYY" (19,105 of 19,106 articles of 2019 to
// 2021), on listing cards and perhaps newer pages with "Published:" before it.
// The time at which the page was rendered has another form ("Current timestamp:
// 25/05/2022 11:15:55") and is never taken.
func platformTime(line string) (clock, day place, ok bool) {
	for colon := range len(line) {
		if line[colon] != ':' {
			continue
		}
		clock = place{digitsBefore(line, colon), digitsBehind(line, colon+1)}
		if hour := colon - clock.from; hour < 1 || hour > 2 || clock.to-colon != len(":30") || clock.from > 0 && strings.IndexByte(":/", line[clock.from-1]) >= 0 {
			continue
		}
		rest, found := strings.CutPrefix(strings.TrimPrefix(line[clock.to:], " on"), " ")
		if !found {
			continue
		}
		day.from = len(line) - len(rest)
		first := digitsBehind(line, day.from)
		second := digitsBehind(line, min(first+1, len(line)))
		day.to = digitsBehind(line, min(second+1, len(line)))
		if d, m, y := first-day.from, second-first-1, day.to-second-1; d < 1 || d > 2 || m < 1 || m > 2 || y != 4 || line[first] != '/' || line[second] != '/' {
			continue
		}
		if day.to == len(line) || strings.IndexByte(":/", line[day.to]) < 0 {
			return clock, day, true
		}
	}
	return place{}, place{}, false
}

// digitsBehind returns where the digits end that begin at a byte.
func digitsBehind(s string, at int) int {
	for at < len(s) && digit(s[at]) {
		at++
	}
	return at
}

// digitsBefore returns where the digits begin that end at a byte.
func digitsBefore(s string, at int) int {
	for at > 0 && digit(s[at-1]) {
		at--
	}
	return at
}

// parseDateline reads a line that holds a dateline and nothing but labels beside
// it: "Published: 11:39 27/08/2020 | Category: News".
func parseDateline(line string) (dateline, bool) {
	if len(line) < len("1:00 1/1/2000") || len(line) > 120 || !strings.Contains(line, ":") || strings.Count(line, "/") < 2 {
		return dateline{}, false
	}
	clock, day, ok := platformTime(line)
	if !ok {
		return dateline{}, false
	}
	head, tail := strings.TrimSpace(line[:clock.from]), strings.TrimLeft(line[day.to:], " -–|•·,")
	if otherTimes.in(head) && !is(labels, head) || !labelLike(head) || !labelLike(tail) {
		return dateline{}, false
	}
	if _, _, another := platformTime(tail); another && !otherTimes.in(tail) {
		return dateline{}, false
	}
	t, warning, ok := parseTime(line[clock.from:clock.to], line[day.from:day.to])
	if !ok {
		return dateline{}, false
	}
	text := line[clock.from:clock.to] + " " + line[day.from:day.to]
	return dateline{time: t, text: text, labelled: publishing.in(head), tail: tail, warning: warning}, true
}

// labelLike reports whether what stands beside a time is no part of a sentence:
// little, or fields divided by bars and colons.
func labelLike(s string) bool {
	if s == "" || is(labels, s) {
		return true
	}
	if strings.ContainsAny(s, ".!?;\"“") {
		return false
	}
	if strings.ContainsAny(s, "|•·:") {
		return countWords(s) <= 12
	}
	first, _ := firstOf(s)
	words := countWords(s)
	return words <= 5 && strings.HasPrefix(s, "by ") || words <= 4 && (unicode.IsUpper(first) || words <= 2 && publishing.in(s)) && !strings.HasPrefix(s, "At ")
}

// parseTime reads "11:39" and "27/08/2020" as a time of day in London. In the
// hour that summer time ends, which comes twice, the first is taken; a time in
// the hour that it skips is taken as if the clock had not been put forward.
func parseTime(clock, day string) (t time.Time, warning string, ok bool) {
	hour, minute, _ := strings.Cut(clock, ":")
	parts := strings.Split(day, "/")
	h, m := number(hour), number(minute)
	d, mo, y := number(parts[0]), number(parts[1]), number(parts[2])
	if h > 23 || m > 59 || mo < 1 || mo > 12 || d < 1 || y < 1990 || y > 2199 {
		return time.Time{}, "", false
	}
	if d > time.Date(y, time.Month(mo)+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return time.Time{}, "", false
	}
	t, warning = inLondon(y, time.Month(mo), d, h, m)
	return t, warning, true
}

// inLondon returns the time at which London's clock shows an hour and minute.
func inLondon(y int, mo time.Month, d, h, m int) (t time.Time, warning string) {
	// What the clock shows, read first as summer time, then as winter time: the
	// reading under which London's clock shows it is the right one.
	clock := fmt.Sprintf("%02d:%02d", h, m)
	summer := time.Date(y, mo, d, h, m, 0, 0, time.FixedZone("BST", 3600)).In(article.London)
	winter := time.Date(y, mo, d, h, m, 0, 0, time.UTC).In(article.London)
	shows := func(t time.Time) bool { return t.Hour() == h && t.Minute() == m }
	switch {
	case shows(summer) && shows(winter):
		return summer, "the time " + clock + " came twice that day, as summer time ended; the first is taken"
	case shows(summer):
		return summer, ""
	case shows(winter):
		return winter, ""
	}
	return winter, "the time " + clock + " did not exist that day, as summer time began"
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1 // unreachable: the callers' patterns allow digits alone
	}
	return n
}

// printed is a time in the form of the platform's dateline.
func printed(t time.Time) string { return t.In(article.London).Format("15:04 02/01/2006") }
