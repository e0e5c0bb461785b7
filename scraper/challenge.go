package scraper

import (
	"bytes"
	"html"
	"regexp"
	"strings"
)

// challengeTitles are the titles, in lower case, of pages that stand in for the
// one that was asked for until a person has proved to be one. An article can
// have such a title by chance, so that a mark is needed too.
var challengeTitles = map[string]bool{
	"just a moment...":                       true,
	"attention required! | cloudflare":       true,
	"please wait... | cloudflare":            true,
	"please wait...":                         true,
	"one moment, please...":                  true,
	"access denied":                          true,
	"access denied | cloudflare":             true,
	"access to this page has been denied":    true,
	"access to this page has been denied.":   true,
	"403 forbidden":                          true,
	"request rejected":                       true,
	"azure waf":                              true,
	"pardon our interruption":                true,
	"are you a robot?":                       true,
	"robot check":                            true,
	"human verification":                     true,
	"verifying you are human":                true,
	"security check":                         true,
	"you are being redirected...":            true,
	"ddos-guard":                             true,
	"checking your browser":                  true,
	"checking your browser before accessing": true,
}

// challengeMarks stand, in lower case, on pages with such a title.
var challengeMarks = []string{
	"cdn-cgi/", "cf-error", "cf_chl", "cf-chl", "cloudflare", "ray id",
	"errors.edgesuite.net", "reference #", "don't have permission to access",
	"incapsula", "captcha", "ddos-guard", "sucuri", "perimeterx", "px-captcha",
	"javascript and cookies", "enable javascript", "enable cookies",
	"checking your browser", "verify you are human", "verify that you are not a robot",
	"you have been blocked", "unusual traffic", "support id", "azure ref", "security service",
}

// challengeScripts are found in the markup of challenge pages and nowhere else.
// Mind that Cloudflare puts "cdn-cgi/challenge-platform" into ordinary pages.
var challengeScripts = [][]byte{
	[]byte("_cf_chl_opt"), []byte("cf-browser-verification"), []byte(`id="challenge-form"`),
	[]byte("_Incapsula_Resource?"), []byte(`id="px-captcha"`), []byte("awsWafCookieDomainList"),
}

// challengeWords say on a short page without a known title what it is.
var challengeWords = []string{
	"enable javascript and cookies to continue",
	"checking your browser before accessing",
	"checking if the site connection is secure",
	"needs to review the security of your connection",
	"verify you are human by completing the action",
	"complete the security check to access",
}

const (
	challengeLong  = 16 << 10 // the longest page that is searched for challengeScripts
	challengeShort = 8 << 10  // the longest that challengeWords decide on
	challengeText  = 800      // bytes of text that such a page has at most
)

var hiddenPattern = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)\s*>|<!--.*?-->|<[^>]*>`)

// challenged reports whether an answer, of any status, is no page of the site
// but one that stops robots. An article about cookies, JavaScript or blocked
// access is none.
func challenged(a *answer) bool {
	if strings.EqualFold(a.header.Get("Cf-Mitigated"), "challenge") || a.header.Get("X-Amzn-Waf-Action") != "" {
		return true
	}
	page := a.body
	if challengeTitles[pageTitle(page)] && containsAny(strings.ToLower(string(page)), challengeMarks) {
		return true
	}
	if len(page) > challengeLong {
		return false
	}
	for _, script := range challengeScripts {
		if bytes.Contains(page, script) {
			return true
		}
	}
	if len(page) > challengeShort || !containsAny(strings.ToLower(string(page)), challengeWords) {
		return false
	}
	text := plainSpace(html.UnescapeString(string(hiddenPattern.ReplaceAll(page, []byte(" ")))))
	return len(text) <= challengeText && containsAny(strings.ToLower(text), challengeWords)
}

// pageTitle returns the title of a page in lower case.
func pageTitle(page []byte) string {
	for {
		i := bytes.IndexByte(page, '<')
		if i < 0 {
			return ""
		}
		page = page[i+1:]
		if len(page) < 5 || !bytes.EqualFold(page[:5], []byte("title")) {
			continue
		}
		_, page, _ = bytes.Cut(page, []byte(">"))
		text, _, _ := bytes.Cut(page, []byte("<"))
		title := strings.ToLower(plainSpace(html.UnescapeString(string(text))))
		return strings.ReplaceAll(title, "…", "...")
	}
}

// plainSpace returns s with each run of white space as one space, and none at
// its ends.
func plainSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
