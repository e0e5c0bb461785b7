package intact

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// syncAll writes files to the disk. An error of the disk is told since Linux 5.8.
func syncAll(files []*File) error {
	synced := map[uint64]bool{} // by file system
	for _, f := range files {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		system := uint64(info.Sys().(*syscall.Stat_t).Dev)
		if synced[system] {
			continue
		}
		if err := unix.Syncfs(int(f.Fd())); err != nil {
			return os.NewSyscallError("syncfs", err)
		}
		synced[system] = true
	}
	return nil
}
