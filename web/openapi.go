package web

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"archiver/article"
	"archiver/copies"
	"archiver/revision"
	"archiver/search"
	"archiver/stats"
)

func itoa(n int) string { return strconv.Itoa(n) }

// An operation is an address of the API: what it is asked and what it answers.
type operation struct {
	path, summary string
	parameters    []string
	answer        reflect.Type // nil: a record
}

// parameterWords describes every parameter, with the schema of its values.
var parameterWords = map[string]struct {
	words  string
	schema map[string]any
	many   bool
}{
	"q":             {words: "Words, \"phrases\" and fields to look for, as 'archiver search' takes them", schema: map[string]any{"type": "string", "maxLength": maxWords}},
	"site":          {words: "Only of this site", schema: text(), many: true},
	"kind":          {words: "Only of this kind", schema: oneOf(stringsOf(article.Kinds)), many: true},
	"topic":         {words: "Only on this topic; fraud is all kinds of it", schema: text(), many: true},
	"status":        {words: "Only in this state", schema: oneOf(stringsOf(article.Statuses)), many: true},
	"has":           {words: "Only with these", schema: oneOf(hasValues), many: true},
	"speaker":       {words: "Only with a quotation of somebody whose name holds this", schema: map[string]any{"type": "string", "maxLength": maxWords}},
	"since":         {words: "Only published on this day, in London, or later", schema: date()},
	"until":         {words: "Only published on this day or before", schema: date()},
	"changed-since": {words: "Only first seen or changed since this day", schema: date()},
	"sort":          {words: "The order: the best first, or the newest", schema: oneOf([]string{"rank", "date"})},
	"page":          {words: "Which page of the list, from 1", schema: number(maxPage)},
	"per-page":      {words: "How many entries a page has", schema: number(maxSize)},
	"counts":        {words: "1: count all hits by site, kind, topic, year, state and what they have", schema: oneOf([]string{"1"})},
	"revision":      {words: "An earlier revision instead of the newest", schema: number(0)},
	"from":          {words: "The older revision; default: the last but one", schema: number(0)},
	"to":            {words: "The newer revision; default: the last", schema: number(0)},
	"class":         {words: "Only changes of this class", schema: oneOf(changeClasses)},
	"by":            {words: "What is counted by; needed", schema: oneOf(stringsOf(stats.Dimensions))},
	"over":          {words: "And over time", schema: oneOf(stringsOf(stats.Periods))},
	"id":            {words: "The id of a release, or a beginning that no other shares", schema: map[string]any{"type": "string", "pattern": idForm.String()}},
}

func text() map[string]any { return map[string]any{"type": "string"} }
func date() map[string]any { return map[string]any{"type": "string", "format": "date"} }
func oneOf(values []string) map[string]any {
	return map[string]any{"type": "string", "enum": values}
}

func number(most int) map[string]any {
	schema := map[string]any{"type": "integer", "minimum": 1}
	if most > 0 {
		schema["maximum"] = most
	}
	return schema
}

func stringsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// operations are the addresses of the API.
func (s *server) operations() []operation {
	selecting := []string{"site", "kind", "topic", "status", "speaker", "since", "until", "changed-since"}
	paged := []string{"page", "per-page"}
	searching := slices.Concat([]string{"q"}, selecting, []string{"has", "sort"}, paged)
	list := []operation{
		{"/api/releases", "Find releases", append(slices.Clone(searching), "counts"), reflect.TypeFor[releaseList]()},
		{"/api/releases/{id}", "One release: the record, as 'archiver export --format jsonl' writes it", []string{"id", "revision"}, nil},
		{"/api/releases/{id}/history", "Its time line: revisions, and what became of its page", []string{"id"}, reflect.TypeFor[historyAnswer]()},
		{"/api/releases/{id}/difference", "How two of its revisions differ, word by word", []string{"id", "from", "to"}, reflect.TypeFor[revision.Line]()},
		{"/api/releases/{id}/kin", "Its copies, and other releases of its story", []string{"id"}, reflect.TypeFor[kinAnswer]()},
		{"/api/changes", "The latest edits and withdrawals, newest day first, of a day what matters most", slices.Concat(selecting, paged, []string{"class"}), reflect.TypeFor[listing[changeLine]]()},
		{"/api/removed", "What was taken down, the last missed first", slices.Concat(selecting, paged), reflect.TypeFor[listing[article.Removal]]()},
		{"/api/quotations", "Find quotations", searching, reflect.TypeFor[listing[search.Quotation]]()},
		{"/api/speakers", "Who is quoted, the most quoted first", searching, reflect.TypeFor[listing[search.SpeakerCount]]()},
		{"/api/recycled", "Paragraphs that stand under several names", paged, reflect.TypeFor[listing[copies.Recycled]]()},
		{"/api/statistics", "Count releases", slices.Concat([]string{"by", "over"}, selecting), reflect.TypeFor[stats.Table]()},
	}
	if s.Sources != nil {
		list = append(list, operation{"/api/sites", "The health of each source", nil, reflect.TypeFor[sitesAnswer]()})
	}
	if s.Watches != nil {
		list = append(list, operation{"/api/watches", "The operator's saved searches", nil, reflect.TypeFor[watchesAnswer]()})
	}
	return list
}

// apiDocument describes the API as OpenAPI does.
func (s *server) apiDocument(w http.ResponseWriter, _ *http.Request) error {
	var record any
	if err := json.Unmarshal(article.JSONSchema, &record); err != nil {
		return err
	}
	paths := map[string]any{}
	for _, o := range s.operations() {
		parameters := []any{}
		for _, name := range o.parameters {
			p := parameterWords[name]
			schema := p.schema
			if p.many {
				schema = map[string]any{"type": "array", "items": p.schema, "maxItems": maxValues}
			}
			in := "query"
			if name == "id" {
				in = "path"
			}
			parameters = append(parameters, map[string]any{"name": name, "in": in, "required": name == "id" || name == "by", "description": p.words, "schema": schema})
		}
		answer := map[string]any{"$ref": "#/components/schemas/Record"}
		if o.answer != nil {
			answer = schemaOf(o.answer)
		}
		content := func(schema map[string]any) map[string]any {
			return map[string]any{"application/json": map[string]any{"schema": schema}}
		}
		wrong := map[string]any{"description": "What is wrong, in words", "content": content(schemaOf(reflect.TypeFor[problem]()))}
		paths[o.path] = map[string]any{"get": map[string]any{
			"summary": o.summary, "parameters": parameters,
			"responses": map[string]any{"200": map[string]any{"description": "The answer", "content": content(answer)}, "400": wrong, "404": wrong},
		}}
	}
	return writeJSON(w, http.StatusOK, map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "An archive of police news", "version": "1",
			"description": "Everything that the pages show, as JSON. It is read only. Names of fields and parameters stay as they are; others may join them.",
		},
		"paths":      paths,
		"components": map[string]any{"schemas": map[string]any{"Record": record}},
	})
}

// apiIndex leads to the document.
func (s *server) apiIndex(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/api/openapi.json", http.StatusFound)
	return nil
}

// schemaOf describes how a type is written as JSON.
func schemaOf(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[*article.Record](), reflect.TypeFor[article.Record]():
		return map[string]any{"$ref": "#/components/schemas/Record"}
	case reflect.TypeFor[article.Time](), reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		properties, required := map[string]any{}, []string{}
		for _, f := range reflect.VisibleFields(t) {
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous || !f.IsExported() || name == "-" {
				continue
			}
			if name == "" {
				name = f.Name
			}
			properties[name] = schemaOf(f.Type)
			if !strings.Contains(options, "omit") {
				required = append(required, name)
			}
		}
		return map[string]any{"type": "object", "properties": properties, "required": required}
	}
	return map[string]any{"type": "string"}
}
