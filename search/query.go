package search

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"archiver/article"

	"github.com/agnivade/levenshtein"
)

// A QueryError says what is wrong with a query, in words for whoever typed it.
type QueryError struct{ message string }

func (e *QueryError) Error() string { return e.message }

func wrong(format string, args ...any) error {
	return &QueryError{fmt.Sprintf(format, args...)}
}

// Fields lists the fields that a query can name, as in "speaker:smith".
var Fields = []string{"title", "speaker", "role", "site", "force", "topic", "kind", "quote", "status", "has", "since", "until", "ref", "phone"}

// Bounds of a query: what a person types stays far below.
const (
	longestQuery = 4000 // bytes
	mostParts    = 100  // words, phrases and fields
	deepest      = 20   // brackets in brackets, exclusions of exclusions
)

// A node is a part of a query.
type node interface{}

type (
	all    []node            // of which all must hold
	either []node            // of which one must
	not    struct{ of node } // which must not
	match  struct {          // words in a row, or one
		kind   byte // of term
		words  []string
		zones  byte   // in which it must stand
		exact  bool   // in this form only: it was quoted
		prefix bool   // the last word goes on
		typed  string // as it was typed, for a suggestion
		from   int    // where that stands in the query, in bytes; -1 if nobody can say
	}
	value struct { // one of several values
		kind   byte
		values []string
		prefix bool
	}
	during struct{ since, until time.Time } // published
)

// A parser reads a query. What is not finished, such as a quotation mark that is
// not closed, is finished for the reader; only what cannot be meant is an error.
type parser struct {
	s     string
	at    int
	parts int
	depth int
	quote bool // a query for quotations: words are looked for in them
}

// parse makes a query into a tree; nil if it is empty.
func parse(s string, quotations bool) (node, error) {
	if len(s) > longestQuery {
		return nil, wrong("the query is too long: %d bytes, of %d at most", len(s), longestQuery)
	}
	p := &parser{s: strings.ToValidUTF8(s, " "), quote: quotations}
	var whole all
	for {
		n, err := p.alternatives("")
		if err != nil {
			return nil, err
		}
		if n != nil {
			whole = append(whole, n)
		}
		if p.at >= len(p.s) {
			break
		}
		p.at++ // a bracket that nothing opened
	}
	return simple(whole), nil
}

func simple(list all) node {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

func (p *parser) space() {
	for p.at < len(p.s) {
		c, size := utf8.DecodeRuneInString(p.s[p.at:])
		if !unicode.IsSpace(c) && c != ',' && c != ';' {
			return
		}
		p.at += size
	}
}

// word returns the next word up to a space, bracket or quotation mark, without
// taking it.
func (p *parser) word() string {
	end := strings.IndexFunc(p.s[p.at:], func(c rune) bool {
		return unicode.IsSpace(c) || c == '(' || c == ')' || isQuote(c)
	})
	if end < 0 {
		return p.s[p.at:]
	}
	return p.s[p.at : p.at+end]
}

func isQuote(c rune) bool { return c == '"' || c == '“' || c == '”' || c == '„' }

// alternatives reads up to a closing bracket or the end.
func (p *parser) alternatives(field string) (node, error) {
	var (
		choices either
		here    all
	)
	for {
		p.space()
		if p.at >= len(p.s) || p.s[p.at] == ')' {
			break
		}
		switch p.word() {
		case "OR", "|", "||":
			p.at += len(p.word())
			if n := simple(here); n != nil {
				choices, here = append(choices, n), nil
			}
			continue
		case "AND", "&", "&&":
			p.at += len(p.word())
			continue
		}
		n, err := p.one(field)
		if err != nil {
			return nil, err
		}
		if n != nil {
			here = append(here, n)
		}
	}
	if n := simple(here); n != nil {
		choices = append(choices, n)
	}
	switch len(choices) {
	case 0:
		return nil, nil
	case 1:
		return choices[0], nil
	}
	return choices, nil
}

// one reads a word, a phrase, a field, an exclusion or what stands in brackets.
func (p *parser) one(field string) (node, error) {
	if p.parts++; p.parts > mostParts {
		return nil, wrong("the query has too many parts: more than %d", mostParts)
	}
	if p.depth++; p.depth > deepest {
		return nil, wrong("the query has more than %d brackets within each other", deepest)
	}
	defer func() { p.depth-- }()
	word := p.word()
	if bare := strings.TrimLeft(word, "-−–—"); word == "NOT" || bare != word {
		p.at += len(word) - len(bare)
		if word == "NOT" {
			p.at += len(word)
			p.space()
		} else if utf8.RuneCountInString(word)-utf8.RuneCountInString(bare) > 1 {
			return nil, nil // a line
		}
		if c, _ := utf8.DecodeRuneInString(p.s[p.at:]); p.at >= len(p.s) || c == ')' || unicode.IsSpace(c) {
			return nil, nil // a dash that stands alone
		}
		n, err := p.one(field)
		if n == nil || err != nil {
			return nil, err
		}
		return not{n}, nil
	}
	c, size := utf8.DecodeRuneInString(p.s[p.at:])
	switch {
	case c == '(':
		p.at++
		n, err := p.alternatives(field)
		if p.at < len(p.s) {
			p.at++ // the bracket that closes
		}
		return n, err
	case isQuote(c):
		from := p.at
		p.at += size
		return p.field(field, p.phrase(), true, from)
	}
	if name, _, ok := strings.Cut(word, ":"); ok && field == "" {
		if n, ok, err := p.named(name); ok || err != nil {
			return n, err
		}
	}
	from := p.at
	if word == "" { // unreachable: spaces, brackets and quotation marks are dealt with
		p.at += size
		return nil, nil
	}
	p.at += len(word)
	if field == "" || isText(field) {
		word += p.moreDigits(word)
	}
	return p.field(field, word, false, from)
}

// moreDigits takes the words that go on a telephone number which has spaces.
func (p *parser) moreDigits(word string) string {
	digits := func(s string) (n int, ok bool) {
		ok = s != ""
		for _, c := range s {
			switch {
			case '0' <= c && c <= '9':
				n++
			case c != '+' && c != '-':
				ok = false
			}
		}
		return n, ok && n > 0
	}
	total, ok := digits(word)
	if !ok {
		return ""
	}
	start, end := p.at, p.at
	for {
		p.at = end
		for p.at < len(p.s) && p.s[p.at] == ' ' {
			p.at++
		}
		next := p.word()
		n, ok := digits(next)
		if !ok || next[0] == '-' || total+n > mostDigits {
			break
		}
		total, end = total+n, p.at+len(next)
	}
	if total < fewestDigits {
		end = start
	}
	p.at = end
	return p.s[start:end]
}

// phrase takes what stands up to the next quotation mark.
func (p *parser) phrase() string {
	rest := p.s[p.at:]
	end := strings.IndexFunc(rest, isQuote)
	if end < 0 {
		p.at = len(p.s)
		return rest
	}
	_, size := utf8.DecodeRuneInString(rest[end:])
	p.at += end + size
	return rest[:end]
}

// named reads a field and its value. It reports whether the name is one of a field.
func (p *parser) named(name string) (node, bool, error) {
	lower := strings.ToLower(name)
	after := p.at + len(name) + 1
	value := p.s[after:]
	if !slices.Contains(Fields, lower) {
		letters := name != "" && strings.IndexFunc(name, func(c rune) bool { return !unicode.IsLetter(c) }) < 0
		c, _ := utf8.DecodeRuneInString(value)
		if !letters || value == "" || unicode.IsSpace(c) || c == '/' || c == ')' || lower == "mailto" {
			return nil, false, nil // no field was meant: "https://…", "Appeal: have you seen"
		}
		hint := ""
		best := 3
		for _, f := range Fields {
			if d := levenshtein.ComputeDistance(lower, f); d < best {
				best, hint = d, fmt.Sprintf("; did you mean %q?", f+":")
			}
		}
		return nil, true, wrong("there is no field %q%s (fields: %s; or put the words in quotation marks)", name+":", hint, strings.Join(Fields, ", "))
	}
	p.at = after
	p.space()
	if p.at >= len(p.s) || p.s[p.at] == ')' {
		return nil, true, nil // still being typed
	}
	c, size := utf8.DecodeRuneInString(p.s[p.at:])
	switch {
	case c == '(' && isText(lower):
		n, err := p.one(lower)
		return n, true, err
	case isQuote(c):
		p.at += size
		n, err := p.field(lower, p.phrase(), true, -1)
		return n, true, err
	}
	word := p.word()
	if word == "" {
		return nil, true, wrong("%s: a value is wanted, such as %s", lower, examples[lower])
	}
	from := p.at
	p.at += len(word)
	if lower == "phone" {
		word += p.moreDigits(word)
	}
	n, err := p.field(lower, word, false, from)
	return n, true, err
}

var examples = map[string]string{
	"site": "site:cheshire", "topic": "topic:fraud", "kind": "kind:appeal", "status": "status:gone", "has": "has:quotes",
	"since": "since:2024-05-31", "until": "until:2024", "ref": "ref:IML123456", "phone": "phone:101",
}

// isText reports whether a field holds words, and so may have several in brackets.
func isText(field string) bool {
	switch field {
	case "title", "speaker", "role", "force", "quote":
		return true
	}
	return false
}

// field makes a word or a phrase into a node. Where it has no letters or digits there
// is none.
func (p *parser) field(field, text string, quoted bool, from int) (node, error) {
	switch field {
	case "":
		zones := everyZone
		if p.quote {
			zones = 1 << zoneQuote
		}
		return p.words(termWord, zones, text, quoted, from)
	case "title":
		return p.words(termWord, 1<<zoneTitle, text, quoted, from)
	case "quote":
		return p.words(termWord, 1<<zoneQuote, text, quoted, from)
	case "speaker":
		return p.words(termPerson, everyZone, text, quoted, from)
	case "role":
		return p.words(termRole, everyZone, text, quoted, from)
	case "force":
		return p.words(termForce, everyZone, text, quoted, from)
	case "since", "until":
		since, until, ok := article.Period(text)
		if !ok {
			return nil, wrong("%s:%s is no date; write it like %s:2024-05-31, %s:2024-05 or %s:2024", field, text, field, field, field)
		}
		if field == "since" {
			return during{since: since}, nil
		}
		return during{until: until}, nil
	case "ref":
		return oneValue(termCode, text, code)
	case "phone":
		return oneValue(termPhone, text, dialled)
	case "kind":
		return listedValues(termKind, field, text, texts(article.Kinds))
	case "status":
		return listedValues(termStatus, field, text, texts(article.Statuses))
	case "has":
		return listedValues(termHas, field, text, []string{"quotes", "advice", "changes"})
	case "topic":
		return listedValues(termTopic, field, text, nil)
	}
	return listedValues(termSite, field, text, nil)
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// listedValues is one of the values that commas separate. If there are only some that
// it can be, any other is an error.
func listedValues(kind byte, field, text string, known []string) (node, error) {
	v := value{kind: kind}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "":
		case known != nil && !slices.Contains(known, word):
			return nil, wrong("%s:%s is unknown (known: %s)", field, word, strings.Join(known, ", "))
		default:
			v.values = append(v.values, word)
		}
	}
	if len(v.values) == 0 {
		return nil, nil
	}
	return v, nil
}

// oneValue is a reference or a telephone number, or a beginning of one.
func oneValue(kind byte, text string, fold func(string) string) (node, error) {
	bare, prefix := strings.CutSuffix(text, "*")
	v := fold(bare)
	if v == "" || prefix && len(v) < startSize {
		return nil, wrong("%q is too little: give at least %d letters or digits", text, startSize)
	}
	return value{kind: kind, values: []string{v}, prefix: prefix}, nil
}

// words makes a word or a phrase into a node. A word that punctuation divides is a
// phrase of its parts; with hyphens it is the joined word, too.
func (p *parser) words(kind, zones byte, text string, quoted bool, from int) (node, error) {
	bare, prefix := strings.CutSuffix(strings.TrimRightFunc(text, unicode.IsSpace), "*")
	var w words
	w.read(bare)
	m := match{kind: kind, zones: zones, exact: quoted, prefix: prefix, typed: bare, from: from}
	// Joined words: where one stands for all, an alternative to the phrase; where it
	// stands for some of a phrase, a second phrase.
	proper := len(w.tokens)
	for proper > 0 && w.tokens[proper-1].joined {
		proper--
	}
	if proper == 0 {
		return nil, nil
	}
	if prefix && len([]rune(string(w.term(proper-1)))) < startSize {
		return nil, wrong("%q is too little: give at least %d letters before the *", text, startSize)
	}
	for i := range proper {
		m.words = append(m.words, string(w.term(i)))
	}
	if proper > mostParts {
		return nil, wrong("a phrase has too many words: more than %d", mostParts)
	}
	if proper > 1 {
		m.exact = true // the parts of a phrase are as they are
	}
	if proper == len(w.tokens) {
		return m, nil
	}
	// The same with the joined words in place of their parts.
	other := m
	other.words = nil
	for i, next := 0, proper; i < proper; {
		if next < len(w.tokens) && w.tokens[next].pos == i {
			t := w.tokens[next]
			other.words = append(other.words, string(w.term(next)))
			for i < proper && w.tokens[i].end <= t.end {
				i++
			}
			next++
			continue
		}
		other.words = append(other.words, m.words[i])
		i++
	}
	if len(other.words) == 1 {
		other.exact = quoted
	}
	if proper == 1 || allDigits(w.tokens[:proper]) && len(other.words) == 1 {
		return other, nil // the joined number stands in the text however it is grouped
	}
	return either{m, other}, nil
}
