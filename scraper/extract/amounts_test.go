package extract

import (
	"fmt"
	"strings"
	"testing"
)

func TestAmounts(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"They took £9,200.", "£9,200=9200"},
		{"£1.2m, £1.2 million and £1.2 million pounds", "£1.2m=1.2e+06; £1.2 million=1.2e+06; £1.2 million=1.2e+06"},
		{"£2k, £450K, £70k-worth", "£2k=2000; £450K=450000; £70k=70000"},
		{"£1.2 mil, £5m+", "£1.2 mil=1.2e+06; £5m=5e+06"},
		{"£3.5bn", "£3.5bn=3.5e+09"},
		{"£1,000,000", "£1,000,000=1e+06"},
		{"£ 200", "£ 200=200"},
		{"£\u00a0200", "£\u00a0200=200"},
		{"£1.49 or £2.10.", "£1.49=1.49; £2.10=2.1"},
		{"£50-£60", "£50=50; £60=60"},
		{"£50–60", "£50=50; 60=60"},
		{"£2-3 million", "£2=2e+06; 3 million=3e+06"},
		{"£500-£1m", "£500=500; £1m=1e+06"},
		{"between £200 and £300", "£200=200; £300=300"},
		{"£1m-£2m", "£1m=1e+06; £2m=2e+06"},
		{"£half a million", "£half a million=500000"},
		{"£1.50p", "£1.50p=1.5"},
		{"5,000 pounds", "5,000 pounds=5000"},
		{"1.5 million pounds", "1.5 million pounds=1.5e+06"},
		{"two thousand pounds", "two thousand pounds=2000"},
		{"half a million pounds", "half a million pounds=500000"},
		{"a quarter of a million pounds", "a quarter of a million pounds=250000"},
		{"three quarters of a million pounds", "three quarters of a million pounds=750000"},
		{"two and a half thousand pounds", "two and a half thousand pounds=2500"},
		{"one hundred and fifty pounds", "one hundred and fifty pounds=150"},
		{"two hundred and fifty thousand pounds", "two hundred and fifty thousand pounds=250000"},
		{"a million and a half pounds", "a million and a half pounds=1.5e+06"},
		{"twenty-five pounds and one and two thousand pounds", "twenty-five pounds=25; two thousand pounds=2000"},
		{"a thousand pounds or ten pounds", "a thousand pounds=1000; ten pounds=10"},
		{"a half-a-million-pound house and a 20-pound note", "a half-a-million-pound=500000; 20-pound=20"},
		{"50p, 99 pence and fifty pence", "50p=0.5; 99 pence=0.99; fifty pence=0.5"},
		{"20,000 pounds of damage", "20,000 pounds=20000"},
		{"£41,2345 was taken by 3 men", "£41,2345=412345"},
		// What is none.
		{"20 pounds of cannabis, two pounds of flour", ""},
		{"thousands of pounds, several hundred pounds, a multi-million pound fraud, many pounds", ""},
		{"€500, $500, 500 dollars, 100,500 Euros", ""},
		{"at 5p.m. on a 480P screen", ""},
		{"£ and £££", ""},
	} {
		_, _, _, got := indicators(paragraphs(tc.in))
		var lines []string
		for _, a := range got {
			lines = append(lines, fmt.Sprintf("%s=%v", a.Text, a.Value))
		}
		if g := strings.Join(lines, "; "); g != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.in, g, tc.want)
		}
	}
}
