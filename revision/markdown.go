package revision

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// markdownForm is Markdown with strikethrough.
type markdownForm struct {
	w       *bufio.Writer
	par     bytes.Buffer
	marked  Op  // of the last mark that was closed
	closed  int // where that is in par
	printed bool
}

// escaper keeps Markdown, and HTML within it, from taking text for markup.
var escaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"&", `\&`, "#", `\#`, "|", `\|`, "!", `\!`,
)

// escape makes text of a stretch that stands within a line, or at its beginning.
func (f *markdownForm) escape(s string) string { return escaper.Replace(visible(s)) }

func (f *markdownForm) title(s string) { fmt.Fprintf(f.w, "## %s\n\n", f.escape(s)) }

func (f *markdownForm) fact(name, value string) {
	fmt.Fprintf(f.w, "%s- %s: %s\n", strings.Repeat(" ", len(name)-len(strings.TrimLeft(name, " "))), strings.TrimSpace(name),
		f.escape(strings.ReplaceAll(value, "\n", " ")))
}

func (f *markdownForm) begin(label string) {
	if label != "" {
		f.par.WriteString("_" + label + ":_ ")
	}
}

func (f *markdownForm) words(op Op, s string) {
	write := func(s string) { f.par.WriteString(s) }
	if op == Keep {
		marked(s, write, "", "", f.escape)
		return
	}
	mark := "~~"
	if op == Insert {
		mark = "**"
	}
	before, core, behind := split(s)
	if n := f.par.Len(); n > 0 && n == f.closed && op == f.marked && before == "" && !strings.Contains(core, "\n") {
		// Two marks in a row would be read as one of another kind.
		f.par.Truncate(n - len(mark))
		write(f.edged(core) + mark + behind)
		if behind == "" {
			f.closed = f.par.Len()
		}
		return
	}
	marked(s, write, mark, mark, f.edged)
	if behind == "" {
		f.marked, f.closed = op, f.par.Len()
	}
}

// edged escapes what stands between marks. Markdown takes no mark for one between
// a letter and a sign, so a joiner, which has no width, keeps signs off them.
func (f *markdownForm) edged(s string) string {
	const joiner = "\u2060"
	sign := func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }
	before, _ := utf8.DecodeLastRune(f.par.Bytes())
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	s = f.escape(s)
	if sign(first) && !sign(before) {
		s = joiner + s
	}
	if sign(last) {
		s += joiner
	}
	return s
}

func (f *markdownForm) note(s string) { f.par.WriteString(f.escape(s)) }

func (f *markdownForm) end() {
	text := strings.TrimSpace(f.par.String())
	f.par.Reset()
	f.closed = 0
	if text == "" {
		return
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = shield(strings.TrimSpace(line))
	}
	fmt.Fprintf(f.w, "\n%s\n", strings.Join(lines, "\n"))
	f.printed = true
}

// shield keeps the beginning of a line from being a list, a rule or an underline.
func shield(line string) string {
	if line == "" {
		return line
	}
	switch c := line[0]; {
	case c == '-' || c == '+' || c == '=':
		return `\` + line
	case c >= '0' && c <= '9':
		n := strings.IndexFunc(line, func(c rune) bool { return c < '0' || c > '9' })
		if n > 0 && (line[n] == '.' || line[n] == ')') {
			return line[:n] + `\` + line[n:]
		}
	}
	return line
}

func (f *markdownForm) close() {
	if !f.printed {
		f.w.WriteString("\nThe words are the same.\n")
	}
}
