package export

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Check refuses an option that there is not, or that the format does not have,
// before anything is written. The error is a *ChoiceError.
func (o Options) Check(format string) error {
	_, err := prepare(format, o)
	return err
}

// whole names what a format makes in a folder at once, for its next export there: ""
// where its files are each for themselves.
func (f Format) whole(o Options) string {
	switch {
	case f.Name == "html":
		return "html"
	case len(o.Partition) > 0: // other archives, and other selections, can have theirs beside it
		sum := sha256.Sum256([]byte(o.Origin.Archive + "\x00" + o.Origin.Selection))
		return "parquet " + hex.EncodeToString(sum[:8])
	}
	return ""
}

func (o Options) check(f Format) error {
	for _, option := range []struct {
		name, format string
		set          bool
	}{
		{"links", "markdown", o.Links},
		{"ascii", "markdown", o.ASCII},
		{"front-matter", "markdown", o.FrontMatter != ""},
		{"table", "csv", o.Table != ""},
		{"raw", "csv", o.Raw},
		{"partition", "parquet", len(o.Partition) > 0},
		{"feed", "rss", o.Feed != ""},
		{"newest", "rss", o.Newest != 0},
	} {
		if option.set && f.Name != option.format {
			return &ChoiceError{What: "format", Value: f.Name, Option: option.name, Known: []string{option.format}}
		}
	}
	if o.FrontMatter != "" {
		if err := choose("front matter", o.FrontMatter, []string{"hugo"}, nil); err != nil {
			return err
		}
	}
	if o.Table != "" {
		if err := choose("table", o.Table, Tables(), map[string]string{"references_": "references"}); err != nil {
			return err
		}
	}
	if o.Feed != "" {
		if err := choose("feed", o.Feed, Feeds(), map[string]string{"jsonfeed": "json"}); err != nil {
			return err
		}
	}
	if o.Newest < 0 {
		return &ChoiceError{What: "newest", Value: strconv.Itoa(o.Newest), Known: []string{"0", "1", "2 …"}}
	}
	for i, key := range o.Partition {
		if err := choose("partition", key, PartitionKeys, nil); err != nil {
			return err
		}
		if slices.Contains(o.Partition[:i], key) {
			return &ChoiceError{What: "partition", Value: strings.Join(o.Partition, ","), Known: PartitionKeys}
		}
	}
	return nil
}
