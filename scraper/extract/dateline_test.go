package extract

import (
	"testing"
	"time"

	"archiver/article"
)

func TestParseDateline(t *testing.T) {
	for line, want := range map[string]string{
		"11:39 27/08/2020":                                      "2020-08-27T11:39:00+01:00 11:39 27/08/2020",
		"Published: 11:39 27/08/2020":                           "2020-08-27T11:39:00+01:00 11:39 27/08/2020",
		"Published 9:05 1/2/2021":                               "2021-02-01T09:05:00+00:00 9:05 1/2/2021",
		"Date published: 00:00 29/02/2024":                      "2024-02-29T00:00:00+00:00 00:00 29/02/2024",
		"11:39 27/08/2020 News":                                 "2020-08-27T11:39:00+01:00 11:39 27/08/2020",
		"11:39 27/08/2020 | Updated News Post":                  "2020-08-27T11:39:00+01:00 11:39 27/08/2020",
		"01:30 31/03/2024":                                      "2024-03-31T02:30:00+01:00 01:30 31/03/2024", // the hour that was skipped
		"00:59 31/03/2024":                                      "2024-03-31T00:59:00+00:00 00:59 31/03/2024",
		"03:00 31/03/2024":                                      "2024-03-31T03:00:00+01:00 03:00 31/03/2024",
		"01:30 27/10/2024":                                      "2024-10-27T01:30:00+01:00 01:30 27/10/2024", // the hour that came twice
		"02:00 27/10/2024":                                      "2024-10-27T02:00:00+00:00 02:00 27/10/2024",
		"Current timestamp: 25/05/2022 11:15:55":                "",
		"25/05/2022 11:15:55":                                   "",
		"11:15:55 25/05/2022":                                   "",
		"Updated: 11:39 27/08/2020":                             "",
		"Last updated 11:39 27/08/2020":                         "",
		"24:00 27/08/2020":                                      "",
		"11:60 27/08/2020":                                      "",
		"11:39 31/02/2020":                                      "",
		"11:39 29/02/2021":                                      "",
		"11:39 00/01/2021":                                      "",
		"11:39 27/13/2020":                                      "",
		"11:39 27/08/20201":                                     "",
		"At 14:46 04/11/2023 the shop was entered":              "",
		"14:46 04/11/2023 was the time at which the alarm rang": "",
		"": "",
	} {
		got := ""
		if d, ok := parseDateline(line); ok {
			got = article.At(d.time).String() + " " + d.text
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// FuzzDateline: what is read as a dateline is printed in it, and shows the time
// that London's clock shows, but for the hour that summer time skips.
func FuzzDateline(f *testing.F) {
	for _, s := range []string{"11:39 27/08/2020", "Published: 1:05 1/1/2020", "01:30 31/03/2024 News", "٣:٠٠ 1/1/2020"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d, ok := parseDateline(line)
		if !ok {
			return
		}
		shown := d.time.In(article.London).Format("15:04 2/1/2006")
		clock, err := time.Parse("15:4 2/1/2006", d.text)
		if err != nil {
			t.Fatalf("%q: the dateline %q is none: %v", line, d.text, err)
		}
		if shown != clock.Format("15:04 2/1/2006") && d.warning == "" {
			t.Errorf("%q: %s is shown as %s", line, d.text, shown)
		}
	})
}
