// Package article says what the archive holds: a page as it was fetched, the
// record that was read from it, and the state of an address. Every other
// package of the program speaks in these types; this one knows none of them
// and needs only the standard library.
//
// A newcomer begins with [Record], which is the record that researchers get as
// one line of JSON, field by field in the order in which it is written here.
package article

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
)

// Schema is the version of the record's form, the "schema" field of each.
const Schema = 1

// ErrNotFound is returned where no record, page or address answers to what was
// asked for.
var ErrNotFound = errors.New("not found")

// ID returns the name of a record: the SHA-1 of its address in lower-case
// hexadecimal. The reference corpus names the same page by the same digits.
func ID(url string) string {
	sum := sha1.Sum([]byte(url))
	return hex.EncodeToString(sum[:])
}
