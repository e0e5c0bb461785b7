package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"archiver/article"
	"archiver/intact"
)

// To writes records in a format to what a path names on a command line, and
// returns how many there were. "-" is stdout. For a format that can be both, a
// path with its extension is one document of all records and any other path a
// folder, made if it is absent, with a file for each release:
// SITE/YYYY/MM/SLUG.md, or SITE/undated/SLUG.md.
//
// A file is replaced when it is whole: after an error of recs, of the disk or
// of ctx, the old one stands as it was. A folder's files are replaced one by one
// in this way, and folders within that were not there come as a whole; a release keeps the name that it has in there, and files that have
// not changed are not touched. It lists them in a file .archiver-export. Of the files
// that earlier exports have listed there, and nobody has changed since, those are
// deleted that are of a release which Options.Suppressed knows, or of an earlier site,
// or partitions of the same selection of the same archive that have no releases now;
// no others.
//
// A wrong format or option is a [*ChoiceError], and nothing is touched.
func To(ctx context.Context, path string, stdout io.Writer, format string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	f, err := prepare(format, opts)
	if err != nil {
		return 0, err
	}
	return f.to(ctx, path, stdout, recs, opts)
}

func (f Format) to(ctx context.Context, path string, stdout io.Writer, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	recs = until(ctx, recs)
	switch path {
	case "-":
		return f.write(ctx, stdout, "", recs, opts)
	case "":
		return 0, errors.New("there is no path to write to: name one, or - for standard output")
	}
	info, err := os.Stat(path)
	if err != nil && !os.IsNotExist(err) {
		return 0, err
	}
	there := err == nil
	switch {
	case f.Layout == Folder, f.Layout == FileOrFolder && !strings.EqualFold(filepath.Ext(path), f.Extension):
		if there && !info.IsDir() {
			return 0, fmt.Errorf("%s is a file: %s", path, f.wants())
		}
		return f.toFolder(ctx, path, recs, opts)
	case there && info.IsDir():
		return 0, fmt.Errorf("%s is a folder: %s", path, f.wants())
	case there && !info.Mode().IsRegular():
		return f.toDevice(ctx, path, recs, opts)
	}
	return f.toFile(ctx, path, recs, opts)
}

// wants says what a path should have been.
func (f Format) wants() string {
	switch f.Layout {
	case Folder:
		return fmt.Sprintf("format %s needs the path of a folder", f.Name)
	case FileOrFolder:
		return fmt.Sprintf("format %s needs the path of a file that ends in %s, or of a folder", f.Name, f.Extension)
	default:
		return fmt.Sprintf("format %s needs the path of a file, such as releases%s", f.Name, f.Extension)
	}
}

// until yields what recs yields until ctx is done, then the reason for that.
func until(ctx context.Context, recs iter.Seq2[*article.Record, error]) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for r, err := range recs {
			if ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// toDevice writes to what cannot be replaced, such as /dev/null or a named pipe.
func (f Format) toDevice(ctx context.Context, path string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return 0, err
	}
	n, err = f.write(ctx, file, "", recs, opts)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return n, err
}

func (f Format) toFile(ctx context.Context, path string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved // a link goes on leading to the file
	}
	dir, err := openFolder(filepath.Dir(path))
	if err != nil {
		return 0, err
	}
	defer dir.close()
	intact.SweepIn(dir.root, filepath.Base(path))
	file, err := dir.create(filepath.Base(path), owner{})
	if err != nil {
		return 0, err
	}
	n, err = f.write(ctx, file, file.pending.Name(), recs, opts)
	return n, file.finish(err)
}

func (f Format) toFolder(ctx context.Context, path string, recs iter.Seq2[*article.Record, error], opts Options) (n int, err error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return 0, err
	}
	dir, err := openFolder(path)
	if err != nil {
		return 0, err
	}
	defer dir.close()
	intact.SweepIn(dir.root, "")
	var enc Encoder
	if f.Layout == FileOrFolder {
		enc = newReleases(dir, f, opts)
	} else if enc, err = f.open(target{folder: dir, whole: f.whole(opts)}, opts); err != nil {
		return 0, err
	}
	n, err = encode(ctx, enc, recs, opts)
	return n, dir.settle(ctx, err, f.whole(opts), opts)
}
