package article_test

import (
	"testing"
	"time"

	"archiver/article"
)

func TestPeriod(t *testing.T) {
	for date, want := range map[string]string{
		"2024-03-31": "2024-03-31T00:00:00Z 23h0m0s", // summer time begins
		"2024-10":    "2024-09-30T23:00:00Z 745h0m0s",
		"2024":       "2024-01-01T00:00:00Z 8784h0m0s",
		"":           "", "2024-02-30": "", "2024-13": "", "24": "", "31/05/2024": "", "2024-5": "", "2024 ": "",
	} {
		begin, end, ok := article.Period(date)
		got := ""
		if ok {
			got = begin.UTC().Format(time.RFC3339) + " " + end.Sub(begin).String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", date, got, want)
		}
	}
}
