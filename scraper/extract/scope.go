package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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
	units = inside(r, units, scope)
	for {
		region, main := r.mainRegion(units, scope)
		if region == nil {
			return r.upToLast(units)
		}
		units = r.withMain(units, scope, region, main)
		scope = region
	}
}

// scope returns the element that holds the landmarks (dateline and headline)
// together with the first prose, or one further out where that holds no more
// than a standfirst and the text follows beside it.
func (r *reader) scope(prose []int) *html.Node {
	first := r.units[prose[0]].box
	scope := root(first)
	for _, landmark := range []int{r.title, r.dateline} {
		if landmark >= 0 {
			if n := innermost(r.units[landmark].box, first); contains(scope, n) {
				scope = n
			}
		}
	}
	for scope.Parent != nil {
		in := 0
		for in < len(prose) && contains(scope, r.units[prose[in]].box) {
			in++
		}
		if in > 2 || in == len(prose) {
			break
		}
		// The next branch of the tree that holds prose.
		next := r.units[prose[in]].box
		parent := innermost(scope, next)
		for next.Parent != parent {
			next = next.Parent
		}
		out := in
		for out < len(prose) && contains(next, r.units[prose[out]].box) {
			out++
		}
		if out-in < 2 || r.words(prose[in:out]) <= r.words(prose[:in]) || r.words(prose[in:out]) < 60 && r.foreign(next, prose[in]) {
			break
		}
		scope = parent
	}
	return scope
}

func root(n *html.Node) *html.Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

// inside returns the units that lie in an element.
func inside(r *reader, units []int, n *html.Node) []int {
	var in []int
	for _, i := range units {
		if contains(n, r.units[i].box) {
			in = append(in, i)
		}
	}
	return in
}

// mainRegion returns the branch of scope that holds the most prose, if it is the
// better part of it and of more than one piece, and its units. nil means that
// scope has no such branch: its paragraphs are branches themselves.
func (r *reader) mainRegion(units []int, scope *html.Node) (region *html.Node, main []int) {
	all := r.words(units)
	for n := 0; n < len(units); {
		branch := branchOf(scope, r.units[units[n]].box)
		end := n + 1
		for end < len(units) && branch != nil && contains(branch, r.units[units[end]].box) {
			end++
		}
		if branch != nil && end-n > 1 && r.words(units[n:end])*2 > all && len(r.proseOf(units[n:end])) > 0 &&
			branch.DataAtom != atom.Ul && branch.DataAtom != atom.Ol && branch.DataAtom != atom.P && branch.DataAtom != atom.Tr &&
			(branch.DataAtom != atom.Table || r.units[units[n]].cell != nil) {
			return branch, units[n:end]
		}
		n = end
	}
	return nil, nil
}

// branchOf returns the child of scope that holds n; nil if n is scope itself, or
// lies outside it.
func branchOf(scope, n *html.Node) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.Parent == scope {
			return n
		}
	}
	return nil
}

// withMain keeps the units of the main region, and those of its neighbours that
// belong to the article: prose before it (a standfirst), and after it what looks
// like more of the same.
func (r *reader) withMain(units []int, scope, region *html.Node, main []int) []int {
	var kept []int
	ended := false
	for n := 0; n < len(units); {
		branch := branchOf(scope, r.units[units[n]].box)
		end := n + 1
		for end < len(units) && branch != nil && contains(branch, r.units[units[end]].box) {
			end++
		}
		part := units[n:end]
		before := units[n] < main[0]
		n = end
		switch {
		case branch == region:
			kept = append(kept, part...)
		case before:
			if len(r.proseOf(part)) > 0 && (branch == nil || r.plain(part) || !r.foreign(branch, part[0])) {
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
func (r *reader) moreOf(region, branch *html.Node, part, main []int) bool {
	prose := r.proseOf(part)
	if len(prose) == 0 {
		// A picture, a caption, initials: only where nothing in it leads away.
		for _, i := range part {
			if u := &r.units[i]; u.image == nil && (u.links > 0 || u.words > 8) {
				return false
			}
		}
		return !r.foreign(branch, part[0]) && len(part) <= 2
	}
	if r.foreign(branch, part[0]) {
		return false
	}
	if branch.DataAtom == region.DataAtom && attr(branch, "class") == attr(region, "class") && (attr(branch, "class") != "" || branch.DataAtom == atom.Section) {
		return true
	}
	if r.words(part)*2 >= r.words(main) {
		return true
	}
	first := &r.units[part[0]]
	return first.level == 0 && first.prose() && len(part) == len(prose)
}

// foreign reports whether a branch is furniture by what it holds or by its name.
func (r *reader) foreign(branch *html.Node, i int) bool {
	if hinted(branch) || hasControls(branch) {
		return true
	}
	from, to := r.within(branch, i)
	words, links, alone := 0, 0, 0
	for j := from; j < to; j++ {
		u := &r.units[j]
		words += u.words
		links += u.links
		if is(endings, u.text) || is(weakEndings, u.text) || sharing(u) {
			return true
		}
		if u.words > 0 && u.links == u.words {
			alone++
		}
	}
	return links*3 > words || alone > 0 && to-from <= 4
}

// hinted reports whether the names of an element are those of furniture.
func hinted(n *html.Node) bool {
	names := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	if len(names) == 1 {
		return false
	}
	for name := range strings.FieldsFuncSeq(names, func(c rune) bool { return !('a' <= c && c <= 'z') }) {
		if hints[name] {
			return true
		}
	}
	return false
}

// hasControls reports whether an element holds controls of a form.
func hasControls(n *html.Node) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Input, atom.Button, atom.Textarea, atom.Select:
			if attr(d, "type") != "hidden" {
				return true
			}
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
		flat := r.title >= 0 && last >= 0 && contains(innermost(r.units[units[last]].box, u.box), r.units[r.title].box)
		if u.image == nil && is(controls, u.text) {
			continue
		}
		if u.image == nil && (sharing(u) || flat && u.links == u.words && u.box.Parent != r.units[units[last]].box.Parent) {
			break
		}
		kept = append(kept, i)
	}
	return kept
}
