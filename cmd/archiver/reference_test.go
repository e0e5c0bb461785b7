package main

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"

	"go.yaml.in/yaml/v4"
)

// Real releases of 21 forces, each served at its own address and found on its
// force's listing, come out of the archive with the headers that they came with,
// but for how a header is encoded, and with their time of publication.
func TestReferenceCrawl(t *testing.T) {
	reference := os.Getenv("ARCHIVER_REFERENCE")
	if reference == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the reference releases are not part of the project")
	}
	files, err := filepath.Glob(filepath.Join(reference, "samples", "*", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	type document struct {
		Area    string                `yaml:"area"`
		Title   string                `yaml:"title"`
		URL     string                `yaml:"url"`
		OG      map[string]string     `yaml:"og"`
		Publish struct{ Date string } `yaml:"publish"`
		body    string
	}
	documents := map[string]*document{} // by address
	hosts := map[string][]*document{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(strings.TrimPrefix(string(data), "```yaml\n"), "\n```\n")
		d := &document{body: strings.TrimSpace(body)}
		if err := yaml.Load([]byte(head), d); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.SplitN(d.body, "\n\n", 3) {
			if _, err := time.Parse("15:04 02/01/2006", line); err == nil && i < 2 {
				d.Publish.Date = line
			}
		}
		documents[d.URL] = d
		host := strings.Split(d.URL, "/")[2]
		hosts[host] = append(hosts[host], d)
	}
	for _, design := range demo.Designs {
		t.Run(design.String(), func(t *testing.T) {
			w := newWeb(t)
			for host, list := range hosts {
				w.host(host, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					rw.Header().Set("Content-Type", "text/html; charset=utf-8")
					if d := documents["https://"+host+r.URL.Path]; d != nil {
						published, err := time.ParseInLocation("15:04 02/01/2006", d.Publish.Date, article.London)
						if err != nil {
							t.Error(err)
						}
						headline, force, _ := strings.Cut(d.Title, " | ")
						release := demo.Release{
							Title: html.UnescapeString(headline), PageTitle: headline, Path: r.URL.Path, Published: published, Body: rendered(t, d.body),
							OGTitle: d.OG["title"], OGDescription: d.OG["description"], OGImage: d.OG["image"],
						}
						if err := demo.Render(rw, release, design, demo.Around{Base: "https://" + host, Force: force}); err != nil {
							t.Error(err)
						}
						return
					}
					if parts := strings.Split(r.URL.Path, "/"); len(parts) != 5 || parts[1] != "news" || parts[3] != "news" && parts[3] != "latest" {
						http.NotFound(rw, r)
						return
					}
					for _, d := range list {
						fmt.Fprintf(rw, "<div><h3><a href=\"%s\">%s</a></h3><p>Published: %s</p></div>\n", strings.TrimPrefix(d.URL, "https://"+host), html.EscapeString(d.Title), d.Publish.Date)
					}
				}))
			}
			var sites []string
			for _, file := range files {
				sites = append(sites, strings.ReplaceAll(strings.ToLower(filepath.Base(filepath.Dir(file))), " ", "-"))
			}
			slices.Sort(sites)
			dir := t.TempDir()
			if r := archiver(t, dir, w.env(), append([]string{"crawl", "--delay", "0s"}, slices.Compact(sites)...)...); r.status != 0 || r.stderr != "" {
				t.Fatalf("crawl: %+v", r)
			}
			records := exported(t, dir)
			if len(records) != len(documents) {
				t.Errorf("%d records of %d", len(records), len(documents))
			}
			for _, r := range records {
				d := documents[r.URL]
				if d == nil {
					t.Errorf("a record of an address that was not served: %s", r.URL)
					continue
				}
				if r.PublishedText != d.Publish.Date || r.PageTitle != d.Title || r.Area != d.Area || r.OG["image"] != d.OG["image"] || r.OG["description"] != d.OG["description"] {
					t.Errorf("%s: %q %q %q", r.URL, r.PublishedText, r.PageTitle, r.Area)
				}
			}
		})
	}
}
