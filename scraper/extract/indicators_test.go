package extract

import (
	"slices"
	"strings"
	"testing"

	"archiver/article"
)

// paragraphs makes a block of each text; a text with line breaks is a list's.
func paragraphs(texts ...string) []article.Block {
	var blocks []article.Block
	for _, text := range texts {
		b := article.Block{Kind: article.BlockParagraph, Text: text}
		if strings.Contains(text, "\n") {
			b.Kind, b.Items = article.BlockList, strings.Split(text, "\n")
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// recordOf puts what was read beside its blocks, to be validated.
func recordOf(blocks []article.Block) *article.Record {
	r := &article.Record{URL: "https://a.example/", Site: "a", Status: article.StatusLive, Kind: article.KindOther, Blocks: blocks}
	r.References, r.Phones, r.Emails, r.Amounts = indicators(blocks)
	r.Fill()
	return r
}

// What was read is where the record says, in the order of the text, also behind
// characters of several bytes and in lists.
func TestIndicatorSpans(t *testing.T) {
	r := recordOf(paragraphs(
		"‘Café’ – naïve “£5”, ☎ 101 – ring 101, quoting Ref: 46/123456/20 – café@é.example, né@place.police.uk.",
		"Ring 01632\u00a0960841\nRing 101\u200b, quoting 12 of 4\u00a0May",
	))
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	if len(r.References) != 2 || len(r.Phones) < 3 || len(r.Amounts) != 1 {
		t.Errorf("got %v, %v, %v", r.References, r.Phones, r.Amounts)
	}
	for i, p := range r.Phones {
		if got := article.Slice(r.Blocks[p.Block].Text, p.Start, p.End); got != p.Text {
			t.Errorf("phone %d: %q stands there, not %q", i, got, p.Text)
		}
	}
}

// FuzzIndicators: whatever the text, what was read keeps the promises of the
// record's form, stands in order, and is read the same again.
func FuzzIndicators(f *testing.F) {
	for _, s := range []string{
		"Call 101, quoting IML 1234567 or 123 of 4 May 2020.", "46/123456/20 20*1234 or 20*5678 (Mill Lane)", "0012S 030519", "+44 (0)161 496 0123",
		"£1.2m-£3m, 5,000 pounds, half a million pounds, 50p", "a [at] b dot police dot uk", "x@y.zz 1@2 @", "Op “Nutmeg” Operation Night-Owl",
		"(01632) 960123 101/999", "the text read: “call 07700 900123”", "www.a-b.uk/1 http://x", "1,1,1,1/1/1.1.1", "\u00a0\u200b\u2028é£½",
		"log\n1\n2 of\n3 May", "ref IML IML: - 1", "at [at] at dot dot at1at1", "£", "£1-", "and a half pounds", "IML 123 456 789",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// As the reader of blocks hands them on.
		text = strings.TrimSpace(strings.Map(func(c rune) rune {
			if c < ' ' && c != '\n' || c == 0x7f {
				return ' '
			}
			return c
		}, strings.ToValidUTF8(text, "?")))
		if text == "" {
			return
		}
		r := recordOf(paragraphs(text, text))
		if err := r.Validate(); err != nil {
			t.Errorf("%v\n%q", err, text)
		}
		check := func(what string, block, start, end, lastBlock, lastEnd int) {
			if block == lastBlock && start < lastEnd {
				t.Errorf("%s stands at %d, before the last one ends at %d\n%q", what, start, lastEnd, text)
			}
		}
		for i := 1; i < len(r.References); i++ {
			a, b := r.References[i-1], r.References[i]
			check(b.Text, b.Block, b.Start, b.End, a.Block, a.End)
		}
		for i := 1; i < len(r.Phones); i++ {
			a, b := r.Phones[i-1], r.Phones[i]
			check(b.Text, b.Block, b.Start, b.End, a.Block, a.End)
		}
		for i := 1; i < len(r.Amounts); i++ {
			a, b := r.Amounts[i-1], r.Amounts[i]
			check(b.Text, b.Block, b.Start, b.End, a.Block, a.End)
			if b.Value <= 0 && strings.ContainsAny(b.Text, "123456789") {
				t.Errorf("%q is worth %v", b.Text, b.Value)
			}
		}
		for _, e := range r.Emails {
			if strings.Count(e.Value, "@") != 1 || strings.ContainsAny(e.Value, " \n") {
				t.Errorf("%q is read as the address %q", e.Text, e.Value)
			}
		}
	})
}

// release is a text of about 2,000 characters with numbers of all sorts.
var release = paragraphs(
	"A woman who lost £9,200 to two men has helped detectives of Operation Juniper to find them, two years after they stood in her kitchen.",
	"The men, aged 34 and 41, called at her house in Mill Lane at about 2.30pm on Tuesday 4 May 2021 and told her that a tile had slipped. They asked for £450 first and for “half a million pounds, she joked, by the end”. In all they took £1.2k from her purse, and 50p from a saucer.",
	"Officers stopped a van on the A5998 near junction 12 of the M66. In it were 212 receipts, 14 telephones and a book with the names of 63 people, all of them over 70, from 11 villages. The van had a registration that belonged to a different vehicle, and the driver gave the name of his brother, who is 29.",
	"Sergeant Peregrine Larkspindle, of the Rural Crime Team, said: “They rang her first from a mobile number, and they knew her name. The number on her telephone was 01632 960 555, which is that of a firm that knows nothing of it. Nobody who is honest minds if you say that you will call back.",
	"“If they have been to your door, or to your mother’s, we need to know what they said and what they were driving. Ring us on 101, quoting IML 2047713 or incident 123 of 4 May, or write to tiles@mereshire.police.example. If they are still there, dial 999.”",
	"Information can also be given to Crimestoppers, who never ask for a name, on 0800 555 111, or to the appeal line on 0161 496 0123 between 9am and 5pm. Losses can be reported to Action Fraud on 0300 123 2040.",
	"Lock your doors, also when you are at home\nLook out of a window first; 3 in 10 of those who called us did not\nAsk for a card, and ring the number in your own book\nDial 159 for your bank\nForward texts that you do not trust to 7726",
	"The court heard that the two men had done the same in four other counties, that they had been sent to prison in 2014 for it, and that they had begun again within 8 months of their release. They will be sentenced on 12 June at 10am. A third man, of no fixed address, is due at Harrowmere Crown Court on 1 July.",
)

func BenchmarkIndicators(b *testing.B) {
	for _, times := range []int{1, 10, 100} {
		blocks := slices.Repeat(release, times)
		b.Run(map[int]string{1: "1x", 10: "10x", 100: "100x"}[times], func(b *testing.B) { readAll(b, blocks) })
	}
	// One paragraph, and what a hostile page could hold.
	for _, hostile := range []struct{ name, text string }{
		{"digits", "1 "}, {"slashes", "1/"}, {"labels", "aa.aa."}, {"ats", "a@a.aa "}, {"at", "at1"}, {"references", "ref 1, "}, {"pounds", "a hundred and "}, {"hyphens", "a-"}, {"commas", "1,"},
	} {
		for _, n := range []int{2_000, 20_000, 200_000} {
			blocks := paragraphs(strings.TrimSpace(strings.Repeat(hostile.text, n/len(hostile.text))))
			b.Run(hostile.name+map[int]string{2_000: "/1x", 20_000: "/10x", 200_000: "/100x"}[n], func(b *testing.B) { readAll(b, blocks) })
		}
	}
}

func readAll(b *testing.B, blocks []article.Block) {
	n := 0
	for i := range blocks {
		n += len(blocks[i].Text)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		indicators(blocks)
	}
}
