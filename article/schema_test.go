package article_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"archiver/article"
)

type schema struct {
	Type       string             `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Enum       []string           `json:"enum"`
	Items      json.RawMessage    `json:"items"`
}

// The schema names every field of the record, and no other, and asks for all
// that are never omitted.
func TestJSONSchema(t *testing.T) {
	var s schema
	if err := json.Unmarshal(article.JSONSchema, &s); err != nil {
		t.Fatal(err)
	}
	compare(t, "record", &s, reflect.TypeFor[article.Record]())
	var kinds, statuses []string
	for _, k := range article.Kinds {
		kinds = append(kinds, string(k))
	}
	for _, k := range article.Statuses {
		statuses = append(statuses, string(k))
	}
	if got := s.Properties["kind"].Enum; !slices.Equal(got, kinds) {
		t.Errorf("kinds: got %v, want %v", got, kinds)
	}
	if got := s.Properties["status"].Enum; !slices.Equal(got, statuses) {
		t.Errorf("statuses: got %v, want %v", got, statuses)
	}
}

func compare(t *testing.T, name string, s *schema, typ reflect.Type) {
	t.Helper()
	var fields, required []string
	for i := range typ.NumField() {
		tag, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		if tag == "-" {
			continue
		}
		fields = append(fields, tag)
		if options == "" {
			required = append(required, tag)
		}
		if sub := s.Properties[tag]; sub == nil {
			t.Errorf("%s: the schema lacks %q", name, tag)
		} else {
			compareBelow(t, name+"."+tag, sub, typ.Field(i).Type)
		}
	}
	for property := range s.Properties {
		if !slices.Contains(fields, property) {
			t.Errorf("%s: the schema has %q, which no record has", name, property)
		}
	}
	if !slices.Equal(s.Required, required) {
		t.Errorf("%s: required: got %v, want %v", name, s.Required, required)
	}
}

func compareBelow(t *testing.T, name string, s *schema, typ reflect.Type) {
	t.Helper()
	if typ == reflect.TypeFor[article.Time]() {
		return
	}
	switch typ.Kind() {
	case reflect.Pointer:
		compareBelow(t, name, s, typ.Elem())
	case reflect.Struct:
		compare(t, name, s, typ)
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Struct {
			var items schema
			if err := json.Unmarshal(s.Items, &items); err != nil {
				t.Errorf("%s: items: %v", name, err)
				return
			}
			compare(t, name+"[]", &items, typ.Elem())
		}
	}
}
