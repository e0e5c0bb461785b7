package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"archiver/article"
	"archiver/export/parquet"
)

// An Origin is what an export is of, beside its records. All of it may be empty.
type Origin struct {
	Program    string // version of the program
	Archive    string // a name of the archive, such as its path
	Generation string // of the archive
	Selection  string // the flags by which the records were selected
}

// dataset fills a folder as the loader of Hugging Face takes it:
//
//	README.md       the card, with the names of the files of each split
//	data/           train-00000-of-00001.parquet and so on
//	CITATION.cff
//	manifest.json   the hash of each file
//
// It sees all records twice: first to divide them, of which memory holds what a plan
// does, then to write them. A record that comes only the second time, because the
// archive has changed meanwhile, is left out.
//
// All files are written under temporary names. Only when the last is whole they get
// their own, one after the other; until that is done the card names a file that there
// is not, so that nobody loads half of one export and half of another.
type dataset struct {
	dir       *folder
	origin    Origin
	shardRows int

	plan    *plan
	form    *parquet.Form
	figures *figures
	former  manifest // of the export that the folder has
	shards  [3][]*shard
	wanted  [3]int // shards
}

// A shard is one file of a split.
type shard struct {
	manifestFile
	*parquet.Writer // nil when the file is whole
	file            *file
	buf             *bufio.Writer
	hash            hash.Hash
	unpacked        int64
}

// shardRows is how many rows a file has at most: some 200 MB.
const shardRows = 50_000

func newDataset(t target, opts Options) (Encoder, error) {
	former, err := readManifest(t.folder)
	if err != nil {
		return nil, err
	}
	e := &dataset{dir: t.folder, origin: opts.Origin, shardRows: shardRows, plan: newPlan(), figures: newFigures(), former: former}
	text := func(name string, value func(seat) string) parquet.Column {
		return parquet.Text(name, func(r *article.Record) string {
			s, _ := e.plan.seat(r)
			return value(s)
		})
	}
	e.form, err = parquet.NewForm(nil,
		text("split", func(s seat) string { return s.split.String() }),
		text("split_by", func(s seat) string { return s.basis }),
		text("group", func(s seat) string { return s.group }),
		parquet.Whole("words", wordsOf))
	return e, err
}

func (e *dataset) survey(r *article.Record) error { return e.plan.add(r) }

func (e *dataset) surveyed() {
	e.plan.settle()
	for s, rows := range e.plan.rows() {
		e.wanted[s] = max(1, (rows+e.shardRows-1)/e.shardRows)
	}
}

func (e *dataset) Encode(r *article.Record) error {
	s, ok := e.plan.seat(r)
	if !ok {
		return nil
	}
	of := e.shards[s.split]
	if len(of) == 0 || *of[len(of)-1].Rows == e.shardRows {
		if err := e.next(s.split); err != nil {
			return err
		}
		of = e.shards[s.split]
	}
	at := of[len(of)-1]
	if err := at.Write(r); err != nil {
		return err
	}
	*at.Rows++
	e.figures.add(r, s)
	return nil
}

// next ends the last file of a split and begins another.
func (e *dataset) next(s split) error {
	of := e.shards[s]
	if len(of) > 0 {
		if err := of[len(of)-1].end(); err != nil {
			return err
		}
	}
	path := fmt.Sprintf("data/%s-%05d-of-%05d.parquet", s, len(of), e.wanted[s])
	f, err := e.dir.create(path, owner{})
	if err != nil {
		return err
	}
	at := &shard{manifestFile: manifestFile{Path: path, Split: s.String(), Rows: new(int)}, file: f, hash: sha256.New()}
	at.buf = bufio.NewWriterSize(io.MultiWriter(f, at.hash), 64<<10)
	at.Writer = e.form.NewWriter(counting{at.buf, &at.Bytes})
	e.shards[s] = append(of, at)
	return nil
}

// end makes the file whole; it keeps its temporary name.
func (s *shard) end() error {
	if s.Writer == nil {
		return nil
	}
	if err := errors.Join(s.Writer.Close(), s.buf.Flush()); err != nil {
		return err
	}
	s.unpacked = s.Unpacked()
	s.SHA256 = hex.EncodeToString(s.hash.Sum(nil))
	s.Writer, s.buf = nil, nil
	return nil
}

// counting counts the bytes that go through it.
type counting struct {
	io.Writer
	n *int64
}

func (c counting) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	*c.n += int64(n)
	return n, err
}

func (e *dataset) finish(ctx context.Context) error {
	for s := train; s <= test; s++ {
		for len(e.shards[s]) < e.wanted[s] {
			if err := e.next(s); err != nil {
				return err
			}
		}
		of := e.shards[s]
		if err := of[len(of)-1].end(); err != nil {
			return err
		}
	}
	c, err := e.card()
	if err != nil {
		return err
	}
	readme, err := e.readme(c)
	if err != nil {
		return err
	}
	citation, err := e.citation(c)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := e.replace(readme, citation); err != nil {
		return fmt.Errorf("the data set in %s is incomplete now; export it again: %w", e.dir.root.Name(), err)
	}
	return nil
}

// replace gives the files their names.
func (e *dataset) replace(readme, citation []byte) error {
	m := e.manifest(readme, citation)
	interim := m
	interim.Complete = false
	interim.Files = append(append([]manifestFile{}, e.former.Files...), m.Files...)
	if err := e.dir.write(manifestName, owner{}, interim.encode()); err != nil {
		return err
	}
	if err := e.dir.write(readmeName, owner{}, []byte(incompleteCard)); err != nil {
		return err
	}
	for _, of := range e.shards {
		for _, s := range of {
			f := s.file
			s.file = nil
			if err := f.finish(nil); err != nil {
				return err
			}
		}
	}
	if err := e.clear(m); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{citationName, citation}, {readmeName, readme}, {manifestName, m.encode()}} {
		if err := e.dir.write(f.name, owner{}, f.data); err != nil {
			return err
		}
	}
	return nil
}

// Close lets go of the files that have not got their names.
func (e *dataset) Close(cause error) error {
	if cause == nil {
		return nil
	}
	e.form.Wait()
	for _, of := range e.shards {
		for _, s := range of {
			if s.file != nil {
				_ = s.file.finish(cause) // which leaves the file that was there
			}
		}
	}
	return cause
}

const incompleteCard = `---
configs:
- config_name: default
  data_files:
  - split: train
    path:
    - data/incomplete-export-it-again.parquet
---

# An incomplete data set

The export was ended while it put its files in place: some in data/ are of this
export, some of the one before. Export the data set again.
`
