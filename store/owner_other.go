//go:build !unix

package store

import "os"

// keepOwner does nothing where files have no owner of Unix's kind.
func keepOwner(*os.File, os.FileInfo) {}
