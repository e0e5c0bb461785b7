package export

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"

	"archiver/article"
	"archiver/typeset"
)

// marshal writes a value as XML, indented by two spaces.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	enc.Indent("  ", "  ")
	err := enc.Encode(v)
	b.WriteByte('\n')
	return b.Bytes(), err
}

// inner takes the element around what marshal wrote off it.
func inner(data []byte) []byte {
	data = data[bytes.IndexByte(data, '\n')+1:]
	return data[:bytes.LastIndexByte(bytes.TrimRight(data, "\n"), '\n')+1]
}

type rssForm struct{}

type rssItem struct {
	XMLName     xml.Name `xml:"item"`
	Title       string   `xml:"title"`
	Link        string   `xml:"link,omitempty"`
	GUID        rssGUID  `xml:"guid"`
	PubDate     string   `xml:"pubDate,omitempty"`
	Updated     string   `xml:"atom:updated"`
	Creator     string   `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description"`
	Content     string   `xml:"content:encoded"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssChannel struct {
	XMLName     xml.Name  `xml:"channel"`
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Self        *atomLink `xml:"atom:link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Copyright   string    `xml:"copyright"`
	Built       string    `xml:"lastBuildDate"`
	Generator   string    `xml:"generator"`
}

const rssTime = "Mon, 02 Jan 2006 15:04:05 -0700"

func (rssForm) entry(e feedEntry) ([]byte, error) {
	item := rssItem{
		Title: e.title, Link: e.link, GUID: rssGUID{e.permanent, e.id}, Updated: ukTime(e.updated), Creator: e.source,
		Categories: e.categories, Description: typeset.Escape(e.lead), Content: e.content, // of which both are HTML
	}
	if !e.published.IsZero() {
		item.PubDate = e.published.In(article.London).Format(rssTime)
	}
	return marshal(item)
}

func (rssForm) begin(w io.Writer, h feedHead) error {
	channel := rssChannel{
		Title: h.title(), Link: h.home, Description: "News releases of " + h.publisher() + ", newest first.", Language: "en-gb",
		Copyright: typeset.Rights, Built: h.updated.In(article.London).Format(rssTime), Generator: "archiver",
	}
	if h.self != "" {
		channel.Self = &atomLink{"self", h.self}
	}
	data, err := marshal(channel)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+`<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" `+
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">`+"\n<channel>\n"+string(inner(data)))
	return err
}

func (rssForm) between() string { return "" }
func (rssForm) end() string     { return "</channel>\n</rss>\n" }

type atomForm struct{}

type atomEntry struct {
	XMLName    xml.Name       `xml:"entry"`
	Title      string         `xml:"title"`
	ID         string         `xml:"id"`
	Links      []atomLink     `xml:"link"`
	Published  string         `xml:"published,omitempty"`
	Updated    string         `xml:"updated"`
	Author     string         `xml:"author>name"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    atomContent    `xml:"content"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	HTML string `xml:",chardata"`
}

type atomFeed struct {
	XMLName   xml.Name   `xml:"feed"`
	Title     string     `xml:"title"`
	ID        string     `xml:"id"`
	Links     []atomLink `xml:"link"`
	Updated   string     `xml:"updated"`
	Author    string     `xml:"author>name"`
	Rights    string     `xml:"rights"`
	Generator string     `xml:"generator"`
}

func (atomForm) entry(e feedEntry) ([]byte, error) {
	entry := atomEntry{
		Title: e.title, ID: e.id, Updated: ukTime(e.updated), Published: ukTime(e.published),
		Author: e.source, Summary: e.lead, Content: atomContent{"html", e.content},
	}
	if e.link != "" {
		entry.Links = append(entry.Links, atomLink{"alternate", e.link})
	}
	if e.via != "" {
		entry.Links = append(entry.Links, atomLink{"via", e.via})
	}
	for _, c := range e.categories {
		entry.Categories = append(entry.Categories, atomCategory{c})
	}
	return marshal(entry)
}

func (atomForm) begin(w io.Writer, h feedHead) error {
	head := atomFeed{
		Title: h.title(), ID: "urn:uuid:" + uuid([]byte("feed of "+h.home+h.name)), Links: []atomLink{{"alternate", h.home}}, Updated: ukTime(h.updated),
		Author: h.publisher(), Rights: typeset.Rights, Generator: "archiver",
	}
	if h.self != "" {
		head.ID, head.Links = h.self, append(head.Links, atomLink{"self", h.self})
	}
	data, err := marshal(head)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">`+"\n"+string(inner(data)))
	return err
}

func (atomForm) between() string { return "" }
func (atomForm) end() string     { return "</feed>\n" }

type jsonForm struct{}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url,omitempty"`
	Via       string       `json:"external_url,omitempty"`
	Title     string       `json:"title"`
	Content   string       `json:"content_html"`
	Summary   string       `json:"summary,omitempty"`
	Published string       `json:"date_published,omitempty"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonAuthor `json:"authors"`
	Tags      []string     `json:"tags"`
	Language  string       `json:"language"`
}

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Home        string       `json:"home_page_url"`
	Self        string       `json:"feed_url,omitempty"`
	Description string       `json:"description"`
	Language    string       `json:"language"`
	Authors     []jsonAuthor `json:"authors"`
}

func (jsonForm) entry(e feedEntry) ([]byte, error) {
	return json.Marshal(jsonItem{
		ID: e.id, URL: e.link, Via: e.via, Title: e.title, Content: e.content, Summary: e.lead, Published: ukTime(e.published), Modified: ukTime(e.updated),
		Authors: []jsonAuthor{{e.source}}, Tags: append([]string{}, e.categories...), Language: "en-GB",
	})
}

func (jsonForm) begin(w io.Writer, h feedHead) error {
	data, err := json.Marshal(jsonFeed{
		"https://jsonfeed.org/version/1.1", h.title(), h.home, h.self, "News releases of " + h.publisher() + ", newest first. " + typeset.Rights, "en-GB", []jsonAuthor{{h.publisher()}},
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, string(data[:len(data)-1])+`,"items":[`+"\n")
	return err
}

func (jsonForm) between() string { return ",\n" }
func (jsonForm) end() string     { return "\n]}\n" }
