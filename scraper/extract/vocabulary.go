package extract

import "strings"

// What words mean in an attribution. Sets in small letters are asked for words
// whatever their capitals, the others for words as printed.

// occupation are words that stand before a name as a rank does: "Farmer Ann Lee".
var occupation = wordSet(`greengrocer examiner farmer shopkeeper baker butcher publican landlord landlady businessman businesswoman pensioner resident volunteer headmaster
 headmistress governor vicar priest imam rabbi bishop churchwarden postmaster postmistress librarian lifeguard coach student surgeon consultant
 lecturer researcher campaigner author singer actor actress footballer cyclist walker fisherman gamekeeper vet pharmacist hairdresser builder
 electrician plumber curator caretaker receptionist cashier shopworker survivor victim neighbour witness colleague graduate apprentice cadet veteran
 widow widower mother father grandmother grandfather holidaymaker tenant homeowner householder motorist motorcyclist pilot skipper coxswain lifeboatman
 harbourmaster verger organist conductor instructor mentor counsellor therapist psychologist scientist archaeologist economist auditor accountant
 broker banker underwriter registrar bursar dean provost chancellor rector canon deacon minister chef waiter waitress barber florist jeweller grocer
 newsagent storekeeper trader stallholder dealer collector courier postman postwoman milkman dustman gardener groundsman forester shepherd drover
 smallholder pupil schoolboy schoolgirl`)

// titleNouns are the nouns of which a title is made, occupations among them.
var titleNouns = plural(wordSet(`officer manager director head lead leader chief deputy commissioner commander coordinator ordinator spokesman spokeswoman
 spokesperson spokesmen spokeswomen chair chairman chairwoman chairperson president secretary minister mayor chaplain ceo executive member detective
 investigator adviser advisor analyst champion ambassador founder owner trainer engineer nurse midwife teacher headteacher councillor superintendent
 inspector sergeant constable supervisor specialist prosecutor solicitor barrister coroner judge recorder sheriff warden ranger trustee partner organiser
 mp lawyer advocate caseworker magistrate technician administrator operative planner handler driver paramedic firefighter treasurer captain principal pastor steward`), occupation)

// plural makes a set of the words of several, with their plurals in s.
func plural(sets ...*words) *words {
	all := wordSet("")
	for _, set := range sets {
		for word := range set.all {
			all.add(word)
			all.add(word + "s")
		}
	}
	return all
}

// orgNouns end the name of a team or an organisation. A team that is named in
// small letters is one too: "the harbour team".
var orgNouns = wordSet(`Police Constabulary Force Unit Team Teams Group Squad Department Directorate Command CID NPT NST RPU SIT MIT CMPG PPU SNT NPU
 Section Branch Council Trust Foundation Service Services Office Bureau Agency Authority Association Society Partnership Bank University College School
 Hospital England Wales Insurance Network Rail Standards Fraud Crimestoppers Centre Hub Company Ltd Limited plc Charity Federation Institute Alliance
 Board Commission Support Room Station Hospice Academy Cadets Union Club Church Mission Ministry station unit team group squad department district hub`)

// orgWord are the same in small letters.
var orgWord = func() *words {
	set := wordSet("")
	for word := range orgNouns.all {
		set.add(strings.ToLower(word))
	}
	return set
}()

// unnamedNouns are what a speaker without a name is called: "a woman", "the
// owner".
var unnamedNouns = plural(wordSet(`couple pensioner woman man lady gentleman boy girl teenager resident shopkeeper owner neighbour witness victim survivor
 student investor driver passenger customer worker member officer source caller statement women men witnesses ladies`))

// kinNouns say whose relative or friend somebody is.
var kinNouns = wordSet(`mother father mum mam dad parent parents daughter daughters son sons wife husband partner fiance fiancee fiancé fiancée widow widower
 sister sisters brother brothers sibling siblings niece nephew aunt uncle cousin grandmother grandfather grandparents granddaughter grandson nan nana family
 friend friends loved children twin fianc`)

// initials are honours behind a name.
var initials = wordSet(`QPM MBE OBE CBE BEM KPM MP MSc BSc PhD JP DL QC KC MA BA LLB DSO GM`)

// honours stand where a rank would. They give way to a title before them.
var honours = wordSet(`Cllr Councillor Dr Doctor Professor Prof Reverend Rev Revd Rev'd Sir Dame Lord Lady Judge Justice Mr Mrs Ms Miss Mx`)

// nameParticles stand between the words of a name.
var nameParticles = wordSet(`de da di van von der den la le al el bin ap ab ferch`)

// notNames are capitalised words that are no part of a person's name.
var notNames = wordSet(`Det Con Temp Staff Prosecuting Defending People Justice Branch Member Members Adviser Advisor Analyst Ambassador Champion Trustee Supervisor Specialist Engineer
 Headteacher Solicitor Barrister Coroner Planner Handler Paramedic Firefighter Treasurer Principal Cabinet Police Constabulary Force Unit Team Group Squad Department Directorate Command Crime Fraud Action
 Officer Officers Manager Director Head Lead Leader Chief Deputy Assistant Commissioner Commander Coordinator Co-ordinator Spokesman
 Spokeswoman Spokesperson Chair Chairman Chairwoman President Secretary Minister Mayor Council Councillor Cllr Trust Foundation
 Service Services Office Bureau Agency Authority Association Society Community Neighbourhood Policing Safety Road Roads Rural
 Investigating Investigation Investigations Senior Detective Inspector Sergeant Constable Superintendent Temporary Acting
 England Wales Britain UK CEO CID NPT NST RPU MIT The A An His Her Their In On At After Following Speaking Reacting Commenting
 Today Yesterday He She They We It This That These Those Local Area District County City Town North South East West Serious Organised
 Major Economic Operation Op Court Judge Mr Mrs Ms Miss Dr Professor Sir Dame Lord Lady PC DC DS DI DCI PCSO SC ACC DCC Sgt Insp Supt
 Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December
 Anyone Officers Thank Thanks Please If As When While Since For From And But Our Your My Executive General Managing Special Reverend Force
 Crown Prosecutor Financial Civilian Investigator Recorder Branch Trading Standards Highways Network Rail National Seargent Sargeant Serjeant Superintendant Regional International Prevention Protection Support Victim Victims Family Mother Father`)

// nameToo are words of notNames that are forenames or surnames as well, which a
// rank or a forename before them decides.
var nameToo = wordSet(`Monday Tuesday Wednesday Thursday Friday Saturday Sunday January March April May June July August Judge Constable Major North South East West Head Chief Lord
 England Wales Rail Sergeant Council Marshall Town Court Mayor City County Miss Force Road Leader President Minister Bishop Lead Local Area General
 Special Manager Service Person Law Street Park Field Lane Hall Church Bridge Green Hill Young`)

// prepositions lead from a person to a place.
var prepositions = wordSet(`from near of for at in with to and by outside around`)

// streets end an address; behind a rank or an honour they are surnames.
var streets = wordSet(`Lane Street Avenue Close Drive Way Crescent Terrace Gardens Road Square Court Green Park Grove Place Walk Hill Row Mews Parade Bridge`)

// things are acronyms that name no organisation.
var things = wordSet(`IT ICT CCTV HR PR DNA ANPR VAT SIO HM`)

// trade end the names of fields of work, which are part of a title: "Trading
// Standards Manager", "Director of Student Services".
var trade = wordSet(`Standards Support Services Fraud Network Section Insurance Safety`)

// bodies are what speaks for itself, in small letters.
var bodies = map[string]bool{"the force": true, "the council": true, "the charity": true, "the school": true, "the bank": true, "the hospital": true, "the company": true}

// crowd are people who speak without a name and an article.
var crowd = wordSet(`Police Officers Detectives Firefighters Paramedics One Another Residents Neighbours`)
