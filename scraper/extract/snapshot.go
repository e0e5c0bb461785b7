package extract

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"time"

	"archiver/article"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Snapshot returns a page as a fixture for tests: in UTF-8, without scripts,
// styles, trackers and tokens, which differ at every fetch and say nothing of
// the article, and with a comment at its head that names the page's address.
// What is left is the markup as the site has it, so a fixture reads as the page
// did.
func Snapshot(p article.Page) ([]byte, error) {
	root, err := snapshotTree(p)
	if err != nil {
		return nil, err
	}
	return renderSnapshot(root, p.Address(), p.Fetched)
}

// snapshotTree parses a page and takes out what a fixture is better without.
func snapshotTree(p article.Page) (*html.Node, error) {
	text, _ := decode(p)
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	strip(root)
	return root, nil
}

// renderSnapshot writes a tree behind the comment that says where it is from.
func renderSnapshot(root *html.Node, address string, fetched time.Time) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!-- archiver snapshot\nurl: %s\nfetched: %s\n-->\n", commentSafe(address), fetched.UTC().Format(time.RFC3339))
	if err := html.Render(&b, root); err != nil {
		return nil, fmt.Errorf("write snapshot: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func commentSafe(s string) string {
	return strings.NewReplacer("--", "%2D%2D", ">", "%3E", "\n", "%0A", "\r", "%0D").Replace(s)
}

// strip takes out of a tree what a fixture is better without.
func strip(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if unwanted(c) {
			n.RemoveChild(c)
		} else {
			cleanAttributes(c)
			strip(c)
		}
		c = next
	}
}

func unwanted(n *html.Node) bool {
	if n.Type == html.CommentNode {
		return true
	}
	switch n.DataAtom {
	case atom.Script:
		return !strings.HasPrefix(attr(n, "type"), "application/ld+json")
	case atom.Style, atom.Noscript, atom.Iframe, atom.Template, atom.Object, atom.Embed:
		return true
	case atom.Link:
		return !strings.EqualFold(attr(n, "rel"), "canonical")
	case atom.Meta:
		name := strings.ToLower(attr(n, "name") + attr(n, "http-equiv"))
		return strings.Contains(name, "csrf") || strings.Contains(name, "token") || strings.Contains(name, "verification") ||
			strings.Contains(name, "refresh") || strings.Contains(name, "content-security") || (attr(n, "charset") != "")
	case atom.Input:
		return strings.EqualFold(attr(n, "type"), "hidden")
	case atom.Img:
		// A picture of one pixel watches the reader.
		return attr(n, "width") == "1" || attr(n, "height") == "1"
	}
	return false
}

func cleanAttributes(n *html.Node) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		key := strings.ToLower(a.Key)
		if strings.HasPrefix(key, "on") || key == "nonce" || key == "integrity" || key == "srcset" || strings.Contains(key, "token") || strings.HasPrefix(key, "data-ga") || strings.HasPrefix(key, "data-gtm") || strings.HasPrefix(key, "data-track") {
			continue
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}

var (
	snapshotForm  = regexp.MustCompile(`^\s*<!-- archiver snapshot\nurl: (\S+)\n(?:fetched: (\S+)\n)?`)
	canonicalForm = regexp.MustCompile(`(?i)<link\b[^>]*\brel=["']?canonical["']?[^>]*>`)
	ogURLForm     = regexp.MustCompile(`(?i)<meta\b[^>]*\bproperty=["']?og:url["']?[^>]*>`)
	hrefForm      = regexp.MustCompile(`(?i)\b(?:href|content)=["']([^"']+)["']`)
)

// Source tells where a saved page says that it is from: the comment of a
// snapshot, else link rel=canonical, else og:url, which can name another host
// than the page's own and so comes with a warning. The address is "" where the
// page does not say. The time is zero but for a snapshot.
func Source(body []byte) (address string, fetched time.Time, warning string) {
	if m := snapshotForm.FindSubmatch(body); m != nil {
		fetched, err := time.Parse(time.RFC3339, string(m[2]))
		if err != nil {
			fetched = time.Time{}
		}
		return strings.ReplaceAll(string(m[1]), "%2D%2D", "--"), fetched, ""
	}
	head := body[:min(len(body), 64<<10)]
	if a := webAddress(canonicalForm.Find(head)); a != "" {
		return a, time.Time{}, ""
	}
	if a := webAddress(ogURLForm.Find(head)); a != "" {
		return a, time.Time{}, "the page's address is that of og:url, which can name another host than the page's own"
	}
	return "", time.Time{}, ""
}

// webAddress returns the address in a tag, if it is one of the web.
func webAddress(tag []byte) string {
	m := hrefForm.FindSubmatch(tag)
	if m == nil {
		return ""
	}
	address := html.UnescapeString(strings.TrimSpace(string(m[1])))
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		return ""
	}
	return address
}
