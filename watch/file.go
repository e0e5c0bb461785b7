package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"archiver/article"
	"archiver/intact"

	"github.com/agnivade/levenshtein"
	"github.com/gofrs/flock"
	"go.yaml.in/yaml/v4"
)

// Bounds of a file: what a person writes stays far below.
const (
	longestFile  = 1 << 20 // bytes
	longestName  = 60
	mostWatches  = 500
	longestValue = 4000 // bytes
)

// ErrUnknown is returned for a watch that there is not.
var ErrUnknown = errors.New("there is no such watch")

// header is what a new file begins with.
const header = `# Saved searches of archiver. Edit them here or with 'archiver watch'.
#
# burglaries:                 # the name: lower-case words, joined by hyphens
#   words: burglar* -arrest   # as for 'archiver search'
#   site: [cheshire, kent]    # and topic, kind, speaker: one value, or a list
#   new: true                 # tell of new matches (true unless it is said)
#   changed: true             # tell of new revisions, too
#   removed: true             # tell of pages that were taken down, too
#   notify: https://hooks.example.org/desk   # post what is new after a crawl
#   notify-exec: mail -s "$ARCHIVER_SUMMARY" desk@example.org

`

// keys are what a watch can say.
var keys = []string{"words", "site", "topic", "kind", "speaker", "new", "changed", "removed", "notify", "notify-exec"}

// A Check looks at a watch for what this package cannot judge: the language of its
// words.
type Check func(*Watch) error

// Read reads a file of watches, in its order. Errors name the file and the line and
// say what to do; where there is no file, the error wraps [fs.ErrNotExist].
func Read(path string, check Check) ([]*Watch, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("watches: %w", err)
	}
	f, err := parse(data, check)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f.watches, nil
}

// Add adds a watch at the end of a file, which is made where there is none. No other
// line of it is touched. What is wrong with the watch, or with the file as it is, is an
// error, and then nothing is written.
func Add(path string, w *Watch, check Check) error {
	if err := w.valid(check); err != nil {
		return err
	}
	return edit(path, check, func(f *file) (string, []*Watch, error) {
		if i := slices.Index(f.names(), w.Name); i >= 0 {
			return "", nil, fmt.Errorf("line %d: there is a watch %q already: take another name, or edit that one there", f.lines[i], w.Name)
		}
		entry, err := w.yaml()
		if err != nil {
			return "", nil, err
		}
		text := f.text
		switch {
		case strings.TrimSpace(text) == "":
			text = header
		default:
			if !strings.HasSuffix(text, "\n") {
				text += "\n"
			}
			// A comment at the end is not of what is added below it.
			if last := text[strings.LastIndexByte(text[:len(text)-1], '\n')+1:]; strings.HasPrefix(last, "#") {
				text += "\n"
			}
		}
		return text + entry, append(slices.Clone(f.watches), w), nil
	})
}

// Remove takes a watch out of a file, with the comments that stand directly above it.
// No other line is touched. Of a watch that is not there the error wraps [ErrUnknown].
func Remove(path, name string, check Check) error {
	return edit(path, check, func(f *file) (string, []*Watch, error) {
		i := slices.Index(f.names(), name)
		if i < 0 {
			return "", nil, Unknown(name, f.watches)
		}
		lines := strings.SplitAfter(f.text, "\n")
		from, to := f.lines[i]-1, len(lines)
		if i+1 < len(f.lines) {
			to = f.lines[i+1] - 1
		}
		bare := func(n int) bool { return strings.HasPrefix(lines[n], "#") || strings.TrimSpace(lines[n]) == "" }
		for to > from+1 && bare(to-1) {
			to-- // it is the next watch's, or the file's
		}
		above := from
		for above > 0 && strings.HasPrefix(lines[above-1], "#") {
			above--
		}
		if above > 0 || from == 0 { // what the file begins with is of all
			from = above
		}
		// One empty line stays where there was one before and one after,
		if from > 0 && to < len(lines) && strings.TrimSpace(lines[from-1]) == "" && strings.TrimSpace(lines[to]) == "" && lines[to] != "" {
			to++
		}
		if to == len(lines)-1 && lines[to] == "" && from > 1 && strings.TrimSpace(lines[from-1]) == "" {
			from-- // nor one at the end
		}
		return strings.Join(lines[:from], "") + strings.Join(lines[to:], ""), slices.Delete(slices.Clone(f.watches), i, i+1), nil
	})
}

// Unknown is the error of a watch that is not among these.
func Unknown(name string, watches []*Watch) error {
	if len(watches) == 0 {
		return fmt.Errorf("%w as %q: there is none yet; 'archiver watch add' makes one", ErrUnknown, name)
	}
	f := file{watches: watches}
	return fmt.Errorf("%w as %q%s", ErrUnknown, name, hint(name, f.names()))
}

// edit changes the text of a file, and sees to it that this says what was meant.
func edit(path string, check Check, change func(*file) (string, []*Watch, error)) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the link stays one
	}
	unlock, err := lock(path)
	if err != nil {
		return fmt.Errorf("watches: %w", err)
	}
	defer unlock()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("watches: %w", err)
	}
	f, err := parse(data, check)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	text, want, err := change(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	got, err := parse([]byte(text), check)
	// YAML takes a carriage return alone for the end of a line; the edit does not.
	if err != nil || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") || !slices.EqualFunc(got.watches, want, same) {
		return fmt.Errorf("%s: it is not written a watch after the other, each beginning at the margin, so it has to be edited by hand; nothing was changed", path)
	}
	// What notices go to may be a secret.
	if err := intact.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("watches: %w", err)
	}
	return nil
}

// How long an edit waits for another one of the same file, and how often it looks.
const (
	editWait = 10 * time.Second
	editPoll = 5 * time.Millisecond
)

// lock keeps other edits away from a file of watches: of two at once one would be
// lost. The lock is a file beside it, which stays: another may be about to lock it.
func lock(path string) (unlock func(), err error) {
	name := path + ".lock"
	l := flock.New(name, flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), editWait)
	defer cancel()
	switch _, err := l.TryLockContext(ctx, editPoll); {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%s has been locked by another program for %v: end that and try again", name, editWait)
	case err != nil:
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil
}

func same(a, b *Watch) bool {
	return a.Name == b.Name && a.checksum() == b.checksum() && a.Notify == b.Notify && a.Exec == b.Exec
}

// A file is one as it was read.
type file struct {
	text    string
	watches []*Watch
	lines   []int // on which each begins, from 1
}

func (f *file) names() []string {
	names := make([]string, len(f.watches))
	for i, w := range f.watches {
		names[i] = w.Name
	}
	return names
}

func parse(data []byte, check Check) (*file, error) {
	f := &file{text: string(data)}
	if len(data) > longestFile {
		return nil, fmt.Errorf("it is too long: %d bytes, of %d at most", len(data), longestFile)
	}
	var document yaml.Node
	if err := yaml.Load(data, &document); err != nil {
		if isEmpty(f.text) {
			return f, nil
		}
		return nil, errors.New(inWords(err))
	}
	root := &document
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		root = root.Content[0]
	}
	if root.Kind == 0 || root.Kind == yaml.DocumentNode || root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return f, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: it should be names, each with a watch below it: \"burglaries:\", and on the next line \"  words: burglar*\"", root.Line)
	}
	if len(root.Content)/2 > mostWatches {
		return nil, fmt.Errorf("it has too many watches: more than %d", mostWatches)
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		w, err := read(key.Value, value)
		if err == nil {
			err = w.valid(check)
		}
		var at *lineError
		switch {
		case errors.As(err, &at):
			return nil, fmt.Errorf("line %d: watch %q: %w", at.line, key.Value, at.err)
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", key.Line, err)
		case slices.Contains(f.names(), w.Name):
			return nil, fmt.Errorf("line %d: there are two watches %q: give one of them another name", key.Line, w.Name)
		}
		f.watches, f.lines = append(f.watches, w), append(f.lines, key.Line)
	}
	return f, nil
}

// isEmpty reports whether a text has nothing but comments.
func isEmpty(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// A lineError is wrong with a line of a watch.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return e.err.Error() }

func read(name string, node *yaml.Node) (*Watch, error) {
	w := &Watch{Name: name, New: true}
	bad := func(n *yaml.Node, format string, args ...any) error {
		return &lineError{n.Line, fmt.Errorf(format, args...)}
	}
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" {
		return w, nil // of every release
	}
	if node.Kind != yaml.MappingNode {
		return nil, bad(node, "below the name there should be keys and values, such as \"words: burglar*\" (keys: %s)", strings.Join(keys, ", "))
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name := key.Value
		if key.Kind != yaml.ScalarNode || !slices.Contains(keys, name) {
			return nil, bad(key, "unknown key %q%s", name, hint(name, keys))
		}
		if seen[name] {
			return nil, bad(key, "%s is there twice: write its values as a list, %s: [one, two]", name, name)
		}
		seen[name] = true
		values, err := scalars(name, value)
		if err != nil {
			return nil, bad(value, "%w", err)
		}
		if err := w.set(name, values); err != nil {
			return nil, bad(value, "%w", err)
		}
	}
	return w, nil
}

// scalars are the values of a key.
func scalars(name string, node *yaml.Node) ([]string, error) {
	nodes := []*yaml.Node{node}
	switch {
	case node.Kind == yaml.AliasNode:
		return nil, fmt.Errorf("%s: write the value out, in place of *%s", name, node.Value)
	case node.Kind == yaml.SequenceNode && slices.Contains([]string{"site", "topic", "kind", "speaker"}, name):
		nodes = node.Content
	case node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null":
		return nil, nil
	}
	var values []string
	for _, n := range nodes {
		if n.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("%s should be one value; put it in quotation marks if it has brackets or colons", name)
		}
		values = append(values, n.Value)
	}
	return values, nil
}

func (w *Watch) set(key string, values []string) error {
	text := strings.Join(values, " ")
	switch key {
	case "words":
		w.Words = strings.TrimSpace(text)
	case "site":
		w.Sites = values
	case "topic":
		w.Topics = values
	case "kind":
		for _, v := range values {
			w.Kinds = append(w.Kinds, article.Kind(v))
		}
	case "speaker":
		w.Speakers = values
	case "notify":
		w.Notify = text
	case "notify-exec":
		w.Exec = text
	default:
		if len(values) == 0 {
			return nil
		}
		if text != "true" && text != "false" {
			return fmt.Errorf("%s: %q should be true or false", key, text)
		}
		*map[string]*bool{"new": &w.New, "changed": &w.Changed, "removed": &w.Removed}[key] = text == "true"
	}
	return nil
}

var nameForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// taken are names that no file can have on Windows.
var taken = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

// valid says what is wrong with a watch.
func (w *Watch) valid(check Check) error {
	switch {
	case !nameForm.MatchString(w.Name):
		return fmt.Errorf("%q cannot be the name of a watch: take lower-case words of a to z and digits, joined by hyphens, such as courier-fraud", w.Name)
	case len(w.Name) > longestName:
		return fmt.Errorf("%q is too long for the name of a watch: at most %d letters", w.Name, longestName)
	case taken.MatchString(w.Name):
		return fmt.Errorf("%q cannot be the name of a watch, for no file can have it everywhere: take another", w.Name)
	case !w.New && !w.Changed && !w.Removed:
		return fmt.Errorf("watch %q tells of nothing: let new, changed or removed be true", w.Name)
	}
	for _, list := range [][]string{{w.Words, w.Notify, w.Exec}, w.Sites, w.Topics, w.Speakers} {
		for _, s := range list {
			switch {
			case !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }):
				return fmt.Errorf("watch %q: %q has characters that are no text", w.Name, s)
			case len(s) > longestValue:
				return fmt.Errorf("watch %q: a value is too long: %d bytes, of %d at most", w.Name, len(s), longestValue)
			}
		}
	}
	for _, f := range []struct {
		key    string
		values []string
	}{{"site", w.Sites}, {"topic", w.Topics}, {"speaker", w.Speakers}} {
		if slices.Contains(f.values, "") {
			return fmt.Errorf("watch %q: %s has an empty value", w.Name, f.key)
		}
	}
	kinds := make([]string, len(article.Kinds))
	for i, k := range article.Kinds {
		kinds[i] = string(k)
	}
	for _, k := range w.Kinds {
		if !slices.Contains(article.Kinds, k) {
			return fmt.Errorf("watch %q: kind %q is unknown%s", w.Name, k, hint(string(k), kinds))
		}
	}
	if err := closed(w.Words); err != nil {
		return fmt.Errorf("watch %q: words: %w", w.Name, err)
	}
	if w.Notify != "" {
		if u, err := url.Parse(w.Notify); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
			return fmt.Errorf("watch %q: notify is not a web address: it must begin with https:// or http:// and name a host", w.Name) // it may hold a secret
		}
	}
	if check == nil {
		return nil
	}
	if err := check(w); err != nil {
		return fmt.Errorf("watch %q: words: %w", w.Name, err)
	}
	return nil
}

// closed refuses what 'archiver search' would complete while one types: for good it
// has to be unmistakable.
func closed(words string) error {
	quoted, depth := false, 0
	for _, c := range words {
		switch {
		case strings.ContainsRune(`"“”„`, c):
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return errors.New("a bracket is closed that was not opened")
			}
		}
	}
	switch {
	case quoted:
		return errors.New("a quotation mark is not closed")
	case depth > 0:
		return errors.New("a bracket is not closed")
	}
	return nil
}

// yaml is the watch as its file has it.
func (w *Watch) yaml() (string, error) {
	var body yaml.Node
	body.Kind, body.Style = yaml.MappingNode, 0
	scalar := func(tag, value string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
	}
	add := func(key string, value *yaml.Node) {
		body.Content = append(body.Content, scalar("!!str", key), value)
	}
	text := func(key, value string) {
		if value != "" {
			add(key, scalar("!!str", value))
		}
	}
	list := func(key string, values []string) {
		if len(values) < 2 {
			text(key, strings.Join(values, ""))
			return
		}
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, v := range values {
			n.Content = append(n.Content, scalar("!!str", v))
		}
		add(key, n)
	}
	text("words", w.Words)
	list("site", w.Sites)
	list("topic", w.Topics)
	kinds := make([]string, len(w.Kinds))
	for i, k := range w.Kinds {
		kinds[i] = string(k)
	}
	list("kind", kinds)
	list("speaker", w.Speakers)
	if !w.New {
		add("new", scalar("!!bool", "false"))
	}
	if w.Changed {
		add("changed", scalar("!!bool", "true"))
	}
	if w.Removed {
		add("removed", scalar("!!bool", "true"))
	}
	text("notify", w.Notify)
	text("notify-exec", w.Exec)
	whole := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar("!!str", w.Name), &body}}
	if len(body.Content) == 0 {
		whole.Content[1] = scalar("!!null", "")
	}
	data, err := yaml.Dump(whole, yaml.WithV4Defaults(), yaml.WithIndent(2), yaml.WithLineWidth(-1))
	return string(data), err
}

// hint names the word that may have been meant, and the ones there are.
func hint(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), k); d < least {
			best, least = k, d
		}
	}
	s := " (known: " + strings.Join(known, ", ") + ")"
	if best != "" {
		s = fmt.Sprintf("; did you mean %q?", best) + s
	}
	return s
}

var yamlWords = regexp.MustCompile(`(?:go-yaml )?load error in \w+ (?:\([^)]*\) )?at L(\d+)\.C\d+(?:-\S+)?:`)

// inWords puts an error of the YAML library into words.
func inWords(err error) string {
	s := strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")
	return yamlWords.ReplaceAllString(s, "line $1:") + " (a value with a colon, a # or brackets has to stand in quotation marks)"
}
