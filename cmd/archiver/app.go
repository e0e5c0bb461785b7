package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"archiver/article"
	"archiver/health"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/agnivade/levenshtein"
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
fetched, and hands it out as Markdown, plain text or JSON.

Begin with 'archiver demo': the whole job on a small site that the program
carries itself, with no network.`,
		Example: `  archiver demo
  archiver crawl cheshire
  archiver list --since 2024-01-01
  archiver export --format markdown --output releases`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          a.unknown,
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().StringVar(&a.archive, "archive", "", "the archive's `FILE` (default: $ARCHIVER_ARCHIVE, else archive.db)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err: err, cmd: cmd}
	})
	for _, command := range []func() *cobra.Command{
		a.crawl, a.extract, a.importing, a.reextract,
		a.export, a.list, a.show, a.search, a.quotes, a.stats,
		a.history, a.diff, a.removed, a.duplicates, a.related, a.match,
		a.verify, a.compact, a.backup, a.merge, a.suppress,
		a.watch, a.sample, a.eval,
		a.sites, a.snapshot, a.serve, a.demo, a.schema, a.version,
	} {
		root.AddCommand(command())
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
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

// strict makes a wrong number or kind of arguments a usage error.
func strict(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &usageError{err: err, cmd: cmd}
			}
			return nil
		}
	}
}

// unknown is what the root does by itself: show the help, or name the command
// that may have been meant.
func (a *app) unknown(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		if err := cmd.Help(); err != nil {
			return err
		}
		return &partialError{status: statusUsage}
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return &usageError{err: fmt.Errorf("there is no command %q%s", args[0], hint(args[0], names)), cmd: cmd}
}

// group makes a command that only has commands below it refuse unknown ones;
// alone it does what its list does.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var names []string
		for _, sub := range cmd.Commands() {
			names = append(names, sub.Name())
		}
		if len(args) > 0 {
			return &usageError{err: fmt.Errorf("'%s' has no command %q%s", cmd.CommandPath(), args[0], hint(args[0], names)), cmd: cmd}
		}
		list, _, err := cmd.Find([]string{"list"})
		if err != nil {
			return err // unreachable: each group has one
		}
		list.SetContext(cmd.Context())
		return list.RunE(list, nil)
	}
	return cmd
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

// hint names the word that may have been meant, and the ones there are.
func hint(word string, known []string) string {
	s := ""
	if near := nearest(word, known); near != "" {
		s = fmt.Sprintf("; did you mean %q?", near)
	}
	return s + " (known: " + strings.Join(known, ", ") + ")"
}

// nearest returns the known word that takes the fewest edits to reach, or "" if
// none takes at most a third of the word's letters.
func nearest(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(word), k)
		if strings.HasPrefix(k, strings.ToLower(word)) && len(word) >= 2 {
			d = min(d, 1)
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}

// errWrote marks the failure of an output.
var errWrote = errors.New("write output")

// wrote adds to an error of standard output where it came from.
func wrote(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errWrote, err)
}
