package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/spf13/cobra"
)

// importing makes the command import; the word itself is Go's.
func (a *app) importing() *cobra.Command {
	var (
		address, profiles, judged string
		quiet                     bool
	)
	cmd := &cobra.Command{
		Use:   "import FILE|DIR|-…",
		Short: "Take WARC files, saved pages and documents into the archive",
		Long: `Import reads pages that came by another way than a crawl, and keeps those that
are releases, in an archive that it makes if there is none:

  - WARC files (.warc, .warc.gz), of this program's export, of wget --warc-file or
    of any other. Of the hosts that a site profile knows, pages with the address of
    an article are taken; of other hosts, those that tell when they were published.
  - saved HTML pages. A page's address is that of --url, else what the comment of a
    snapshot says, else its canonical link, else its og:url; a page that tells
    none is refused.
  - documents of the reference corpus, Markdown with a yaml head. Such a record's
    capture has the status 0 and the content type text/markdown.

A folder stands for all such files below it, - for standard input.

The dates are kept: a page of a WARC file was fetched when that says, a saved page
when its snapshot says or else when the file was last changed, and for a document
the time of publication stands. A page that is older than what the archive has
becomes an earlier revision, and those after it count one more. To import a file
again changes nothing. What is suppressed is not brought back.

EXIT STATUS
  0    done, also when there was nothing new
  1    failed: the archive
  2    wrong command line, site profile or rules; nothing was touched
  3    done, but some files, pages or records of a file could not be taken
  130  interrupted; what was done is kept`,
		Example: `  archiver import cheshire.warc.gz
  archiver import --url https://www.cheshire.police.uk/news/... page.html
  archiver import corpus/ --archive corpus.db
  archiver export --format warc | archiver import --archive copy.db -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if address != "" {
				if len(args) != 1 {
					return usagef("--url goes with one saved page")
				}
				if err := webAddress(address); err != nil {
					return err
				}
			}
			reader, err := a.pageReader(profiles, judged)
			if err != nil {
				return err
			}
			i := &importer{app: a, reader: reader, url: address, originals: map[string]place{}}
			return i.run(cmd.Context(), args, quiet)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&address, "url", "", "the saved page's `ADDRESS`")
	flags.StringVar(&profiles, "sites", "", "folder `DIR` of site profiles that add to the program's own or replace them")
	rulesFlag(cmd, &judged)
	flags.BoolVar(&quiet, "quiet", false, "say only what is wrong")
	return cmd
}

// An importer is one run of import.
type importer struct {
	app     *app
	archive *store.Store
	reader  pageReader
	url     string // --url
	bar     *byteBar

	batch     []candidate
	size      int
	originals map[string]place // where the pages that revisits speak of are, by digest

	new, changed, unchanged, suppressed int
	other                               int // answers that are no releases
	failed                              int
}

// A candidate is a page that may be a release.
type candidate struct {
	name    string // of its file, and in there
	page    article.Page
	site    *sites.Site // nil: that of the page's address
	record  string      // the address of its record, "" for the page's own
	asked   bool        // it was named by hand, or an archive had it as a release
	warning string
	leads   string // the address that this one has moved to, for good: there is no page
}

func (i *importer) run(ctx context.Context, args []string, quiet bool) error {
	var files []string
	for _, arg := range args {
		found, err := importable(arg)
		if err != nil {
			i.fail(arg, err)
		}
		files = append(files, found...)
	}
	if i.url != "" && len(files) > 1 {
		return usagef("--url goes with one saved page, and %s is %d files", args[0], len(files))
	}
	var err error
	if len(files) > 0 { // else there is nothing to make an archive for
		if i.archive, err = i.app.create(); err != nil {
			return err
		}
		i.bar = i.app.byteBar(files, quiet)
		err = i.files(ctx, files)
		if saved := i.flush(context.WithoutCancel(ctx)); err == nil {
			err = saved
		}
		i.bar.end()
	}
	if !quiet {
		fmt.Fprintf(i.app.stderr, "archiver: import: %s\n", i.summary())
	}
	if err != nil {
		return err
	}
	if i.failed > 0 {
		return &partialError{status: statusSomeFailed}
	}
	return nil
}

func (i *importer) summary() string {
	parts := []string{fmt.Sprintf("%d new, %d changed, %d unchanged", i.new, i.changed, i.unchanged)}
	for _, count := range []struct {
		n    int
		what string
	}{{i.suppressed, "suppressed"}, {i.other, "no releases"}, {i.failed, "failed"}} {
		if count.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count.n, count.what))
		}
	}
	return strings.Join(parts, ", ")
}

func (i *importer) fail(name string, err error) {
	i.failed++
	i.say(name, err.Error())
}

func (i *importer) say(name, what string) {
	i.bar.say(i.app.stderr, fmt.Sprintf("archiver: %s: %s", name, what))
}

// importable returns the files that an argument stands for. What a folder holds
// besides is left alone.
func importable(arg string) ([]string, error) {
	if arg == "-" {
		return []string{arg}, nil
	}
	files, err := filesOf(arg, func(path string) bool {
		switch filepath.Ext(strings.TrimSuffix(strings.ToLower(path), ".gz")) {
		case ".warc", ".html", ".htm":
			return true
		case ".md":
			is, err := beginsAs(path, documentForm)
			return is || err != nil // what cannot be read is named later
		}
		return false
	})
	if err == nil && len(files) == 0 {
		err = errors.New("holds no .warc, .warc.gz or .html file, and no document of the reference corpus")
	}
	return files, err
}

func beginsAs(path, form string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	head := make([]byte, len(form))
	n, err := io.ReadFull(file, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return string(head[:n]) == form, err
}

func (i *importer) files(ctx context.Context, files []string) error {
	for _, name := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := i.file(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// file takes what one file holds. The error is one that ends the run.
func (i *importer) file(ctx context.Context, name string) error {
	in, changed, err := openInput(name, i.app.stdin)
	if err != nil {
		i.fail(name, err)
		return nil
	}
	defer in.Close()
	buffered := bufio.NewReaderSize(i.bar.count(in), 64<<10)
	head, _ := buffered.Peek(len(documentForm)) // a short file has less
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}), bytes.HasPrefix(head, []byte("WARC/")), isWARCName(name):
		if i.url != "" {
			i.fail(name, errors.New("is a WARC file, which names its addresses itself: leave --url out"))
			return nil
		}
		return i.warc(ctx, name, buffered)
	}
	data, err := io.ReadAll(io.LimitReader(buffered, maxPage+1))
	switch {
	case err != nil:
		i.fail(name, fmt.Errorf("read: %w", err))
		return nil
	case len(data) > maxPage:
		i.fail(name, fmt.Errorf("is longer than %d MiB", maxPage>>20))
		return nil
	}
	c, err := i.saved(name, data, changed)
	if err != nil {
		i.fail(name, err)
		return nil
	}
	return i.add(ctx, c)
}

func isWARCName(name string) bool {
	return filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) == ".warc"
}

// saved makes a candidate of a saved page or a document.
func (i *importer) saved(name string, data []byte, changed time.Time) (candidate, error) {
	c := candidate{name: name, asked: true}
	if strings.EqualFold(filepath.Ext(name), ".md") || bytes.HasPrefix(data, []byte(documentForm)) {
		d, err := parseDocument(data)
		if err != nil {
			return c, err
		}
		c.page = d.page(data, changed)
		c.page.URL = cmp.Or(i.url, c.page.URL)
		return c, nil
	}
	c.page = article.Page{Status: 200, Body: data}
	c.page.URL, c.page.Fetched, c.warning = extract.Source(data)
	if i.url != "" {
		c.page.URL, c.warning = i.url, ""
	}
	if c.page.URL == "" {
		return c, errors.New("does not tell its address: name it with --url")
	}
	if c.page.Fetched.IsZero() {
		c.page.Fetched = changed
	}
	return c, nil
}

// add puts a candidate into the batch.
func (i *importer) add(ctx context.Context, c candidate) error {
	i.batch = append(i.batch, c)
	if i.size += len(c.page.Body); len(i.batch) < batchPages && i.size < batchBytes {
		return nil
	}
	return i.flush(ctx)
}

// flush reads and saves the batch.
func (i *importer) flush(ctx context.Context) error {
	batch := i.batch
	i.batch, i.size = nil, 0
	records := make([]*article.Record, len(batch))
	errs := make([]error, len(batch))
	err := inParallel(ctx, len(batch), func(n int) {
		if c := batch[n]; c.leads == "" {
			records[n], errs[n] = i.reader.read(c.page, c.site)
		}
	})
	if err != nil {
		return err
	}
	var visits []article.Visit
	for n, c := range batch {
		r, err := records[n], errs[n]
		switch {
		case c.leads != "":
			visits = append(visits, c.moved())
			continue
		case err != nil && !c.asked && (errors.Is(err, extract.ErrNotArticle) || errors.Is(err, extract.ErrNotHTML)),
			err == nil && !c.asked && c.site.Generic() && r.Published.IsZero():
			i.other++
			continue
		case err != nil:
			i.fail(c.name, err)
			continue
		}
		if c.warning != "" {
			i.say(c.name, c.warning)
		}
		if err := i.refresh(r.URL); err != nil {
			return err
		}
		visits = append(visits, c.visit(r))
	}
	if len(visits) == 0 {
		return nil
	}
	outcomes, err := i.archive.Import(visits...)
	for n, o := range outcomes {
		switch {
		case visits[n].Page == nil:
		case o == article.OutcomeNew:
			i.new++
		case o == article.OutcomeChanged:
			i.changed++
		case o == article.OutcomeUnchanged:
			i.unchanged++
		default:
			i.suppressed++
		}
	}
	return err
}

// visit is the candidate as the archive takes it, with its record.
func (c candidate) visit(r *article.Record) article.Visit {
	p := c.page
	a := article.Address{
		URL: p.URL, Site: r.Site, State: article.StateFetched, Card: p.Card, Found: p.Fetched, Checked: p.Fetched,
		ETag: p.Get("Etag"), Modified: p.Get("Last-Modified"),
	}
	if c.record != p.Address() {
		a.Record = c.record
	}
	return article.Visit{Address: a, Page: &p, Record: r}
}

// moved is a candidate that is no page but an address that leads to another.
func (c candidate) moved() article.Visit {
	return article.Visit{Address: article.Address{
		URL: c.page.URL, Site: c.site.ID, State: article.StateAlias, Record: c.leads, Found: c.page.Fetched, Checked: c.page.Fetched,
	}}
}

// refresh has today's reader read the revisions of a record that an older one
// made. Else what is read better would pass for a change of the page.
func (i *importer) refresh(url string) error {
	newest, err := i.archive.Record(url)
	if errors.Is(err, article.ErrNotFound) || err == nil && newest.Extraction.Version == extract.Version {
		return nil
	}
	if err != nil {
		return err
	}
	revisions, err := i.archive.Revisions(newest.ID)
	if err != nil {
		return err
	}
	for _, old := range revisions {
		page, err := i.archive.Page(old.ID, old.Revision)
		if err != nil {
			return err
		}
		r, err := i.reader.read(*page, nil)
		if err != nil {
			continue // it stays as it was read
		}
		if _, err := i.archive.Save(article.Visit{Address: article.Address{Record: old.URL}, Page: page, Record: r}); err != nil {
			return err
		}
	}
	return nil
}
