package typeset

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"archiver/article"
)

// Escape makes a text fit to stand between tags, and in an attribute within
// double quotation marks, of HTML and of XHTML.
func Escape(s string) string { return template.HTMLEscapeString(Clean(s)) }

// Clean replaces what HTML and XML cannot hold: control characters but tab and
// line break, noncharacters, bytes that are no UTF-8. A replacement is one code
// point for one, so that the spans of a record go on fitting; it is a space for a
// carriage return, else U+FFFD.
func Clean(s string) string {
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f || c == '\n' || c == '\t' { // most are
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(s[i:])
		if clean(c) != c || c == utf8.RuneError { // which a bad byte is, too
			return strings.Map(clean, s)
		}
		i += n
	}
	return s
}

func clean(c rune) rune {
	switch {
	case c == '\r':
		return ' '
	case c < ' ' && c != '\n' && c != '\t', c >= 0x7f && c <= 0x9f, c >= 0xfdd0 && c <= 0xfdef, c&0xfffe == 0xfffe:
		return '\uFFFD'
	}
	return c
}

// Line is a text without control characters, on one line.
func Line(s string) string {
	if s = Clean(s); oneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// oneLine reports whether all white space in a text is single spaces within: that of
// most is.
func oneLine(s string) bool {
	space := true // the character before
	for _, c := range s {
		if c != ' ' && unicode.IsSpace(c) || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// Address returns an address that a link may have, in the form that every reader
// takes: http or https, with a host and without a user. For any other it is "".
func Address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.User != nil || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if strings.HasPrefix(u.Host, "[") { // an address of IPv6
		return ""
	}
	host := u.Hostname()
	if !asciiHost(host) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	if u.Port() != "" {
		host += ":" + u.Port()
	}
	host = strings.ToLower(host)
	if !hostName.MatchString(host) {
		return ""
	}
	address := u.Scheme + "://" + host + percent(u.EscapedPath())
	if u.RawQuery != "" {
		address += "?" + percent(u.RawQuery)
	}
	if u.Fragment != "" {
		address += "#" + percent(u.EscapedFragment())
	}
	return address
}

// asciiHost reports whether IDNA leaves a host as it is but for its case.
func asciiHost(host string) bool {
	for i := range len(host) {
		if host[i] >= utf8.RuneSelf {
			return false
		}
	}
	return !strings.Contains(strings.ToLower(host), "xn--")
}

// percent encodes what may not stand in a part of an address.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0,
			c == '%' && i+2 < len(s) && hexadecimal(s[i+1]) && hexadecimal(s[i+2]):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func hexadecimal(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// Speaker names who is quoted as well as the release does: rank, name and unit.
func Speaker(q article.Quote) string {
	name, unit := Line(q.Role+" "+q.Speaker), Line(q.Unit)
	switch {
	case name == "" && unit == "":
		return "Not named"
	case name == "":
		return unit
	case unit == "":
		return name
	}
	return name + ", " + unit
}

// named is who is quoted, name first; of a speaker without one the name is what
// else is known.
func named(q article.Quote) (name, rest string) {
	name, rest = Line(q.Speaker), Line(q.Role)
	if unit := Line(q.Unit); rest == "" {
		rest = unit
	} else if unit != "" {
		rest += ", " + unit
	}
	if name == "" {
		return Speaker(q), ""
	}
	return name, rest
}

// Source is who published a release: the force or, where it has none, the site.
func Source(r *article.Record) string {
	if s := Line(r.Force); s != "" {
		return s
	}
	return Line(r.Site)
}

// Title is the headline, on one line; a release without one is called so.
func Title(r *article.Record) string {
	if s := Line(r.Title); s != "" {
		return s
	}
	return "Release without a headline"
}
