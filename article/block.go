package article

import "strings"

// BlockKind says what a block of the body is.
type BlockKind string

// The kinds of block.
const (
	BlockParagraph BlockKind = "paragraph"
	BlockHeading   BlockKind = "heading"
	BlockList      BlockKind = "list"
	BlockQuote     BlockKind = "quote" // a block set off as a quotation by the page
	BlockTable     BlockKind = "table"
	BlockImage     BlockKind = "image"
)

// A Block is one part of the body, in reading order.
type Block struct {
	Kind BlockKind `json:"kind"`
	// Text is plain, with line breaks as "\n". The text of a list is its items
	// joined by a line break, of a table its rows joined by one with the cells
	// joined by " | ", of an image its printed caption.
	Text string `json:"text"`
	// Level is 1 to 6 for a heading of the page's markup, 0 for a bold line that
	// serves as one and for all other blocks.
	Level   int      `json:"level"`
	Ordered bool     `json:"ordered"` // a numbered list
	Items   []string `json:"items"`   // of a list, plain
	Lead    bool     `json:"lead"`    // the standfirst
	// Markdown is the block with its emphasis and links, as Markdown with a
	// bare newline for a line break. Its form is documented in package extract.
	Markdown string `json:"markdown"`
}

// PlainText returns a body as plain text: one block a line, an item of a list a
// line, line breaks kept. Blocks without text leave no line.
func PlainText(blocks []Block) string {
	n := 0
	for _, block := range blocks {
		n += len(block.Text) + 1
	}
	var b strings.Builder
	b.Grow(n)
	for _, block := range blocks {
		if block.Text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(block.Text)
	}
	return b.String()
}

// isPlainText reports whether text is [PlainText] of the blocks, without making it.
func isPlainText(text string, blocks []Block) bool {
	first := true
	for _, block := range blocks {
		if block.Text == "" {
			continue
		}
		if !first {
			if text == "" || text[0] != '\n' {
				return false
			}
			text = text[1:]
		}
		first = false
		var ok bool
		if text, ok = strings.CutPrefix(text, block.Text); !ok {
			return false
		}
	}
	return text == ""
}
