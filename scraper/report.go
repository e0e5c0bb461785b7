package scraper

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"archiver/article"
)

// A Report says what a run did. Its JSON form is read by programs: fields are
// added, never renamed.
type Report struct {
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// Stopped says why the run ended before its work was done: "max-time",
	// "limit", "interrupted" or "archive"; "" if it did not.
	Stopped string       `json:"stopped,omitempty"`
	Total   Counts       `json:"total"` // of all sites
	Sites   []SiteReport `json:"sites"` // in the order of the targets
	// Planned are the articles that would be asked for, in a run that only plans.
	Planned []article.Card `json:"planned,omitempty"`
}

// A SiteReport says what a run did with one site.
type SiteReport struct {
	Site     string    `json:"site"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	// Stopped says why the crawl of this site ended before its work was done, as
	// that of a Report does. A site that was not begun has no Started.
	Stopped string `json:"stopped,omitempty"`
	Counts
	// Blocked says in words how the site refused us, Shape how it changed its
	// shape; "" if it did not. Either keeps its records from being marked missing.
	Blocked string `json:"blocked,omitempty"`
	Shape   string `json:"shape,omitempty"`
	// Failures are the addresses that failed, at most a thousand.
	Failures []Failure `json:"failures"`
	// Causes counts all failures and refusals by their causes, see [health.Gist].
	Causes map[string]int `json:"causes"`
	// Notes say of addresses that were named by hand why they gave no record, where
	// that is no failure: there is no such page, it is no article, robots.txt
	// forbids it, it is suppressed.
	Notes []Failure `json:"notes"`
}

// A Failure is an address that failed in this run and will be tried again.
type Failure struct {
	URL   string `json:"url"`
	Cause string `json:"cause"`
	Tries int    `json:"tries"` // in this run
}

// Counts are those of a site or of a run. New, Changed and Unchanged are records;
// all others are addresses.
type Counts struct {
	Found      int   `json:"found"`       // articles that listings, feeds and sitemaps showed
	Fetched    int   `json:"fetched"`     // asked for, and a page came
	New        int   `json:"new"`         // records
	Changed    int   `json:"changed"`     // records with a further revision
	Unchanged  int   `json:"unchanged"`   // records seen again, the same
	Missing    int   `json:"missing"`     // not found at this check
	Gone       int   `json:"gone"`        // not found for long enough to say so
	NotArticle int   `json:"not_article"` // a page, but no release
	Forbidden  int   `json:"forbidden"`   // left out because robots.txt says so
	Refused    int   `json:"refused"`     // the site refused this address
	Failed     int   `json:"failed"`      // will be tried again
	Skipped    int   `json:"skipped"`     // known and not due, or outside the dates
	Requests   int64 `json:"requests"`    // of any kind, redirects and robots.txt counted
	Bytes      int64 `json:"bytes"`       // of bodies, decompressed
}

func (c *Counts) add(d Counts) {
	c.Found += d.Found
	c.Fetched += d.Fetched
	c.New += d.New
	c.Changed += d.Changed
	c.Unchanged += d.Unchanged
	c.Missing += d.Missing
	c.Gone += d.Gone
	c.NotArticle += d.NotArticle
	c.Forbidden += d.Forbidden
	c.Refused += d.Refused
	c.Failed += d.Failed
	c.Skipped += d.Skipped
	c.Requests += d.Requests
	c.Bytes += d.Bytes
}

// maxFailures bounds the failures that a report names; all are counted.
const maxFailures = 1000

// The exit statuses that a report can lead to.
const (
	StatusDone    = 0 // also when nothing was new
	StatusFailed  = 3 // some pages failed and will be tried again
	StatusBlocked = 5 // a site refused
	StatusShape   = 6 // a site has changed its shape
)

// Status returns the exit status of a run: of several, the first of 6, 5, 3.
func (r *Report) Status() int {
	status := StatusDone
	for _, s := range r.Sites {
		switch {
		case s.Shape != "":
			status = max(status, StatusShape)
		case s.Blocked != "":
			status = max(status, StatusBlocked)
		case s.Failed+s.Refused > 0:
			status = max(status, StatusFailed)
		}
	}
	return status
}

// Summary returns the counts of a run as one line for people, such as
// "cheshire: 12 new, 3 changed, 40 unchanged, 1 failed".
func (r *Report) Summary() string {
	name := fmt.Sprintf("%d sites", len(r.Sites))
	if len(r.Sites) <= 3 {
		ids := make([]string, len(r.Sites))
		for i, s := range r.Sites {
			ids[i] = s.Site
		}
		name = strings.Join(ids, ", ")
	}
	line := name + ": " + r.Total.Words()
	if r.Stopped != "" {
		line += " (stopped: " + r.Stopped + ")"
	}
	return line
}

// Summary returns the counts of one site as one line for people.
func (s *SiteReport) Summary() string {
	line := s.Site + ": " + s.Counts.Words()
	if why := cmp.Or(s.Shape, s.Blocked); why != "" {
		line += " (" + why + ")"
	}
	return line
}

// Words returns the counts that are not zero, or "nothing new".
func (c Counts) Words() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{c.New, "new"}, {c.Changed, "changed"}, {c.Unchanged, "unchanged"},
		{c.Missing, "missing"}, {c.Gone, "gone"}, {c.NotArticle, "not articles"},
		{c.Forbidden, "forbidden by robots.txt"}, {c.Refused, "refused"}, {c.Failed, "failed"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if parts == nil {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

// An Event tells how far a site's crawl has come.
type Event struct {
	Site  string
	Phase Phase
	Found int    // articles that were met
	Total int    // articles to be asked for, as far as is known
	Done  int    // of them
	URL   string // what is asked for now; "" at the end
}

// Phase is what the crawl of a site is busy with.
type Phase string

// The phases of a site's crawl. Listings and articles alternate.
const (
	PhaseRobots   Phase = "robots"
	PhaseListings Phase = "listings"
	PhaseArticles Phase = "articles"
	PhaseDone     Phase = "done"
)

// finish sums up the sites.
func (r *Report) finish(sites []*siteRun) {
	r.Finished = time.Now()
	for _, s := range sites {
		report := s.summed()
		r.Sites = append(r.Sites, report)
		r.Total.add(report.Counts)
		r.Planned = append(r.Planned, s.planned...)
	}
	r.Planned = slices.Clip(r.Planned)
}
