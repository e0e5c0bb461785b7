package web

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"net/http"

	"archiver/chart"
	"archiver/typeset"
)

var (
	//go:embed static/style.css
	ownStyle string
	//go:embed static/search.js
	searchScript string
	//go:embed static/icon.svg
	iconFile string
)

// An asset is a file that the pages need. Its address changes with what it holds, so
// that browsers can keep it.
type asset struct {
	address, contentType, body string
}

func newAsset(path, contentType, body string) asset {
	return asset{fmt.Sprintf("%s?v=%x", path, sha256.Sum256([]byte(body)))[:len(path)+3+12], contentType, body}
}

func stylesheet() asset {
	return newAsset("/static/style.css", "text/css; charset=utf-8", typeset.Stylesheet+chart.Style+ownStyle)
}

func script() asset {
	return newAsset("/static/search.js", "text/javascript; charset=utf-8", searchScript)
}

var icon = newAsset("/static/icon.svg", "image/svg+xml", iconFile)

func (a asset) serve(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	return send(w, http.StatusOK, a.contentType, []byte(a.body))
}
