package extract_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden records anew; read the difference before you commit it")

// Saved pages: testdata/sites/SITE/NAME.html gives the record NAME.json. A new case
// is a page ('archiver snapshot URL'), and its record written with -update and read
// by a person. The pages keep a site's markup; their words and names are invented.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../../testdata/sites/*/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no saved pages: %v", err)
	}
	set := profiles(t)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			page := article.Page{Status: 200, Body: body}
			page.URL, page.Fetched, _ = extract.Source(body)
			if page.URL == "" {
				t.Fatal("the page does not say where it is from")
			}
			site := set.ForURL(page.URL)
			if site == nil {
				if site, err = sites.Generic(page.URL); err != nil {
					t.Fatal(err)
				}
			}
			record, err := extract.Extract(page, site)
			if err != nil {
				t.Fatal(err)
			}
			if err := record.Validate(); err != nil {
				t.Error(err)
			}
			var got bytes.Buffer
			encoder := json.NewEncoder(&got)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", " ")
			if err := encoder.Encode(record); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".html") + ".json"
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
				t.Errorf("the record differs (-want +got):\n%s", diff)
			}
		})
	}
}
