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

// folders tells that there can be a [Folder].
const folders = true

// syncAll writes files to the disk. An error of the disk is told since Linux 5.8.
func syncAll(all []*File) error {
	synced := map[uint64]bool{} // file systems
	for _, f := range all {
		system, err := systemOf(f.File)
		if err != nil {
			return err
		}
		whole, known := synced[system]
		if !known {
			if whole = syncsWhole(f.File); whole {
				if err := syncSystem(f.File); err != nil {
					return err
				}
			}
			synced[system] = whole
		}
		if !whole {
			if err := f.Sync(); err != nil {
				return err
			}
		}
	}
	return nil
}

// syncFolders writes to the disk all that is in folders, whose file systems can be synced
// as a whole.
func syncFolders(dirs ...*os.File) error {
	synced := map[uint64]bool{}
	for _, dir := range dirs {
		system, err := systemOf(dir)
		if err == nil && !synced[system] {
			synced[system] = true
			err = syncSystem(dir)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func systemOf(f *os.File) (uint64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return uint64(info.Sys().(*syscall.Stat_t).Dev), nil
}

// syncsWhole reports whether the file system of a file can be synced as a whole.
func syncsWhole(f *os.File) bool {
	var stat unix.Statfs_t
	return unix.Fstatfs(int(f.Fd()), &stat) == nil && slices.Contains(usual, int64(stat.Type)) &&
		errors.Is(unix.Syncfs(-1), unix.EBADF) // not that it may not be asked for
}

// syncSystem is a variable for tests, which have no disk that fails.
var syncSystem = func(f *os.File) error {
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}

// lock locks a folder that nobody else has locked. Whatever ends the program frees it.
func lock(dir *os.File) bool {
	return unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}

// left reports whether nobody works any more on a folder that is not whole.
func left(in *os.Root, temp string) bool {
	dir, err := in.Open(temp)
	if err != nil {
		return false
	}
	defer dir.Close()
	return lock(dir)
}
