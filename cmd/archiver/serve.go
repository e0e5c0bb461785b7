package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

	"archiver/copies"
	"archiver/health"
	"archiver/search"
	"archiver/web"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"
)

func (a *app) serve() *cobra.Command {
	var (
		listen, auth, watches string
		hosts                 []string
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the archive in a browser, read only",
		Long: `Serve shows the archive in a browser until it is stopped: the releases with filters
and a search, what was said, what changed and what was taken down, statistics, the
health of each source, your watches, feeds of any filter, and the same as JSON under
/api/. Nothing can be changed there. A crawl can run meanwhile, and its releases appear
by themselves.

It answers on this machine alone unless --listen says otherwise. Elsewhere use --auth,
and put something that speaks HTTPS before it: without that the password can be read
on the way. A browser that asks for another name than localhost, the address that
--listen names, or one of --host is refused, so that no page elsewhere can read the
archive through it.

Feeds, and the search that a browser can add to its address bar, have to name the
archive's whole address. Behind something that speaks HTTPS say it with
--host https://archive.example.org, and have the Host header passed on. No header such
as X-Forwarded-Proto is believed: anybody can send one.

Beside the archive it keeps what it finds out: ARCHIVE.search and ARCHIVE.copies. Both
can be deleted at any time; until the first of them is made again the pages show the
newest releases, and searches wait. While a crawl writes to a large archive, what
it brings is shown some seconds later. /healthz says whether the archive can be read
and how far the index is, /metrics has figures for Prometheus.`,
		Example: `  archiver serve
  archiver serve --listen 127.0.0.1:9000
  ARCHIVER_AUTH=newsroom:… archiver serve --host https://archive.example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.runServe(cmd.Context(), listen, hosts, auth, watches)
		},
	}
	f := cmd.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:8080", "the `ADDRESS` to answer on; port 0 is any that is free")
	f.StringArrayVar(&hosts, "host", nil, "also answer to this `NAME`; https://NAME where that is the address that readers know (repeatable)")
	f.StringVar(&auth, "auth", "", "ask for `USER:PASSWORD` (default: $ARCHIVER_AUTH; a command line can be seen by others on the machine)")
	watchesFlag(cmd, &watches)
	return cmd
}

// runServe answers until ctx ends.
func (a *app) runServe(ctx context.Context, listen string, hosts []string, auth, watches string) error {
	options, err := serveOptions(listen, hosts, auth)
	if err != nil {
		return err
	}
	archive, err := a.open()
	if err != nil {
		return err
	}
	set, err := a.profiles("")
	if err != nil {
		return err
	}
	index := search.Open(indexPath(archive.Path()), searchable{archive})
	defer index.Close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w; --listen names another address", listen, err)
	}
	log := slog.New(tint.NewTextHandler(a.stderr, &tint.Options{Level: slog.LevelWarn, NoColor: !coloured(a.stderr)}))
	config := web.Config{
		Archive: searchable{archive}, Index: index, Kin: compared{archive}, Forces: map[string]string{}, Version: versionString(), Log: log,
		Copies: func(ctx context.Context) (*copies.Index, error) {
			index := copies.Open(copiesFile(archive))
			return index, index.Update(ctx, compared{archive}, nil)
		},
		Sources: func(ctx context.Context) ([]web.Source, error) { return a.sources(ctx) },
	}
	config.Watches = a.webWatches(archive, index, watches)
	if _, err := config.Watches(); err != nil {
		return err
	}
	for _, site := range set.All() {
		config.Forces[site.ID] = nameOf(site)
	}
	fmt.Fprintf(a.stderr, "archiver: %s is shown at http://%s/ until this is stopped (Ctrl-C)\n", archive.Path(), listener.Addr())
	if !exists(indexPath(archive.Path())) {
		fmt.Fprintln(a.stderr, "archiver: the search index is being made; searches wait for it")
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok && !address.IP.IsLoopback() {
		if options.Password == "" {
			fmt.Fprintln(a.stderr, "archiver: everybody who reaches this address can read the archive; --auth USER:PASSWORD asks for a password")
		} else {
			fmt.Fprintln(a.stderr, "archiver: the password can be read on the way unless something that speaks HTTPS stands before this address")
		}
	}
	return web.Serve(ctx, listener, web.Guard(web.New(ctx, config), options), log)
}

// serveOptions reads the flags that say to whom the server answers.
func serveOptions(listen string, hosts []string, auth string) (web.Options, error) {
	options := web.Options{Hosts: hosts}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return options, usagef("--listen %q is no address; write it like 127.0.0.1:8080", listen)
	}
	if host != "" {
		options.Hosts = append(options.Hosts, host)
	}
	for _, name := range hosts {
		scheme, rest, whole := strings.Cut(name, "://")
		if whole {
			u, err := url.Parse(name)
			whole = err == nil && (scheme == "http" || scheme == "https") && u.Host == rest && u.Hostname() != ""
		}
		if !whole && (name == "" || strings.ContainsAny(name, "/: ")) {
			return options, usagef("--host %q is no name; write archive.example.org, or https://archive.example.org where that is what readers type", name)
		}
	}
	source := "--auth"
	if auth == "" {
		auth, source = os.Getenv("ARCHIVER_AUTH"), "$ARCHIVER_AUTH"
	}
	if auth != "" {
		var ok bool
		options.User, options.Password, ok = strings.Cut(auth, ":")
		if !ok || options.User == "" || options.Password == "" {
			return options, usagef("%s is a name and a password with a colon between: USER:PASSWORD", source)
		}
	}
	return options, nil
}

var _ web.Archive = searchable{}

// sourceParts are the parts whose coverage the page of sites shows.
var sourceParts = []health.Fields{health.Dateline, health.Lead, health.Body, health.Quotes}

// sources tells the health of each source as the page shows it.
func (a *app) sources(ctx context.Context) ([]web.Source, error) {
	list, err := a.statuses(ctx, "", nil)
	if err != nil {
		return nil, err
	}
	sources := make([]web.Source, len(list))
	for i := range list {
		s := &list[i]
		sources[i] = web.Source{
			Site: s.Site, Force: s.Force, LastRun: s.lastAt(), Ended: s.ended(), LastNew: s.LastNew, Published: s.Published, Records: s.records(),
			Removed: s.records() - s.Records["live"], Waiting: s.waiting(), Trouble: append([]string{}, s.troubles()...), Coverage: []web.Coverage{},
		}
		if s.Lag != nil {
			sources[i].Lag = s.lag()
		}
		for _, part := range sourceParts {
			c := s.Coverage[part.Name()]
			sources[i].Coverage = append(sources[i].Coverage, web.Coverage{Part: part.Name(), Share: c.Share, Recent: c.Recent})
		}
	}
	return sources, nil
}
