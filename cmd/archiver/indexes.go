package main

import (
	"context"
	"fmt"
	"os"

	"archiver/copies"
	"archiver/store"
)

// refreshIndexes brings the indexes that lie beside an archive up to date after a
// crawl, so that readers need not wait. Those that nobody has asked for yet are not
// made. It is no failure of the crawl if that does not succeed: readers try again.
func (a *app) refreshIndexes(ctx context.Context, archive *store.Store) {
	if ctx.Err() != nil {
		return // whoever has interrupted the crawl does not want to wait
	}
	if name := copiesFile(archive); exists(name) {
		if err := copies.Open(name).Update(ctx, compared{archive}, nil); err != nil && ctx.Err() == nil {
			fmt.Fprintf(a.stderr, "archiver: the index %s is not up to date (the next reader sees to it): %v\n", name, err)
		}
	}
	if err := a.reindex(ctx, archive); err != nil && ctx.Err() == nil {
		fmt.Fprintf(a.stderr, "archiver: %v\n", err)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
