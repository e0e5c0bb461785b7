package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"archiver/article"
)

// Feed returns the newest entries of a watch, n at most, the newest first. Of a
// release there are several, if it was new, has changed and was removed.
func Feed(ctx context.Context, a Archive, w *Watch, n int, now time.Time) ([]Entry, error) {
	var entries []Entry
	for _, part := range []struct {
		wanted bool
		read   func(context.Context, Archive, int, time.Time) ([]Entry, error)
	}{{w.New, w.published}, {w.Changed, w.revised}, {w.Removed, w.takenDown}} {
		if !part.wanted {
			continue
		}
		more, err := part.read(ctx, a, n, now)
		if err != nil {
			return nil, fmt.Errorf("watch %s: %w", w.Name, err)
		}
		entries = append(entries, more...)
	}
	return newest(entries, n), nil
}

// published are the newest releases.
func (w *Watch) published(ctx context.Context, a Archive, n int, _ time.Time) ([]Entry, error) {
	q := w.query()
	q.Limit = n
	ids, err := a.IDs(ctx, q)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for r, err := range a.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{What: New, At: appeared(r), Record: r})
	}
	return entries, nil
}

// revised are the newest revisions but the first of each release.
func (w *Watch) revised(ctx context.Context, a Archive, n int, now time.Time) ([]Entry, error) {
	q := w.query()
	q.Words = w.and("has:changes")
	// An index does not order by the time of change: the time before now is taken in
	// until as many have changed in it as are wanted.
	var ids []string
	for _, days := range []int{7, 60, 400, 0} {
		q.Filter.Changed = time.Time{}
		if days > 0 {
			q.Filter.Changed = now.AddDate(0, 0, -days)
		}
		var err error
		if ids, err = a.IDs(ctx, q); err != nil {
			return nil, err
		}
		if len(ids) >= n {
			break
		}
	}
	var entries []Entry
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		revisions, err := a.Revisions(id)
		switch {
		case errors.Is(err, article.ErrNotFound):
			continue // suppressed meanwhile
		case err != nil:
			return nil, err
		}
		for _, r := range revisions[1:] {
			entries = append(entries, Entry{What: Changed, At: r.LastChanged.Time, Record: r})
		}
		if len(entries) > 4*n {
			entries = newest(entries, n)
		}
	}
	return entries, nil
}

// takenDown are the releases that are missing or gone.
func (w *Watch) takenDown(ctx context.Context, a Archive, n int, _ time.Time) ([]Entry, error) {
	q := w.query()
	q.Filter.Statuses = removed
	ids, err := a.IDs(ctx, q)
	if err != nil {
		return nil, err
	}
	type turned struct {
		id string
		at time.Time
	}
	var all []turned
	for r, err := range a.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		all = append(all, turned{r.ID, r.StatusSince.Time})
	}
	// A page is missed some time before it is said to be gone, but never after: none
	// that turned before the last of n was missed is among the newest n.
	slices.SortFunc(all, func(a, b turned) int { return b.at.Compare(a.at) })
	var entries []Entry
	for _, x := range all {
		if entries = newest(entries, n); len(entries) == n && (n == 0 || x.at.Before(entries[n-1].At)) {
			break
		}
		since, reason, err := a.Absence(x.id)
		if errors.Is(err, article.ErrNotFound) {
			continue // suppressed meanwhile
		}
		if err != nil {
			return nil, err
		}
		for r, err := range a.RecordsOf(x.id) {
			if err != nil {
				return nil, err
			}
			entries = append(entries, Entry{Removed, since, r, reason})
		}
	}
	return entries, nil
}
