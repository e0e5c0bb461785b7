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

type siteDay struct {
	Name, At string
	Items    []siteItem
}

type siteListPage struct {
	siteTop
	About        string
	Days         []siteDay
	Page, Of     int
	Newer, Older string
	First, Last  string
}

type siteIndex struct {
	siteTop
	About  string
	Groups []siteGroup
}

type siteGroup struct {
	Name    string
	Entries []siteCount
}

type siteCount struct {
	Name, Path, Count string
}

// lists writes the front page and the lists by month, by force and by topic.
func (e *site) lists(ctx context.Context, frame siteFrame, order []int) error {
	months, forces, topics := map[string][]int{}, map[string][]int{}, map[string][]int{}
	for _, page := range order {
		p := e.pages[page]
		months[p.month] = append(months[p.month], page)
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

	about := frame.Size
	if err := e.list(ctx, frame, "Newest", "Newest releases", about, order, func(n int) string {
		if n == 1 {
			return "index.html"
		}
		return fmt.Sprintf("newest/%d.html", n)
	}); err != nil {
		return err
	}
	index := siteIndex{siteTop: siteTop{Site: frame, Title: "By date", Root: "../", Menu: menu("Dates")}, About: plural(len(months), "month") + ", and how many releases each has."}
	for _, month := range slices.Backward(slices.Sorted(maps.Keys(months))) {
		name, short, group, file := "Without a time of publication", "Time unknown", "", "dates/undated/"
		if at, err := time.Parse("2006-01", month); err == nil {
			name, short, group, file = at.Format("January 2006"), at.Format("January"), at.Format("2006"), "dates/"+month+"/"
		}
		if err := e.list(ctx, frame, "Dates", name, count(len(months[month]))+", newest first.", months[month], numbered(file)); err != nil {
			return err
		}
		if n := len(index.Groups); n == 0 || index.Groups[n-1].Name != group {
			index.Groups = append(index.Groups, siteGroup{Name: group})
		}
		g := &index.Groups[len(index.Groups)-1]
		g.Entries = append(g.Entries, siteCount{short, file + "index.html", humanize.Comma(int64(len(months[month])))})
	}
	if err := e.write("dates/index.html", "index", index); err != nil {
		return err
	}
	err := e.indexOf(ctx, frame, "Forces", "By force", plural(len(forces), "source"), forces, forcePath, func(id string) string {
		l, err := e.leaf(forces[id][0])
		if err != nil || l.Item.Source == "" {
			return typeset.Line(id)
		}
		return l.Item.Source
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
func (e *site) indexOf(ctx context.Context, frame siteFrame, current, title, about string, lists map[string][]int, pathOf, nameOf func(string) string) error {
	index := siteIndex{siteTop: siteTop{Site: frame, Title: title, Root: "../", Menu: menu(current)}, About: about + ", and how many releases each has."}
	var g siteGroup
	for _, id := range slices.Sorted(maps.Keys(lists)) {
		name, file := cmp.Or(nameOf(id), "Unnamed"), pathOf(id)
		if err := e.list(ctx, frame, current, name, count(len(lists[id]))+", newest first.", lists[id], numbered(strings.TrimSuffix(file, "index.html"))); err != nil {
			return err
		}
		g.Entries = append(g.Entries, siteCount{name, file, humanize.Comma(int64(len(lists[id])))})
	}
	if len(g.Entries) > 0 {
		slices.SortStableFunc(g.Entries, func(a, b siteCount) int { return strings.Compare(a.Name, b.Name) })
		index.Groups = []siteGroup{g}
	}
	return e.write(strings.ToLower(current)+"/index.html", "index", index)
}

// list writes the pages of one list.
func (e *site) list(ctx context.Context, frame siteFrame, current, title, about string, pages []int, name func(n int) string) error {
	of := max(1, (len(pages)+perPage-1)/perPage)
	for n := 1; n <= of; n++ {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		data := siteListPage{
			siteTop: siteTop{Site: frame, Title: title, Root: rootOf(name(n)), Menu: menu(current)},
			About:   about, Page: n, Of: of, First: name(1), Last: name(of),
		}
		if n > 1 {
			data.Newer = name(n - 1)
		}
		if n < of {
			data.Older = name(n + 1)
		}
		for _, page := range pages[(n-1)*perPage : min(n*perPage, len(pages))] {
			l, err := e.leaf(page)
			if err != nil {
				return err
			}
			if d := len(data.Days); d == 0 || data.Days[d-1].Name != l.Item.Day {
				data.Days = append(data.Days, siteDay{Name: l.Item.Day, At: l.Item.Date})
			}
			day := &data.Days[len(data.Days)-1]
			day.Items = append(day.Items, l.Item)
		}
		if err := e.write(name(n), "list", data); err != nil {
			return err
		}
	}
	return nil
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
