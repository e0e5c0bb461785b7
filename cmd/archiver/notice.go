package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"archiver/article"
	"archiver/health"
	"archiver/intact"
	"archiver/notify"
	"archiver/scraper"
	"archiver/store"

	"github.com/spf13/cobra"
)

// aboutNotices is the part of the help that tells of notices.
const aboutNotices = `NOTICES
--notify URL posts the run's report as JSON, --notify-exec CMD runs a command with
it on standard input, when something is wrong: a site refused (status 5) or has
changed its shape (6), pages failed (3), or the crawl itself did (1, or 2 for a
site profile or a file of rules). It is told once: again when the cause is another,
after a day, and when it is over. Failing pages that come and go are told once a
day. --notify-on new tells also when there are new releases, always tells of every
run. That another crawl holds the archive (4) is told once it has for a day.
The JSON is that of --report, with "notice": reason (trouble, well, new, done),
summary, message, host, archive, troubles and well. A command finds in its
environment ARCHIVER_STATUS, ARCHIVER_REASON, ARCHIVER_SUMMARY (one line),
ARCHIVER_MESSAGE (a text for a mail) and ARCHIVER_ARCHIVE, and has a minute. A POST
that fails is tried twice more; it follows no redirect. A notice that cannot be
delivered is said on standard error and tried again by the next run; the status is
that of the crawl, or 1 where that would be 0.`

// When something is told.
const (
	onProblems = "problems"
	onNew      = "new"
	onAlways   = "always"
)

func notifyFlags(cmd *cobra.Command, f *crawlFlags) {
	flags := cmd.Flags()
	flags.StringVar(&f.notify, "notify", "", "post the report to this `URL` when something is wrong (default: $ARCHIVER_NOTIFY)")
	flags.StringVar(&f.notifyExec, "notify-exec", "", "run this `CMD` by the shell when something is wrong, with the report on its standard input")
	flags.StringVar(&f.notifyOn, "notify-on", "", "what is told: problems, new releases too (new), or every run (always) (default: problems)")
	complete(cmd, "notify-on", []string{onProblems, onNew, onAlways})
}

// A notifier tells an operator of a run.
type notifier struct {
	on   string
	ways []way
}

// A way leads to the operator. By its name the archive remembers what it has told.
type way struct {
	name string
	send func(ctx context.Context, document []byte, env []string) error
}

// notifier makes the notifier that the flags describe, nil where nobody is to be
// told.
func (f *crawlFlags) notifier() (*notifier, error) {
	n := &notifier{on: cmp.Or(f.notifyOn, onProblems)}
	if known := []string{onProblems, onNew, onAlways}; !slices.Contains(known, n.on) {
		return nil, usagef("--notify-on %q is unknown%s", n.on, hint(n.on, known))
	}
	if address := cmp.Or(f.notify, os.Getenv("ARCHIVER_NOTIFY")); address != "" {
		u, err := notify.ParseURL(address)
		if err != nil {
			return nil, usagef("--notify, or $ARCHIVER_NOTIFY: %v", err)
		}
		post := &notify.Post{URL: u, Agent: scraper.UserAgent(versionString(), f.contactWords())}
		n.ways = append(n.ways, way{"post", func(ctx context.Context, document []byte, _ []string) error {
			return post.Send(ctx, document)
		}})
	}
	if f.notifyExec != "" {
		n.ways = append(n.ways, way{"exec", (&notify.Command{Line: f.notifyExec}).Send})
	}
	if len(n.ways) == 0 {
		if f.notifyOn != "" {
			return nil, usagef("--notify-on: nobody is to be told; name --notify or --notify-exec")
		}
		return nil, nil
	}
	return n, nil
}

// withoutSecrets is a command line as others may see it.
func withoutSecrets(args []string) string {
	args = slices.Clone(args)
	for i, arg := range args {
		name, _, joined := strings.Cut(arg, "=")
		switch {
		case name != "--notify" && name != "--notify-exec":
		case joined:
			args[i] = name + "=…"
		case i+1 < len(args):
			args[i+1] = "…"
		}
	}
	return strings.Join(args, " ")
}

// A notice is what is told besides the report.
type notice struct {
	Reason   string          `json:"reason"`  // trouble, well, new, done: the first of these that holds
	Summary  string          `json:"summary"` // one line
	Message  string          `json:"message"`
	Host     string          `json:"host"`
	Archive  string          `json:"archive"`
	Troubles []noticeTrouble `json:"troubles"` // all there are
	Well     []noticeWell    `json:"well"`     // what is well again
}

type noticeTrouble struct {
	Site string `json:"site"` // "" for the crawl itself
	health.Trouble
	New bool `json:"new"` // it is what this notice is for
}

type noticeWell struct {
	Site  string    `json:"site"`
	Since time.Time `json:"since"` // when its trouble was first told
}

// crawlItself is what a trouble is of that is no site's.
const crawlItself = ""

// longHeld is how long another crawl may hold the archive before that is a
// trouble: a long one is none, one that hangs is.
const longHeld = 24 * time.Hour

// weighed says what is wrong and what is well after a run.
func (c *crawlRun) weighed(result crawlResult) (troubles []noticeTrouble, well []string) {
	troubles = []noticeTrouble{}
	add := func(site string, t *health.Trouble) {
		troubles = append(troubles, noticeTrouble{Site: site, Trouble: *t})
	}
	var held *store.InUseError
	switch {
	case errors.As(c.err, &held):
		if !held.Since.IsZero() && time.Since(held.Since) > longHeld {
			add(crawlItself, &health.Trouble{Kind: health.KindFailed, Cause: result.Error})
		}
		return troubles, nil
	case result.Error != "":
		add(crawlItself, &health.Trouble{Kind: health.KindFailed, Cause: result.Error})
		if result.Stopped == "archive" {
			return troubles, nil
		}
	default:
		well = append(well, crawlItself)
	}
	for _, s := range result.Sites {
		// Of a run that did not get through a site, or asked for single pages of it, it
		// cannot be said that all is well.
		whole := slices.Contains(c.targets, s.Site) || slices.Contains(c.targets, "all")
		if t := s.Trouble(); t != nil {
			add(s.Site, t)
		} else if whole && s.Stopped == "" && !s.Started.IsZero() {
			well = append(well, s.Site)
		}
	}
	return troubles, well
}

// tell tells of a run by all ways, what each has not told yet.
func (a *app) tell(ctx context.Context, c *crawlRun, result crawlResult) error {
	troubles, well := c.weighed(result)
	var errs []error
	for _, w := range c.tell.ways {
		memories := a.memories(c, w.name)
		n := a.notice(result)
		n.Troubles = slices.Clone(troubles)
		var keep []func() error
		for _, m := range memories {
			news, next := m.weigh(troubles, well)
			for i := range n.Troubles {
				n.Troubles[i].New = n.Troubles[i].New || slices.Contains(news.Wrong, n.Troubles[i].Site)
			}
			for site, since := range news.Well {
				n.Well = append(n.Well, noticeWell{site, since})
			}
			if !news.Empty() {
				keep = append(keep, func() error { return m.keep(next) })
			}
		}
		slices.SortFunc(n.Well, func(a, b noticeWell) int { return cmp.Compare(a.Site, b.Site) })
		if n.Reason = c.tell.reason(n, result); n.Reason == "" {
			continue
		}
		n.word(result)
		result.Notice = n
		document, err := json.MarshalIndent(result, "", "  ")
		if err != nil {
			return err // unreachable: a report is plain data
		}
		if err := w.send(ctx, append(document, '\n'), n.env(result.Status)); err != nil {
			errs = append(errs, err)
			continue
		}
		for _, keep := range keep {
			if err := keep(); err != nil {
				fmt.Fprintf(a.stderr, "archiver: that a notice was delivered cannot be remembered, so it will be told again: %v\n", err)
			}
		}
	}
	return errors.Join(errs...)
}

// reason says why a notice is due, "" if it is not.
func (n *notifier) reason(x *notice, result crawlResult) string {
	switch {
	case slices.ContainsFunc(x.Troubles, func(t noticeTrouble) bool { return t.New }):
		return "trouble"
	case len(x.Well) > 0:
		return "well"
	case n.on != onProblems && result.Total.New > 0:
		return "new"
	case n.on == onAlways:
		return "done"
	}
	return ""
}

func (a *app) notice(result crawlResult) *notice {
	host, path := a.whereabouts()
	return &notice{Host: host, Archive: path, Well: []noticeWell{}}
}

// env is what a command finds in its environment.
func (n *notice) env(status int) []string {
	return []string{
		"ARCHIVER_STATUS=" + strconv.Itoa(status), "ARCHIVER_REASON=" + n.Reason,
		"ARCHIVER_SUMMARY=" + n.Summary, "ARCHIVER_MESSAGE=" + n.Message, "ARCHIVER_ARCHIVE=" + n.Archive,
	}
}

// How much is said in words: a mail's subject and its text. The report has all.
const (
	longestSummary = 150 // code points
	mostTroubles   = 30
	longestCause   = 300
)

// word says in words what the notice is for.
func (n *notice) word(result crawlResult) {
	var heads, lines []string
	line := func(format string, args ...any) { lines = append(lines, visible(fmt.Sprintf(format, args...))) }
	for i, t := range n.Troubles {
		if t.New {
			heads = append(heads, t.Kind.Of(t.Site))
		}
		switch {
		case i < mostTroubles:
			line("%s: %s%s", t.Kind.Of(t.Site), shorten(t.Cause, longestCause), t.rest(result))
		case i == mostTroubles:
			line("… and %d more", len(n.Troubles)-i)
		}
	}
	for _, w := range n.Well {
		heads = append(heads, nameOfTrouble(w.Site)+" is well again")
		line("%s is well again; its trouble was first told on %s", nameOfTrouble(w.Site), w.Since.In(article.London).Format("2 January 2006, 15:04"))
	}
	if len(heads) == 0 {
		heads = []string{result.Summary()}
	}
	if len(result.Sites) > 0 {
		line("This run: %s.", result.Summary())
	}
	line("Archive %s on %s; exit status %d.", n.Archive, n.Host, result.Status)
	n.Summary = shorten(visible(strings.Join(heads, "; ")), longestSummary)
	n.Message = strings.Join(lines, "\n")
}

// nameOfTrouble is what a trouble is of, in words.
func nameOfTrouble(site string) string {
	if site == crawlItself {
		return "the crawl"
	}
	return site
}

// rest says how many pages failed.
func (t noticeTrouble) rest(result crawlResult) string {
	if t.Kind != health.KindPages {
		return ""
	}
	for _, s := range result.Sites {
		if s.Site == t.Site {
			return fmt.Sprintf(" (%s in all, to be tried again)", counted(s.Failed+s.Refused, "address"))
		}
	}
	return ""
}

// A remembering is the memory of a way for a part of what can be wrong: of the
// sites in the archive, of the crawl itself, whose trouble may be the archive, in a
// file beside it.
type remembering struct {
	memory notify.Memory
	of     func(string) bool
	save   func(notify.Memory) error
}

func (m *remembering) weigh(troubles []noticeTrouble, well []string) (notify.News, notify.Memory) {
	var mine []notify.Trouble
	for _, t := range troubles {
		if m.of(t.Site) {
			mine = append(mine, notify.Trouble{Of: t.Site, Key: string(t.Kind) + ": " + health.Gist(t.Cause), Passing: t.Kind == health.KindPages})
		}
	}
	return m.memory.Weigh(time.Now(), mine, slices.DeleteFunc(slices.Clone(well), func(of string) bool { return !m.of(of) }))
}

func (m *remembering) keep(next notify.Memory) error { return m.save(next) }

// memories returns what a way has told. What cannot be read was not told: better
// twice than not at all.
func (a *app) memories(c *crawlRun, way string) []*remembering {
	crawl := &remembering{of: func(of string) bool { return of == crawlItself }}
	path := a.archivePath() + ".notified"
	told := map[string]notify.Memory{}
	if data, err := os.ReadFile(path); err == nil && json.Unmarshal(data, &told) == nil {
		crawl.memory = told[way]
	}
	crawl.save = func(next notify.Memory) error {
		told[way] = next
		if len(next.Told) == 0 {
			delete(told, way)
		}
		if len(told) == 0 {
			if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			return nil
		}
		data, err := json.Marshal(told)
		if err != nil {
			return err // unreachable: a memory is plain data
		}
		return intact.WriteFile(path, append(data, '\n'), 0o644)
	}
	if c.archive == nil {
		return []*remembering{crawl}
	}
	key := "notified/" + way
	sites := &remembering{of: func(of string) bool { return of != crawlItself }}
	if data, err := c.archive.State(key); err == nil && data != nil {
		_ = json.Unmarshal(data, &sites.memory)
	}
	sites.save = func(next notify.Memory) error {
		data, err := json.Marshal(next)
		if err != nil {
			return err // unreachable: a memory is plain data
		}
		return c.archive.SetState(key, data)
	}
	return []*remembering{crawl, sites}
}
