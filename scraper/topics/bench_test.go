package topics_test

import (
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/topics"
)

// long returns a release of about so many characters, of ordinary sentences with
// words that the rules know.
func long(n int) topics.Release {
	paragraphs := []string{
		"Detectives are warning residents to be on their guard after an elderly woman lost £14,000 to callers who pretended to be police officers.",
		"The 84-year-old was told that her bank card had been cloned and that she must withdraw the money and hand it to a courier, who came to her home an hour later.",
		"“This is a cruel crime, and these people are very convincing,” said Detective Sergeant Jo Marsh, of the Economic Crime Unit. “The police will never ask you to move money.",
		"“If you get a call like this, hang up, wait a few minutes and ring 159 or your bank on the number that is printed on your card.”",
		"A 31-year-old man was arrested on suspicion of conspiracy to commit fraud by false representation and has been released on bail until 4 May.",
		"Anyone who saw a silver estate car in Orchard Rise between 2pm and 3.30pm on Tuesday 14 March is asked to call 101, quoting incident 123 of 14 March.",
	}
	rel := topics.Release{URL: "https://www.example.police.uk/news/example/news/2024/3/", Title: "Pensioner loses £14,000 to courier fraud"}
	for size, i := 0, 0; size < n; i++ {
		text := paragraphs[i%len(paragraphs)]
		size += len(text)
		rel.Blocks = append(rel.Blocks, article.Block{Kind: article.BlockParagraph, Text: text})
	}
	return rel
}

func BenchmarkRead(b *testing.B) {
	rules := topics.Default()
	for _, size := range []struct {
		name string
		n    int
	}{{"2KB", 2000}, {"20KB", 20_000}, {"200KB", 200_000}} {
		rel := long(size.n)
		n := 0
		for _, block := range rel.Blocks {
			n += len(block.Text)
		}
		b.Run(size.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(n))
			for b.Loop() {
				rules.Read(rel)
			}
		})
	}
}

// The releases of the demo site, of many sorts: the time is for 2,000 characters.
func BenchmarkReadDemo(b *testing.B) {
	rules := topics.Default()
	all := invented(b, "../../demo/releases", "https://www.mereshire.police.example/news/", false)
	size := 0
	for _, m := range all {
		size += len(m.release.Title)
		for _, block := range m.release.Blocks {
			size += len(block.Text)
		}
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, m := range all {
			rules.Read(m.release)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)*2000/float64(size), "ns/2000chars")
}

// One sentence without an end, of words that open many phrases, costs no more a word.
func BenchmarkReadNoStops(b *testing.B) {
	rules := topics.Default()
	for _, size := range []struct {
		name string
		n    int
	}{{"2KB", 40}, {"20KB", 400}, {"200KB", 4000}} {
		text := strings.Repeat("claiming to be from the police fraud and stolen bank ", size.n)
		rel := topics.Release{Blocks: []article.Block{{Text: text}}}
		b.Run(size.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				rules.Read(rel)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := topics.Load(""); err != nil {
			b.Fatal(err)
		}
	}
}
