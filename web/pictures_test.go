package web_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "take the pictures of the README again, from the demo's releases")

// pictures are those of the README: a page of the demo's archive, as much of it as so
// many pixels show.
var pictures = []struct {
	file, path string
	height     int64
}{
	{"front.png", "/?kind=fraud", 725},
	{"release.png", "/release/" + showcase.ID(), 980},
	{"compare.png", "/release/" + showcase.ID() + "/history", 860},
}

const (
	pictureWidth   = 1200
	largestPicture = 150_000 // bytes
)

// release is one of the demo's, by its name.
type release string

const showcase release = "courier-fraud"

func (name release) ID() string {
	for _, r := range demo.Releases() {
		if r.Name == string(name) {
			return article.ID(demo.Base + r.Address())
		}
	}
	return ""
}

// demoStore makes an archive of the demo's releases and of the stories that the radio
// station took, at times that are always the same. One release has been changed twice,
// one is missing and one is gone.
func demoStore(t *testing.T) *store.Store {
	t.Helper()
	dir := t.TempDir()
	profile := fmt.Sprintf("id: %s\nextends: soh\nforce: %s\narea: %s\nbase: %s\nslug: %s\n", demo.ID, demo.Force, demo.Area, demo.Base, demo.Slug)
	if err := os.WriteFile(filepath.Join(dir, demo.ID+".yaml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	radio, err := sites.Generic(demo.RadioBase + "/")
	if err != nil {
		t.Fatal(err)
	}
	archive, err := store.Create(filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	visit := func(address string, site *sites.Site, at time.Time, render func(io.Writer) error) {
		t.Helper()
		var body bytes.Buffer
		if err := render(&body); err != nil {
			t.Fatal(err)
		}
		page := &article.Page{URL: address, Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}, Body: body.Bytes(), Fetched: at}
		record, err := extract.Extract(*page, site)
		if err != nil {
			t.Fatal(err)
		}
		state := article.Address{URL: address, Site: record.Site, State: article.StateFetched, Checked: at, Next: at.AddDate(0, 0, 1)}
		if _, err := archive.Save(article.Visit{Address: state, Page: page, Record: record}); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(r demo.Release, at time.Time) {
		t.Helper()
		visit(demo.Base+r.Address(), set.ByID(demo.ID), at, func(w io.Writer) error {
			return demo.Render(w, r, demo.DesignPlatform, demo.Around{Now: at})
		})
	}
	for _, r := range demo.Releases() {
		publish(r, r.Published.Add(40*time.Minute))
		if r.Name != string(showcase) {
			continue
		}
		r.Body = strings.Replace(r.Body, "in three visits", "in three visits to their branch", 1)
		publish(r, r.Published.Add(6*time.Hour))
		r.Title = strings.Replace(r.Title, "£9,200", "£11,400", 1)
		r.Body = strings.NewReplacer("&pound;9,200", "&pound;11,400", "in three visits", "in four visits", "on 101. If", "on 101, quoting IML 1987654. If").Replace(r.Body)
		publish(r, r.Published.Add(26*time.Hour))
	}
	for _, s := range demo.Stories() {
		at := s.Published.Add(time.Hour)
		visit(demo.RadioBase+s.Address(), radio, at, func(w io.Writer) error {
			return demo.RenderStory(w, s, demo.DesignPlatform, demo.Around{Base: demo.RadioBase, Now: at})
		})
	}
	for i, r := range demo.Releases()[:2] {
		at := r.Published.AddDate(0, 1, 0)
		address := article.Address{URL: demo.Base + r.Address(), Site: demo.ID, State: article.StateMissing, Checked: at, Next: at.AddDate(0, 0, 1), MissingSince: at, Misses: 1}
		visits := []article.Visit{{Cause: article.CauseGone, Address: address}}
		if i == 1 {
			address.State, address.Checked, address.Misses = article.StateGone, at.AddDate(0, 0, 20), 4
			visits = append(visits, article.Visit{Cause: article.CauseGone, Address: address})
		}
		for _, v := range visits {
			if _, err := archive.Save(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return archive
}

// The pictures of the README are those of today's pages where they are taken again, and
// small.
func TestPictures(t *testing.T) {
	keep := os.Getenv("ARCHIVER_SCREENSHOTS")
	if *update || keep != "" {
		s := newSite(t, demoStore(t))
		b := newTab(t, s)
		eventually(t, "copies are never looked for", func() bool {
			return !strings.Contains(s.text("/release/"+showcase.ID()), "still being looked for")
		})
		if *update {
			for _, p := range pictures {
				b.do(chromedp.EmulateViewport(pictureWidth, p.height))
				b.open(p.path)
				taken, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join("..", "docs", p.file), smaller(t, taken), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		if keep != "" {
			everyLook(t, b, keep)
			everyLook(t, newTab(t, newSite(t, newStore(t, 0))), keep, "/", "/changes", "/removed", "/quotations", "/statistics")
		}
	}
	for _, p := range pictures {
		data, err := os.ReadFile(filepath.Join("..", "docs", p.file))
		if err != nil {
			t.Fatal(err, "; -update takes the pictures")
		}
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width != pictureWidth || config.Height != int(p.height) || len(data) > largestPicture {
			t.Errorf("%s: %v, %d×%d pixels, %d bytes; -update takes it again", p.file, err, config.Width, config.Height, len(data))
		}
	}
}

// everyLook takes whole pages as they look on a wide screen, in the dark and on a small
// one: for whoever has changed something about them.
func everyLook(t *testing.T, b *tab, dir string, paths ...string) {
	t.Helper()
	kind := "empty"
	if paths == nil {
		kind = "demo"
		one := "/release/" + showcase.ID()
		paths = []string{
			"/", "/?kind=fraud", "/?q=courier", "/?q=courir", "/changes", "/removed", "/quotations", "/quotations/speakers", "/quotations/recycled", "/statistics", "/statistics?by=fraud&over=month",
			"/sites", "/watches", "/about", "/nowhere", one, one + "?revision=1", one + "/history", one + "/history?from=1&to=3&form=inline", "/release/" + release("missing-found").ID(),
		}
	}
	for _, look := range []struct {
		name, scheme string
		width        int64
	}{{"wide", "light", 1200}, {"dark", "dark", 1200}, {"small", "light", 320}} {
		b.do(chromedp.EmulateViewport(look.width, 800))
		if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}}); err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			b.open(path)
			taken, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			name := kind + strings.NewReplacer("/", "_", "?", "_", "&", "_", showcase.ID(), "one").Replace(path) + "-" + look.name + ".png"
			if err := os.WriteFile(filepath.Join(dir, name), taken, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// smaller writes a picture with the 256 colours that it has most of.
func smaller(t *testing.T, data []byte) []byte {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[color.RGBA]int{}
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)]++
		}
	}
	var colours []color.RGBA
	for c := range counts {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
	var palette color.Palette
	for _, c := range colours[:min(len(colours), 256)] {
		palette = append(palette, c)
	}
	few := image.NewPaletted(bounds, palette)
	draw.Draw(few, bounds, picture, bounds.Min, draw.Src)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
