package topics_test

import (
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/topics"
)

// one returns a release of a title, a lead and paragraphs.
func one(title string, paragraphs ...string) topics.Release {
	rel := topics.Release{URL: "https://www.example.police.uk/news/example/news/2024/3/a-slug/", Title: title}
	for _, p := range paragraphs {
		rel.Blocks = append(rel.Blocks, article.Block{Kind: article.BlockParagraph, Text: p})
	}
	return rel
}

func ids(found []article.Topic) []string {
	var out []string
	for _, topic := range found {
		out = append(out, topic.ID)
	}
	return out
}

// Each topic has a headline that is about it, and one that only sounds like it.
var sentences = []struct{ id, about, not string }{
	{"fraud/courier", "Courier fraud: pensioner hands £9,000 to a stranger at the door", "Courier robbed of his van in Mill Lane"},
	{"fraud/romance", "Romance fraud: woman lost £31,000 to a man she never met", "Man convicted of rape met his victim through a dating app"},
	{"fraud/investment", "Savers lose £1.4 million to bogus cryptocurrency investments", "New investment in policing puts fifty officers on the beat"},
	{"fraud/computer-service", "Computer service fraud: callers claim there is a virus on your laptop", "Laptop stolen from computer shop"},
	{"fraud/impersonation", "Fraudsters pretend to be police officers in telephone scam", "Police officers speak to residents about burglary"},
	{"fraud/family-impersonation", "Hi Mum: parents warned of scam messages from a new number", "Mum thanks officers who found her son"},
	{"fraud/phishing", "Scam texts about parcels are on the rise", "Residents can text police about parking in Mill Lane"},
	{"fraud/quishing", "QR code fraud: stickers on parking machines lead drivers to scammers", "Scan the QR code to have your say on policing"},
	{"fraud/purchase", "Buyers defrauded by fake sellers of campervans on Facebook Marketplace", "Christmas market: officers will be among the shoppers"},
	{"fraud/ticket", "Ticket fraud: fans lose £6,000 before festival", "Drivers given parking tickets outside school"},
	{"fraud/holiday", "Holiday fraud: families paid for villas that do not exist", "Lock up before you go on holiday, say officers"},
	{"fraud/rental", "Rental fraud: students scammed out of deposits by bogus landlords", "Tenant evicted after closure order on flat"},
	{"fraud/rogue-trader", "Rogue traders target older residents with offers to repair roofs", "Builders have tools stolen from vans in Roofers Row"},
	{"fraud/payment-diversion", "Firm lost £86,000 to payment diversion fraud after invoice was changed", "Burglars took invoices and computers from firm"},
	{"fraud/money-mule", "Students warned not to become money mules", "Mule found wandering on the bypass"},
	{"fraud/identity", "Identity fraud: man took out loans in his neighbours' names", "Murder victim's identity has been confirmed"},
	{"fraud/pension", "Pension scam: adviser defrauded savers of £2 million", "Pensioner hurt in fall outside bank"},
	{"fraud/advance-fee", "Loan fee fraud: borrowers asked for upfront payments", "Lottery funding for youth club"},
	{"fraud/recovery", "Recovery fraud: victims scammed a second time by firms that promise lost money back", "Stolen tractors recovered in raid"},
	{"fraud/insurance", "Ghost broker who sold fake insurance is jailed", "Driver had no insurance and no licence"},
	{"fraud/vaccine", "Vaccine scam: texts ask for bank details to book a jab", "Officers help at vaccination centre"},
	{"fraud/grant", "Man jailed for bounce back loan fraud", "Grant for village hall from commissioner's fund"},
	{"fraud/charity", "Bogus charity collectors scam shoppers", "Officers run marathon and raise £900 for charity"},
	{"fraud/employment", "Job scams: students asked to pay fees for fake jobs", "Job fair for new recruits at headquarters"},
	{"fraud/card", "Card skimming devices found on cash machines: fraud officers warn shoppers", "Teenager robbed of his bank card near school"},
	{"fraud/account-takeover", "Facebook accounts hacked by fraudsters", "Follow our Facebook account for news"},
	{"fraud/position", "Carer who stole £68,000 from elderly woman is jailed for fraud", "Carer hurt in collision with lorry"},
	{"burglary", "Burglars sentenced after raids on homes", "Car broken into outside school"},
	{"robbery", "Teenager robbed at knifepoint", "Robert Hill appointed inspector"},
	{"theft", "Church lead theft: man sentenced", "Steel works visited by cadets"},
	{"vehicle-crime", "Catalytic converter thefts: three held", "Two cars collide on bypass"},
	{"drugs", "Cannabis farm found in former pub", "Officers praised after drug and alcohol workshop"},
	{"county-lines", "County lines gang jailed", "County show: officers line the route"},
	{"assault", "Witnesses sought after man assaulted outside pub", "Cyber attack on council"},
	{"murder", "Man charged with murder", "Man jailed for attempted murder"},
	{"knife-crime", "Knife crime: blades handed in at station", "Cutlery factory visited by cadets"},
	{"firearms", "Shots fired at house: firearms officers called", "Speed gun used by volunteers"},
	{"domestic-abuse", "Domestic abuse: help is there", "Domestic flights and drones: new rules"},
	{"sexual-offences", "Rapist jailed for twelve years", "Oilseed crop damaged by bikers"},
	{"child-abuse", "Paedophile jailed for abusing girls", "Child hurt in collision"},
	{"stalking", "Stalker given restraining order", "Sunflower grower thanks officers"},
	{"modern-slavery", "Modern slavery: five freed from farm", "Modern station opens its doors"},
	{"hate-crime", "Racist abuse on train: do you recognise this man?", "Horse race day: roads closed"},
	{"anti-social-behaviour", "Dispersal order after anti-social behaviour in park", "Social evening with neighbourhood team"},
	{"collision", "Cyclist hurt in collision with van", "Crash for cash gang sentenced for insurance fraud"},
	{"drink-driving", "Drink driver banned after crash", "Soft drink lorry overturned"},
	{"road-safety", "Speeding drivers caught in village", "Computer mouse driver installed by cadets"},
	{"rural-crime", "Farmers warned after quad bikes stolen", "Cannabis farm found in flat"},
	{"wildlife", "Badger sett destroyed: wildlife officers appeal", "Body found in Badger Lane"},
	{"cyber-crime", "Ransomware: cyber security advice for firms", "Computer stolen in burglary"},
	{"terrorism", "Counter terrorism officers ask shoppers to report", "Terrier found safe and well"},
	{"missing-person", "Have you seen missing teenager?", "Jewellery missing after burglary"},
	{"arson", "Arson at school: two held", "Barbecue safety: put the fire out"},
	{"criminal-damage", "Vandals smash war memorial", "Storm damages roofs"},
	{"public-order", "Protest closes bridge", "Eating disorder charity thanks officers"},
	{"coronavirus", "Covid fines issued after house party", "Computer virus warning"},
	{"dogs", "Police dog finds burglar", "Hot dog stand catches light"},
	{"fire", "Blaze at warehouse: people asked to stay away", "Shots fired at house"},
	{"water-safety", "Swimmers warned of the danger of cold water in quarry", "Water board engineers close road"},
	{"mental-health", "Mental health nurses join control room", "Health centre broken into"},
	{"money-laundering", "Man who laundered £2 million must pay back £400,000 under Proceeds of Crime Act", "Launderette burgled"},
	{"retail-crime", "Shoplifter banned from high street", "Workshop for young drivers"},
	{"football", "Football banning order for fan", "Foot patrols in town"},
	{"recruitment", "Recruits wanted: apply to be a police officer", "Drug gang recruited children"},
	{"awards", "Officers honoured with bravery awards", "Victim awarded compensation"},
	{"commissioner", "Commissioner's fund opens: PCC announces grants", "Information Commissioner investigates leak"},
}

func TestTopics(t *testing.T) {
	rules := topics.Default()
	tested := []string{"fraud/other"}
	for _, s := range sentences {
		tested = append(tested, s.id)
		if got := rules.Tag(one(s.about)); !slices.Contains(ids(got), s.id) {
			t.Errorf("%s: %q has topics %v", s.id, s.about, got)
		}
		if got := rules.Tag(one(s.not)); slices.Contains(ids(got), s.id) {
			t.Errorf("%s: %q has topics %v", s.id, s.not, got)
		}
	}
	for _, subject := range rules.Subjects() {
		if !slices.Contains(tested, subject.ID) {
			t.Errorf("topic %s has no sentence", subject.ID)
		}
		if subject.Name == "" || subject.About == "" {
			t.Errorf("topic %s has no name or no description", subject.ID)
		}
	}
}

// Topics that the first sentences tell of in other words than their names.
func TestTold(t *testing.T) {
	for _, test := range []struct {
		id  string
		rel topics.Release
	}{
		{"fraud/impersonation", one("Hang up on 'arrest warrant' calls", "Automated calls claim to be from HM Revenue and Customs.", "They speak of a warrant for your arrest for unpaid tax.")},
		{"fraud/payment-diversion", one("Firm's £87,000 invoice ends up with criminals", "Businesses are warned to check changes of bank details after a firm paid £87,000 to criminals.")},
		{"fraud/employment", one("Students warned over job adverts", "A student lost £1,950 to a job that did not exist.")},
		{"fraud/recovery", one("Man loses savings twice over", "A man who lost £74,000 in a bogus cryptocurrency scheme was robbed again by a firm that promised to get it back.")},
	} {
		if got := topics.Default().Tag(test.rel); !slices.Contains(ids(got), test.id) {
			t.Errorf("%q: %v, want %s", test.rel.Title, ids(got), test.id)
		}
	}
}

// Releases that speak of fraud and are not about it.
func TestNoFraud(t *testing.T) {
	for _, rel := range []topics.Release{
		one("Burglar jailed", "A man who broke into eleven homes has been jailed.", "He has previous convictions for theft, fraud and assault."),
		one("Shed burglaries in Fallowick", "Officers are appealing for witnesses.", "If you have been a victim of fraud, report it to Action Fraud on 0300 123 2040.", "For fraud advice see our website."),
		one("Man charged with twelve offences", "A man has been charged with burglary, theft and fraud.", "He will appear before magistrates."),
		one("Courier robbed in Mill Lane", "A courier was robbed of his van.", "The robbers took parcels and cash."),
		one("Counterfeit handbags seized at market", "Trading Standards officers seized counterfeit handbags worth £40,000."),
		one("Purse stolen as woman was distracted", "A thief distracted a shopper and took her purse from her bag."),
		one("Blackmail: man charged", "A man has been charged with blackmail after he demanded £5,000."),
		one("Car with cloned plates stopped", "A car on false number plates was stopped on the bypass."),
		one("Inspector Fraud Squad charity run", "Officers of the fraud squad ran for a hospice."),
		one("Puppies stolen from farm", "A man was arrested on suspicion of the theft of nine puppies."),
	} {
		for _, id := range ids(topics.Default().Tag(rel)) {
			if strings.HasPrefix(id, "fraud/") {
				t.Errorf("%q: %v", rel.Title, topics.Default().Tag(rel))
			}
		}
	}
}

func TestKinds(t *testing.T) {
	for _, test := range []struct {
		section string
		want    article.Kind
		title   string
		lead    string
	}{
		{"", article.KindCourt, "Burglar jailed for four years", "A man has been sentenced at Ostleford Crown Court."},
		{"court-results", article.KindCourt, "Ostleford man's day in the dock", "He took tools from sheds."},
		{"", article.KindCharge, "Man charged with robbery", "He will appear before magistrates tomorrow."},
		{"", article.KindArrest, "Two arrested after stabbing", "Two men have been arrested on suspicion of wounding."},
		{"", article.KindAppeal, "Witnesses sought after collision", "Officers are appealing for dashcam footage."},
		{"appeals", article.KindAppeal, "Do you know this man?", "Officers would like to speak to him after a theft."},
		{"wanted", article.KindAppeal, "Wanted on recall to prison", "We are asking for help to find a man."},
		{"", article.KindMissing, "Have you seen missing teenager?", "Officers are concerned for a girl of 15 who is missing from Fallowick."},
		{"appeals", article.KindFound, "Missing teenager found safe and well", "A girl who was missing from Fallowick has been found."},
		{"", article.KindFraud, "Warning after pensioners lose savings to courier fraud", "Residents are urged to be on their guard."},
		{"", article.KindCourt, "Courier fraudster jailed", "A man who defrauded pensioners has been jailed for fraud."},
		{"", article.KindAdvice, "Lock your doors as the nights draw in", "Officers are reminding residents to keep their homes secure."},
		{"", article.KindStatement, "Family pays tribute to motorcyclist", "The family of a man have paid tribute to him."},
		{"", article.KindOperation, "Week of action takes unsafe lorries off the road", "Officers stopped 138 lorries in a five-day operation."},
		{"", article.KindCommunity, "Open day at police station", "Families are invited to look behind the scenes."},
		{"", article.KindOther, "Notes from the kettle", "It is raining."},
		{"", article.KindFraud, "Hang up on 'arrest warrant' calls", "Fraudsters claim to be from HM Revenue and Customs in automated calls."},
		{"", article.KindAdvice, "Police warn of sextortion", "Officers are warning people of blackmail by criminals online."},
		{"", article.KindCourt, "Man cleared of murder", "A man has been found not guilty after a trial."},
		{"", article.KindCourt, "Driver not guilty after trial", "A jury has reached its verdict."},
		{"", article.KindCourt, "Heroin dealer starts six-year term", "A dealer hid drugs in a car seat."},
		{"", article.KindCourt, "Burglar before the judge", "A burglar was handed a two-year sentence."},
		{"", article.KindOther, "Sally Thwaite's thirty years", "She was handed a skirt and a truncheon."},
		{"", article.KindOther, "Charity box broken", "A charity has lost its tins."},
		{"", article.KindStatement, "Commissioner sets out budget", "The panel voted for the plans."},
		{"", article.KindOperation, "48 arrests in week of intensification", "Officers arrested dealers and seized cash."},
		{"", article.KindArrest, "Two arrests after robbery", "Two men were arrested yesterday."},
		{"", article.KindFraud, "Caller threatened student with arrest", "A fraudster told her that he was from the tax office, and she paid the scammers."},
		{"", article.KindAppeal, "Mother's plea ten years after son's murder", "She has asked his friends to come forward."},
		{"", article.KindCommunity, "Stalking unit opened", "Advocates and detectives work there."},
		{"", article.KindCommunity, "Could you be a custody visitor?", "Volunteers are wanted to visit the cells."},
		{"", article.KindCommunity, "Meet Constable Tom Reed", "He has been at sea."},
	} {
		rel := one(test.title, test.lead)
		if test.section != "" {
			rel.URL = "https://www.example.police.uk/news/example/news/" + test.section + "/2024/a-slug/"
		}
		kind, reason := topics.Default().Kind(rel)
		if kind != test.want {
			t.Errorf("%q: kind %s (%s), want %s", test.title, kind, reason, test.want)
		}
		if reason == "" {
			t.Errorf("%q: no reason", test.title)
		}
	}
}

func TestSectionIsReason(t *testing.T) {
	rel := one("Ostleford", "A man of 44.")
	rel.URL = "https://www.example.police.uk/news/example/news/Court-Results/x/"
	if kind, reason := topics.Default().Kind(rel); kind != article.KindCourt || reason != "/court-results/" {
		t.Errorf("got %s for %q, want court for /court-results/", kind, reason)
	}
	rel.URL = "https://www.example.police.uk/news/example/news/court-results/"
	if kind, _ := topics.Default().Kind(rel); kind == article.KindCourt {
		t.Error("the release's own part of the address was taken for a section")
	}
}

// Evidence stands in the release as printed, each once, at most five.
func TestEvidence(t *testing.T) {
	rel := one("Courier FRAUD: couple lose £9,200", "A courier took the couple’s bank cards and PIN.", "“Courier fraud is cruel,” she said. Fraudsters pretended to be police officers and told them to withdraw £9,200 in cash.", "The scam is old. It is fraud.")
	got := topics.Default().Tag(rel)
	if len(got) == 0 || got[0].ID != "fraud/courier" {
		t.Fatalf("got %v, want fraud/courier first", got)
	}
	text := rel.Title + "\n" + article.PlainText(rel.Blocks)
	for _, topic := range got {
		if len(topic.Evidence) == 0 || len(topic.Evidence) > 5 {
			t.Errorf("%s has %d pieces of evidence", topic.ID, len(topic.Evidence))
		}
		seen := map[string]bool{}
		for _, words := range topic.Evidence {
			if !strings.Contains(text, words) {
				t.Errorf("%s: %q does not stand in the release", topic.ID, words)
			}
			if seen[strings.ToLower(words)] {
				t.Errorf("%s: %q is there twice", topic.ID, words)
			}
			seen[strings.ToLower(words)] = true
		}
	}
	if want := "Courier FRAUD"; !slices.Contains(got[0].Evidence, want) {
		t.Errorf("evidence %q, want %q as printed", got[0].Evidence, want)
	}
}

// The lead counts as much whether it stands among the blocks or beside them, and
// is not read twice.
func TestLead(t *testing.T) {
	lead := "Burglars broke into four houses to take jewellery and car keys."
	rules := topics.Default()
	inside := one("Four houses in one night", lead, "The thieves have not been found.")
	beside := one("Four houses in one night", "The thieves have not been found.")
	beside.Lead = lead
	named := inside
	named.Lead = lead
	want := ids(rules.Tag(inside))
	if len(want) == 0 || !slices.Equal(want, ids(rules.Tag(beside))) || !slices.Equal(want, ids(rules.Tag(named))) {
		t.Errorf("among the blocks %v, beside them %v, named too %v", want, ids(rules.Tag(beside)), ids(rules.Tag(named)))
	}
	labelled := one("Four houses in one night", "Appeal", lead, "The thieves have not been found.")
	if got := ids(rules.Tag(labelled)); !slices.Equal(want, got) {
		t.Errorf("after a label %v, want %v", got, want)
	}
}

func TestEmpty(t *testing.T) {
	got := topics.Default().Read(topics.Release{})
	if got.Topics != nil || got.Kind != article.KindOther || got.Reason != "no rule" {
		t.Errorf("got %+v", got)
	}
}

// A scan leaves nothing behind for the next, also across goroutines.
func TestNothingStays(t *testing.T) {
	rules := topics.Default()
	fraud, plain := one("Courier fraud warning", "Fraudsters took £9,000."), one("Burglars at large", "Burglars took jewellery.")
	want := rules.Read(plain)
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for range 50 {
				rules.Read(fraud)
				got := rules.Read(plain)
				if !slices.Equal(ids(got.Topics), ids(want.Topics)) || got.Kind != want.Kind || got.Reason != want.Reason {
					t.Fatalf("got %+v, want %+v", got, want)
				}
			}
		})
	}
}
