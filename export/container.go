package export

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"io"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
)

// A container is the zip file that a Word document or an e-book is. Its files
// bear one time, so that the same content gives the same bytes.
type container struct{ *zip.Writer }

func newContainer(w io.Writer) container {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, deflating)
	return container{z}
}

// A deflater goes back to where it came from when it is closed: it takes up more than a
// small document does.
type deflater struct{ *flate.Writer }

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(nil, 5) // half the time of the standard library's, and a hundredth larger
	if err != nil {
		panic(err) // unreachable: the level is one of its own
	}
	return w
}}

func deflating(w io.Writer) (io.WriteCloser, error) {
	d := deflater{deflaters.Get().(*flate.Writer)}
	d.Reset(w)
	return d, nil
}

func (d deflater) Close() error {
	err := d.Writer.Close()
	deflaters.Put(d.Writer)
	return err
}

var containerTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // the first there is

// begin begins a file, which ends with the next.
func (c container) begin(name string) (io.Writer, error) {
	return c.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: containerTime})
}

func (c container) add(name string, data []byte) error {
	w, err := c.begin(name)
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// addShort adds a file to a short document, where to get ready for compressing well
// takes as long as all the rest: it is compressed less well, and under a kilobyte
// not at all.
func (c container) addShort(name string, data []byte) error {
	if len(data) < 1<<10 {
		return c.copy(raw(name, data, data, zip.Store))
	}
	compressed := lend()
	defer giveBack(compressed)
	if err := flate.StatelessDeflate(compressed, data, true, nil); err != nil {
		return err
	}
	return c.copy(raw(name, data, compressed.Bytes(), zip.Deflate))
}

// A packer adds files to a container, in their order but in a goroutine of its own:
// to compress a file takes as long as to make the next.
type packer struct {
	files   chan plainFile
	stopped chan struct{} // closed when nothing more is taken
	err     error         // why
}

type plainFile struct {
	name string
	data []byte
}

func (c container) packer() *packer {
	p := &packer{files: make(chan plainFile, 16), stopped: make(chan struct{})}
	go func() {
		defer close(p.stopped)
		for f := range p.files {
			if p.err = c.add(f.name, f.data); p.err != nil {
				return
			}
		}
	}()
	return p
}

func (p *packer) add(name string, data []byte) error {
	select {
	case p.files <- plainFile{name, data}:
		return nil
	case <-p.stopped:
		return p.err
	}
}

// end returns when all is in the container, which is then the caller's again.
func (p *packer) end() error {
	close(p.files)
	<-p.stopped
	return p.err
}

// An aside is a file that is compressed in a goroutine of its own, while others are
// added to the container that is to have it.
type aside struct {
	spool spool
	head  zip.FileHeader
	done  chan struct{}
	err   error
}

// compressed begins to compress what write writes. Whoever has begun closes it.
func compressed(name string, write func(io.Writer) error) *aside {
	a := &aside{head: rawHead(name, zip.Deflate), done: make(chan struct{})}
	go func() {
		defer close(a.done)
		packing, err := deflating(&a.spool)
		if err != nil {
			a.err = err
			return
		}
		sum, size := crc32.NewIEEE(), int64(0)
		err = write(io.MultiWriter(packing, sum, counting{io.Discard, &size}))
		if closeErr := packing.Close(); err == nil {
			err = closeErr
		}
		a.err = err
		a.head.CRC32, a.head.CompressedSize64, a.head.UncompressedSize64 = sum.Sum32(), uint64(a.spool.size), uint64(size)
	}()
	return a
}

// take adds the file.
func (c container) take(a *aside) error {
	if <-a.done; a.err != nil {
		return a.err
	}
	w, err := c.CreateRaw(&a.head)
	if err == nil {
		_, err = a.spool.WriteTo(w)
	}
	return err
}

func (a *aside) close() {
	<-a.done
	_ = a.spool.close() // its file is temporary
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
	return raw(name, []byte(data), b.Bytes(), zip.Deflate)
}

// raw describes a file whose sizes stand before it, with nothing behind it and no
// field added to its header: so the first file of an e-book has to be.
func raw(name string, data, compressed []byte, method uint16) packed {
	head := rawHead(name, method)
	head.CRC32 = crc32.ChecksumIEEE(data)
	head.CompressedSize64, head.UncompressedSize64 = uint64(len(compressed)), uint64(len(data))
	return packed{compressed, head}
}

func rawHead(name string, method uint16) zip.FileHeader {
	return zip.FileHeader{
		Name: name, Method: method, CreatorVersion: 20, ReaderVersion: 20, // of the format: 2.0, as CreateHeader has it
		ModifiedDate: 1<<5 | 1, //lint:ignore SA1019 1 January 1980; Modified would add a field to the header
	}
}

func (c container) copy(p packed) error {
	head := p.head
	w, err := c.CreateRaw(&head)
	if err == nil {
		_, err = w.Write(p.data)
	}
	return err
}
