package topics

import (
	"cmp"
	"slices"
	"strings"

	"archiver/article"
)

// What a phrase counts for in the title, in the lead and in the body, and how
// often it counts there. rules.yaml explains these to those who write rules.
var (
	anywhere  = [places]int{inTitle: 3, inLead: 2, inBody: 1}
	opening   = [places]int{inTitle: 1, inLead: 1}
	titleOnly = [places]int{inTitle: 1}
	bodyOnly  = [places]int{inBody: 1}

	mostSeen = [places]uint8{inTitle: 1, inLead: 1, inBody: 3}
)

const (
	mostEvidence = 5
	mostSubjects = 3 // of the topics that belong to no family
	// leastShare is the part of the score of the best topic of its family, or of
	// those without one, that another must reach.
	leastShare = 0.3
	// telling is the least weight of a phrase that tells of the family as well as of
	// the topic. A lighter one, such as a ticket, only says which member it is.
	telling = 3
	// aside is how many times its threshold a topic must reach of which the title
	// and the lead do not tell, where there is one of which they do.
	aside = 2
)

// The sorts of rule.
type ruleSort uint8

const (
	familyRule ruleSort = iota
	topicRule
	kindRule
)

// A judged rule is what is left of a rule once its phrases are in the matcher.
type judged struct {
	id        string
	sort      ruleSort
	family    int32 // of a topic: the rule of its family, or -1
	threshold int
	needs     bool // a companion must be seen
	rest      string
	yields    []int32 // rules to which this one gives way
	sections  map[string]int
	topics    []bonus
}

// A bonus is what a kind earns where a topic or a family has fired.
type bonus struct {
	topic  int32
	points int
}

// A use is what a phrase does for a rule.
type use struct {
	rule    int32
	role    role
	weight  int
	factors [places]int // of a use that counts; 0 where it does not
}

type role uint8

const (
	counts  role = iota
	needed       // a companion
	voids        // the sentence does not count for its rule
	excepts      // these words do not count for its rule
	ignores      // the sentence counts for no topic
)

// points returns what a use has earned.
func (u *use) points(t *tally) int {
	sum := 0
	for at, n := range t.seen {
		sum += u.factors[at] * int(n)
	}
	return sum * u.weight
}

// score adds up what was seen, and finds the rules that reach their thresholds.
func (s *scan) score(address string) {
	r := s.r
	clear(s.scores)
	clear(s.fired)
	clear(s.reasons)
	clear(s.opening)
	clear(s.telling)
	for _, i := range s.touched {
		u := &r.uses[i]
		t := &s.tallies[i]
		s.scores[u.rule] += u.points(t)
		if u.weight >= telling {
			s.telling[u.rule] += u.points(t)
		}
		s.opening[u.rule] += u.weight * (u.factors[inTitle]*int(t.seen[inTitle]) + u.factors[inLead]*int(t.seen[inLead]))
	}
	s.families()
	s.folders = folders(s.folders[:0], address)
	for i := range r.rules {
		rule := &r.rules[i]
		switch rule.sort {
		case topicRule:
			s.fired[i] = s.reached(i) && (rule.family < 0 || s.fired[rule.family])
		case kindRule:
			s.outside(i)
			s.fired[i] = s.reached(i)
		}
	}
	s.giveWay()
}

func (s *scan) reached(rule int) bool {
	j := &s.r.rules[rule]
	return s.scores[rule] >= j.threshold && (!j.needs || s.needs[rule])
}

// families adds to the score of each family what the telling phrases of its best
// member earned, because what tells of one kind of fraud tells of fraud.
func (s *scan) families() {
	best := s.order[:0]
	for range s.r.rules {
		best = append(best, 0)
	}
	for i := range s.r.rules {
		if f := s.r.rules[i].family; f >= 0 && s.reachedNeeds(i) {
			best[f] = max(best[f], int32(s.telling[i]))
		}
	}
	for i := range s.r.rules {
		if s.r.rules[i].sort == familyRule {
			s.scores[i] += int(best[i])
			s.fired[i] = s.reached(i)
		}
	}
	s.order = best[:0]
}

func (s *scan) reachedNeeds(rule int) bool { return !s.r.rules[rule].needs || s.needs[rule] }

// giveWay takes back the topics that are weak beside others, those that only the
// body tells of, and those that give way to another.
func (s *scan) giveWay() {
	r := s.r
	for f := int32(-1); int(f) < len(r.rules); f++ {
		if f >= 0 && r.rules[f].sort != familyRule {
			break // families come first
		}
		most, opening := 0, false
		for i := range r.rules {
			if s.firedIn(i, f) {
				most = max(most, s.scores[i])
				opening = opening || s.opens(i)
			}
		}
		for i := range r.rules {
			if s.firedIn(i, f) && (float64(s.scores[i]) < leastShare*float64(most) ||
				opening && !s.opens(i) && s.scores[i] < aside*r.rules[i].threshold) {
				s.fired[i] = false
			}
		}
	}
	for i := range r.rules {
		for _, other := range r.rules[i].yields {
			if s.fired[i] && s.fired[other] {
				s.fired[i] = false
			}
		}
	}
}

// opens reports whether the title and the lead tell of a topic: give half of what
// it takes.
func (s *scan) opens(rule int) bool { return 2*s.opening[rule] >= s.r.rules[rule].threshold }

// firedIn reports whether a rule is a topic of a family, or of none (-1), and has fired.
func (s *scan) firedIn(rule int, family int32) bool {
	j := &s.r.rules[rule]
	return j.sort == topicRule && j.family == family && s.fired[rule]
}

// outside adds to the score of a kind what the address and the topics say.
func (s *scan) outside(rule int) {
	j := &s.r.rules[rule]
	for _, folder := range s.folders {
		if points := j.sections[folder]; points != 0 {
			s.scores[rule] += points
			s.reasons[rule] = "/" + folder + "/"
			break
		}
	}
	for _, b := range j.topics {
		if s.fired[b.topic] {
			s.scores[rule] += b.points
			s.reasons[rule] = s.r.rules[b.topic].id
		}
	}
}

// folders adds the folders of an address, in lower case, without the last part,
// which is the release's own.
func folders(to []string, address string) []string {
	path := address
	if _, rest, ok := strings.Cut(path, "://"); ok {
		_, path, _ = strings.Cut(rest, "/")
	}
	path, _, _ = strings.Cut(path, "?")
	for path = strings.Trim(path, "/"); ; {
		folder, rest, more := strings.Cut(path, "/")
		if !more {
			return to
		}
		to = append(to, strings.ToLower(folder))
		path = rest
	}
}

// topics returns the topics that fired: those of families, then the weightiest of
// the others.
func (s *scan) topics() []article.Topic {
	r := s.r
	var out []article.Topic
	for f := range r.rules {
		if r.rules[f].sort != familyRule || !s.fired[f] {
			continue
		}
		before := len(out)
		for _, i := range s.best(int32(f)) {
			out = append(out, article.Topic{ID: r.rules[i].id, Evidence: s.evidence(i, int32(f))})
		}
		if len(out) == before {
			out = append(out, article.Topic{ID: r.rules[f].rest, Evidence: s.evidence(int32(f), -1)})
		}
	}
	others := s.best(-1)
	for _, i := range others[:min(len(others), mostSubjects)] {
		out = append(out, article.Topic{ID: r.rules[i].id, Evidence: s.evidence(i, -1)})
	}
	return out
}

// best returns the topics of a family that fired, the weightiest first.
func (s *scan) best(family int32) []int32 {
	fired := s.order[:0]
	for i := range s.r.rules {
		if s.firedIn(i, family) {
			fired = append(fired, int32(i))
		}
	}
	slices.SortStableFunc(fired, func(a, b int32) int { return cmp.Compare(s.scores[b], s.scores[a]) })
	return slices.Clone(fired)
}

// evidence returns the words that counted for a rule, the weightiest first, and
// after them those of its family.
func (s *scan) evidence(rule, family int32) []string {
	words := s.words(nil, rule)
	if family >= 0 {
		words = s.words(words, family)
	}
	if words == nil { // a member can be lifted by its family alone
		words = []string{}
	}
	return words
}

// words adds the words that counted for a rule, each once, up to mostEvidence.
func (s *scan) words(to []string, rule int32) []string {
	uses := s.order[:0]
	for _, i := range s.touched {
		if u := &s.r.uses[i]; u.rule == rule && u.weight > 0 {
			uses = append(uses, i)
		}
	}
	slices.SortStableFunc(uses, func(a, b int32) int {
		return cmp.Compare(s.r.uses[b].points(&s.tallies[b]), s.r.uses[a].points(&s.tallies[a]))
	})
	for _, i := range uses {
		if len(to) == mostEvidence {
			break
		}
		first := s.tallies[i].first
		word := first.text[first.start:first.end]
		if to == nil {
			to = make([]string, 0, min(mostEvidence, len(uses)+2))
		}
		if !slices.ContainsFunc(to, func(have string) bool { return strings.EqualFold(have, word) }) {
			to = append(to, word)
		}
	}
	s.order = uses[:0]
	return to
}

// kind returns the kind with the highest score among those that reached their
// thresholds, of equals the one that the rules name first, and what decided.
func (s *scan) kind() (article.Kind, string) {
	best := int32(-1)
	for i := range s.r.rules {
		if s.r.rules[i].sort == kindRule && s.fired[i] && (best < 0 || s.scores[i] > s.scores[best]) {
			best = int32(i)
		}
	}
	if best < 0 {
		return article.KindOther, "no rule"
	}
	kind := article.Kind(s.r.rules[best].id)
	if words := s.words(nil, best); len(words) > 0 {
		return kind, strings.Join(words[:min(len(words), 2)], "; ")
	}
	return kind, s.reasons[best]
}
