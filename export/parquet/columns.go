package parquet

import (
	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A Described is a column as other programs see it.
type Described struct {
	Name string
	// Type is of a value, in the words of Arrow: "string", "int32", "float64", "bool"
	// or "timestamp[ms, tz=UTC]"; "" where it is a struct of Fields.
	Type   string
	List   bool // of such values
	Fields []Described
}

// Columns describes the columns of the form's files, in their order.
func (f *Form) Columns() []Described { return describe("", f.row.node).Fields }

func describe(name string, node pq.Node) Described {
	if node.Leaf() {
		return Described{Name: name, Type: arrowType(node.Type())}
	}
	if logical := node.Type().LogicalType(); logical != nil {
		if _, ok := logical.Value.(*format.ListType); ok {
			d := describe(name, node.Fields()[0].Fields()[0]) // as Parquet has lists: list.element
			d.List = true
			return d
		}
	}
	d := Described{Name: name}
	for _, field := range node.Fields() {
		d.Fields = append(d.Fields, describe(field.Name(), field))
	}
	return d
}

func arrowType(t pq.Type) string {
	switch t.Kind() {
	case pq.ByteArray:
		return "string"
	case pq.Boolean:
		return "bool"
	case pq.Int32:
		return "int32"
	case pq.Double:
		return "float64"
	default: // the one that remains of field.go
		return "timestamp[ms, tz=UTC]"
	}
}

// Unpacked tells, of a writer that was closed and is not small, how many bytes its
// columns take before they are compressed.
func (w *Writer) Unpacked() int64 {
	var n int64
	for _, g := range w.file.File().Metadata().RowGroups {
		n += g.TotalByteSize
	}
	return n
}
