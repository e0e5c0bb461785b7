package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Invented names. Forenames are such as the reader knows for a woman's or a man's
// where the real one is, and of neither where it is not, so that "she" goes back
// to the same person; a name that ends in s is given one that does, so that its
// genitive reads as before.
var (
	inventedWomen   = nameList("Beatrice Cordelia Dorothy Eleanor Georgina Imogen Josephine Philippa Rosemary Susannah Tamsin Ursula Vivien Helena Harriet Isabella Penelope Sylvia Bethan Rhiannon")
	inventedWomenS  = nameList("Frances Carys Lois")
	inventedMen     = nameList("Albert Bernard Clive Hugh Edwin Frederick Gerald Harold Ivor Leonard Malcolm Norman Oliver Rupert Stanley Tristan Victor Walter Roderick Emlyn Duncan Raymond")
	inventedMenS    = nameList("Giles Rhys Dennis Marcus Nicholas Francis")
	inventedEither  = nameList("Araminta Barnaby Clementine Cosmo Drusilla Ebenezer Gideon Hortensia Jocasta Lavinia Leopold Marmaduke Octavia Peregrine Rowena Tabitha Winifred Xanthe Wystan Zebedee Perpetua Leopoldine Algernon Evander")
	inventedEitherS = nameList("Cornelius Erasmus Thaddeus Magnus Amaryllis Septimus Ignatius Lysandros")

	surnameHeads = nameList("thistle quill dapple fennel nettle pebble umber vetch yarrow tansy burdock teasel sorrel bramble cobnut damson medlar quince sedge wimble")
	surnameTails = nameList("croft combe garth holt mere shaw wick worth feather thwaite lock tree")
	// The same for names in s.
	surnameTailsS = nameList("banks woods stones brooks feathers")
)

func nameList(list string) []string { return strings.Fields(strings.ToLower(list)) }

// A class says by which list a name is replaced.
type nameClass int

const (
	womansName nameClass = iota
	mansName
	eithersName
	surname
	classes
)

// pseudonyms gives names in the place of others: to the same word always the same
// one, to two words never the same.
type pseudonyms struct {
	given map[string]string // word in small letters → the invented one, in small letters
	taken map[string]bool   // words of the page, and those given
	next  [2 * classes]int
	start int // where in the lists to begin
}

func newPseudonyms(taken map[string]bool, start int) *pseudonyms {
	return &pseudonyms{given: map[string]string{}, taken: taken, start: start}
}

// give returns the word that stands for another from now on.
func (p *pseudonyms) give(word string, class nameClass) string {
	word = strings.ToLower(word)
	if given := p.given[word]; given != "" {
		return given
	}
	prefix := ""
	if rest, ok := strings.CutPrefix(word, "mc"); ok && class == surname && len(rest) > 2 {
		prefix = "mc"
	}
	inS := strings.HasSuffix(word, "s")
	for {
		if invented := prefix + p.invent(class, inS); !p.taken[invented] {
			p.taken[invented] = true
			p.given[word] = invented
			return invented
		}
	}
}

// invent returns the next name of a list. The lists of forenames end; then
// surnames serve, of which there are enough for any page, the last by number.
func (p *pseudonyms) invent(class nameClass, inS bool) string {
	lists := [2 * classes][]string{
		inventedWomen, inventedMen, inventedEither, nil,
		inventedWomenS, inventedMenS, inventedEitherS, nil,
	}
	at := class
	if inS {
		at += classes
	}
	n := p.next[at]
	p.next[at]++
	if list := lists[at]; n < len(list) {
		return list[(n+p.start)%len(list)]
	}
	tails := surnameTails
	if inS {
		tails = surnameTailsS
	}
	whole := len(surnameHeads) * len(tails)
	here := (n + p.start) % whole
	// The tails turn faster, so that neighbours do not look alike.
	name := surnameHeads[(here+here/len(tails))%len(surnameHeads)] + tails[here%len(tails)]
	for round := n / whole; round > 0; round /= len(surnameHeads) {
		name = surnameHeads[round%len(surnameHeads)] + name
	}
	return name
}

// classOf tells which list the word of a name takes.
func classOf(word string, forename bool) nameClass {
	word = capitalised(word)
	switch {
	case womensNames.is(word):
		return womansName
	case mensNames.is(word):
		return mansName
	case forename:
		return eithersName
	}
	return surname
}

// initial replaces the initial of a name.
func initial(letter rune) rune {
	switch {
	case 'A' <= letter && letter <= 'Z':
		return 'A' + (letter-'A'+7)%26
	case 'a' <= letter && letter <= 'z':
		return 'a' + (letter-'a'+7)%26
	}
	return 'Q'
}

// likeCase gives a word the letter case of another: "PLUM", "Plum", "plum",
// "McPlum".
func likeCase(word, model string) string {
	first, size := utf8.DecodeRuneInString(model)
	switch {
	case model == strings.ToLower(model):
		return strings.ToLower(word)
	case len(model) > size && model == strings.ToUpper(model):
		return strings.ToUpper(word)
	case !unicode.IsUpper(first):
		return strings.ToLower(word)
	}
	if strings.HasPrefix(model, "Mc") && strings.HasPrefix(word, "mc") {
		return "Mc" + capitalised(word[2:])
	}
	return capitalised(word)
}

func capitalised(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(first)) + strings.ToLower(word[size:])
}
