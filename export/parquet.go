package export

import (
	"archiver/article"
	"archiver/export/parquet"
)

// rows writes the records as one Parquet file.
type rows struct {
	*parquet.Writer
	form *parquet.Form
}

func newParquet(t target, opts Options) (Encoder, error) {
	if t.folder != nil {
		return newPartitions(t, opts.Partition)
	}
	form, err := parquet.NewForm(nil)
	if err != nil {
		return nil, err
	}
	return rows{form.NewWriter(t.stream), form}, nil
}

func (e rows) Encode(r *article.Record) error { return e.Write(r) }

func (e rows) Close(cause error) error {
	if cause != nil {
		e.form.Wait()
		return nil
	}
	return e.Writer.Close()
}
