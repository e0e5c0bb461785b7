// Package sites holds what the program knows of each news site, as data: one
// small YAML file a site in the folder profiles, read strictly. A site on a
// common platform extends the platform's profile and adds little more than its
// name and host.
//
// A profile is a hint, never the only ground to stand on: the reader in package
// extract holds what a layout's selectors bring against what the page shows.
// Begin with [Site] and with profiles/soh.yaml.
package sites

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Site is a news site as its profile describes it, ready for use.
type Site struct {
	ID     string // "cheshire"; also the name of its file
	Force  string // "Cheshire Constabulary"; "" for a site that is no police force's
	Area   string // "Cheshire"
	Base   string // "https://www.cheshire.police.uk", no slash at the end
	Parent string // the profile that it extends; "" for none

	// Where new articles are found, as absolute addresses. The feeds and the
	// listings are asked in every crawl; Search is the first page of the back
	// file, followed by its "Next page" links; "" where there is none.
	Feeds    []string
	Listings []string
	Search   string

	// Sitemap says whether a full crawl reads the sitemaps that robots.txt names.
	Sitemap bool

	// Layouts are the page designs known of this site, newest first: pages
	// already kept stay in the older ones.
	Layouts []Layout

	// Recheck says how often a known article is asked for again, see
	// [Site.RecheckEvery]; empty where the profile says nothing.
	Recheck []Recheck

	articles []pattern       // an article's path matches one of these
	sections []pattern       // and none of these
	lastPart *regexp.Regexp  // nor does its last part match this; nil for none
	names    map[string]bool // nor is that one of these, in lower case
	host     string
}

// A Layout says where one design of a site's pages has what. Every selector may
// be empty.
type Layout struct {
	Name     string   `yaml:"name"`
	Title    Selector `yaml:"title"`
	Dateline Selector `yaml:"dateline"`
	Body     Selector `yaml:"body"`    // the element that holds the body's blocks
	Drop     Selector `yaml:"drop"`    // furniture inside Body
	Related  Selector `yaml:"related"` // links to other stories
	Card     Selector `yaml:"card"`    // of a listing: one article's teaser
	Next     Selector `yaml:"next"`    // of a listing: the link to its next page
}

// Host returns the host of the site, in lower case, with a port where the base
// names one.
func (s *Site) Host() string { return s.host }

// Generic reports whether s stands for a site without a profile.
func (s *Site) Generic() bool { return len(s.articles) == 0 && len(s.Layouts) == 0 }

// IsArticle reports whether an address can be that of an article of s: it lies
// on the site, under a path where articles are, and is no section page. What is
// no article after all the reader finds out.
func (s *Site) IsArticle(address string) bool {
	u, err := url.Parse(address)
	return err == nil && s.Has(u)
}

// Has is [Site.IsArticle] of an address that has been parsed.
func (s *Site) Has(u *url.URL) bool {
	if !s.Covers(u) || !slices.ContainsFunc(s.articles, func(p pattern) bool { return p.matches(u.Path) }) {
		return false
	}
	if slices.ContainsFunc(s.sections, func(p pattern) bool { return p.matches(u.Path) }) {
		return false
	}
	last := strings.TrimSuffix(u.Path, "/")
	last = last[strings.LastIndexByte(last, '/')+1:]
	return !s.names[strings.ToLower(last)] && (s.lastPart == nil || !s.lastPart.MatchString(last))
}

// Covers reports whether u lies on the host of s, with or without "www.".
func (s *Site) Covers(u *url.URL) bool {
	return u.Host == s.host || bareHost(u.Host) == bareHost(s.host)
}

// bareHost is a host as it is compared: lower case, without "www." and without
// the port that a scheme implies.
func bareHost(host string) string {
	host = strings.ToLower(host)
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
	return strings.TrimPrefix(host, "www.")
}
