package extract

import "strings"

// What stands on a page beside the article, as it was seen in stored captures of
// the platform and of republishers. Each is compared with a whole line, never
// with a part of one, so a sentence that speaks of sharing a page is safe.

// labels follow the dateline, or stand before it, and name the kind of page.
var labels = set(
	"Updated News Post", "Breaking News Post", "News Post", "News", "Latest news", "Appeal", "Appeals",
	"Charged", "Arrest", "Arrests", "Wanted", "CCTV", "Safer Neighbourhood", "Safer Neighbourhoods",
	"Court", "Court result", "Court results", "Missing", "Missing person", "Missing people", "Press release",
	"News article", "Article", "Witness appeal", "Witness appeals", "Update", "Updated", "Campaign", "Statement",
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
	"On Air Now", "On Air", "Now Playing", "Listen live", "Sign up to our newsletter", "Sign up for our newsletter",
	"Cookies on this site", "Cookie settings", "Footer", "Contact us", "Site links",
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
	return strings.ToLower(strings.Trim(line, " \t\n.:?!»›>‹<«|-–—…•[]()"))
}

// is reports whether a whole line is one of lines.
func is(lines map[string]bool, line string) bool {
	return len(line) < 80 && lines[bare(line)]
}

// renders reports whether a line is the platform's note of when it rendered the
// page, which differs at every fetch.
func renders(line string) bool {
	return strings.HasPrefix(strings.ToLower(line), "current timestamp")
}

// hints are words in class names and ids of containers beside an article. They
// count only together with what such a container holds.
var hints = []string{
	"share", "social", "related", "feedback", "comment", "cookie", "newsletter", "promo", "advert", "sidebar",
	"breadcrumb", "footer", "pagination", "pager", "latest", "teaser", "popular", "recommend", "subscribe", "banner",
}
