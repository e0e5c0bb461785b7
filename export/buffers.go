package export

import (
	"bytes"
	"sync"
)

// buffers are what files are made in, so that not each needs memory of its own.
var buffers = sync.Pool{New: func() any {
	var b bytes.Buffer
	b.Grow(8 << 10) // what most files have
	return &b
}}

// lend returns an empty buffer.
func lend() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

// giveBack takes a buffer that nobody uses any more. Large ones go: there are hundreds, and
// a few long releases would come to make all of them large.
func giveBack(b *bytes.Buffer) {
	if b.Cap() <= 64<<10 {
		buffers.Put(b)
	}
}
