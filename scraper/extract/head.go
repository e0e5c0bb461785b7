package extract

import (
	"html"
	"net/url"
	"strings"
	"unicode/utf8"

	"archiver/article"
)

// openGraph returns the page's og: properties as published.
func (h head) openGraph() article.OpenGraph {
	og := article.OpenGraph{}
	for name, content := range h.meta {
		if key, ok := strings.CutPrefix(name, "og:"); ok && key != "" {
			og[clean(key)] = clean(content)
		}
	}
	return og
}

// clean makes a text of an attribute fit for a record: valid, no control
// characters but the line break.
func clean(s string) string {
	if utf8.ValidString(s) && !hasControl(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\r':
			return ' '
		case (c < ' ' && c != '\n') || c == 0x7f:
			return -1
		}
		return c
	}, s)
}

// pageTitle returns the <title> as published, its white space folded.
func (h head) pageTitle() string { return fold(h.title) }

// headline returns the <title> without the site's name after it.
func (h head) headline(force string) string {
	title := h.pageTitle()
	if force != "" {
		if cut, ok := strings.CutSuffix(title, " | "+force); ok {
			return cut
		}
	}
	if og := h.meta["og:title"]; og != "" {
		// Several names can follow: "Headline | Crime | The Curlew".
		for i := strings.Index(title, " | "); i > 0; {
			if same(title[:i], og) {
				return title[:i]
			}
			next := strings.Index(title[i+1:], " | ")
			if next < 0 {
				break
			}
			i += 1 + next
		}
	}
	if i := strings.LastIndex(title, " | "); i > 0 {
		return title[:i]
	}
	site := fold(h.meta["og:site_name"])
	for _, dash := range []string{" - ", " – ", " — ", " :: ", " » "} {
		i := strings.LastIndex(title, dash)
		if i <= 0 {
			continue
		}
		// A dash can belong to the headline. It ends it where what follows is
		// the site's name, or where the page's og:title ends there too.
		if same(title[i+len(dash):], site) || same(title[:i], h.meta["og:title"]) {
			return title[:i]
		}
	}
	return title
}

// base returns the address that the page's links are relative to.
func (h head) baseOf(p article.Page) *url.URL {
	address := p.FinalURL
	if address == "" {
		address = p.URL
	}
	u, err := url.Parse(address)
	if err != nil {
		return &url.URL{}
	}
	if h.base != "" {
		if b, err := u.Parse(h.base); err == nil && (b.Scheme == "http" || b.Scheme == "https") {
			return b
		}
	}
	return u
}

// same reports whether two headlines are the same to a reader, whatever their
// quotation marks, dashes, entities, letter case and spacing.
func same(a, b string) bool {
	if a == b {
		if _, n := nextLetter(a); n > 0 {
			return true
		}
	}
	restA, restB, some := a, b, false
	for {
		c, n := nextLetter(restA)
		d, m := nextLetter(restB)
		restA, restB = restA[n:], restB[m:]
		if c == d && n > 0 {
			some = true
			continue
		}
		if c != d && !strings.Contains(a[:len(a)-len(restA)], "&") && !strings.Contains(b[:len(b)-len(restB)], "&") {
			return false // they differ, and no entity stands before it
		}
		if !strings.Contains(a, "&") && !strings.Contains(b, "&") {
			return some
		}
		a, b = key(a), key(b)
		return a != "" && a == b
	}
}

// key reduces a headline to its letters and digits.
func key(s string) string {
	if strings.Contains(s, "&") {
		s = html.UnescapeString(s)
	}
	var b strings.Builder
	for _, c := range strings.ToLower(s) {
		if wordRune(c) && kindOf(c, 0) == charVisible {
			b.WriteRune(c)
		}
	}
	return b.String()
}
