package export

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"io"
	"time"
)

// A container is the zip file that a Word document or an e-book is. Its files
// bear one time, so that the same content gives the same bytes.
type container struct{ *zip.Writer }

func newContainer(w io.Writer) container { return container{zip.NewWriter(w)} }

var containerTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first there is

// begin begins a file, which ends with the next.
func (c container) begin(name string) (io.Writer, error) {
	return c.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: containerTime})
}

func (c container) add(name, data string) error {
	w, err := c.begin(name)
	if err == nil {
		_, err = io.WriteString(w, data)
	}
	return err
}

// A packed file is one that many containers have: it is compressed once.
type packed struct {
	data []byte
	head zip.FileHeader
}

func pack(name, data string) packed {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		panic(err) // unreachable: the level is one of its own
	}
	w.Write([]byte(data)) // into memory
	w.Close()
	return raw(name, data, b.Bytes(), zip.Deflate)
}

// raw describes a file whose sizes stand before it, with nothing behind it and no
// field added to its header: so the first file of an e-book has to be.
func raw(name, data string, compressed []byte, method uint16) packed {
	return packed{compressed, zip.FileHeader{
		Name: name, Method: method, CRC32: crc32.ChecksumIEEE([]byte(data)),
		CompressedSize64: uint64(len(compressed)), UncompressedSize64: uint64(len(data)),
		ModifiedDate: 1<<5 | 1, //lint:ignore SA1019 1 January 1980; Modified would add a field to the header
	}}
}

func (c container) copy(p packed) error {
	head := p.head
	w, err := c.CreateRaw(&head)
	if err == nil {
		_, err = w.Write(p.data)
	}
	return err
}
