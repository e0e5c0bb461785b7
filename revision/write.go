package revision

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"archiver/article"
	"encoding/json"
)

// Formats lists the forms in which [Write] shows a difference.
var Formats = []string{"text", "html", "markdown", "jsonl"}

// errFormat is returned for a format that is not in [Formats].
var errFormat = errors.New("unknown format")

// Options say how a difference is shown. The zero value shows changes alone.
type Options struct {
	// Context is how many words of an unchanged passage are shown beside a
	// change; all where it is negative. JSON Lines always have all.
	Context int
	// Colour marks words for a terminal, removed ones red and struck through,
	// added ones green, instead of with brackets. For text alone.
	Colour bool
	// Width is how many columns a line has at most, and Wrap breaks a text into such
	// lines and sets its colours again on each; without them lines are not broken. For
	// text alone.
	Width int
	Wrap  func(text string, width int) string
}

// Write shows how newer differs from older, which d is the difference of.
//
//   - text: removed words as [-words-], added ones as {+words+}, as wdiff has them.
//   - html: a fragment of one article element that can stand anywhere: del and ins,
//     everything escaped, no styles, scripts, links or classes of its own.
//   - markdown: ~~removed~~ and **added**, everything else escaped.
//   - jsonl: one line, a [Line].
//
// Where a paragraph was divided stands an added ¶, where two became one a removed
// one. A block that has moved stands in its new place, with a word on it.
func Write(w io.Writer, format string, older, newer *article.Record, d *Difference, o Options) error {
	if format == "jsonl" {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(NewLine(older, newer, d))
	}
	b := bufio.NewWriter(w)
	var form form
	switch format {
	case "text":
		form = &textForm{w: b, colour: o.Colour, width: o.Width, wrap: o.Wrap}
	case "html":
		form = &htmlForm{w: b}
	case "markdown":
		form = &markdownForm{w: b}
	default:
		return fmt.Errorf("%w %q", errFormat, format)
	}
	s := shower{form: form, difference: d, context: o.Context}
	s.head(older, newer)
	s.values()
	s.passage("Title", d.Title)
	s.passage("Published", d.Published)
	s.passage("", d.Body)
	form.close()
	return b.Flush()
}

// A form writes the pieces of a difference. What it is given is not escaped.
type form interface {
	title(s string)
	fact(name, value string) // a line above the text
	begin(label string)      // a paragraph begins
	words(op Op, s string)   // no line break but as white space
	note(s string)           // words of ours between the release's
	end()                    // of the paragraph
	close()
}

// split parts a text from the white space around it: marks belong at words.
func split(s string) (before, core, behind string) {
	core = strings.TrimSpace(s)
	if core == "" {
		return s, "", ""
	}
	i := strings.Index(s, core)
	return s[:i], core, s[i+len(core):]
}

// marked writes a stretch line by line, with marks around what each line has.
func marked(s string, write func(string), open, close string, escape func(string) string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			write("\n")
		}
		before, core, behind := split(line)
		write(before)
		if core != "" {
			write(open + escape(core) + close)
		}
		write(behind)
	}
}

// visible takes control characters off a text that goes to a terminal.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' {
			return c
		}
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			return -1
		}
		return c
	}, s)
}
