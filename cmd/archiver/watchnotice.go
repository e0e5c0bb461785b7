package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"archiver/article"
	"archiver/notify"
	"archiver/scraper"
	"archiver/search"
	"archiver/store"
	"archiver/watch"

	"golang.org/x/sync/errgroup"
)

// A crawl tells of what is new in the watches. What was told is a note of the
// archive, store.NoteWatches: a position for each watch and way of telling. It is set
// once a notice is delivered, so a crawl that is killed between tells twice, not never.

// watchesAtOnce is how many notices are on their way at a time: one that takes its
// minute keeps few others waiting.
const watchesAtOnce = 8

// A watchTeller tells of what is new in a watch by one way.
type watchTeller struct {
	*watch.Watch
	way way
}

// key is under what the position is kept.
func (t watchTeller) key() string { return t.Name + " " + t.way.name }

// A watchRound is the watches of a crawl that have somebody to tell.
type watchRound struct {
	app     *app
	archive *store.Store
	tellers []watchTeller

	mu        sync.Mutex
	positions map[string]watch.Position
}

// watchTellers reads the watches and makes the ways that they name.
func (a *app) watchTellers(f crawlFlags) ([]watchTeller, error) {
	watches, err := a.readWatches(f.watches)
	if err != nil {
		return nil, err
	}
	var list []watchTeller
	for _, w := range watches {
		if w.Notify != "" {
			u, err := notify.ParseURL(w.Notify)
			if err != nil {
				return nil, &usageError{err: fmt.Errorf("watch %s: notify: %w", w.Name, err), file: true}
			}
			post := &notify.Post{URL: u, Agent: scraper.UserAgent(versionString(), f.contactWords())}
			list = append(list, watchTeller{w, way{"post", func(ctx context.Context, document []byte, _ []string) error {
				return post.Send(ctx, document)
			}}})
		}
		if w.Exec != "" {
			list = append(list, watchTeller{w, way{"exec", (&notify.Command{Line: w.Exec}).Send}})
		}
	}
	return list, nil
}

// beginWatches gives each watch that the crawl sees first, or whose search is another
// now, the position from which it tells. It returns nil where nobody is to be told.
func (a *app) beginWatches(ctx context.Context, archive *store.Store, tellers []watchTeller) (*watchRound, error) {
	r := &watchRound{app: a, archive: archive, tellers: tellers, positions: map[string]watch.Position{}}
	data, err := archive.State(store.NoteWatches)
	if err != nil {
		return nil, err
	}
	if data != nil && json.Unmarshal(data, &r.positions) != nil {
		r.positions = map[string]watch.Position{} // they begin anew
	}
	before := maps.Clone(r.positions)
	maps.DeleteFunc(r.positions, func(key string, _ watch.Position) bool {
		return !slices.ContainsFunc(tellers, func(t watchTeller) bool { return t.key() == key })
	})
	if slices.ContainsFunc(tellers, func(t watchTeller) bool { return !r.positions[t.key()].Begun(t.Watch) }) {
		err = r.each(ctx, func(looked watched, t watchTeller) error {
			if r.positions[t.key()].Begun(t.Watch) {
				return nil
			}
			_, next, err := watch.Look(ctx, looked, t.Watch, r.positions[t.key()], time.Now())
			if err == nil {
				r.positions[t.key()] = next
			}
			return err
		})
	}
	if !reflect.DeepEqual(before, r.positions) {
		err = errors.Join(err, r.keep())
	}
	if len(tellers) == 0 {
		return nil, err
	}
	return r, err
}

// each looks at the archive for each teller, one after another.
func (r *watchRound) each(ctx context.Context, look func(watched, watchTeller) error) error {
	ix := search.Open(indexPath(r.archive.Path()), searchable{r.archive}) // without a word: it is cron that waits
	var errs []error
	for _, t := range r.tellers {
		if err := look(watched{r.archive, ix}, t); err != nil {
			errs = append(errs, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(append(errs, ix.Close())...)
}

// keep writes the positions down.
func (r *watchRound) keep() error {
	if len(r.positions) == 0 {
		return r.archive.SetState(store.NoteWatches, nil)
	}
	data, err := json.Marshal(r.positions)
	if err != nil {
		return err // unreachable: positions are plain data
	}
	return r.archive.SetState(store.NoteWatches, data)
}

// tell tells of what is new, each by its way. An error names all that was not told.
func (r *watchRound) tell(ctx context.Context) error {
	type parcel struct {
		watchTeller
		notice *watchNotice
		next   watch.Position
	}
	var parcels []parcel
	moved := false
	err := r.each(ctx, func(looked watched, t watchTeller) error {
		now := time.Now()
		was := r.positions[t.key()]
		news, next, err := watch.Look(ctx, looked, t.Watch, was, now)
		switch {
		case err != nil:
			return err
		case news.Total() > 0:
			parcels = append(parcels, parcel{t, r.app.watchNotice(t.Watch, news), next})
		case !was.Begun(t.Watch), len(next.Known) != len(was.Known), !maps.Equal(next.Told, was.Told), next.Since.Sub(was.Since) > 24*time.Hour:
			r.positions[t.key()] = next
			moved = true
		}
		return nil
	})
	if moved {
		err = errors.Join(err, r.keep())
	}
	var g errgroup.Group
	g.SetLimit(watchesAtOnce)
	failed := make([]error, len(parcels))
	for i, p := range parcels {
		g.Go(func() error {
			failed[i] = r.deliver(ctx, p.watchTeller, p.notice, p.next)
			return nil
		})
	}
	_ = g.Wait() // which of several errors comes first is not for chance to say
	return errors.Join(append(failed, err)...)
}

func (r *watchRound) deliver(ctx context.Context, t watchTeller, n *watchNotice, next watch.Position) error {
	document, err := json.MarshalIndent(n, "", "  ")
	if err != nil {
		return err // unreachable: a notice is plain data
	}
	if err := t.way.send(ctx, append(document, '\n'), n.env()); err != nil {
		return fmt.Errorf("watch %s: a notice was not delivered, the next crawl will try again: %w", t.Name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.positions[t.key()] = next
	if err := r.keep(); err != nil {
		return fmt.Errorf("watch %s: that a notice was delivered cannot be remembered, so it will be told again: %w", t.Name, err)
	}
	return nil
}

// A watchNotice is what is told of a watch.
type watchNotice struct {
	Watch   string       `json:"watch"`
	Search  string       `json:"search"`
	Summary string       `json:"summary"` // one line
	Message string       `json:"message"`
	Host    string       `json:"host"`
	Archive string       `json:"archive"`
	New     int          `json:"new"` // how many in all
	Changed int          `json:"changed"`
	Removed int          `json:"removed"`
	Matches []watchMatch `json:"matches"` // the newest first, not all of many
}

// A watchMatch is something that happened to a release.
type watchMatch struct {
	What      watch.What     `json:"what"`
	At        article.Time   `json:"at"`
	ID        string         `json:"id"`
	URL       string         `json:"url"`
	Site      string         `json:"site"`
	Force     string         `json:"force"`
	Title     string         `json:"title"`
	Lead      string         `json:"lead"`
	Published article.Time   `json:"published,omitzero"`
	Kind      article.Kind   `json:"kind"`
	Topics    []string       `json:"topics"`
	Status    article.Status `json:"status"`
	Revision  int            `json:"revision"`
	Reason    string         `json:"reason,omitempty"`
}

func matchOf(e watch.Entry) watchMatch {
	r := e.Record
	m := watchMatch{
		What: e.What, At: article.At(e.At), ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Title: r.Title, Lead: r.Lead,
		Published: r.Published, Kind: r.Kind, Topics: []string{}, Status: r.Status, Revision: r.Revision, Reason: e.Reason,
	}
	for _, t := range r.Topics {
		m.Topics = append(m.Topics, t.ID)
	}
	return m
}

// mostMatches is how many are told in words; the JSON has more.
const mostMatches = 20

func (a *app) watchNotice(w *watch.Watch, news watch.News) *watchNotice {
	n := &watchNotice{
		Watch: w.Name, Search: w.String(), New: news.Counts[watch.New], Changed: news.Counts[watch.Changed], Removed: news.Counts[watch.Removed],
		Matches: []watchMatch{},
	}
	n.Host, n.Archive = a.whereabouts()
	var counts, lines []string
	for _, what := range []watch.What{watch.New, watch.Changed, watch.Removed} {
		if c := news.Counts[what]; c > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", c, what))
		}
	}
	summary := w.Name + ": " + strings.Join(counts, ", ")
	for i, e := range news.Entries {
		n.Matches = append(n.Matches, matchOf(e))
		if i < mostMatches {
			lines = append(lines, inWords(e))
		}
	}
	if news.Total() == 1 {
		summary += ": " + n.Matches[0].Title
	}
	if more := news.Total() - min(len(news.Entries), mostMatches); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more", more))
	}
	lines = append(lines, visible(fmt.Sprintf("Search: %s\nArchive %s on %s.", shorten(n.Search, longestCause), n.Archive, n.Host)))
	n.Summary = shorten(visible(summary), longestSummary)
	n.Message = strings.Join(lines, "\n\n")
	return n
}

// inWords is what has happened to a release, in two lines.
func inWords(e watch.Entry) string {
	r := e.Record
	head := map[watch.What]string{watch.New: "New", watch.Changed: "Changed", watch.Removed: "Taken down"}[e.What]
	line := head + ": " + shorten(r.Title, longestCause) + " (" + nameOfForce(r) + ", " + date(r.Published) + ")"
	if e.Reason != "" {
		line += ": " + shorten(e.Reason, longestCause)
	}
	return visible(line) + "\n" + visible(strings.Join(strings.Fields(r.URL), ""))
}

func nameOfForce(r *article.Record) string {
	if r.Force == "" {
		return r.Site
	}
	return shorten(r.Force, longestCause)
}

// env is what a command finds in its environment.
func (n *watchNotice) env() []string {
	return []string{
		"ARCHIVER_WATCH=" + n.Watch, "ARCHIVER_REASON=watch", "ARCHIVER_SUMMARY=" + n.Summary,
		"ARCHIVER_MESSAGE=" + n.Message, "ARCHIVER_ARCHIVE=" + n.Archive,
	}
}

// whereabouts are the names of this computer and of the archive's file.
func (a *app) whereabouts() (host, path string) {
	host, err := os.Hostname()
	if err != nil {
		host = "this computer"
	}
	if path, err = filepath.Abs(a.archivePath()); err != nil {
		path = a.archivePath()
	}
	return host, path
}
