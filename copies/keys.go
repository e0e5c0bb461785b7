package copies

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"

	"github.com/cespare/xxhash/v2"
)

// A KeyKind says what two releases of one story share.
type KeyKind string

// The kinds of key.
const (
	KeyReference KeyKind = "reference"
	KeyOperation KeyKind = "operation"
	KeyName      KeyKind = "name" // of a person who is no speaker
)

// A key is something that only releases of one story have, as a rule.
type key struct {
	kind KeyKind
	text string // as printed
	hash uint32
	sure bool // of a name: printed as a person's, with an age, or in the headline
}

func newKey(kind KeyKind, value, text string) key {
	return key{kind: kind, text: text, hash: uint32(xxhash.Sum64String(string(kind)+" "+value) >> 32)}
}

// maxKeys bounds the keys of one record: a list of a hundred people is no story.
const maxKeys = 64

// keysOf returns the hashes of a record's keys, in order, each once.
func keysOf(r *article.Record) []uint32 {
	var out []uint32
	for _, k := range keys(r) {
		out = append(out, k.hash)
	}
	slices.Sort(out)
	return slices.Clip(slices.Compact(out))
}

// keys returns the keys of a record.
func keys(r *article.Record) []key {
	var out []key
	add := func(k key) {
		i := slices.IndexFunc(out, func(x key) bool { return x.hash == k.hash })
		switch {
		case i >= 0:
			out[i].sure = out[i].sure || k.sure
		case len(out) < maxKeys:
			out = append(out, k)
		}
	}
	for _, ref := range r.References {
		switch {
		case ref.Kind == "operation":
			add(newKey(KeyOperation, ref.Value, ref.Text))
		case digits(ref.Value) >= 3: // "incident 42" says nothing
			add(newKey(KeyReference, ref.Value, ref.Text))
		}
	}
	speakers := map[string]bool{}
	for _, q := range r.Quotes {
		speakers[strings.ToLower(q.Speaker)] = true
	}
	for i, text := range append([]string{r.Title}, strings.Split(r.Text, "\n")...) {
		for _, p := range people(text) {
			if name := strings.ToLower(p.name); !speakers[name] {
				k := newKey(KeyName, name, p.name)
				k.sure = p.aged || i == 0
				add(k)
			}
		}
	}
	return out
}

func digits(s string) int {
	n := 0
	for _, c := range s {
		if unicode.IsDigit(c) {
			n++
		}
	}
	return n
}

// A person is somebody whom a text names.
type person struct {
	name string
	aged bool // an age follows
}

// people finds the names of people in a line of text: two or three capitalised
// words in a row, none of which is a word of places, ranks or institutions. Who
// has a rank is left out: an officer is in many stories.
func people(line string) []person {
	var out []person
	var run []string
	ranked, first := false, true
	flush := func(rest string) {
		if n := len(run); !ranked && (n == 2 || n == 3) {
			out = append(out, person{strings.Join(run, " "), aged(rest)})
		}
		run, ranked = run[:0], false
	}
	for rest := line; rest != ""; {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		end := strings.IndexFunc(rest, unicode.IsSpace)
		if end < 0 {
			end = len(rest)
		}
		token := rest[:end]
		rest = rest[end:]
		core := strings.TrimFunc(token, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		before := token[:strings.Index(token, core)]
		after := token[len(before)+len(core):]
		core = strings.TrimSuffix(strings.TrimSuffix(core, "’s"), "'s")
		lower := strings.ToLower(core)
		if before != "" {
			flush(token + head(rest))
		}
		switch {
		case titles[lower]:
			flush("")
		case ranks[lower]:
			flush("")
			ranked = true
		case !nameLike(core), notNames[lower]:
			if len(run) > 0 && (notNames[lower] && nameLike(core)) {
				run = run[:0] // "Mill Lane", "Crewe Crown Court"
			}
			flush("")
		case first && sentenceWords[lower]:
			flush("")
		default:
			run = append(run, core)
			if after != "" || rest == "" {
				flush(after + head(rest))
			}
		}
		first = strings.ContainsAny(after, ".!?:") || first && core == ""
	}
	flush("")
	return out
}

// head is as much of a text as it takes to see an age, so that a long line is not
// copied at each of its words.
func head(text string) string { return text[:min(len(text), 24)] }

// aged reports whether an age follows a name: ", 34," or "(34)" or ", aged 34".
func aged(rest string) bool {
	rest = strings.TrimLeft(rest, " ,(")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "aged "), "who is ")
	n := 0
	for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
		n++
	}
	return (n == 1 || n == 2) && (n == len(rest) || strings.IndexByte(", )-.;", rest[n]) >= 0 || strings.HasPrefix(rest[n:], "\u00a0"))
}

// nameLike reports whether a word is written as a part of a name: "Kieran",
// "O’Hara", "Smith-Jones".
func nameLike(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) || len(s) == n {
		return false
	}
	lower := false
	for _, c := range s[n:] {
		if !unicode.IsLetter(c) && c != '-' && c != '\'' && c != '’' {
			return false
		}
		lower = lower || unicode.IsLower(c)
	}
	return lower
}

func set(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		out[w] = true
	}
	return out
}

var (
	titles = set(`mr mrs miss ms mx dr sir lady lord`)
	ranks  = set(`pc dc ds di dci dsu pcso sgt insp supt det cllr mp wpc tdc acc dcc cc officer officers constable sergeant inspector
 superintendent commissioner detective chief deputy assistant acting temporary t a councillor judge recorder minister secretary
 professor coroner commander manager director lead head`)
	// notNames are capitalised words that names of people do not have.
	notNames = set(`road street lane avenue close drive way court crescent place square terrace hill park green gardens grove row walk
 mews bridge station house hall school college university academy hospital church centre center shopping retail estate industrial
 police constabulary force council county city town borough district crown magistrates magistrates' prison hmp crimestoppers
 action fraud national home office service team unit squad department operation op neighbourhood community safety partnership
 north south east west northern southern eastern western upper lower great little saint st new old royal king queen the and of
 monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
 november december christmas easter covid facebook twitter whatsapp instagram microsoft apple amazon google paypal ford bmw audi
 vauxhall volkswagen mercedes land rover range honda toyota nissan renault peugeot citroen fiat kia hyundai mini volvo seat skoda
 golf transit sprinter bank building society insurance britain england wales scotland ireland london united kingdom uk european
 major crime crimes investigation serious organised economic cyber victim support witness witnesses appeal missing wanted arrested
 charged jailed update updated man woman boy girl men women two three four five six police's air ambulance fire rescue
 ambulance trust nhs foundation association club football rugby league hotel inn arms pub lion head farm river canal lake forest
 common meadow meadows view parade quay dock docks wharf mill lodge court's tower island isle bay beach point junction motorway
 special branch public protection roads policing rural wildlife armed response bench cross memorial garden market arcade`)
	// sentenceWords begin sentences and no names.
	sentenceWords = set(`a an the he she they it we you i at on in after before following when while if as this that these those there
 his her their our your my his anyone anybody somebody someone everyone police detectives officers residents people both also
 but and or so for from to with since during between around about once now then today yesterday earlier later last next
 no not please can could would should did do does is are was were have has had been being what who why how where which
 did call contact report speaking sentencing commenting following investigating appealing enquiries inquiries information can`)
)
