package revision

import "archiver/article"

// A Moment is a point on the time line of a release, as programs read it: a revision, or
// what became of its page.
type Moment struct {
	Event    string        `json:"event"` // revision, missing, gone, live
	Time     article.Time  `json:"time,omitzero"`
	Revision int           `json:"revision,omitempty"`
	LastSeen article.Time  `json:"last_seen,omitzero"`
	Class    Class         `json:"class,omitempty"` // First for the first revision
	Changes  []LineChange  `json:"changes,omitzero"`
	Removed  *int          `json:"removed,omitempty"` // words; nil where there is nothing to compare with
	Added    *int          `json:"added,omitempty"`
	SHA256   string        `json:"sha256,omitempty"` // of the page
	Misses   int           `json:"misses,omitempty"` // checks that did not find the page, while it is not back
	Why      article.Cause `json:"why,omitempty"`
	Reason   string        `json:"reason,omitempty"`
}

// eventRevision is the event of a Moment that is a revision; the others are states of
// its page.
const eventRevision = "revision"

// First is the class of a Moment that is a first revision.
const First Class = "first"

// History returns the time line of a release, oldest first, from its revisions, oldest
// first, and the log of what became of its page. Misses is how many of the latest checks
// did not find the page.
func History(revisions []*article.Record, log []article.StatusChange, misses int) []Moment {
	told := make([]Moment, 0, len(revisions))
	for i, r := range revisions {
		m := Moment{
			Event: eventRevision, Time: r.LastChanged, Revision: r.Revision, LastSeen: r.LastSeen,
			Class: First, Changes: []LineChange{}, SHA256: r.Capture.SHA256,
		}
		if i > 0 {
			line := NewLine(revisions[i-1], r, Compare(revisions[i-1], r))
			m.Class, m.Changes, m.Removed, m.Added = line.Class, line.Changes, &line.Removed, &line.Added
		}
		told = append(told, m)
	}
	turns := make([]Moment, 0, len(log))
	for _, c := range log {
		turns = append(turns, Moment{Event: string(c.Status), Time: article.At(c.At), Why: c.Cause, Reason: c.Reason})
	}
	// The checks are counted anew each time that a page goes missing.
	for n := len(turns) - 1; n >= 0 && turns[n].Event != string(article.StatusLive); n-- {
		turns[n].Misses = misses
	}
	return between(told, turns)
}

// between puts what became of a page between its revisions. Within one second a
// page is back before it says something, and goes after it did.
func between(revisions, turns []Moment) []Moment {
	all := make([]Moment, 0, len(revisions)+len(turns))
	for _, r := range revisions {
		for len(turns) > 0 && (turns[0].Time.Before(r.Time.Time) || turns[0].Event == string(article.StatusLive) && turns[0].Time.Equal(r.Time.Time)) {
			all, turns = append(all, turns[0]), turns[1:]
		}
		all = append(all, r)
	}
	return append(all, turns...)
}
