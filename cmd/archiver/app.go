package main

import (
	"io"
	"os"

	"archiver/article"
	"archiver/health"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// An app is what the commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	archive        string // --archive
}

// root makes the command line: the table of commands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "archiver COMMAND [flags] [arguments]",
		Short: "Crawl UK police news into an archive, and hand the releases out",
		Long: `Archiver crawls the news pages of UK police forces, turns each release into a
structured record, keeps it in an archive together with the page as it was
fetched, and hands it out: to read, to search, to compare, and as files of many
formats.

Begin with 'archiver demo': the whole job on a small site that the program
carries itself, with no network.`,
		Example: `  archiver demo
  archiver crawl cheshire
  archiver list --since 2024-01-01
  archiver export --format markdown --output releases`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          helpOrUnknown,
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().StringVar(&a.archive, "archive", "", "the archive's `FILE` (default: $ARCHIVER_ARCHIVE, else archive.db)")
	root.SetFlagErrorFunc(wrongFlag)
	for _, command := range []func() *cobra.Command{
		a.crawl, a.extract, a.importing, a.reextract,
		a.export,
		a.verify, a.compact, a.backup, a.merge, a.suppress,
		a.watch, a.sample, a.eval,
		a.sites, a.snapshot, a.serve, a.demo, a.schema, a.version,
	} {
		root.AddCommand(command())
	}
	for _, command := range []func() *cobra.Command{
		a.list, a.show, a.search, a.quotes, a.stats,
		a.history, a.diff, a.removed, a.duplicates, a.related, a.match,
	} {
		root.AddCommand(a.paged(command()))
	}
	ready(root)
	for _, cmd := range all(root) {
		strict(cmd)
	}
	return root
}

// all returns a command and all below it.
func all(cmd *cobra.Command) []*cobra.Command {
	list := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		list = append(list, all(sub)...)
	}
	return list
}

// archivePath returns the name of the archive's file.
func (a *app) archivePath() string {
	if a.archive != "" {
		return a.archive
	}
	if path := os.Getenv("ARCHIVER_ARCHIVE"); path != "" {
		return path
	}
	return "archive.db"
}

// open opens the archive for reading. It must exist.
func (a *app) open() (*store.Store, error) {
	return glancing(store.Open(a.archivePath()))
}

// create opens the archive for writing, and makes it if there is none.
func (a *app) create() (*store.Store, error) { return glancing(store.Create(a.archivePath())) }

// upgrade opens the archive for writing. It must exist.
func (a *app) upgrade() (*store.Store, error) { return glancing(store.Upgrade(a.archivePath())) }

// glancing has an archive keep what 'sites status' needs of a record in its index.
func glancing(s *store.Store, err error) (*store.Store, error) {
	if err == nil {
		s.Glance = func(r *article.Record) string { return health.OutlineOf(r).Glance() }
	}
	return s, err
}

// profiles reads the site profiles. What is wrong with one is a fault of the
// configuration.
func (a *app) profiles(dir string) (*sites.Set, error) {
	set, err := sites.Load(dir)
	if err != nil {
		return nil, &usageError{err: err, file: true}
	}
	return set, nil
}

// terminal reports whether w is a terminal, and how wide it is.
func terminal(w io.Writer) (width int, ok bool) {
	if s, ok := w.(screen); ok {
		return terminal(s.behind())
	}
	f, isFile := w.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	return width, true
}

// coloured reports whether colours may be written to w.
func coloured(w io.Writer) bool {
	_, ok := terminal(w)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
