package copies

import (
	"iter"

	"archiver/article"
)

// An Archive is what an index asks of one.
type Archive interface {
	// Generation returns a word that is another after every change.
	Generation() (string, error)
	// Marks iterates over all records that may be shown.
	Marks() iter.Seq2[Mark, error]
	// RecordsOf iterates over the records with these ids that may be shown, in this
	// order; an error is about one record, and the loop may go on. It is called by
	// several goroutines at once.
	RecordsOf(ids ...string) iter.Seq2[*article.Record, error]
}
