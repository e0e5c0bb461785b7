package export

import (
	"encoding/json"
	"io"

	"archiver/article"
)

// jsonl writes a record as one line of JSON, its fields in the order in which
// [article.Record] has them.
type jsonl struct{ enc *json.Encoder }

func newJSONL(w io.Writer, _ Options) Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false) // the addresses are for reading
	return jsonl{enc}
}

func (e jsonl) Encode(r *article.Record) error { return e.enc.Encode(r) }

func (e jsonl) Close(error) error { return nil }
