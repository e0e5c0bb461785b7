package scraper

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
)

const (
	// maxSitemaps is how many sitemaps a run reads of one site.
	maxSitemaps = 500
	// sitemapBatch is how many addresses of a sitemap are looked at together.
	sitemapBatch = 200
)

// A sitemap is read a batch at a time, because it can hold more addresses than
// are good to have in memory.
type sitemap struct {
	address string
	dec     *xml.Decoder
	path    []string // the names of the elements around what is read next
}

func newSitemap(address string, body []byte) (*sitemap, error) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, cutOff(err)
		}
		if body, err = io.ReadAll(io.LimitReader(z, maxBody+1)); err != nil {
			return nil, cutOff(err)
		}
		if len(body) > maxBody {
			return nil, fmt.Errorf("longer than %d MiB", maxBody>>20)
		}
	}
	dec := xml.NewDecoder(bytes.NewReader(body))
	dec.Strict = false // bare ampersands are common
	dec.CharsetReader = charset.NewReaderLabel
	return &sitemap{address: address, dec: dec}, nil
}

// next returns some more addresses of pages and of further sitemaps. The error
// is io.EOF at the end; addresses come with any error.
func (s *sitemap) next() (pages, maps []string, err error) {
	var loc strings.Builder
	for len(pages)+len(maps) < sitemapBatch {
		token, err := s.dec.Token()
		if errors.Is(err, io.EOF) {
			return pages, maps, io.EOF
		}
		if err != nil {
			return pages, maps, fmt.Errorf("the sitemap cannot be read: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(s.path) == maxSitemapDepth {
				return pages, maps, errors.New("the sitemap cannot be read: nested too deep")
			}
			s.path = append(s.path, t.Name.Local)
			loc.Reset()
		case xml.CharData:
			if s.in("url", "loc") || s.in("sitemap", "loc") {
				loc.Write(t)
			}
		case xml.EndElement:
			if to, err := join(s.address, loc.String()); loc.Len() > 0 && err == nil {
				if s.in("url", "loc") {
					pages = append(pages, to)
				} else if s.in("sitemap", "loc") {
					maps = append(maps, to)
				}
			}
			loc.Reset()
			s.path = s.path[:max(0, len(s.path)-1)]
		}
	}
	return pages, maps, nil
}

const maxSitemapDepth = 16 // a real one has three levels, or five with pictures

// in reports whether what is read next stands in these elements.
func (s *sitemap) in(outer, inner string) bool {
	n := len(s.path)
	return n >= 2 && s.path[n-1] == inner && s.path[n-2] == outer
}
