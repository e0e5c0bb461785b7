package copies

import (
	"cmp"
	"math"
	"slices"
	"time"

	"archiver/article"
)

// How rare a key has to be to tie releases into a story, and how far apart in time
// they may be.
const (
	rareReference = 25 // records of the site that have it
	rareOperation = 40
	rareName      = 12

	nearReference = 5 * 365 * 24 * time.Hour
	nearOperation = 2 * 365 * 24 * time.Hour
	nearName      = 3 * 365 * 24 * time.Hour
)

// A Copy is another release of a record's cluster, laid beside the record.
type Copy struct {
	Record   *article.Record
	Likeness Likeness // Of[0] is the share of the record that the copy has, Of[1] of the copy itself
	Head     bool     // it is the earliest of the cluster
}

// Copies returns the other releases of r's cluster that the archive shows, in the order
// in which they came out, so many at most; 0 is all.
func (ix *Index) Copies(r *article.Record, archive Archive, most int) ([]Copy, error) {
	cluster, ok := ix.Cluster(r.ID)
	if !ok {
		return nil, nil
	}
	var ids []string
	for _, m := range cluster.Members {
		if m.ID != r.ID && (most == 0 || len(ids) < most) {
			ids = append(ids, m.ID)
		}
	}
	var out []Copy
	for other, err := range archive.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		out = append(out, Copy{other, ix.Compare(r, other), other.ID == cluster.Head().ID})
	}
	return out, nil
}

// A Tie says why two releases are believed to be of one story.
type Tie struct {
	Kind KeyKind `json:"kind"`
	Text string  `json:"text"` // as the release prints it
}

// A Relative is a release of the same story.
type Relative struct {
	Record *article.Record
	Ties   []Tie // at least one: references, then operations, then names
}

// Kin returns the releases that tell the same story as r, in the order in which
// they came out: of the same site, within some years, with the same reference, the
// same operation, or the same person, where few releases of the site have that. A
// person's name alone has to stand with an age, or in the headline, in one of the
// two, or there have to be two names. Copies are not among them: see [Index.Copies].
func (ix *Index) Kin(r *article.Record, archive Archive) ([]Relative, error) {
	mine := keys(r)
	wanted := map[uint32]key{}
	for _, k := range mine {
		wanted[k.hash] = k
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	counts := map[uint32]int{}
	var found []*sketch
	for _, s := range ix.sketches {
		if s.site != r.Site {
			continue
		}
		any := false
		for _, h := range s.keys {
			if _, ok := wanted[h]; ok {
				counts[h]++
				any = true
			}
		}
		if any && s.name() != r.ID && !ix.together(s.name(), r.ID) {
			found = append(found, s)
		}
	}
	var ids []string
	for _, s := range found {
		if slices.ContainsFunc(s.keys, func(h uint32) bool {
			k, ok := wanted[h]
			return ok && counts[h] <= k.rare() && near(r, s.published, k)
		}) {
			ids = append(ids, s.name())
		}
	}
	var out []Relative
	for other, err := range archive.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		if ties := ties(r, mine, other, keys(other), counts); len(ties) > 0 {
			out = append(out, Relative{other, ties})
		}
	}
	return out, nil
}

// together reports whether two records are of one cluster.
func (ix *Index) together(a, b string) bool {
	at, ok := ix.place[a]
	in, too := ix.place[b]
	return ok && too && at[0] == in[0]
}

// rare returns in how many releases a key may be.
func (k key) rare() int {
	return map[KeyKind]int{KeyReference: rareReference, KeyOperation: rareOperation, KeyName: rareName}[k.kind]
}

// near reports whether a time of publication is near enough. One that is not
// known is.
func near(r *article.Record, published int64, k key) bool {
	if r.Published.IsZero() || published == math.MaxInt64 {
		return true
	}
	apart := map[KeyKind]time.Duration{KeyReference: nearReference, KeyOperation: nearOperation, KeyName: nearName}[k.kind]
	return abs(int(r.Published.Unix()-published)) <= int(apart/time.Second)
}

// ties says what two releases share.
func ties(r *article.Record, mine []key, other *article.Record, theirs []key, counts map[uint32]int) []Tie {
	published := int64(math.MaxInt64)
	if !other.Published.IsZero() {
		published = other.Published.Unix()
	}
	var out []Tie
	names, sure := 0, false
	for _, k := range mine {
		i := slices.IndexFunc(theirs, func(x key) bool { return x.hash == k.hash && x.kind == k.kind })
		if i < 0 || counts[k.hash] > k.rare() || !near(r, published, k) {
			continue
		}
		if k.kind == KeyName {
			names++
			sure = sure || k.sure || theirs[i].sure
		}
		out = append(out, Tie{k.kind, theirs[i].text})
	}
	if names == 1 && !sure {
		out = slices.DeleteFunc(out, func(t Tie) bool { return t.Kind == KeyName })
	}
	order := map[KeyKind]int{KeyReference: 0, KeyOperation: 1, KeyName: 2}
	slices.SortStableFunc(out, func(a, b Tie) int { return cmp.Compare(order[a.Kind], order[b.Kind]) })
	return out
}
