package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"archiver/health"
	"archiver/scraper"
	"archiver/scraper/sites"
	"archiver/store"
)

// learnShapes notes in the archive what the pages of the targets always have, by
// their records, where no crawl has noted it: in an archive that an earlier version
// made, and after the pages were read again.
func learnShapes(ctx context.Context, archive *store.Store, known *sites.Set, targets []string) error {
	if slices.Contains(targets, "all") {
		targets = known.IDs()
	}
	for _, site := range targets {
		if known.ByID(site) == nil {
			continue
		}
		if note, err := archive.State(scraper.ShapeKey(site)); err != nil || note != nil {
			if err != nil {
				return err
			}
			continue
		}
		note, err := shapeOf(ctx, archive, site)
		if err != nil {
			return err
		}
		if len(note.Pages.Base) == 0 {
			continue
		}
		data, err := json.Marshal(note)
		if err != nil {
			return err // unreachable: the note is plain data
		}
		if err := archive.SetState(scraper.ShapeKey(site), data); err != nil {
			return err
		}
	}
	return nil
}

// shapeOf learns what the pages of a site have by its records.
func shapeOf(ctx context.Context, archive *store.Store, site string) (*scraper.ShapeNote, error) {
	var note scraper.ShapeNote
	for r, err := range archive.Records(store.Range{Site: site}) { // with its id, which an outline has not
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if r.Capture.Status != 0 { // a document of the reference corpus is no page
			note.Pages.Add(r.ID, health.Of(r)&health.Watched)
		}
	}
	note.Settle(time.Now())
	return &note, nil
}

// forgetShapes has what pages have learned anew: they were read again.
func forgetShapes(archive *store.Store) error {
	counts, err := archive.Counts()
	if err != nil {
		return err
	}
	notes := map[string][]byte{}
	for _, c := range counts {
		notes[scraper.ShapeKey(c.Site)] = nil
	}
	return archive.SetStates(notes)
}
