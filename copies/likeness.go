package copies

// What makes copies, as measured on the marked pairs of testdata/pairs and on
// generated releases.
const (
	// minOwn is how many words of its own, no formulas, a text has to have before
	// it can be anybody's copy: "The missing man has been found" is not.
	minOwn      = 20
	minOwnExact = 15

	partWords   = 30 // in passages, for a part
	firmPassage = 20 // words of a long passage
	firmShare   = 0.5
	firmWords   = 80

	// A figure or date that stands in place of another says that this is about
	// something else: so many of them, and so many for each hundred words that are
	// shared, are another incident told in the same words.
	minFacts    = 3
	factDensity = 2.0
)

// A bar is what share of two texts has to be shared.
type bar struct {
	near float64 // of both
	part float64 // of one
}

// Texts that share much, in long passages, were written once and cut; what shares
// short pieces, or little more than an officer's stock phrases, may be another story
// told in the same turns of speech. And
// a site that publishes the same again does so whole, while whatever else its texts
// share is its own manner, of which an archive of few releases has learned nothing
// yet. So there are four bars.
var (
	barFirm      = bar{0.55, 0.50}
	barLoose     = bar{0.75, 0.80}
	barFirmHome  = bar{0.75, 0.80} // of one site
	barLooseHome = bar{0.85, 0.90}
)

// compare lays two texts side by side, home where both are of one site. The
// function says which fingerprints are formulas.
func compare(a, b *indexed, home bool, formula func(uint32) bool) Likeness {
	maskA, maskB := a.formulaic(formula), b.formulaic(formula)
	ownA, ownB := own(maskA), own(maskB)
	same := len(a.words) == len(b.words) && extend(a.words, b.words) == len(a.words)
	if same {
		if ownA < minOwnExact {
			return Likeness{}
		}
		return Likeness{Band: Exact, Of: [2]float64{1, 1}, Words: ownA}
	}
	if min(ownA, ownB) < minOwn {
		return Likeness{}
	}
	passages := solid(shared(a, b))
	inA, inB := make([]bool, len(a.words)), make([]bool, len(b.words))
	firm := 0
	for _, p := range passages {
		n := 0
		for i := range p.n {
			inA[p.a+i], inB[p.b+i] = true, true
			if !maskA[p.a+i] && !maskB[p.b+i] {
				n++
			}
		}
		if n >= firmPassage {
			firm += n
		}
	}
	coveredA, coveredB := count(inA, maskA), count(inB, maskB)
	l := Likeness{
		Of:    [2]float64{float64(coveredA) / float64(ownA), float64(coveredB) / float64(ownB)},
		Words: min(coveredA, coveredB),
		Facts: replacedFacts(a.words, b.words, passages),
	}
	l.Band = band(l, l.Words >= firmWords && float64(firm) >= firmShare*float64(l.Words), home)
	return l
}

// band decides on what two texts have in common; firm says that most of it is in
// long passages, and that it is much.
func band(l Likeness, firm, home bool) Band {
	bar := barLoose
	switch {
	case firm && home:
		bar = barFirmHome
	case firm:
		bar = barFirm
	case home:
		bar = barLooseHome
	}
	switch {
	case l.Facts >= minFacts && float64(l.Facts)*100 >= factDensity*float64(l.Words): // a template
		return None
	case min(l.Of[0], l.Of[1]) >= bar.near:
		return Near
	case l.Score() >= bar.part && l.Words >= partWords:
		return Part
	}
	return None
}

// own counts the words that are no formula.
func own(mask []bool) int {
	n := 0
	for _, formula := range mask {
		if !formula {
			n++
		}
	}
	return n
}

// count counts the words that are in passages and no formula.
func count(in, mask []bool) int {
	n := 0
	for i := range in {
		if in[i] && !mask[i] {
			n++
		}
	}
	return n
}

// replacedFacts counts the figures and dates that took the place of others
// between two passages that follow each other in both texts.
func replacedFacts(a, b []word, passages []passage) int {
	const gap = 15 // words that may stand between
	n := 0
	for i := 1; i < len(passages); i++ {
		p, q := passages[i-1], passages[i]
		beforeA, beforeB := p.a+p.n, p.b+p.n
		if q.a < beforeA || q.a-beforeA > gap || q.b-beforeB > gap {
			continue
		}
		n += min(facts(a[beforeA:q.a], b[beforeB:q.b]), facts(b[beforeB:q.b], a[beforeA:q.a]))
	}
	return n
}

// facts counts the facts of a that b has not.
func facts(a, b []word) int {
	n := 0
	for _, w := range a {
		if !w.fact {
			continue
		}
		found := false
		for _, x := range b {
			found = found || x.hash == w.hash
		}
		if !found {
			n++
		}
	}
	return n
}
