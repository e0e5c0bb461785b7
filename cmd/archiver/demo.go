package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"archiver/article"
	"archiver/demo"
	"archiver/export"
	"archiver/scraper"
	"archiver/store"

	"github.com/spf13/cobra"
)

func (a *app) demo() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Crawl a small site that the program carries, and show the result",
		Long: `Demo serves the site of an invented police force on a loopback address, crawls
it as it would a real one, and shows what came of it: the whole job, with no
network. What it makes stays in a folder that it names at the end.`,
		Example: `  archiver demo
  archiver demo --dir /tmp/demo`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.archive != "" {
				return usagef("--archive: the demo has an archive of its own, in the folder that --dir names")
			}
			return a.runDemo(cmd.Context(), dir)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder `DIR` for what the demo makes (default: a new temporary one)")
	return cmd
}

// runDemo serves the demo site, crawls it and shows the result.
func (a *app) runDemo(ctx context.Context, dir string) error {
	dir, err := demoFolder(dir)
	if err != nil {
		return err
	}
	base, stop, err := serveDemo()
	if err != nil {
		return err
	}
	defer stop()
	profiles := filepath.Join(dir, "sites")
	if err := writeDemoProfile(profiles, base); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "1. %s is served at %s, with %d invented releases.\n", demo.Force, base, len(demo.Releases()))

	archive, report, err := a.crawlDemo(ctx, filepath.Join(dir, "archive.db"), profiles)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "2. Crawled: %s.\n   %d requests, one at a time; robots.txt first.\n", report.Summary(), report.Total.Requests)
	if status := report.Status(); status != statusDone {
		a.troubles(report)
		return &partialError{status: status}
	}

	fmt.Fprintf(a.stdout, "3. The archive holds, among others:\n\n")
	if err := a.table(newestOf(archive, 8)); err != nil {
		return err
	}
	shown, err := archive.Record(base + showcase)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\n4. One of them, as 'archiver show %s' prints it:\n\n", shown.ID[:8])
	if err := a.print(shown); err != nil {
		return err
	}
	fmt.Fprint(a.stdout, "\n5. The same as Markdown:\n\n")
	one := func(yield func(*article.Record, error) bool) { yield(shown, nil) }
	if _, err := export.Write(a.stdout, "markdown", one, export.Options{}); err != nil {
		return err
	}
	out := filepath.Join(dir, "releases")
	n, err := export.To(ctx, out, a.stdout, "markdown", archive.Records(store.Range{}), export.Options{})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\n6. All %d lie in %s as Markdown,\n   and in the archive %s.\n   Look around: archiver list --archive %s\n",
		n, out, archive.Path(), archive.Path())
	return nil
}

// showcase is the path of the release that the demo shows.
const showcase = "/news/mereshire/news/articles/2024/8/couple-lose-9200-to-callers-posing-as-detectives/"

func demoFolder(dir string) (string, error) {
	if dir == "" {
		dir, err := os.MkdirTemp("", "archiver-demo-")
		if err != nil {
			return "", fmt.Errorf("make a folder for the demo: %w", err)
		}
		return dir, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a folder for the demo: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "archive.db")); err == nil {
		return "", usagef("--dir %s: holds an archive already; name another folder", dir)
	}
	return dir, nil
}

// serveDemo serves the demo site on a free port of the loopback address.
func serveDemo() (base string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serve the demo site: %w", err)
	}
	server := &http.Server{Handler: new(demo.Site).Handler()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintf(os.Stderr, "archiver: serve the demo site: %v\n", err)
		}
	}()
	return "http://" + listener.Addr().String(), func() {
		server.Close()
		<-done
	}, nil
}

// writeDemoProfile writes the site's profile as an operator would.
func writeDemoProfile(dir, base string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write the demo's site profile: %w", err)
	}
	profile := fmt.Sprintf("id: %s\nextends: soh\nforce: %s\narea: %s\nbase: %s\nslug: %s\n",
		demo.ID, demo.Force, demo.Area, base, demo.Slug)
	if err := os.WriteFile(filepath.Join(dir, demo.ID+".yaml"), []byte(profile), 0o644); err != nil {
		return fmt.Errorf("write the demo's site profile: %w", err)
	}
	return nil
}

// crawlDemo crawls the demo site with the real crawler.
func (a *app) crawlDemo(ctx context.Context, path, profiles string) (*store.Store, *scraper.Report, error) {
	s, err := a.scraper(crawlFlags{full: true, sites: profiles, timeout: defaultTimeout})
	if err != nil {
		return nil, nil, err
	}
	archive, err := glancing(store.Create(path))
	if err != nil {
		return nil, nil, err
	}
	s.Archive = archive
	report, err := s.Crawl(ctx, demo.ID)
	if err != nil {
		return nil, nil, err
	}
	return archive, report, nil
}

// newestOf returns the n newest records, oldest first.
func newestOf(archive *store.Store, n int) func(func(*article.Record, error) bool) {
	return func(yield func(*article.Record, error) bool) {
		var last []*article.Record
		for r, err := range archive.Records(store.Range{}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if last = append(last, r); len(last) > n {
				last = last[1:]
			}
		}
		for _, r := range last {
			if !yield(r, nil) {
				return
			}
		}
	}
}
