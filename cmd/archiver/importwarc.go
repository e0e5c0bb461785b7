package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"archiver/article"
	"archiver/export"
	"archiver/scraper/sites"
	"archiver/warc"
)

// A place is where a record of a WARC file can be read again.
type place struct {
	file   string
	offset int64
}

// maxNotes bounds a metadata record that is read.
const maxNotes = 1 << 20

// A warcFile is one WARC file that is imported.
type warcFile struct {
	*importer
	name     string
	notes    export.WARCNotes // of the record below
	notesFor string
}

// warc takes the releases of a WARC file. The error is one that ends the run;
// what is wrong with the file or with a record of it is said, and what came
// before is taken.
func (i *importer) warc(ctx context.Context, name string, in io.Reader) error {
	f := &warcFile{importer: i, name: name}
	reader := warc.NewReader(in)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := reader.Next()
		var fault *warc.RecordError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &fault):
			f.fail(name, err)
			continue
		case err != nil:
			f.fail(name, err)
			return nil
		}
		if err := f.record(ctx, r); err != nil {
			return err
		}
	}
}

// record takes one record, if it is for us.
func (f *warcFile) record(ctx context.Context, r *warc.Record) error {
	switch r.Type {
	case warc.TypeMetadata:
		block, err := r.Payload(maxNotes)
		if notes, ok := export.ReadNotes(block); ok && err == nil {
			f.notes, f.notesFor = notes, r.Header.Get(warc.FieldConcurrentTo)
		}
		return nil
	case warc.TypeResponse, warc.TypeRevisit, warc.TypeResource:
	default:
		return nil
	}
	target, _, _ := strings.Cut(r.Target(), "#")
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil // of the name system, or wget's log
	}
	c := candidate{name: f.name, page: article.Page{URL: target}}
	notes := export.WARCNotes{}
	if id := r.Header.Get(warc.FieldID); id != "" && id == f.notesFor {
		notes, c.asked, c.record = f.notes, true, f.notes.Record
	}
	if c.site, err = siteOf(f.reader.sites, target); err != nil {
		f.fail(f.name, fmt.Errorf("%s: %w", target, err))
		return nil
	}
	if !c.asked && !c.site.Generic() && !c.site.Has(u) {
		f.other++
		return nil
	}
	if c.page.Fetched, err = r.Header.Time(warc.FieldDate); err != nil || c.page.Fetched.IsZero() {
		f.fail(f.name, fmt.Errorf("%s: %w", target, errors.Join(err, errNoDate)))
		return nil
	}
	switch take, err := f.fill(ctx, &c, r); {
	case err != nil:
		if ended := (*archiveError)(nil); errors.As(err, &ended) {
			return ended.error
		}
		f.fail(f.name, aboutTarget(target, err))
		return nil
	case !take:
		f.other++
		return nil
	}
	c.name = f.name + ": " + target
	if c.leads == "" {
		c.page = notes.Apply(c.page)
	}
	return f.add(ctx, c)
}

var errNoDate = errors.New("the record does not tell when the page was fetched")

// An archiveError is an error of the archive, not of a file: it ends the run.
type archiveError struct{ error }

// aboutTarget says which address an error is about, where it does not say so itself.
func aboutTarget(target string, err error) error {
	if fault := (*warc.RecordError)(nil); errors.As(err, &fault) && fault.Target != "" {
		return err
	}
	return fmt.Errorf("%s: %w", target, err)
}

// fill reads the page of a record. It reports whether that can be a release; an
// answer that cannot be one is no fault, whatever is wrong with it.
func (f *warcFile) fill(ctx context.Context, c *candidate, r *warc.Record) (bool, error) {
	p := &c.page
	if r.Type == warc.TypeResource {
		kind := r.Header.Get(warc.FieldContentType)
		p.Header = map[string][]string{"Content-Type": {kind}}
		if !isDocument(*p) {
			if p.Status = http.StatusOK; !mayBePage(p) { // nobody has sent it, as with a saved page
				return false, nil
			}
		}
		body, err := r.Payload(maxPage)
		p.Body = body
		return true, err
	}
	digest, where := r.Header.Get(warc.FieldPayloadDigest), place{f.name, r.Offset}
	resp, err := r.Response(maxPage)
	if errors.Is(err, warc.ErrNotHTTP) {
		return false, nil
	}
	if resp == nil {
		return false, err
	}
	p.Status, p.Header, p.Body = resp.Status, resp.Header, resp.Body
	switch {
	case r.Type == warc.TypeRevisit:
		return f.revisit(ctx, c, r, digest)
	case p.Status == http.StatusMovedPermanently, p.Status == http.StatusPermanentRedirect:
		c.leads = f.leads(p, c.site)
		return c.leads != "", nil
	case p.Status != http.StatusOK || !mayBePage(p):
		return false, nil
	}
	if digest != "" && err == nil && f.name != "-" {
		f.originals[digest] = where
	}
	return true, err
}

// mayBePage reports whether an answer says that it is a web page, or does not
// say what it is.
func mayBePage(p *article.Page) bool {
	kind := strings.ToLower(p.Get("Content-Type"))
	return kind == "" || strings.Contains(kind, "html")
}

// leads returns the address of an article to which a permanent redirect leads on
// the same site, or "".
func (f *warcFile) leads(p *article.Page, site *sites.Site) string {
	from, err := url.Parse(p.URL)
	if err != nil {
		return ""
	}
	to, err := from.Parse(p.Get("Location"))
	if err != nil || site.Generic() || !site.Has(to) {
		return ""
	}
	to.Fragment = ""
	if to.String() == p.URL {
		return ""
	}
	return to.String()
}

// revisit finds the body of a page that was seen again, the same: where it was
// read in this run, or in the archive.
func (f *warcFile) revisit(ctx context.Context, c *candidate, r *warc.Record, digest string) (bool, error) {
	p := &c.page
	same := strings.HasSuffix(r.Header.Get(warc.FieldProfile), "identical-payload-digest")
	if same && (p.Status != http.StatusOK || !mayBePage(p)) || !same && p.Status != http.StatusNotModified {
		return false, nil
	}
	if where, ok := f.originals[digest]; ok && same {
		first, err := readAt(where)
		if err != nil {
			return false, fmt.Errorf("its body stands in %s: %w", where.file, err)
		}
		p.Body = first.Body
		if len(p.Header) == 0 {
			p.Header = first.Header
		}
		return true, nil
	}
	if err := f.flush(ctx); err != nil { // it may wait to be saved
		return false, &archiveError{err}
	}
	kept, err := f.seenBefore(r, digest, same)
	if err != nil {
		return false, &archiveError{err}
	}
	if kept == nil {
		return false, fmt.Errorf("its body is that of an earlier record%s: import the file with that first", refers(r))
	}
	p.Status, p.Body = kept.Status, kept.Body
	if !same || len(p.Header) == 0 {
		p.Header = kept.Header
	}
	return true, nil
}

// refers says of which record a revisit speaks.
func refers(r *warc.Record) string {
	target, date := r.Header.Get(warc.FieldRefersTarget), r.Header.Get(warc.FieldRefersDate)
	switch {
	case target == "":
		return ""
	case date == "":
		return fmt.Sprintf(" (%s)", target)
	}
	return fmt.Sprintf(" (%s of %s)", target, date)
}

// seenBefore finds in the archive the page that a revisit speaks of: by its
// digest or, of one that was not modified, the one that was current. It is nil
// where there is none.
func (f *warcFile) seenBefore(r *warc.Record, digest string, same bool) (*article.Page, error) {
	date, err := r.Header.Time(warc.FieldDate)
	if err != nil {
		date = time.Time{} // unreachable: it was read before
	}
	for _, target := range []string{r.Header.Get(warc.FieldRefersTarget), r.Target()} {
		revisions, err := f.archive.Revisions(target)
		switch {
		case target == "", errors.Is(err, article.ErrNotFound):
			continue
		case err != nil:
			return nil, err
		}
		for n := len(revisions) - 1; n >= 0; n-- {
			if !same && revisions[n].LastChanged.After(date) {
				continue
			}
			p, err := f.archive.Page(revisions[n].ID, revisions[n].Revision)
			if err != nil {
				return nil, err
			}
			if !same && (digest == "" || warc.Matches(p.Body, digest)) || same && warc.Matches(p.Body, digest) {
				return p, nil
			}
		}
	}
	return nil, nil
}

// readAt reads a response again.
func readAt(where place) (*warc.Response, error) {
	file, err := os.Open(where.file)
	if err != nil {
		return nil, plainFileError(err)
	}
	defer file.Close()
	if _, err := file.Seek(where.offset, io.SeekStart); err != nil {
		return nil, err
	}
	r, err := warc.NewReader(file).Next()
	if err != nil {
		return nil, err
	}
	return r.Response(maxPage)
}
