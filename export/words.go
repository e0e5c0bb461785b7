package export

import (
	"crypto/sha1"
	"fmt"
	"time"

	"archiver/article"
	"archiver/typeset"
)

// What the documents say about a release: site, Word, e-book and feed say it in
// the same words.

const (
	dayLayout    = "Monday 2 January 2006"
	minuteLayout = "Monday 2 January 2006, 15:04"
	shortLayout  = "2 January 2006, 15:04"
	datedLayout  = "2 January 2006"
)

// published says when a release came out.
func published(r *article.Record) string {
	if r.Published.IsZero() {
		return "Time of publication unknown"
	}
	return r.Published.In(article.London).Format(minuteLayout)
}

// captured says when the page was captured, and which revision it was: "" where
// nobody knows.
func captured(r *article.Record) string {
	if r.Capture.Fetched.IsZero() {
		return ""
	}
	s := r.Capture.Fetched.In(article.London).Format(shortLayout)
	if r.Revision > 0 {
		s += fmt.Sprintf(" (revision %d)", r.Revision)
	}
	return s
}

// uuid makes a name for something from what it is: version 5, RFC 9562, in the
// name space of addresses.
func uuid(name []byte) string {
	space := []byte("\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8")
	sum := sha1.Sum(append(space, name...))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// modified is when a record last became what it is: by this the time of a
// document is told, so that the same archive gives the same bytes.
func modified(r *article.Record) time.Time {
	for _, t := range []article.Time{r.LastChanged, r.FirstSeen, r.Capture.Fetched, r.Published} {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}

// A whole is what a document says of all its releases.
type whole struct {
	n        int
	source   string // of the first
	mixed    bool   // there are several sources
	modified time.Time
}

func (w *whole) add(r *article.Record) {
	w.n++
	if at := modified(r); at.After(w.modified) {
		w.modified = at
	}
	if source := typeset.Source(r); w.n == 1 {
		w.source = source
	} else if w.source != source {
		w.mixed = true
	}
}

func (w *whole) single() bool { return w.source != "" && !w.mixed }

func (w *whole) title() string {
	if w.single() {
		return w.source + " news"
	}
	return "Police news releases"
}

func (w *whole) publisher() string {
	if w.single() {
		return w.source
	}
	return "UK police forces"
}
