package extract_test

import (
	"html"
	"strings"
	"testing"

	"archiver/scraper/extract"
)

// Attributions as releases print them: paragraphs in, a line for each quotation out.
func TestAttributions(t *testing.T) {
	site := profiles(t).ByID("cheshire")
	for _, tc := range []struct{ in, want string }{
		{"PC Orla Finch, of the Rural Crime Team, said: \"We found the cow.\"", "Orla Finch | PC | Rural Crime Team | We found the cow."},
		{"\"We found the cow,\" said PC Orla Finch. \"It was in the lake.\"", "Orla Finch | PC |  | We found the cow, It was in the lake."},
		{"\"We found the cow,\" PC Orla Finch said.", "Orla Finch | PC |  | We found the cow,"},
		{"Sergeant Ida Plum said: “Lock your doors.”\nInspector Sol Crane added: “And your windows.”\nSgt Plum continued: “And your sheds.”",
			"Ida Plum | Sergeant |  | Lock your doors.\nSol Crane | Inspector |  | And your windows.\nIda Plum | Sgt |  | And your sheds."},
		{"Investigating officer Detective Sergeant Ida Plum said: “It is over.”", "Ida Plum | Investigating officer Detective Sergeant |  | It is over."},
		{"T/DCI Ida Plum said: “It is over.”", "Ida Plum | T/DCI |  | It is over."},
		{"Chief Constable Ida Plum QPM said: “It is over.”", "Ida Plum | Chief Constable |  | It is over."},
		{"Ida Plum, from the CPS, said: “It is over.”", "Ida Plum |  | CPS | It is over."},
		{"In a statement, his family said: “He was our sunshine.\n“We miss him.”", " | his family |  | He was our sunshine. // We miss him."},
		{"Police and Crime Commissioner Ida Plum said: “I am pleased.”", "Ida Plum | Police and Crime Commissioner |  | I am pleased."},
		// The words of an officer are not put into a defendant's mouth.
		{"DC Ida Plum said: “It is a good day.”\nTom Reed, 40, of Mill Lane, pleaded guilty to theft.\nShe added: “He will have time to think.”",
			"Ida Plum | DC |  | It is a good day.\nIda Plum | DC |  | He will have time to think."},
		{"He reported that “someone” had taken the “so-called” goat.", ""},
		{"Officers call it Operation “Nutmeg”.", ""},
	} {
		var b strings.Builder
		b.WriteString(`<title>A headline of the day | Cheshire Constabulary</title><h1>A headline of the day</h1><p>11:39 27/08/2024</p>` +
			`<p>Something happened in the county on a day of the week, and it was reported to the police.</p>`)
		for line := range strings.SplitSeq(tc.in, "\n") {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>\n")
		}
		b.WriteString("<p>Anyone with information is asked to call us on 101.</p>")
		r, err := extract.Extract(pageOf("text/html; charset=utf-8", b.String()), site)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range r.Quotes {
			got = append(got, q.Speaker+" | "+q.Role+" | "+q.Unit+" | "+strings.Join(q.Paragraphs, " // "))
		}
		if g := strings.Join(got, "\n"); g != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, g, tc.want)
		}
	}
}
