package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Beside an archive lie two small files, which are never deleted because a
// process may be about to lock them:
//
//   - ARCHIVE.lock is locked by a crawl from its beginning to its end, and holds
//     who that is. Readers do not look at it.
//   - ARCHIVE.turn is a turnstile. bbolt asks for its lock every 50 ms, and
//     where others come and go it may find none of these moments free. So
//     whoever opens the archive goes through here: readers side by side, until
//     the file is open, a writer alone, until it is closed again. While a writer
//     is in here no new reader gets in, and those who are reading soon leave.

// How often a lock is asked for that somebody else has.
const (
	lockPoll = 100 * time.Millisecond
	turnPoll = time.Millisecond
)

// ErrInUse is returned where another crawl holds the archive; see [InUseError].
var ErrInUse = errors.New("in use by another crawl")

// An InUseError says which crawl holds the archive; it is an [ErrInUse]. Its
// fields are zero where the other has not said.
type InUseError struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Since   time.Time `json:"since"`
	Command string    `json:"command"`
}

func (e *InUseError) Error() string {
	if e.PID == 0 {
		return ErrInUse.Error() + ": try again later, or wait for it with --wait"
	}
	return fmt.Sprintf("%v, process %d on %s (%s) since %s: try again later, or wait for it with --wait",
		ErrInUse, e.PID, e.Host, e.Command, e.Since.Local().Format("15:04 on 2 January 2006"))
}

// Unwrap returns [ErrInUse].
func (e *InUseError) Unwrap() error { return ErrInUse }

// Lock keeps other crawls away from the archive until unlock is called or the
// process ends, however it ends. If another crawl holds it, Lock waits at most
// so long and then returns an [InUseError], or the error of ctx once that is
// done. Readers are not kept away.
func (s *Store) Lock(ctx context.Context, wait time.Duration) (unlock func() error, err error) {
	name := s.path + ".lock"
	lock := flock.New(name, flock.SetPermissions(filePerm))
	locked, err := lock.TryLock()
	if err == nil && !locked && wait > 0 {
		waiting, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		locked, err = lock.TryLockContext(waiting, lockPoll)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = nil
		}
	}
	switch {
	case err != nil:
		return nil, s.wrap(explain(err, "cannot be locked"))
	case !locked:
		return nil, s.wrap(holder(name))
	}
	if err := s.sign(name); err != nil {
		return nil, s.wrap(errors.Join(explain(err, "cannot be locked"), lock.Unlock()))
	}
	return func() error {
		if err := errors.Join(os.Truncate(name, 0), lock.Unlock()); err != nil {
			return s.wrap(err)
		}
		return nil
	}, nil
}

// sign writes into the lock file who holds it.
func (s *Store) sign(name string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this computer"
	}
	data, err := json.Marshal(InUseError{
		PID: os.Getpid(), Host: host, Since: time.Now(), Command: cmp.Or(s.Command, strings.Join(os.Args, " ")),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), filePerm)
}

// holder reads from the lock file who holds it, as far as it says so.
func holder(name string) *InUseError {
	var e InUseError
	data, err := os.ReadFile(name)
	if err != nil || json.Unmarshal(data, &e) != nil {
		return &InUseError{}
	}
	return &e
}

// pass goes into the turnstile and returns the function that leaves it. Where
// there is none, because no writer was ever here or the folder is not ours to
// write in, everybody goes without: that is a matter of waiting, not of safety.
func (s *Store) pass(write bool) (leave func(), err error) {
	flag := os.O_RDONLY
	if write {
		flag |= os.O_CREATE
	}
	turn := flock.New(s.path+".turn", flock.SetFlag(flag), flock.SetPermissions(filePerm))
	ctx, cancel := context.WithTimeout(context.Background(), s.wait())
	defer cancel()
	try := turn.TryRLockContext
	if write {
		try = turn.TryLockContext
	}
	_, err = try(ctx, turnPoll)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("another program has been writing to it for %v: stop that and try again", s.wait())
	case err != nil:
		return func() {}, nil
	}
	return sync.OnceFunc(func() { _ = turn.Unlock() }), nil
}
