package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"archiver/article"
	"archiver/export"

	"github.com/spf13/cobra"
)

func (a *app) show() *cobra.Command {
	var (
		format   string
		page     bool
		revision int
	)
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one release",
		Long: `Show prints a release for a person to read, or with --page the page as it was
captured. ID is any unambiguous beginning of a record's id, or the address of
its page, also one that redirects to it.`,
		Example: `  archiver show 3f2a
  archiver show https://www.cheshire.police.uk/news/...
  archiver show 3f2a --page > page.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case revision < 0:
				return usagef("--revision %d: revisions count from 1", revision)
			case page && cmd.Flags().Changed("format"):
				return usagef("--page writes the page as it came, and has no --format")
			}
			archive, err := a.open()
			if err != nil {
				return err
			}
			if page {
				p, err := archive.Page(args[0], revision)
				if err != nil {
					return err
				}
				_, err = a.stdout.Write(p.Body)
				return wrote(err)
			}
			r, err := revisionOf(archive, args[0], revision)
			if err != nil {
				return err
			}
			index, err := a.copies(cmd.Context(), archive)
			if err != nil {
				return err
			}
			r.Copies = index.Of(r.ID)
			if format == "text" {
				return a.print(r)
			}
			one := func(yield func(*article.Record, error) bool) { yield(r, nil) }
			_, err = export.Write(a.stdout, format, one, export.Options{})
			return err
		},
	}
	f := cmd.Flags()
	choose(cmd, &format, "format", "in this `FORMAT`: ", []string{"text", "jsonl", "markdown"}, "text")
	f.BoolVar(&page, "page", false, "write the page as captured")
	f.IntVar(&revision, "revision", 0, "revision `N`, counted from 1 (default: the newest)")
	return cmd
}

// A revisioner is what of the archive a look at one release needs.
type revisioner interface {
	Record(ref string) (*article.Record, error)
	Revisions(ref string) ([]*article.Record, error)
}

// revisionOf returns a revision of a record, the newest for 0.
func revisionOf(archive revisioner, ref string, revision int) (*article.Record, error) {
	if revision == 0 {
		return archive.Record(ref)
	}
	all, err := archive.Revisions(ref)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Revision == revision {
			return r, nil
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the record has no revisions")
	}
	return nil, fmt.Errorf("revision %d of %s: %w (there are %d)", revision, all[0].ID[:8], article.ErrNotFound, len(all))
}

// print shows a record to a person.
func (a *app) print(r *article.Record) error {
	width, tty := terminal(a.stdout)
	if !tty {
		width = 80
	}
	width = min(width, 100)
	var b strings.Builder
	fmt.Fprintln(&b, wrap(a.bold(visible(r.Title)), width))
	row := func(name, value string) {
		if value == "" {
			return
		}
		value, label := visible(value), a.faint(fmt.Sprintf("%-10s", name))+" "
		// What has no spaces is whole, on a line of its own if need be, so that it can
		// be opened and copied.
		if columnsOf(value) > width-11 && !strings.Contains(value, " ") {
			fmt.Fprintf(&b, "%s\n%s\n", strings.TrimRight(label, " "), value)
			return
		}
		fmt.Fprintln(&b, hang(value, label, width))
	}
	row("Published", whenPublished(r))
	row("Source", source(r))
	row("Address", r.URL)
	row("Kind", string(r.Kind))
	for i, topic := range r.Topics {
		name := ""
		if i == 0 {
			name = "About"
		}
		fmt.Fprintln(&b, hang(visible(about(topic)), a.faint(fmt.Sprintf("%-10s", name))+" ", width))
	}
	if r.Status != article.StatusLive {
		row("Status", string(r.Status))
	}
	if r.Copies != nil {
		row("Copies", fmt.Sprintf("see 'archiver related %s'", r.ID[:8]))
	}
	row("Captured", captured(r))
	row("ID", r.ID)
	for _, block := range r.Blocks {
		fmt.Fprintln(&b)
		switch block.Kind {
		case article.BlockList:
			for i, item := range block.Items {
				bullet := "• "
				if block.Ordered {
					bullet = fmt.Sprintf("%d. ", i+1)
				}
				fmt.Fprintln(&b, hang(visible(item), "  "+bullet, width))
			}
		case article.BlockHeading:
			fmt.Fprintln(&b, wrap(a.bold(visible(block.Text)), width))
		default:
			if block.Text != "" {
				fmt.Fprintln(&b, wrap(visible(block.Text), width))
			}
		}
	}
	if len(r.Quotes) > 0 {
		fmt.Fprintf(&b, "\n%s\n", a.bold("Who is quoted"))
		for _, q := range r.Quotes {
			fmt.Fprintln(&b, hang(visible(speaker(q))+": "+paragraphs(len(q.Paragraphs)), "  ", width))
		}
	}
	if lines := toUse(r); len(lines) > 0 {
		fmt.Fprintf(&b, "\n%s\n", a.bold("To quote, to call, to follow up"))
		for _, line := range lines {
			fmt.Fprintln(&b, hang(visible(line[1]), fmt.Sprintf("  %-10s ", line[0]), width))
		}
	}
	if len(r.Related) > 0 {
		fmt.Fprintf(&b, "\n%s\n", a.bold("Other stories on the page"))
		for _, h := range r.Related {
			fmt.Fprintln(&b, hang(visible(h.Title), "  ", width))
		}
	}
	for _, w := range r.Extraction.Warnings {
		fmt.Fprintf(&b, "\n%s\n", hang(visible(w), a.faint("Note:")+" ", width))
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return wrote(err)
}

func whenPublished(r *article.Record) string {
	if r.Published.IsZero() {
		return "unknown"
	}
	return r.Published.Format("Monday 2 January 2006, 15:04")
}

func source(r *article.Record) string {
	if r.Force != "" {
		return r.Force
	}
	return r.Site
}

func captured(r *article.Record) string {
	if r.Capture.Fetched.IsZero() {
		return ""
	}
	s := r.Capture.Fetched.Format("2 January 2006, 15:04")
	if r.Revision > 0 {
		s += fmt.Sprintf(" (revision %d)", r.Revision)
	}
	return s
}

// speaker names who is quoted, as well as the release does.
func speaker(q article.Quote) string {
	name := strings.TrimSpace(q.Role + " " + q.Speaker)
	if name == "" {
		name = "not named"
	}
	if q.Unit != "" {
		name += ", " + q.Unit
	}
	return name
}

// about names a topic and the words that decided on it.
func about(t article.Topic) string {
	if len(t.Evidence) == 0 {
		return t.ID
	}
	return t.ID + " (" + strings.Join(t.Evidence, ", ") + ")"
}

// toUse lists what of a release can be acted on: references with their kind,
// telephone numbers, addresses and sums, each once, behind what they are.
func toUse(r *article.Record) [][2]string {
	var references, phones, emails, amounts []string
	add := func(list *[]string, s string) {
		if !slices.Contains(*list, s) {
			*list = append(*list, s)
		}
	}
	for _, m := range r.References {
		if m.Kind == "operation" || m.Kind == "iml" || m.Kind == "reference" {
			add(&references, m.Text)
		} else {
			add(&references, m.Kind+" "+m.Text)
		}
	}
	for _, n := range r.Phones {
		add(&phones, n.Text)
	}
	for _, n := range r.Emails {
		add(&emails, n.Value)
	}
	for _, n := range r.Amounts {
		add(&amounts, n.Text)
	}
	var lines [][2]string
	for _, l := range []struct {
		name string
		what []string
	}{{"References", references}, {"Telephones", phones}, {"E-mail", emails}, {"Sums", amounts}} {
		if len(l.what) > 0 {
			lines = append(lines, [2]string{l.name, strings.Join(l.what, ", ")})
		}
	}
	return lines
}

func paragraphs(n int) string {
	if n == 1 {
		return "1 paragraph"
	}
	return fmt.Sprintf("%d paragraphs", n)
}

// indent puts a bullet before a wrapped item and sets its further lines under
// the first.
func indent(s, bullet string) string {
	return bullet + strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", len([]rune(bullet))))
}

// visible makes archive content safe to show on a terminal: no control
// characters but the line break, and none that turn round the order in which what
// stands around is read.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == 0x2028 || c == 0x2029:
			return ' '
		case c == '\n' || !unicode.IsControl(c) && !unicode.Is(unicode.Bidi_Control, c):
			return c
		}
		return -1
	}, s)
}
