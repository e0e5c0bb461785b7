package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"archiver/article"
	"archiver/export"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/spf13/cobra"
)

func (a *app) extract() *cobra.Command {
	var (
		f               crawlFlags
		address, format string
		explain         bool
	)
	formats := []string{"jsonl", "markdown", "text"}
	cmd := &cobra.Command{
		Use:   "extract FILE|URL|DIR|-…",
		Short: "Read pages into records, without an archive",
		Long: `Extract reads saved pages, or pages of the web, and prints the record of each, a
line of JSON in the order given. A folder stands for all .html and .htm files
below it, - for standard input. Nothing is kept.

With --explain it prints for a person where each field of the record comes from:
its value, the rule and the place that gave it, the words that decided on the
topics, whose each quotation is and where that is said, and what disagreed.

A saved page's address is that of --url, else what the comment of a snapshot says,
else its canonical link, else its og:url, else file:….

EXIT STATUS
  0  done
  1  failed: the output
  2  wrong command line, site profile or rules; nothing was touched
  3  done, but some pages gave no record`,
		Example: `  archiver extract page.html
  archiver extract --url https://www.cheshire.police.uk/news/... - < page.html
  archiver extract https://www.cheshire.police.uk/news/... | jq .quotes
  archiver extract --explain page.html
  archiver extract --rules my-rules.yaml --explain page.html`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if explain && cmd.Flags().Changed("format") {
				return usagef("--explain is for a person to read and --format for programs: take one of the two")
			}
			if address != "" {
				if len(args) != 1 {
					return usagef("--url goes with one page")
				}
				if err := webAddress(address); err != nil {
					return err
				}
			}
			set, err := a.profiles(f.sites)
			if err != nil {
				return err
			}
			reader, err := a.reader(f.rules)
			if err != nil {
				return err
			}
			x := &extraction{app: a, flags: f, sites: set, url: address, reader: reader}
			records := func(yield func(*article.Record, error) bool) { x.all(cmd.Context(), args, yield) }
			// Each page is a document of its own, and is printed as soon as it is
			// read.
			if explain {
				err = a.explain(records)
			} else {
				_, err = export.Write(a.stdout, format, records, export.Options{})
			}
			if err != nil {
				return err
			}
			if x.failed > 0 {
				return &partialError{status: statusSomeFailed}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&address, "url", "", "the page's `ADDRESS`")
	choose(cmd, &format, "format", "in this `FORMAT`: ", formats, "jsonl")
	flags.BoolVar(&explain, "explain", false, "tell a person where each field comes from, in place of the record")
	flags.StringVar(&f.sites, "sites", "", "folder `DIR` of site profiles that add to the program's own or replace them")
	rulesFlag(cmd, &f.rules)
	flags.StringVar(&f.contact, "contact", "", "as `TEXT`, how a site's owner reaches you, for a URL (default: $ARCHIVER_CONTACT)")
	flags.DurationVar(&f.delay, "delay", time.Second, "least `TIME` between two requests, for a URL")
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, "longest `TIME` for one request")
	return cmd
}

// An extraction reads pages one after another.
type extraction struct {
	app    *app
	flags  crawlFlags
	sites  *sites.Set
	reader extract.Extractor
	url    string
	failed int
}

// all yields the record of each argument, and says of the others what was wrong.
func (x *extraction) all(ctx context.Context, args []string, yield func(*article.Record, error) bool) {
	for _, arg := range args {
		files, err := x.expand(arg)
		if err != nil {
			x.fail(arg, err)
			continue
		}
		for _, file := range files {
			if ctx.Err() != nil {
				yield(nil, ctx.Err())
				return
			}
			record, err := x.read(ctx, file)
			if err != nil {
				if ctx.Err() != nil {
					yield(nil, ctx.Err())
					return
				}
				x.fail(file, err)
				continue
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

func (x *extraction) fail(name string, err error) {
	x.failed++
	if message := err.Error(); strings.HasPrefix(message, name) {
		fmt.Fprintf(x.app.stderr, "archiver: %s\n", message)
	} else {
		fmt.Fprintf(x.app.stderr, "archiver: %s: %s\n", name, message)
	}
}

// expand returns the pages that an argument stands for.
func (x *extraction) expand(arg string) ([]string, error) {
	if arg == "-" || strings.Contains(arg, "://") {
		return []string{arg}, nil
	}
	files, err := filesOf(arg, func(path string) bool {
		kind := strings.ToLower(filepath.Ext(path))
		return kind == ".html" || kind == ".htm"
	})
	if err == nil && len(files) == 0 {
		err = errors.New("holds no .html or .htm file")
	}
	return files, err
}

// read makes a record of one page.
func (x *extraction) read(ctx context.Context, name string) (*article.Record, error) {
	if strings.Contains(name, "://") {
		got, err := x.app.fetch(ctx, x.flags, name)
		if err != nil {
			return nil, err
		}
		return got.record, got.err
	}
	p, warning, err := savedPage(name, x.app.stdin)
	if err != nil {
		return nil, err
	}
	if x.url != "" {
		p.URL, warning = x.url, ""
	}
	site, err := siteOf(x.sites, p.URL)
	if err != nil {
		return nil, err
	}
	record, err := x.reader.Extract(p, site)
	if err != nil {
		return nil, err
	}
	if warning != "" {
		record.Extraction.Warnings = append(record.Extraction.Warnings, warning)
	}
	return record, nil
}

// maxPage bounds a page that is read from a file, as the crawler bounds one from
// the web.
const maxPage = 10 << 20

// savedPage reads a page from a file, or from standard input for "-".
func savedPage(name string, stdin io.Reader) (p article.Page, warning string, err error) {
	in, _, err := openInput(name, stdin)
	if err != nil {
		return p, "", err
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, maxPage+1))
	if err != nil {
		return p, "", fmt.Errorf("read: %w", err)
	}
	if len(body) > maxPage {
		return p, "", fmt.Errorf("is longer than %d MiB", maxPage>>20)
	}
	p = article.Page{Status: 200, Body: body}
	p.URL, p.Fetched, warning = extract.Source(body)
	if p.URL == "" {
		p.URL = "file:" + filepath.ToSlash(name)
	}
	return p, warning, nil
}

// siteOf returns the site of an address, a generic one if no profile fits.
func siteOf(set *sites.Set, address string) (*sites.Site, error) {
	if site := set.ForURL(address); site != nil {
		return site, nil
	}
	return sites.Generic(address)
}
