package web_test

import (
	"fmt"
	"strings"
	"testing"

	"archiver/invented"
)

// A page that is remembered is forgotten with the first change of the archive, and
// what was asked wrongly is not remembered.
func TestRememberedPages(t *testing.T) {
	archive := newStore(t, 10)
	s := newSite(t, archive)
	for i := range 150 { // more than are kept
		s.text(fmt.Sprintf("/?q=police&site=s%d", i))
	}
	for range 2 {
		if text := s.text("/"); !strings.Contains(text, "10 releases") {
			t.Fatal("the front page has not 10 releases")
		}
		if status := s.get("/?kind=gossip").StatusCode; status != 400 {
			t.Errorf("status %d", status)
		}
	}
	r := invented.Record(10, 11)
	if _, err := archive.Save(invented.Visit(r)); err != nil {
		t.Fatal(err)
	}
	if text := s.text("/"); !strings.Contains(text, "11 releases") {
		t.Error("the front page does not show what came")
	}
}
