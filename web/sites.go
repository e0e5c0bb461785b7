package web

import (
	"net/http"

	"archiver/article"
)

// A Source is the health of a site.
type Source struct {
	Site      string       `json:"site"`
	Force     string       `json:"force"`
	LastRun   article.Time `json:"last_run,omitzero"`
	Ended     string       `json:"ended"` // in a word
	LastNew   article.Time `json:"last_new,omitzero"`
	Published article.Time `json:"last_published,omitzero"`
	Records   int          `json:"records"`
	Removed   int          `json:"removed"` // missing or gone
	Waiting   int          `json:"waiting"` // addresses that the next runs ask for
	Coverage  []Coverage   `json:"coverage"`
	Lag       string       `json:"lag"`     // in words; "" where nobody knows
	Trouble   []string     `json:"trouble"` // what is wrong, a sentence each
}

// Coverage is what share of a source's records has a part, from 0 to 1.
type Coverage struct {
	Part   string  `json:"part"`
	Share  float64 `json:"share"`
	Recent float64 `json:"recent"` // of the newest hundred
}

// Drifted reports whether the newest records have the part less often.
func (c Coverage) Drifted() bool { return c.Recent <= c.Share-0.2 }

func (s *server) health(r *http.Request) ([]Source, error) {
	return s.sources.get(s.Archive, s.Now(), fresh, func() ([]Source, error) {
		ctx, cancel := detached(r.Context())
		defer cancel()
		return s.Sources(ctx)
	})
}

func (s *server) sites(w http.ResponseWriter, r *http.Request) error {
	list, err := s.health(r)
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "sites", page{Title: "Sites", Current: "Sites", Data: list})
}
