package search_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"archiver/invented"
	"archiver/search"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or is one of the processes that they start.
func TestMain(m *testing.M) {
	if path := os.Getenv("SEARCH_TEST_INDEX"); path != "" {
		os.Exit(child(path, os.Getenv("SEARCH_TEST_WORDS")))
	}
	goleak.VerifyTestMain(m)
}

// child searches the archive of the tests with an index at path, and prints what it
// finds.
func child(path, words string) int {
	archive := newMemory()
	for r := range invented.Records(releases) {
		archive.put(r)
	}
	ix := search.Open(path, archive)
	ix.Progress = func(done, total int) { fmt.Println("read", done, "of", total) }
	found, err := ix.Search(context.Background(), search.Query{Words: words, Limit: -1})
	if err == nil {
		err = ix.Close()
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("found", found.Total)
	return 0
}
