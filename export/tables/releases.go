package tables

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

type rec = article.Record

// Context says which release a row of another table is of.
var Context = define("context", "the release that a row is of", itself,
	text("id", "id of the release: the SHA-1 of its address", func(r *rec) string { return r.ID }),
	whole("revision", "version of the release, from 1", func(r *rec) int { return r.Revision }),
	text("site", "id of the site's profile; without one the host", func(r *rec) string { return r.Site }),
	moment("published", "when the release was published", func(r *rec) article.Time { return r.Published }),
	text("release_url", "address of the release", func(r *rec) string { return r.URL }),
)

// Releases has a row for each release; with revisions, for each of those.
var Releases = define("releases", "a row for each release", itself,
	text("id", "SHA-1 of the address, in hexadecimal", func(r *rec) string { return r.ID }),
	whole("revision", "version of the release, from 1", func(r *rec) int { return r.Revision }),
	text("url", "address of the page", func(r *rec) string { return r.URL }),
	text("site", "id of the site's profile; without one the host", func(r *rec) string { return r.Site }),
	text("force", "the police force; empty for other sites", func(r *rec) string { return r.Force }),
	text("area", "the force's area", func(r *rec) string { return r.Area }),
	text("status", "live; missing: not found lately; gone: not found for long enough to say so", func(r *rec) string { return string(r.Status) }),
	text("kind", "appeal, court, charge, arrest, fraud, advice, missing, found, statement, operation, community, other", func(r *rec) string { return string(r.Kind) }),
	text("title", "the headline", func(r *rec) string { return r.Title }),
	text("page_title", "the <title> of the page", func(r *rec) string { return r.PageTitle }),
	moment("published", "when it was published, to the minute", func(r *rec) article.Time { return r.Published }),
	text("published_text", "the same as printed", func(r *rec) string { return r.PublishedText }),
	text("lead", "the standfirst: the first paragraph", func(r *rec) string { return r.Lead }),
	text("text", "the body: a block a line, an item of a list a line", func(r *rec) string { return r.Text }),
	whole("words", "how many words the body has", func(r *rec) int { return Words(r.Text) }),
	list("topics", "what it is about, such as fraud/courier", func(r *rec) []string {
		return pick(r.Topics, func(t *article.Topic) string { return t.ID })
	}),
	list("speakers", "who is quoted, each once", func(r *rec) []string { return speakers(r.Quotes) }),
	list("references", "reference numbers and names of operations, normalised", func(r *rec) []string {
		return pick(r.References, func(m *article.Mention) string { return m.Value })
	}),
	list("phones", "telephone numbers for the public, normalised", func(r *rec) []string {
		return pick(r.Phones, func(n *article.Number) string { return n.Value })
	}),
	list("emails", "e-mail addresses", func(r *rec) []string {
		return pick(r.Emails, func(n *article.Number) string { return n.Value })
	}),
	list("amounts", "sums of money, in pounds", func(r *rec) []string {
		return pick(r.Amounts, func(a *article.Amount) string { return strconv.FormatFloat(a.Value, 'f', -1, 64) })
	}),
	list("links", "addresses in the body", func(r *rec) []string { return pick(r.Links, address) }),
	list("images", "addresses of its pictures", func(r *rec) []string { return pick(r.Images, address) }),
	text("copies_cluster", "the cluster of copies that it is of; empty where it has no copy", func(r *rec) string { return copies(r).Cluster }),
	text("copies_head", "id of the earliest of the cluster", func(r *rec) string { return copies(r).Head }),
	column[rec]{Column{"copies_score", Number, "how much of a copy it is, 0 to 1"}, func(r *rec) any {
		if r.Copies == nil {
			return nil
		}
		return r.Copies.Score
	}},
	moment("first_seen", "when the archive first saw it", func(r *rec) article.Time { return r.FirstSeen }),
	moment("last_seen", "when it last saw it", func(r *rec) article.Time { return r.LastSeen }),
	moment("last_changed", "when it last saw it change", func(r *rec) article.Time { return r.LastChanged }),
)

// Revisions has a row for each revision, with the page that it was read from.
var Revisions = define("revisions", "a row for each version of each release, and the page that it was read from", itself,
	text("status", "live, missing or gone", func(r *rec) string { return string(r.Status) }),
	text("title", "the headline of this version", func(r *rec) string { return r.Title }),
	whole("words", "how many words its body has", func(r *rec) int { return Words(r.Text) }),
	moment("last_seen", "when the archive last saw this version", func(r *rec) article.Time { return r.LastSeen }),
	moment("last_changed", "when it first saw this version", func(r *rec) article.Time { return r.LastChanged }),
	text("sha256", "hash of the page, in hexadecimal", func(r *rec) string { return r.Capture.SHA256 }),
	whole("http_status", "status of the answer; 0 where there was none", func(r *rec) int { return r.Capture.Status }),
	moment("fetched", "when the page was fetched", func(r *rec) article.Time { return r.Capture.Fetched }),
	whole("bytes", "size of the page", func(r *rec) int { return r.Capture.Bytes }),
	text("content_type", "type of the page", func(r *rec) string { return r.Capture.ContentType }),
	text("profile", "site profile that read it; empty for the generic reader", func(r *rec) string { return r.Extraction.Profile }),
	text("version", "version of the reader", func(r *rec) string { return r.Extraction.Version }),
	list("warnings", "what disagreed or was missing", func(r *rec) []string { return r.Extraction.Warnings }),
)

func address(l *article.Link) string { return l.URL }

func pick[E any](list []E, value func(*E) string) []string {
	if len(list) == 0 {
		return nil
	}
	values := make([]string, len(list))
	for i := range list {
		values[i] = value(&list[i])
	}
	return values
}

func speakers(quotes []article.Quote) []string {
	var names []string
	for i := range quotes {
		if name := quotes[i].Speaker; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

var none article.Copies

func copies(r *rec) *article.Copies {
	if r.Copies == nil {
		return &none
	}
	return r.Copies
}

// Words counts what white space divides.
func Words(s string) int {
	n, within := 0, 0 // 1 within a word
	for i := 0; i < len(s); {
		word, size := 1, 1
		if c := s[i]; c < utf8.RuneSelf {
			word = int(wordly[c])
		} else {
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); unicode.IsSpace(r) {
				word = 0
			}
		}
		n += word &^ within
		within = word
		i += size
	}
	return n
}

// wordly is 1 for the characters of ASCII that are no white space.
var wordly = func() (of [utf8.RuneSelf]uint8) {
	for c := range of {
		if !unicode.IsSpace(rune(c)) {
			of[c] = 1
		}
	}
	return of
}()
