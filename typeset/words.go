package typeset

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// What pages and documents say about a release, in the same words everywhere.

// Rights says whose the texts are.
const Rights = "The texts are the copyright of the forces that published them: name the source where you use them."

var kindNames = map[article.Kind]string{article.KindMissing: "Missing person", article.KindFound: "Found", article.KindOther: "News"}

// Kind names a kind of release: "Missing person", "Fraud".
func Kind(k article.Kind) string {
	if name := kindNames[k]; name != "" {
		return name
	}
	return Capital(Line(string(k)))
}

// Topic makes "Fraud: courier" of "fraud/courier".
func Topic(id string) string {
	return Capital(strings.ReplaceAll(strings.ReplaceAll(Line(id), "/", ": "), "-", " "))
}

// Capital begins a text with a capital letter.
func Capital(s string) string {
	c, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(c)) + s[n:]
}

// Removed says what has become of the page, "" if it is where it was.
func Removed(s article.Status) string {
	switch s {
	case article.StatusMissing:
		return "When it was last looked for, the page was not there."
	case article.StatusGone:
		return "The page has been taken down."
	}
	return ""
}

// Snip shortens a text to whole words of at most n bytes.
func Snip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	s = s[:n]
	if space := strings.LastIndexByte(s, ' '); space > n/2 {
		s = s[:space]
	}
	return s + " …"
}
