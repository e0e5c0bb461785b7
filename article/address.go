package article

import "time"

// State is where an address stands in the crawl.
type State string

// The states of an address.
const (
	StateNew        State = "new"         // found, not asked for yet
	StateFetched    State = "fetched"     // last check brought a page that was new or had changed
	StateUnchanged  State = "unchanged"   // last check brought what we had
	StateFailed     State = "failed"      // last check failed for a passing reason; Tries and Next say more
	StateBlocked    State = "blocked"     // the site refused it
	StateForbidden  State = "forbidden"   // robots.txt forbids it
	StateMissing    State = "missing"     // not found lately
	StateGone       State = "gone"        // not found for long enough to say so
	StateNotArticle State = "not-article" // a page, but no release
	StateAlias      State = "alias"       // moved for good: Record is another address
	StateSuppressed State = "suppressed"  // taken out by the operator
)

// States lists every state of an address.
var States = []State{
	StateNew, StateFetched, StateUnchanged, StateFailed, StateBlocked, StateForbidden,
	StateMissing, StateGone, StateNotArticle, StateAlias, StateSuppressed,
}

// An Address is what the archive knows of one address: the frontier of the
// crawl is all of them.
type Address struct {
	URL      string    `json:"url"`
	Site     string    `json:"site"`
	State    State     `json:"state"`
	Card     Card      `json:"card,omitzero"` // what led here; the fullest seen so far
	Found    time.Time `json:"found,omitzero"`
	Checked  time.Time `json:"checked,omitzero"` // last answer or failure
	Next     time.Time `json:"next,omitzero"`    // not to be asked for before
	Tries    int       `json:"tries,omitempty"`  // failed runs in a row
	Reason   string    `json:"reason,omitempty"` // of the last failure, or why it is no article
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"modified,omitempty"` // Last-Modified as sent
	Record   string    `json:"record,omitempty"`   // address of the record it leads to, where another
	// MissingSince and Misses count the checks that did not find the page.
	MissingSince time.Time `json:"missing_since,omitzero"`
	Misses       int       `json:"misses,omitempty"`

	// HasRecord says that there is a record of it, whatever the state. The archive
	// sets it on what it hands out, and does not keep it.
	HasRecord bool `json:"-" cbor:"-"`
}

// A Visit is what one look at an address brought: the address as it stands now
// and, where there is one, the page with the record that was read from it. The
// archive saves all of it at once or nothing.
type Visit struct {
	Address Address
	Page    *Page   // nil where nothing is to be kept: not modified, failed, missing
	Record  *Record // nil where the page is no article
	Cause   Cause   // of a page that is missing or gone; "" counts as unknown
}

// Outcome says what saving a visit did to the record it is about.
type Outcome string

// The outcomes of a visit.
const (
	OutcomeNone      Outcome = ""          // there is no record
	OutcomeNew       Outcome = "new"       // the first revision
	OutcomeChanged   Outcome = "changed"   // a further revision
	OutcomeUnchanged Outcome = "unchanged" // seen again, the same
)
