package demo

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"

	"archiver/article"
)

// The radio station that a Republisher belongs to.
const (
	RadioName = "Mere Radio"
	RadioBase = "https://www.mereradio.example"
)

// radioPath is where the station's local news begins.
const radioPath = "/news/local-news/"

// A Republisher serves a local radio station's news: some of the force's
// releases nearly word for word, with curly quotation marks and without a time
// on the page, and below each the headlines of stories that have nothing to do
// with it, others every day. Its zero value is ready for use; its fields are as
// those of a [Site].
type Republisher struct {
	Design    Design
	DesignFor func(*http.Request) Design
	Clock     func() time.Time
	Delay     time.Duration
	Intercept func(http.ResponseWriter, *http.Request) bool

	log requestLog
}

// Requests returns the requests so far, in the order in which they came in.
func (p *Republisher) Requests() []Request { return p.log.all() }

// Handler returns the station's pages, on any host.
func (p *Republisher) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		send(w, "User-agent: *\nDisallow: /studio/\n")
	})
	mux.HandleFunc("GET "+radioPath+"{$}", p.listing)
	mux.HandleFunc("GET "+radioPath+"feed.xml", p.feed)
	mux.HandleFunc("GET "+radioPath+"{slug}", p.story)
	mux.HandleFunc("GET /favicon.ico", picture)
	mux.HandleFunc("/", p.notFound)
	return p.log.wrap(mux, p.Delay, p.Intercept)
}

// headlines are the station's other stories. An article page shows twenty of
// them, beginning with another one every day.
var headlines = []string{
	"Brass band wins third silver spoon at Gullmouth",
	"Library van back on the road after gearbox appeal",
	"Giant leek measured in front of notary",
	"Ostleford council leader to step down in spring",
	"Ferry timetable changes: what you need to know",
	"Goose adopts bus shelter in Upper Dunnock",
	"New roof for Brindlewick swimming baths",
	"Thornwater Rovers held to goalless draw by the weather",
	"Hospital thanks knitters for two thousand hats",
	"Roadworks on Tallow Lane to last until Whitsun",
	"Schoolchildren bury time capsule, then mislay it",
	"Harrowmere market to open on Thursdays",
	"Volunteers wanted for seal pup nursery",
	"Mystery of the painted post boxes deepens",
	"Pensioner completes jigsaw begun in 1974",
	"Lifeboat crew called out twice in one night",
	"Fallowick choir to sing at the Palace",
	"Bakery fined over fourteen-ounce loaf",
	"Plans for 200 homes at Saltmarsh Cross refused",
	"Tree of the year shortlist announced",
	"Festival adds second stage after record demand",
	"Skate park opens with a wobble",
	"Market Thrupley clock right for first time in years",
	"Farm shop named best in the county",
	"Otters return to the Weirside",
	"Students build boat from library shelves",
	"Penderwhistle by-election: the candidates",
}

const headlinesShown = 20

// A radioPage is what the station's templates print.
type radioPage struct {
	Title     string
	URL       string
	OnAir     string
	Playing   string
	Body      template.HTML // of a story; "" on other pages
	Stories   []Story       // of a listing
	Headlines []radioHeadline
}

type radioHeadline struct{ Title, Path string }

// programmes and songs are what is on air by the hour and by the minute.
var (
	programmes = []string{"Nightjars", "Breakfast with Tilly Sandpiper", "Mid-Mornings on the Mere", "The Drive Home", "The Late Lagoon"}
	songs      = []string{"The Lanterns – Kettle Song", "Ada Moorhen – Half a Shilling", "Slipway – Tide Tables", "The Weir – Over and Over"}
)

// RenderStory writes the page of a story in a design, as [Render] does that of a
// release. Of around it uses Base and Now.
func RenderStory(w io.Writer, s Story, d Design, around Around) error {
	body := template.HTML(s.Body)
	if d == DesignDivs {
		var err error
		if body, err = anonymous(s.Body, len(s.Slug)); err != nil {
			return fmt.Errorf("render %s: %w", s.Address(), err)
		}
	}
	p := radioPage{Title: s.Title, URL: cmp.Or(around.Base, RadioBase) + s.Address(), Body: body}
	return p.write(w, d, around.Now)
}

func (p radioPage) write(w io.Writer, d Design, now time.Time) error {
	if now.IsZero() {
		now = time.Now()
	}
	now = now.In(article.London)
	p.OnAir = programmes[now.Hour()*len(programmes)/24]
	p.Playing = songs[now.Minute()%len(songs)]
	for i := range headlinesShown {
		title := headlines[(now.YearDay()+i)%len(headlines)]
		p.Headlines = append(p.Headlines, radioHeadline{title, radioPath + slug(title)})
	}
	return execute(w, "radio-"+d.String(), p)
}

// slug returns a headline as the last part of an address.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return strings.Join(words, "-")
}

func (p *Republisher) story(w http.ResponseWriter, r *http.Request) {
	for _, s := range Stories() {
		if s.Address() == r.URL.Path {
			p.answer(w, http.StatusOK, func(w io.Writer) error {
				return RenderStory(w, s, p.design(r), Around{Base: base(r), Now: p.now()})
			})
			return
		}
	}
	// The unrelated headlines lead to stories of a sentence.
	for _, title := range headlines {
		if radioPath+slug(title) == r.URL.Path {
			body := template.HTML("<p>More about this in our next bulletin.</p>")
			p.page(w, r, http.StatusOK, radioPage{Title: title, Body: body})
			return
		}
	}
	p.notFound(w, r)
}

func (p *Republisher) listing(w http.ResponseWriter, r *http.Request) {
	p.page(w, r, http.StatusOK, radioPage{Title: "Local News", Stories: Stories()})
}

func (p *Republisher) notFound(w http.ResponseWriter, r *http.Request) {
	p.page(w, r, http.StatusNotFound, radioPage{Title: "Nothing on this frequency"})
}

func (p *Republisher) page(w http.ResponseWriter, r *http.Request, status int, page radioPage) {
	page.URL = base(r) + r.URL.RequestURI()
	p.answer(w, status, func(w io.Writer) error { return page.write(w, p.design(r), p.now()) })
}

// answer sends a page once it has been rendered whole.
func (p *Republisher) answer(w http.ResponseWriter, status int, render func(io.Writer) error) {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	send(w, b.String())
}

func (p *Republisher) now() time.Time {
	if p.Clock == nil {
		return time.Now()
	}
	return p.Clock()
}

func (p *Republisher) design(r *http.Request) Design {
	if p.DesignFor == nil {
		return p.Design
	}
	return p.DesignFor(r)
}

func (p *Republisher) feed(w http.ResponseWriter, r *http.Request) {
	channel := rssChannel{
		Title:       RadioName + " local news",
		Link:        base(r) + radioPath,
		Description: "Local news from " + RadioName,
		Language:    "en-GB",
	}
	for _, s := range Stories() {
		channel.Items = append(channel.Items, rssItem{
			Title:       s.Title,
			Link:        base(r) + s.Address(),
			Description: firstParagraph(s.Body),
			GUID:        base(r) + s.Address(),
			Published:   pubDate(s.Published),
		})
	}
	sendXML(w, "application/rss+xml; charset=utf-8", rss{Version: "2.0", Channel: channel})
}
