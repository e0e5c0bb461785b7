package demo

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"archiver/article"
)

// A Release is one release of the force, as its press office would have it in
// the content management system.
type Release struct {
	Name  string // of its file, without the extension; "" for one of a test's own
	Title string // the headline
	// PageTitle is the title of the page without the force's name; default:
	// Title. Some keep an entity that was encoded twice.
	PageTitle string
	// Path is the address below the force's news, "articles/2024/8/slug/", or,
	// where it begins with a slash, the whole path.
	Path      string
	Published time.Time
	Dateline  Dateline
	Label     string // printed after the dateline: "News", "Appeal"; default: none
	Category  string // what the search page filters by: "News" or "Appeals"
	Summary   string // on cards and in the feed; default: the first paragraph
	Listed    Listed
	// Open Graph values, as they read after one decoding. Default: Title,
	// Summary and the site's own picture.
	OGTitle       string
	OGDescription string
	OGImage       string
	Body          string // an HTML fragment, trusted
}

// A Dateline is how the page prints the time of publication.
type Dateline string

// The ways of printing the time of publication.
const (
	DatelineBare     Dateline = ""         // "11:39 27/08/2020"
	DatelineLabelled Dateline = "labelled" // "Published: 11:39 27/08/2020"
	DatelineNone     Dateline = "none"     // not at all
)

// Listed is where a release can be found.
type Listed string

// The ways to a release. Those that only one way leads to are for the tests of
// whoever looks for them all.
const (
	ListedEverywhere Listed = ""
	ListedInFeed     Listed = "feed"    // the feed alone
	ListedInSearch   Listed = "search"  // the search pages alone
	ListedInSitemap  Listed = "sitemap" // the sitemap alone
)

// timeLayout is how the platform prints a time of publication.
const timeLayout = "15:04 02/01/2006"

// Address returns the path of the release's page.
func (r Release) Address() string {
	if strings.HasPrefix(r.Path, "/") {
		return r.Path
	}
	return newsPath + r.Path
}

// PublishedText returns the time of publication as cards print it, without a
// label: "11:39 27/08/2020".
func (r Release) PublishedText() string {
	return r.Published.In(article.London).Format(timeLayout)
}

// dateline returns the time of publication as the page prints it.
func (r Release) dateline() string {
	switch r.Dateline {
	case DatelineNone:
		return ""
	case DatelineLabelled:
		return "Published: " + r.PublishedText()
	}
	return r.PublishedText()
}

// summary returns the words of a card.
func (r Release) summary() string { return cmp.Or(r.Summary, firstParagraph(r.Body)) }

//go:embed releases/*.html
var releaseFiles embed.FS

var carried = sync.OnceValues(func() ([]Release, error) { return ReadReleases(releaseFiles) })

// Releases returns the releases that the program carries, newest first.
func Releases() []Release {
	releases, err := carried()
	if err != nil {
		panic(err) // unreachable: a test reads them all
	}
	return slices.Clone(releases)
}

// ReadReleases reads the files releases/*.html of a file system, newest first:
// releases in the form of those that the program carries, of a test's own. An
// error names the file and the line.
func ReadReleases(files fs.FS) ([]Release, error) {
	names, err := fs.Glob(files, "releases/*.html")
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	var out []Release
	addresses := map[string]string{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read release: %w", err)
		}
		r, err := parseRelease(name, string(data))
		if err != nil {
			return nil, err
		}
		if other, ok := addresses[r.Path]; ok {
			return nil, fmt.Errorf("%s: path %q is that of %s", name, r.Path, other)
		}
		addresses[r.Path] = name
		out = append(out, r)
	}
	return newestFirst(out), nil
}

// newestFirst returns the releases in the order in which a site lists them.
func newestFirst(releases []Release) []Release {
	return slices.SortedStableFunc(slices.Values(releases), func(a, b Release) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(a.Path, b.Path))
	})
}

// parseRelease reads one file: lines of "key: value" between two lines "---",
// then the body. An unknown key, a key twice and an empty value are errors.
func parseRelease(name, data string) (Release, error) {
	r := Release{Name: strings.TrimSuffix(path.Base(name), ".html"), Category: "News"}
	fail := func(line int, format string, args ...any) (Release, error) {
		return Release{}, fmt.Errorf("%s:%d: %w", name, line, fmt.Errorf(format, args...))
	}
	lines := strings.Split(data, "\n")
	if lines[0] != "---" {
		return fail(1, "the first line is not ---")
	}
	end := slices.Index(lines[1:], "---") + 1
	if end == 0 {
		return fail(len(lines), "the front matter has no end")
	}
	seen := map[string]bool{}
	for i, line := range lines[1:end] {
		key, value, ok := strings.Cut(line, ": ")
		if !ok || value == "" {
			return fail(i+2, "%q is not a key and a value", line)
		}
		if seen[key] {
			return fail(i+2, "key %q stands twice", key)
		}
		seen[key] = true
		if err := r.set(key, value); err != nil {
			return fail(i+2, "%w", err)
		}
	}
	for _, key := range []string{"title", "path", "published"} {
		if !seen[key] {
			return fail(end+1, "key %q is missing", key)
		}
	}
	r.Body = strings.Join(lines[end+1:], "\n")
	if strings.TrimSpace(r.Body) == "" {
		return fail(len(lines), "the body is empty")
	}
	return r, nil
}

func (r *Release) set(key, value string) error {
	switch key {
	case "title":
		r.Title = value
	case "page_title":
		r.PageTitle = value
	case "path":
		if strings.HasPrefix(value, "/") || !strings.HasSuffix(value, "/") {
			return fmt.Errorf("path %q begins with a slash or does not end with one", value)
		}
		r.Path = value
	case "published":
		t, err := time.ParseInLocation(timeLayout, value, article.London)
		if err != nil || t.Format(timeLayout) != value {
			return fmt.Errorf("published %q is not a time in the form HH:MM DD/MM/YYYY", value)
		}
		r.Published = t
	case "dateline":
		r.Dateline = Dateline(value)
		return oneOf(key, r.Dateline, DatelineNone, DatelineLabelled)
	case "label":
		r.Label = value
	case "category":
		r.Category = value
		return oneOf(key, value, "News", "Appeals")
	case "summary":
		r.Summary = value
	case "listed":
		r.Listed = Listed(value)
		return oneOf(key, r.Listed, ListedInFeed, ListedInSearch, ListedInSitemap)
	case "og_title":
		r.OGTitle = value
	case "og_description":
		r.OGDescription = value
	case "og_image":
		r.OGImage = value
	default:
		return fmt.Errorf("unknown key %q", key)
	}
	return nil
}

func oneOf[T ~string](key string, value T, known ...T) error {
	if !slices.Contains(known, value) {
		return fmt.Errorf("%s %q is not one of %q", key, value, known)
	}
	return nil
}
