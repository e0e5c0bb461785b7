package revision

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// A fact is something that a text says and that matters when it changes: a name,
// a sum, an age.
type fact struct {
	field Field
	value string // by which facts of two texts are compared
	from  int    // its tokens, end exclusive
	to    int
	// swap says that the fact counts only where another of its field takes its
	// place; else also where it appears or vanishes.
	swap bool
	// partly says that only a part of its words differs.
	partly bool
}

func itoa(n int) string { return strconv.Itoa(n) }

// A factReader finds the facts of one side.
type factReader struct {
	side   *side
	tokens []token
	claims []bool // tokens that a fact of figures has taken already
	titled bool   // the block has capitals everywhere
	block  int
	capped map[string]bool // folded words with a capital within a sentence, on either side
}

// readFacts fills in the facts of a side. What the record's own lists say comes
// first; the rest is read from the words, so that a record whose lists an older
// reader left empty is compared as well.
func readFacts(s *side, r *article.Record, capped map[string]bool) {
	f := factReader{side: s, tokens: s.tokens, claims: make([]bool, len(s.tokens)), block: -2, capped: capped}
	f.lists(r)
	for i := range s.tokens {
		if !s.tokens[i].word() {
			continue
		}
		if b := s.tokens[i].block; b != f.block {
			f.block, f.titled = b, b < 0 || titled(s.tokens[s.blocks[b].from:s.blocks[b].to])
		}
		f.read(i)
	}
	slices.SortStableFunc(s.facts, func(a, b fact) int { return a.from - b.from })
}

func (f *factReader) add(field Field, value string, from, to int, swap bool) {
	if value != "" {
		f.side.facts = append(f.side.facts, fact{field: field, value: value, from: from, to: to, swap: swap})
	}
}

// figures adds a fact of figures and takes its tokens.
func (f *factReader) figures(field Field, value string, from, to int, swap bool) {
	for i := from; i < to; i++ {
		f.claims[i] = true
	}
	f.add(field, value, from, to, swap)
}

// lists takes over what the record lists.
func (f *factReader) lists(r *article.Record) {
	at := func(block, start, end int) (span, bool) {
		if block < 0 || block >= len(f.side.blocks) {
			return span{}, false
		}
		s := f.side.blocks[block]
		tokens := f.tokens[s.from:s.to]
		from, _ := slices.BinarySearchFunc(tokens, start, func(t token, want int) int {
			return t.start + utf8.RuneCountInString(t.text) - 1 - want
		})
		to, _ := slices.BinarySearchFunc(tokens, end, func(t token, want int) int { return t.start - want })
		return span{s.from + from, s.from + to}, from < to
	}
	for _, m := range r.References {
		if s, ok := at(m.Block, m.Start, m.End); ok {
			f.figures(FieldReferences, squash(m.Text), s.from, s.to, false)
		}
	}
	for _, m := range r.Phones {
		if s, ok := at(m.Block, m.Start, m.End); ok {
			f.figures(FieldPhones, phone(m.Text), s.from, s.to, false)
		}
	}
	for _, m := range r.Emails {
		if s, ok := at(m.Block, m.Start, m.End); ok {
			f.figures(FieldEmails, strings.ToLower(m.Text), s.from, s.to, false)
		}
	}
	for _, m := range r.Amounts {
		if s, ok := at(m.Block, m.Start, m.End); ok {
			f.figures(FieldAmounts, strconv.FormatFloat(m.Value, 'f', -1, 64), s.from, s.to, false)
		}
	}
}

// squash keeps letters and figures.
func squash(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, s)
}

// phone is a number as it is dialled from within the country.
func phone(s string) string {
	digits := strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
	if strings.HasPrefix(strings.TrimSpace(s), "+44") {
		digits = "0" + strings.TrimPrefix(strings.TrimPrefix(digits, "44"), "0")
	}
	return digits
}

// read looks at what begins at a word.
func (f *factReader) read(i int) {
	t := &f.tokens[i]
	if name, n := longest(offences, f.tokens, i); n > 0 {
		f.add(FieldOffences, name, i, i+n, false)
	}
	if name, n := longest(outcomes, f.tokens, i); n > 0 {
		f.add(FieldOutcome, name, i, i+n, false)
	}
	if opposites[t.fold] {
		f.add(FieldSense, "not", i, i+1, false)
	}
	capital := startsUpper(t.text)
	if name, n := longest(ranks, f.tokens, i); n > 0 && capital {
		f.add(FieldNames, "rank "+name, i, i+n, true)
		return
	}
	if p, ok := people[t.fold]; ok {
		f.people(i, p)
	}
	switch {
	case f.claims[i]:
	case hasDigit(t.fold):
		f.number(i)
	case numbers[t.fold] != "":
		f.counted(i, numbers[t.fold])
	case months[t.fold] && capital:
		f.add(FieldDates, t.fold[:3], i, i+1, true)
	case weekdays[t.fold] && capital:
		f.add(FieldDates, t.fold[:3], i, i+1, true)
	case capital:
		f.name(i)
	}
}

// people adds that a noun for people stands in the singular or the plural, and
// of which sex they are. How many there are is said by the number before it.
func (f *factReader) people(i int, p person) {
	number := "one"
	if p.plural {
		number = "some"
	}
	f.add(FieldPeople, number, i, i+1, true)
	if p.sex != "-" {
		f.add(FieldPeople, "sex "+p.sex, i, i+1, true)
	}
}

// number reads a token with figures.
func (f *factReader) number(i int) {
	t := &f.tokens[i]
	first, _ := utf8.DecodeRuneInString(t.fold)
	end := strings.IndexFunc(t.fold, func(c rune) bool { return !unicode.IsDigit(c) && c != '.' })
	if end < 0 {
		end = len(t.fold)
	}
	digits, rest := t.fold[:end], t.fold[end:]
	switch {
	case unicode.Is(unicode.Sc, first) || rest == "p" && !f.clock(i):
		f.amount(i)
	case f.telephone(i):
	case rest == "yearold" || rest == "yearolds" || strings.HasPrefix(rest, "yearold"):
		f.figures(FieldAges, digits, i, i+1, false)
	case rest == "st" || rest == "nd" || rest == "rd" || rest == "th":
		f.date(i, digits)
	case f.clock(i):
		f.figures(FieldDates, t.fold+clockHalf(f.tokens, i), i, i+1, false)
	case strings.Contains(t.fold, "/") && strings.Count(t.fold, "/") < 3 && !strings.ContainsFunc(t.fold, unicode.IsLetter):
		f.figures(FieldDates, t.fold, i, i+1, false)
	case rest != "" && len(squash(t.text)) >= 5 || rest == "" && len(digits) >= 6:
		f.figures(FieldReferences, squash(t.text), i, i+1, false)
	default:
		f.counted(i, t.fold)
	}
}

// amount reads a sum of money.
func (f *factReader) amount(i int) {
	t := &f.tokens[i]
	digits := strings.TrimFunc(t.fold, func(c rune) bool { return !unicode.IsDigit(c) })
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		f.figures(FieldAmounts, t.fold, i, i+1, false)
		return
	}
	to := i + 1
	unit := strings.TrimLeft(t.fold, "0123456789.£$€")
	if unit == "" && to < len(f.tokens) {
		if next := f.tokens[to].fold; next == "million" || next == "billion" || next == "thousand" || next == "m" || next == "bn" || next == "k" {
			unit, to = next, to+1
		}
	}
	switch unit {
	case "k", "thousand":
		value *= 1e3
	case "m", "million":
		value *= 1e6
	case "bn", "billion":
		value *= 1e9
	case "p":
		value /= 100
	}
	f.figures(FieldAmounts, strconv.FormatFloat(value, 'f', -1, 64), i, to, false)
}

// telephone reads a number to ring: a run of figures of ten or more that begins
// with 0 or +44.
func (f *factReader) telephone(i int) bool {
	t := &f.tokens[i]
	if t.fold[0] != '0' && !strings.HasPrefix(t.fold, "44") {
		return false
	}
	var digits strings.Builder
	to := i
	for ; to < len(f.tokens) && to < i+6; to++ {
		w := &f.tokens[to]
		if !w.word() && (w.text == "(" || w.text == ")" || w.text == "+") && w.block == t.block {
			continue
		}
		if w.block != t.block || w.fold == "" || strings.ContainsFunc(w.fold, func(c rune) bool { return (c < '0' || c > '9') && c != '-' }) {
			break
		}
		digits.WriteString(strings.ReplaceAll(w.fold, "-", ""))
	}
	number := digits.String()
	if rest, ok := strings.CutPrefix(number, "44"); ok {
		number = "0" + rest
	}
	if len(number) < 10 || len(number) > 12 || number[0] != '0' {
		return false
	}
	f.figures(FieldPhones, number, i, to, false)
	return true
}

// clock reports whether a token is a time of day: "11.39pm", "23:10", "3pm".
func (f *factReader) clock(i int) bool {
	t := f.tokens[i].fold
	if rest := strings.TrimLeft(t, "0123456789.:"); rest == "am" || rest == "pm" {
		return true
	}
	h, m, ok := strings.Cut(t, ":")
	if ok && len(h) <= 2 && len(m) == 2 && !strings.ContainsFunc(t, unicode.IsLetter) {
		return true
	}
	return clockHalf(f.tokens, i) != ""
}

// clockHalf returns "am" or "pm" where it stands behind a token.
func clockHalf(tokens []token, i int) string {
	if i+1 < len(tokens) && (tokens[i+1].fold == "am" || tokens[i+1].fold == "pm") && tokens[i+1].block == tokens[i].block {
		return tokens[i+1].fold
	}
	return ""
}

// date reads the day of a month.
func (f *factReader) date(i int, digits string) {
	if m := f.near(i, func(w string) bool { return months[w] }, 2); m != "" {
		f.figures(FieldDates, digits+" "+m[:3], i, i+1, false)
		return
	}
	f.figures(FieldFigures, digits, i, i+1, true)
}

// near returns the word that fits within so many tokens on either side in the
// same block, behind first.
func (f *factReader) near(i int, fits func(string) bool, reach int) string {
	for _, step := range []int{1, -1} {
		for d := 1; d <= reach; d++ {
			at := i + d*step
			if at < 0 || at >= len(f.tokens) || f.tokens[at].block != f.tokens[i].block {
				break
			}
			if w := f.tokens[at].fold; w != "" && fits(w) {
				return w
			}
		}
	}
	return ""
}

// counted reads a plain number: an age, a day, or how many of something.
func (f *factReader) counted(i int, value string) {
	word := func(d int) string {
		if at := i + d; at >= 0 && at < len(f.tokens) && f.tokens[at].block == f.tokens[i].block {
			if f.tokens[at].fold != "" {
				return f.tokens[at].fold
			}
			return f.tokens[at].text
		}
		return ""
	}
	next, before := word(1), word(-1)
	n, err := strconv.Atoi(value)
	switch {
	case err == nil && n > 0 && n < 116 && (before == "aged" || next == "years" && word(2) == "old" || next == "year" && word(2) == "old"):
		f.figures(FieldAges, value, i, i+1, false)
	case err == nil && n > 9 && n < 116 && strings.HasPrefix(before, ",") && (strings.HasPrefix(next, ",") || strings.HasPrefix(next, ".")) && f.behindName(i-2):
		f.figures(FieldAges, value, i, i+1, false)
	case err == nil && n > 0 && n < 32 && (months[next] || months[before]) && (startsUpper(f.tokens[min(i+1, len(f.tokens)-1)].text) || months[before]):
		f.date(i, value)
	case err == nil && n >= 1900 && n < 2100 && hasDigit(f.tokens[i].fold):
		f.figures(FieldDates, value, i, i+1, true)
	case next == "years" || next == "months" || next == "weeks" || next == "days" || next == "year" || next == "month" ||
		next == "week" || next == "hours" || next == "minutes" || next == "points" || next == "penalty":
		f.figures(FieldFigures, value+" "+strings.TrimSuffix(next, "s"), i, i+1, true)
	default:
		// "three men", "two local men": people whom it counts.
		for d := 1; d <= 3; d++ {
			if _, ok := people[word(d)]; ok {
				f.figures(FieldPeople, value, i, i+1, true)
				return
			}
			if w := word(d); w == "" || !unicode.IsLetter(firstRune(w)) {
				break
			}
		}
		f.figures(FieldFigures, value, i, i+1, true)
	}
}

// behindName reports whether a token can end a name.
func (f *factReader) behindName(i int) bool {
	return i >= 0 && f.tokens[i].word() && startsUpper(f.tokens[i].text)
}

// name reads a capitalised word. At the beginning of a sentence it counts as a
// name by its company: another name behind it, or the same word with a capital
// in the midst of a sentence. One that is in no list counts where it takes the
// place of another.
func (f *factReader) name(i int) {
	t := &f.tokens[i]
	value := fold(bare(t.text))
	if nobody[value] || weekdays[value] || months[value] || utf8.RuneCountInString(value) < 2 {
		return
	}
	if !strings.ContainsFunc(t.text, unicode.IsLower) && utf8.RuneCountInString(value) < 5 {
		return // "CCTV"
	}
	if !t.initial && !f.titled {
		f.add(FieldNames, value, i, i+1, false)
		return
	}
	switch {
	case f.capped[value] && !common()[value]:
		f.add(FieldNames, value, i, i+1, false)
	case !isCommon(value):
		behind := i+1 < len(f.tokens) && !f.titled && f.tokens[i+1].block == t.block && startsUpper(f.tokens[i+1].text) &&
			!nobody[f.tokens[i+1].fold]
		f.add(FieldNames, value, i, i+1, !behind)
	}
}

// capitals notes the folded words that stand with a capital within a sentence.
func capitals(s *side, into map[string]bool) {
	for b, at := range s.blocks {
		if at.len() == 0 || titled(s.tokens[at.from:at.to]) {
			continue
		}
		for i := s.blocks[b].from; i < s.blocks[b].to; i++ {
			if t := &s.tokens[i]; !t.initial && startsUpper(t.text) {
				into[fold(bare(t.text))] = true
			}
		}
	}
}

// titled reports whether a block is set as a title, with capitals throughout, so
// that they tell nothing.
func titled(tokens []token) bool {
	long, upper := 0, 0
	for i := range tokens {
		if len(tokens[i].fold) >= 4 && !hasDigit(tokens[i].fold) {
			long++
			if startsUpper(tokens[i].text) {
				upper++
			}
		}
	}
	return long >= 3 && upper*10 > long*7
}

func startsUpper(s string) bool { return unicode.IsUpper(firstRune(s)) }

func firstRune(s string) rune {
	c, _ := utf8.DecodeRuneInString(s)
	return c
}

func hasDigit(s string) bool {
	return strings.ContainsFunc(s, unicode.IsDigit)
}
