package export

import (
	"bytes"
	"cmp"
	"context"
	"html/template"
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
	if err := e.put("style.css", []byte(typeset.Stylesheet)); err != nil {
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
		case p.month == "":
			undated = append(undated, i)
		default:
			dated = append(dated, i)
		}
	}
	slices.Reverse(dated)
	return append(dated, undated...)
}

// A siteFrame is what every page says.
type siteFrame struct{ Name, Size, Rights string }

func (e *site) frame(n int) siteFrame {
	f := siteFrame{Name: e.all.title(), Rights: typeset.Rights}
	f.Size = count(n)
	if n == 0 {
		f.Size = "No release is selected"
	}
	if !e.latest.IsZero() {
		f.Size += e.latest.In(article.London).Format(", the last captured on 2 January 2006")
	}
	f.Size += "."
	return f
}

func count(n int) string {
	if n == 1 {
		return "1 release"
	}
	return humanize.Comma(int64(n)) + " releases"
}

// A siteMenu leads to one of the ways through the site.
type siteMenu struct {
	Name, Path string
	Current    bool
}

func menu(current string) []siteMenu {
	list := []siteMenu{{Name: "Newest", Path: "index.html"}, {Name: "Dates", Path: "dates/index.html"}, {Name: "Forces", Path: "forces/index.html"}, {Name: "Topics", Path: "topics/index.html"}}
	for i := range list {
		list[i].Current = list[i].Name == current
	}
	return list
}

// siteTop is what the head of each page needs.
type siteTop struct {
	Site        siteFrame
	Title, Root string
	Menu        []siteMenu
}

type siteRelease struct {
	siteTop
	Article      template.HTML
	Revisions    []siteLink
	Related      []siteLink
	Older, Newer *siteItem
}

// releases writes the page of every release and revision.
func (e *site) releases(ctx context.Context, frame siteFrame, order []int) error {
	var newer, this *leaf
	for n := 0; n <= len(order); n++ { // a page is written once its older neighbour is known
		var older *leaf
		if n < len(order) {
			l, err := e.leaf(order[n])
			if err != nil {
				return err
			}
			older = &l
		}
		if this != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := e.release(frame, order[n-1], this, older, newer); err != nil {
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
		l, err := e.leaf(i)
		if err == nil {
			err = e.release(frame, i, &l, nil, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *site) release(frame siteFrame, page int, l, older, newer *leaf) error {
	p := e.pages[page]
	set, err := e.spool.read(p.body)
	if err != nil {
		return err
	}
	data := siteRelease{
		siteTop: siteTop{Site: frame, Title: l.Item.Title, Root: rootOf(p.path), Menu: menu("")},
		Article: template.HTML(set), Revisions: l.Revisions,
	}
	if older != nil {
		data.Older = &older.Item
	}
	if newer != nil {
		data.Newer = &newer.Item
	}
	for _, h := range l.Related {
		link := siteLink{Name: cmp.Or(typeset.Line(h.Title), typeset.Line(h.URL)), Address: typeset.Address(h.URL)}
		if link.Name == "" {
			continue
		}
		if target, ok := e.byID[article.ID(h.URL)]; ok && target != page {
			link.Path = e.pages[target].path
		}
		data.Related = append(data.Related, link)
	}
	return e.write(p.path, "release", data)
}

// write makes a file of the site, unless it is there already.
func (e *site) write(name, template string, data any) error {
	var page bytes.Buffer
	if err := siteTemplates.ExecuteTemplate(&page, template, data); err != nil {
		return err
	}
	return e.put(name, page.Bytes())
}

func (e *site) put(name string, data []byte) error {
	old, err := e.dir.read(name)
	if err != nil {
		return err
	}
	return e.dir.put(name, e.of, old, data)
}
