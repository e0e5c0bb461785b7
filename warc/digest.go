package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// Digest returns the digest of data in the form that most programs write, and
// check: SHA-1 in base 32.
func Digest(data []byte) string {
	sum := sha1.Sum(data)
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// newDigester returns the digester of a labelled digest; one of an algorithm that
// is not known is content with anything.
func newDigester(labelled string) digester {
	algorithm, value, ok := strings.Cut(labelled, ":")
	if !ok || value == "" {
		return digester{}
	}
	var h hash.Hash
	switch strings.ReplaceAll(strings.ToLower(algorithm), "-", "") {
	case "sha1":
		h = sha1.New()
	case "sha256":
		h = sha256.New()
	case "sha512":
		h = sha512.New()
	case "md5":
		h = md5.New()
	default:
		return digester{}
	}
	return digester{h, value}
}

// sameDigest compares a hash with its written form, whose alphabet no standard
// settles.
func sameDigest(sum []byte, written string) bool {
	if hex.EncodedLen(len(sum)) == len(written) {
		got, err := hex.DecodeString(written)
		return err == nil && bytes.Equal(got, sum)
	}
	trimmed := strings.TrimRight(written, "=")
	if got, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(trimmed)); err == nil && len(got) == len(sum) {
		return bytes.Equal(got, sum)
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if got, err := encoding.DecodeString(trimmed); err == nil && len(got) == len(sum) {
			return bytes.Equal(got, sum)
		}
	}
	return false
}

// Matches reports whether data has a labelled digest, such as the value of a
// WARC-Payload-Digest. A digest of no known algorithm fits nothing.
func Matches(data []byte, labelled string) bool {
	d := newDigester(labelled)
	if d.hash == nil {
		return false
	}
	d.Write(data)
	return d.matches()
}
