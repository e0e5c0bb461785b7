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
func Escape(s string) string {
	if all(s, inMarkup) { // most texts
		return s
	}
	return escape(s)
}

func escape(s string) string {
	return template.HTMLEscapeString(strings.Map(clean, s))
}

// Clean replaces what HTML and XML cannot hold: control characters but tab and
// line break, noncharacters, bytes that are no UTF-8. A replacement is one code
// point for one, so that the spans of a record go on fitting; it is a space for a
// carriage return, else U+FFFD.
func Clean(s string) string {
	if all(s, inText) {
		return s
	}
	return strings.Map(clean, s)
}

// What a character of ASCII can stand in as it is.
const (
	inText   = 1 << iota // of HTML and XML
	inMarkup             // between tags and in attributes
	inLine               // of words
	inPath               // of an address
	inHost
)

var ascii = func() (can [utf8.RuneSelf]uint8) {
	for c := range can {
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\t' {
			can[c] |= inText
			if !strings.ContainsRune(`<>&'"`, rune(c)) {
				can[c] |= inMarkup
			}
		}
		if c > ' ' && c < 0x7f {
			can[c] |= inLine
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			can[c] |= inHost
		}
		if can[c]&inHost != 0 || c >= 'A' && c <= 'Z' || c == '/' || c == '_' || c == '~' {
			can[c] |= inPath
		}
	}
	return can
}()

// all reports whether all characters can stand there; others than those of ASCII, if
// they can stand in a text.
func all(s string, there uint8) bool {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if ascii[c]&there == 0 {
				return false
			}
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(s[i:])
		if clean(c) != c || c == utf8.RuneError { // which a bad byte is, too
			return false
		}
		i += n
	}
	return true
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
	if oneLine(s) {
		return s
	}
	return line(s)
}

func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(clean, s)), " ")
}

// oneLine reports whether Line need not look at a text again: that is so for most.
func oneLine(s string) bool {
	space := true // the character before
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if ascii[c]&inLine == 0 && (c != ' ' || space) {
				return false
			}
			space = c == ' '
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(s[i:])
		if clean(c) != c || c == utf8.RuneError || unicode.IsSpace(c) {
			return false
		}
		space = false
		i += n
	}
	return !space || s == ""
}

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// Address returns an address that a link may have, in the form that every reader
// takes: http or https, with a host and without a user. For any other it is "".
func Address(s string) string {
	if usual(s) {
		return s
	}
	return address(s)
}

func address(s string) string {
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

// usual reports whether an address is already as Address returns it, for most that are.
func usual(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	end := strings.IndexByte(rest, '/')
	if !ok || end <= 0 {
		return false
	}
	host, path := rest[:end], rest[end:]
	for i := range len(host) {
		if c := host[i]; c >= utf8.RuneSelf || ascii[c]&inHost == 0 {
			return false
		}
	}
	for i := range len(path) {
		if c := path[i]; c >= utf8.RuneSelf || ascii[c]&inPath == 0 {
			return false
		}
	}
	return strings.IndexByte("-.", host[0]) < 0 && strings.IndexByte("-.", host[end-1]) < 0 && !strings.Contains(host, "xn--")
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
