package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	saved "archiver"
	"archiver/article"
	"archiver/intact"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
)

// savedPages is a folder of saved pages with the records that they are to give:
// SITE/NAME.html and SITE/NAME.json.
type savedPages struct {
	files fs.FS
	dir   string // where they are on the disk; "" for those that the program carries
}

// pagesBeside is the folder of saved pages within a folder of profiles.
const pagesBeside = "pages"

// findPages returns the saved pages: those of dir; else those beside the user's own
// profiles, if there are any; else those that the program carries.
func findPages(dir, profiles string) (savedPages, error) {
	if dir == "" && profiles != "" {
		beside := filepath.Join(profiles, pagesBeside)
		if info, err := os.Stat(beside); err == nil && info.IsDir() {
			dir = beside
		}
	}
	if dir == "" {
		carried, err := fs.Sub(saved.Pages, "testdata/sites")
		return savedPages{files: carried}, err
	}
	if info, err := os.Stat(dir); err != nil {
		return savedPages{}, usagef("--pages %s: there is no such folder", dir)
	} else if !info.IsDir() {
		return savedPages{}, usagef("--pages %s: is not a folder", dir)
	}
	return savedPages{files: os.DirFS(dir), dir: dir}, nil
}

// where says where the pages are.
func (s savedPages) where() string {
	if s.dir == "" {
		return "carried with the program"
	}
	return "in " + s.dir
}

// of returns the names of the pages of a site, without their extension.
func (s savedPages) of(site string) ([]string, error) {
	names, err := fs.Glob(s.files, site+"/*.html")
	if err != nil {
		return nil, err // unreachable: an id has no bracket
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(path.Base(name), ".html")
	}
	return names, nil
}

// folders returns the names of the folders that hold pages.
func (s savedPages) folders() ([]string, error) {
	names, err := fs.Glob(s.files, "*/*.html")
	if err != nil {
		return nil, err // unreachable: the pattern is good
	}
	for i, name := range names {
		names[i] = path.Dir(name)
	}
	return slices.Compact(names), nil // Glob sorts them
}

// The outcomes of a saved page.
const (
	pageEqual   = "equal"
	pageDiffers = "differs"
	pageFailed  = "failed"  // it gave no record, or its own could not be read
	pageNew     = "new"     // there is no record yet to compare it with
	pageUpdated = "written" // the record was written anew
	pageNone    = "no page" // stands for a profile without saved pages
)

// A tested is a saved page and what came of it, as programs read it.
type tested struct {
	Site        string       `json:"site"`
	Page        string       `json:"page"`
	Outcome     string       `json:"outcome"`
	Layout      string       `json:"layout"` // that read the page; "" for none
	Layouts     int          `json:"layouts"`
	Fields      int          `json:"fields"` // of the record
	Differences []difference `json:"differences"`
	Error       string       `json:"error,omitempty"`
}

// test reads one saved page and compares the record with the one beside it. With
// update it writes that anew instead where it differs.
func (s savedPages) test(set *sites.Set, site, name string, update bool) (tested, error) {
	t := tested{Site: site, Page: name, Differences: []difference{}}
	fail := func(err error) (tested, error) {
		t.Outcome, t.Error = pageFailed, err.Error()
		return t, nil
	}
	record, layouts, err := s.read(set, site, name)
	if err != nil {
		return fail(err)
	}
	_, t.Layout, _ = strings.Cut(record.Extraction.Profile, "/")
	t.Layouts = layouts
	if err := record.Validate(); err != nil {
		return fail(fmt.Errorf("the record is not valid: %w", err))
	}
	got, err := golden(record)
	if err != nil {
		return t, err
	}
	if t.Fields, err = countFields(got); err != nil {
		return t, err
	}
	want, err := fs.ReadFile(s.files, site+"/"+name+".json")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Outcome = pageNew
	case err != nil:
		return t, err
	default:
		found, err := differences(want, got)
		switch {
		case err != nil && !update:
			return fail(fmt.Errorf("%s.json %w", name, err))
		case err != nil, len(found) > 0:
			t.Outcome = pageDiffers
			t.Differences = append(t.Differences, found...)
		default:
			t.Outcome = pageEqual
		}
	}
	if update && t.Outcome != pageEqual {
		file := filepath.Join(s.dir, site, name+".json")
		if err := intact.WriteFile(file, got, 0o644); err != nil {
			return t, fmt.Errorf("write %s: %w", file, err)
		}
		t.Outcome = pageUpdated
	}
	return t, nil
}

// read makes a record of a saved page with the profile of its folder's name. A
// folder that is not named after a profile holds pages of any site: each is read
// with the one that its address belongs to, if any.
func (s savedPages) read(set *sites.Set, id, name string) (record *article.Record, layouts int, err error) {
	body, err := fs.ReadFile(s.files, id+"/"+name+".html")
	if err != nil {
		return nil, 0, err
	}
	p := article.Page{Status: 200, Body: body}
	p.URL, p.Fetched, _ = extract.Source(body)
	if p.URL == "" {
		return nil, 0, errors.New("the page does not say where it is from: save it with 'archiver snapshot', or put its link rel=canonical back in")
	}
	site := set.ByID(id)
	if site == nil {
		if site, err = siteOf(set, p.URL); err != nil {
			return nil, 0, err
		}
	}
	record, err = extract.Extract(p, site)
	return record, len(site.Layouts), err
}

// golden writes a record as it is kept beside its page.
func golden(r *article.Record) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(r); err != nil {
		return nil, fmt.Errorf("write record: %w", err)
	}
	return b.Bytes(), nil
}

func countFields(record []byte) (int, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(record, &fields); err != nil {
		return 0, err // unreachable: we wrote it
	}
	return len(fields), nil
}
