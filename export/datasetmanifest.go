package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"

	"archiver/article"
)

// The files of a data set beside those of rows.
const (
	readmeName   = "README.md"
	citationName = "CITATION.cff"
	manifestName = "manifest.json"
)

// A manifest says what an export has written, by which the next one knows what is
// its own. Files of which another export was ended while it put them in place are
// listed too, until one is complete.
type manifest struct {
	Dataset        int            `json:"archiver_dataset"` // version of this form
	Complete       bool           `json:"complete"`
	Version        string         `json:"version"` // hash of the files of rows
	Program        string         `json:"program"`
	Generation     string         `json:"generation"` // of the archive
	Selection      string         `json:"selection"`
	ValidationFrom article.Time   `json:"validation_from,omitzero"`
	TestFrom       article.Time   `json:"test_from,omitzero"`
	Rows           int            `json:"rows"`
	Files          []manifestFile `json:"files"`
}

type manifestFile struct {
	Path   string `json:"path"`
	Split  string `json:"split,omitempty"`
	Rows   *int   `json:"rows,omitempty"` // nil where the file has none
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

const manifestVersion = 1

// readManifest reads the manifest of the data set that a folder has, if it has one.
// A folder that has files of other origin in the places of ours is refused.
func readManifest(dir *folder) (m manifest, err error) {
	data, err := dir.read(manifestName)
	if err != nil {
		return m, err
	}
	if data != nil {
		if err := json.Unmarshal(data, &m); err == nil && m.Dataset >= 1 {
			return m, nil
		}
		return manifest{}, foreign(dir, manifestName)
	}
	for _, name := range []string{readmeName, citationName} {
		if _, err := dir.root.Lstat(name); err == nil {
			return m, foreign(dir, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return m, err
		}
	}
	return m, nil
}

func foreign(dir *folder, name string) error {
	return fmt.Errorf("%s was not written by an export of a data set, and would be replaced: name another folder", dir.path(name))
}

func (e *dataset) manifest(readme, citation []byte) manifest {
	m := manifest{
		Dataset: manifestVersion, Complete: true, Version: e.version(), Program: e.origin.Program, Generation: e.origin.Generation, Selection: e.origin.Selection,
		Rows: e.figures.Rows,
	}
	if begins := e.plan.begins; !begins[test].IsZero() {
		m.ValidationFrom, m.TestFrom = article.At(begins[validation]), article.At(begins[test])
	}
	for _, of := range e.shards {
		for _, s := range of {
			m.Files = append(m.Files, s.manifestFile)
		}
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{citationName, citation}, {readmeName, readme}} {
		sum := sha256.Sum256(f.data)
		m.Files = append(m.Files, manifestFile{Path: f.name, Bytes: int64(len(f.data)), SHA256: hex.EncodeToString(sum[:])})
	}
	return m
}

func (m manifest) encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		panic(err) // unreachable: it is of texts and numbers
	}
	return b.Bytes()
}

// version names the rows: a hash of the hashes of their files.
func (e *dataset) version() string {
	h := sha256.New()
	for _, of := range e.shards {
		for _, s := range of {
			fmt.Fprintln(h, s.Path, s.SHA256)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

var shardPath = regexp.MustCompile(`^data/(train|validation|test)-\d{5}-of-\d{5}\.parquet$`)

// clear deletes the files of rows that a former export wrote and this one has not,
// if they are as it wrote them: a loader that takes all of data/ would find their
// rows, also those of releases that were suppressed since.
func (e *dataset) clear(now manifest) error {
	ours := map[string]bool{}
	for _, f := range now.Files {
		ours[f.Path] = true
	}
	for _, f := range e.former.Files {
		if ours[f.Path] || !shardPath.MatchString(f.Path) {
			continue
		}
		if sum, ok := readSum(f.SHA256); ok {
			if _, err := e.dir.delete(f.Path, sum); err != nil {
				return err
			}
		}
	}
	return nil
}
