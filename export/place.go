package export

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"archiver/article"
)

// A place is where the file of a release goes in a folder.
type place struct {
	dir, slug string
	id        string
	revision  int
	level     int  // how much of id and revision the name has
	kept      bool // the file was there before this export
}

// newPlace returns the place of r at its lowest level, which is a function of r
// alone. That is SITE/YYYY/MM/SLUG for an address that ends in a segment which
// can be a name. Where something of the segment has to be changed, or a query
// follows it, another address may come to the same slug: there the first digits
// of the id stand behind it from the beginning.
func newPlace(r *article.Record, ext string) *place {
	month := "undated"
	if !r.Published.IsZero() {
		month = r.Published.In(article.London).Format("2006/01")
	}
	slug, exact := slugOf(r.URL)
	p := &place{
		dir:      safeName(r.Site, "unknown") + "/" + month,
		slug:     slug,
		id:       article.ID(r.URL), // what the record says could be a path
		revision: r.Revision,
	}
	if !exact || len(slug)+len(ext) > maxName {
		p.level = 1
	}
	return p
}

const (
	// maxName is the length of a file name in bytes. File systems take 255, but
	// what packs, encrypts or copies files takes less or adds to it.
	maxName = 100

	maxLevel = 3
)

// name returns the path of the file at p's level.
func (p *place) name(ext string) string {
	end := ext
	switch p.level {
	case 1:
		end = "-" + p.id[:8] + ext
	case 2:
		end = "-" + p.id[:8] + "-r" + strconv.Itoa(p.revision) + ext
	case maxLevel:
		end = "-" + p.id + "-r" + strconv.Itoa(p.revision) + ext
	}
	return p.dir + "/" + cut(p.slug, maxName-len(end)) + end
}

// same reports whether two places are of one revision of one address.
func (p *place) same(q *place) bool { return p.id == q.id && p.revision == q.revision }

// slugOf makes a file name of the last segment of an address, and reports whether
// it is all of the segment, with nothing behind that in the address.
func slugOf(address string) (name string, exact bool) {
	rest, exact := address, true
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest, exact = rest[:end], false
	}
	if _, afterScheme, ok := strings.Cut(rest, "://"); ok {
		_, rest, _ = strings.Cut(afterScheme, "/")
	}
	rest = strings.TrimRight(rest, "/")
	segment := rest[strings.LastIndexByte(rest, '/')+1:]
	if decoded, err := url.PathUnescape(segment); err == nil {
		segment = decoded
	}
	name = safeName(segment, "release")
	return name, exact && name == segment
}

// safeName makes of s a name that is one on every file system, and looks the
// same on each: letters, digits, hyphens, and dots and underscores within. A
// device name of Windows gets an underscore before it.
func safeName(s, fallback string) string {
	if safe(s) {
		return s
	}
	return madeSafe(s, fallback)
}

func madeSafe(s, fallback string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.In(c, unicode.L, unicode.M, unicode.Nd) || strings.ContainsRune("-_.", c) {
			return c
		}
		return '-'
	}, norm.NFKC.String(strings.ToValidUTF8(s, "-")))
	s = strings.TrimLeft(s, "-.")
	if base, _, _ := strings.Cut(strings.ToLower(s), "."); isDevice(base) {
		s = "_" + s
	}
	if s = strings.TrimRight(cut(s, maxName), "."); s == "" {
		return fallback
	}
	return s
}

// safe reports whether safeName leaves a name as it is, for most that it does: those of
// small letters, digits and hyphens, as addresses have them.
func safe(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c != '-' || i == 0) {
			return false
		}
	}
	return s != "" && len(s) <= maxName && !isDevice(s)
}

func isDevice(base string) bool {
	switch base {
	case "con", "prn", "aux", "nul":
		return true
	}
	return len(base) == 4 && (base[:3] == "com" || base[:3] == "lpt") && '0' <= base[3] && base[3] <= '9'
}

// cut returns as much of the beginning of s as fits into n bytes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 { // within a character
		n--
	}
	return s[:n]
}
