package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"

	"archiver/article"
	"archiver/search"
	"archiver/store"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

// What the commands share that search: the index beside the archive, its language
// and how what is found is shown.

// queryHelp describes the language of queries, for the help of search and quotes.
const queryHelp = `Words must all be there, in any letter case, with or without accents, apostrophes
and hyphens, and in any of their forms: frauds finds fraud. In double quotation
marks they stand in a row and just so. fraud* finds what begins so; OR is one or
the other, -word or NOT word leaves out, brackets hold together. Telephone numbers
are found however they are spaced. What a field must hold:

  title: quote: speaker: role: force:      words, "phrases", beginnings*
  site: topic: kind: status:               a value, or several with commas
  has:quotes has:advice has:changes        what a release has
  since: until:                            2024-05-31, 2024-05 or 2024
  ref: phone:                              a reference, a number

In a shell, put the query in single quotation marks.`

// searchable adds an archive's way to hand out marks to what an index reads.
type searchable struct{ *store.Store }

func (s searchable) Marks() iter.Seq2[search.Mark, error] {
	return func(yield func(search.Mark, error) bool) {
		for m, err := range s.Store.Marks(store.Range{}) {
			if !yield(search.Mark(m), err) {
				return
			}
		}
	}
}

// indexPath is where the index of an archive is.
func indexPath(archive string) string { return archive + ".search" }

// index returns the index of the archive, and a function that ends its use.
func (a *app) index(archive *store.Store) (*search.Index, func() error) {
	ix := search.Open(indexPath(archive.Path()), searchable{archive})
	progress := a.count("releases indexed", true)
	started := time.Now()
	said := false
	ix.Progress = func(done, total int) {
		if done == total {
			progress.end() // before anything is shown
			return
		}
		progress.set(done)
		// Where nobody sees the count, a word where it takes longer than one expects.
		if !progress.shown && !said && time.Since(started) > 5*time.Second {
			said = true
			fmt.Fprintln(a.stderr, "archiver: reading the archive for the index, which takes a while the first time")
		}
	}
	return ix, func() error {
		progress.end()
		return ix.Close()
	}
}

// reindex brings the index up to date where there is one, so that a release that was
// suppressed leaves it at once and the next search is quick.
func (a *app) reindex(ctx context.Context, archive *store.Store) error {
	path := indexPath(archive.Path())
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	ix := search.Open(path, searchable{archive})
	if err := errors.Join(ix.Update(ctx), ix.Close()); err != nil {
		return fmt.Errorf("the index %s is not up to date (the next search sees to it; it can be deleted): %w", path, err)
	}
	return nil
}

// A finding is the flags and words of a command that searches.
type finding struct {
	format, sort  string
	limit, offset int
	s             *selection
}

// findFlags adds them to a command.
func findFlags(cmd *cobra.Command, orders []string) *finding {
	f := &finding{}
	flags := cmd.Flags()
	tableFormat(cmd, &f.format)
	choose(cmd, &f.sort, "sort", "`ORDER`: ", orders, orders[0])
	flags.IntVar(&f.limit, "limit", search.DefaultLimit, "how many are shown, `N`; 0 is all")
	flags.IntVar(&f.offset, "offset", 0, "how many are left out before, `N`")
	f.s = filterFlags(cmd)
	hide(cmd, "revisions", "query") // the newest are searched, with the words of the command
	return f
}

// query checks the flags and makes them and the words into a query.
func (f *finding) query(words, orders []string) (search.Query, error) {
	q := search.Query{Words: strings.Join(words, " "), Limit: f.limit, Offset: f.offset}
	switch {
	case f.s.revisions:
		return q, usagef("--revisions: the newest revision of each release is searched; 'archiver list --revisions --query' reads all")
	case f.s.query != "":
		return q, usagef("--query: give the words without it")
	case f.limit < 0, f.offset < 0:
		return q, usagef("--limit and --offset must not be negative")
	}
	if f.sort == "date" {
		q.Sort = search.ByDate
	}
	if q.Limit == 0 {
		q.Limit = -1
	}
	filter, err := f.s.filter()
	if err != nil {
		return q, err
	}
	q.Filter = *filter
	return q, nil
}

// searched opens the archive and its index, and runs do with both. A query that is
// wrong is a wrong command line.
func (a *app) searched(q search.Query, do func(*search.Index) error) error {
	archive, err := a.open()
	if err != nil {
		return err
	}
	if len(q.Filter.Sites) > 0 {
		if err := a.knownSites(archive, q.Filter.Sites); err != nil {
			return err
		}
	}
	ix, end := a.index(archive)
	err = errors.Join(do(ix), end())
	var wrong *search.QueryError
	if errors.As(err, &wrong) {
		return &usageError{err: wrong}
	}
	return err
}

// nothing says that nothing is found, and what may have been meant.
func (a *app) nothing(what, suggest string) {
	if suggest != "" {
		fmt.Fprintf(a.stderr, "archiver: no %s is found; did you mean: %s\n", what, visible(suggest))
		return
	}
	fmt.Fprintf(a.stderr, "archiver: no %s is found\n", what)
}

// showFound shows a page of what was found, for programs or by show, and says how many
// there are in all.
func showFound[T any](a *app, format string, hits []T, show func([]T) error, offset, total int, noun, suggest string) error {
	var err error
	if format == "jsonl" {
		err = writeLines(a.stdout, hits)
	} else {
		err = show(hits)
	}
	if total == 0 {
		a.nothing(noun, suggest)
	}
	a.tally(len(hits), offset, total, noun)
	return err
}

// tally says how many there are, and how to see more of them.
func (a *app) tally(shown, offset, total int, noun string) {
	line := counted(total, noun)
	switch {
	case total == 0:
		return
	case shown == 0:
		line = fmt.Sprintf("%s; --offset %d is behind the last", line, offset)
	case shown < total:
		line = fmt.Sprintf("%s to %s of %s; --offset %d shows the next", humanize.Comma(int64(offset+1)), humanize.Comma(int64(offset+shown)), line, offset+shown)
	}
	fmt.Fprintln(a.stderr, folded(a.stderr, line))
}

// marked makes the marked stretches of a text bold on a terminal, and the text safe
// to show.
func (a *app) marked(s string, marks []search.Span) string {
	if !coloured(a.stdout) {
		return visible(s)
	}
	runes := []rune(s)
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(visible(string(runes[at:m[0]])))
		// Word for word, so that each survives the wrapping of lines.
		for i, word := range strings.Split(visible(string(runes[m[0]:m[1]])), " ") {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(text.Bold.Sprint(word))
		}
		at = m[1]
	}
	b.WriteString(visible(string(runes[at:])))
	return b.String()
}

// window is how wide text is set.
func (a *app) window() int {
	width, tty := terminal(a.stdout)
	if !tty {
		return 100
	}
	return width
}

// dayOf is a day as a list shows it.
func dayOf(t article.Time) string {
	day, _, _ := strings.Cut(date(t), " ")
	return day
}
