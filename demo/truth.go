package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"archiver/article"
)

// A Want is what a reader should make of a release: marked by hand, by reading,
// under the rules of the record. Its fields are those of [article.Record]; what
// follows from where the page stands or from how it is built is left out.
type Want struct {
	Title string `json:"title"`
	// Published and PublishedText are also those of releases that print none:
	// cards and feed have them.
	Published     article.Time `json:"published"`
	PublishedText string       `json:"published_text"`
	Lead          string       `json:"lead"`
	LeadBold      bool         `json:"lead_bold"` // the whole lead is bold
	// Blocks have Kind, Text, Level, Ordered and Items.
	Blocks []article.Block `json:"blocks"`
	// Quotes have Speaker, Role, Unit and Paragraphs. The pieces of one
	// interrupted paragraph, and lines of one that each open with a mark, are
	// joined by a space.
	Quotes []article.Quote `json:"quotes"`
	// Advice has Heading, the line before the list as printed, and Items.
	Advice []article.Advice `json:"advice"`
	// OtherItems are those of all other lists.
	OtherItems []string `json:"other_items"`
	// References, Operations and Phones are as printed, each once, in the order
	// in which they first stand.
	References []string     `json:"references"` // numbers that are to be quoted
	Operations []string     `json:"operations"` // names of operations
	Phones     []string     `json:"phones"`
	Emails     []string     `json:"emails"`  // decoded
	Amounts    []float64    `json:"amounts"` // pounds, each once
	Kind       article.Kind `json:"kind"`
	Topics     []string     `json:"topics"` // the kinds of fraud, then other subjects
}

// These files are read by tests alone, and so the program does not carry them:
// the linker leaves out what nothing calls for.
//
//go:embed releases/*.want.json
var truthFiles embed.FS

// Truth returns what a reader should make of the release of that name,
// [article.ErrNotFound] where there is none.
func Truth(name string) (Want, error) { return ReadTruth(truthFiles, name) }

// ReadTruth returns what a reader should make of a release of [ReadReleases], from
// releases/NAME.want.json of the same file system.
func ReadTruth(files fs.FS, name string) (Want, error) {
	data, err := fs.ReadFile(files, "releases/"+name+".want.json")
	if errors.Is(err, fs.ErrNotExist) {
		return Want{}, fmt.Errorf("truth of release %q: %w", name, article.ErrNotFound)
	}
	if err != nil {
		return Want{}, fmt.Errorf("truth of release %q: %w", name, err)
	}
	var w Want
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return Want{}, fmt.Errorf("truth of release %q: %w", name, err)
	}
	return w, nil
}

// For returns what a reader can make of the release in a design. DesignDivs has
// no markup for headings and set-off quotations: the one loses its level, the
// other is a paragraph like any other.
func (w Want) For(d Design) Want {
	if d != DesignDivs {
		return w
	}
	w.Blocks = slices.Clone(w.Blocks)
	for i := range w.Blocks {
		b := &w.Blocks[i]
		b.Level = 0
		if b.Kind == article.BlockQuote {
			b.Kind = article.BlockParagraph
		}
	}
	return w
}
