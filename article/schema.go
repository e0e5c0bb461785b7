package article

import _ "embed"

// JSONSchema is the JSON Schema (draft 2020-12) of the record's form.
//
//go:embed schema.json
var JSONSchema []byte
