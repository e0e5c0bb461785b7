package extract

import "golang.org/x/net/html/atom"

// The scope of an article is the part of the tree that it lies in. It is looked
// for by what a person sees on any page: headline, dateline and text lie
// together, and what is no part of the article lies further away than its
// paragraphs lie from one another.

// inScope keeps the units that lie in the article's part of the tree.
func (r *reader) inScope(units []int) []int {
	prose := r.proseOf(units)
	if len(prose) == 0 {
		return units
	}
	scope := r.scope(prose)
	if c := r.columnOf(units); len(c) > 0 {
		scope = meet(scope, meet(r.units[c[0]].box, r.units[c[len(c)-1]].box))
	}
	units = inside(r, units, scope)
	for len(units) > 0 {
		// Elements around all of it are passed over at once: a page can nest its
		// text hundreds deep.
		all := r.units[units[0]].box
		for _, i := range units {
			all = meet(all, r.units[i].box)
		}
		if scope.holds(all) && !all.is(atom.Ul, atom.Ol, atom.P, atom.Tr, atom.Table, atom.Tbody, atom.Li) {
			scope = all
		}
		region, main := r.mainRegion(units, scope)
		if region == nil {
			return r.upToLast(units)
		}
		units = r.withMain(units, scope, region, main)
		scope = region
	}
	return units
}

// scope returns the element that holds the landmarks (dateline and headline)
// together with the first prose, or one further out where that holds no more
// than a standfirst and the text follows beside it.
func (r *reader) scope(prose []int) *box {
	first := r.units[prose[0]].box
	scope := root(first)
	for _, landmark := range []int{r.title, r.dateline} {
		if landmark >= 0 {
			if n := meet(r.units[landmark].box, first); scope.holds(n) {
				scope = n
			}
		}
	}
	for scope.up != nil {
		in := 0
		for in < len(prose) && scope.holds(r.units[prose[in]].box) {
			in++
		}
		if in > 2 || in == len(prose) {
			break
		}
		// The next branch of the tree that holds prose; where the prose lies in
		// no element of its own, all that is around it.
		next := r.units[prose[in]].box
		parent := meet(scope, next)
		for next != parent && next.up != parent {
			next = next.up
		}
		out := in
		for out < len(prose) && next.holds(r.units[prose[out]].box) {
			out++
		}
		inner := r.units[prose[in]].box
		for _, i := range prose[in:out] {
			inner = meet(inner, r.units[i].box)
		}
		if out-in < 2 || r.words(prose[in:out]) <= r.words(prose[:in]) || r.words(prose[in:out]) < 60 && r.foreign(inner) {
			break
		}
		scope = parent
	}
	return scope
}

func root(n *box) *box {
	for n.up != nil {
		n = n.up
	}
	return n
}

// inside returns the units that lie in an element.
func inside(r *reader, units []int, n *box) []int {
	var in []int
	for _, i := range units {
		if n.holds(r.units[i].box) {
			in = append(in, i)
		}
	}
	return in
}

// mainRegion returns the branch of scope that holds the most prose, if it is the
// better part of it and of more than one piece, and its units. nil means that
// scope has no such branch: its paragraphs are branches themselves.
func (r *reader) mainRegion(units []int, scope *box) (region *box, main []int) {
	all := r.words(units)
	for n := 0; n < len(units); {
		branch := scope.branch(r.units[units[n]].box)
		end := n + 1
		for end < len(units) && branch != nil && branch.holds(r.units[units[end]].box) {
			end++
		}
		if branch != nil && end-n > 1 && r.holdsMost(scope, branch, units[n:end], all) && len(r.proseOf(units[n:end])) > 0 &&
			branch.node.DataAtom != atom.Ul && branch.node.DataAtom != atom.Ol && branch.node.DataAtom != atom.P && branch.node.DataAtom != atom.Tr &&
			(branch.node.DataAtom != atom.Table || r.units[units[n]].cell != nil) {
			return branch, units[n:end]
		}
		n = end
	}
	return nil, nil
}

// holdsMost reports whether a branch holds the better part of what scope does: all of
// the column, or where there is none most words of prose.
func (r *reader) holdsMost(scope, branch *box, units []int, all int) bool {
	if n := r.column.within(scope); n > 0 {
		return r.column.within(branch) == n
	}
	return r.words(units)*2 > all
}

// withMain keeps the units of the main region, and those of its neighbours that
// belong to the article: prose before it (a standfirst), and after it what looks
// like more of the same.
func (r *reader) withMain(units []int, scope, region *box, main []int) []int {
	var kept []int
	ended := false
	for n := 0; n < len(units); {
		branch := scope.branch(r.units[units[n]].box)
		end := n + 1
		for end < len(units) && branch != nil && branch.holds(r.units[units[end]].box) {
			end++
		}
		part := units[n:end]
		before := units[n] < main[0]
		n = end
		switch {
		case branch == region, branch != nil && r.column.within(branch) > 0:
			kept = append(kept, part...)
		case before:
			if r.stands(part) || len(r.proseOf(part)) > 0 && (branch == nil || r.plain(part) || !r.foreign(branch)) {
				kept = append(kept, part...)
			}
		case ended:
		case branch == nil, r.moreOf(region, branch, part, main):
			kept = append(kept, part...)
		case len(r.proseOf(part)) > 0:
			ended = true
		}
	}
	return kept
}

// columnOf returns those of some units that are of the column.
func (r *reader) columnOf(units []int) []int {
	var of []int
	for _, i := range units {
		if r.units[i].column {
			of = append(of, i)
		}
	}
	return of
}

// stands reports whether a standfirst set as a heading is among units above the column.
func (r *reader) stands(part []int) bool {
	if r.column.first < 0 || !r.site.Generic() {
		return false
	}
	for _, i := range part {
		if u := &r.units[i]; u.level > 1 && u.words >= 8 && u.links == 0 {
			return true
		}
	}
	return false
}

// plain reports whether units are nothing but prose without a link: whatever the
// element around them is called, they are a standfirst.
func (r *reader) plain(part []int) bool {
	for _, i := range part {
		if u := &r.units[i]; u.image == nil && (!u.prose() || u.links > 0) {
			return false
		}
	}
	return len(part) <= 2
}

// moreOf reports whether a branch after the main one goes on with the article.
func (r *reader) moreOf(region, branch *box, part, main []int) bool {
	prose := r.proseOf(part)
	if len(prose) == 0 {
		// A picture, a caption, initials: only where nothing in it leads away.
		for _, i := range part {
			if u := &r.units[i]; u.image == nil && (u.links > 0 || u.words > 8) {
				return false
			}
		}
		return !r.foreign(branch) && len(part) <= 2
	}
	if branch.node.DataAtom == region.node.DataAtom && attr(branch.node, "class") == attr(region.node, "class") && (attr(branch.node, "class") != "" || branch.node.DataAtom == atom.Section) {
		return !r.closes(branch)
	}
	if r.foreign(branch) {
		return false
	}
	if r.described >= 0 && r.column.first >= 0 && r.units[part[0]].level > 0 && r.column.words < leastWords {
		return false // a box below a release of a line or two
	}
	if r.words(part)*2 >= r.words(main) {
		return true
	}
	first := &r.units[part[0]]
	return first.level == 0 && first.prose() && len(part) == len(prose)
}

// foreign reports whether a branch is furniture by what it holds or by its name.
func (r *reader) foreign(branch *box) bool {
	if branch.hinted() || branch.controls {
		return true
	}
	if r.closes(branch) {
		return true
	}
	from, to := branch.from, branch.to
	words, links, alone := 0, 0, 0
	for j := from; j < to; j++ {
		u := &r.units[j]
		words += u.words
		links += u.links
		if u.words > 0 && u.links == u.words {
			alone++
		}
	}
	return links*3 > words || alone > 0 && to-from <= 4
}

// closes reports whether a branch holds a line that is known to follow an article.
func (r *reader) closes(branch *box) bool {
	for j := branch.from; j < branch.to; j++ {
		if u := &r.units[j]; u.words <= 12 && (u.says(lineEnding|lineWeakEnding) || sharing(u)) {
			return true
		}
	}
	return false
}

// upToLast ends the units behind the last line of text: what stands below it in
// a page without structure is kept only where it is no link.
func (r *reader) upToLast(units []int) []int {
	last := -1
	for n, i := range units {
		if r.units[i].prose() || r.units[i].item != nil || r.units[i].cell != nil {
			last = n
		}
	}
	kept := units[:last+1]
	for _, i := range units[last+1:] {
		u := &r.units[i]
		flat := r.title >= 0 && last >= 0 && meet(r.units[units[last]].box, u.box).holds(r.units[r.title].box)
		if u.image == nil && u.says(lineControl) {
			continue
		}
		if u.image == nil && (sharing(u) || flat && u.links == u.words && u.box.up != r.units[units[last]].box.up) {
			break
		}
		kept = append(kept, i)
	}
	return kept
}
