package extract

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper/topics"
)

// judge says what the release is about, and how that is known.
func (r *reader) judge(rec *article.Record, rules *topics.Rules) {
	if rules == nil {
		rules = topics.Default()
	}
	reading := rules.Read(topics.Release{URL: rec.URL, Title: rec.Title, Lead: rec.Lead, Blocks: rec.Blocks})
	rec.Topics, rec.Kind = reading.Topics, reading.Kind
	r.fields["kind"] = "rules " + rules.Version() + ": " + reading.Reason
	if len(rec.Topics) > 0 {
		r.fields["topics"] = "rules " + rules.Version()
	}
}

// account names the rule and the place that gave each field of the record that
// has not been named where it was read. A field that the page does not have is
// absent.
func (r *reader) account(rec *article.Record) {
	profile := "profile " + r.site.ID
	name := func(field, rule string, has bool) {
		if _, ok := r.fields[field]; has && !ok {
			r.fields[field] = rule
		}
	}
	name("url", "the address asked for", rec.URL == r.page.URL)
	name("url", "a permanent redirect", true)
	name("site", profile, !r.site.Generic())
	name("site", "the host", true)
	name("force", profile, rec.Force != "")
	name("area", profile, rec.Area != "")
	name("page_title", "<title>", rec.PageTitle != "")
	name("published_text", r.fields["published"], rec.PublishedText != "")
	name("lead", "the first paragraph", rec.Lead != "")
	name("og", "meta og:*", len(rec.OG) > 0)
	name("links", "links and typed addresses of the body", len(rec.Links) > 0)
	name("images", "images of the body", len(rec.Images) > 0)
	name("related", "headlines beside or behind the body", len(rec.Related) > 0)
	if len(rec.Quotes) > 0 {
		name("quotes", quoteRule(rec), true)
	}
	name("references", "numbers behind a cue in the body", len(rec.References) > 0)
	name("phones", "numbers that the body tells the reader to use", len(rec.Phones) > 0)
	name("emails", "addresses in the body", len(rec.Emails) > 0)
	name("amounts", "sums in the body", len(rec.Amounts) > 0)
	if len(rec.Advice) > 0 {
		heading := rec.Advice[0].Heading
		if heading == "" {
			heading = "no line"
		} else {
			heading = strconv.Quote(heading)
		}
		name("advice", "lists behind "+heading, true)
	}
}

// quoteRule says how the quotations were told from narration.
func quoteRule(rec *article.Record) string {
	marks, named := "double marks", 0
	for i, q := range rec.Quotes {
		if q.Speaker != "" || q.Role != "" {
			named++
		}
		if s := q.Spans[0]; i == 0 && s[1] > 0 {
			text := []rune(rec.Blocks[s[0]].Text)
			if isSingle(text[s[1]-1]) {
				marks = "single marks"
			}
		}
	}
	return fmt.Sprintf("%s; %d of %d with an attribution", marks, named, len(rec.Quotes))
}

// A said is what one place of a page, or of what led to it, says.
type said struct{ place, what string }

// compare warns where two places that should say the same do not: the dateline,
// JSON-LD, meta tags, the listing's card and the address of the time; the
// heading, <title>, og:title and JSON-LD of the headline.
func (r *reader) compare(rec *article.Record) {
	if r.dateline >= 0 {
		at := printed(rec.Published.Time)
		for _, other := range r.otherTimes() {
			if other.what != at && !(r.date.dayOnly && other.what[len("15:04 "):] == at[len("15:04 "):]) {
				r.warn(fmt.Sprintf("the dateline says %s, %s %s", rec.PublishedText, other.place, other.what))
			}
		}
	}
	if year, month, ok := addressMonth(rec.URL); ok && !rec.Published.IsZero() {
		if t := rec.Published.In(article.London); t.Year() != year || month > 0 && t.Month() != month {
			at := strconv.Itoa(year)
			if month > 0 {
				at = month.String() + " " + at
			}
			r.warn(fmt.Sprintf("the address says %s, the time of publication is of %s", at, t.Format("January 2006")))
		}
	}
	if r.title >= 0 {
		for _, other := range r.otherTitles() {
			if other.what != "" && !same(other.what, rec.Title) && !is(labels, strings.TrimPrefix(rec.Title, other.what)) {
				r.warn(fmt.Sprintf("the heading says %q, %s %q", rec.Title, other.place, fold(other.what)))
			}
		}
	}
}

// otherTimes are the times of publication that other places than the dateline
// give, as datelines print them.
func (r *reader) otherTimes() []said {
	var times []said
	add := func(place string, t time.Time, ok bool) {
		if ok && !t.IsZero() {
			times = append(times, said{place, printed(t)})
		}
	}
	for _, text := range r.head.jsonLD {
		t, ok := stamp(published(text))
		add("JSON-LD", t, ok)
	}
	for _, name := range []string{"article:published_time", "datepublished"} {
		t, ok := stamp(r.head.meta[name])
		add("meta "+name, t, ok)
	}
	add("the "+r.page.Card.From, r.page.Card.Published, true)
	return times
}

// otherTitles are the headlines of other places than the heading.
func (r *reader) otherTitles() []said {
	titles := []said{{"<title>", r.head.headline(r.site.Force)}, {"og:title", r.head.meta["og:title"]}}
	for _, text := range r.head.jsonLD {
		var data any
		if json.Unmarshal([]byte(text), &data) == nil {
			titles = append(titles, said{"JSON-LD", search(data, "headline", 0)})
		}
	}
	return titles
}

// addressMonth reads the year and the month, 0 for none, of an address such as
// ".../2021/3/slug/", ".../2021/march/slug/", ".../2021/march-2021/slug/".
func addressMonth(address string) (year int, month time.Month, ok bool) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, 0, false
	}
	m := yearAndMonth.FindStringSubmatch(strings.ToLower(u.Path))
	if m == nil {
		return 0, 0, false
	}
	year, _ = strconv.Atoi(m[1])
	if n, err := strconv.Atoi(m[2]); err == nil && n >= 1 && n <= 12 {
		return year, time.Month(n), true
	}
	for n := time.January; n <= time.December; n++ {
		if m[2] == strings.ToLower(n.String()) {
			return year, n, true
		}
	}
	return year, 0, true
}

var yearAndMonth = regexp.MustCompile(`/(20[0-3]\d)(?:/([a-z]+|\d{1,2})(?:-\d{2,4})?)?/`)
