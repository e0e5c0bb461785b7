package export

import (
	"bytes"
	"os"
	"testing"
)

// TestSpool holds that a spool gives back what it was given, in memory and
// beyond it, and leaves nothing behind.
func TestSpool(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, size := range []int{10, 300_000, spoolMemory, 2 * spoolMemory} {
		var s spool
		var want bytes.Buffer
		var all []stretch
		for i := range 10 {
			data := bytes.Repeat([]byte{byte('a' + i)}, size)
			want.Write(data)
			p, err := s.add(data)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
		}
		for i, p := range all {
			if got, err := s.read(p, nil); err != nil || len(got) != size || got[0] != byte('a'+i) || got[size-1] != byte('a'+i) {
				t.Errorf("piece %d of %d bytes: %d bytes, %v", i, size, len(got), err)
			}
		}
		var got bytes.Buffer
		if _, err := s.WriteTo(&got); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%d bytes of %d, %v", got.Len(), want.Len(), err)
		}
		if onDisk := s.file != nil; onDisk != (10*size > spoolMemory) {
			t.Errorf("%d bytes: on disk is %v", 10*size, onDisk)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
