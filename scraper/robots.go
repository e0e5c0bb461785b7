package scraper

import (
	"bytes"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// robotsLimit is how much of a robots.txt is read, which is what RFC 9309 asks
// for at least. Rules behind it do not count.
const robotsLimit = 500 << 10

// robotRules are what a robots.txt asks of one robot, as RFC 9309 reads it. The
// zero value allows everything.
type robotRules struct {
	rules    []robotRule
	delay    time.Duration // Crawl-delay; the RFC does not know it, sites do
	sitemaps []string      // as written
}

// A robotRule is one Allow or Disallow.
type robotRule struct {
	allow  bool
	length int      // of the pattern: the longest that matches decides
	pieces []string // what stands between the wildcards
	end    bool     // the pattern ends in "$"
}

// parseRobots reads a robots.txt for the robot of that product token. Lines that
// it does not understand are left out, the others count.
func parseRobots(body []byte, agent string) robotRules {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if len(body) > robotsLimit {
		body = body[:robotsLimit]
		body = body[:bytes.LastIndexAny(body, "\r\n")+1] // half a rule is another rule
	}
	var (
		ours, everyones robotRules // of groups that name us, and of "*"
		named           bool       // a group names us: then those of "*" do not count
		forUs, forAll   bool       // whom the group that is being read is for
		inRules         bool       // a group's agents come first, then its rules
		sitemaps        []string
	)
	add := func(set func(*robotRules)) {
		inRules = true
		if forUs {
			set(&ours)
		}
		if forAll {
			set(&everyones)
		}
	}
	for line := range bytes.FieldsFuncSeq(body, func(c rune) bool { return c == '\r' || c == '\n' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent":
			if inRules {
				forUs, forAll, inRules = false, false, false
			}
			if strings.EqualFold(productToken(value), agent) {
				forUs, named = true, true
			}
			forAll = forAll || strings.HasPrefix(value, "*")
		case "allow", "disallow":
			allow := strings.EqualFold(strings.TrimSpace(key), "allow")
			add(func(r *robotRules) {
				if value != "" {
					r.rules = append(r.rules, newRobotRule(value, allow))
				}
			})
		case "crawl-delay":
			add(func(r *robotRules) { r.delay = max(r.delay, crawlDelay(value)) })
		case "sitemap": // belongs to no group
			if value != "" {
				sitemaps = append(sitemaps, value)
			}
		}
	}
	if !named {
		ours = everyones
	}
	ours.sitemaps = sitemaps
	return ours
}

// productToken returns what of a User-agent line names the robot: "bot" of
// "bot/2.1 (like others)".
func productToken(value string) string {
	end := strings.IndexFunc(value, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_'
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

func crawlDelay(value string) time.Duration {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 {
		return 0
	}
	const most = 24 * 60 * 60 // beyond it a Duration could overflow
	return time.Duration(min(seconds, most) * float64(time.Second))
}

func newRobotRule(pattern string, allow bool) robotRule {
	r := robotRule{allow: allow}
	if pattern[0] != '/' && pattern[0] != '*' {
		pattern = "/" + pattern // written without its slash, it is still meant
	}
	pattern, r.end = strings.CutSuffix(pattern, "$")
	for piece := range strings.SplitSeq(pattern, "*") {
		piece = normalPath(piece)
		r.pieces = append(r.pieces, piece)
		r.length += len(piece) + 1
	}
	r.length-- // there is one wildcard less than pieces
	if r.end {
		r.length++
	}
	return r
}

// matches reports whether a normal path begins as the pattern says. It takes the
// first place for each piece, so its time does not explode with the wildcards.
func (r robotRule) matches(path string) bool {
	rest, ok := strings.CutPrefix(path, r.pieces[0])
	if !ok {
		return false
	}
	last := len(r.pieces) - 1
	if last == 0 {
		return !r.end || rest == ""
	}
	for _, piece := range r.pieces[1:last] {
		if _, rest, ok = strings.Cut(rest, piece); !ok {
			return false
		}
	}
	if r.end {
		return strings.HasSuffix(rest, r.pieces[last])
	}
	return strings.Contains(rest, r.pieces[last])
}

// allows reports whether u may be asked for: the longest rule that matches
// decides, and of two as long the one that allows. robots.txt itself always may.
func (r robotRules) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	path = normalPath(path)
	allowed, longest := true, -1
	for _, rule := range r.rules {
		if rule.length < longest || rule.length == longest && !rule.allow {
			continue
		}
		if rule.matches(path) {
			allowed, longest = rule.allow, rule.length
		}
	}
	return allowed
}

// normalPath writes a path or a piece of a pattern in the one form in which RFC
// 9309 compares them: what needs no percent-encoding has none, all other
// characters have it, in upper case. So do "*" and "$", which mean themselves in
// a path.
func normalPath(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c, encoded := s[i], false
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, encoded, i = byte(v), true, i+2
			}
		}
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			b.WriteByte(c)
		case encoded, c <= ' ', c >= 0x7f, c == '*', c == '$':
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
