package export

import (
	"bytes"
	"context"
	"slices"

	"github.com/dustin/go-humanize"

	"archiver/article"
	"archiver/typeset"
)

// finish writes the site: its releases first, so that no list leads nowhere.
func (e *site) finish(ctx context.Context) error {
	if err := e.settle(); err != nil {
		return err
	}
	if err := e.put("style.css", func(m *markup) error { m.tags(typeset.Stylesheet); return nil }); err != nil {
		return err
	}
	order := e.order()
	frame := e.frame(len(order))
	for _, part := range []func(context.Context, siteFrame, []int) error{e.releases, e.lists} {
		if err := part(ctx, frame, order); err != nil {
			return err
		}
		if err := e.dir.wait(); err != nil {
			return err
		}
	}
	return nil
}

// order lists the pages of the newest revisions, newest first; those without a
// time come last.
func (e *site) order() []int {
	var dated, undated []int
	for i, p := range e.pages {
		switch {
		case p.older:
		case p.date == "":
			undated = append(undated, i)
		default:
			dated = append(dated, i)
		}
	}
	slices.Reverse(dated)
	return append(dated, undated...)
}

func (e *site) frame(n int) siteFrame {
	size := count(n)
	if n == 0 {
		size = "No release is selected"
	}
	if !e.latest.IsZero() {
		size += e.latest.In(article.London).Format(", the last captured on 2 January 2006")
	}
	return siteFrame{e.all.title(), size + "."}
}

func count(n int) string {
	if n == 1 {
		return "1 release"
	}
	return humanize.Comma(int64(n)) + " releases"
}

// releases writes the page of every release and revision.
func (e *site) releases(ctx context.Context, frame siteFrame, order []int) error {
	var newer, this *siteNeighbour
	data := make([]byte, 0, entrySize)
	for n := 0; n <= len(order); n++ { // a page is written once its older neighbour is known
		var older *siteNeighbour
		if n < len(order) {
			entry, err := e.entry(order[n], data)
			if err != nil {
				return err
			}
			older = &siteNeighbour{entry.title, order[n]}
		}
		if this != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := e.putRelease(frame, this, older, newer); err != nil {
				return err
			}
		}
		newer, this = this, older
	}
	for i, p := range e.pages {
		if !p.older {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		entry, err := e.entry(i, nil)
		if err == nil {
			err = e.putRelease(frame, &siteNeighbour{entry.title, i}, nil, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A siteNeighbour is a release as its neighbours know it.
type siteNeighbour struct {
	title string
	page  int
}

func (e *site) putRelease(frame siteFrame, this, older, newer *siteNeighbour) error {
	return e.put(e.pages[this.page].path, func(m *markup) error { return e.release(m, frame, this, older, newer) })
}

// release is the page of a release, or of a revision that has no neighbours.
func (e *site) release(m *markup, frame siteFrame, this, older, newer *siteNeighbour) error {
	data := lend()
	defer giveBack(data)
	story, err := e.story(this.page, data.AvailableBuffer())
	if err != nil {
		return err
	}
	p := e.pages[this.page]
	root := rootOf(p.path)
	m.top(frame, siteTop{title: this.title, root: root})
	m.raw(story.head, story.notice, story.article, story.revisions)
	for i, r := range story.related {
		if i == 0 {
			m.tags("\n<section class=\"more\">\n<h2>Other stories on the page</h2>\n<ul>")
		}
		m.tags("\n<li>")
		if page, ok := e.byID[r.id]; ok && page != this.page {
			m.link(root, e.pages[page].path, r.name)
		} else if m.webLink(r.address, r.name); r.address != "" {
			m.tags(` <span class="elsewhere">on the web</span>`)
		}
		m.tags("</li>")
	}
	if len(story.related) > 0 {
		m.tags("\n</ul>\n</section>")
	}
	m.tags("\n</article>")
	if older != nil || newer != nil {
		m.tags("\n<nav class=\"beside\" aria-label=\"Releases before and after this one\">")
		for _, side := range []struct {
			words string
			of    *siteNeighbour
		}{{"Before it", older}, {"After it", newer}} {
			if side.of != nil {
				m.tags("\n<a href=\"", root)
				m.path(e.pages[side.of.page].path)
				m.tags(`"><span>`, side.words, "</span> ")
				m.text(side.of.title)
				m.tags("</a>")
			}
		}
		m.tags("\n</nav>")
	}
	m.bottom(frame)
	return nil
}

// put makes a file of the site, unless it is there already. write is called side by side
// with others.
func (e *site) put(name string, write func(m *markup) error) error {
	return e.dir.putLater(name, e.of, func(data *bytes.Buffer) error { return write(&markup{data}) })
}
