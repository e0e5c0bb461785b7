package export

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"archiver/article"
	"archiver/typeset"
)

// perPage is how many releases a page of a list has.
const perPage = 50

// A siteGroup is a part of a page that leads to lists.
type siteGroup struct {
	name    string // "" for none
	entries []siteCount
}

// A siteCount is a list, and how many releases it has.
type siteCount struct {
	name, path string
	n          int
}

// lists writes the front page and the lists by month, by force and by topic.
func (e *site) lists(ctx context.Context, frame siteFrame, order []int) error {
	months, forces, topics := map[string][]int{}, map[string][]int{}, map[string][]int{}
	for _, page := range order {
		p := e.pages[page]
		months[p.month()] = append(months[p.month()], page)
		forces[p.site] = append(forces[p.site], page)
		of := map[string]bool{}
		for _, id := range p.topics { // and "fraud" has all of "fraud/courier"
			for id != "" && !of[id] {
				of[id] = true
				topics[id] = append(topics[id], page)
				id = id[:max(strings.LastIndexByte(id, '/'), 0)]
			}
		}
	}

	about := frame.size
	if err := e.list(ctx, frame, "Newest", "Newest releases", about, order, func(n int) string {
		if n == 1 {
			return "index.html"
		}
		return fmt.Sprintf("newest/%d.html", n)
	}); err != nil {
		return err
	}
	var years []siteGroup
	for _, month := range slices.Backward(slices.Sorted(maps.Keys(months))) {
		name, short, group, file := "Without a time of publication", "Time unknown", "", "dates/undated/"
		if at, err := time.Parse("2006-01", month); err == nil {
			name, short, group, file = at.Format("January 2006"), at.Format("January"), at.Format("2006"), "dates/"+month+"/"
		}
		if err := e.list(ctx, frame, "Dates", name, count(len(months[month]))+", newest first.", months[month], numbered(file)); err != nil {
			return err
		}
		if n := len(years); n == 0 || years[n-1].name != group {
			years = append(years, siteGroup{name: group})
		}
		g := &years[len(years)-1]
		g.entries = append(g.entries, siteCount{short, file + "index.html", len(months[month])})
	}
	if err := e.index(frame, "Dates", "By date", plural(len(months), "month"), years); err != nil {
		return err
	}
	err := e.indexOf(ctx, frame, "Forces", "By force", plural(len(forces), "source"), forces, forcePath, func(id string) string {
		l, err := e.entry(forces[id][0], nil)
		if err != nil || l.source == "" {
			return typeset.Line(id)
		}
		return l.source
	})
	if err != nil {
		return err
	}
	return e.indexOf(ctx, frame, "Topics", "By topic", plural(len(topics), "topic"), topics, topicPath, typeset.Topic)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return humanize.Comma(int64(n)) + " " + what + "s"
}

// numbered names the pages of a list in a folder.
func numbered(folder string) func(int) string {
	return func(n int) string {
		if n == 1 {
			return folder + "index.html"
		}
		return fmt.Sprintf("%s%d.html", folder, n)
	}
}

// indexOf writes the lists of one way through the site, and the page that leads
// to them.
func (e *site) indexOf(ctx context.Context, frame siteFrame, way, title, about string, lists map[string][]int, pathOf, nameOf func(string) string) error {
	var g siteGroup
	for _, id := range slices.Sorted(maps.Keys(lists)) {
		name, file := cmp.Or(nameOf(id), "Unnamed"), pathOf(id)
		if err := e.list(ctx, frame, way, name, count(len(lists[id]))+", newest first.", lists[id], numbered(strings.TrimSuffix(file, "index.html"))); err != nil {
			return err
		}
		g.entries = append(g.entries, siteCount{name, file, len(lists[id])})
	}
	slices.SortStableFunc(g.entries, func(a, b siteCount) int { return strings.Compare(a.name, b.name) })
	return e.index(frame, way, title, about, []siteGroup{g})
}

// index writes the page of one way through the site, which leads to its lists.
func (e *site) index(frame siteFrame, way, title, about string, groups []siteGroup) error {
	return e.put(strings.ToLower(way)+"/index.html", func(m *markup) error {
		m.top(frame, siteTop{title, "../", way})
		m.tags("<h1>", title, "</h1>\n<p class=\"about\">", about, ", and how many releases each has.</p>")
		for _, g := range groups {
			m.wrapped("\n<h2 class=\"year\">", g.name, "</h2>")
			for i, c := range g.entries {
				if i == 0 {
					m.tags("\n<ul class=\"index\">")
				}
				m.tags("\n<li>")
				m.link("../", c.path, c.name)
				m.tags(` <span class="count">`, humanize.Comma(int64(c.n)), "</span></li>")
			}
			if len(g.entries) > 0 {
				m.tags("\n</ul>")
			}
		}
		m.bottom(frame)
		return nil
	})
}

// list writes the pages of one list.
func (e *site) list(ctx context.Context, frame siteFrame, way, title, about string, pages []int, name func(n int) string) error {
	of := max(1, (len(pages)+perPage-1)/perPage)
	for n := 1; n <= of; n++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := e.put(name(n), func(m *markup) error {
			return e.listPage(m, frame, siteTop{title, rootOf(name(n)), way}, about, pages[(n-1)*perPage:min(n*perPage, len(pages))], func() { m.turn(name, n, of) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// listPage is a page of a list.
func (e *site) listPage(m *markup, frame siteFrame, top siteTop, about string, pages []int, turn func()) error {
	m.top(frame, top)
	m.tags("<h1>")
	m.text(top.title)
	m.tags("</h1>\n<p class=\"about\">")
	m.text(about)
	m.tags("</p>")
	day := ""
	data := make([]byte, 0, entrySize)
	for i, page := range pages {
		p := e.pages[page]
		if i == 0 || p.date != day {
			if i > 0 {
				m.tags("</ul>\n</section>")
			}
			day = p.date
			m.tags("\n<section class=\"day\">\n<h2>")
			m.time(day, dayName(day))
			m.tags("</h2>\n<ul class=\"items\">\n")
		}
		entry, err := e.entry(page, data)
		if err != nil {
			return err
		}
		m.tags("<li class=\"item\">\n<h3><a href=\"", top.root)
		m.path(p.path)
		m.raw(entry.item)
	}
	if len(pages) > 0 {
		m.tags("</ul>\n</section>")
	}
	turn()
	m.bottom(frame)
	return nil
}

// turn leads from page n of a list to the others.
func (m *markup) turn(name func(n int) string, n, of int) {
	if of == 1 {
		return
	}
	root := rootOf(name(n))
	to := func(page int, rel, words string) {
		m.tags("\n<a href=\"", root)
		m.path(name(page))
		m.tags(`"`, rel, ">", words, "</a>")
	}
	m.tags("\n<nav class=\"pages\" aria-label=\"Pages\">")
	if n > 1 {
		to(n-1, ` rel="prev"`, "Newer")
	}
	m.tags(fmt.Sprintf("\n<span class=\"of\">Page %d of %d</span>", n, of))
	if n < of {
		to(n+1, ` rel="next"`, "Older")
	}
	if n > 1 {
		to(1, "", "First")
	}
	if n < of {
		to(of, "", "Last")
	}
	m.tags("\n</nav>")
}

// The folders of lists.

func forcePath(id string) string { return "forces/" + listName(id) + "/index.html" }

func topicPath(id string) string {
	parts := strings.Split(id, "/")
	for i := range parts {
		parts[i] = listName(parts[i])
	}
	return "topics/" + path.Join(parts...) + "/index.html"
}

// listName makes a file name of an id; of one that is not made for that it adds
// what tells it from others of the same letters.
func listName(id string) string {
	name := safeName(id, "unnamed")
	if name != id || strings.ToLower(id) != id || !plainName(id) || strings.HasSuffix(id, ".html") { // as pages are
		name = strings.ToLower(cut(name, 60)) + "-" + article.ID(id)[:12]
	}
	return name
}

func plainName(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c >= 0x80 })
}
