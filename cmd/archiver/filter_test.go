package main

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
)

// What is read to find a selection is told from the first to the last, however few of
// it are selected, and anew when it is gone through again.
func TestReadIsTold(t *testing.T) {
	dir := t.TempDir()
	madeUp(t, dir, 30)
	a := &app{stdout: io.Discard, stderr: io.Discard, archive: filepath.Join(dir, "archive.db")}
	s := filterFlags(&cobra.Command{})
	s.bare, s.query = true, "nobodyhaseverwrittenthis"
	told := 0
	s.read = func(done, total int) {
		if told++; total != 30 || done != (told-1)%30+1 {
			t.Errorf("%d of %d were told as call %d", done, total, told)
		}
	}
	recs, err := a.records(s)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for r, err := range recs {
			t.Errorf("%v was selected (%v)", r, err)
		}
	}
	if told != 60 {
		t.Errorf("%d were told of thirty twice", told)
	}
}
