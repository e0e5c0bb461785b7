package scraper

import (
	"cmp"
	"net/http"
	"time"

	"archiver/article"
	"archiver/scraper/sites"
)

const (
	day = 24 * time.Hour

	recheckMissing    = day      // a page that was not found lately
	recheckGone       = 90 * day // one that is taken to be gone
	recheckForbidden  = day      // one that robots.txt forbids by now, or that leads to such
	recheckNotArticle = 30 * day

	// A page is gone once so many checks over so long a time have not found it.
	goneMisses = 3
	goneAfter  = 14 * day

	// An address that fails is tried in every run at first, then less often.
	eagerRuns  = 3
	longestOff = day
)

// asks reports whether an address that is known and was found again is to be
// asked for in this run.
func asks(a article.Address, recheck bool, now time.Time) bool {
	switch a.State {
	case article.StateSuppressed:
		return false
	case article.StateNew:
		return true
	case article.StateNotArticle:
		return !now.Before(a.Next)
	}
	return recheck || !now.Before(a.Next)
}

// Each of these returns an address as it stands after a look at it.

// afterArticle goes by the site how often an article of its age is checked. One whose
// date is unknown counts from when it was found.
func afterArticle(a article.Address, site *sites.Site, published time.Time, ans *answer) article.Address {
	a = settled(a, article.StateFetched, "", ans)
	a.Misses, a.MissingSince = 0, time.Time{}
	if published.IsZero() {
		published = a.Found
	}
	a.Next = ans.at.Add(site.RecheckEvery(ans.at.Sub(published)))
	return a
}

func afterSame(a article.Address, site *sites.Site, ans *answer) article.Address {
	published := a.Card.Published
	if !a.HasRecord {
		a = settled(a, article.StateNotArticle, a.Reason, ans)
		a.Next = ans.at.Add(recheckNotArticle)
		return a
	}
	a = afterArticle(a, site, published, ans)
	a.State = article.StateUnchanged
	return a
}

func afterNotArticle(a article.Address, reason string, ans *answer) article.Address {
	a = settled(a, article.StateNotArticle, reason, ans)
	a.Next = ans.at.Add(recheckNotArticle)
	return a
}

// settled is an address after an answer that leaves nothing open.
func settled(a article.Address, state article.State, reason string, ans *answer) article.Address {
	a.State, a.Reason, a.Checked, a.Tries = state, reason, ans.at, 0
	// A 304 need not repeat the validators.
	etag, modified := ans.header.Get("ETag"), ans.header.Get("Last-Modified")
	if ans.status == http.StatusNotModified {
		etag, modified = cmp.Or(etag, a.ETag), cmp.Or(modified, a.Modified)
	}
	a.ETag, a.Modified = etag, modified
	return a
}

func afterAbsent(a article.Address, reason string, now time.Time) article.Address {
	a.State, a.Reason, a.Checked, a.Tries = article.StateMissing, reason, now, 0
	if a.Misses++; a.Misses == 1 || a.MissingSince.IsZero() {
		a.MissingSince = now
	}
	a.Next = now.Add(recheckMissing)
	if a.Misses >= goneMisses && now.Sub(a.MissingSince) >= goneAfter {
		a.State = article.StateGone
		a.Next = now.Add(recheckGone)
	}
	return a
}

func afterRefusal(a article.Address, reason string, now time.Time) article.Address {
	a.State, a.Reason, a.Checked = article.StateBlocked, reason, now
	a.Tries++
	a.Next = now.Add(backOff(a.Tries))
	return a
}

func afterFailure(a article.Address, f fault, now time.Time) article.Address {
	a.State, a.Reason, a.Checked = article.StateFailed, f.cause, now
	a.Tries++
	a.Next = now.Add(max(backOff(a.Tries), f.wait))
	return a
}

// afterForbidden is of an address that robots.txt forbids, or, where it was asked, of
// one that leads to such. What is not known and was not asked for is looked up in
// robots.txt whenever something shows it, which asks nothing.
func afterForbidden(a article.Address, asked bool, reason string, now time.Time) article.Address {
	a.State, a.Reason, a.Checked, a.Next = article.StateForbidden, reason, now, time.Time{}
	if asked || a.HasRecord {
		a.Next = now.Add(recheckForbidden)
	}
	return a
}

// backOff is the pause before an address that has failed in some runs is asked
// for again.
func backOff(runs int) time.Duration {
	if runs <= eagerRuns {
		return 0
	}
	return min(time.Hour<<min(runs-eagerRuns-1, 10), longestOff)
}
