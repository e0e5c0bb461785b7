package extract_test

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	readability "codeberg.org/readeck/go-readability"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readGeneric reads a page as one of a site without a profile.
func readGeneric(t testing.TB, address, body string) (*article.Record, error) {
	t.Helper()
	site, err := sites.Generic(address)
	if err != nil {
		t.Fatal(err)
	}
	p := article.Page{URL: address, Status: 200, Body: []byte(body), Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}}
	r, err := extract.Extract(p, site)
	if err == nil {
		if err := r.Validate(); err != nil {
			t.Errorf("the record is not valid: %v", err)
		}
	}
	return r, err
}

// Pages of sites without a profile, in the designs of publishers: what is read is
// held against the body as a person marked it (NAME.body.txt: paragraphs, headings
// and lists of the article; captions and boxes out), by F1 of word 4-grams. The
// fallback reader over the same pages is printed beside it.
func TestGenericBodies(t *testing.T) {
	golds, err := filepath.Glob("../../testdata/sites/generic/*.body.txt")
	if err != nil || len(golds) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	var ours, theirs float64
	for _, file := range golds {
		name := strings.TrimSuffix(file, ".body.txt")
		gold, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := os.ReadFile(name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		address, _, _ := extract.Source(page)
		r, err := readGeneric(t, address, string(page))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var body strings.Builder
		for _, b := range r.Blocks {
			if b.Kind != article.BlockImage {
				body.WriteString(b.Text + "\n")
			}
		}
		f, baseline := overlap(body.String(), string(gold)), overlap(readabilityText(t, address, page), string(gold))
		t.Logf("%-18s %.3f, go-readability %.3f", filepath.Base(name), f, baseline)
		if f < 0.93 || f < baseline {
			t.Errorf("%s: F1 %.3f, go-readability %.3f", name, f, baseline)
		}
		ours += f
		theirs += baseline
	}
	n := float64(len(golds))
	t.Logf("%-18s %.3f, go-readability %.3f", "all", ours/n, theirs/n)
	if ours/n < 0.98 {
		t.Errorf("F1 %.3f, floor 0.98", ours/n)
	}
}

// readabilityText is what go-readability takes for the body of a page.
func readabilityText(t *testing.T, address string, page []byte) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	found, err := readability.FromReader(bytes.NewReader(page), u)
	if err != nil || found.Node == nil {
		return ""
	}
	var b strings.Builder
	for d := range found.Node.Descendants() {
		switch {
		case d.Type == html.TextNode:
			b.WriteString(d.Data)
		case d.DataAtom == atom.P || d.DataAtom == atom.Li || d.DataAtom == atom.Div || d.DataAtom == atom.Br:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// overlap is the F1 of the word 4-grams of two texts.
func overlap(got, want string) float64 {
	grams := func(s string) (map[string]int, int) {
		words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		m, n := map[string]int{}, 0
		for i := 0; i+4 <= len(words); i++ {
			m[strings.Join(words[i:i+4], " ")]++
			n++
		}
		return m, n
	}
	g, ng := grams(got)
	w, nw := grams(want)
	both := 0
	for gram, n := range g {
		both += min(n, w[gram])
	}
	return ratio(2*both, ng+nw)
}

// teasers is a list of other stories in a form: %U is the address, %T the headline.
func teasers(form string, n int) string {
	var b strings.Builder
	for _, s := range []string{"Giant leek measured in front of a notary", "Goose adopts bus shelter in Upper Dunnock", "New roof for Brindlewick swimming baths",
		"Rovers held to goalless draw by the weather", "Hospital thanks knitters for two thousand hats", "Schoolchildren bury time capsule and mislay it",
		"Pensioner completes jigsaw begun in 1974", "Bakery fined over fourteen-ounce loaf"}[:n] {
		slug := strings.ToLower(strings.ReplaceAll(s, " ", "-"))
		b.WriteString(strings.NewReplacer("%U", "/news/local/"+slug+"/", "%T", s).Replace(form) + "\n")
	}
	return b.String()
}

const summary = `<p>Here is a short summary of the story, which people nearby have been talking about all week.</p>`

// What is no article on a site without a profile is said to be none, whatever prose
// stands on it.
func TestGenericNotArticle(t *testing.T) {
	nav := `<nav><ul><li><a href="/news/">News</a></li><li><a href="/sport/">Sport</a></li></ul></nav>`
	for name, tc := range map[string]struct{ address, page string }{
		"front page": {"https://paper.example/", `<title>Ostleford Gazette</title>` + nav + `<main><h1>Ostleford Gazette</h1><p>Thursday, 6 March 2025</p><h2>Top stories</h2>` +
			teasers(`<article><h3><a href="%U">%T</a></h3>`+summary+`<time>3 hours ago</time></article>`, 8) + `</main><footer><p>If you have a complaint about what we print, then please tell the editor, who reads every letter.</p></footer>`},
		"listing with an introduction": {"https://council.example/news", `<title>News | Ostleford Council</title><meta name="description" content="Read the latest news from the council and its partners.">` + nav +
			`<main><h1>News</h1><p>Read the latest news from the council and its partners. You can also have it sent to you by email every week.</p>` +
			teasers(`<div class="row"><h2><a href="%U">%T</a></h2><div>5 December 2024</div>`+summary+`</div>`, 8) + `</main>`},
		"listing of bare divs": {"https://radio.example/news/local-news/", `<title>Local News</title><div>` + nav + `</div><div><div>Local News</div>` +
			teasers(`<div><div><a href="%U">%T</a></div><div>`+summary+`</div><div>Thursday, 6 March 2025</div></div>`, 8) + `</div><div>Mere Radio is the new sound of Mereshire. You can hear us on your smart speaker and wherever you are.</div>`},
		"archive of excerpts": {"https://paper.example/tag/fraud/", `<title>fraud Archives - Ostleford Nub News</title>` + nav + `<main><h1>Tag: fraud</h1>` +
			teasers(`<article><h2><a href="%U">%T</a></h2><time datetime="2024-12-05T14:30:11+00:00">December 5, 2024</time><div><p>It went on for several days, and in the end it was settled with a handshake outside the town hall while a small band played […]</p><a href="%U">Continue reading</a></div></article>`, 8) + `</main>`},
		"not found, with cards": {"https://paper.example/news/gone/", `<title>Page not found - Gazette</title>` + nav + `<main><h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try one of the links below or a search?</p><ul>` +
			teasers(`<li><a href="%U">%T</a></li>`, 8) + `</ul></main>`},
		"log in":  {"https://paper.example/login", `<title>Log in</title><main><h1>Log in</h1><form><label>Email</label><input type="email"><button>Log in</button></form><p>By logging in you agree to our terms and conditions and our privacy policy, which tells you how we use what we know about you.</p></main>`},
		"consent": {"https://paper.example/news/a-b-c-e/", `<title>Before you continue</title><div><h1>Before you continue</h1><p>We and our 842 partners store and access information on your device, such as unique identifiers in cookies.</p><p>You may accept or manage your choices by clicking below, at any time, in the privacy policy page.</p><button>Accept all</button></div>`},
		"an empty application that calls itself an article": {"https://paper.example/news/a-b-c-d/", `<title>Gazette</title><meta property="og:type" content="article"><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>`},
		"a listing that calls itself an article":            {"https://paper.example/news/", `<title>News</title><meta property="og:type" content="article"><nav>` + teasers(`<p><a href="%U">%T</a></p>`+summary, 8) + `</nav>`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := readGeneric(t, tc.address, tc.page)
			if !errors.Is(err, extract.ErrNotArticle) {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

const bell = `<p>A brass bell weighing more than forty kilograms has been stolen from the ferry landing at Saltmarsh Cross.</p>
<p>The bell, which was cast in 1887, was unbolted from its frame at some point between Monday evening and Tuesday morning.</p>
<p>Mereshire Police said a light-coloured van had been seen reversing towards the slipway at about two in the morning.</p>
<p>The ferry company has borrowed a handbell from the primary school so that the timetable can go on as before.</p>
<p>Anyone with information is asked to call 101 and to quote the number of the incident, which is 117 of 4 March.</p>`

// Where neither profile nor signals find a body, the fallback reader is asked, and
// the record says so.
func TestFallback(t *testing.T) {
	page := `<title>Bell stolen from quay</title><meta property="og:type" content="article"><div role="complementary"><h1>Bell stolen from quay</h1><div class="text">` + bell + `</div></div>`
	r, err := readGeneric(t, "https://paper.example/news/bell-stolen-from-quay/", page)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Extraction.Fields["blocks"]; got != "readability" {
		t.Errorf("the body is by %q", got)
	}
	if !strings.Contains(strings.Join(r.Extraction.Warnings, " "), "go-readability") {
		t.Errorf("no warning in %q", r.Extraction.Warnings)
	}
	if !strings.HasPrefix(r.Lead, "A brass bell") || !strings.Contains(r.Text, "117 of 4 March") || r.Title != "Bell stolen from quay" {
		t.Errorf("got %q: %q", r.Title, r.Text)
	}
}

// Designs in which something was once lost, or kept that should not be.
func TestPageFaults(t *testing.T) {
	head := `<title>Bell stolen from quay</title><meta property="og:description" content="A brass bell weighing more than forty kilograms has been stolen from the ferry landing at Saltmarsh Cross.">`
	two := `<p>A brass bell weighing more than forty kilograms has been stolen from the ferry landing at Saltmarsh Cross.</p><p>Please call 101.</p>`
	for name, tc := range map[string]struct {
		page       string
		has, lacks []string
	}{
		"heading over cards in words that nobody knows": {head + `<main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div>` + bell + `</div><div><h2>Further afield</h2>` +
			teasers(`<div><h3>%T</h3>`+summary+`<a href="%U">Read more</a></div>`, 4) + `</div></main>`, []string{"117 of 4 March"}, []string{"Further afield"}},
		"call-out box below two paragraphs": {head + `<main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div class="text">` + two + `</div><div class="box"><h2>Seen or heard something?</h2><p>Tell us what you know by using our live chat, which is open at every hour of the day and of the night.</p></div></main>`,
			[]string{"Please call 101"}, []string{"Seen or heard", "live chat"}},
		"tag line": {head + `<main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div>` + bell + `<p>Read about: <a href="/t/bells">Bells</a>, <a href="/t/theft">Theft</a></p></div></main>`,
			[]string{"117 of 4 March"}, []string{"Read about"}},
		"by-line in two lines below a standfirst": {`<title>Bell stolen from quay</title><main><h1>Bell stolen from quay</h1><div><p>Officers want to hear from anyone who saw a van near the slipway.</p></div><div><div>Written by</div><div>Press Office</div></div><p>11:39 27/08/2024</p><div>` + bell + `</div></main>`,
			[]string{"near the slipway", "A brass bell"}, []string{"Written by", "Press Office"}},
		"the last of several sections, with a link": {head + `<main><div class="part"><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p></div><div class="part">` + bell + `</div><div class="part"><h2>Could you help?</h2><p>We are recruiting now.</p><p><a href="https://www.example.org/jobs">Apply on our website</a></p></div></main>`,
			[]string{"We are recruiting now."}, nil},
		"a caption with a time, on a page without a date": {head + `<main><h1>Bell stolen from quay</h1><div class="media"><img src="/a.jpg"><p>Last seen: 16:03 02/11/2024</p></div><div>` + bell + `</div></main>`,
			[]string{"A brass bell"}, nil},
		"a heading that folds its section away": {head + `<main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div>` + bell + `<h2><button>What to look for</button></h2><p>The bell has the name of its founder on the rim, and a crack as long as a hand.</p></div></main>`,
			[]string{"What to look for"}, nil},
		"a page that hides itself behind a dialogue": {head + `<div role="dialog"><p>Choose.</p></div><div aria-hidden="true"><main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div>` + bell + `</div></main></div>`,
			[]string{"A brass bell", "117 of 4 March"}, nil},
		"boxes between the paragraphs, and their endings": {head + `<main><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div class="text">` +
			strings.Replace(bell, "</p>\n<p>The ferry", `</p><div class="x"><h3>Related news</h3><ul>`+teasers(`<li><a href="%U">%T</a></li>`, 3)+`</ul></div><p>The ferry`, 1) + `</div></main>`,
			[]string{"borrowed a handbell", "117 of 4 March"}, []string{"Related news", "Giant leek"}},
	} {
		t.Run(name, func(t *testing.T) {
			set := profiles(t)
			page := pageOf("text/html; charset=utf-8", tc.page)
			r, err := extract.Extract(page, set.ByID("cheshire"))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range tc.has {
				if !strings.Contains(r.Text, s) {
					t.Errorf("%q is lost from %q", s, r.Text)
				}
			}
			for _, s := range tc.lacks {
				if strings.Contains(r.Text, s) {
					t.Errorf("%q is kept in %q", s, r.Text)
				}
			}
			if strings.Contains(r.PublishedText, "16:03") {
				t.Errorf("a caption is taken for the dateline: %q", r.PublishedText)
			}
		})
	}
}

// The first of other stories stands below a heading with a line break alone.
func TestRelatedBelowBreak(t *testing.T) {
	page := `<title>Bell stolen from quay</title><h1>Bell stolen from quay</h1><p>11:39 27/08/2024</p><div>` + bell + `</div><div><b>Latest news</b><br>` + teasers(`<a href="%U">%T</a><br>`, 4) + `</div>`
	r, err := readGeneric(t, "https://paper.example/news/bell-stolen-from-quay/", page)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Related) != 4 || r.Related[0].Title != "Giant leek measured in front of a notary" {
		t.Errorf("got %v", r.Related)
	}
}
