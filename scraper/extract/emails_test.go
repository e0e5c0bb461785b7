package extract

import (
	"strings"
	"testing"
)

func TestEmails(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"Write to tiles@mereshire.police.example.", "tiles@mereshire.police.example"},
		{"(Jo-Anne.O'Hara@Mereshire.Police.UK)", "Jo-Anne.O'Hara@Mereshire.Police.UK = Jo-Anne.O'Hara@mereshire.police.uk"},
		{"report@phishing.gov.uk, 101@mereshire.pnn.police.uk", "report@phishing.gov.uk; 101@mereshire.pnn.police.uk"},
		{"tiles @ mereshire.police.uk", "tiles @ mereshire.police.uk = tiles@mereshire.police.uk"},
		{"tiles@ mereshire.police.uk now", "tiles@ mereshire.police.uk = tiles@mereshire.police.uk"},
		{"tiles [at] mereshire.police.uk.", "tiles [at] mereshire.police.uk = tiles@mereshire.police.uk"},
		{"first.last[at]mereshire.police.uk", "first.last[at]mereshire.police.uk = first.last@mereshire.police.uk"},
		{"tiles(at)mereshire dot police dot uk", "tiles(at)mereshire dot police dot uk = tiles@mereshire.police.uk"},
		{"tiles at mereshire dot police dot uk", "tiles at mereshire dot police dot uk = tiles@mereshire.police.uk"},
		{"first.last AT mereshire.police.uk", "first.last AT mereshire.police.uk = first.last@mereshire.police.uk"},
		{"tiles [at] mereshire [dot] police [dot] uk", "tiles [at] mereshire [dot] police [dot] uk = tiles@mereshire.police.uk"},
		{"tiles@mereshire.police.uk.Or call", "tiles@mereshire.police.uk"},
		{"Follow us @ mereshire.police.uk or @MerePolice, at mereshire.police.uk", ""},
		{"look at www.mereshire.police.uk", ""},
		{"@ a@ @b a@b", ""},
	} {
		_, phones, got, _ := indicators(paragraphs(tc.in))
		var lines []string
		for _, n := range got {
			line := n.Text
			if n.Value != n.Text {
				line += " = " + n.Value
			}
			lines = append(lines, line)
		}
		if g := strings.Join(lines, "; "); g != tc.want || len(phones) > 0 {
			t.Errorf("%s\n got %s %v\nwant %s", tc.in, g, phones, tc.want)
		}
	}
}
