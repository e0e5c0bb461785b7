package marks

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"archiver/article"

	"go.yaml.in/yaml/v4"
)

// A Release is an entry of a sheet: which release was read, and what was found.
type Release struct {
	ID       string `yaml:"id"`
	URL      string `yaml:"url"`
	Revision int    `yaml:"revision"`
	Stratum  string `yaml:"stratum"` // of the sample
	Text     string `yaml:"text"`    // what the person read
	Marked   bool   `yaml:"marked"`  // set by the person, when done
	Marks    `yaml:",inline"`
	Note     string `yaml:"note"`
}

// blanks are the fields that a person fills in, in the order of the sheet.
var blanks = []string{
	"title", "published", "lead", "quotes", "advice", "references", "operations", "phones", "emails", "amounts", "kind", "topics", "note",
}

const instructions = `# Releases to be marked by hand, for "archiver eval".
#
# Read each text and write down what is in it. Then set marked to true. What is
# left empty was not looked at, and is not scored; [] says that there is none.
# The text is as the reader has it: where you doubt it, look at the page with
# "archiver show --page ID".
#
#   title, published, lead
#                as they should be; published like 2024-08-14T11:39:00+01:00
#   quotes       one entry a turn: an unbroken run of quoted words of one person.
#                Narration between, or a new "said", begins a new entry.
#     - speaker: the fullest name in the release, without rank; "" if unnamed
#       role:    rank or title as printed; of an unnamed speaker, the words for him
#       unit:    team or organisation, without "the"
#       words:   a list, a paragraph each, without the quotation marks
#                Words in marks for other reasons, and fragments woven into a
#                sentence, are no quotations.
#   advice       the items of lists that tell the public what to do, not to do, or
#                to look out for
#   references, operations, phones, emails
#                as printed, each once; phones are those that the public is to use
#   amounts      sums of money in pounds, as numbers, each once
#   kind         one of KINDS
#   topics       as "archiver stats --by topic" names them
#   note         for yourself
`

// WriteSheet writes a sheet of records, with nothing marked: YAML, a document for
// each. Strata are the strata that they were drawn from, one for each.
func WriteSheet(w io.Writer, records []*article.Record, strata []string) error {
	var kinds []string
	for _, k := range article.Kinds {
		kinds = append(kinds, string(k))
	}
	var b bytes.Buffer
	b.WriteString(strings.Replace(instructions, "KINDS", strings.Join(kinds, ", "), 1))
	for i, r := range records {
		entry := &yaml.Node{Kind: yaml.MappingNode}
		add := func(name, tag, value string, style yaml.Style) {
			entry.Content = append(entry.Content,
				&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name},
				&yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value, Style: style})
		}
		add("id", "!!str", r.ID, 0)
		add("url", "!!str", r.URL, 0)
		add("revision", "!!int", strconv.Itoa(r.Revision), 0)
		add("stratum", "!!str", strata[i], 0)
		add("text", "!!str", readable(r), yaml.LiteralStyle)
		add("marked", "!!bool", "false", 0)
		for _, name := range blanks {
			add(name, "!!null", "", 0)
		}
		b.WriteString("---\n")
		dumper, err := yaml.NewDumper(&b, yaml.WithV4Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
		if err != nil {
			return err
		}
		if err := errors.Join(dumper.Dump(entry), dumper.Close()); err != nil {
			return fmt.Errorf("release %s: %w", r.URL, err)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// readable is a release as a person is to read it.
func readable(r *article.Record) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", r.Title, r.PublishedText)
	for _, block := range r.Blocks {
		b.WriteByte('\n')
		if block.Kind != article.BlockList {
			b.WriteString(block.Text + "\n")
		}
		for _, item := range block.Items {
			b.WriteString("* " + item + "\n")
		}
	}
	return b.String()
}

// mostSheet bounds a sheet, in bytes.
const mostSheet = 64 << 20

// ReadSheet reads a sheet that a person has filled in. An error says which release
// of it cannot be read, and why.
func ReadSheet(r io.Reader) ([]Release, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostSheet+1))
	if err != nil {
		return nil, err
	}
	if len(data) > mostSheet {
		return nil, fmt.Errorf("it has more than the %d MiB that a sheet can have", mostSheet>>20)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults(), yaml.WithKnownFields(true))
	if err != nil {
		return nil, err
	}
	var out []Release
	for {
		var release Release
		err := loader.Load(&release)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err == nil {
			err = release.check()
		}
		if err != nil {
			return nil, fmt.Errorf("release %d of the sheet: %w", len(out)+1, err)
		}
		out = append(out, release)
	}
}

// check refuses what would be scored as wrong though it is a slip.
func (r Release) check() error {
	if r.ID == "" {
		return errors.New("it has no id")
	}
	if r.Kind != "" {
		known := false
		for _, k := range article.Kinds {
			known = known || string(k) == r.Kind
		}
		if !known {
			return fmt.Errorf("there is no kind %q; the instructions at the head of the sheet name them", r.Kind)
		}
	}
	if r.Published != "" {
		var t article.Time
		if err := t.UnmarshalText([]byte(r.Published)); err != nil {
			return fmt.Errorf("published %q is no time like 2024-08-14T11:39:00+01:00", r.Published)
		}
	}
	for i, q := range r.Quotes {
		if len(q.Words) == 0 {
			return fmt.Errorf("quotation %d has no words", i+1)
		}
	}
	return nil
}
