//go:build unix

package store

import (
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one it replaces, so that an archive
// that root has compacted is still its crawler's. Who may not do that is the
// owner already, or cannot help it.
func keepOwner(file *os.File, like os.FileInfo) {
	if stat, ok := like.Sys().(*syscall.Stat_t); ok {
		_ = file.Chown(int(stat.Uid), int(stat.Gid))
	}
}
