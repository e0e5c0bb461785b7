package main

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"golang.org/x/sync/errgroup"
)

// A pageReader reads pages that are kept, whatever they are kept as.
type pageReader struct {
	extract.Extractor
	sites *sites.Set
}

// read makes a record of a page of a site, or of the site that its address
// belongs to. A record that it returns is one that the archive accepts.
func (r pageReader) read(p article.Page, site *sites.Site) (record *article.Record, err error) {
	defer func() {
		if p := recover(); p != nil {
			record, err = nil, fmt.Errorf("the reader has failed: %v", p)
		}
	}()
	if site == nil {
		if site, err = siteOf(r.sites, p.Address()); err != nil {
			return nil, err
		}
	}
	if isDocument(p) {
		record, err = r.readDocument(p, site)
	} else {
		record, err = r.Extract(p, site)
	}
	if err != nil {
		return nil, err
	}
	if len(p.Header) == 0 { // a saved page, whose address may be doubtful
		if address, _, warning := extract.Source(p.Body); warning != "" && address == p.URL {
			record.Extraction.Warnings = append(record.Extraction.Warnings, warning)
		}
	}
	if err := record.Validate(); err != nil {
		return nil, fmt.Errorf("the reader has made a bad record: %w", err)
	}
	return record, nil
}

// rereader reads pages of the archive as a crawl with these profiles and rules
// reads those of the web. They are loaded when the first page is read: most crawls
// read none.
func (a *app) rereader(profiles, rules string) func(article.Page) (*article.Record, error) {
	load := sync.OnceValues(func() (pageReader, error) { return a.pageReader(profiles, rules) })
	return func(p article.Page) (*article.Record, error) {
		reader, err := load()
		if err != nil {
			return nil, err
		}
		return reader.read(p, nil)
	}
}

// Pages are read a batch at a time, so that all processors work, memory is flat
// and the archive is written to seldom and briefly.
const (
	batchPages = 64
	batchBytes = 16 << 20
)

// inParallel calls fn for 0 to n-1.
func inParallel(ctx context.Context, n int, fn func(i int)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if ctx.Err() == nil {
				fn(i)
			}
			return ctx.Err()
		})
	}
	return g.Wait()
}
