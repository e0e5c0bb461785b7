package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The picture of the packages in the README, as data: what of ours each package
// imports. A new package is a new line here and there. (Tests may import more.)
var imports = map[string][]string{
	"archiver":         nil,
	"archiver/article": nil,
	"archiver/chart":   nil,
	"archiver/copies":  {"archiver/article", "archiver/intact"},
	"archiver/demo":    {"archiver/article"},
	"archiver/export": {
		"archiver/article",
		"archiver/export/parquet",
		"archiver/export/sqlite",
		"archiver/export/tables",
		"archiver/intact",
		"archiver/stats",
		"archiver/typeset",
		"archiver/warc",
	},
	"archiver/export/parquet":  {"archiver/article"},
	"archiver/export/sqlite":   {"archiver/article", "archiver/export/tables"},
	"archiver/export/tables":   {"archiver/article"},
	"archiver/health":          {"archiver/article"},
	"archiver/intact":          nil,
	"archiver/invented":        {"archiver/article"},
	"archiver/marks":           {"archiver/article"},
	"archiver/notify":          nil,
	"archiver/revision":        {"archiver/article"},
	"archiver/scraper":         {"archiver/article", "archiver/health", "archiver/scraper/sites"},
	"archiver/scraper/extract": {"archiver/article", "archiver/scraper/sites", "archiver/scraper/topics"},
	"archiver/scraper/sites":   nil,
	"archiver/scraper/topics":  {"archiver/article"},
	"archiver/search":          {"archiver/article"},
	"archiver/stats":           {"archiver/article"},
	"archiver/store":           {"archiver/article", "archiver/intact"},
	"archiver/typeset":         {"archiver/article"},
	"archiver/warc":            nil,
	"archiver/watch":           {"archiver/article", "archiver/intact"},
	"archiver/web": {
		"archiver/article",
		"archiver/chart",
		"archiver/copies",
		"archiver/export",
		"archiver/revision",
		"archiver/search",
		"archiver/stats",
		"archiver/typeset",
	},
	"archiver/cmd/archiver": {
		"archiver/article",
		"archiver/chart",
		"archiver/copies",
		"archiver/demo",
		"archiver/export",
		"archiver/health",
		"archiver/intact",
		"archiver/marks",
		"archiver/notify",
		"archiver/revision",
		"archiver/scraper",
		"archiver/scraper/extract",
		"archiver/scraper/sites",
		"archiver/scraper/topics",
		"archiver/search",
		"archiver/stats",
		"archiver/store",
		"archiver/warc",
		"archiver/watch",
		"archiver/web",
	},
}

// only says which packages alone may import a library.
var only = map[string][]string{
	"go.etcd.io/bbolt":                 {"archiver/store"},
	"github.com/gocolly/colly/v2":      {"archiver/scraper"},
	"github.com/PuerkitoBio/goquery":   {"archiver/scraper", "archiver/scraper/extract"},
	"github.com/spf13/cobra":           {"archiver/cmd/archiver"},
	"github.com/fxamacker/cbor/v2":     {"archiver/search", "archiver/store"},
	"github.com/andybalholm/cascadia":  {"archiver/scraper/sites"},
	"github.com/mmcdole/gofeed":        {"archiver/scraper"},
	"github.com/parquet-go/parquet-go": {"archiver/export/parquet"},
	"modernc.org/sqlite":               {"archiver/export/sqlite", "archiver/search"},
}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "archiver/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	users := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg := words[0]
		want, known := imports[pkg]
		if !known {
			t.Errorf("package %s is not in the picture", pkg)
		}
		var ours []string
		for _, path := range words[1:] {
			users[path] = append(users[path], pkg)
			if strings.HasPrefix(path, "archiver/") {
				ours = append(ours, path)
			}
			if pkg == "archiver/article" && strings.Contains(path, ".") {
				t.Errorf("article imports %s, and is to need the standard library alone", path)
			}
		}
		if !slices.Equal(ours, want) {
			t.Errorf("%s imports %v, in the picture %v", pkg, ours, want)
		}
	}
	for library, allowed := range only {
		if !slices.Equal(users[library], allowed) {
			t.Errorf("%s is imported by %v, and is to be by %v", library, users[library], allowed)
		}
	}
}
