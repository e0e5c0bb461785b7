package extract

import (
	"fmt"
	"regexp"
	"strings"

	"archiver/article"
)

// contacts replaces what leads to a person besides the name: telephone numbers,
// e-mail addresses, houses and postcodes.
type contacts struct {
	kept   map[string]bool   // digits of references, which can look like numbers
	phones map[string]string // digits, with the leading 0 → the invented ones
	emails map[string]string // in small letters → the invented local part
	places map[string]bool   // streets and postcodes
}

func newContacts(r *article.Record) *contacts {
	c := &contacts{kept: map[string]bool{}, phones: map[string]string{}, emails: map[string]string{}, places: map[string]bool{}}
	if r != nil {
		for _, m := range r.References {
			c.kept[digitsOf(m.Text)] = true
		}
	}
	return c
}

func digitsOf(s string) string {
	return strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// contactEdits returns what has to be replaced in a text besides names; of those
// that overlap the first counts.
func (c *contacts) contactEdits(s string, d *disguise) []edit {
	found := append(c.emailEdits(s, d), c.phoneEdits(s)...)
	for _, m := range postcode.FindAllStringIndex(s, -1) {
		c.places[s[m[0]:m[1]]] = true
		found = append(found, edit{m[0], m[1], nowhere(s[m[0]:m[1]])})
	}
	for _, m := range birth.FindAllStringSubmatchIndex(s, -1) {
		if !notNames.is(s[m[2]:m[3]]) { // "on Thursday (11/05/2023)"
			found = append(found, edit{m[4], m[5], "01/01"})
		}
	}
	for _, m := range house.FindAllStringSubmatchIndex(s, -1) {
		found = append(found, edit{m[2], m[3], otherDigits(s[m[2]:m[3]])})
	}
	return found
}

// birth is the date of birth behind a name: "Tom Plum (08/02/1996)".
var birth = regexp.MustCompile(`(\p{Lu}[\p{L}'’-]+) \((\d{1,2}/\d{1,2})/(?:\d{2}|\d{4})\)`)

// postcode is one of Royal Mail's: "CW7 2AB".
var postcode = regexp.MustCompile(`\b[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-Z]? [0-9][ABD-HJLNP-UW-Z]{2}\b`)

// nowhere gives a postcode the form of one that is nowhere: those of the area ZZ.
func nowhere(code string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case 'A' <= c && c <= 'Z':
			return 'Z'
		case '0' <= c && c <= '9':
			return '9'
		}
		return c
	}, code)
}

// otherDigits gives a number others, as many, and not 0 for the first.
func otherDigits(s string) string {
	out := []byte(s)
	for i, c := range out {
		if '0' <= c && c <= '9' {
			if out[i] = '0' + (c-'0'+3)%10; out[i] == '0' {
				out[i] = '5'
			}
		}
	}
	return string(out)
}

const (
	streetWord = `(?:\p{Lu}[\p{L}'’-]*\p{L} ){1,3}`
	streetNoun = `(?:Road|Street|Lane|Avenue|Close|Drive|Way|Crescent|Gardens|Grove|Terrace|Walk|Row|Mews|Square|Court|Place|Rise|View|Fold|Croft|Yard|Wharf|Hill|Gate|Green|Park|Meadow|Parade)\b`
)

var (
	// house is a house with its number: "12a Station Road".
	house = regexp.MustCompile(`\b(\d{1,4}[A-Za-z]?),? (` + streetWord + streetNoun + `)`)
	// homeStreet is a street that somebody is said to live in: "Tom Plum, 34, of
	// Station Road".
	homeStreet = regexp.MustCompile(`(?:\b\d{1,2}|\([\d/]{1,10}\)|,|[–-]),? (?:both |all |formerly |previously |now |currently |who lives? in |who lived in |living in )?of (` + streetWord + streetNoun + `)`)
)

// streetsOf returns the streets of a text in which people live.
func streetsOf(s string) []string {
	var all []string
	for _, m := range house.FindAllStringSubmatch(s, -1) {
		all = append(all, m[2])
	}
	for _, m := range homeStreet.FindAllStringSubmatch(s, -1) {
		all = append(all, m[1])
	}
	return all
}

// phoneStart is how a telephone number begins that can be a person's: a mobile
// one, or one of a place. 03 and 08 are of organisations.
var phoneStart = regexp.MustCompile(`(?:\+44 ?(?:\(0\) ?)?|\b0044 ?|\(?\b0)[127]`)

// phoneEdits replaces telephone numbers by those that Ofcom keeps for drama.
func (c *contacts) phoneEdits(s string) []edit {
	var found []edit
	for at := 0; at < len(s); {
		m := phoneStart.FindStringIndex(s[at:])
		if m == nil {
			break
		}
		from, first := at+m[0], at+m[1]-1 // of the number, of its digits behind the 0
		at = first + 1
		digits, to := nationalDigits(s, first)
		if to == 0 || c.kept[digits] {
			continue
		}
		invented := c.drama(digits)
		var b strings.Builder
		b.WriteString(s[from:first])
		n := 1 // behind the leading 0
		for i := first; i < to; i++ {
			if '0' <= s[i] && s[i] <= '9' {
				b.WriteByte(invented[n])
				n++
			} else {
				b.WriteByte(s[i])
			}
		}
		found = append(found, edit{from, to, b.String()})
		at = to
	}
	return found
}

// nationalDigits reads the digits of a number from behind its leading 0 on, and
// returns them with it and where they end; 0 if they are no number.
func nationalDigits(s string, from int) (digits string, to int) {
	out := []byte{'0'}
	gap := 0
	for i := from; i < len(s); i++ {
		switch b := s[i]; {
		case '0' <= b && b <= '9':
			out, gap, to = append(out, b), 0, i+1
		case strings.IndexByte(" ().-", b) >= 0 && gap < 2 && len(out) < 11:
			gap++
		default:
			i = len(s)
		}
		if len(out) > 11 {
			return "", 0
		}
	}
	if nationalLength(string(out)) {
		return string(out), to
	}
	return "", 0
}

// drama returns the invented number that stands for one from now on.
func (c *contacts) drama(digits string) string {
	if given := c.phones[digits]; given != "" {
		return given
	}
	head := "01632960"
	switch digits[1] {
	case '7':
		head = "07700900"
	case '2':
		head = "02079460"
	}
	head = head[:len(digits)-3] // a few numbers have ten digits
	c.phones[digits] = fmt.Sprintf("%s%03d", head, 101+len(c.phones)%899)
	return c.phones[digits]
}

// roles are words of addresses that an office answers.
var roles = strings.Fields(`press media news comms info enquir contact help support admin office appeal incident team unit crime police control room
 witness safer neighbourhood operation fraud report tips recruit jobs hello mail web licens rural complaint event reply data standards service council
 community safety public customer care desk section station volunteer cadet museum archive`)

// mail is an e-mail address.
var mail = regexp.MustCompile(`\b([A-Za-z0-9][A-Za-z0-9._%+'-]*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`)

// emailEdits replaces the local part of e-mail addresses that are people's.
func (c *contacts) emailEdits(s string, d *disguise) []edit {
	var found []edit
	for _, m := range mail.FindAllStringSubmatchIndex(s, -1) {
		local, all := s[m[2]:m[3]], s[m[0]:m[1]]
		with := d.local(local)
		if with == local {
			// Names are not to be looked for in it: "green@" can be an office's.
			found = append(found, edit{m[0], m[1], all})
			continue
		}
		c.emails[strings.ToLower(all)] = with
		found = append(found, edit{m[0], m[1], with + s[m[3]:m[1]]})
	}
	return found
}

// local replaces the local part of an e-mail address, unless an office answers.
func (d *disguise) local(local string) string {
	if with := d.address(local); with != local {
		return with
	}
	small := strings.ToLower(local)
	for _, role := range roles {
		if strings.Contains(small, role) {
			return local
		}
	}
	var found []edit
	ordinary := true // words of the page, "lorries@", or figures alone, "101@"
	for _, w := range wordsOf(small) {
		ordinary = ordinary && d.small[w.text]
	}
	if ordinary {
		return local
	}
	for _, w := range wordsOf(local) {
		with := string(initial(rune(w.text[0])))
		if len(w.text) > 1 {
			with = likeCase(d.give(w.text, classOf(w.text, false)), w.text)
		}
		found = append(found, edit{w.from, w.to, with})
	}
	return otherDigits(apply(local, found))
}
