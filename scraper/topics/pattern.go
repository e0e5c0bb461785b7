package topics

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A step is one place of a phrase: one of some words, any word, a number, money,
// or a gap.
type step struct {
	kind  stepKind
	words []string // of oneOf: as [reader] gives them, sorted, each once
	gap   int      // of upTo: at most so many words
}

type stepKind uint8

const (
	oneOf stepKind = iota
	anyWord
	anyNumber // money too
	anyMoney
	upTo // up to so many words that may be anything
)

func (s step) equal(t step) bool {
	return s.kind == t.kind && s.gap == t.gap && slices.Equal(s.words, t.words)
}

// A phrase is a sequence of steps.
type phrase []step

const (
	usualGap    = 4   // words, of "..."
	longestGap  = 12  // words
	mostPhrases = 256 // that one pattern may stand for
	mostSteps   = 24  // of one phrase
	deepest     = 8   // brackets within brackets, and sets within sets
)

// sets are the named lists of a rules file, compiled as they are needed.
type sets struct {
	source   map[string][]string
	compiled map[string][]phrase
	open     []string // those being compiled, to find one that names itself
}

var builtinSteps = map[string]step{
	"any":    {kind: anyWord},
	"number": {kind: anyNumber},
	"money":  {kind: anyMoney},
}

// compile returns the phrases that a pattern stands for. The syntax is explained
// at the head of rules.yaml.
func (s *sets) compile(pattern string) ([]phrase, error) {
	p := parser{sets: s, rest: strings.ReplaceAll(pattern, "…", "...")}
	phrases, err := p.alternatives(0)
	if err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, errors.New("a closing bracket has no opening one")
	}
	if len(phrases) == 0 {
		return nil, errors.New("there is no word in it")
	}
	for _, ph := range phrases {
		if err := ph.check(); err != nil {
			return nil, err
		}
	}
	return dedupe(phrases), nil
}

// check refuses a phrase that would stand for nothing or for everything.
func (p phrase) check() error {
	if len(p) == 0 {
		return errors.New("it could stand for no words at all: leave one word without \"?\"")
	}
	if len(p) > mostSteps {
		return fmt.Errorf("it has more than %d words", mostSteps)
	}
	if p[0].kind == upTo || p[len(p)-1].kind == upTo {
		return errors.New("it begins or ends with a gap: put words on both sides of \"...\"")
	}
	if p[0].kind == anyWord {
		return errors.New("it begins with <any>: begin with a word")
	}
	for i, s := range p[1:] {
		if s.kind == upTo && p[i].kind == upTo {
			return errors.New("two gaps stand side by side")
		}
	}
	return nil
}

func dedupe(phrases []phrase) []phrase {
	var out []phrase
	for _, p := range phrases {
		if !slices.ContainsFunc(out, func(q phrase) bool { return slices.EqualFunc(p, q, step.equal) }) {
			out = append(out, p)
		}
	}
	return out
}

// set returns the phrases of a named list.
func (s *sets) set(name string) ([]phrase, error) {
	if st, ok := builtinSteps[name]; ok {
		return []phrase{{st}}, nil
	}
	if done, ok := s.compiled[name]; ok {
		return done, nil
	}
	patterns, ok := s.source[name]
	if !ok {
		return nil, fmt.Errorf("<%s> is no set: add it under \"sets\", or write <any>, <number> or <money>", name)
	}
	if slices.Contains(s.open, name) {
		return nil, fmt.Errorf("set <%s> contains itself", name)
	}
	if len(s.open) >= deepest {
		return nil, fmt.Errorf("sets lie more than %d deep in each other", deepest)
	}
	s.open = append(s.open, name)
	defer func() { s.open = s.open[:len(s.open)-1] }()
	var all []phrase
	for _, pattern := range patterns {
		phrases, err := s.compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("set <%s>: phrase %q: %w", name, pattern, err)
		}
		all = append(all, phrases...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("set <%s> is empty", name)
	}
	all = join(all)
	if len(all) > mostPhrases {
		return nil, fmt.Errorf("set <%s> stands for more than %d phrases: divide it", name, mostPhrases)
	}
	if s.compiled == nil {
		s.compiled = map[string][]phrase{}
	}
	s.compiled[name] = all
	return all, nil
}

// join makes one step of the alternatives that are single words.
func join(phrases []phrase) []phrase {
	var words []string
	var out []phrase
	for _, p := range phrases {
		if len(p) == 1 && p[0].kind == oneOf {
			words = append(words, p[0].words...)
		} else {
			out = append(out, p)
		}
	}
	if words == nil {
		return out
	}
	return append(out, phrase{oneOfWords(words)})
}

func oneOfWords(words []string) step {
	words = slices.Clone(words)
	slices.Sort(words)
	return step{kind: oneOf, words: slices.Compact(words)}
}

// A parser reads a pattern from left to right.
type parser struct {
	sets *sets
	rest string
}

// alternatives reads up to the end or a closing bracket. Inside brackets a bar
// divides whole alternatives: "(police officer|bank)".
func (p *parser) alternatives(depth int) ([]phrase, error) {
	if depth > deepest {
		return nil, fmt.Errorf("brackets lie more than %d deep in each other", deepest)
	}
	var all []phrase
	for {
		phrases, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, phrases...)
		if !strings.HasPrefix(p.rest, "|") {
			return join(all), nil
		}
		if depth == 0 {
			return nil, errors.New("\"|\" between spaces: put what it divides in brackets, as in (police officer|bank clerk)")
		}
		p.rest = p.rest[1:]
	}
}

// sequence reads items up to a bar, a closing bracket or the end.
func (p *parser) sequence(depth int) ([]phrase, error) {
	all := []phrase{{}}
	empty := true
	for {
		p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
		if p.rest == "" || p.rest[0] == '|' || p.rest[0] == ')' {
			if empty {
				return nil, errors.New("there is no word where one must stand (an empty phrase, bracket or side of \"|\")")
			}
			return all, nil
		}
		item, err := p.item(depth)
		if err != nil {
			return nil, err
		}
		empty = false
		if strings.HasPrefix(p.rest, "?") {
			p.rest = p.rest[1:]
			item = append(slices.Clone(item), phrase{})
		}
		if len(all)*len(item) > mostPhrases {
			return nil, fmt.Errorf("it stands for more than %d phrases: divide it", mostPhrases)
		}
		var longer []phrase
		for _, head := range all {
			for _, tail := range item {
				longer = append(longer, slices.Concat(head, tail))
				if len(head)+len(tail) > mostSteps {
					return nil, fmt.Errorf("it has more than %d words", mostSteps)
				}
			}
		}
		all = longer
	}
}

// item reads a bracket, a set, a gap, or a word with the words that a bar joins to it.
func (p *parser) item(depth int) ([]phrase, error) {
	switch {
	case p.rest[0] == '(':
		p.rest = p.rest[1:]
		phrases, err := p.alternatives(depth + 1)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(p.rest, ")") {
			return nil, errors.New("an opening bracket has no closing one")
		}
		p.rest = p.rest[1:]
		return p.joined(phrases, depth)
	case p.rest[0] == '<':
		name, rest, ok := strings.Cut(p.rest[1:], ">")
		if !ok {
			return nil, errors.New("\"<\" has no \">\"")
		}
		p.rest = rest
		phrases, err := p.sets.set(name)
		if err != nil {
			return nil, err
		}
		return p.joined(phrases, depth)
	case strings.HasPrefix(p.rest, "..."):
		p.rest = p.rest[3:]
		digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
		p.rest = p.rest[len(digits):]
		gap := usualGap
		if digits != "" {
			n, err := strconv.Atoi(digits)
			if err != nil || n < 1 || n > longestGap {
				return nil, fmt.Errorf("a gap is from 1 to %d words, not %s", longestGap, digits)
			}
			gap = n
		}
		return []phrase{{{kind: upTo, gap: gap}}}, nil
	}
	word, err := p.word()
	if err != nil {
		return nil, err
	}
	return p.joined(word, depth)
}

// joined reads further items that a bar without spaces joins to one, outside
// brackets: "a|b c" is "a c" and "b c".
func (p *parser) joined(phrases []phrase, depth int) ([]phrase, error) {
	if depth > 0 || len(p.rest) < 2 || p.rest[0] != '|' || p.rest[1] == ' ' {
		return phrases, nil
	}
	p.rest = p.rest[1:]
	if p.rest[0] == '|' || p.rest[0] == ')' {
		return nil, errors.New("there is no word after \"|\"")
	}
	more, err := p.item(depth)
	if err != nil {
		return nil, err
	}
	return join(slices.Concat(phrases, more)), nil
}

// word reads a word with the endings that brackets add to it: "scam(s|mer)" is
// scam, scams and scammer. A word with a hyphen is two.
func (p *parser) word() ([]phrase, error) {
	stem := p.letters()
	if stem == "" {
		ch, _ := utf8.DecodeRuneInString(p.rest)
		return nil, fmt.Errorf("%q has no meaning here: write words as they are said, numbers as <number>", ch)
	}
	endings := []string{""} // the word itself is always meant
	if strings.HasPrefix(p.rest, "(") {
		inside, rest, ok := strings.Cut(p.rest[1:], ")")
		if !ok {
			return nil, errors.New("an opening bracket has no closing one")
		}
		p.rest = rest
		for _, ending := range strings.Split(inside, "|") {
			if ending == "" || strings.ContainsFunc(ending, func(r rune) bool { return !unicode.IsLetter(r) }) {
				return nil, fmt.Errorf("%q is no ending: a bracket that touches a word holds letters, as in scam(s|mer)", ending)
			}
			endings = append(endings, ending)
		}
		// Many a hand writes "scam(s)?". It means the same, and not that the whole
		// word may be missing.
		p.rest = strings.TrimPrefix(p.rest, "?")
	}
	var out []phrase
	for _, ending := range endings {
		var ph phrase
		r := reader{text: stem + ending}
		for r.next() {
			if r.n == 0 {
				return nil, fmt.Errorf("the word %q is longer than %d letters", stem+ending, longest)
			}
			ph = append(ph, step{kind: oneOf, words: []string{r.folded()}})
		}
		if len(ph) == 0 {
			return nil, fmt.Errorf("%q is no word", stem+ending)
		}
		out = append(out, ph)
	}
	return join(out), nil
}

// letters takes letters, figures, hyphens and apostrophes off the rest.
func (p *parser) letters() string {
	n := 0
	for n < len(p.rest) {
		ch, size := utf8.DecodeRuneInString(p.rest[n:])
		if !unicode.IsLetter(ch) && !unicode.IsDigit(ch) && !strings.ContainsRune("-'’", ch) {
			break
		}
		n += size
	}
	word := p.rest[:n]
	p.rest = p.rest[n:]
	return word
}
