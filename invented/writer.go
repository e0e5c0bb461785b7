package invented

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"archiver/article"

	"github.com/dustin/go-humanize"
)

// A writer makes up one release.
type writer struct {
	*rand.Rand

	force, town, street string
	title               string
	kind                article.Kind
	blocks              []article.Block
	quotes              []article.Quote
	advice              []article.Advice
	references          []article.Mention
	phones              []article.Number
	amounts             []article.Amount
	topics              []article.Topic
}

func (w *writer) write() {
	w.town, w.street = pick(w.Rand, townHeads)+pick(w.Rand, townTails), pick(w.Rand, streets)
	switch w.IntN(10) {
	case 0, 1, 2, 3:
		w.fraud()
	case 4, 5, 6:
		w.appeal()
	case 7, 8:
		w.court()
	default:
		w.community()
	}
	w.contact()
}

func (w *writer) person() string {
	return pick(w.Rand, forenames) + " " + w.surname()
}

func (w *writer) surname() string { return pick(w.Rand, surnameHeads) + pick(w.Rand, surnameTails) }

// money names a sum in a paragraph that is to come, and returns how it is written.
func (w *writer) money() string { return "£" + humanize.Comma(int64(w.IntN(90_000)+120)) }

// sum notes a sum where it stands.
func (w *writer) sum(block int, text string) {
	var value float64
	fmt.Sscan(strings.ReplaceAll(strings.TrimPrefix(text, "£"), ",", ""), &value)
	start, end := w.mentioned(block, text)
	w.amounts = append(w.amounts, article.Amount{Text: text, Value: value, Block: block, Start: start, End: end})
}

// says adds what an officer said, in one to three paragraphs.
func (w *writer) says(sentences ...string) {
	rank, name, unit, verb := pick(w.Rand, ranks), w.person(), pick(w.Rand, units), pick(w.Rand, verbs)
	q := article.Quote{Speaker: name, Role: rank, Unit: unit, Cue: verb}
	for i, sentence := range sentences {
		lead := ""
		if i == 0 {
			lead = fmt.Sprintf("%s %s, of the %s, %s: ", rank, name, unit, verb)
		}
		closing := "”"
		if i < len(sentences)-1 {
			closing = ""
		}
		block := w.paragraph(lead + "“" + sentence + closing)
		start, end := w.mentioned(block, sentence)
		if i == 0 {
			q.Block = block
		}
		q.Paragraphs = append(q.Paragraphs, sentence)
		q.Spans = append(q.Spans, article.Span{block, start, end})
	}
	q.Text = strings.Join(q.Paragraphs, "\n\n")
	w.quotes = append(w.quotes, q)
}

// list adds a list of advice.
func (w *writer) list(heading string, items ...string) {
	w.paragraph(heading)
	w.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	items = items[:3+w.IntN(len(items)-3)]
	w.blocks = append(w.blocks, article.Block{Kind: article.BlockList, Text: strings.Join(items, "\n"), Items: items, Markdown: " * " + strings.Join(items, "\n * ")})
	w.advice = append(w.advice, article.Advice{Heading: heading, Items: items, Block: len(w.blocks) - 1})
}

func (w *writer) topic(id, evidence string) {
	w.topics = append(w.topics, article.Topic{ID: id, Evidence: []string{evidence}})
}

// story adds a paragraph of a few sentences that no other release has.
func (w *writer) story() {
	var sentences []string
	for range 2 + w.IntN(4) {
		sentences = append(sentences, fmt.Sprintf("%s %s %s near %s %s, %s %s had %s.",
			pick(w.Rand, actors), pick(w.Rand, deeds), pick(w.Rand, things), pick(w.Rand, places), pick(w.Rand, weather), pick(w.Rand, joints),
			w.person(), pick(w.Rand, []string{"gone to " + pick(w.Rand, townHeads) + pick(w.Rand, townTails), "left " + pick(w.Rand, streets), "come by " + pick(w.Rand, cars)[2:], "asked for " + pick(w.Rand, things)})))
	}
	w.paragraph(strings.Join(sentences, " "))
}

func (w *writer) fraud() {
	w.kind = article.KindFraud
	f, guise, way := pick(w.Rand, frauds), pick(w.Rand, guises), pick(w.Rand, ways)
	loss, more := w.money(), w.money()
	w.topic(f.topic, f.name)
	w.title = fmt.Sprintf(pick(w.Rand, []string{
		"Warning over %[1]s after %[2]s resident loses %[3]s",
		"%[2]s: caller posed as %[4]s and took %[3]s",
		"Police warn of %[1]s in %[2]s",
		"How %[1]s cost one person in %[2]s %[3]s",
	}), f.name, w.town, loss, guise)
	w.sum(w.paragraph(fmt.Sprintf("%s Police is warning people in %s about %s after a resident of %s lost %s to somebody who claimed to be %s.",
		w.force, w.town, f.name, w.street, loss, guise)), loss)
	w.paragraph(fmt.Sprintf(pick(w.Rand, []string{
		"The victim, who is in %[1]s, was rung %[2]s and told that there was trouble with an account. The caller knew the name of %[3]s and asked for payment by %[4]s.",
		"The first message arrived %[2]s. It named %[3]s, and soon the victim, who is in %[1]s, was persuaded to pay by %[4]s.",
		"It began with an advertisement for %[3]s. The victim, in %[1]s, exchanged messages with the seller, %[2]s as at other times, and then paid by %[4]s.",
	}), pick(w.Rand, []string{"her seventies", "his twenties", "his forties", "her thirties", "their eighties"}), pick(w.Rand, weather), pick(w.Rand, things), way))
	w.story()
	w.sum(w.paragraph(fmt.Sprintf("It is the %s such report in %s since the spring. In all, %s has been lost to people who say that they are %s or %s.",
		humanize.Ordinal(w.IntN(90)+2), w.town, more, guise, pick(w.Rand, guises))), more)
	w.says(
		fmt.Sprintf("These criminals are patient and they are practised. Nobody in %s should feel foolish for having believed that %s was ringing about %s.", w.town, guise, pick(w.Rand, things)),
		fmt.Sprintf("If anyone asks you to pay by %s, stop. Speak to a neighbour on %s, to your family or to us.", way, w.street))
	w.list(fmt.Sprintf("To protect yourself against %s:", f.name),
		"Put the telephone down and wait ten minutes before you ring anybody else.",
		"Never give your PIN or your password to a caller.",
		"Do not let anybody you do not know control your computer.",
		fmt.Sprintf("Nobody who is honest asks for %s.", way),
		"Ring your bank on the number on the back of your card.",
		fmt.Sprintf("Tell older neighbours in %s what to look out for.", w.town),
		"Forward suspicious texts to 7726.")
}

func (w *writer) appeal() {
	w.kind = article.KindAppeal
	thing, place, car := pick(w.Rand, things), pick(w.Rand, places), pick(w.Rand, cars)
	w.topic("theft", "stolen")
	w.title = fmt.Sprintf(pick(w.Rand, []string{
		"Appeal after %s stolen in %s", "Witnesses sought as %s goes missing from %s", "Do you recognise %[1]s? %[2]s theft appeal",
	}), strings.TrimPrefix(strings.TrimPrefix(thing, "a "), "an "), w.town)
	w.paragraph(fmt.Sprintf("Officers are appealing for witnesses after %s was stolen from %s on %s, %s.", thing, place, w.street, w.town))
	w.paragraph(fmt.Sprintf("It happened %s on %s %d. %s was seen to drive off towards %s%s.", pick(w.Rand, weather),
		pick(w.Rand, []string{"Monday", "Tuesday", "Thursday", "Saturday"}), w.IntN(28)+1, strings.ToUpper(car[:1])+car[1:], pick(w.Rand, townHeads), pick(w.Rand, townTails)))
	w.story()
	w.paragraph(fmt.Sprintf("A %s of about %d was near %s at the time, with %s. %s may have seen more than they think.",
		pick(w.Rand, []string{"man", "woman"}), w.IntN(50)+18, place, pick(w.Rand, []string{"a small brown dog", "a pushchair", "a rucksack", "two other people", "a fishing rod"}),
		pick(w.Rand, []string{"Drivers with cameras", "People who live nearby", "Dog walkers", "Delivery drivers"})))
	w.says(fmt.Sprintf("Somebody must have seen %s being loaded into %s. It is not a thing that one carries under the arm through %s.", thing, car, w.town))
	if w.IntN(3) == 0 {
		w.list("Owners of sheds and garages are asked to:", "Mark what is worth marking, and photograph it.", "Lock what can be locked.",
			"Fit a light that comes on by itself.", fmt.Sprintf("Ring us about vans that linger near %s.", w.street), "Tell a neighbour when you go away.")
	}
}

func (w *writer) court() {
	w.kind = article.KindCourt
	name, loss, op := w.person(), w.money(), pick(w.Rand, operations)
	years := w.IntN(12) + 2
	f := pick(w.Rand, frauds)
	w.topic(f.topic, f.name)
	w.title = fmt.Sprintf(pick(w.Rand, []string{"%[1]s man jailed for %[2]d years over %[3]s", "%[4]s sentenced after %[3]s in %[1]s"}), w.town, years, f.name, name)
	w.sum(w.paragraph(fmt.Sprintf("%s, %d, of %s, %s, was jailed for %d years at %s Crown Court after he admitted %s worth %s.",
		name, w.IntN(50)+20, w.street, w.town, years, w.force, f.name, loss)), loss)
	block := w.paragraph(fmt.Sprintf("The sentence follows Operation %s, in which detectives searched %s and %s in %s and found %s.", op, pick(w.Rand, places), pick(w.Rand, places), w.town, pick(w.Rand, things)))
	start, end := w.mentioned(block, "Operation "+op)
	w.references = append(w.references, article.Mention{Kind: "operation", Text: "Operation " + op, Value: op, Block: block, Start: start, End: end})
	w.story()
	w.paragraph(fmt.Sprintf("The court heard that %s had met his victims %s, and had told them that he was %s.", strings.Fields(name)[1], pick(w.Rand, weather), pick(w.Rand, guises)))
	w.says(
		fmt.Sprintf("%s thought that nobody would look for him in %s. He was wrong, and the people whom he robbed of %s have shown great courage.", strings.Fields(name)[1], w.town, loss),
		"We will go on until everybody who profited has answered for it.")
	w.says("What he took was not only money. He took the trust that I had in people, and I am glad that he can do it to nobody else.")
}

func (w *writer) community() {
	w.kind = article.KindCommunity
	place := pick(w.Rand, places)
	w.title = fmt.Sprintf(pick(w.Rand, []string{"Officers hold open day at %s in %s", "Meet your team: %s, %s", "New cameras for %[2]s after work with %[1]s"}), place, w.town)
	w.paragraph(fmt.Sprintf("The neighbourhood team for %s invites people to %s on %s for tea and a word with the officers.", w.town, place, w.street))
	w.paragraph(fmt.Sprintf("There will be %s to look at, a talk about %s, and a raffle for %s.", pick(w.Rand, cars), pick(w.Rand, frauds).name, pick(w.Rand, things)))
	w.says(fmt.Sprintf("We want to hear what worries people in %s, and we would rather hear it over a bun than after the event.", w.town))
	w.story()
	w.paragraph(fmt.Sprintf("Last year %d people came, %s, and the tea ran out.", w.IntN(300)+12, pick(w.Rand, weather)))
}

// contact ends a release as forces do.
func (w *writer) contact() {
	ref := fmt.Sprintf("%02d/%d/%02d", w.IntN(90)+10, w.IntN(900_000)+100_000, w.IntN(15)+11)
	block := w.paragraph(fmt.Sprintf("Anyone with information should ring %s Police on 101 and quote crime reference number %s.", w.force, ref))
	start, end := w.mentioned(block, ref)
	w.references = append(w.references, article.Mention{Kind: "crime", Text: ref, Value: ref, Block: block, Start: start, End: end})
	start, end = w.mentioned(block, "101")
	w.phones = append(w.phones, article.Number{Text: "101", Value: "101", Block: block, Start: start, End: end})
}

// embed puts a newspaper's own words around most of the release.
func (w *writer) embed(own *rand.Rand) {
	intro := fmt.Sprintf("Readers of the Gazette in %s%s have been talking of little else this week, and on Friday the police had something to say about it.", pick(own, townHeads), pick(own, townTails))
	last := len(w.blocks) - 1 - own.IntN(2) // its end is cut
	w.blocks = w.blocks[:last+1]
	w.blocks = append([]article.Block{{Kind: article.BlockParagraph, Text: intro, Markdown: intro, Lead: true}}, w.blocks...)
	w.blocks[1].Lead = false
	w.paragraph("What do you think? Write to the editor by Thursday noon, and tell us whether we may print your name.")
	w.title = pick(own, []string{"Talk of the town: ", "In brief: ", "Police notes: "}) + w.title
	kept := func(block int) bool { return block <= last }
	w.quotes = shift(w.quotes, kept, func(q *article.Quote) *int { return &q.Block })
	for i := range w.quotes {
		for j := range w.quotes[i].Spans {
			w.quotes[i].Spans[j][0]++
		}
	}
	w.advice = shift(w.advice, kept, func(a *article.Advice) *int { return &a.Block })
	w.references = shift(w.references, kept, func(m *article.Mention) *int { return &m.Block })
	w.phones = shift(w.phones, kept, func(p *article.Number) *int { return &p.Block })
	w.amounts = shift(w.amounts, kept, func(a *article.Amount) *int { return &a.Block })
}

// shift moves what stands in the blocks that were kept down by one, and drops
// what does not.
func shift[T any](list []T, kept func(block int) bool, block func(*T) *int) []T {
	out := list[:0]
	for _, v := range list {
		if b := block(&v); kept(*b) {
			*b++
			out = append(out, v)
		}
	}
	return out
}
