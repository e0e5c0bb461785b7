package extract

import (
	"regexp"
	"strings"

	"archiver/article"
)

// A list is advice if it tells the public what to do, not to do, or to look out
// for. Bullets are not advice by themselves: of 150 lists of one force 51 follow
// a line that announces advice, 23 hold a court's orders or a description, and
// 76 neither. So the line before speaks first, then the verbs of the items.
var (
	announces = regexp.MustCompile(`(?i)(?:^(?:what to|if (?:some|any|you|a )|when (?:some|you)|before you|signs (?:that|of|to)|ways to)|\b(?:advice|advis(?:e|es|ed|ing)|tips?|protect (?:yourself|yourselves|your|against|them)|stay(?:ing)? safe|keep(?:ing)? (?:yourself |your |you )?\w* ?(?:safe|secure)|key (?:things|messages?|points)|remember|warning signs?|(?:tell-?tale |common |some )signs|red flags?|look(?:ing)? out for|watch out for|be (?:aware|wary|on (?:the|your) (?:look ?out|guard))|how (?:to|you can)|steps? (?:you can|to)|you (?:can|should|must|are asked|are urged)|(?:are|is|being) (?:urged|asked|reminded|encouraged|advised|warned) to|reminding|(?:please|always|never|do not|don[’']t)\b|(?:police|officers?|banks?|hmrc|we|they) (?:will|would) never|would ask (?:you|the public|people|residents)|asking (?:people|residents|the public|everyone|motorists|owners)|urging|precautions|guidance|guidelines|prevent|reduce (?:the|your) (?:risk|chance)|stop! ?think|scams? include|can be carried out|ways,? such as|what to (?:look|do|watch)|(?:signs|hallmarks) (?:that|of|to look)|do(?:'s|’s|s) and don)\b)`)
	reports   = regexp.MustCompile(`(?i)\b(?:order (?:states|says|requires|prohibits|prevents|means|bans)|conditions?|prohibit(?:ed|s|ions?)|must not:|(?:he|she|they) (?:must|may|can) not|banned from|is not (?:allowed|permitted)|charged|sentenced|jailed|convicted|pleaded|defendants?|appeared (?:at|in|before)|arrest(?:s|ed)|described as|descriptions?|wearing|contact (?:us|police|them|officers|our|\w+ police)|get in touch|report (?:it|them|this|information|online)|(?:by|via|through|using)(?: one of)?(?: the following)?(?: ways| methods| channels)?:?$|following (?:people|men|women|individuals|defendants|dates|times|locations|venues|events|roads|items|offences|charges|methods|ways|numbers)|events?|sessions?|programme|schedule|timetable|results|figures|statistics|operation saw|resulted in|which saw|saw:|were made|include[ds]?:?$|including:?$|stolen|seized|recovered|vacanc|winners|awards?|honour|shortlisted|roads? clos|surger(?:y|ies)|drop-in|meet(?:ing)?s|between \d)\b`)
	bids      = regexp.MustCompile(`(?i)^[^\pL\d]*(?:(?:[\pL]+ ?){1,2} ?[-–—:] ?)?(?:(?:please|always|never|only|just|if possible|where possible|instead|also|first|then|and|try to|try not to|be sure to|remember to|make sure(?: that| to)?|ensure(?: that)?),? ?)*(?:do not|don[’']?t|never|always|not|no|avoid|be|keep|check|make|ensure|remember|stop|think|hang|use|ask|lock|install|take|look|consider|treat|stay|set|update|turn|talk|speak|tell|verify|reject|trust|beware|watch|listen|question|challenge|protect|store|park|leave|remove|close|shut|secure|mark|register|fit|follow|wear|meet|work|plan|buy|put|light|respect|supervise|call|ring|phone|contact|report|visit|go|get|give|send|share|click|open|reply|forward|delete|block|change|choose|create|research|review|read|write|pay|let|walk|drive|carry|hide|hold|wait|wash|cover|join|sign|search|see|discuss|encourage|request|arrange|log|switch|save|back|run|shred|monitor|enable|disable|download|limit|learn|familiarise|resist|refuse|seek|slow|allow|help|find|enter|type|scan|examine|test|inspect|position|invest|say|build|dial|pick|cut|bring|drop|follow|place|clear|clean|trim|paint|chain|weigh|count|type|print|sit|move|pull|push|press|ring|rinse|screen|divert|sleep|eat|drink|steer|warn|invite|introduce|ignore|insist|double|dial|note|record|spot|alert|act|travel)\b`)
	cautions  = regexp.MustCompile(`(?i)\b(?:you[’']?(?:r|re|ve|d|ll)?|yourself|if in doubt|anyone who|(?:will|would|do|does|should|can|must) (?:never|not)|won[’']t|never (?:ask|call|request|send|phone|contact)|beware|be wary|scam(?:mer)?s?|fraudsters?|criminals?|genuine|suspicious)\b`)
	contacts  = regexp.MustCompile(`(?i)^(?:[^\pL\d]*(?:facebook|twitter|website|web ?chat|online|phone|telephone|e-?mail|call(?:ing)?(?: us| police)?(?: on)? \d|by (?:calling|phone|email)|via|visit(?:ing)? (?:our|the|us)|crimestoppers|text ?phone|live chat|in person|post|dm\b|direct message|https?://|www\.)|[^,]{0,50}(?:\b(?:101|999)\b|\b0\d{3,4} ?\d{3})[^a-z]*$)`)
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
	if announces.MatchString(head) {
		points += 1.5
	}
	if reports.MatchString(head) {
		points -= 1.5
	}
	bid, caution, contact := 0, 0, 0
	for _, item := range items {
		switch {
		case contacts.MatchString(item) && !strings.Contains(item, " if "):
			contact++
		case bids.MatchString(item):
			bid++
		case cautions.MatchString(item):
			caution++
		}
	}
	n := float64(len(items))
	points += 2.5 * float64(bid) / n
	points += 1.5 * float64(caution) / n
	points -= 2 * float64(contact) / n
	return points
}
