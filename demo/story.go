package demo

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"archiver/article"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Story is a release as the station prints it.
type Story struct {
	Slug      string
	Release   string // the name of the release that it is a copy of
	Title     string
	Published time.Time
	Body      string // an HTML fragment
}

// Address returns the path of the story's page.
func (s Story) Address() string { return radioPath + s.Slug }

// copies says which releases the station took, and what its newsroom changed:
// pairs of words of the body and what they became.
var copies = []struct {
	slug, release, title string
	after                time.Duration // how long after the release
	changes              []string
}{
	{"harrowmere-couple-lose-savings-to-fake-detectives", "courier-fraud", "Harrowmere couple lose £9,200 to fake detectives", 3 * time.Hour, []string{
		"You can also report it to Action Fraud on 0300 123 2040.", "It can also be reported online at https://www.mereshire.police.example/ro/report/",
	}},
	{"cyclist-hurt-near-saltmarsh-cross", "collision-appeal", "Cyclist badly hurt near Saltmarsh Cross", 90 * time.Minute, nil},
	{"shed-burglar-banned-from-allotments", "burglar-cbo", "Shed burglar banned from allotments", 5 * time.Hour, []string{
		"on Friday 12 April", "on Friday",
	}},
	{"fake-qr-codes-found-in-three-towns", "quishing", "Fake QR codes found in three towns", 26 * time.Hour, nil},
	{"gates-stolen-from-village-church", "gate-theft", "Gates stolen from village church", 4 * time.Hour, nil},
	{"unsafe-lorries-taken-off-the-road", "lorry-operation", "23 unsafe lorries taken off Mereshire’s roads", 2 * time.Hour, []string{
		"our Commercial Vehicle Unit", "Mereshire Police’s Commercial Vehicle Unit",
	}},
	{"control-room-legend-retires", "long-service", "Control room legend retires after 41 years", 7 * time.Hour, nil},
}

var taken = sync.OnceValues(takeStories)

// Stories returns what the station has taken from the force, newest first.
func Stories() []Story {
	stories, err := taken()
	if err != nil {
		panic(err) // unreachable: a test makes them all
	}
	return slices.Clone(stories)
}

func takeStories() ([]Story, error) {
	var out []Story
	for _, c := range copies {
		i := slices.IndexFunc(Releases(), func(r Release) bool { return r.Name == c.release })
		if i < 0 {
			return nil, fmt.Errorf("story %s: release %q: %w", c.slug, c.release, article.ErrNotFound)
		}
		r := Releases()[i]
		body, err := curl(r.Body, strings.NewReplacer(c.changes...))
		if err != nil {
			return nil, fmt.Errorf("story %s: %w", c.slug, err)
		}
		out = append(out, Story{
			Slug:      c.slug,
			Release:   c.release,
			Title:     c.title,
			Published: r.Published.Add(c.after),
			Body:      body,
		})
	}
	slices.SortFunc(out, func(a, b Story) int { return b.Published.Compare(a.Published) })
	return out, nil
}

// curl returns a fragment as the station's system keeps it: without images and
// empty paragraphs, with curly quotation marks.
func curl(fragment string, changes *strings.Replacer) (string, error) {
	nodes, err := parseFragment(fragment)
	if err != nil {
		return "", fmt.Errorf("parse body: %w", err)
	}
	var b strings.Builder
	for _, n := range nodes {
		if n.DataAtom == atom.Figure || n.DataAtom == atom.P && plain(n) == "" {
			continue
		}
		before := ' '
		curlNode(n, &before, changes)
		if err := html.Render(&b, n); err != nil {
			return "", fmt.Errorf("render body: %w", err)
		}
	}
	return b.String(), nil
}

func plain(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return fold(b.String())
}

// curlNode curls the marks below n. A mark opens where before, the character in
// front of it, is a space or another opening mark.
func curlNode(n *html.Node, before *rune, changes *strings.Replacer) {
	switch {
	case n.Type == html.TextNode:
		n.Data = strings.Map(func(c rune) rune {
			switch opens := unicode.IsSpace(*before) || strings.ContainsRune("(“‘–", *before); {
			case c == '"' && opens:
				c = '“'
			case c == '"':
				c = '”'
			case c == '\'' && opens:
				c = '‘'
			case c == '\'':
				c = '’'
			}
			*before = c
			return c
		}, changes.Replace(n.Data))
	case n.DataAtom == atom.Br, n.DataAtom == atom.Li, n.DataAtom == atom.Td, n.DataAtom == atom.Th:
		*before = ' '
	}
	for c := range n.ChildNodes() {
		curlNode(c, before, changes)
	}
}
