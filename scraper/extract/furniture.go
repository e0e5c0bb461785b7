package extract

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// What stands on a page beside the article, as it was seen in stored captures of
// the platform and of republishers. Each is compared with a whole line, never
// with a part of one, so a sentence that speaks of sharing a page is safe.

// labels follow the dateline, or stand before it, and name the kind of page.
var labels = set(
	"Updated News Post", "Breaking News Post", "News Post", "News", "Latest news", "Appeal", "Appeals",
	"Charged", "Arrest", "Arrests", "Wanted", "CCTV", "Safer Neighbourhood", "Safer Neighbourhoods",
	"Court", "Court result", "Court results", "Missing", "Missing person", "Missing people", "Press release",
	"News article", "Article", "Witness appeal", "Witness appeals", "Campaign", "Statement",
	"Featured", "Feature", "Advice", "Crime prevention", "Good news", "Events", "Event",
)

// controls stand inside a body: of a gallery, of a player, for the reader's eyes
// alone.
var controls = set(
	"Prev", "Previous", "Next", "Prev Next", "Previous Next", "Play", "Pause", "Close", "Zoom in", "Zoom out",
	"Download image", "View image", "View gallery", "Enlarge image", "Back", "Print", "Print this page", "Listen",
	"Advertisement", "Loading", "Show more", "Show less", "Expand", "Collapse",
)

// endings begin what follows an article.
var endings = set(
	"Is there a problem with this page", "Is there anything wrong with this page", "Report a problem with this page",
	"Was this page helpful", "Was this page useful", "Was this helpful", "Did you find what you were looking for",
	"Help us improve this page", "Help us improve this website", "Give feedback", "Feedback", "Rate this page",
	"Share this page", "Share this article", "Share this story", "Share this release", "Share this post", "Share this",
	"Share on social media", "Share", "Share page", "Share via", "Tell your friends",
	"Related news", "Related articles", "Related stories", "Related content", "Related pages", "Related",
	"Latest news", "Latest stories", "Latest headlines", "More news", "More stories", "More headlines", "More local news",
	"Other news", "Other stories", "Recent news", "Recent stories", "Recent posts", "Top stories", "News headlines",
	"You may also like", "You might also like", "You may also be interested in", "You might be interested in",
	"Recommended", "Recommended for you", "Most read", "Most popular", "Trending", "Trending now", "Popular stories",
	"Read next", "Up next", "What to read next", "In other news", "Also in the news", "More from local news",
	"Back to top", "Back to news", "Return to top", "Follow us", "Follow us on social media", "Connect with us",
	"Comments", "Add a comment", "Leave a comment", "Post a comment", "Have your say", "Join the conversation",
	"On Air Now", "On Air", "Now Playing", "Related headlines", "Listen live", "Sign up to our newsletter", "Sign up for our newsletter",
	"Cookies on this site", "Cookie settings", "Footer", "Site links", "Also in the news",
)

// beginnings are lines that can stand between a dateline and the body, or
// anywhere above it.
var beginnings = set(
	"Quickly exit this site by pressing the Escape key", "Leave this site", "Skip to main content", "Skip to content",
	"Skip to main navigation", "Search this website", "Menu", "Home", "This site is a beta", "Accept all cookies", "Reject all cookies",
	"Manage cookies", "Accept", "Reject", "Breadcrumb", "You are here",
)

// social are the words of share bars.
var social = set(
	"Facebook", "Twitter", "X", "WhatsApp", "LinkedIn", "Email", "E-mail", "Instagram", "YouTube", "Messenger",
	"Copy link", "Copy", "Link", "Print", "Tweet", "Post", "Share", "Pinterest", "Reddit", "Telegram", "SMS", "Bluesky",
	"Share on Facebook", "Share on Twitter", "Share on X", "Share on WhatsApp", "Share on LinkedIn", "Share by email",
	"Share via email", "Email this page", "Share to Facebook", "Share to Twitter", "Share link", "Yes", "No", "Nextdoor",
)

// A lineKind says what a whole line is known to be. A line can be several.
type lineKind uint8

const (
	lineLabel lineKind = 1 << iota
	lineControl
	lineEnding
	lineWeakEnding
	lineBeginning
	lineSocial
	lineAsked // it has been looked up
)

// lineKinds are the lines of all lists.
var lineKinds = func() map[string]lineKind {
	all := map[string]lineKind{}
	for kind, lines := range map[lineKind]map[string]bool{
		lineLabel: labels, lineControl: controls, lineEnding: endings, lineWeakEnding: weakEndings, lineBeginning: beginnings, lineSocial: social,
	} {
		for line := range lines {
			all[line] |= kind
		}
	}
	return all
}()

// says reports whether a unit is a line of one of some kinds. It is looked up once.
func (u *unit) says(kinds lineKind) bool {
	if u.kinds == 0 {
		u.kinds = lineAsked
		if u.words <= 12 && len(u.text) < 80 {
			u.kinds |= kindsOf(u.text)
		}
	}
	return u.kinds&kinds != 0
}

// kindsOf looks a line up, without making it small where it is ASCII.
func kindsOf(line string) lineKind {
	line = strings.Trim(line, around)
	var small [80]byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c >= utf8.RuneSelf || i == len(small) {
			return lineKinds[strings.ToLower(line)]
		}
		if capital(c) {
			c |= 0x20
		}
		small[i] = c
	}
	return lineKinds[string(small[:len(line)])]
}

// A lineForm is an expression over whole lines, with the words that they begin
// with: most lines begin with none of them, and never get to the expression.
type lineForm struct {
	words  []string
	begins [32]bool // by the last bits of the first letter of a word
	re     *regexp.Regexp
}

// newLineForm makes a lineForm of words with bars between and an expression.
func newLineForm(words, expression string) *lineForm {
	f := &lineForm{words: strings.Split(words, "|"), re: regexp.MustCompile(expression)}
	for _, w := range f.words {
		f.begins[w[0]%32] = true
	}
	return f
}

func (f *lineForm) matches(line string) bool {
	if line == "" || !f.begins[line[0]%32] {
		return false
	}
	for _, w := range f.words {
		if len(line) >= len(w) && line[0]%32 == w[0]%32 && strings.EqualFold(line[:len(w)], w) {
			return f.re.MatchString(line)
		}
	}
	return false
}

func set(lines ...string) map[string]bool {
	m := make(map[string]bool, len(lines))
	for _, line := range lines {
		m[bare(line)] = true
	}
	return m
}

// bare is a line as it is compared: lower case, without what stands around its
// words.
func bare(line string) string {
	return strings.ToLower(strings.Trim(line, around))
}

// around is what can stand around the words of a line.
const around = " \t\n.:?!»›>‹<«|-–—…•[]()"

// is reports whether a whole line is one of lines.
func is(lines map[string]bool, line string) bool {
	return len(line) < 80 && lines[bare(line)]
}

// renders reports whether a line is the platform's note of when it rendered the
// page, which differs at every fetch.
func renders(line string) bool {
	return len(line) >= len("current timestamp") && strings.EqualFold(line[:len("current timestamp")], "current timestamp")
}

// weakEndings begin what follows an article too, but can be headings inside one.
// They end it only where they stand apart from its text.
var weakEndings = set(
	"Contact information", "Contact details", "Contact", "Contacts", "Media contact", "Media enquiries", "Press office",
	"Report online", "Report a crime", "Report it", "Report it online", "Get in touch", "Services", "About this site", "About us",
	"Never miss a story", "Newsletter", "Sign up", "Get the app", "Download our app", "Tags", "Topics", "Categories", "Links", "Useful links",
	"Next story", "Previous story", "Cookies", "Privacy", "Privacy notice", "Accessibility", "Legal", "Copyright", "Help",
	"You might like these", "Leave a reply", "Is this page useful", "Next article", "Previous article", "Related links", "Find out more",
)

// hints are words in class names and ids of containers beside an article. They
// count only together with what such a container holds.
var hints = wordSet(`share sharing social related feedback comment comments cookie cookies newsletter promo advert ad ads sidebar
 breadcrumb breadcrumbs footer pagination pager latest teaser teasers popular recommended subscribe cta tags tag widget nav navigation
 menu banner survey signup contact cards card newslist carousel ticker`)

var (
	// notices are furniture wherever they stand.
	notices = newLineForm("this|beta|we|you|©|(c)|copyright|crown|all |quickly|do|copied|required|skip|0:00",
		`(?i)^(?:this (?:site|website|page|service) is (?:a|in|an? \w+) beta|beta ?this is|we use (?:some )?(?:essential )?cookies|we(?:['’]d| would) like to (?:set|use) (?:additional |optional )?cookies|you(?:['’]ve| have) (?:accepted|rejected) (?:all|additional)|©|\(c\) ?\d{4}|copyright ©|crown copyright|all rights reserved|this (?:site|form) is protected by |all content is (?:available|©|copyright)|quickly exit this site|your browser does not support|do(?:n['’]t| not) include (?:any )?(?:personal|financial)|copied to the clipboard|required fields are marked|your email address will not be published|you can change your (?:mind|cookie)|skip to |0:00 / )`)
	// shares are the words of a share bar that are longer than its names.
	shares = newLineForm("share|tweet|post|email|e-mail|send|copy|print|pin",
		`(?i)^(?:share|tweet|post|e-?mail|send|copy|print|pin)\b.{0,24}\b(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|bluesky|e-?mail|friend|clipboard|link|page|window|tab)\b`)
	// filed is a line that says where a page is filed.
	filed = newLineForm("tag|topic|categor|area|region|district|department|type|filed|posted|published by|author|from|last updated|updated|reading time",
		`(?i)^(?:tags?|tagged|topics?|categor(?:y|ies)|area|region|district|department|type|filed (?:under|in)|posted (?:in|by)|published by|author|from|last updated|updated|reading time)(?:\s*:\s*.{0,80}|\s+\d.{0,30})?$`)
)
