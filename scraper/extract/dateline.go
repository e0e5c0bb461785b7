package extract

import (
	"fmt"
	"regexp"
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

// datelineForm is how the platform prints the time of publication, on its own
// before the lead: "HH:MM DD/MM/YYYY" (19,105 of 19,106 articles of 2019 to
// 2021), on listing cards and perhaps newer pages with "Published:" before it.
// The time at which the page was rendered has another form ("Current timestamp:
// 25/05/2022 11:15:55") and is never taken.
var datelineForm = regexp.MustCompile(`(?:^|[^\d:/])(\d{1,2}:\d{2})(?: on)? (\d{1,2}/\d{1,2}/\d{4})(?:[^\d/:]|$)`)

var (
	// publishing is the label of a dateline.
	publishing = regexp.MustCompile(`(?i)\b(?:published|posted|issued|released|sent)\b`)
	// otherTimes are those of something else than publication.
	otherTimes = regexp.MustCompile(`(?i)\b(?:timestamp|updated?|modified|reviewed|edited|rendered|expires?|until|deadline|today is|(?:last )?seen|sight(?:ed|ing)|taken|captured|happened|occurred|stolen|since|born)\b`)
)

// parseDateline reads a line that holds a dateline and nothing but labels beside
// it: "Published: 11:39 27/08/2020 | Category: News".
func parseDateline(line string) (dateline, bool) {
	if len(line) < len("1:00 1/1/2000") || len(line) > 120 || !strings.Contains(line, ":") || strings.Count(line, "/") < 2 {
		return dateline{}, false
	}
	m := datelineForm.FindStringSubmatchIndex(line)
	if m == nil {
		return dateline{}, false
	}
	head, tail := strings.TrimSpace(line[:m[2]]), strings.TrimLeft(line[m[5]:], " -–|•·,")
	if head != "" && otherTimes.MatchString(head) && !is(labels, head) || !labelLike(head) || !labelLike(tail) ||
		tail != "" && datelineForm.MatchString(tail) && !otherTimes.MatchString(tail) {
		return dateline{}, false
	}
	t, warning, ok := parseTime(line[m[2]:m[3]], line[m[4]:m[5]])
	if !ok {
		return dateline{}, false
	}
	text := line[m[2]:m[3]] + " " + line[m[4]:m[5]]
	return dateline{time: t, text: text, labelled: head != "" && publishing.MatchString(head), tail: tail, warning: warning}, true
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
	return words <= 5 && strings.HasPrefix(s, "by ") || words <= 4 && (unicode.IsUpper(first) || words <= 2 && publishing.MatchString(s)) && !strings.HasPrefix(s, "At ")
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
