package search

import (
	"context"
	"fmt"
)

// IDs returns the ids of the releases that a query finds, in its order, from Offset
// to Limit. It reads none of them, so that one can ask for all. It brings the index up
// to date first. What is wrong with the query is a [*QueryError].
func (ix *Index) IDs(ctx context.Context, q Query) ([]string, error) {
	tree, err := q.parse(false)
	if err != nil {
		return nil, err
	}
	var ids []string
	err = ix.guarded(ctx, func(v *view) error {
		found, err := v.find(ofReleases, tree, q.Filter)
		if err != nil {
			return err
		}
		marked, err := load(v.tx, ofReleases, v.state.Chunks[ofReleases], true)
		if err != nil {
			return err
		}
		ids = nil
		for _, r := range found.top(q) {
			ids = append(ids, fmt.Sprintf("%x", marked.chunks[r.slot/chunkSize].marks[r.slot%chunkSize].id[:]))
		}
		return nil
	})
	return ids, err
}

// Check says what is wrong with the words of a query, as [Index.Search] would: a
// [*QueryError], or nil.
func Check(words string) error {
	_, err := parse(words, false)
	return err
}
