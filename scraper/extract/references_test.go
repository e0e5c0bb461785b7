package extract

import (
	"strings"
	"testing"
)

func TestReferenceNumbers(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		// The forms of the forces.
		{"Call 101, quoting IML 1234567.", "iml IML 1234567 = IML 1234567"},
		{"The reference is IML1234567.", "iml IML1234567 = IML 1234567"},
		{"quoting IML number 123456", "iml IML number 123456 = IML 123456"},
		{"quoting IML 123 456. Alternatively", "iml IML 123 456 = IML 123456"},
		{"Ring 101 quoting incident 123 of 4 May.", "incident 123 of 4 May = 123 OF 4 MAY"},
		{"quoting incident number 47 of Tuesday 4th May 2021, or", "incident 47 of Tuesday 4th May 2021 = 47 OF 4 MAY 2021"},
		{"quoting incident number 212 of 5 of April 2020", "incident 212 of 5 of April 2020 = 212 OF 5 APRIL 2020"},
		{"incident 12 of May 4, 2021", "incident 12 of May 4, 2021 = 12 OF 4 MAY 2021"},
		{"please quote log 1112 of 18/05/2020", "log 1112 of 18/05/2020 = 1112 OF 18 MAY 2020"},
		{"quoting serial 872 of 03/11.", "serial 872 of 03/11 = 872 OF 3 NOVEMBER"},
		{"quoting log 412 18/05/21", "log 412 18/05/21 = 412 OF 18 MAY 2021"},
		{"quoting reference 0012S 030519", "reference 0012S 030519 = 0012S OF 3 MAY 2019"},
		{"incident number 312S 180521 of 18 May", "incident 312S 180521 of 18 May = 312S 180521 OF 18 MAY"},
		{"quoting reference 00012i of 23 January", "reference 00012i of 23 January = 00012I OF 23 JANUARY"},
		{"quote 46/123456/20", "reference 46/123456/20 = 46/123456/20"},
		{"case reference 46/YY/12345/20 or call", "case 46/YY/12345/20 = 46/YY/12345/20"},
		{"on 101 with crime 22/12345/20", "crime 22/12345/20 = 22/12345/20"},
		{"quoting ref PR/45200012345", "reference PR/45200012345 = PR/45200012345"},
		{"quoting MM/ABC/123/19.", "reference MM/ABC/123/19 = MM/ABC/123/19"},
		{"quoting reference CRI00123/45.", "reference CRI00123/45 = CRI00123/45"},
		{"quoting CRI/06AB/0001234/20", "reference CRI/06AB/0001234/20 = CRI/06AB/0001234/20"},
		{"reference number 2*480017 when you write", "reference 2*480017 = 2*480017"},
		{"quoting *012345", "reference *012345 = *012345"},
		{"quoting reference 44190260017.”", "reference 44190260017 = 44190260017"},
		{"quoting reference 612-S-030521", "reference 612-S-030521 = 612-S-030521"},
		{"number 812-030521.", ""},
		{"reference number 812-030521.", "reference 812-030521 = 812-030521"},
		{"quoting occurrence number 41200123456", "occurrence 41200123456 = 41200123456"},
		{"Niche reference 20000123456", "occurrence 20000123456 = 20000123456"},
		{"quoting CAD 1234/04MAY", "log 1234/04MAY = 1234/04MAY"},
		{"quoting reference MP 1234", "reference MP 1234 = MP 1234"},
		{"Crime No. 1234567", "crime 1234567 = 1234567"},
		{"Crime reference number: 1234567", "crime 1234567 = 1234567"},
		{"(ref: 123456)", "reference 123456 = 123456"},
		{"on 101 quoting 090017.", "reference 090017 = 090017"},
		{"quoting event number 200017.", "incident 200017 = 200017"},
		{"referring to incident number 45 of 12 March", "incident 45 of 12 March = 45 OF 12 MARCH"},
		{"The incident number for this is 12 of 5 Februray.", "incident 12 of 5 Februray = 12 OF 5 FEBRUARY"},
		{"Call 101, incident 123.", "incident 123 = 123"},
		{"quoting the crime reference\n46/1234/20", "crime 46/1234/20 = 46/1234/20"},
		// Several in a row.
		{"quoting 20*1234 or 20*5678", "reference 20*1234 = 20*1234; reference 20*5678 = 20*5678"},
		{"quoting reference 20*540017 (Mill Lane) or 20*540018 (High Street).", "reference 20*540017 = 20*540017; reference 20*540018 = 20*540018"},
		{"crime reference numbers PR/45210012345 & PR/45210012346 each", "crime PR/45210012345 = PR/45210012345; crime PR/45210012346 = PR/45210012346"},
		{"quoting references 12345, 12346 and 12347", "reference 12345 = 12345; reference 12346 = 12346; reference 12347 = 12347"},
		{"quoting log reference 2100012345 or 412 18/05/21", "log 2100012345 = 2100012345; log 412 18/05/21 = 412 OF 18 MAY 2021"},
		{"quoting IML 1234567 or incident 12 of 4 May", "iml IML 1234567 = IML 1234567; incident 12 of 4 May = 12 OF 4 MAY"},
		// In each place.
		{"Quote 46/123456/20. Note: 46/123456/20.", "reference 46/123456/20 = 46/123456/20; reference 46/123456/20 = 46/123456/20"},
		// What is none.
		{"Call 101, quoting the road A55 or the M6.", ""},
		{"The incident in 2019 was the last of 2020.", ""},
		{"In one incident 30,000 people came, in the other incident 300.", ""},
		{"PC 4512 and PC 4512 Finch log 12 hours a week.", ""},
		{"Contact PC 4512 Orla Finch on 101 quoting incident number 34 of 15 May.", "incident 34 of 15 May = 34 OF 15 MAY"},
		{"the crime, on 4 May 2020 at 10.30pm, in CH1 2AB", ""},
		{"reference £5,000", ""},
		{"quote 01632 960123", ""},
		{"with reference to 12345 letters", ""},
		{"a rifle, serial number 123-45678", ""},
		{"sentenced under case number T20207123", ""},
		{"He rang 101 in case 12 people came.", ""},
		{"registered charity number 1234567", ""},
		{"https://mipp.police.uk/operation/1234567890A12-XY3", ""},
		{"quoting incident 123 of 4 May or 101", "incident 123 of 4 May = 123 OF 4 MAY"},
		{"crime reference 14/05/2020", ""},
		{"There were 101 crimes, 45 incidents and 12,345 logs.", ""},
	} {
		got, _, _, _ := indicators(paragraphs(tc.in))
		var lines []string
		for _, m := range got {
			lines = append(lines, m.Kind+" "+m.Text+" = "+m.Value)
		}
		if g := strings.Join(lines, "; "); g != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, g, tc.want)
		}
	}
}

func TestReferenceOperations(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Officers of Operation Juniper made 12 arrests under Op Juniper.", "Operation Juniper = OPERATION JUNIPER; Op Juniper = OPERATION JUNIPER"},
		{"quoting Operation Juniper or 123 of 4 May", "Operation Juniper = OPERATION JUNIPER; 123 of 4 May = 123 OF 4 MAY"},
		{"quoting operation Juniper.", "operation Juniper = OPERATION JUNIPER"},
		{"Operation Night Owl Officers", "Operation Night Owl = OPERATION NIGHT OWL"},
		{"It is called Operation “Nutmeg”.", "Operation “Nutmeg” = OPERATION NUTMEG"},
		{"Operation Mi-Spy and OPERATION JUNIPER", "Operation Mi-Spy = OPERATION MI-SPY; OPERATION JUNIPER = OPERATION JUNIPER"},
		{"Op. Juniper", "Op. Juniper = OPERATION JUNIPER"},
		{"Operation Juniper's officers; Operation Juniper. Officers came.", "Operation Juniper's = OPERATION JUNIPER'S; Operation Juniper = OPERATION JUNIPER"},
		{"The Operation was run by Specialist Operations Unit and the Co-Op Bank.", ""},
		{"an operation Mereshire Police ran", ""},
		{"Operation\nJuniper", ""},
	} {
		got, _, _, _ := indicators(paragraphs(tc.in))
		var lines []string
		for _, m := range got {
			lines = append(lines, m.Text+" = "+m.Value)
		}
		if g := strings.Join(lines, "; "); g != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, g, tc.want)
		}
	}
}
