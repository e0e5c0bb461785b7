package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// A difference is one place in which two records are not the same.
type difference struct {
	Field string `json:"field"` // "title", "quotes[1].speaker", "extraction.fields.blocks"
	Want  string `json:"want"`  // as JSON; "" where there is none
	Got   string `json:"got"`
}

// differences compares two JSON documents and names each place in which they
// differ, in the order of the alphabet. Of two lists the beginning and the end
// that they share are left out, so that a paragraph that came in is one
// difference and not as many as follow it.
func differences(want, got []byte) ([]difference, error) {
	var a, b any
	if err := json.Unmarshal(want, &a); err != nil {
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		return nil, err // unreachable: we wrote it
	}
	var d comparison
	d.compare("", a, b)
	return d.found, nil
}

type comparison struct{ found []difference }

func (d *comparison) compare(field string, want, got any) {
	switch a := want.(type) {
	case map[string]any:
		if b, ok := got.(map[string]any); ok {
			d.objects(field, a, b)
			return
		}
	case []any:
		if b, ok := got.([]any); ok {
			d.lists(field, a, b)
			return
		}
	}
	if !equal(want, got) {
		d.add(field, asJSON(want), asJSON(got))
	}
}

func (d *comparison) add(field, want, got string) {
	d.found = append(d.found, difference{field, want, got})
}

func (d *comparison) objects(field string, want, got map[string]any) {
	keys := map[string]bool{}
	for key := range want {
		keys[key] = true
	}
	for key := range got {
		keys[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		name := key
		if field != "" {
			name = field + "." + key
		}
		a, inWant := want[key]
		b, inGot := got[key]
		switch {
		case !inWant:
			d.add(name, "", asJSON(b))
		case !inGot:
			d.add(name, asJSON(a), "")
		default:
			d.compare(name, a, b)
		}
	}
}

func (d *comparison) lists(field string, want, got []any) {
	if len(want) == len(got) {
		for i := range want {
			d.compare(fmt.Sprintf("%s[%d]", field, i), want[i], got[i])
		}
		return
	}
	head := 0
	for head < min(len(want), len(got)) && equal(want[head], got[head]) {
		head++
	}
	tail := 0
	for tail < min(len(want), len(got))-head && equal(want[len(want)-1-tail], got[len(got)-1-tail]) {
		tail++
	}
	for i := head; i < max(len(want), len(got))-tail; i++ {
		name := fmt.Sprintf("%s[%d]", field, i)
		switch inWant, inGot := i < len(want)-tail, i < len(got)-tail; {
		case inWant && inGot:
			d.compare(name, want[i], got[i])
		case inWant:
			d.add(name, asJSON(want[i]), "")
		default:
			d.add(name, "", asJSON(got[i]))
		}
	}
}

func equal(a, b any) bool { return asJSON(a) == asJSON(b) }

// asJSON writes a value in one line, as it was read, its keys sorted.
func asJSON(v any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error() // unreachable: it was decoded from JSON
	}
	return string(bytes.TrimSpace(b.Bytes()))
}
