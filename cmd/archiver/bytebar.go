package main

import (
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// A byteBar shows on a terminal how much of some files has been read. Nil is one
// that shows nothing.
type byteBar struct {
	bars    *bars
	tracker *progress.Tracker
}

// byteBar makes the bar of files that are read one after another.
func (a *app) byteBar(files []string, quiet bool) *byteBar {
	if _, tty := terminal(a.stderr); !tty || quiet {
		return nil
	}
	var total int64
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			total += info.Size()
		}
	}
	b := &byteBar{a.newBars(0), &progress.Tracker{Message: "import", Total: total, Units: progress.UnitsBytes}}
	b.bars.add(b.tracker)
	return b
}

// count returns a reader that moves the bar as it is read.
func (b *byteBar) count(r io.Reader) io.Reader {
	if b == nil {
		return r
	}
	return io.TeeReader(r, b)
}

func (b *byteBar) Write(p []byte) (int, error) {
	b.tracker.Increment(int64(len(p)))
	return len(p), nil
}

// say writes a line, above the bar where there is one.
func (b *byteBar) say(w io.Writer, line string) {
	if b == nil {
		fmt.Fprintln(w, line)
		return
	}
	b.bars.Log("%s", line)
}

// end ends the show.
func (b *byteBar) end() {
	if b != nil {
		b.bars.end()
	}
}
