package main

import (
	"context"
	"errors"
	"fmt"

	"archiver/article"
	"archiver/scraper"
	"archiver/scraper/sites"
)

// fetched is one page of the web and what the reader made of it.
type fetched struct {
	page   article.Page
	record *article.Record
	err    error // of the reader
}

// fetch asks for one page with the manners of a crawl and reads it, without an
// archive. The error says why no page came.
func (a *app) fetch(ctx context.Context, f crawlFlags, address string) (*fetched, error) {
	if err := webAddress(address); err != nil {
		return nil, err
	}
	s, err := a.scraper(f)
	if err != nil {
		return nil, err
	}
	var got *fetched
	s.Archive = emptyArchive{}
	read := s.Read
	s.Read = func(p article.Page, site *sites.Site) (*article.Record, error) {
		record, err := read(p, site)
		got = &fetched{page: p, record: record, err: err}
		return record, err
	}
	report, err := s.Crawl(ctx, address)
	if err != nil {
		return nil, err
	}
	if got != nil {
		return got, nil
	}
	return nil, errors.New(why(report, address))
}

// why says, from the report of a single address, why no page came.
func why(report *scraper.Report, address string) string {
	for _, s := range report.Sites {
		switch {
		case s.Blocked != "":
			return fmt.Sprintf("%s: the site refused us: %s", address, s.Blocked)
		case len(s.Notes) > 0:
			return fmt.Sprintf("%s: %s", s.Notes[0].URL, s.Notes[0].Cause)
		case len(s.Failures) > 0:
			return fmt.Sprintf("%s: %s", s.Failures[0].URL, s.Failures[0].Cause)
		}
	}
	return fmt.Sprintf("%s: no page came", address)
}
