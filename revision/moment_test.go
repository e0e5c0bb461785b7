package revision_test

import (
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/revision"
)

// What became of a page stands between its revisions, in the order of the log,
// however close they are. Misses are told of the last time that it was gone.
func TestHistory(t *testing.T) {
	type log = []article.StatusChange
	turn := func(status article.Status, second int64) article.StatusChange {
		return article.StatusChange{Status: status, At: time.Unix(second, 0)}
	}
	missing := func(second int64) article.StatusChange { return turn(article.StatusMissing, second) }
	gone := func(second int64) article.StatusChange { return turn(article.StatusGone, second) }
	live := func(second int64) article.StatusChange { return turn(article.StatusLive, second) }
	for _, c := range []struct {
		revisions []int64
		log       log
		want      string
	}{
		{[]int64{1, 2}, nil, "revision revision"},
		{[]int64{1, 9}, log{missing(3), gone(5), live(7)}, "revision missing gone live revision"},
		{[]int64{1}, log{missing(3)}, "revision missing*"},
		{[]int64{1}, log{missing(3), live(4), missing(5), gone(6)}, "revision missing live missing* gone*"},
		{[]int64{1, 3}, log{missing(2), live(3), missing(3)}, "revision missing live revision missing*"},
		{[]int64{1}, log{missing(2), live(2), missing(2), live(2)}, "revision missing live missing live"},
		{[]int64{5}, log{missing(2)}, "missing* revision"}, // it was missed before it was seen
	} {
		var revisions []*article.Record
		for i, second := range c.revisions {
			r := &article.Record{Title: strings.Repeat("more ", i), Revision: i + 1, LastChanged: article.At(time.Unix(second, 0))}
			revisions = append(revisions, r)
		}
		var got []string
		for _, m := range revision.History(revisions, c.log, 7) {
			name := m.Event
			if m.Misses == 7 {
				name += "*"
			}
			got = append(got, name)
			if first := m.Revision == 1; first != (m.Class == revision.First) || first && m.Added != nil || m.Revision > 1 && *m.Added != 1 {
				t.Errorf("of %v came %+v", c, m)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %v, want %s", got, c.want)
		}
	}
}
