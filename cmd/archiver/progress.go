package main

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
)

// A counter shows on a terminal how many of something are done. It is silent
// elsewhere.
type counter struct {
	app   *app
	what  string
	shown bool
	next  time.Time
	dirty bool // the line has something
}

// count makes a counter. Where the results go to the terminal themselves,
// wanted is false and it stays silent.
func (a *app) count(what string, wanted bool) *counter {
	_, tty := terminal(a.stderr)
	return &counter{app: a, what: what, shown: tty && wanted}
}

// set says how many are done.
func (c *counter) set(n int) {
	if !c.shown || time.Now().Before(c.next) {
		return
	}
	c.next = time.Now().Add(100 * time.Millisecond)
	fmt.Fprintf(c.app.stderr, "\r\x1b[K%s %s", humanize.Comma(int64(n)), c.what)
	c.dirty = true
}

// end clears the line.
func (c *counter) end() {
	if c.dirty {
		fmt.Fprint(c.app.stderr, "\r\x1b[K")
		c.dirty = false
	}
}
