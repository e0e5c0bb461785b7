package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"archiver/article"
	"archiver/notify"
	"archiver/search"
	"archiver/watch"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) watch() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "watch",
		Short: "Save searches, and be told of what is new in them",
		Long: `A watch is a saved search: words in the language of 'archiver search', and filters.
After each crawl, those that name --notify or --notify-exec tell of what is new in
them. Each is also a feed: 'archiver watch feed' writes it.

` + aboutWatches,
		Example: `  archiver watch add courier-fraud courier fraud --topic fraud --notify https://hooks.example.org/desk
  archiver watch add withdrawn --new=false --removed --notify-exec 'mail -s "$ARCHIVER_SUMMARY" desk@example.org'
  archiver watch list
  archiver watch show courier-fraud
  archiver watch feed courier-fraud --output courier-fraud.atom
  archiver watch remove courier-fraud`,
	})
	cmd.AddCommand(a.watchList(), a.watchAdd(), a.watchShow(), a.watchFeed(), a.watchRemove())
	return cmd
}

// aboutWatches is the part of the help that tells what a watch tells.
const aboutWatches = `Told is of each release that matches and did not before; with --changed of new
revisions, too; with --removed of pages that are missing or gone. --new=false leaves
out the first. The crawl that first sees a watch tells of what it brings itself, and
of nothing older; so does the first after the search was edited. Each match is told
once; twice only if the crawl is killed between the telling and the note of it in the
archive. What could not be delivered is said on standard error and told by the next
crawl; the status is that of the crawl, or 1 where that would be 0.

The JSON that is posted, or that a command finds on standard input, is an object with
watch (the name), search, summary, message, host, archive, new, changed and removed
(how many) and matches, the newest 100 at most: what (new, changed, removed), at, id,
url, site, force, title, lead, published, kind, topics, status, revision and reason
(why we say that it was removed). A command finds in its environment ARCHIVER_WATCH,
ARCHIVER_REASON (watch), ARCHIVER_SUMMARY (one line), ARCHIVER_MESSAGE (a text for a
mail) and ARCHIVER_ARCHIVE, and has a minute; a POST that fails is tried twice more.

The watches stand in a YAML file, ARCHIVE.watches.yaml unless --watches or
$ARCHIVER_WATCHES names another. Edit it by hand as you like: its comments stay. It
can hold secrets, and is made for your eyes alone.`

func (a *app) watchAdd() *cobra.Command {
	var (
		file  string
		w     watch.Watch
		kinds []string
	)
	cmd := &cobra.Command{
		Use:   "add NAME [WORDS…]",
		Short: "Save a search",
		Long: `Add saves a search under a name: lower-case words, joined by hyphens. Without words
and filters it finds every release.

` + queryHelp,
		Example: `  archiver watch add courier-fraud courier fraud --topic fraud --notify https://hooks.example.org/desk
  archiver watch add chief-constable --speaker brackenwhistle --site kent,essex
  archiver watch add edited-appeals --kind appeal --changed --new=false`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w.Name, w.Words = args[0], strings.TrimSpace(strings.Join(args[1:], " "))
			for _, k := range kinds {
				w.Kinds = append(w.Kinds, article.Kind(k))
			}
			if len(w.Sites) > 0 {
				archive, err := a.open()
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				if err := a.knownSites(archive, w.Sites); err != nil {
					return err
				}
			}
			path, _ := a.watchesFile(file)
			if err := watch.Add(path, &w, checkWatch); err != nil {
				return asUsage(err)
			}
			told := "; it is a feed, and tells nobody"
			if w.Notify != "" || w.Exec != "" {
				told = "; the next crawl tells of what it brings"
			}
			fmt.Fprintf(a.stderr, "added to %s: %s (%s)%s\n", path, w.Name, visible(w.String()), told)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&w.Sites, "site", nil, "only of these `SITE`s")
	f.StringSliceVar(&w.Topics, "topic", nil, "only on these `TOPIC`s (fraud, fraud/courier)")
	f.StringSliceVar(&kinds, "kind", nil, "only of these `KIND`s ("+kindList()+")")
	f.StringSliceVar(&w.Speakers, "speaker", nil, "only with a quotation of a speaker whose `NAME` holds this")
	f.BoolVar(&w.New, "new", true, "tell of new matches")
	f.BoolVar(&w.Changed, "changed", false, "tell of new revisions")
	f.BoolVar(&w.Removed, "removed", false, "tell of pages that are missing or gone")
	f.StringVar(&w.Notify, "notify", "", "post what is new after a crawl to this `URL`")
	f.StringVar(&w.Exec, "notify-exec", "", "run this `CMD` by the shell with what is new after a crawl on its standard input")
	complete(cmd, "kind", names(article.Kinds))
	watchesFlag(cmd, &file)
	return cmd
}

// asUsage makes what is wrong with a watch a wrong command line; what is wrong with
// the disk is not.
func asUsage(err error) error {
	var path *os.PathError
	var link *os.LinkError
	if errors.As(err, &path) || errors.As(err, &link) {
		return err
	}
	return &usageError{err: err}
}

func (a *app) watchRemove() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Short:   "Forget a saved search",
		Example: `  archiver watch remove courier-fraud`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path, _ := a.watchesFile(file)
			err := watch.Remove(path, args[0], checkWatch)
			switch {
			case errors.Is(err, watch.ErrUnknown):
				return err
			case err != nil:
				return asUsage(err)
			}
			fmt.Fprintf(a.stderr, "removed from %s: %s\n", path, args[0])
			return nil
		},
		ValidArgsFunction: a.completeWatches(&file),
	}
	watchesFlag(cmd, &file)
	return cmd
}

// completeWatches offers the names of watches to the shell.
func (a *app) completeWatches(file *string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		watches, err := a.readWatches(*file)
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var list []string
		for _, w := range watches {
			list = append(list, w.Name)
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// A watchLine is a watch as programs read it.
type watchLine struct {
	Name    string         `json:"name"`
	Search  string         `json:"search"` // all of it in words
	Words   string         `json:"words"`
	Site    []string       `json:"site"`
	Topic   []string       `json:"topic"`
	Kind    []article.Kind `json:"kind"`
	Speaker []string       `json:"speaker"`
	Tells   []watch.What   `json:"tells"`
	Notice  []string       `json:"notice"` // where it goes, without its secrets
	Matches int            `json:"matches"`
	Newest  *watchNewest   `json:"newest,omitempty"`
}

type watchNewest struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	Published article.Time `json:"published,omitzero"`
}

func (a *app) watchList() *cobra.Command {
	var file, format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the saved searches, with how many releases match",
		Long: `List shows the saved searches in the order of their file: what each tells of, where
to, how many releases match now and when the newest was published.

With --format jsonl each line is an object with name, search, words, site, topic, kind,
speaker, tells, notice, matches and newest (id, url, title, published).`,
		Example: `  archiver watch list
  archiver watch list --format jsonl | jq .matches`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			watches, err := a.readWatches(file)
			if err != nil {
				return err
			}
			lines, err := a.watchLines(cmd.Context(), watches)
			if err != nil {
				return err
			}
			if format == "jsonl" {
				return writeLines(a.stdout, lines)
			}
			return a.watchTable(lines)
		},
	}
	tableFormat(cmd, &format)
	watchesFlag(cmd, &file)
	return cmd
}

func (a *app) watchLines(ctx context.Context, watches []*watch.Watch) ([]watchLine, error) {
	archive, err := a.open()
	if err != nil || len(watches) == 0 {
		return nil, err
	}
	ix, end := a.index(archive)
	var lines []watchLine
	for _, w := range watches {
		line := watchLine{
			Name: w.Name, Search: w.String(), Words: w.Words, Site: filled(w.Sites), Topic: filled(w.Topics), Kind: filled(w.Kinds),
			Speaker: filled(w.Speakers), Tells: w.Tells(), Notice: noticesOf(w),
		}
		q := w.Query()
		q.Limit = 1
		found, err := ix.Search(ctx, searchOf(q))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("watch %s: %w", w.Name, err), end())
		}
		line.Matches = found.Total
		for _, h := range found.Hits {
			line.Newest = &watchNewest{h.ID, h.URL, h.Title, h.Published}
		}
		lines = append(lines, line)
	}
	return lines, end()
}

// filled is a list that JSON does not show as null.
func filled[T any](list []T) []T { return append([]T{}, list...) }

// noticesOf says where the notices of a watch go, without the secrets of it.
func noticesOf(w *watch.Watch) []string {
	list := []string{}
	if u, err := url.Parse(w.Notify); w.Notify != "" && err == nil {
		list = append(list, (&notify.Post{URL: u}).String())
	}
	if w.Exec != "" {
		list = append(list, (&notify.Command{Line: w.Exec}).String())
	}
	return list
}

func (a *app) watchTable(lines []watchLine) error {
	if len(lines) == 0 {
		fmt.Fprintln(a.stderr, "archiver: there is no watch yet; 'archiver watch add NAME WORDS' makes one")
		return nil
	}
	var rows []table.Row
	for _, l := range lines {
		newest := ""
		if l.Newest != nil {
			newest = dayOf(l.Newest.Published)
		}
		tells := make([]string, len(l.Tells))
		for i, what := range l.Tells {
			tells[i] = string(what)
		}
		notice := strings.Join(l.Notice, ", ")
		if notice == "" {
			notice = "feed only"
		}
		rows = append(rows, table.Row{l.Name, l.Matches, newest, strings.Join(tells, ", "), visible(notice), visible(l.Search)})
	}
	return a.rows([]heading{{name: "Name"}, {"Match", "matches"}, {"Newest", "newest"}, {"Tells of", "tells of"}, {name: "Notice"}, {name: "Search"}}, rows)
}

func (a *app) watchShow() *cobra.Command {
	var (
		file, format  string
		limit, offset int
	)
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show what matches a saved search now",
		Long: `Show shows the releases that match a saved search now, the newest first, as
'archiver search' does.`,
		Example: `  archiver watch show courier-fraud
  archiver watch show courier-fraud --limit 0 --format jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 || offset < 0 {
				return usagef("--limit and --offset must not be negative")
			}
			w, err := a.watchNamed(file, args[0])
			if err != nil {
				return err
			}
			found := w.Query()
			found.Limit = limit
			q := searchOf(found)
			q.Offset = offset
			archive, err := a.open()
			if err != nil {
				return err
			}
			ix, end := a.index(archive)
			results, err := ix.Search(cmd.Context(), q)
			if err = errors.Join(err, end()); err != nil {
				return err
			}
			return showFound(a, format, results.Hits, a.hits, offset, results.Total, "release", results.Suggest)
		},
		ValidArgsFunction: a.completeWatches(&file),
	}
	tableFormat(cmd, &format)
	cmd.Flags().IntVar(&limit, "limit", search.DefaultLimit, "how many are shown, `N`; 0 is all")
	cmd.Flags().IntVar(&offset, "offset", 0, "how many are left out before, `N`")
	watchesFlag(cmd, &file)
	return cmd
}

// watchNamed returns a saved search by its name.
func (a *app) watchNamed(file, name string) (*watch.Watch, error) {
	watches, err := a.readWatches(file)
	if err != nil {
		return nil, err
	}
	for _, w := range watches {
		if w.Name == name {
			return w, nil
		}
	}
	return nil, watch.Unknown(name, watches)
}
