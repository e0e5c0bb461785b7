package article

import "time"

// A StatusChange is a turn in the life of a record: it went missing, was taken to
// be gone, or was live again.
type StatusChange struct {
	Status Status    `json:"status"`
	At     time.Time `json:"at"`
	Cause  Cause     `json:"cause,omitempty"`  // "" where the record is live again
	Reason string    `json:"reason,omitempty"` // the cause in words
}

// A Cause is why a page is taken to be missing or gone.
type Cause string

// The causes of a page's absence.
const (
	CauseNotFound Cause = "404"
	CauseGone     Cause = "410"
	CauseRedirect Cause = "redirect" // its address leads to a listing, or to another page that is no article
	CauseSoft404  Cause = "soft-404" // a page comes, and says that there is none
	CauseUnknown  Cause = "unknown"
)

// Causes lists every cause.
var Causes = []Cause{CauseNotFound, CauseGone, CauseRedirect, CauseSoft404, CauseUnknown}
