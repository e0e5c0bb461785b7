package store

import (
	"cmp"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// reread has today's reader read the page that the archive has last of each
// draft's record, if the draft says something else. It does so before the
// transaction that saves, because a reader takes its time.
func (s *Store) reread(drafts []draft) error {
	if s.Reread == nil {
		return nil
	}
	olds, err := s.newestOf(drafts)
	if err != nil {
		return err
	}
	for n := range drafts {
		d, old := &drafts[n], olds[n]
		if old == nil || d.capture.SHA256 == old.Capture.SHA256 {
			continue
		}
		r := *d.Record
		if keepPublished(&r, old); article.SameContent(&r, old) {
			continue
		}
		page, err := s.keptPage(old)
		if err != nil || page == nil {
			return err
		}
		read, err := s.Reread(*page)
		if err != nil || read == nil {
			continue // it stays as it was read
		}
		if old.Extraction.Profile != "" && read.Extraction.Profile == "" {
			continue // without the profile the record would lose its force, its area and more
		}
		again := as(read, old)
		given := *again
		given.Status = cmp.Or(given.Status, article.StatusLive)
		if given.Validate() == nil {
			d.kept = again
		}
	}
	return nil
}

// newestOf returns the newest revision of the record that each draft is about, nil
// where there is none.
func (s *Store) newestOf(drafts []draft) ([]*article.Record, error) {
	versions, values := make([]version, len(drafts)), make([][]byte, len(drafts))
	if err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		for n, d := range drafts {
			if d.again() || d.Page == nil || d.Record == nil {
				continue
			}
			v, value := r.newestValue(idOf(d.Page.Address()))
			if value == nil { // it may be about to move there
				v, value = r.newestValue(idOf(d.Address.URL))
			}
			var err error
			if versions[n] = v; value != nil {
				if values[n], err = keep(value); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	olds := make([]*article.Record, len(drafts))
	for n, value := range values {
		if value == nil {
			continue
		}
		var err error
		if olds[n], err = s.decodeRecord(versions[n], value); err != nil {
			return nil, err
		}
	}
	return olds, nil
}

// keptPage returns the page of a revision, nil if it is not there any more.
func (s *Store) keptPage(r *article.Record) (*article.Page, error) {
	v := version{idOf(r.URL), uint32(r.Revision)}
	var f frame
	err := s.view(func(tx *bbolt.Tx) error {
		reader := s.reader(tx)
		value := reader.pages.Get(v.key())
		if value == nil {
			return nil
		}
		var err error
		f, err = reader.frame(v, value)
		return err
	})
	if err != nil || f.data == nil {
		return nil, err
	}
	page, err := f.page(v)
	if err != nil {
		return nil, s.wrap(err)
	}
	return page, nil
}

// as is what a reader has made of the page of a revision, as that revision.
func as(read, old *article.Record) *article.Record {
	r := *read
	keepPublished(&r, old)
	r.URL, r.ID = old.URL, old.ID
	r.Status, r.Capture, r.Revision = old.Status, old.Capture, old.Revision
	r.FirstSeen, r.LastSeen, r.LastChanged = old.FirstSeen, old.LastSeen, old.LastChanged
	return &r
}

// reading is what today's reader has made of the page of a revision; nil if it was
// not asked, or the archive has another revision since.
func (d draft) reading(old *article.Record) *article.Record {
	k := d.kept
	if k == nil || k.Revision != old.Revision || k.Capture.SHA256 != old.Capture.SHA256 || !k.Capture.Fetched.Equal(old.Capture.Fetched.Time) {
		return nil
	}
	return as(k, old)
}
