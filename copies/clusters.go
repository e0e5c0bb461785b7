package copies

import (
	"cmp"
	"slices"
)

// A link is what two records have in common, laid side by side.
type link struct {
	pair
	// basis tells on what the likeness rests: both texts, and which of their
	// fingerprints are formulas. While it is the same, so is the likeness.
	basis uint64
	like  Likeness
}

// newClusters makes clusters of the links that bind.
func newClusters(sketches []*sketch, links []link) []Cluster {
	set := newUnion(len(sketches))
	for _, l := range links {
		if l.like.Band != None {
			set.join(l.a, l.b)
		}
	}
	beside := map[int32][]link{} // by record
	members := map[int32][]int32{}
	for _, l := range links {
		if l.like.Band == None {
			continue
		}
		for _, i := range []int32{l.a, l.b} {
			if beside[i] == nil {
				head := set.find(i) // the least, which is the oldest
				members[head] = append(members[head], i)
			}
			beside[i] = append(beside[i], l)
		}
	}
	heads := make([]int32, 0, len(members))
	for head := range members {
		heads = append(heads, head)
	}
	slices.Sort(heads)
	clusters := make([]Cluster, len(heads))
	for n, head := range heads {
		list := members[head]
		slices.Sort(list)
		c := Cluster{ID: clusterID(sketches[head].name())}
		for _, i := range list {
			c.Members = append(c.Members, newMember(sketches, beside[i], i, head))
		}
		clusters[n] = c
	}
	return clusters
}

// clusterID derives the name of a cluster from its head's.
func clusterID(head string) string { return "c" + head[:15] }

// newMember chooses the link that says what a record has from its cluster: to the
// head, else the closest.
func newMember(sketches []*sketch, links []link, i, head int32) Member {
	best := slices.MinFunc(links, func(a, b link) int {
		return cmp.Or(
			cmp.Compare(rank(a, head), rank(b, head)),
			cmp.Compare(b.like.Score(), a.like.Score()),
			cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b),
		)
	})
	m := Member{ID: sketches[i].name(), Like: best.like}
	if best.a == i {
		m.Of = sketches[best.b].name()
	} else {
		m.Of = sketches[best.a].name()
		m.Like.Of[0], m.Like.Of[1] = m.Like.Of[1], m.Like.Of[0]
	}
	return m
}

// rank prefers a link to the head.
func rank(l link, head int32) int {
	if l.a == head || l.b == head {
		return 0
	}
	return 1
}
