// Package export writes records in the formats that people and programs read, from
// plain text to a database, a web site and a data set.
//
// Begin with [To], which takes a path as it stands on a command line and finds
// out what is to be made there, or with [Write], which writes to a stream. The
// formats stand in one table, formats; each is an [Encoder] in a file of its
// own, and that file and a line of the table are all that a new one needs.
//
// What an archive holds was written by strangers. It is never taken for a
// path, nor for markup of the form that it is put in.
package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"

	"archiver/article"
)

// Options say how records are written. The zero value is the usual form of
// every format.
type Options struct {
	// Links keeps the links of markdown; by default they are their text alone.
	Links bool
	// ASCII escapes what is not ASCII in the header of markdown, as the
	// reference corpus does.
	ASCII bool
	// FrontMatter is "hugo" for a header that Hugo reads, with every field of
	// the record, in place of markdown's own; default: "".
	FrontMatter string
	// Table is the table that csv writes, one of [Tables]; default: "releases".
	Table string
	// Raw leaves cells of csv as they are that a spreadsheet would take for a
	// formula; by default an apostrophe is put before them.
	Raw bool
	// Partition divides parquet into files by some of [PartitionKeys], in folders
	// that are named after them; default: one file.
	Partition []string
	// History returns all revisions of the release of a record, oldest first, for
	// the tables of them; default: those that are written.
	History func(r *article.Record) ([]*article.Record, error)
	// Pages iterates over the pages that records were made from, in their order, for
	// the formats that are made of pages. The records have ID, URL and Revision alone.
	// Default: there are none.
	Pages func(records ...*article.Record) iter.Seq2[*article.Page, error]
	// Feed is what rss writes: "rss", "atom" or "json"; default: "rss".
	Feed string
	// Newest, if it is not 0, leaves in a feed only so many of the newest releases.
	Newest int
	// Title is that of a feed; default: one made from its releases.
	Title string
	// Entry says what the entry of a feed tells of a release: records are then what
	// happened, oldest first, and can be several of one release. Default: that there
	// is one.
	Entry func(r *article.Record) FeedEntry
	// Home is the address of an archive in a browser, with a slash at its end, and Self
	// that of the feed there. A feed with a Home leads to the releases as the archive
	// has them, and from there on to the pages that they come from; else to those pages.
	Home, Self string
	// AllRevisions says that records can be several revisions of a release; default:
	// each is the newest.
	AllRevisions bool
	// Origin is what an export is of, beside its records.
	Origin Origin
	// Suppressed returns which of these releases may be in no export, for folders that
	// have files of them from an earlier one; default: none.
	Suppressed func(ids ...string) ([]string, error)
	// Kept is told the path of a file in a folder that should go and stays, because it
	// has been changed since it was exported; default: nobody is.
	Kept func(path string)
}

// An Encoder writes records in one format.
type Encoder interface {
	// Encode writes a record. The record is only lent.
	Encode(r *article.Record) error
	// Close ends the output and lets go of what the encoder holds, but does not
	// close the stream that it writes to. It is called once. A cause that is not
	// nil says that the export has failed: nothing more is then to be written.
	Close(cause error) error
}

// A finisher is an encoder that has much to do once it has seen all records, and
// can be stopped while it does that. Close comes after it.
type finisher interface {
	finish(ctx context.Context) error
}

// A divided encoder can do the most of its work on a record while others are encoded.
// begin is called for several records at a time, what it returns in their turn. Both
// together are Encode.
type divided interface {
	begin(r *article.Record) (end func() error, err error)
}

func beginAndEnd(d divided, r *article.Record) error {
	end, err := d.begin(r)
	if err != nil {
		return err
	}
	return end()
}

// A surveyor is an encoder that has to see all records before it writes the first:
// they come twice.
type surveyor interface {
	survey(r *article.Record) error
	surveyed()
}

// Layout says what a format makes.
type Layout int

// The layouts. A path that has the format's extension asks for the file of
// FileOrFolder, any other for the folder, with a file for each release.
const (
	File Layout = iota
	FileOrFolder
	Folder
)

// A Format is one way to write records.
type Format struct {
	Name        string
	Description string // for help and completion
	Extension   string // of its files, with the dot
	Layout      Layout

	open func(target, Options) (Encoder, error)
}

// A target is where an encoder writes: a stream or a folder. A format that needs
// a file to seek in may write to path, past the stream, where there is one: an
// empty file, which takes the place of another when it is closed. Where there is
// none it makes a temporary one and copies it to the stream.
type target struct {
	stream io.Writer
	path   string // of the file that the stream leads to; "" if it is none
	folder *folder
	whole  string // names what is made in the folder at once; see [Format.whole]
}

var formats = []Format{
	{"markdown", "Markdown with a YAML header, as one document or a file for each release", ".md", FileOrFolder, stream(newMarkdown)},
	{"text", "plain text, as one document or a file for each release", ".txt", FileOrFolder, stream(newText)},
	{"jsonl", "JSON Lines: every field, a record on each line", ".jsonl", File, stream(newJSONL)},
	{"html", "a static site of linked pages, in a folder", ".html", Folder, newSite},
	{"docx", "Word, as one document or a file for each release", ".docx", FileOrFolder, newDocx},
	{"epub", "an e-book (EPUB 3), a chapter for each release", ".epub", File, newEpub},
	{"rss", "a feed: RSS, Atom or JSON Feed", ".xml", File, newFeed},
	{"csv", "a table for spreadsheets: of releases, or of what is in them", ".csv", File, stream(newCSV)},
	{"parquet", "Parquet: every field, nested, for DuckDB, pandas and the like", ".parquet", File, newParquet},
	{"sqlite", "an SQLite database with tables, views and full-text search", ".sqlite", File, newSQLite},
	{"dataset", "a data set for machine learning: Parquet in splits with a card, in a folder", ".parquet", Folder, newDataset},
	{"warc", "a WARC file of the pages as captured, compressed", ".warc.gz", File, stream(newWARC)},
}

// stream makes a constructor of one that writes from front to back and cannot
// fail.
func stream(open func(io.Writer, Options) Encoder) func(target, Options) (Encoder, error) {
	return func(t target, opts Options) (Encoder, error) { return open(t.stream, opts), nil }
}

// Formats lists the names of the formats, the usual one first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// Lookup returns the format of that name. The error is a [*ChoiceError].
func Lookup(name string) (Format, error) {
	aliases := map[string]string{"word": "docx", "excel": "csv", "xlsx": "csv"}
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
		if ext := f.Extension[1:]; aliases[ext] == "" {
			aliases[ext] = f.Name
		}
	}
	return Format{}, choose("format", name, Formats(), aliases)
}

// Write writes records to w in a format and returns how many there were; with
// none it writes what is an empty file of that format. It stops at the first
// error, its own or that of recs, having written the records before it. For some
// formats recs is iterated over twice. It runs in a goroutine of its own, ahead of
// what is written, and gives its records away.
func Write(w io.Writer, format string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	f, err := prepare(format, opts)
	if err != nil {
		return 0, err
	}
	return f.write(context.Background(), w, "", recs, opts)
}

// prepare finds all that is wrong with what was asked for before anything is
// touched.
func prepare(format string, opts Options) (Format, error) {
	f, err := Lookup(format)
	if err == nil {
		err = opts.check(f)
	}
	if len(opts.Partition) > 0 {
		f.Layout = Folder
	}
	return f, err
}

// write writes to w, which is the file at path where that is not empty.
func (f Format) write(ctx context.Context, w io.Writer, path string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	if f.Layout == Folder {
		return 0, fmt.Errorf("format %s fills a folder: name one to write to", f.Name)
	}
	buffered := bufio.NewWriterSize(w, 64<<10)
	enc, err := f.open(target{stream: buffered, path: path}, opts)
	if err != nil {
		return 0, err
	}
	n, err = encode(ctx, enc, recs, opts)
	if flushErr := buffered.Flush(); err == nil {
		err = flushErr
	}
	return n, err
}

// encode is the way of every record to its encoder, which it closes.
func encode(ctx context.Context, enc Encoder, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	defer func() {
		if closeErr := enc.Close(err); err == nil {
			err = closeErr
		}
	}()
	if s, ok := enc.(surveyor); ok {
		if err := survey(s, recs); err != nil {
			return 0, err
		}
	}
	begin := func(r *article.Record) (func() error, error) {
		return func() error { return enc.Encode(r) }, nil
	}
	if d, ok := enc.(divided); ok {
		begin = d.begin
	}
	if n, err = each(recs, begin); err != nil {
		return n, err
	}
	if f, ok := enc.(finisher); ok {
		return n, f.finish(ctx)
	}
	return n, nil
}

func survey(s surveyor, recs iter.Seq2[*article.Record, error]) error {
	_, err := each(recs, func(r *article.Record) (func() error, error) {
		return func() error { return s.survey(r) }, nil
	})
	if err != nil {
		return err
	}
	s.surveyed()
	return nil
}
