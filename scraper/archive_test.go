package scraper

import (
	"bytes"
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"archiver/article"
)

// A memory is an Archive that forgets all at the end, with the rules of the real
// one as far as the scraper relies on them.
type memory struct {
	mu        sync.Mutex
	addresses map[string]article.Address
	records   map[string]*article.Record // by address
	pages     map[string]*article.Page   // the newest one
	states    map[string][]byte
	commits   int

	fail   func() error          // of every Save
	before func([]article.Visit) // called by every Save
	after  func()
}

func newMemory() *memory {
	return &memory{
		addresses: map[string]article.Address{}, records: map[string]*article.Record{},
		pages: map[string]*article.Page{}, states: map[string][]byte{},
	}
}

func (m *memory) Addresses(urls ...string) (map[string]article.Address, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[string]article.Address{}
	for _, u := range urls {
		if a, ok := m.addresses[u]; ok {
			found[u] = m.known(a)
		}
	}
	return found, nil
}

// known is an address as the archive hands it out.
func (m *memory) known(a article.Address) article.Address {
	a.HasRecord = m.records[a.URL] != nil
	return a
}

func (m *memory) Pending(site string, now time.Time, limit int) ([]article.Address, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []article.Address
	for _, a := range m.addresses {
		switch a.State {
		case article.StateNew, article.StateFailed, article.StateBlocked:
			if a.Site == site && !now.Before(a.Next) {
				found = append(found, m.known(a))
			}
		}
	}
	slices.SortFunc(found, func(a, b article.Address) int {
		return cmp.Or(a.Found.Compare(b.Found), cmp.Compare(a.URL, b.URL))
	})
	return found[:min(limit, len(found))], nil
}

func (m *memory) Due(site string, now time.Time, limit int) ([]article.Address, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []article.Address
	for _, a := range m.addresses {
		switch a.State {
		case article.StateFetched, article.StateUnchanged, article.StateMissing, article.StateGone, article.StateForbidden:
			if a.Site == site && !a.Next.IsZero() && !now.Before(a.Next) {
				found = append(found, m.known(a))
			}
		}
	}
	slices.SortFunc(found, func(a, b article.Address) int {
		return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.URL, b.URL))
	})
	return found[:min(limit, len(found))], nil
}

func (m *memory) AddressesOf(site string) iter.Seq2[article.Address, error] {
	return func(yield func(article.Address, error) bool) {
		m.mu.Lock()
		var all []article.Address
		for _, a := range m.addresses {
			all = append(all, m.known(a))
		}
		m.mu.Unlock()
		for _, a := range all {
			if a.Site == site && !yield(a, nil) {
				return
			}
		}
	}
}

func (m *memory) Save(visits ...article.Visit) ([]article.Outcome, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.before != nil {
		m.before(visits)
	}
	if m.fail != nil {
		if err := m.fail(); err != nil {
			return nil, err
		}
	}
	m.commits++
	outcomes := make([]article.Outcome, len(visits))
	for i, v := range visits {
		outcomes[i] = m.save(v)
	}
	if m.after != nil {
		m.after()
	}
	return outcomes, nil
}

func (m *memory) save(v article.Visit) article.Outcome {
	a := v.Address
	if m.addresses[a.URL].State == article.StateSuppressed {
		return article.OutcomeNone
	}
	if v.Page == nil {
		if a.Record == "" && a.State != article.StateNew {
			a.Record = m.addresses[a.URL].Record
		}
		m.put(a)
		r := m.records[a.URL]
		if r == nil {
			return article.OutcomeNone
		}
		switch a.State {
		case article.StateUnchanged:
			r.Status = article.StatusLive
			return article.OutcomeUnchanged
		case article.StateMissing:
			r.Status = article.StatusMissing
		case article.StateGone:
			r.Status = article.StatusGone
		}
		return article.OutcomeNone
	}
	if a.State == article.StateNew || v.Page.URL != a.URL || v.Page.Fetched.IsZero() {
		panic("the real archive refuses this visit: " + a.URL)
	}
	if final := v.Page.Address(); final != a.URL {
		alias := a
		alias.State, alias.Record = article.StateAlias, final
		m.put(alias)
		a.URL = final
	}
	a.Record = ""
	outcome := article.OutcomeNone
	if v.Record != nil {
		outcome = article.OutcomeNew
		r := *v.Record
		if old := m.records[a.URL]; old != nil {
			outcome = article.OutcomeChanged
			if article.SameContent(&r, old) {
				outcome = article.OutcomeUnchanged
				a.State = article.StateUnchanged
			}
		}
		r.Status = article.StatusLive
		m.records[a.URL] = &r
	}
	m.pages[a.URL] = v.Page
	m.put(a)
	return outcome
}

func (m *memory) put(a article.Address) {
	if old, ok := m.addresses[a.URL]; ok {
		card := fuller(old.Card, a.Card)
		if a.State == article.StateNew {
			a = old
		}
		a.Card, a.Found = card, old.Found
	}
	m.addresses[a.URL] = a
}

func (m *memory) State(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return bytes.Clone(m.states[key]), nil
}

func (m *memory) SetState(key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.states[key] = bytes.Clone(value)
	return nil
}

func (m *memory) SetStates(notes map[string][]byte) error {
	for key, value := range notes {
		if err := m.SetState(key, value); err != nil {
			return err
		}
	}
	return nil
}

// clone is what a kill at this moment would leave. The caller holds mu.
func (m *memory) clone() *memory {
	c := newMemory()
	maps.Copy(c.addresses, m.addresses)
	maps.Copy(c.records, m.records)
	maps.Copy(c.pages, m.pages)
	maps.Copy(c.states, m.states)
	return c
}

func (m *memory) address(t *testing.T, url string) article.Address {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.addresses[url]
	if !ok {
		t.Fatalf("the archive does not know %s", url)
	}
	return a
}

// age makes the archive think that so much time has passed since all it knows.
func (m *memory) age(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for url, a := range m.addresses {
		for _, at := range []*time.Time{&a.Found, &a.Checked, &a.Next, &a.MissingSince} {
			if !at.IsZero() {
				*at = at.Add(-d)
			}
		}
		m.addresses[url] = a
	}
}
