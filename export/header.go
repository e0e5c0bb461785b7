package export

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"archiver/article"
)

// header writes the fenced block that opens a release.
func header(buf *bytes.Buffer, r *article.Record, ascii bool) error {
	og := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(r.OG)) {
		og.Content = append(og.Content, scalar(key, ascii), scalar(r.OG[key], ascii))
	}
	data, err := dump(mapping(
		"area", scalar(r.Area, ascii),
		"og", og,
		"title", scalar(r.PageTitle, ascii),
		"url", scalar(r.URL, ascii),
	), ascii)
	if err != nil {
		return err
	}
	// A value over several lines may hold a line of backticks: a fence is closed
	// only by one as long as itself.
	fence := "```"
	for _, run := range backticks.FindAll(data, -1) {
		if len(run) >= len(fence) {
			fence = string(run) + "`"
		}
	}
	buf.WriteString(fence + "yaml\n")
	buf.Write(data)
	buf.WriteString(fence + "\n")
	return nil
}

var backticks = regexp.MustCompile("`{3,}")

// mapping makes a YAML mapping of names, each followed by its *yaml.Node.
func mapping(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		n.Content = append(n.Content, scalar(pairs[i].(string), false), pairs[i+1].(*yaml.Node))
	}
	return n
}

// scalar makes a YAML string that any reader reads as that string. The library
// writes it plain wherever YAML 1.2 allows it; where it would choose another
// style than the reference corpus has, or one that readers of YAML 1.1 or of
// lines take for something else, the choice is made here.
func scalar(s string, ascii bool) *yaml.Node {
	s = strings.ToValidUTF8(s, "\uFFFD")
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	switch {
	case strings.Contains(s, "\u0085"), strings.Contains(s, "\u2028"), strings.Contains(s, "\u2029"), strings.HasSuffix(s, "\n"):
		n.Style = yaml.DoubleQuotedStyle
	case strings.Contains(s, "\n"), yaml11.MatchString(s):
		n.Style = yaml.SingleQuotedStyle
	case ascii && notOctal.MatchString(s):
		n.Tag = "" // plain in the corpus: an octal number with an 8 or 9 is none to YAML 1.1
	}
	return n
}

var (
	// yaml11 is what YAML 1.1 reads as a truth value, a default value or a
	// number of base 60, such as 14:23.
	yaml11 = regexp.MustCompile(`^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|=|` +
		`[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$`)
	notOctal = regexp.MustCompile(`^0[0-9_]*[89][0-9_]*$`)
)

// dump writes a document of YAML in the form of the reference corpus: two
// spaces, nothing folded, characters as they are or, with ascii, escaped.
func dump(root *yaml.Node, ascii bool) ([]byte, error) {
	var standIns *strings.Replacer
	if !ascii {
		standIns = replaceAstral(root)
	}
	data, err := yaml.Dump(root, yaml.WithV4Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1), yaml.WithUnicode(!ascii))
	if err == nil && standIns != nil {
		data = []byte(standIns.Replace(string(data)))
	}
	return data, err
}

// replaceAstral puts characters for private use in the place of those beyond
// the first plane, such as emoji, and returns what undoes it, nil for nothing
// to undo: the library would escape them, though YAML does not ask for it.
func replaceAstral(root *yaml.Node) *strings.Replacer {
	astral, taken := map[rune]bool{}, map[rune]bool{}
	values(root, func(s *string) {
		for _, c := range *s {
			switch {
			case c > 0xFFFF:
				astral[c] = true
			case 0xE000 <= c && c <= 0xF8FF:
				taken[c] = true
			}
		}
	})
	if len(astral) == 0 {
		return nil
	}
	var there, back []string
	standIn := rune(0xE000)
	for _, c := range slices.Sorted(maps.Keys(astral)) {
		for taken[standIn] {
			standIn++
		}
		if standIn > 0xF8FF {
			break // no more to be had: the rest stays escaped
		}
		there = append(there, string(c), string(standIn))
		back = append(back, string(standIn), string(c))
		standIn++
	}
	swap := strings.NewReplacer(there...)
	values(root, func(s *string) {
		if !strings.HasPrefix(*s, "\uFEFF") { // after which the library escapes everything
			*s = swap.Replace(*s)
		}
	})
	return strings.NewReplacer(back...)
}

// values calls f with every value below n.
func values(n *yaml.Node, f func(*string)) {
	f(&n.Value)
	for _, child := range n.Content {
		values(child, f)
	}
}
