package invented

// The words that texts are made of. None of the people, places and forces exists.
var (
	forces = []string{
		"Thornshire", "Wexmoor", "Calderfen", "Ostermark", "Hallowdale", "Brackenshire", "Merrowland", "Penwith Vale",
		"Saltmarsh", "Greyfell", "Larkshire", "Dunmere", "Ashbourne Wolds", "Kestrel Coast", "Fenwick", "Rowanshire",
		"Tarnside", "Millhaven", "Copperdale", "Sedgeshire", "Ravenscar Hills", "Windle", "Orrinshire", "Harefield Downs",
	}
	forenames = []string{
		"Agnes", "Barnaby", "Clementine", "Desmond", "Eustace", "Fenella", "Gideon", "Harriet", "Ignatius", "Josephine",
		"Kenneth", "Lavinia", "Mortimer", "Nadia", "Oswald", "Priya", "Quentin", "Rosalind", "Septimus", "Tabitha",
		"Umar", "Verity", "Wilfred", "Xanthe", "Yusuf", "Zelda", "Amrit", "Bronwen", "Callum", "Delphine",
		"Ewan", "Freya", "Gwilym", "Hettie", "Idris", "Jasmine", "Kofi", "Leonora", "Magnus", "Niamh",
	}
	// A surname is one of each.
	surnameHeads = []string{
		"Apple", "Bram", "Candle", "Dimble", "Elder", "Feather", "Grindle", "Hobble", "Inkle", "Jolly",
		"Kettle", "Lamb", "Mug", "Nettle", "Oat", "Plum", "Quill", "Rush", "Saddle", "Thistle",
		"Under", "Vetch", "Whim", "Yarrow", "Amble", "Buckle", "Crumple", "Dapple",
	}
	surnameTails = []string{
		"worth", "by", "thwaite", "field", "combe", "wick", "shaw", "bottom", "ley", "mere", "stone", "ton", "wood", "dale", "croft", "brook",
	}
	townHeads = []string{
		"Aldwin", "Bex", "Chipping", "Dray", "Ever", "Frod", "Gorse", "Hather", "Ilms", "Kip", "Ling", "Mox", "Nob", "Orm", "Pike",
		"Ruds", "Stave", "Tid", "Ulver", "Wether", "Wins", "Yox", "Thrap", "Crim", "Slatter",
	}
	townTails = []string{"ham", "ford", "bridge", "den", "mouth", "bury", "ton", "wick", "leigh", "stead", "pool", "over"}
	streets   = []string{"High Street", "Mill Lane", "Station Road", "Quarry Rise", "Church Row", "Weir Terrace", "Gas Works Road", "The Shambles", "Orchard Close", "Canal Walk", "Beacon Hill", "Tanner's Yard"}
	ranks     = []string{
		"PC", "PCSO", "Sergeant", "Inspector", "Chief Inspector", "Superintendent", "DC", "Detective Constable", "Detective Sergeant",
		"Detective Inspector", "Detective Chief Inspector", "Temporary Detective Superintendent", "Assistant Chief Constable",
	}
	units = []string{
		"Economic Crime Unit", "Rural Crime Team", "Roads Policing Unit", "Major Investigation Team", "Cyber Crime Unit",
		"Neighbourhood Policing Team", "Serious and Organised Crime Unit", "Marine Unit", "Burglary Team", "Fraud Protect Team",
	}
	things = []string{
		"a red kayak", "eleven sacks of barley", "a set of brass weights", "two ride-on mowers", "a quantity of copper cable", "a caravan",
		"a violin in its case", "four electric bicycles", "a diamond ring", "a ladder and two drills", "a tray of watches", "a statue of a heron",
		"a mobility scooter", "sixty metres of lead", "a generator", "a trailer of hay",
	}
	places  = []string{"a garden centre", "the leisure centre", "a row of garages", "a building site", "the marina", "a farm", "a jeweller's", "a church hall", "the allotments", "a petrol station", "a village shop", "a care home"}
	weather = []string{"in heavy rain", "before it was light", "on a busy afternoon", "shortly after midnight", "while the owners were away", "during the school run", "as the shop was closing"}
	cars    = []string{"a white van", "a silver hatchback", "a black estate car", "a blue pick-up", "a grey moped", "a green tractor", "a yellow flatbed lorry"}
	guises  = []string{"a police officer", "the bank's fraud team", "HMRC", "a parcel company", "a broadband engineer", "a nephew in trouble", "an investment adviser", "a roofer", "a landlord", "a dating contact"}
	ways    = []string{"gift cards", "a bank transfer", "cash handed to a courier", "cryptocurrency", "a card payment over the telephone", "an app that showed the caller the screen"}
	verbs   = []string{"said", "added", "explained", "commented", "urged"}
	actors  = []string{"A neighbour", "The owner", "A passing cyclist", "One caller", "A shopkeeper", "An engineer", "A retired teacher", "The caretaker", "A delivery driver", "A councillor", "Her sister", "The auctioneer", "A lifeguard", "The verger", "An apprentice"}
	deeds   = []string{
		"noticed", "photographed", "had already sold", "was asked about", "kept a note of", "lent somebody", "had insured", "could describe", "followed", "walked past", "complained of",
		"had been offered", "mistook a stranger for the owner of", "was shown a picture of", "found the key to", "swept up what was left of", "remembered", "rang to ask about",
	}
	joints     = []string{"and thought no more of it until", "which was odd, because", "although", "and only later learned that", "while", "but did not know that"}
	operations = []string{"Larkspur", "Ironwood", "Tidewater", "Hedgerow", "Candlestick", "Bluebell", "Foxglove", "Millstone", "Sandpiper", "Quicksilver"}
)

// fraud is a kind of fraud, as the rules of topics name it.
type fraud struct{ topic, name string }

var frauds = []fraud{
	{"fraud/courier", "courier fraud"}, {"fraud/romance", "romance fraud"}, {"fraud/investment", "investment fraud"},
	{"fraud/computer-service", "computer software service fraud"}, {"fraud/purchase", "purchase fraud"}, {"fraud/rogue-trader", "rogue traders"},
	{"fraud/ticket", "ticket fraud"}, {"fraud/rental", "rental fraud"}, {"fraud/phishing", "phishing"}, {"fraud/payment-diversion", "payment diversion fraud"},
}
