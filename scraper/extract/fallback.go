package extract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	readability "codeberg.org/readeck/go-readability"
	"golang.org/x/net/html"
)

// leastFallback is how many words the fallback reader must find: it finds some on
// every page.
const leastFallback = 60

// fallback reads the page with go-readability, where neither the profile nor the
// signals have found a body and the page says to machines that it is an article. It
// reports whether it found one.
func (r *reader) fallback(text []byte) bool {
	if !r.declared() && (r.dateline < 0 || r.title < 0) || r.home() {
		return false
	}
	found, err := readable(text, r)
	if err != nil || found == nil {
		return false
	}
	w := walk(found, nil, nil)
	w.boxes.settle(w.units)
	words, links, teasers := 0, 0, 0
	var body []int
	for i := range w.units {
		u := &w.units[i]
		if u.image == nil && (u.says(lineControl) || u.says(lineEnding) || sharing(u) || renders(u.text)) {
			continue
		}
		words += u.words
		links += u.links
		if r.storyOf(u) != "" {
			teasers++
		}
		body = append(body, i)
	}
	if words-links < leastFallback || links*3 > words || teasers > 4 || absent(w.units, body) {
		return false
	}
	if r.title >= 0 {
		w.units = append(w.units, r.units[r.title])
		r.title = len(w.units) - 1
	}
	r.units, r.body = w.units, body
	r.fields["blocks"] = "readability"
	r.warn("neither the profile nor the signals of the page found the text; it is what go-readability takes for it")
	return true
}

// absent reports whether the first line of a body is that of a page that is not there.
func absent(units []unit, body []int) bool {
	return len(body) > 0 && notFound.MatchString(units[body[0]].text)
}

// readable runs the library. What it does with a page that nobody foresaw is not
// ours to answer for, so its panics are errors.
func readable(text []byte, r *reader) (found *html.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("go-readability: %v", p)
		}
	}()
	article, err := readability.FromReader(bytes.NewReader(text), r.base)
	if err != nil {
		return nil, err
	}
	return article.Node, nil
}

// articleTypes are what JSON-LD calls the pages that are read here.
var articleTypes = []string{"NewsArticle", "Article", "ReportageNewsArticle", "BlogPosting", "SpecialAnnouncement", "PressRelease"}

// declared reports whether a page says to machines that it is an article.
func (r *reader) declared() bool {
	if strings.EqualFold(r.head.meta["og:type"], "article") || r.head.meta["article:published_time"] != "" {
		return true
	}
	for _, text := range r.head.jsonLD {
		for _, name := range articleTypes {
			if strings.Contains(text, `"`+name+`"`) {
				return true
			}
		}
	}
	return false
}

// home reports whether a page is the front page of its site.
func (r *reader) home() bool {
	return (r.base.Scheme == "http" || r.base.Scheme == "https") && strings.Trim(r.base.Path, "/") == "" && r.base.RawQuery == ""
}

// thin returns why a page of a site without a profile is no article for all that
// some text was found on it: it holds a few words beside a list of stories, or asks
// for something, and nothing on it says that it is one.
func (r *reader) thin() string {
	if !r.site.Generic() {
		return ""
	}
	words, cards := r.words(r.body), 0
	for i := range r.units {
		if r.card[i] && r.teaser(i) != "" {
			cards++
		}
	}
	switch {
	case r.home() && !r.declared():
		return "it is the front page of the site"
	case r.declared() || r.dateline >= 0 && !r.date.dayOnly:
		return ""
	case cards >= 6 && words < 60, cards >= 6 && words < 150 && r.dateline < 0:
		return "it is a list of stories with a few words above it"
	case words < 60 && r.dateline < 0 && !slices.Contains(r.body, r.described):
		return "it has a few words of text, no date, and nothing that says it is an article"
	}
	return ""
}
