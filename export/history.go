package export

import (
	"errors"

	"archiver/article"
)

// A history finds the revisions of releases whose records come one after another,
// those of one release together.
type history struct {
	of func(*article.Record) ([]*article.Record, error)
	id string // of the last release
}

// each calls fn for the revisions of the release of r, unless it has done so for
// the record before.
func (h *history) each(r *article.Record, fn func(*article.Record) error) error {
	if h.of == nil {
		return fn(r)
	}
	if r.ID == h.id {
		return nil
	}
	h.id = r.ID
	list, err := h.of(r)
	if errors.Is(err, article.ErrNotFound) { // it was suppressed a moment ago
		list, err = []*article.Record{r}, nil
	}
	for _, revision := range list {
		if err == nil {
			err = fn(revision)
		}
	}
	return err
}
