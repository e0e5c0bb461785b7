package parquet

import (
	"slices"
	"unicode/utf8"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"

	"archiver/article"
)

// A field is a column, or a list or group of them, of rows that are made from a
// T: its place in the schema and the way to its values in one. Rows are taken
// apart by these functions and not by reflection, which takes several times as
// long.
type field[T any] struct {
	name   string
	node   pq.Node
	leaves int // columns that it has in the file
	put    func(b *batch, at place, v *T)
}

// A place is where a value goes: the first column of its field and the levels by
// which Parquet tells a list's elements from one another and from none.
type place struct {
	column   int
	rep, def int
	lists    int // how many the field is in
}

// text is for words that hardly come again.
func text[T any](name string, get func(*T) string) field[T] {
	return stringField(name, &pq.Plain, get)
}

// word is for words of which there are few, such as sites and kinds: each is in
// the file once for a row group.
func word[T any](name string, get func(*T) string) field[T] {
	return stringField(name, &pq.RLEDictionary, get)
}

func stringField[T any](name string, enc encoding.Encoding, get func(*T) string) field[T] {
	return leaf(name, pq.Encoded(pq.String(), enc), func(b *batch, v *T) pq.Value { return b.text(get(v)) })
}

func whole[T any](name string, get func(*T) int) field[T] {
	return leaf(name, pq.Encoded(pq.Int(32), &pq.Plain), func(_ *batch, v *T) pq.Value { return pq.Int32Value(int32(get(v))) })
}

func number[T any](name string, get func(*T) float64) field[T] {
	return leaf(name, pq.Encoded(pq.Leaf(pq.DoubleType), &pq.Plain), func(_ *batch, v *T) pq.Value { return pq.DoubleValue(get(v)) })
}

func flag[T any](name string, get func(*T) bool) field[T] {
	return leaf(name, pq.Encoded(pq.Leaf(pq.BooleanType), &pq.Plain), func(_ *batch, v *T) pq.Value { return pq.BooleanValue(get(v)) })
}

// moment is a time in milliseconds of UTC, null where it is absent.
func moment[T any](name string, get func(*T) article.Time) field[T] {
	node := pq.Optional(pq.Encoded(pq.Timestamp(pq.Millisecond), &pq.Plain))
	return field[T]{name, node, 1, func(b *batch, at place, v *T) {
		t := get(v)
		if t.IsZero() {
			b.none(at, 1)
			return
		}
		at.def++
		b.add(at, pq.Int64Value(t.UnixMilli()))
	}}
}

func leaf[T any](name string, node pq.Node, value func(*batch, *T) pq.Value) field[T] {
	return field[T]{name, node, 1, func(b *batch, at place, v *T) { b.add(at, value(b, v)) }}
}

// texts is a list of text.
func texts[T any](name string, get func(*T) []string) field[T] {
	return listOf(name, get, text("element", func(s *string) string { return *s }))
}

// list is a list of structs.
func list[T, E any](name string, get func(*T) []E, fields ...field[E]) field[T] {
	return listOf(name, get, group("element", fields))
}

func listOf[T, E any](name string, get func(*T) []E, element field[E]) field[T] {
	return field[T]{name, pq.List(element.node), element.leaves, func(b *batch, at place, v *T) {
		elements := get(v)
		if len(elements) == 0 {
			b.none(at, element.leaves)
			return
		}
		at.def++
		at.lists++
		for i := range elements {
			element.put(b, at, &elements[i])
			at.rep = at.lists // of the elements that follow the first
		}
	}}
}

// part is a struct within a row, null where get returns nil.
func part[T, E any](name string, get func(*T) *E, fields ...field[E]) field[T] {
	inner := group(name, fields)
	return field[T]{name, pq.Optional(inner.node), inner.leaves, func(b *batch, at place, v *T) {
		e := get(v)
		if e == nil {
			b.none(at, inner.leaves)
			return
		}
		at.def++
		inner.put(b, at, e)
	}}
}

// inside is a struct that is always there.
func inside[T, E any](name string, get func(*T) *E, fields ...field[E]) field[T] {
	inner := group(name, fields)
	return field[T]{name, inner.node, inner.leaves, func(b *batch, at place, v *T) { inner.put(b, at, get(v)) }}
}

// group is a struct of fields, in their order.
func group[T any](name string, fields []field[T]) field[T] {
	g := ordered{Group: pq.Group{}}
	leaves := 0
	for _, f := range fields {
		g.Group[f.name] = f.node
		g.names = append(g.names, f.name)
		leaves += f.leaves
	}
	return field[T]{name, g, leaves, func(b *batch, at place, v *T) {
		for i := range fields {
			fields[i].put(b, at, v)
			at.column += fields[i].leaves
		}
	}}
}

// ordered is a group whose columns stand in the order of the record, and not in
// that of the alphabet.
type ordered struct {
	pq.Group
	names []string
}

func (g ordered) Fields() []pq.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b pq.Field) int {
		return slices.Index(g.names, a.Name()) - slices.Index(g.names, b.Name())
	})
	return fields
}

const (
	valueSize  = 24       // bytes that a pq.Value takes
	chunkBytes = 32 << 10 // bytes of words that are allocated at once
)

// A batch is rows on their way to the file, taken apart into columns.
type batch struct {
	columns [][]pq.Value
	rows    int
	words   []byte // what the latest values point into
	size    int    // bytes that all this takes
}

func (b *batch) add(at place, v pq.Value) {
	b.columns[at.column] = append(b.columns[at.column], v.Level(at.rep, at.def, at.column))
	b.size += valueSize
}

// none says of each column of a field that it has no value here.
func (b *batch) none(at place, leaves int) {
	for range leaves {
		b.add(at, pq.NullValue())
		at.column++
	}
}

// text returns a copy of s that lives as long as the batch. Parquet's strings are
// UTF-8: what is not is replaced, as in JSON.
func (b *batch) text(s string) pq.Value {
	if !utf8.ValidString(s) {
		s = string([]rune(s)) // each bad byte is U+FFFD
	}
	if len(s) > cap(b.words)-len(b.words) {
		// What there is stays where it is, for values point to it.
		b.words = make([]byte, 0, max(len(s), chunkBytes))
	}
	start := len(b.words)
	b.words = append(b.words, s...)
	b.size += len(s)
	return pq.ByteArrayValue(b.words[start:])
}

// write gives the rows to the columns' buffers of a file.
func (b *batch) write(w *pq.GenericWriter[any]) error {
	if b.rows == 0 {
		return nil // the library takes the address of the first value
	}
	for i, c := range w.ColumnWriters() {
		if _, err := c.WriteRowValues(b.columns[i]); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) reset() {
	for i := range b.columns {
		clear(b.columns[i])
		b.columns[i] = b.columns[i][:0]
	}
	b.rows, b.size, b.words = 0, 0, b.words[:0]
}
