package export

import (
	"bytes"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v4"

	"archiver/article"
)

// hugoHeader writes the front matter of a page for Hugo: title, date and
// lastmod where Hugo looks for them, and below params every other field of the
// record by its own name, but for those that hold the body. Outside of params
// Hugo would take some (url, kind) for instructions.
func hugoHeader(buf *bytes.Buffer, r *article.Record, ascii bool) error {
	bodiless := *r
	bodiless.Blocks, bodiless.Text = nil, ""
	data, err := json.Marshal(bodiless)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	fields, err := node(dec, ascii)
	if err != nil {
		return err
	}
	top, params := mapping(), mapping()
	for i := 0; i < len(fields.Content); i += 2 {
		key, value := fields.Content[i], fields.Content[i+1]
		switch key.Value {
		case "blocks", "text":
			continue
		case "title":
			top.Content = append(top.Content, key, value)
		case "published":
			value.Tag = "!!timestamp"
			top.Content = append(top.Content, scalar("date", ascii), value)
		case "last_changed":
			value.Tag = "!!timestamp"
			top.Content = append(top.Content, scalar("lastmod", ascii), value)
		default:
			params.Content = append(params.Content, key, value)
		}
	}
	top.Content = append(top.Content, scalar("params", ascii), params)
	if data, err = dump(top, ascii); err != nil {
		return err
	}
	buf.WriteString("---\n")
	buf.Write(data)
	buf.WriteString("---\n")
	return nil
}

// node reads one value of JSON, its members in the order in which they stand.
func node(dec *json.Decoder, ascii bool) (*yaml.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case string:
		return scalar(v, ascii), nil
	case json.Delim:
		n := &yaml.Node{Kind: yaml.MappingNode}
		if v == '[' {
			n.Kind = yaml.SequenceNode
		}
		for dec.More() {
			child, err := node(dec, ascii)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		_, err := dec.Token() // the closing bracket
		return n, err
	default: // a number, true, false, null: written alike in YAML
		data, err := json.Marshal(v)
		return &yaml.Node{Kind: yaml.ScalarNode, Value: string(data)}, err
	}
}

// hugoBody keeps Hugo from acting on the words of a release: it looks for
// shortcodes and for the end of the summary before it reads Markdown.
var hugoBody = strings.NewReplacer(
	"{{<", `{\{<`,
	"{{%", `{\{%`,
	"<!--more-->", `<!-\-more-->`,
)
