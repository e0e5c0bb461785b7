//go:build !linux

package intact

import (
	"os"

	"golang.org/x/sync/errgroup"
)

// folders tells that there can be a [Folder].
const folders = false

// syncAll writes files to the disk, several at a time: most of it is waiting.
func syncAll(all []*File) error {
	var syncing errgroup.Group
	syncing.SetLimit(8)
	for _, f := range all {
		syncing.Go(f.Sync)
	}
	return syncing.Wait()
}

func syncFolders(...*os.File) error { return nil }
func syncsWhole(*os.File) bool      { return false }
func lock(*os.File) bool            { return false }
func left(*os.Root, string) bool    { return false }
