package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"archiver/article"
	"archiver/copies"
	"archiver/scraper/extract"

	"github.com/spf13/cobra"
	"golang.org/x/net/html"
)

func (a *app) match() *cobra.Command {
	var (
		format   string
		passages int
	)
	cmd := &cobra.Command{
		Use:   "match FILE|-",
		Short: "Show which releases a text took how much from",
		Long: `Match holds a text from anywhere, an article or an e-mail, against the archive: from
which releases it took words, how many, and which. The text is plain, a saved page
(.html), of which the article is read, or Markdown (.md); - is standard input.

The release that gave most is first, and of each the longest passages, as the text
has them on the left and the release on the right, with the numbers of their words.
Words are compared without letter case, marks and white space.

A release is named if it shares twelve words or more with the text, in passages of
eight or more; a passage of twelve words in a row is always found, of eight to eleven
mostly. What a force puts under each of its releases, and words in a row that many
releases have, do not count. That a release and a text share words does not say
who had them first.

With --format jsonl each line is a release with id, url, site, force, title,
published, words (that both have), share (of the text's own words), share_of_release
and all passages: words, text and release ([from, to], words counted from 1), in_text
and in_release as printed.`,
		Example: `  archiver match article.html
  pbpaste | archiver match -
  archiver match letter.txt --format jsonl | jq '.title, .share'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if passages < -1 {
				return usagef("--passages %d: give a number, or -1 for all", passages)
			}
			return a.runMatch(cmd.Context(), args[0], format, passages)
		},
	}
	tableFormat(cmd, &format)
	cmd.Flags().IntVar(&passages, "passages", 3, "how many `PASSAGES` of a release to show; -1 for all")
	return cmd
}

func (a *app) runMatch(ctx context.Context, name, format string, passages int) error {
	archive, err := a.open()
	if err != nil {
		return err
	}
	content, err := a.foreignText(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	index, err := a.copies(ctx, archive)
	if err != nil {
		return err
	}
	found, err := index.Match(content, compared{archive})
	if err != nil {
		return err
	}
	if format == "jsonl" {
		lines := make([]matchLine, len(found))
		for i, m := range found {
			lines[i] = newMatchLine(m)
		}
		return writeLines(a.stdout, lines)
	}
	if len(found) == 0 {
		fmt.Fprintf(a.stderr, "archiver: no release shares twelve words or more with it, in passages of eight or more (it has %s)\n", counted(copies.CountWords(content), "word"))
		return nil
	}
	return a.matchText(found, passages)
}

// foreignText reads a text that is not of the archive.
func (a *app) foreignText(name string) (string, error) {
	p, _, err := savedPage(name, a.stdin)
	if err != nil {
		return "", err
	}
	kind := strings.ToLower(filepath.Ext(name))
	if kind != ".html" && kind != ".htm" && kind != ".md" && looksLikeHTML(p.Body) {
		kind = ".html"
	}
	switch kind {
	case ".html", ".htm":
		return a.articleText(p)
	case ".md":
		if d, err := parseDocument(p.Body); err == nil {
			p.Body = []byte(d.body)
		}
		var page bytes.Buffer
		if err := markdown.Convert(p.Body, &page); err != nil {
			return "", err
		}
		return allText(page.Bytes()), nil
	}
	if !utf8.Valid(p.Body) || bytes.IndexByte(p.Body, 0) >= 0 {
		return "", errors.New("is neither text in UTF-8 nor a page: save it as text or HTML")
	}
	return string(p.Body), nil
}

// looksLikeHTML tells a page from a text.
func looksLikeHTML(data []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\ufeff"))))
	for _, tag := range []string{"<!doctype", "<html", "<!--"} {
		if bytes.HasPrefix(head, []byte(tag)) {
			return true
		}
	}
	return bytes.Contains(head, []byte("<p>")) || bytes.Contains(head, []byte("<div"))
}

// articleText returns the article of a page; all its words where no article can be
// found.
func (a *app) articleText(p article.Page) (string, error) {
	set, err := a.profiles("")
	if err != nil {
		return "", err
	}
	site, err := siteOf(set, p.URL)
	if err != nil {
		return "", err
	}
	r, err := extract.Extract(p, site)
	switch {
	case errors.Is(err, extract.ErrNotArticle):
		fmt.Fprintln(a.stderr, "archiver: no article was found in the page; all its words are compared")
		return allText(p.Body), nil
	case err != nil:
		return "", err
	}
	return r.Text, nil
}

// allText returns the words of a page, an element a line.
func allText(page []byte) string {
	var b strings.Builder
	tokens := html.NewTokenizer(bytes.NewReader(page))
	skip := 0 // within script and style
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return b.String()
		case html.StartTagToken, html.EndTagToken:
			token := tokens.Token()
			if token.Data == "script" || token.Data == "style" {
				skip = 0
				if token.Type == html.StartTagToken {
					skip = 1
				}
			}
			switch token.Data {
			case "p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "title", "blockquote":
				b.WriteByte('\n')
			}
		case html.TextToken:
			if skip == 0 {
				b.WriteString(html.UnescapeString(string(tokens.Text())))
			}
		}
	}
}

// A matchLine is a match as programs read it.
type matchLine struct {
	ID             string        `json:"id"`
	URL            string        `json:"url"`
	Site           string        `json:"site"`
	Force          string        `json:"force"`
	Title          string        `json:"title"`
	Published      article.Time  `json:"published,omitzero"`
	Words          int           `json:"words"`
	Share          float64       `json:"share"`
	ShareOfRelease float64       `json:"share_of_release"`
	Passages       []passageLine `json:"passages"`
}

type passageLine struct {
	Words     int    `json:"words"`
	Text      [2]int `json:"text"`
	Release   [2]int `json:"release"`
	InText    string `json:"in_text"`
	InRelease string `json:"in_release"`
}

func newMatchLine(m copies.Match) matchLine {
	r := m.Record
	line := matchLine{
		ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Title: r.Title, Published: r.Published,
		Words: m.Words, Share: thousandths(m.OfText), ShareOfRelease: thousandths(m.OfRecord),
	}
	for _, p := range m.Passages {
		line.Passages = append(line.Passages, passageLine{
			p.Words, [2]int{p.Text.From, p.Text.To}, [2]int{p.Record.From, p.Record.To}, p.InText, p.InBody,
		})
	}
	return line
}

// matchText shows matches to a person: passages side by side.
func (a *app) matchText(found []copies.Match, passages int) error {
	width, tty := terminal(a.stdout)
	if !tty {
		width = 100
	}
	width = min(width, 140)
	var b strings.Builder
	for i, m := range found {
		if i > 0 {
			b.WriteByte('\n')
		}
		r := m.Record
		fmt.Fprintln(&b, wrap(a.bold(visible(r.Title)), width))
		fmt.Fprintln(&b, wrap(fmt.Sprintf("%s  %s  %s", r.ID[:8], date(r.Published), visible(r.Site)), width))
		fmt.Fprintln(&b, wrap(fmt.Sprintf("%d words in common: %.0f%% of the text, %.0f%% of the release", m.Words, m.OfText*100, m.OfRecord*100), width))
		shown := m.Passages
		if passages >= 0 {
			shown = shown[:min(passages, len(shown))]
		}
		column := (width - 3) / 2
		for _, p := range shown {
			text, release := fmt.Sprintf("text, words %d to %d", p.Text.From, p.Text.To), fmt.Sprintf("release, words %d to %d", p.Record.From, p.Record.To)
			if column < narrowest { // one below the other
				for _, x := range [][2]string{{text, p.InText}, {release, p.InBody}} {
					fmt.Fprintf(&b, "%s\n%s\n", a.faint(x[0]), hang(visible(x[1]), "  ", width))
				}
				continue
			}
			fmt.Fprintln(&b, a.faint(sideBySide(text, release, column)))
			fmt.Fprintln(&b, sideBySide(wrap(visible(p.InText), column), wrap(visible(p.InBody), column), column))
		}
		if n := len(m.Passages) - len(shown); n > 0 {
			fmt.Fprintf(&b, "and %s\n", counted(n, "more passage"))
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return wrote(err)
}

// sideBySide sets two wrapped texts into columns.
func sideBySide(left, right string, width int) string {
	l, r := strings.Split(left, "\n"), strings.Split(right, "\n")
	var lines []string
	for i := range max(len(l), len(r)) {
		a, b := "", ""
		if i < len(l) {
			a = l[i]
		}
		if i < len(r) {
			b = r[i]
		}
		lines = append(lines, strings.TrimRight(a+strings.Repeat(" ", max(width-columnsOf(a), 0))+" │ "+b, " "))
	}
	return strings.Join(lines, "\n")
}
