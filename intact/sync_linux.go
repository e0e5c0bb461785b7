package intact

import (
	"errors"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// usual are the file systems of which it is known that syncing them as a whole syncs
// their files: not FUSE, which tells its server nothing.
var usual = []int64{
	unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.F2FS_SUPER_MAGIC,
	unix.TMPFS_MAGIC, unix.OVERLAYFS_SUPER_MAGIC,
}

// syncAll writes files to the disk. An error of the disk is told since Linux 5.8.
func syncAll(files []*File) error {
	whole := map[uint64]bool{} // by file system: whether it was synced
	for _, f := range files {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		system := uint64(info.Sys().(*syscall.Stat_t).Dev)
		synced, known := whole[system]
		if !known {
			if synced, err = syncSystem(f.File); err != nil {
				return err
			}
			whole[system] = synced
		}
		if !synced {
			if err := f.Sync(); err != nil {
				return err
			}
		}
	}
	return nil
}

// syncSystem syncs the file system of a file, and reports whether it can be done.
func syncSystem(f *os.File) (bool, error) {
	var stat unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &stat); err != nil || !slices.Contains(usual, int64(stat.Type)) {
		return false, nil
	}
	err := unix.Syncfs(int(f.Fd()))
	if errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) {
		return false, nil
	}
	return err == nil, os.NewSyscallError("syncfs", err)
}
