package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"archiver/article"
)

const (
	// A log holds at most so many changes, the latest.
	// Of what is merged these are the same in any order.
	maxChanges = 100
	// How many bytes of a cause in words the log keeps.
	maxReason = 400
)

// A life is the log of an address: when it was found to be missing and gone, and
// when it had its record again, oldest first. An address that never had a record
// may have one, for its record may come from another archive. Where archives were
// merged the log holds what all of them have noted: it is a set, and what it tells
// is worked out whenever it is read, see [lifeOf].
type life struct {
	URL     string
	Changes []article.StatusChange
}

func (r reader) life(i id) (life, error) {
	value := r.lives.Get(i[:])
	if value == nil {
		return life{}, nil
	}
	return decodeLife(i, value)
}

func decodeLife(i id, value []byte) (life, error) {
	var l life
	err := unpack(value, &l)
	switch {
	case err != nil:
	case idOf(l.URL) != i:
		err = fmt.Errorf("it holds that of %s", l.URL)
	case len(l.Changes) == 0:
		err = errors.New("it holds nothing")
	}
	if err != nil {
		return l, fmt.Errorf("%w: status log of %v: %w", ErrDamaged, i, err)
	}
	return l, nil
}

// putLife writes the log of an address; an empty one is none.
func (w writer) putLife(url string, changes []article.StatusChange) error {
	i := idOf(url)
	if len(changes) == 0 {
		return w.lives.Delete(i[:])
	}
	value, err := pack(life{url, changes})
	if err != nil {
		return err
	}
	return w.lives.Put(i[:], value)
}

// turn notes that the status of an address changes, which is still to be written,
// as is its record; old is the newest revision so far, nil if there is no record.
func (w writer) turn(url string, old *article.Record, to article.StatusChange) error {
	i := idOf(url)
	l, err := w.life(i)
	if err != nil || len(l.Changes) == 0 && to.Status == article.StatusLive {
		return err
	}
	a, _, err := w.address(i)
	if err != nil {
		return err
	}
	told := lifeOf(l.Changes, old, a)
	if status := lastStatus(told); status == to.Status || status == article.StatusGone && to.Status == article.StatusMissing {
		return nil
	}
	if to.Status != article.StatusLive && to.Cause == "" {
		to.Cause = article.CauseUnknown
	}
	if to.At.IsZero() {
		to.At = time.Now()
	}
	if len(to.Reason) > maxReason {
		cut := maxReason
		for !utf8.RuneStart(to.Reason[cut]) {
			cut--
		}
		to.Reason = to.Reason[:cut] + " …"
	}
	// What merging has found out is noted before it is overtaken.
	return w.putLife(url, joinChanges(l.Changes, append(told, to)))
}

// joinChanges joins two logs of one record: all changes, each once, in an order
// that does not depend on which came first.
func joinChanges(a, b []article.StatusChange) []article.StatusChange {
	joined := slices.Concat(a, b)
	slices.SortFunc(joined, func(a, b article.StatusChange) int {
		return cmp.Or(
			a.At.Compare(b.At),
			cmp.Compare(slices.Index(article.Statuses, a.Status), slices.Index(article.Statuses, b.Status)),
			cmp.Compare(slices.Index(article.Causes, a.Cause), slices.Index(article.Causes, b.Cause)),
			strings.Compare(a.Reason, b.Reason),
		)
	})
	joined = slices.CompactFunc(joined, func(a, b article.StatusChange) bool {
		return a.Status == b.Status && a.At.Equal(b.At)
	})
	return joined[max(0, len(joined)-maxChanges):]
}

// lifeOf is what a log tells of an address, with the newest revision of its record
// or nil. What several machines have noted it tells once. Where the log of merged
// archives does not end with what the record says, for the machine that looked last
// had nothing to note, the end is added: the page was seen again, or was not there
// again.
func lifeOf(changes []article.StatusChange, newest *article.Record, a article.Address) []article.StatusChange {
	var told []article.StatusChange
	for _, c := range changes {
		last := lastStatus(told)
		if c.Status != last && (c.Status != article.StatusMissing || last != article.StatusGone) {
			told = append(told, c)
		}
	}
	if newest == nil || len(told) == 0 {
		return told
	}
	last := told[len(told)-1]
	switch live := newest.Status == article.StatusLive; {
	case live == (last.Status == article.StatusLive):
	case !live:
		again := article.StatusChange{Status: newest.Status, At: a.MissingSince, Cause: article.CauseUnknown}
		if again.At.Before(last.At) {
			again.At = a.Checked
		}
		told = append(told, again)
	case newest.LastSeen.After(last.At):
		told = append(told, article.StatusChange{Status: article.StatusLive, At: newest.LastSeen.Time})
	}
	return told
}

// lastStatus is what the last change has led to.
func lastStatus(told []article.StatusChange) article.Status {
	if len(told) == 0 {
		return article.StatusLive
	}
	return told[len(told)-1].Status
}

// A log is the value of a [life], to be decoded once its transaction has ended, with
// the address that it is of, and what is noted beside the newest revision.
type log struct {
	value   []byte // nil if there is none
	address article.Address
	seen    article.Time
}

func (r reader) log(newest version) (l log, err error) {
	if l.seen, err = r.seenOf(newest); err != nil {
		return l, err
	}
	if l.value, err = keep(r.lives.Get(newest.id[:])); l.value != nil && err == nil {
		l.address, _, err = r.address(newest.id)
	}
	return l, err
}

// tell is what the log says of the record at its address, whose newest revision is
// given. It sets the revision's LastSeen and StatusSince.
func (l log) tell(newest *article.Record) ([]article.StatusChange, error) {
	newest.LastSeen = latest(newest.LastSeen, l.seen)
	if l.value == nil {
		return nil, nil
	}
	decoded, err := decodeLife(idOf(newest.URL), l.value)
	if err != nil {
		return nil, err
	}
	told := lifeOf(decoded.Changes, newest, l.address)
	if len(told) > 0 {
		newest.StatusSince = article.At(told[len(told)-1].At)
	}
	return told, nil
}

// StatusChanges returns when the record that ref leads to went missing, was taken
// to be gone, and was live again, oldest first: nothing of one that was always
// live. The log holds the latest hundred of these.
func (s *Store) StatusChanges(ref string) ([]article.StatusChange, error) {
	v, record, l, err := s.newestAndLog(ref)
	if err != nil {
		return nil, err
	}
	newest, err := s.decodeRecord(v, record)
	if err != nil {
		return nil, err
	}
	changes, err := l.tell(newest)
	if err != nil {
		return nil, s.wrap(err)
	}
	return changes, nil
}

// moveLife gives a log the address that another has moved to.
func (w writer) moveLife(from id, to string) error {
	l, err := w.life(from)
	if err != nil || len(l.Changes) == 0 {
		return err
	}
	own, err := w.life(idOf(to))
	if err != nil {
		return err
	}
	return errors.Join(w.putLife(l.URL, nil), w.putLife(to, joinChanges(own.Changes, l.Changes)))
}

// joinLife brings in the log that another archive has of an address, but for what
// was erased. It returns whether that changed anything.
func (w writer) joinLife(url string, x Suppression, other []article.StatusChange) (changed bool, err error) {
	i := idOf(url)
	own, err := w.life(i)
	if err != nil {
		return false, err
	}
	joined := slices.DeleteFunc(joinChanges(own.Changes, other), func(c article.StatusChange) bool { return x.erases(c.At) })
	same := func(a, b article.StatusChange) bool {
		return a.Status == b.Status && a.At.Equal(b.At) && a.Cause == b.Cause && a.Reason == b.Reason
	}
	if slices.EqualFunc(own.Changes, joined, same) {
		return false, nil
	}
	return true, w.putLife(url, joined)
}

func checkLife(r reader, key, value []byte) error {
	if len(key) != len(id{}) {
		return fmt.Errorf("status log under the key %x", key)
	}
	l, err := decodeLife(id(key), value)
	if err != nil {
		return err
	}
	for n, c := range l.Changes {
		switch {
		case !slices.Contains(article.Statuses, c.Status):
			return fmt.Errorf("status log of %s: status %q is unknown", l.URL, c.Status)
		case c.At.IsZero():
			return fmt.Errorf("status log of %s: a change has no time", l.URL)
		case n > 0 && c.At.Before(l.Changes[n-1].At):
			return fmt.Errorf("status log of %s: its changes are not in order", l.URL)
		}
	}
	if len(l.Changes) > maxChanges {
		return fmt.Errorf("status log of %s: it holds %d changes, more than %d", l.URL, len(l.Changes), maxChanges)
	}
	if r.addresses.Get(key) == nil {
		return fmt.Errorf("status log of %s, which is no known address", l.URL)
	}
	return nil
}

// checkStatus looks whether there is a log of a record that is not live.
func (r reader) checkStatus(newest *article.Record) error {
	i := idOf(newest.URL)
	if newest.Status != article.StatusLive && r.lives.Get(i[:]) == nil {
		return fmt.Errorf("record %v is %s, and there is no status log that says since when", i, newest.Status)
	}
	return nil
}

// copyLives copies the logs, each looked at.
func (c *compactor) copyLives() error {
	return c.copyBucket(bucketLives, func(_ reader, key, value []byte) ([]byte, error) {
		if len(key) != len(id{}) {
			return nil, fmt.Errorf("%w: status log under the key %x", ErrDamaged, key)
		}
		_, err := decodeLife(id(key), value)
		return value, err
	})
}
