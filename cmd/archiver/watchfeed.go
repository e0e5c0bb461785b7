package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"archiver/article"
	"archiver/export"
	"archiver/watch"

	"github.com/spf13/cobra"
)

// feedSize is how many entries the feed of a watch has that does not say.
const feedSize = 50

func (a *app) watchFeed() *cobra.Command {
	var (
		file, kind, output string
		newest             int
	)
	cmd := &cobra.Command{
		Use:   "feed NAME",
		Short: "Write the feed of a saved search to a file",
		Long: `Feed writes what is new in a saved search as Atom, RSS or JSON Feed, the newest
first: each release that matches and, if the watch tells of them, each revision and
removal as an entry of its own. After a crawl it makes a file that a web server can
hand out.`,
		Example: `  archiver watch feed courier-fraud --output /srv/www/courier-fraud.atom
  archiver watch feed courier-fraud --feed json --newest 20`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := export.Options{Feed: kind}
			if err := opts.Check("rss"); err != nil {
				return err
			}
			if newest < 1 {
				return usagef("--newest %d: must be at least 1", newest)
			}
			w, err := a.watchNamed(file, args[0])
			if err != nil {
				return err
			}
			archive, err := a.open()
			if err != nil {
				return err
			}
			ix, end := a.index(archive)
			var feed bytes.Buffer
			err = writeWatchFeed(cmd.Context(), &feed, watched{archive, ix}, w, newest, export.Options{Feed: kind})
			if err := errors.Join(err, end()); err != nil {
				return err
			}
			return a.output(output, feed.Bytes())
		},
		ValidArgsFunction: a.completeWatches(&file),
	}
	f := cmd.Flags()
	choose(cmd, &kind, "feed", "the `KIND` of feed: ", export.Feeds(), "atom")
	f.StringVarP(&output, "output", "o", "-", "`PATH` of a file; - is standard output")
	f.IntVar(&newest, "newest", feedSize, "the `N` newest entries")
	watchesFlag(cmd, &file)
	return cmd
}

// writeWatchFeed writes the n newest entries of a watch as a feed.
func writeWatchFeed(ctx context.Context, to io.Writer, archive watch.Archive, w *watch.Watch, n int, o export.Options) error {
	entries, err := watch.Feed(ctx, archive, w, n, time.Now())
	if err != nil {
		return err
	}
	slices.Reverse(entries) // a feed is given the oldest first
	next := 0
	o.Title = "Watch " + w.Name
	o.Entry = func(*article.Record) export.FeedEntry {
		next++
		return feedEntryOf(entries[next-1])
	}
	_, err = export.Write(to, "rss", func(yield func(*article.Record, error) bool) {
		for _, e := range entries {
			if !yield(e.Record, nil) {
				return
			}
		}
	}, o)
	return err
}

// feedEntryOf is what an entry of a watch's feed tells.
func feedEntryOf(e watch.Entry) export.FeedEntry {
	switch e.What {
	case watch.Changed:
		return export.FeedEntry{Label: "Changed", Key: fmt.Sprint("revision-", e.Record.Revision), At: e.At}
	case watch.Removed:
		return export.FeedEntry{Label: "Taken down", Key: "removed-" + e.At.UTC().Format("20060102T150405Z"), At: e.At}
	}
	return export.FeedEntry{}
}
