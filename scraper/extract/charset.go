package extract

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"archiver/article"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode returns the body of a page as UTF-8, and a warning where the page's
// own word about its charset could not be true.
//
// The rule is that of the HTML standard (byte order mark, then Content-Type,
// then <meta>), with two differences that old pages need: text that is not
// valid in the declared UTF-8 is read as windows-1252, and where nothing is
// declared the whole body decides and not its first kilobyte.
func decode(p article.Page) (text []byte, warning string) {
	body := p.Body
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return valid(body[3:]), ""
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return reencode(body, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), ""
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return reencode(body, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), ""
	}
	label := declared(p.Get("Content-Type"), body)
	enc, name := charset.Lookup(label)
	switch {
	case enc == nil && utf8.Valid(body):
		if label != "" {
			warning = fmt.Sprintf("the page names the charset %q, which is unknown; read as UTF-8", label)
		}
		return body, warning
	case enc == nil:
		return reencode(body, charmap.Windows1252), "the page names no known charset and is not UTF-8; read as windows-1252"
	case name == "utf-8" && utf8.Valid(body):
		return body, ""
	case name == "utf-8":
		return reencode(body, charmap.Windows1252), "the page says that it is UTF-8 and is not; read as windows-1252"
	case name == "windows-1252" && !ascii(body) && utf8.Valid(body):
		// Declared Latin-1, written in UTF-8: a common slip of server defaults,
		// and by chance nearly impossible.
		return body, fmt.Sprintf("the page says that it is %s and is UTF-8; read as that", label)
	}
	return reencode(body, enc), ""
}

// declared returns the charset that the header or, within the first kilobytes,
// a <meta> tag names; "" for none.
func declared(contentType string, body []byte) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return params["charset"]
	}
	head := body[:min(len(body), 4096)]
	for {
		i := bytes.Index(head, []byte("<meta"))
		if j := bytes.Index(head, []byte("<META")); i < 0 || (j >= 0 && j < i) {
			i = j
		}
		if i < 0 {
			return ""
		}
		head = head[i+5:]
		end := bytes.IndexByte(head, '>')
		if end < 0 {
			return ""
		}
		tag := strings.ToLower(string(head[:end]))
		at := strings.Index(tag, "charset=")
		if at < 0 {
			continue
		}
		name := strings.TrimLeft(tag[at+len("charset="):], `"' `)
		if cut := strings.IndexAny(name, `"' ;/`); cut >= 0 {
			name = name[:cut]
		}
		if name != "" {
			return name
		}
	}
}

func reencode(body []byte, enc encoding.Encoding) []byte {
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		// Decoders of charsets replace what they cannot read and give no error
		// of their own; should one do so, the bytes themselves are as good.
		out = body
	}
	return valid(out)
}

func valid(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}

func ascii(body []byte) bool {
	for _, c := range body {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
