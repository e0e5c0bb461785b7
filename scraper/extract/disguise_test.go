package extract

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
)

// A page under invented names gives the record that it gave, but for the names.
func TestDisguiseKeepsTheRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many releases; without the race detector it runs in full")
	}
	site := demoSite(t)
	for _, design := range demo.Designs {
		for _, release := range demo.Releases() {
			t.Run(design.String()+"/"+release.Name, func(t *testing.T) {
				p := rendered(t, release, design)
				before, err := Extract(p, site)
				if err != nil {
					t.Fatal(err)
				}
				data, told, d := disguisePage(t, p, site)
				p.URL, p.Body = d.address(p.URL), data
				after, err := Extract(p, site)
				if err != nil {
					t.Fatal(err)
				}
				if err := after.Validate(); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(withoutPlaces(t, d.record(t, before)), withoutPlaces(t, after)); diff != "" {
					t.Errorf("the record differs in more than names (-want +got):\n%s", diff)
				}
				for name := range told.Names {
					if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(name))) {
						t.Errorf("%q still stands on the page", name)
					}
				}
				truth, err := demo.Truth(release.Name)
				if err != nil {
					t.Fatal(err)
				}
				for _, q := range truth.For(design).Quotes {
					for _, w := range wordsOf(q.Speaker) {
						if len(w.text) > 2 && bytes.Contains(data, []byte(w.text)) && !d.wary[strings.ToLower(w.text)] && !d.stiff[strings.ToLower(w.text)] {
							t.Errorf("%q, of the speaker %s, still stands on the page", w.text, q.Speaker)
						}
					}
				}
			})
		}
	}
}

// record puts the invented names into a record.
func (d *disguise) record(t *testing.T, r *article.Record) *article.Record {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	data = jsonString.ReplaceAllFunc(data, func(b []byte) []byte { return []byte(d.literal(string(b))) })
	out := new(article.Record)
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// withoutPlaces is a record as JSON without what other words must change: what is counted
// in characters and bytes, and the checksums. Validate has held the spans against
// the texts.
func withoutPlaces(t *testing.T, r *article.Record) any {
	t.Helper()
	c := *r
	c.ID, c.Capture = "", article.Capture{}
	for i := range c.Quotes {
		for k := range c.Quotes[i].Spans {
			c.Quotes[i].Spans[k][1], c.Quotes[i].Spans[k][2] = 0, 0
		}
	}
	for _, list := range [][]article.Number{c.Phones, c.Emails} {
		for i := range list {
			list[i].Start, list[i].End = 0, 0
		}
	}
	for i := range c.References {
		c.References[i].Start, c.References[i].End = 0, 0
	}
	for i := range c.Amounts {
		c.Amounts[i].Start, c.Amounts[i].End = 0, 0
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func disguisePage(t *testing.T, p article.Page, site *sites.Site) ([]byte, Disguised, *disguise) {
	t.Helper()
	data, told, err := Disguise(p, site)
	if err != nil {
		t.Fatal(err)
	}
	_, d, err := disguised(p, site)
	if err != nil {
		t.Fatal(err)
	}
	return data, told, d
}

func demoSite(t *testing.T) *sites.Site {
	t.Helper()
	dir := t.TempDir()
	profile := "id: demo\nextends: soh\nforce: " + demo.Force + "\narea: " + demo.Area + "\nbase: " + demo.Base + "\nslug: " + demo.Slug + "\n"
	if err := os.WriteFile(filepath.Join(dir, "demo.yaml"), []byte(profile), 0o644); err != nil {
		t.Fatal(err)
	}
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set.ByID("demo")
}

func rendered(t *testing.T, r demo.Release, design demo.Design) article.Page {
	t.Helper()
	var b bytes.Buffer
	if err := demo.Render(&b, r, design, demo.Around{Now: time.Date(2026, 5, 25, 11, 15, 55, 0, article.London)}); err != nil {
		t.Fatal(err)
	}
	return article.Page{
		URL: demo.Base + r.Address(), Status: 200, Body: b.Bytes(),
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
	}
}

// Wherever and however a name stands, it goes; what only looks like one stays.
func TestDisguise(t *testing.T) {
	const page = `<!DOCTYPE html><title>Gadsby jailed after threats to Otterburn | Mereshire Police</title>
<meta property="og:title" content="Gadsby jailed after threats to Otterburn">
<meta property="og:url" content="https://www.mereshire.police.example/news/mereshire/news/2024/5/wilfred-gadsby-jailed/">
<link rel="canonical" href="https://www.mereshire.police.example/news/mereshire/news/2024/5/wilfred-gadsby-jailed/">
<script type="application/ld+json">{"headline": "Gadsby jailed", "author": {"@type": "Person", "name": "Si\u00e2n Gr\u00fcndig"}, "url": "https://www.mereshire.police.example/x/gadsbys-threats/"}</script>
<meta name="author" content="Jocelyn Threadneedle">
<script>var tracking = "Gadsby"</script>
<main><h1 id="wilfred-gadsby-jailed">Gadsby jailed after threats to Otterburn</h1><p>11:39 27/05/2024</p>
<p><strong>A man who threatened the people of Otterburn has been jailed for two years.</strong></p>
<p>Wilfred Gadsby, 34, of Larkspur Road, Harrowmere, pleaded guilty at Harrowmere Crown Court. WILFRED GADSBY was told that Gadsby’s threats were cruel.</p>
<p>Green vans and a grey car were seen in Green Lane and in Larkspur Road. Will you help? The victim, Will Otterburn, will not move. Will said that he was glad.</p>
<p>W. J. Gadsby used a telephone, 07911 654 321, and wrote from <a href="mailto:wilfred.gadsby@mail.example">wilfred.gadsby@mail.example</a> to 12 Station Road, Harrowmere HM4 7XQ.</p>
<p>PC Green said: "Mr <b>Gad</b>sby meant harm. It was on 12 May that we met him."</p>
<p>PC May, of the Rural Team, added: "PC Green and I thank the people of West Otter Police." Dr Siân Gründig agreed with <em>Wilfred</em> <em>Gadsby</em>.</p>
<p>Call 101, ring 0800 555 111 or 0300 123 2040, or e-mail press.office@mereshire.police.example.</p>
<p><img src="/media/WilfredGadsby.jpg" alt="Wilfred Gadsby (custody picture)"> Pictured: Yolande Plum</p><p><a href="/news/mereshire/news/2024/4/gadsby-wanted/">Appeal to find Gadsby</a></p></main>`
	p := article.Page{
		URL: demo.Base + "/news/mereshire/news/2024/5/wilfred-gadsby-jailed/", Status: 200, Body: []byte(page),
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
	}
	data, told, err := Disguise(p, demoSite(t))
	if err != nil {
		t.Fatal(err)
	}
	got := string(data)
	for _, gone := range []string{"Gadsby", "GADSBY", "gadsby", "Wilfred", "WILFRED", "wilfred", "Siân", "Gründig", "Will Otterburn", "PC Green", "Will said",
		"PC May", "Threadneedle", "Yolande", "07911", "654", "Larkspur", "12 Station", "Station Road", "HM4", "Gad<", "W. J."} {
		if strings.Contains(got, gone) {
			t.Errorf("%q is still there", gone)
		}
	}
	for _, stays := range []string{"Green vans", "Green Lane", "Will you", "on 12 May", "West Otter Police", "Harrowmere Crown Court", "101", "0800 555 111",
		"0300 123 2040", "press.office@mereshire.police.example", "| Mereshire Police</title>", " Road, Harrowmere", "@mail.example", ", 34, of ", "’s threats"} {
		if !strings.Contains(got, stays) {
			t.Errorf("%q has gone", stays)
		}
	}
	gadsby, will := told.Names["Wilfred Gadsby"], told.Names["Will Otterburn"]
	forename, surname, _ := strings.Cut(gadsby, " ")
	for _, there := range []string{
		"<title>" + surname + " jailed", gadsby + ", 34, of", strings.ToUpper(gadsby) + " was told", surname + "’s threats",
		strings.ToLower(forename) + "-" + strings.ToLower(surname) + "-jailed/", "/x/" + strings.ToLower(surname) + "s-threats/",
		"<b>" + surname + "</b> meant", "<em>" + forename + "</em> <em>" + surname + "</em>", `alt="` + gadsby + ` (custody`,
		forename + surname + ".jpg", "The victim, " + will + ", will not", "D. Q. " + surname,
		`"headline": "` + surname + ` jailed"`, strings.ToLower(forename) + "." + strings.ToLower(surname) + "@mail.example", "07700 900 101",
	} {
		if !strings.Contains(got, there) {
			t.Errorf("%q is not there", there)
		}
	}
	if told.Phones != 1 || told.Emails != 1 || told.Places != 3 {
		t.Errorf("%d telephone numbers, %d e-mail addresses, %d places", told.Phones, told.Emails, told.Places)
	}
	if t.Failed() {
		t.Logf("%+v\n%s", told, got)
	}
}

// The same words are replaced by the same ones, and two never by one.
func TestPseudonyms(t *testing.T) {
	p := newPseudonyms(map[string]bool{"beatrice": true}, 13)
	seen := map[string]bool{"beatrice": true}
	for i := range 2000 {
		word := "name" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		given := p.give(word, nameClass(i)%classes)
		if seen[given] || given != p.give(word, surname) {
			t.Fatalf("%s is given %s, which is another's", word, given)
		}
		seen[given] = true
	}
	for _, list := range [][]string{inventedWomen, inventedWomenS} {
		for _, name := range list {
			if !womensNames.is(capitalised(name)) {
				t.Errorf("%s is none of the reader's women's names", name)
			}
		}
	}
	for _, list := range [][]string{inventedMen, inventedMenS} {
		for _, name := range list {
			if !mensNames.is(capitalised(name)) {
				t.Errorf("%s is none of the reader's men's names", name)
			}
		}
	}
	for _, list := range [][]string{inventedEither, inventedEitherS} {
		for _, name := range list {
			if name = capitalised(name); womensNames.is(name) || mensNames.is(name) || notNames.is(name) {
				t.Errorf("%s means something to the reader", name)
			}
		}
	}
}

// FuzzDisguise: whatever the page, it is written or refused, and is still a page.
func FuzzDisguise(f *testing.F) {
	f.Add(`<h1>Ann Lee jailed</h1><p>Ann Lee@example.org, 34, of 12 Lee Road, said: "I'm PC Lee"</p>`)
	f.Add(`<p>DC O'H<b>are</b> – Ann-Marie L. McLee (01/02/1990) 07911 123456 07911123456 HM4 7XQ ann.lee@lee.example</p><script type="application/ld+json">{"a":"Ann \u004cee"}</script>`)
	f.Add(`<a href="//x/ann-lee%20ann_lee" title="Mr Lee's İstanbul">@AnnLee ſt Ⅷ Lee</a>`)
	site, err := sites.Generic("https://a.example/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p := article.Page{URL: "https://a.example/news/ann-lee/", Status: 200, Body: []byte("<html><p>Ann Lee, 34, and PC Siân McGray said so.</p>" + body)}
		data, _, err := Disguise(p, site)
		if err == nil && bytes.Contains(data, []byte("Ann Lee, 34")) {
			t.Errorf("Ann Lee is still there: %s", data)
		}
	})
}
