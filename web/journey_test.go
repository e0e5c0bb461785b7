package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/mmcdole/gofeed"
)

// click clicks on what a selector finds, and waits for an address.
func (b *tab) click(selector, address string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
	b.until(`location.pathname + location.search`, address)
}

// The filters lead from one list to another, each with as many as was said, and can be
// taken back one by one.
func TestBrowserFilters(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	const shown = `document.querySelector('[role=status]').textContent.trim().split(' ')[0]`
	b.open("/")
	b.until(shown, fmt.Sprint(releases))
	for _, facet := range []string{"kind", "has", "topic"} {
		link := `.facet a[href*="` + facet + `="]`
		want := b.eval(`document.querySelector('` + link + `').parentElement.querySelector('.count').textContent`)
		b.click(link, b.eval(`document.querySelector('`+link+`').getAttribute('href')`))
		b.until(shown, want)
	}
	chosen := b.eval(`document.querySelectorAll('.chosen a').length`)
	if chosen != "3" {
		t.Errorf("%s filters are set", chosen)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "police"+kb.Enter))
	b.until(`new URLSearchParams(location.search).getAll('q') + [...new URLSearchParams(location.search).keys()].length`, "police4")
	for n := 4; n > 0; n-- {
		b.until(`document.querySelectorAll('.chosen a').length + document.querySelector('#q').value.length / 6`, fmt.Sprint(n))
		if n == 1 {
			break
		}
		b.do(chromedp.Click(chromedp.CSS(".chosen a")))
	}
	// A span of days, as a reader picks it.
	b.open("/")
	b.eval(`(document.querySelector('#since').value = '2015-01-01', document.querySelector('#until').value = '2015-12-31', document.querySelector('.dates').requestSubmit())`)
	b.until(`location.search`, "?since=2015-01-01&until=2015-12-31")
	if days := b.eval(`[...document.querySelectorAll('.day h2')].every(h => h.textContent.endsWith('2015')) && document.querySelectorAll('.item').length > 0`); days != "true" {
		t.Error("releases of another year are shown")
	}
}

// Everything that a release can be taken away as is saved under our name, byte for
// byte as the server has it; the page as captured is text in the browser.
func TestBrowserDownload(t *testing.T) {
	s := newSite(t, newStore(t, 10))
	b := newTab(t, s)
	dir := t.TempDir()
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir}); err != nil {
		t.Fatal(err)
	}
	release := "/release/" + id(0, 10)
	for _, c := range []struct{ link, file, begins string }{
		{".md", ".md", "```yaml\n"}, {".txt", ".txt", ""}, {".docx", ".docx", "PK\x03\x04"}, {".json", ".json", "{\n  \"schema\": 1,\n  \"id\": \"" + id(0, 10)},
		{".bib", ".bib", "@online{"}, {".ris", ".ris", "TY  - NEWS\r\n"}, {"&save=1", ".html", "<!DOCTYPE html>"},
	} {
		b.open(release)
		link := `document.querySelector('.take a[href$="` + c.link + `"]')`
		want, err := io.ReadAll(s.get(b.eval(link + `.getAttribute('href')`)).Body)
		if err != nil {
			t.Fatal(err)
		}
		b.eval(link + `.click()`)
		var saved []byte
		eventually(t, c.link+" is not saved", func() bool {
			found, _ := filepath.Glob(filepath.Join(dir, "*-"+id(0, 10)[:8]+"*"+c.file))
			if len(found) == 1 {
				saved, _ = os.ReadFile(found[0])
			}
			return len(saved) == len(want)
		})
		if !bytes.Equal(saved, want) || !strings.HasPrefix(string(saved), c.begins) {
			t.Errorf("%s is %.60q, want %.60q", c.link, saved, want)
		}
	}
	b.open(release)
	captured := b.eval(`document.querySelector('.take a[href*="/page?"]:not([href$="save=1"])').getAttribute('href')`)
	b.click(`.take a[href*="/page?"]:not([href$="save=1"])`, captured)
	if kind := b.eval(`document.contentType + document.querySelectorAll('body *').length`); kind != "text/plain1" { // in the browser's own pre
		t.Errorf("the page as captured is shown as %s", kind)
	}
	if text := b.eval(`document.body.textContent`); strings.TrimSpace(text) != strings.TrimSpace(s.text(captured)) {
		t.Errorf("the page as captured is shown as %.80q", text)
	}
}

// A reader of feeds finds the feed of a page by its link, reads it, and leads to the
// release that was meant.
func TestBrowserFeeds(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	follow := func(href, form string) {
		t.Helper()
		address, err := url.Parse(b.base)
		if err != nil {
			t.Fatal(err)
		}
		if address, err = address.Parse(href); err != nil {
			t.Fatal(err)
		}
		response, err := http.Get(address.String())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v in %.300s", address, err, data)
		}
		if feed.FeedType != form || len(feed.Items) == 0 || feed.FeedLink != address.String() || feed.Link != b.base+"/" {
			t.Fatalf("%s is %s with %d entries, of %s, home %s", address, feed.FeedType, len(feed.Items), feed.FeedLink, feed.Link)
		}
		if form == "atom" {
			feedparser(t, data, feed.Items[0].Link)
		}
		b.do(chromedp.Navigate(feed.Items[0].Link))
		b.until(`location.pathname.startsWith('/release/') && document.querySelector('.release h1').textContent`, feed.Items[0].Title)
	}
	const (
		atom   = `document.querySelector('link[rel=alternate][type="application/atom+xml"]').getAttribute('href')`
		asJSON = `document.querySelector('link[rel=alternate][type="application/feed+json"]').getAttribute('href')`
	)
	for _, page := range []string{"/", "/?kind=fraud", "/?q=again"} {
		for _, link := range []string{atom, `document.querySelector('.feeds a[href^="/feed.atom"]').getAttribute('href')`} {
			b.open(page)
			follow(b.eval(link), "atom")
		}
		b.open(page)
		follow(b.eval(asJSON), "json")
	}
	// From a watch: its own feeds, and the page of what it finds.
	b.open("/watches")
	follow(b.eval(`document.querySelector('.item a[href$=".atom"]').getAttribute('href')`), "atom")
	b.open("/watches")
	follow(b.eval(`document.querySelector('.item a[href$=".json"]').getAttribute('href')`), "json")
	b.open("/watches")
	b.click(".item h2 a", "/?topic=fraud%2Fcourier")
	follow(b.eval(atom), "atom")
}

// feedparser has Python's reader of feeds read one, where it is there.
func feedparser(t *testing.T, feed []byte, first string) {
	t.Helper()
	const python = "/usr/bin/python3" // Debian's, which has Debian's modules
	if exec.Command(python, "-c", "import feedparser").Run() != nil {
		return
	}
	cmd := exec.Command(python, "-c", "import feedparser, sys\nf = feedparser.parse(sys.stdin.buffer.read())\nprint(f.bozo, f.entries[0].link)")
	cmd.Stdin = bytes.NewReader(feed)
	out, err := cmd.CombinedOutput()
	if want := "False " + first + "\n"; err != nil || string(out) != want {
		t.Errorf("feedparser: %v, %q, want %q", err, out, want)
	}
}

// The keyboard is enough for the whole way, and shows where it is.
func TestBrowserKeyboard(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	// to presses the tab key until something has the focus, which is to be seen.
	to := func(what string) {
		t.Helper()
		for range 200 {
			b.do(chromedp.KeyEvent(kb.Tab))
			if b.eval(`getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement === document.body`) != "true" {
				t.Errorf("nobody sees that %s has the focus", b.eval(`document.activeElement.outerHTML.slice(0, 120)`))
			}
			if b.eval(`document.activeElement.matches('`+what+`')`) == "true" {
				return
			}
		}
		t.Fatalf("%s cannot be reached", what)
	}
	press := func(key string) { t.Helper(); b.do(chromedp.KeyEvent(key)) }

	b.open("/")
	to(".skip")
	press(kb.Enter)
	b.until(`document.activeElement.id`, "main")
	to("#q") // the first thing in the text
	to(`.facet a[href*="has=changes"]`)
	press(kb.Enter)
	b.until(`location.search`, "?has=changes")
	to(`.item a[href$="/history"]`)
	press(kb.Enter)
	b.until(`location.pathname`, "/release/"+id(0, releases)+"/history")
	to("#from")
	press("1")
	to("#form")
	press(kb.ArrowDown)
	to(".compare button")
	press(kb.Enter)
	b.until(`location.search`, "?from=1&to=3&form=inline")
	to(`h1 a`)
	press(kb.Enter)
	b.until(`location.pathname`, "/release/"+id(0, releases))
	to(`.take a[href$=".md"]`)

	// Everything can be reached, and there is a way out of it.
	for _, path := range []string{"/", "/release/" + id(0, releases), "/statistics", "/sites"} {
		b.open(path)
		reached := map[string]bool{}
		for range 400 {
			press(kb.Tab)
			if b.eval(`document.activeElement === document.body`) == "true" {
				break
			}
			reached[b.eval(`[...document.querySelectorAll('*')].indexOf(document.activeElement)`)] = true
		}
		missed := b.eval(`[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')].filter(e => e.checkVisibility() && ![` + strings.Join(keys(reached), ",") +
			`].includes([...document.querySelectorAll('*')].indexOf(e))).map(e => e.outerHTML.slice(0, 80)).join(' ')`)
		if missed != "" {
			t.Errorf("%s: the keyboard does not reach %s", path, missed)
		}
	}
}

func keys(m map[string]bool) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return list
}

// On paper there is the text and where it comes from, and nothing that one clicks.
func TestBrowserPrint(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	seen := func(selector string) string {
		return b.eval(`[...document.querySelectorAll('` + selector + `')].filter(e => e.checkVisibility()).length > 0`)
	}
	for path, want := range map[string]string{
		"/": ".item h3", "/release/" + id(0, releases): ".release h1", "/release/" + id(0, releases) + "/history": ".compare table", "/statistics": ".chart", "/changes": ".item",
	} {
		b.open(path)
		if seen(want) != "true" {
			t.Errorf("%s on paper is without %s", path, want)
		}
		for _, control := range []string{"nav", "form", "input", "button", ".skip", ".feeds", ".filters", ".take .inline"} {
			if seen(control) != "false" {
				t.Errorf("%s on paper has %s", path, control)
			}
		}
		printed, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		if err != nil || !bytes.HasPrefix(printed.Data, []byte("%PDF-")) {
			t.Errorf("%s cannot be printed: %v", path, err)
		}
		if keep := os.Getenv("ARCHIVER_SCREENSHOTS"); keep != "" {
			if err := os.WriteFile(filepath.Join(keep, "print"+strings.ReplaceAll(path, "/", "_")+".pdf"), printed.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
