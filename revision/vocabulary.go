package revision

import (
	_ "embed"
	"strings"
	"sync"
)

// commonText are words that releases use all the time, one after the other. Two
// of them that differ by a letter are two words, not one and its misprint; and
// one that begins a sentence is no name. It was made by counting the words in
// lower case that stand in three or more of some hundreds of releases, with short
// words added that are a letter from another ("look", "lock").
//
//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(commonText) {
		words[w] = true
	}
	return words
})

// isCommon reports whether a folded word is a common one, or a form of one.
func isCommon(w string) bool {
	known := common()
	if known[w] {
		return true
	}
	for _, end := range []string{"s", "es", "ed", "d", "ing", "ly", "er", "ers"} {
		if stem, ok := strings.CutSuffix(w, end); ok && len(stem) > 2 && (known[stem] || known[stem+"e"]) {
			return true
		}
	}
	return false
}

// terms makes a table of phrases: each line of the text is one term, its forms
// separated by commas; the first is its name. A form may have several words.
func terms(text string) map[string][]term {
	table := map[string][]term{}
	for line := range strings.Lines(text) {
		forms := strings.Split(strings.TrimSpace(line), ",")
		name := strings.TrimSpace(forms[0])
		for _, form := range forms {
			words := strings.Fields(form)
			if len(words) == 0 {
				continue
			}
			folded := make([]string, len(words))
			for i, w := range words {
				folded[i] = fold(w)
			}
			table[folded[0]] = append(table[folded[0]], term{name, folded})
		}
	}
	return table
}

type term struct {
	name  string
	words []string
}

// longest returns the term that the tokens from i on begin with and that has the
// most words, with how many tokens it takes.
func longest(table map[string][]term, tokens []token, i int) (name string, n int) {
	most := 0
	for _, t := range table[tokens[i].fold] {
		if len(t.words) <= most {
			continue
		}
		at, ok := i, true
		for _, w := range t.words {
			if at > i && at < len(tokens) && !tokens[at].word() && tokens[at].block == tokens[i].block {
				at++ // "driver's, not": marks between the words of one
			}
			if at >= len(tokens) || tokens[at].fold != w || tokens[at].block != tokens[i].block {
				ok = false
				break
			}
			at++
		}
		if ok {
			name, n, most = t.name, at-i, len(t.words)
		}
	}
	return name, n
}

// offences are what people are accused of.
var offences = terms(`murder, murders, murdered, murdering, murderer
attempted murder
manslaughter
assault, assaults, assaulted, assaulting
common assault
sexual assault, sexually assaulted, sexually assaulting
grievous bodily harm, GBH
actual bodily harm, ABH
wounding, wounded
stabbing, stabbed, stabbings
shooting, shot
strangulation, strangled
rape, rapes, raped, raping, rapist
attempted rape
sexual offence, sexual offences
indecent images
indecent exposure, exposed himself
voyeurism
grooming, groomed
robbery, robberies, robbed, robber, robbers
attempted robbery
burglary, burglaries, burgled, burglar, burglars
aggravated burglary
attempted burglary
theft, thefts, thief, thieves
stealing, stole, stolen, steal
shoplifting, shoplifter, shoplifters, shop theft
handling stolen goods
fraud, frauds, fraudster, fraudsters, defrauded
false representation
money laundering, laundering, laundered
blackmail, blackmailed
bribery
forgery
arson, arsonist
criminal damage
affray
violent disorder
riot
public order, public order offence, public order offences
hate crime, hate crimes
harassment, harassed, harassing
stalking, stalked, stalker
coercive control, controlling and coercive behaviour, coercive and controlling behaviour, coercive behaviour
kidnap, kidnapping, kidnapped
false imprisonment
trafficking, trafficked
modern slavery
possession
possession with intent to supply
supply, supplying, supplied
being concerned in the supply
production, producing
cultivation, cultivating
cannabis
cocaine
heroin
ketamine
cuckooing
conspiracy, conspiring, conspired
attempt, attempted, attempting
perverting the course of justice
perjury
threats to kill
threatening behaviour
malicious communications
dangerous driving
careless driving
drink driving, drink driver
drug driving, drug driver
driving while disqualified
failing to stop
causing death by dangerous driving
causing death by careless driving
offensive weapon, offensive weapons
bladed article
firearm, firearms
neglect
cruelty
breach, breached, breaching
trespass
hunting, poaching
terrorism, terrorist
explosives
assisting an offender
obstructing
resisting
spiking`)

// outcomes are what became of somebody or something.
var outcomes = terms(`died, dies, dead, death, dying, killed
fatal, fatally
critical
life-threatening, life threatening
life-changing, life changing
stable
serious injuries, seriously injured, serious injury
minor injuries
unhurt, uninjured, unharmed
arrested, arrest, arrests, arresting
charged, charge, charges
released
released under investigation
released without charge
bailed, bail
police bail
remanded, remand
convicted, conviction, convictions
guilty
not guilty
acquitted
cleared
pleaded, pleads, plead
admitted, admits
denied, denies
jailed, jail, imprisoned, imprisonment, prison
life imprisonment, life sentence
sentenced
suspended
fined
community order
restraining order
disqualified
banned
cautioned, caution
discharged
dismissed, dismissal
no further action
discontinued
withdrawn
found
safe and well
located, traced
missing
recovered
seized
identified
detained
unexplained
suspicious
not suspicious, not believed to be suspicious, not being treated as suspicious, not thought to be suspicious
rescued`)

// opposites turn what a sentence says round.
var opposites = foldedSet(`not no never none nobody neither nor without cannot isn't wasn't aren't weren't
	didn't doesn't don't hasn't haven't hadn't won't wouldn't couldn't shouldn't can't isn’t wasn’t aren’t
	weren’t didn’t doesn’t don’t hasn’t haven’t hadn’t won’t wouldn’t couldn’t shouldn’t can’t`)

// ranks are ranks and offices of the police and the law.
var ranks = terms(`constable, PC, DC, TDC, WPC
sergeant, PS, DS, Sgt
inspector, DI, Insp
chief inspector, DCI
superintendent, Supt, DSU
chief superintendent, DCS
chief constable
assistant chief constable, ACC
deputy chief constable, DCC
commissioner, PCC
detective, Det
PCSO
judge
recorder`)

// people are those whom a release counts, each with its number and, where the
// word tells, its sex.
var people = func() map[string]person {
	table := map[string]person{}
	for line := range strings.Lines(`man men m
woman women f
boy boys m
girl girls f
lad lads m
male males m
female females f
person people -
child children -
teenager teenagers -
youth youths -
victim victims -
suspect suspects -
driver drivers -
motorcyclist motorcyclists -
cyclist cyclists -
pedestrian pedestrians -
passenger passengers -
resident residents -
officer officers -
defendant defendants -
offender offenders -
pensioner pensioners -
motorist motorists -
`) {
		f := strings.Fields(line)
		table[f[0]] = person{false, f[2]}
		table[f[1]] = person{true, f[2]}
	}
	return table
}()

type person struct {
	plural bool
	sex    string
}

var numbers = func() map[string]string {
	table := map[string]string{}
	for i, w := range strings.Fields(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen
		fifteen sixteen seventeen eighteen nineteen twenty`) {
		table[w] = itoa(i + 1)
	}
	for i, w := range strings.Fields("thirty forty fifty sixty seventy eighty ninety") {
		table[w] = itoa(30 + 10*i)
	}
	for w, n := range map[string]string{"hundred": "100", "thousand": "1000", "million": "1000000", "dozen": "12"} {
		table[w] = n
	}
	return table
}()

var (
	months = foldedSet(`January February March April May June July August September October November December
		Jan Feb Aug Sept Sep Oct Nov Dec`)
	weekdays = foldedSet(`Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun`)

	// nobody are capitalised words that name nobody and no place by themselves.
	nobody = foldedSet(`Mr Mrs Ms Miss Dr Sir Dame Lord Lady Cllr Councillor Police Constabulary Force Officer Officers
		Crimestoppers Action Fraud Report Facebook Twitter Instagram WhatsApp YouTube Google Snapchat TikTok X
		Court Crown Magistrates Magistrate Street Road Lane Avenue Close Drive Way Square Park Hospital Council
		University College School Church Station Team Unit Department Service Services Ambulance Fire Rescue
		Operation Chief Deputy Assistant Acting Temporary Special Neighbourhood Crime Criminal Investigation
		Investigations CID CPS CCTV DNA BMW A&E UK NHS England Wales Britain British English Welsh God Christmas Easter
		GMT BST I I'm I've I'd I'll I’m I’ve I’d I’ll Anyone Anybody He She They We It You The This These That Those
		If In On At A An As And But Or For From To Of With Our Your His Her Their There When Where What Who Why How`)
)

func foldedSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[fold(w)] = true
	}
	return set
}
