package parquet

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"archiver/article"

	pq "github.com/parquet-go/parquet-go"
)

// TestFieldsAreThoseOfTheRecord holds that a new field of the record is one here.
func TestFieldsAreThoseOfTheRecord(t *testing.T) {
	var got, want []string
	for _, f := range record {
		got = append(got, f.name)
	}
	for i := range reflect.TypeFor[article.Record]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[article.Record]().Field(i).Tag.Get("json"), ",")
		if name != "-" {
			want = append(want, name)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestForm(t *testing.T) {
	split := Text("split", func(r *article.Record) string { return r.Title + "!" })
	for _, test := range []struct {
		without []string
		extra   []Column
		want    string
	}{
		{[]string{"cite"}, nil, "a record has no field cite to leave out"},
		{nil, []Column{Text("url", nil)}, "there is a column url already"},
		{nil, []Column{split, split}, "there is a column split already"},
	} {
		if _, err := NewForm(test.without, test.extra...); err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	form, err := NewForm([]string{"url"}, split, Text("url", func(*article.Record) string { return "other" }),
		Whole("tokens", func(r *article.Record) int { return len(r.Title) }))
	if err != nil {
		t.Fatal(err)
	}
	var large, small bytes.Buffer
	for _, w := range []*Writer{form.NewWriter(&large), form.NewSmall(&small), form.NewSmall(&bytes.Buffer{})} {
		for _, title := range []string{"a", "bcd", "ef"} {
			if err := w.Write(&article.Record{Title: title}); err != nil {
				t.Fatal(err)
			}
			if w.Pending() == 0 {
				t.Error("nothing is pending")
			}
			if w.small && title != "ef" {
				if err := w.Flush(); err != nil || w.Pending() != 0 {
					t.Fatalf("%d pending, %v", w.Pending(), err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	type row struct {
		Title  string `parquet:"title"`
		Split  string `parquet:"split"`
		URL    string `parquet:"url"`
		Tokens int32  `parquet:"tokens"`
	}
	want := []row{{"a", "a!", "other", 1}, {"bcd", "bcd!", "other", 3}, {"ef", "ef!", "other", 2}}
	for name, data := range map[string][]byte{"large": large.Bytes(), "small": small.Bytes()} {
		got, err := pq.Read[row](bytes.NewReader(data), int64(len(data)))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestGroups holds that rows do not wait for ever, and that a large record is no
// matter.
func TestGroups(t *testing.T) {
	form, err := NewForm(nil)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := form.NewWriter(&out)
	for range 10 {
		if err := w.Write(&article.Record{Text: strings.Repeat("word ", groupBytes/20)}); err != nil {
			t.Fatal(err)
		}
		if w.Pending() > 2*groupBytes {
			t.Fatalf("%d bytes are pending", w.Pending())
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := pq.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || file.NumRows() != 10 || len(file.RowGroups()) < 2 {
		t.Errorf("%d rows in %d groups, %v", file.NumRows(), len(file.RowGroups()), err)
	}
}
