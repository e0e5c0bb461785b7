package demo

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"archiver/article"
)

// A Design is how a site builds its pages. Each carries the same furniture
// around the article, in the same order.
type Design int

// The designs.
const (
	DesignPlatform Design = iota // wrappers and class names of a big content management system
	DesignArticle                // plain HTML: main, article, header, time, aside
	DesignDivs                   // nested div elements without any names
)

// Designs lists every design.
var Designs = []Design{DesignPlatform, DesignArticle, DesignDivs}

// String returns the design's name, which is that of its template.
func (d Design) String() string {
	switch d {
	case DesignPlatform:
		return "platform"
	case DesignArticle:
		return "article"
	case DesignDivs:
		return "divs"
	}
	return fmt.Sprintf("Design(%d)", int(d))
}

// Around is what a page has besides the release. Its zero value works.
type Around struct {
	Base    string    // scheme and host of the page's address; default: the constant Base
	Force   string    // the name that ends the page's title; default: the constant Force
	Now     time.Time // of rendering, as the page prints it; default: now
	Related []Release // below the body; default: the newest of Releases
}

// defaultImage is the picture of a release that has none. Like the platform it
// encodes the ampersands of the value once too often.
const defaultImage = "/SysSiteAssets/media/images/mereshire/share-default.png?crop=(4,0,196,100)&amp;w=600&amp;h=300"

// Render writes the page of a release in a design, with all that stands around
// an article on the platform. The release can be any: it need not be one of
// Releases.
func Render(w io.Writer, r Release, d Design, around Around) error {
	base := cmp.Or(around.Base, Base)
	body, err := dress(r, d)
	if err != nil {
		return fmt.Errorf("render %s: %w", r.Address(), err)
	}
	related := around.Related
	if related == nil {
		related = others(Releases(), r)
	}
	p := page{
		Force:       cmp.Or(around.Force, Force),
		Now:         around.Now,
		Title:       r.Title,
		PageTitle:   cmp.Or(r.PageTitle, r.Title),
		URL:         base + r.Address(),
		OGTitle:     cmp.Or(r.OGTitle, r.Title),
		Description: cmp.Or(r.OGDescription, r.summary()),
		Image:       cmp.Or(r.OGImage, base+defaultImage),
		Article: &printed{
			Dateline: r.dateline(),
			Label:    r.Label,
			Body:     body,
		},
		Related: cards(related),
	}
	if r.Dateline != DatelineNone {
		p.Article.Time = article.At(r.Published).String()
	}
	return p.write(w, d)
}

// dress returns the body in the markup of a design.
func dress(r Release, d Design) (template.HTML, error) {
	if d == DesignDivs {
		return anonymous(r.Body, len(r.Path))
	}
	controls := `<div class="gallery"><button type="button">Prev</button><button type="button">Next</button><figure`
	body := strings.NewReplacer("<figure", controls, "</figure>", "</figure></div>").Replace(r.Body)
	return template.HTML(body), nil
}

// others returns the newest releases but for one.
func others(releases []Release, but Release) []Release {
	var out []Release
	for _, r := range releases {
		if r.Address() != but.Address() && r.Listed == ListedEverywhere && len(out) < 5 {
			out = append(out, r)
		}
	}
	return out
}

// A page is what the templates print.
type page struct {
	Force       string
	Now         time.Time
	Title       string // the heading
	PageTitle   string // without the force's name
	URL         string
	OGTitle     string
	Description string
	Image       string
	Article     *printed // nil on all pages but those of releases
	Related     []card
	Listing     *listing // of cards; nil on other pages
	Text        []string // paragraphs of a page that is neither
}

// printed is what a release's page has of it besides the headline.
type printed struct {
	Dateline string
	Time     string // for machines; "" where no dateline is printed
	Label    string
	Body     template.HTML
}

// A card is a release as listings show it.
type card struct {
	Title     string
	Path      string
	Summary   string
	Published string
}

func cards(releases []Release) []card {
	out := make([]card, len(releases))
	for i, r := range releases {
		out[i] = card{Title: r.Title, Path: r.Address(), Summary: r.summary(), Published: r.PublishedText()}
	}
	return out
}

// Timestamp is the time of rendering as the platform prints it.
func (p page) Timestamp() string {
	return p.Now.In(article.London).Format("02/01/2006 15:04:05")
}

//go:embed templates/*.html
var templateFiles embed.FS

// templates has a set for each file that is not shared, by its name. They are
// read when the first page is asked for, for most commands never.
var templates = sync.OnceValue(func() map[string]*template.Template {
	sets := map[string]*template.Template{}
	for _, d := range Designs {
		for _, name := range []string{d.String(), "radio-" + d.String()} {
			sets[name] = template.Must(template.ParseFS(templateFiles, "templates/shared.html", "templates/furniture.html", "templates/"+name+".html"))
		}
	}
	return sets
})

func (p page) write(w io.Writer, d Design) error {
	if p.Now.IsZero() {
		p.Now = time.Now()
	}
	return execute(w, d.String(), p)
}

// execute writes the page that a template set makes of data.
func execute(w io.Writer, name string, data any) error {
	set, ok := templates()[name]
	if !ok {
		return fmt.Errorf("there is no design %s", name)
	}
	return set.ExecuteTemplate(w, name+".html", data)
}

// send writes an answer. Its error is the asker's going away, about which a
// demonstration can do nothing.
func send(w http.ResponseWriter, s string) { _, _ = io.WriteString(w, s) }
