package extract

import (
	"strings"
	"testing"

	"archiver/article"
)

// Dates as British sites print them.
func TestParseWritten(t *testing.T) {
	for line, want := range map[string]string{
		"Mar 24, 2021 16:16 GMT":                                      "2021-03-24T16:16:00+00:00 Mar 24, 2021 16:16 GMT",
		"Jun 24, 2021 16:16 BST":                                      "2021-06-24T16:16:00+01:00 Jun 24, 2021 16:16 BST",
		"4 May 2023, 10:15":                                           "2023-05-04T10:15:00+01:00 4 May 2023, 10:15",
		"Published 14:05 Tuesday 5th March 2024":                      "2024-03-05T14:05:00+00:00 14:05 Tuesday 5th March 2024",
		"Thursday 5th December 2024 at 2:30pm":                        "2024-12-05T14:30:00+00:00 Thursday 5th December 2024 at 2:30pm",
		"By Orlando Crane | Published: 10 May 2022, 08:00":            "2022-05-10T08:00:00+01:00 10 May 2022, 08:00",
		"08:44, 3 NOV 2023":                                           "2023-11-03T08:44:00+00:00 08:44, 3 NOV 2023",
		"16:23, Thu, Nov 2, 2023 | UPDATED: 16:32, Thu, Nov 2, 2023":  "2023-11-02T16:23:00+00:00 16:23, Thu, Nov 2, 2023",
		"Published: 22:00 GMT, 26 September 2020 | Updated: 01:00":    "2020-09-26T23:00:00+01:00 22:00 GMT, 26 September 2020",
		"Thu 3 Jan 2019 02.00 EST Last modified on Wed 9 Jan 2019":    "2019-01-03T07:00:00+00:00 Thu 3 Jan 2019 02.00 EST",
		"16 November 2017 • 2:15pm":                                   "2017-11-16T14:15:00+00:00 16 November 2017 • 2:15pm",
		"Published 9th Nov 2023, 09:34 GMT":                           "2023-11-09T09:34:00+00:00 9th Nov 2023, 09:34 GMT",
		"Posted on 4/3/2025 11:42":                                    "2025-03-04T11:42:00+00:00 4/3/2025 11:42",
		"Sent: 05/12/2024 14:30:05":                                   "2024-12-05T14:30:00+00:00 05/12/2024 14:30:05",
		"2024-12-05 14:30":                                            "2024-12-05T14:30:00+00:00 2024-12-05 14:30",
		"Tuesday 4 March 2025 11:42, UK":                              "2025-03-04T11:42:00+00:00 Tuesday 4 March 2025 11:42",
		"12.01am on 1 January 2024":                                   "2024-01-01T00:01:00+00:00 12.01am on 1 January 2024",
		"06 March 2025":                                               "day 06 March 2025",
		"Published: 06 March 2025":                                    "day 06 March 2025",
		"December 5, 2024 · 3 min read":                               "day December 5, 2024",
		"Friday, 3 Nov, 2023":                                         "day Friday, 3 Nov, 2023",
		"Updated 5 May 2023, 10:15":                                   "",
		"Last seen: 10:15, 5 May 2023":                                "",
		"Current timestamp: 25/05/2022 11:15:55":                      "",
		"25/05/2022 11:15:55":                                         "",
		"31 February 2024":                                            "",
		"He was arrested on 5 May 2023 at 10:15.":                     "",
		"The offences took place between 4 May 2023 and 10 June 2023": "",
		"On 4 May 2023 a man entered the shop":                        "",
		"Saturday 4 and Sunday 5 May, 2023 fans came":                 "",
		"© 2025 Fallowick Voice":                                      "",
		"":                                                            "",
	} {
		got := ""
		if d, ok := parseWritten(line); ok {
			got = article.At(d.time).String() + " " + d.text
			if d.dayOnly {
				got = "day " + d.text
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// FuzzWritten: what is read as a date is printed in the line, and is one of our time.
func FuzzWritten(f *testing.F) {
	for _, s := range []string{"4 May 2023, 10:15", "Mar 24, 2021 16:16 GMT", "Posted on 4/3/2025 11:42", "06 March 2025", "12.01am on 1 January 2024", "2024-12-05T14:30:05Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d, ok := parseWritten(line)
		if ok && (d.text == "" || !strings.Contains(line, d.text) || d.time.Year() < 1989 || d.time.Year() > 2200) {
			t.Errorf("%q: %v, %q", line, d.time, d.text)
		}
	})
}
