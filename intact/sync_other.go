//go:build !linux

package intact

import "golang.org/x/sync/errgroup"

// syncAll writes files to the disk, several at a time: most of it is waiting.
func syncAll(files []*File) error {
	var syncing errgroup.Group
	syncing.SetLimit(8)
	for _, f := range files {
		syncing.Go(f.Sync)
	}
	return syncing.Wait()
}
