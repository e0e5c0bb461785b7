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
	"archiver/intact"
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
			err = writeWatchFeed(cmd.Context(), &feed, watched{archive, ix}, w, kind, newest)
			if err := errors.Join(err, end()); err != nil {
				return err
			}
			if output == "-" {
				_, err := a.stdout.Write(feed.Bytes())
				return wrote(err)
			}
			return wrote(intact.WriteFile(output, feed.Bytes(), 0o644))
		},
		ValidArgsFunction: a.completeWatches(&file),
	}
	f := cmd.Flags()
	f.StringVar(&kind, "feed", "atom", "the `KIND` of feed, one of "+listed(export.Feeds()))
	f.StringVarP(&output, "output", "o", "-", "`PATH` of a file; - is standard output")
	f.IntVar(&newest, "newest", feedSize, "the `N` newest entries")
	complete(cmd, "feed", export.Feeds())
	watchesFlag(cmd, &file)
	return cmd
}

// writeWatchFeed writes the n newest entries of a watch as a feed.
func writeWatchFeed(ctx context.Context, to io.Writer, archive watch.Archive, w *watch.Watch, form string, n int) error {
	entries, err := watch.Feed(ctx, archive, w, n, time.Now())
	if err != nil {
		return err
	}
	slices.Reverse(entries) // a feed is given the oldest first
	next := 0
	_, err = export.Write(to, "rss", func(yield func(*article.Record, error) bool) {
		for _, e := range entries {
			if !yield(e.Record, nil) {
				return
			}
		}
	}, export.Options{
		Feed: form, Title: "Watch " + w.Name,
		Entry: func(*article.Record) export.FeedEntry {
			next++
			return feedEntryOf(entries[next-1])
		},
	})
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
