package health

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A Trouble is something that is wrong with a source, or with the archive.
type Trouble struct {
	Kind  Kind   `json:"kind"`
	Cause string `json:"cause"` // in words
}

// Kind says what kind of trouble it is.
type Kind string

// The kinds of trouble, the worst first.
const (
	KindFailed  Kind = "failed"  // the run itself: the archive, the disk
	KindShape   Kind = "shape"   // a site has changed its shape
	KindRefused Kind = "refused" // a site refused us
	KindPages   Kind = "pages"   // some pages failed and will be tried again
)

// Of says what is wrong with a site, or with the crawl itself.
func (k Kind) Of(site string) string {
	switch k {
	case KindShape:
		return site + " has changed its shape"
	case KindRefused:
		return site + " refused us"
	case KindPages:
		return site + ": some pages failed"
	}
	return "the crawl failed"
}

var (
	addresses = regexp.MustCompile(`[a-z]+://[^\s"'<>]+`)
	numbers   = regexp.MustCompile(`(HTTP status )?\d+`)
)

// Gist returns a cause without what differs from one time to the next: addresses
// are "…", and so are numbers, but for that of an HTTP status. Two causes are the
// same if their gists are.
func Gist(cause string) string {
	cause = addresses.ReplaceAllString(cause, "…")
	cause = numbers.ReplaceAllStringFunc(cause, func(n string) string {
		if strings.HasPrefix(n, "HTTP") {
			return n
		}
		return "…"
	})
	return strings.Join(strings.Fields(cause), " ")
}

// MostFrequent returns the causes of a count, the most frequent first.
func MostFrequent(causes map[string]int) []string {
	return slices.SortedFunc(maps.Keys(causes), func(a, b string) int {
		return cmp.Or(cmp.Compare(causes[b], causes[a]), cmp.Compare(a, b))
	})
}
