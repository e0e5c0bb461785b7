package export

import (
	"bytes"
	"path"

	"golang.org/x/text/cases"

	"archiver/article"
)

// releases fills a folder with a file for each release.
//
// A release that has a file from an earlier export keeps its name; where the
// format can tell that a file holds another release, it is left to that. Where
// new releases ask for one name, all of them get longer ones, so that the names
// do not depend on the order of the records.
type releases struct {
	dir    *folder
	format Format
	opts   Options
	fold   cases.Caser
	holder map[string]*place // by key; nil for a name that several asked for; grows by 300 bytes a release
}

func newReleases(dir *folder, f Format, opts Options) *releases {
	return &releases{dir: dir, format: f, opts: opts, fold: cases.Fold(), holder: map[string]*place{}}
}

func (e *releases) Encode(r *article.Record) error { return beginAndEnd(e, r) }

func (e *releases) begin(r *article.Record) (func() error, error) {
	buf := lend()
	enc, err := e.format.open(target{stream: buf}, e.opts)
	if err != nil {
		return nil, err
	}
	err = enc.Encode(r)
	if closeErr := enc.Close(err); err == nil {
		err = closeErr
	}
	return func() error { return e.put(r, enc, buf) }, err
}

func (e *releases) put(r *article.Record, enc Encoder, data *bytes.Buffer) error {
	p, old, err := e.place(r, enc)
	if err != nil {
		return err
	}
	return e.dir.put(e.name(p), owner{release: p.id}, old, data)
}

func (e *releases) Close(error) error { return nil }

// An identifier is an encoder that can tell whether a file of its format holds
// a record.
type identifier interface {
	wrote(file []byte, r *article.Record) bool
}

func wrote(enc Encoder, file []byte, r *article.Record) bool {
	id, ok := enc.(identifier)
	return !ok || id.wrote(file, r)
}

// place finds the place of a record, and what its file held before this export:
// nil where it had none.
func (e *releases) place(r *article.Record, enc Encoder) (*place, []byte, error) {
	p := newPlace(r, e.format.Extension)
	kept, lowest := *p, p.level
	kept.kept = true
	for kept.level = 1; kept.level >= lowest; kept.level-- {
		key := e.key(&kept)
		other, asked := e.holder[key]
		switch {
		case other != nil && !other.same(p):
			continue
		case other != nil: // the same comes twice
			if err := e.dir.written(); err != nil {
				return nil, nil, err
			}
		case !asked && e.dir.rooms.empty(path.Dir(e.name(&kept))):
			continue
		}
		old, err := e.dir.read(e.name(&kept))
		switch {
		case err != nil:
			return nil, nil, err
		case old == nil:
		case kept.level == 0 && !wrote(enc, old, r):
			p.level = 1
		default:
			e.holder[key] = &kept
			return &kept, old, nil
		}
	}
	return p, nil, e.claim(p)
}

// claim gives p, which is new in the folder, the next name that no release asks
// for. Another that is new and has a name that p asks for loses it as well.
func (e *releases) claim(p *place) error {
	for ; ; p.level++ {
		key := e.key(p)
		other, asked := e.holder[key]
		switch {
		case !asked || other != nil && other.same(p):
			e.holder[key] = p
			return nil
		case other != nil && !other.kept:
			e.holder[key] = nil
			from := e.name(other)
			other.level++
			if err := e.claim(other); err != nil {
				return err
			}
			if err := e.dir.rename(from, e.name(other)); err != nil {
				return err
			}
		}
	}
}

func (e *releases) name(p *place) string { return p.name(e.format.Extension) }

// key is the name as a file system sees it for which upper and lower case are
// the same.
func (e *releases) key(p *place) string { return e.fold.String(e.name(p)) }
