package export

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/export/parquet"
)

// PartitionKeys are what Parquet files can be divided by.
var PartitionKeys = []string{"site", "year"}

const (
	// noPartition stands for a value that is not known, in Hive and what reads it.
	noPartition = "__HIVE_DEFAULT_PARTITION__"

	// Of the files of the partitions so many are written at a time. A further one
	// ends that which has waited longest for a row; should its partition come again,
	// the rows go into another file of it. Records come by time, so that needs more
	// sites than this in one year.
	maxPartitions = 64
	// maxPending is how many bytes of rows wait in all of them.
	maxPending = 16 << 20
)

// partitions fills a folder with Parquet files, in folders within it that say what
// their rows have in common: site=cheshire/year=2024/part-0.parquet, where year is
// that of publication in London. The site is not in the files as well: readers
// take it from the folder, and some refuse to have it twice.
//
// What is left of an earlier export in the folder of a partition that is written
// again, a part-1.parquet with a part-0.parquet that has all, becomes an empty file.
type partitions struct {
	dir     *folder
	of      owner
	form    *parquet.Form
	by      []string
	open    map[string]*partition
	parts   map[string]int // by folder: files begun
	pending int
	clock   int

	// What is written is written by a goroutine of its own, in order, while the rows
	// that come next are made.
	tasks chan func(cause error) error
	ended chan struct{}
	err   error // the first of a task; read after ended
}

type partition struct {
	*parquet.Writer
	file *file
	used int // by the clock, which counts records
}

func newPartitions(t target, by []string) (Encoder, error) {
	var without []string
	if slices.Contains(by, "site") {
		without = []string{"site"}
	}
	form, err := parquet.NewForm(without)
	if err != nil {
		return nil, err
	}
	e := &partitions{
		dir: t.folder, of: owner{whole: t.whole}, form: form, by: by, open: map[string]*partition{}, parts: map[string]int{},
		tasks: make(chan func(cause error) error, 2), ended: make(chan struct{}),
	}
	go e.work()
	return e, nil
}

// work does the tasks. After an error they get to know it.
func (e *partitions) work() {
	defer close(e.ended)
	for task := range e.tasks {
		if err := task(e.err); e.err == nil {
			e.err = err
		}
	}
}

func (e *partitions) Encode(r *article.Record) error {
	name := e.folderOf(r)
	p := e.open[name]
	if p == nil {
		var err error
		if p, err = e.begin(name); err != nil {
			return err
		}
	}
	e.clock++
	p.used = e.clock
	before := p.Pending()
	if err := p.Write(r); err != nil {
		return err
	}
	if e.pending += p.Pending() - before; e.pending < maxPending {
		return nil
	}
	e.flushLargest()
	return nil
}

// folderOf returns the folder of a record. No value of a record can name another.
func (e *partitions) folderOf(r *article.Record) string {
	levels := make([]string, len(e.by))
	for i, key := range e.by {
		value := r.Site
		if key == "year" {
			if value = ""; !r.Published.IsZero() {
				value = strconv.Itoa(r.Published.In(article.London).Year())
			}
		}
		levels[i] = key + "=" + partitionValue(value)
	}
	return strings.Join(levels, "/")
}

// partitionValue writes a value as a folder is named after it: letters, digits and
// what is harmless on every file system as they are, all else as the bytes of
// an address are, which readers undo. Capitals are written so too, because some
// file systems take them for small letters. What is too long for a name is there
// as its SHA-1.
func partitionValue(value string) string {
	if value == "" {
		return noPartition
	}
	value = string([]rune(value)) // readers want UTF-8
	var b strings.Builder
	for i := range len(value) {
		c := value[i]
		switch {
		case value == "null" && i == 0:
			b.WriteString("%6E")
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.' && i < len(value)-1:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() > maxName {
		return article.ID(value)
	}
	return b.String()
}

func (e *partitions) begin(name string) (*partition, error) {
	if len(e.open) == maxPartitions {
		e.end(e.idle())
	}
	p, err := e.create(e.next(name))
	if err == nil {
		e.open[name] = p
	}
	return p, err
}

func (e *partitions) create(name string) (*partition, error) {
	f, err := e.dir.create(name, e.of)
	if err != nil {
		return nil, err
	}
	return &partition{Writer: e.form.NewSmall(f), file: f}, nil
}

// next names the next file of a folder.
func (e *partitions) next(folder string) string {
	n := e.parts[folder]
	e.parts[folder]++
	return fmt.Sprintf("%s/part-%d.parquet", folder, n)
}

// idle returns the folder whose file has waited longest for a row.
func (e *partitions) idle() string {
	oldest := ""
	for name, p := range e.open {
		if oldest == "" || p.used < e.open[oldest].used {
			oldest = name
		}
	}
	return oldest
}

// flushLargest has the rows written that wait for the file that has most of them.
func (e *partitions) flushLargest() {
	var largest *partition
	for _, p := range e.open {
		if largest == nil || p.Pending() > largest.Pending() || p.Pending() == largest.Pending() && p.used < largest.used {
			largest = p
		}
	}
	e.pending -= largest.Pending()
	flush := largest.FlushLater()
	e.tasks <- func(cause error) error {
		if cause != nil {
			return cause
		}
		return flush()
	}
}

// end has the file of a folder finished.
func (e *partitions) end(name string) {
	p := e.open[name]
	delete(e.open, name)
	e.pending -= p.Pending()
	closing := p.CloseLater()
	e.tasks <- func(cause error) error {
		if cause == nil {
			cause = closing()
		}
		return p.file.finish(cause) // which given an error leaves the file that was there
	}
}

func (e *partitions) Close(cause error) error {
	if cause == nil {
		for _, name := range slices.Sorted(maps.Keys(e.open)) {
			e.end(name)
		}
	}
	close(e.tasks)
	<-e.ended
	for _, p := range e.open {
		_ = p.file.finish(cause)
	}
	if cause == nil {
		cause = e.err
	}
	if cause != nil {
		return cause
	}
	for name := range e.parts {
		if err := e.clear(name); err != nil {
			return err
		}
	}
	return nil
}

// clear empties the files that a folder has of an earlier export behind those that
// are written now.
func (e *partitions) clear(folder string) error {
	for {
		name := e.next(folder)
		if _, err := e.dir.root.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		p, err := e.create(name)
		if err != nil {
			return err
		}
		if err := p.file.finish(p.Close()); err != nil {
			return err
		}
	}
}
