package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

const (
	// What Compact holds in memory at once: so many values, or so many bytes of
	// pages before compression. The pages of a batch are compressed site by site,
	// because a dictionary takes a moment to get ready.
	compactLen   = 512
	compactBytes = 16 << 20
	// How often Compact begins again because something was saved meanwhile.
	compactTries = 3
	// How full Compact makes the pages of the file. Some room is left, or the next
	// crawl would have to split nearly every page that it comes to.
	compactFill = 0.95
)

// A Compaction says what Compact did.
type Compaction struct {
	Before, After int64 // bytes of the file
	Records       int   // revisions
	Pages         int
	Notes         int // notes of the crawl that could not be read and were left out
}

// Compact writes the archive anew, without the room that deleted and old values
// left in its file, with its indexes made from the records and addresses, and
// with new dictionaries, of the pages that are there and are not suppressed. So
// what was erased leaves the file. The new file is written beside the old one and
// takes its place when it is whole and synced: whatever happens before leaves the
// old one as it is, and at most a file named ARCHIVE.compact that the next run
// removes. It takes as much room on the disk again meanwhile. Its memory does not
// grow with the archive.
//
// It holds the lock of a crawl, for which it waits at most so long: the error
// wraps [ErrInUse] where that was not enough. Readers are not kept away. If
// something else is saved meanwhile it begins again, a few times. A value that
// cannot be read is an error that wraps [ErrDamaged]: Compact loses nothing but
// notes of the crawl.
func (s *Store) Compact(ctx context.Context, wait time.Duration, progress func(done, total int)) (result Compaction, err error) {
	unlock, err := s.Lock(ctx, wait)
	if err != nil {
		return Compaction{}, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	path, err := filepath.EvalSymlinks(s.path) // or the link would be replaced
	if err != nil {
		return Compaction{}, s.wrap(explain(err, "cannot be read"))
	}
	for range compactTries {
		c := compactor{Store: s, ctx: ctx, path: path, progress: progress}
		done, err := c.run()
		if err != nil {
			return Compaction{}, s.wrapOnce(err)
		}
		if done {
			return c.result, nil
		}
	}
	return Compaction{}, s.wrap(errors.New("not compacted, and as it was: another program kept saving to it: stop that and try again"))
}

// wrapOnce is wrap for an error that may say already which archive it is about.
func (s *Store) wrapOnce(err error) error {
	var said *archiveError
	if errors.As(err, &said) || errors.Is(err, context.Canceled) {
		return err
	}
	return s.wrap(err)
}

// A compactor is one try of Compact.
type compactor struct {
	*Store
	result   Compaction
	ctx      context.Context
	path     string // of the archive, links resolved
	progress func(done, total int)

	done, total int
	dst         *bbolt.DB
	dicts       map[string]*dictionary // the new ones, by site
	samples     map[string][]byte

	sites, byDate sorter // the indexes of the new file
}

// run writes the new file and puts it in the old one's place. It reports false
// if something was saved to the old one meanwhile.
func (c *compactor) run() (done bool, err error) {
	draft := c.path + ".compact"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, explain(err, "the new file beside it cannot be made")
	}
	defer os.Remove(draft) // which has another name by then, if all goes well
	var began uint64
	if err := c.use(false, func(_ *bbolt.DB, file *os.File) error {
		m, err := readMeta(file)
		began = m.txid
		if err == nil {
			c.result.Before, err = sizeOf(file)
		}
		return err
	}); err != nil {
		return false, err
	}
	if err := c.write(draft); err != nil {
		return false, err
	}
	// The lock of an open for writing keeps everybody away until the new file is in
	// place, and a save that was waiting opens the new one.
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.use(true, func(_ *bbolt.DB, file *os.File) error {
		m, err := readMeta(file)
		if err != nil || m.txid != began {
			return err
		}
		done = true
		return replaceFile(draft, c.path)
	})
	return done && err == nil, err
}

func sizeOf(file *os.File) (int64, error) {
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// write writes the new file.
func (c *compactor) write(draft string) (err error) {
	info, err := os.Stat(c.path)
	if err != nil {
		return err
	}
	// Nothing of it counts before it is whole, so it is synced once, at the end.
	c.dst, err = bbolt.Open(draft, info.Mode().Perm(), &bbolt.Options{NoSync: true, NoGrowSync: true, NoStatistics: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return explain(err, "the new file beside it cannot be made")
	}
	err = c.dst.Update(migrate)
	if err == nil {
		err = c.copy()
	}
	if err = errors.Join(err, c.dst.Close()); err != nil {
		return err
	}
	if err := finishFile(draft, info); err != nil {
		return fmt.Errorf("the new file beside it: %w", err)
	}
	if info, err = os.Stat(draft); err == nil {
		c.result.After = info.Size()
	}
	return err
}

// finishFile cuts an archive's file to what it uses, looks at its structure, gives
// it the rights of another and syncs it.
func finishFile(path string, like os.FileInfo) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	m, err := readMeta(file)
	if err == nil {
		err = file.Truncate(int64(m.high) * m.pageSize)
	}
	if err == nil {
		err = checkLayout(file, true)
	}
	if err == nil && like != nil {
		err = file.Chmod(like.Mode().Perm())
		keepOwner(file, like)
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// replaceFile gives a file that is whole and synced its name.
func replaceFile(draft, path string) error {
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name outlive a power cut. Not every system can sync a
// folder; there it cannot be helped.
func syncFolder(dir string) error {
	if dir, err := os.Open(dir); err == nil {
		_ = dir.Sync()
		return dir.Close()
	}
	return nil
}

func (c *compactor) copy() error {
	if err := c.count(); err != nil {
		return err
	}
	c.samples = map[string][]byte{}
	c.sites, c.byDate = sorter{bucket: bucketSites, db: c.dst}, sorter{bucket: bucketByDate, db: c.dst}
	for _, step := range []func() error{
		c.copyAddresses, c.putDictionaries, c.copyRecords, c.putIndexes, c.copyPages, c.copySightings, c.copyLives, c.copySeen, c.copySuppressed, c.copyStates,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return c.dst.Sync()
}

func (c *compactor) count() error {
	x := checker{store: c.Store}
	err := x.count()
	c.total = x.total
	return err
}

// batches reads a bucket of the old file, a transaction after another, and has
// what each brought written once it has ended. read returns how many bytes of
// memory it took for the key.
func (s *Store) batches(ctx context.Context, bucket string, read func(r reader, key, value []byte) (int, error), write func() error) error {
	var last []byte
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		more = false
		if err := s.view(func(tx *bbolt.Tx) error {
			r := s.reader(tx)
			cursor := tx.Bucket([]byte(bucket)).Cursor()
			key, value := cursor.Seek(last)
			if last != nil && bytes.Equal(key, last) {
				key, value = cursor.Next()
			}
			for n, size := 0, 0; key != nil && n < compactLen && size < compactBytes; n++ {
				took, err := read(r, key, value)
				if err != nil {
					return err
				}
				size += took
				last, more = bytes.Clone(key), true
				key, value = cursor.Next()
			}
			return nil
		}); err != nil {
			return err
		}
		if more {
			if err := write(); err != nil {
				return err
			}
		}
	}
	return nil
}

// put writes entries, ordered by their keys, into a bucket of the new file.
func (c *compactor) put(bucket string, entries []entry) error {
	err := c.dst.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		b.FillPercent = compactFill
		for _, e := range entries {
			if err := b.Put(e.key, e.value); err != nil {
				return err
			}
		}
		return nil
	})
	c.done += len(entries)
	if c.progress != nil {
		c.progress(c.done, max(c.done, c.total))
	}
	return err
}

// copyBucket copies a bucket. What make returns for a key takes the place of its
// value; nil leaves it out.
func (c *compactor) copyBucket(bucket string, make func(r reader, key, value []byte) ([]byte, error)) error {
	var batch []entry
	return c.batches(c.ctx, bucket, func(r reader, key, value []byte) (int, error) {
		made, err := make(r, key, value)
		if err == nil && made != nil {
			batch = append(batch, entry{bytes.Clone(key), bytes.Clone(made)})
		}
		return len(made), err
	}, func() error {
		if err := c.put(bucket, batch); err != nil {
			return err
		}
		batch = batch[:0]
		return errors.Join(c.sites.spill(), c.byDate.spill())
	})
}

func (c *compactor) copyAddresses() error {
	return c.copyBucket(bucketAddresses, func(r reader, key, value []byte) ([]byte, error) {
		if len(key) != len(id{}) {
			return nil, fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
		}
		i := id(key)
		a, err := decodeAddress(i, value)
		if err != nil {
			return nil, err
		}
		e := siteEntryOf(a)
		c.sites.add(entry{e.key(), e.value()})
		return value, c.sample(r, i, a)
	})
}

// sample takes pages for the dictionary of a site. Addresses come in the order of
// their SHA-1, so the first are as good as drawn by lot.
func (c *compactor) sample(r reader, i id, a article.Address) error {
	if a.State == article.StateSuppressed || len(c.samples[a.Site]) >= maxDictionary {
		return nil
	}
	v, _ := r.newestValue(i)
	value := r.pages.Get(v.key())
	if value == nil {
		return nil
	}
	// A record may be kept where its address only leads to one that is suppressed.
	if hidden, err := r.hidden(i); err != nil || hidden {
		return err
	}
	f, err := r.frame(v, value)
	if err != nil {
		return err
	}
	data, err := f.open()
	if err != nil {
		return fmt.Errorf("%w: page %v: %w", ErrDamaged, v, err)
	}
	if room := maxDictionary - len(c.samples[a.Site]); len(data) <= room || len(c.samples[a.Site]) == 0 {
		c.samples[a.Site] = append(c.samples[a.Site], data[:min(len(data), room)]...)
	}
	return nil
}

func (c *compactor) putDictionaries() error {
	c.dicts = map[string]*dictionary{}
	var entries []entry
	for site, content := range c.samples {
		if len(content) < minDictionary {
			continue
		}
		d := newDictionary(content)
		d.level = compactLevel
		value, err := pack(storedDictionary{site, content})
		if err != nil {
			return err
		}
		c.dicts[site] = d
		entries = append(entries, entry{dictionaryKey(site, 1, d.number), value})
	}
	c.samples = nil
	slices.SortFunc(entries, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
	return c.put(bucketDictionaries, entries)
}

func (c *compactor) copyRecords() error {
	return c.copyBucket(bucketRecords, func(r reader, key, value []byte) ([]byte, error) {
		v, err := parseVersion(key)
		if err != nil {
			return nil, err
		}
		record, err := decodeRecord(v, value)
		if err != nil {
			return nil, err
		}
		c.result.Records++
		if newest, _ := r.newestValue(v.id); newest != v {
			return value, nil
		}
		a, _, err := r.address(v.id)
		if err == nil && a.State != article.StateSuppressed {
			e := r.dateEntryOf(record)
			c.byDate.add(entry{e.key(), e.value()})
		}
		return value, err
	})
}

func (c *compactor) putIndexes() error {
	for _, x := range []*sorter{&c.sites, &c.byDate} {
		if err := x.each(10*compactLen, func(batch []entry) error { return c.put(x.bucket, batch) }); err != nil {
			return err
		}
		*x = sorter{}
	}
	return nil
}

// copyPages compresses all pages with the new dictionaries.
func (c *compactor) copyPages() error {
	var batch []entry
	sites := map[string][]int{} // places in the batch
	return c.batches(c.ctx, bucketPages, func(r reader, key, value []byte) (int, error) {
		v, err := parseVersion(key)
		if err != nil {
			return 0, err
		}
		site, data, err := c.pageOf(r, v, value)
		if err != nil {
			return 0, err
		}
		sites[site] = append(sites[site], len(batch))
		batch = append(batch, entry{bytes.Clone(key), data})
		return len(data), nil
	}, func() error {
		for site, places := range sites {
			for _, n := range places {
				batch[n].value = c.compress(site, batch[n].value)
			}
			if d := c.dicts[site]; d != nil && len(c.dicts) > writableDictionaries {
				d.encoder = nil // no other goroutine knows of it
			}
		}
		err := c.put(bucketPages, batch)
		c.result.Pages += len(batch)
		batch = batch[:0]
		clear(sites)
		return err
	})
}

// pageOf opens the value of a page and says which site's dictionary is its.
func (c *compactor) pageOf(r reader, v version, value []byte) (site string, data []byte, err error) {
	f, err := r.frame(v, value)
	if err != nil {
		return "", nil, err
	}
	if data, err = f.open(); err != nil {
		return "", nil, fmt.Errorf("%w: page %v: %w", ErrDamaged, v, err)
	}
	a, _, err := r.address(v.id)
	return a.Site, data, err
}

func (c *compactor) compress(site string, data []byte) []byte {
	if d := c.dicts[site]; d != nil && len(data) >= minDictionary {
		return d.encode(data)
	}
	return compress(data)
}

func (c *compactor) copySightings() error {
	return c.copyBucket(bucketSightings, func(r reader, key, value []byte) ([]byte, error) {
		i, x, err := parseCapture(key)
		if err != nil {
			return nil, err
		}
		seen, err := decodeSighting(i, x, value)
		if err != nil || seen.Page == nil {
			return value, err
		}
		site, data, err := c.pageOf(r, version{id: i}, seen.Page)
		if err != nil {
			return nil, err
		}
		seen.Page = c.compress(site, data)
		return seen.encode()
	})
}

func (c *compactor) copySuppressed() error {
	return c.copyBucket(bucketSuppressed, func(_ reader, key, value []byte) ([]byte, error) {
		if len(key) != len(id{}) {
			return nil, fmt.Errorf("%w: suppression under the key %x", ErrDamaged, key)
		}
		_, err := decodeSuppression(id(key), value)
		return value, err
	})
}

func (c *compactor) copyStates() error {
	return c.copyBucket(bucketStates, func(_ reader, key, value []byte) ([]byte, error) {
		if _, err := decodeState(string(key), value); err != nil {
			c.result.Notes++
			return nil, nil
		}
		return value, nil
	})
}
