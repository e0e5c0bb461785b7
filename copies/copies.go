// Package copies finds releases that are copies of one another: the same words
// on another site, a national campaign with local names put in, a radio station's
// or a newspaper's version of a release. It also finds the passages that a text
// from elsewhere shares with the archive, the kin of a release, and quotations
// that stand under several names.
//
// An [Index] is the whole: it is opened beside an archive, brought up to date with
// [Index.Update], and then answers. It knows no archive; [Archive] lists what it
// asks of one. What it answers follows from the records alone: an index that was
// brought up to date a hundred times says the same as one that was made anew.
//
// # How copies are found
//
// A text is its words in lower case ([words]), and its shingles are all rows of
// five of them. Of any eight shingles in a row at least one is kept, by winnowing
// (Schleimer, Wilkerson and Aiken, 2003): these fingerprints, 32 bits each, are
// what is remembered of a record, about one for five words. So two texts that
// share [MinPassage] words in a row share a fingerprint.
//
//  1. MinHash over the fingerprints, with LSH, puts texts that are nearly the same
//     into a provisional group (groups.go).
//  2. A fingerprint is a formula ("call 101, or Crimestoppers anonymously") if
//     texts of several groups of one site have it, or of very many sites: what a
//     force puts under each of its releases, and the templates in which it tells of
//     burglaries. A campaign that forty forces ran is one group, and no formula
//     (formulas.go).
//  3. Texts that share enough other fingerprints are candidates (candidates.go).
//  4. Candidates are laid side by side, word by word: which passages they share,
//     what share of each text that is, formulas left out on both sides
//     (passages.go), and whether what stands in place of each other is facts:
//     figures and dates (likeness.go). That decides the [Band].
//  5. Texts that are linked so, directly or through others, are a [Cluster]. The
//     earliest is its head.
//
// No step compares all texts with all.
package copies

import "archiver/article"

// Version counts the rules of this package. An index that other rules made is made
// anew.
const Version = 1

// MinPassage is how many words in a row two texts have to share to be sure to be
// found, if none of the words is formula and neither text has more than
// [MaxPrints] fingerprints.
const MinPassage = shingle + window - 1

// A Mark tells whether a record is still as it was.
type Mark struct {
	ID   string // of the record, 40 hexadecimal digits
	Hash uint64 // another after any change of it
}

// A Band says how much two texts have in common.
type Band string

// The bands. What share is meant stands in likeness.go.
const (
	None  Band = ""      // no copies of each other
	Exact Band = "exact" // the same words
	Near  Band = "near"  // most of each stands in the other
	Part  Band = "part"  // much of one stands in the other, which has more
)

// Bands lists the bands, the closest first.
var Bands = []Band{Exact, Near, Part}

// A Likeness is what two texts have in common.
type Likeness struct {
	Band Band
	// Of is the share of each text's own words, those that are no formulas, that
	// stands in the other: 0 to 1.
	Of [2]float64
	// Words counts the words of the passages that both have, formulas left out, and
	// Facts the figures that took each other's place.
	Words, Facts int
}

// Score is the greater of the shares.
func (l Likeness) Score() float64 { return max(l.Of[0], l.Of[1]) }

// A Cluster is releases that are copies of one another.
type Cluster struct {
	// ID follows from the head's id, so it stays while the head does, whoever else
	// comes or goes.
	ID      string
	Members []Member // at least two: the head, then by time of publication
}

// Head returns the earliest member.
func (c *Cluster) Head() Member { return c.Members[0] }

// A Member is a release in a cluster.
type Member struct {
	ID string
	// Like is what the member, first, and the release Of, second, have in common.
	// Of is the head; the nearest other member where nothing links the two; and for
	// the head itself the member that is nearest to it.
	Like Likeness
	Of   string
}

// Record returns what a record carries of its place in the cluster.
func (c *Cluster) Record(m Member) *article.Copies {
	return &article.Copies{Cluster: c.ID, Head: c.Head().ID, Score: round(m.Like.Score())}
}

// round leaves what can be said of a share: thousandths.
func round(share float64) float64 { return float64(int(share*1000+0.5)) / 1000 }
