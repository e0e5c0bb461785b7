package article

// A Removal is a release that was taken down, as programs read it.
type Removal struct {
	ID           string `json:"id"`
	URL          string `json:"url"`
	Site         string `json:"site"`
	Force        string `json:"force"`
	Title        string `json:"title"`
	Kind         Kind   `json:"kind"`
	Published    Time   `json:"published,omitzero"`
	Status       Status `json:"status"`
	LastSeen     Time   `json:"last_seen,omitzero"`
	MissingSince Time   `json:"missing_since,omitzero"`
	Checked      Time   `json:"checked,omitzero"` // when it was last asked for
	Misses       int    `json:"misses"`           // checks that did not find it
	Revision     int    `json:"revision"`
	Why          Cause  `json:"why"`
	Reason       string `json:"reason"`
}

// NewRemoval tells of a release whose page is missing or gone, by what is known of its
// address and by the changes of its state.
func NewRemoval(r *Record, at Address, changes []StatusChange) Removal {
	since, why, reason := Absence(changes)
	return Removal{
		ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Title: r.Title, Kind: r.Kind, Published: r.Published, Status: r.Status,
		LastSeen: r.LastSeen, MissingSince: since, Checked: At(at.Checked), Misses: at.Misses, Revision: r.Revision, Why: why, Reason: reason,
	}
}

// Absence says since when a page has not been found, and why we take it to be taken
// down: by the change that last told, since the page was live.
func Absence(changes []StatusChange) (since Time, why Cause, reason string) {
	why = CauseUnknown
	for _, c := range changes {
		switch {
		case c.Status == StatusLive:
			since, why, reason = Time{}, CauseUnknown, ""
			continue
		case since.IsZero():
			since = At(c.At)
		}
		if c.Cause != CauseUnknown {
			why, reason = c.Cause, c.Reason
		}
	}
	return since, why, reason
}
