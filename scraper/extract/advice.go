package extract

import (
	"strings"

	"archiver/article"
)

// A list is advice if it tells the public what to do, not to do, or to look out
// for. Bullets are not advice by themselves: of 150 lists of one force 51 follow
// a line that announces advice, 23 hold a court's orders or a description, and
// 76 neither. So the line before speaks first, then the verbs of the items.
var (
	// announces stand in a line that leads to advice.
	announces = phraseSet(
		"advice", "advise|advises|advised|advising", "tip|tips", "recommend|recommends|recommending", "protect yourself|yourselves|your|against|them",
		"stay|staying safe", "keep|keeping ... safe|secure", "keep|keeping ... at bay", "key things|thing|messages|message|points|point|facts", "remember",
		"warning sign|signs", "telltale|tale|common|some signs", "spot|spotting the signs", "signs to", "red flag|flags", "look|looking|watch|watching out for",
		"be aware|wary|alert|mindful", "be on the|your guard|lookout|look", "how to", "how you can", "step|steps|measures you|residents|people|motorists|owners|that can", "steps to",
		"measures to", "you can|should|must|could", "you are asked|urged|advised", "are|is|being urged|asked|reminded|encouraged|advised|warned to",
		"reminding", "please", "always", "never", "do not", "don t", "will|would|does not", "would ask you|the|people|residents", "asking people|residents|motorists|owners|drivers",
		"asking the public", "asking everyone", "urging", "precautions", "guidance", "guidelines", "prevent", "reduce|reduces|reducing ... risk|chance|chances",
		"stop think", "scams include|are|to|such", "can be carried out", "ways such as", "what to look|do|watch", "hallmarks", "do s and don", "dos and don",
		"golden rules", "rules for", "should|could|can consider|follow", "safety", "think about", "urge|urges you|people|residents|anyone|everyone|members",
	)
	// opens begin such a line.
	opens = phraseSet("what to", "and? if some|any|you|a|anyone|someone|somebody", "when some|you", "before you", "ways to", "sign|signs of|that", "help us", "things to", "did you")
	// imposed stand in a line that leads to what a court has ordered, or to what a
	// person must do: never advice.
	imposed = phraseSet("order states|says|requires|prohibits|prevents|means|bans|forbids", "terms|conditions of", "under the terms", "prohibit|prohibits|prohibited|prohibition|prohibitions",
		"must not", "he|she|they must|may|can|cannot", "banned from", "bans him|her|them", "is|are not allowed|permitted", "restraining", "injunction", "bail conditions", "cbo", "licence conditions",
		"forbids|forbidden|barred",
		"ordered", "magistrates|judge|court", "requires|requirement|requirements|required", "behaviour|prevention|protection|community|civil|closure|dispersal order|notice|orders|notices",
		"five|two|three|four|ten|year order", "powers to|which|that", "told he|she should", "told|asked|persuaded her|him|them to", "we will", "we are", "you will")
	// addressed are those whom advice is given, who can be told what they must not.
	addressed = wordSet(`you your yourself residents people drivers motorists owners parents public everyone anyone businesses`)
	// reports stand in a line that leads to an account of something.
	reports = phraseSet("condition|conditions", "charged", "sentenced", "jailed", "convicted", "pleaded", "defendant|defendants", "appeared at|in|before", "arrests|arrested",
		"described as", "description|descriptions", "wearing", "contact us|police|them|officers|our", "contact ... police", "get in touch", "report it|them|this|information|online",
		"following people|men|women|individuals|defendants|dates|times|locations|venues|events|roads|items|offences|charges|methods|ways|numbers",
		"event|events", "session|sessions", "programme", "schedule", "timetable", "results", "figures", "statistics", "operation saw", "resulted in", "which saw", "were made",
		"stolen", "seized", "recovered", "vacancy|vacancies", "winners", "award|awards", "honour", "shortlisted", "roads closed", "surgery|surgeries", "drop in", "meeting|meetings",
		"between 1|2|3|4|5|6|7|8|9|10|11|12", "victims to", "asked the victim|victims|him|her|them", "claimed|claims|claiming", "aims|aim to", "will also? be|include|receive", "people who", "said they")
	// tallies end such a line.
	tallies = []string{"saw:", "include:", "includes:", "included:", "including:", "includes", "included"}
	// asides stand before what a bid says: "Also, never …".
	fillers = wordSet(`please always never only just instead also first then and try to not if possible where sure that ensure make remember be do don t even`)
	// bids are the verbs with which an item tells somebody to do something.
	bids = wordSet(`not no avoid be keep check make ensure remember stop think hang use ask lock install take look consider treat stay set update turn talk
		speak tell verify reject trust beware watch listen question challenge protect store park leave remove close shut secure mark register fit follow wear meet work plan buy put
		light respect supervise call ring phone contact report visit go get give send share click open reply forward delete block change choose create research review read write pay
		let walk drive carry hide hold wait wash cover join sign search see discuss encourage request arrange log switch save back run shred monitor enable disable download limit
		learn familiarise resist refuse seek slow allow help find enter type scan examine test inspect position invest say build dial pick cut bring drop place clear clean trim
		paint chain weigh count print sit move pull push press rinse screen divert sleep eat drink steer warn invite introduce ignore insist double note record spot alert act travel
		never always don accept answer assume attach challenge charge collect complete confirm decide download end establish fasten feel fill float hand have inform know lend lie
		maintain match mind never notice obtain offer order pack password postpone prepare present provide quote reach rely repeat replace respond return ride rely scan shout
		shop show split start store suspect swim telephone throw top touch transfer try understand unplug upload video view view zip beware own point separate stick tie touch treat`)
	// doings are gerunds with which an item can begin in their stead.
	doings = wordSet(`keeping using checking making having installing fitting securing locking marking photographing property considering taking asking never avoiding
		setting leaving closing storing parking joining reporting registering removing hiding updating`)
	// cautions stand in items that speak to the reader or of what to expect.
	cautions = phraseSet("you|your|yourself|yourselves", "if in doubt", "anyone who", "will|would|do|does|should|can|must|could never|not", "won t", "never ask|call|request|send|phone|contact",
		"beware", "be wary", "scam|scams|scammer|scammers", "fraudster|fraudsters", "criminal|criminals", "genuine", "suspicious", "residents are", "urgent|urgently", "unexpected|unexpectedly",
		"secretive", "unusual|unusually", "pressure|pressured", "sudden|suddenly", "becoming")
	// contactWays begin items that say where to turn.
	contactWays = phraseSet("facebook", "twitter", "website", "webchat", "web chat", "online", "phone|telephone ...  number", "email", "e mail", "calling us|police|101|999", "call us|police on|101", "call 101|999", "by calling|phone|email|telephone",
		"via", "visit|visiting our|the|us", "crimestoppers", "textphone", "text phone", "live chat", "in person", "dm", "direct message", "https", "http", "www", "our website", "on twitter|facebook")
)

// advice finds the lists that are advice, with the line that announces them.
func advice(blocks []article.Block) []article.Advice {
	var found []article.Advice
	for i, b := range blocks {
		if b.Kind != article.BlockList {
			continue
		}
		head := headingOf(blocks, i, found)
		if score(head, b.Items) >= 1.5 {
			found = append(found, article.Advice{Heading: head, Items: b.Items, Block: i})
		}
	}
	return found
}

// headingOf returns the line that stands over list i: the block before it, where
// that is a heading or a line that leads to the list. A list that follows another
// directly has the heading of that one.
func headingOf(blocks []article.Block, i int, found []article.Advice) string {
	for j := i - 1; j >= 0; j-- {
		switch blocks[j].Kind {
		case article.BlockImage:
			continue
		case article.BlockList:
			for _, a := range found {
				if a.Block == j {
					return a.Heading
				}
			}
			return ""
		case article.BlockHeading:
			return blocks[j].Text
		default:
			lines := strings.Split(blocks[j].Text, "\n")
			last := lines[len(lines)-1]
			if sentence := lastSentence(strings.TrimRight(last, ".")); countWords(last) > 30 && sentence != "" {
				last = strings.TrimSpace(last[strings.LastIndex(last, sentence):])
			}
			if isQuoted(last) && j > 0 {
				return ""
			}
			return last
		}
	}
	return ""
}

func isQuoted(s string) bool {
	c, _ := firstOf(s)
	return isDouble(c) || strings.HasSuffix(s, `"`) || strings.HasSuffix(s, "”")
}

// score weighs a list: 1.5 and more is advice.
func score(head string, items []string) float64 {
	points := 0.0
	if imposed.in(head) && !addressed.in(head) {
		points -= 4
	}
	announced := announces.in(head) || opens.begins(head)
	if announced {
		points += 1.5
	}
	if reports.in(head) || endsInAny(head, tallies) && !announced {
		points -= 1.5
	}
	bid, caution, contact := 0, 0, 0
	for _, item := range items {
		switch {
		case isContact(item):
			contact++
		case isBid(item, announced):
			bid++
		case cautions.in(item):
			caution++
		}
	}
	n := float64(len(items))
	points += 2.5 * float64(bid) / n
	points += 1.5 * float64(caution) / n
	points -= 2 * float64(contact) / n
	return points
}

func endsInAny(s string, endings []string) bool {
	s = strings.ToLower(s[max(0, len(s)-12):])
	for _, ending := range endings {
		if strings.HasSuffix(s, ending) {
			return true
		}
	}
	return false
}

// isBid reports whether an item begins with a verb that tells the reader to do
// something, or not to, with little before it: "Also, never …", "STOP: take a
// moment", "Top tip - lock it". In a list that is announced a gerund does too.
func isBid(item string, announced bool) bool {
	if label, rest, ok := cutLabel(item); ok && (bids.has(label) || isBid(rest, announced)) {
		return true
	}
	said := 0
	for p, ok := nextWord(item, 0); ok && said < 6; p, ok = nextWord(item, p.to) {
		word := lower(item[p.from:p.to])
		switch {
		case bids.is(word), announced && doings.is(word):
			return true
		case !fillers.is(word):
			return false
		}
		said++
	}
	return false
}

// cutLabel divides an item behind one or two words that are set off from it.
func cutLabel(item string) (label, rest string, ok bool) {
	i := strings.IndexFunc(item[:min(len(item), 32)], func(c rune) bool { return c == ':' || c == '.' || c == '–' || c == '—' || c == '-' })
	if i <= 0 || countWords(item[:i]) > 2 {
		return "", "", false
	}
	return strings.TrimSpace(item[:i]), item[i+1:], true
}

// isContact reports whether an item is a way to get in touch: a channel, or a
// number and little else.
func isContact(item string) bool {
	if strings.Contains(item, " if ") {
		return false
	}
	if contactWays.begins(item) {
		return true
	}
	comma := strings.IndexByte(item, ',')
	for p, ok := nextWord(item, 0); ok && p.from < 50 && (comma < 0 || p.from < comma); p, ok = nextWord(item, p.to) {
		if word := item[p.from:p.to]; word == "101" || word == "999" || len(word) >= 4 && word[0] == '0' && strings.Trim(word, "0123456789") == "" {
			return strings.Trim(item[p.to:], "0123456789 .,;()+-") == ""
		}
	}
	return false
}
