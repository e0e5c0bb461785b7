package store_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"archiver/article"
	"archiver/store"
)

// A crawl saves what a look at an address brought; readers go through the
// records from the oldest to the newest.
func Example() {
	dir, err := os.MkdirTemp("", "archive")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	s, err := store.Create(filepath.Join(dir, "archive.db"))
	if err != nil {
		log.Fatal(err)
	}
	const url = "https://www.exshire.test/news/appeal/"
	page := &article.Page{URL: url, Status: 200, Body: []byte("<h1>Appeal after theft</h1>"), Fetched: time.Now()}
	record := &article.Record{URL: url, Site: "exshire", Title: "Appeal after theft", Kind: article.KindAppeal}
	record.Fill()
	address := article.Address{URL: url, Site: "exshire", State: article.StateFetched, Found: time.Now()}
	if _, err := s.Save(article.Visit{Address: address, Page: page, Record: record}); err != nil {
		log.Fatal(err)
	}

	for r, err := range s.Records(store.Range{Site: "exshire"}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, revision %d, %s\n", r.Title, r.Revision, r.Status)
	}
	// Output: Appeal after theft, revision 1, live
}
