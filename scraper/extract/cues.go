package extract

import (
	"encoding/binary"
	"strings"
)

// A cue is what a word says about a number near it. A word can be several.
type cue uint64

const (
	cueQuote     cue = 1 << iota // a number to be quoted follows
	cueReference                 // "reference"
	cueNumber                    // "number"
	cueCrime                     // words for what a number is the number of …
	cueIncident
	cueLog
	cueSerial
	cueOccurrence
	cueCase
	cueIML       // … and letters that belong to it
	cueBetween   // stands between such a word and the number
	cueJoin      // "or", "and"
	cueCall      // tells to telephone
	cueCalled    // tells that somebody has
	cueText      // tells to send a message
	cueVia       // "on", "via": a way to get in touch follows
	cueFrom      // "from"
	cueShown     // how a swindler's number comes into a story
	cueSwindler  // who is not to be called back
	cueMessage   // what a swindler sends
	cueAsk       // "told", "asks"
	cueIs        // forms of "be" that make of "asked" what is asked of the public
	cueWas       // … and those that tell a story
	cueMedia     // those who have a number of their own
	cueLine      // what stands between "call" and the number: "the non-emergency number"
	cueCount     // follows a number that counts something
	cueOn        // words that go on after a number that is to be called
	cueEmergency // "emergency"
	cueMonth     // May
	cueWeekday   // Tuesday
	cuePound     // "pounds"
	cuePence     // "pence"
	cueNumeral   // "two", "thousand", "half"
	cueOperation // "Operation", "Op"
	cueNoName    // a word with a capital that is no part of an operation's name
	cueOfficer   // a rank: the number after it is a collar number
	cueService   // whom the public can call
	cueFor       // "the incident number for this is"
	cueTo        // "referring to incident 123"
	cuePress     // "press"
	cueNot       // "not"
	cueShould    // "should", "please": said to the public
	cuePolice    // who asks the public
	cueDid       // what somebody in a story does with a number: "she rang"
	cueWary      // what to do with a swindler's number
	cueThing     // what has a number that is somebody's: "phone"
	cueSide      // where a number is seen: "screen", "side"
	cueUp        // "came up"
	cueWritten   // "was written"
	cuePretend   // what swindlers do before they ask
	cueObject    // who is told in a story: "told her to ring"
)

func (c cue) any(of cue) bool { return c&of != 0 }

// A cueKey is a word of at most sixteen bytes in small letters, padded. Every word
// of every release is looked up, and numbers compare faster than texts.
type cueKey [2]uint64

// cueKeyOf returns the key of the word at the bytes from start to end of a text.
func cueKeyOf(text string, start, end int) cueKey {
	var k cueKey
	if n := end - start; start+16 > len(text) {
		var padded [16]byte
		copy(padded[:], text[start:end])
		k = cueKey{binary.LittleEndian.Uint64(padded[:]), binary.LittleEndian.Uint64(padded[8:])}
	} else if rest := text[start : start+16]; n < 8 {
		k[0] = load(rest[:8]) & (1<<(8*n) - 1)
	} else {
		k = cueKey{load(rest[:8]), load(rest[8:]) & (1<<(8*(n-8)) - 1)}
	}
	const small = 0x2020202020202020 // the bit that makes of A to Z a to z
	return cueKey{k[0] | small, k[1] | small}
}

// load returns eight bytes as a number. The compiler makes one load of it.
func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// slot is where in the table of cues the search for a word begins.
func (k cueKey) slot() uint64 {
	// Two odd constants with well-mixed bits, from the golden ratio and xxHash.
	return (k[0]*0x9E3779B97F4A7C15 ^ k[1]*0xC2B2AE3D27D4EB4F) >> (64 - cueBits)
}

// cueOf looks a word up, whatever its case.
func cueOf(word string) cue { return cueAt(word, 0, len(word)) }

// cueAt looks up the word at the bytes from start to end of a text.
func cueAt(text string, start, end int) cue {
	if end-start > 16 {
		return 0
	}
	k := cueKeyOf(text, start, end)
	for i := k.slot(); ; i = (i + 1) % (1 << cueBits) {
		if e := &cues[i]; e.key == k || e.cue == 0 {
			return e.cue
		}
	}
}

// cues are the words that decide, found by reading releases of 21 forces.
var cues = cueTable(map[cue]string{
	cueQuote:      "quote quoting quotes citing referencing referring",
	cueReference:  "reference references ref refs referenced",
	cueNumber:     "number numbers no nos num",
	cueCrime:      "crime crimes cr cri crn investigation",
	cueIncident:   "incident incidents event isr",
	cueLog:        "log logs cad",
	cueSerial:     "serial serials",
	cueOccurrence: "occurrence occurrences niche",
	cueCase:       "case urn",
	cueIML:        "iml",
	cueBetween:    "the following is are as our this police force system unique either both id code dedicated",
	cueJoin:       "or and",
	cueCall: "call calling dial dialling ring ringing phone phoning telephone telephoning contact contacting tel " +
		"speak speaking helpline hotline freephone textphone minicom",
	cueCalled:    "called rang phoned dialled telephoned alerted reported contacted calls",
	cueText:      "text texting texts sms",
	cueVia:       "on via to at through using by",
	cueFrom:      "from",
	cueShown:     "display displayed displays displaying appear appeared appears appearing showed shown showing shows spoof spoofed spoofing cloned beginning starting ending begins starts ends genuine fax gave gives left",
	cueSwindler:  "fraudster fraudsters scammer scammers scam scams criminal criminals caller callers conman conmen swindler swindlers suspect offender offenders bogus fraudulent victim victims fake hoax",
	cueMessage:   "message messages text texts email emails mail letter letters sms whatsapp voicemail recording leaflet leaflets",
	cueAsk:       "ask asks asking asked tell tells telling told instruct instructs instructing instructed invite invites inviting invited urges urging urged request requests requesting requested claim claims claiming claimed says saying stating persuaded directs directed directing encouraging wants",
	cueIs:        "is are be being",
	cueWas:       "was were been",
	cueMedia:     "media journalist journalists reporters newsdesk editors broadcasters",
	cueLine:      "number line hotline helpline freephone free non emergency police service telephone phone us team officers the our its a their dedicated local confidential anonymously either by always directly appeal control room station mobile single 24 hour on force also please just immediately switchboard",
	cueCount:     "people calls call officers arrests offences incidents days men women vehicles times victims reports crimes years miles drivers cars weeks months hours minutes handlers handler operator operators homes properties tickets occasions cases system contacts",
	cueOn:        "quoting quote or and if in with to immediately straight as at for about using via when by but without now any so who where while giving stating citing mentioning asking alternatively online today always referring because then only unless from reference ref log please remember option extension ext number service line non between also which day twenty straightaway urgently rather instead before after until visit call contact report email text not even this that crimestoppers incident crime iml op operation anonymously free switchboard emergency telephone phone",
	cueEmergency: "emergency emergencies",
	cueMonth:     "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
	cueWeekday:   "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun",
	cuePound:     "pounds pound quid",
	cuePence:     "pence p",
	cueNumeral: "a an half quarter quarters one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen " +
		"seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion and of",
	cueOperation: "operation op",
	cueNoName: "and the a an in on at of for to from with by as is was were has have had will it its this that these those they we you he she our their who which when where " +
		"officer officers police team teams unit units week weekend day days detective inspector sergeant chief superintendent constable pc dc ds di dci dsu sgt insp supt lead leads " +
		"commander coordinator manager director room group campaign initiative or anyone if please call alternatively crimestoppers uk more under since during said saw sees during after before",
	cueFor:     "for",
	cueTo:      "to",
	cuePress:   "press",
	cueShould:  "should please can",
	cuePolice:  "officers detectives we i",
	cueNot:     "not never don't don’t",
	cueDid:     "rang phoned dialled telephoned called texted used listed lists advertised bore carried ran operated saved stored",
	cueWary:    "wary beware block blocked blocking avoid ignore",
	cueThing:   "phone phones mobile mobiles handset handsets sim",
	cueSide:    "screen screens display side sides door doors van bonnet pop popup",
	cueUp:      "came comes coming popped pops flashed flashes",
	cueWritten: "written painted scrawled handwritten used listed displayed found",
	cuePretend: "claim claims claiming claimed purport purports purporting pretend pretends pretending pretended posing impersonating",
	cueObject:  "him her them victim victims woman man couple pensioner",
	cueOfficer: "pc dc ds di dci ps pcso sergeant sgt constable inspector officer wpc badge collar a b",
	cueService: "police crimestoppers samaritans nhs childline fraud constabulary emergency call calling dial ring phone telephone contact tel text number report emergencies non",
})

const cueBits = 10 // twice as many places as words

type cueEntry struct {
	key cueKey
	cue cue
}

// cueTable makes an open hash table of lists of words.
func cueTable(lists map[cue]string) *[1 << cueBits]cueEntry {
	var table [1 << cueBits]cueEntry
	for c, list := range lists {
		for word := range strings.FieldsSeq(list) {
			k := cueKeyOf(word, 0, len(word))
			i := k.slot()
			for table[i].cue != 0 && table[i].key != k {
				i = (i + 1) % (1 << cueBits)
			}
			table[i].key = k
			table[i].cue |= c
		}
	}
	return &table
}
