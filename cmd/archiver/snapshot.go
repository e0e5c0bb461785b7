package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/intact"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/spf13/cobra"
)

func (a *app) snapshot() *cobra.Command {
	var (
		f               crawlFlags
		output, address string
		replaceNames    bool
	)
	cmd := &cobra.Command{
		Use:   "snapshot URL|FILE|-",
		Short: "Save one page as a test fixture",
		Long: `Snapshot fetches one page, or reads a saved one, and writes it in UTF-8, without
scripts, styles and trackers, behind a comment that names its address: a fixture
for a test of the reader, or an attachment to a report of a fault.

With --replace-names the people of the page get invented names, the same person
always the same one: in the text, the title, meta tags, JSON-LD, descriptions of
pictures and addresses of links. Telephone numbers, e-mail addresses and streets
go where they can be told to be somebody's. The page reads as before but for that.

A page without its names is not yet anonymous: ages, towns, dates and pictures are
as they were, and so is a name that nothing on the page marks as one. Read the
page before you share it.`,
		Example: `  archiver snapshot https://www.cheshire.police.uk/news/... --output page.html
  archiver snapshot page.html --replace-names --output fixture.html
  archiver extract --explain fixture.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := a.profiles(f.sites)
			if err != nil {
				return err
			}
			p, err := a.snapshotPage(cmd.Context(), f, args[0], address)
			if err != nil {
				return err
			}
			data, err := a.snapshotOf(set, p, replaceNames)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if output == "-" {
				_, err := a.stdout.Write(data)
				return wrote(err)
			}
			err = os.MkdirAll(filepath.Dir(output), 0o755)
			if err == nil {
				err = intact.WriteFile(output, data, 0o644)
			}
			if err != nil {
				return fmt.Errorf("write %s: %w", output, err)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&output, "output", "o", "-", "`FILE` to write, in a folder that is made if absent; - is standard output")
	flags.BoolVar(&replaceNames, "replace-names", false, "give the people of the page invented names")
	flags.StringVar(&address, "url", "", "the `ADDRESS` of a saved page that does not say where it is from")
	profileFlag(cmd, &f.sites)
	flags.StringVar(&f.contact, "contact", "", "how the site's owner reaches you (default: $ARCHIVER_CONTACT)")
	flags.DurationVar(&f.delay, "delay", time.Second, "least pause between two requests")
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, "longest time for one request")
	return cmd
}

// snapshotPage fetches a page, or reads a saved one.
func (a *app) snapshotPage(ctx context.Context, f crawlFlags, name, address string) (article.Page, error) {
	if strings.Contains(name, "://") {
		if address != "" {
			return article.Page{}, usagef("--url goes with a saved page: %s has its address already", name)
		}
		got, err := a.fetch(ctx, f, name)
		if err != nil {
			return article.Page{}, err
		}
		return got.page, nil
	}
	if address != "" {
		if err := webAddress(address); err != nil {
			return article.Page{}, err
		}
	}
	p, _, err := savedPage(name, a.stdin)
	if err != nil {
		return p, fmt.Errorf("%s: %w", name, err)
	}
	if address != "" {
		p.URL = address
	}
	return p, nil
}

// snapshotOf makes the fixture, and says what of it was replaced.
func (a *app) snapshotOf(set *sites.Set, p article.Page, replaceNames bool) ([]byte, error) {
	if !replaceNames {
		return extract.Snapshot(p)
	}
	site, err := siteOf(set, p.Address())
	if err != nil {
		return nil, err
	}
	data, told, err := extract.Disguise(p, site)
	if err != nil {
		return nil, err
	}
	sayReplaced(a.stderr, told)
	return data, nil
}

// sayReplaced says what was replaced, and what a person has to do now.
func sayReplaced(w io.Writer, told extract.Disguised) {
	parts := []string{counted(len(told.Names), "name")}
	for _, more := range []struct {
		n    int
		noun string
	}{{told.Phones, "telephone number"}, {told.Emails, "e-mail address"}, {told.Places, "street address"}} {
		if more.n > 0 {
			parts = append(parts, counted(more.n, more.noun))
		}
	}
	fmt.Fprintf(w, "archiver: replaced %s. Read the page before you share it: ages, towns, dates and pictures are as they were.\n", joinAnd(parts))
	for i, name := range told.Unsure {
		told.Unsure[i] = visible(name)
	}
	if len(told.Unsure) > 0 {
		slices.Sort(told.Unsure)
		fmt.Fprintf(w, "archiver: left as they are, because nothing says that they are people: %s\n", strings.Join(told.Unsure, ", "))
	}
}

// joinAnd joins words as a sentence does: "a, b and c".
func joinAnd(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
