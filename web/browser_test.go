package web_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A tab is a page of a real browser.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// newTab opens a browser on a site, or skips the test.
func newTab(t *testing.T, s *site) *tab {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("there is no chromium; Debian's package chromium has it")
	}
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return &tab{t, ctx, server.URL}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.base + path)) }

// eval returns what a script says of the page, as text.
func (b *tab) eval(script string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+script+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for what a script says to be so.
func (b *tab) until(script, want string) {
	b.t.Helper()
	last := ""
	for range 100 {
		var err error
		if last, err = chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+script+")")); err == nil && last == want {
			return
		}
		b.do(chromedp.Sleep(50 * time.Millisecond))
	}
	b.t.Fatalf("%s is %q, not %q", script, last, want)
}

// A journalist's way: search while typing, filter, open a release, compare revisions,
// take it away. The keyboard alone is enough.
func TestBrowser(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	const status = `document.querySelector('[role=status]')?.textContent.trim().split(' ').slice(0,2).join(' ')`

	b.open("/")
	b.until(status, "60 releases,")
	// The skip link is first, then the field can be reached, all by the tab key.
	b.do(chromedp.KeyEvent(kb.Tab))
	b.until(`document.activeElement.className`, "skip")
	for range 20 {
		b.do(chromedp.KeyEvent(kb.Tab))
		if b.eval(`document.activeElement.id`) == "q" {
			break
		}
	}
	b.until(`document.activeElement.id`, "q")
	for _, letter := range "agai" {
		b.do(chromedp.KeyEvent(string(letter)))
	}
	// What is found comes while it is typed, for half a word too, and the field keeps
	// the focus.
	b.until(`document.activeElement.id + location.search`, "q?q=agai")
	b.until(`document.querySelector('mark')?.textContent.slice(0, 4)`, "agai")

	b.open("/?has=changes")
	b.until(status, "1 release,")
	b.do(chromedp.Focus(chromedp.CSS(".item h3 a")), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector('.release h1') !== null && location.pathname`, "/release/"+id(0, releases))
	b.eval(`document.querySelector('.notice a').click()`)
	b.until(`location.pathname.endsWith('/history')`, "true")
	b.eval(`document.querySelector('#from').value = '1'`)
	b.eval(`document.querySelector('.compare form').requestSubmit()`)
	b.until(`location.search`, "?from=1&to=3&form=beside")
	b.until(`document.querySelector('ins')?.textContent`, "again again")
}

// kindsOfPage has a page of each kind of an archive of newStore, everyPage all in their
// shapes.
var (
	onePage     = "/release/" + id(0, releases)
	kindsOfPage = []string{
		"/", "/?q=again&has=changes", "/changes", "/removed", "/quotations", "/quotations/speakers", "/quotations/recycled", "/statistics", "/sites", "/watches", "/about", "/nowhere",
		onePage, onePage + "/history", onePage + "/history?from=1&to=3&form=inline",
	}
	everyPage = append(slices.Clone(kindsOfPage), "/?q=police&kind=fraud&since=2000-01-01", "/?q=nothinglikeit", "/?page=2", "/?q=%22", "/quotations?q=police", "/statistics?by=fraud&over=year",
		onePage+"?revision=1", "/release/"+id(1, releases), "/release/"+id(3, releases)+"/history")
)

// Every page fits a screen of 320 pixels, light and dark, and asks nobody else for
// anything; the policy of the pages keeps nothing of their own away.
func TestBrowserScreens(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	b.do(chromedp.EmulateViewport(320, 640))
	for _, scheme := range []string{"light", "dark"} {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range everyPage {
			b.open(path)
			if wide := b.eval(`document.documentElement.scrollWidth`); wide != "320" {
				t.Errorf("%s is %s pixels wide on a screen of 320", path, wide)
			}
			dark := b.eval(`getComputedStyle(document.body).backgroundColor.match(/[0-9]+/)[0] < 64`)
			if dark != map[string]string{"light": "false", "dark": "true"}[scheme] {
				t.Errorf("%s is not %s", path, scheme)
			}
			others := b.eval(`performance.getEntriesByType('resource').filter(e => !e.name.startsWith(location.origin)).map(e => e.name).join(' ')`)
			if others != "" {
				t.Errorf("%s asks for %s", path, others)
			}
		}
	}
}

// Without scripts the forms do the same.
func TestBrowserWithoutScripts(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.open("/")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "again"+kb.Enter), chromedp.WaitVisible(chromedp.CSS("mark")), chromedp.Click(chromedp.CSS(".item h3 a")), chromedp.WaitVisible(chromedp.CSS(".release h1")))
	b.do(chromedp.Click(chromedp.CSS(".notice a")), chromedp.WaitVisible(chromedp.CSS(".compare ins")))
}

// TestAccessible has every page read by axe, light and dark, by the rules of WCAG 2.2 AA
// and its own good practice.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("../tools/readers/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skip("needs npm ci --prefix tools/readers")
	}
	s := newSite(t, newStore(t, releases))
	b := newTab(t, s)
	b.do(chromedp.EmulateViewport(1100, 800))
	for _, scheme := range []string{"light", "dark"} {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		if err != nil {
			t.Fatal(err)
		}
		paths, rules := kindsOfPage, ""
		if scheme == "dark" { // only the colours are others
			paths, rules = []string{"/?q=again&has=changes", "/changes", "/quotations", "/statistics", "/sites", onePage, onePage + "/history"}, `{runOnly: ["color-contrast"]}`
		}
		for _, path := range paths {
			b.open(path)
			b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
				_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](string(axe)+";true"))
				return err
			}))
			found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run(`+rules+`).then(r => r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(" ")).join("\n"))`, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if found != "" {
				t.Errorf("%s, %s:\n%s", path, scheme, found)
			}
		}
	}
}
