package sites

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/andybalholm/cascadia"
	"go.yaml.in/yaml/v4"
	"golang.org/x/net/html"
)

// A profile is one YAML file. A key that is not written is taken from the
// profile that this one extends; the layouts of both are kept, its own first.
type profile struct {
	ID       string    `yaml:"id"`
	Extends  string    `yaml:"extends"`
	Force    string    `yaml:"force"`
	Area     string    `yaml:"area"`
	Base     string    `yaml:"base"` // a profile without one is a platform, no site
	Slug     string    `yaml:"slug"` // replaces {slug} in the addresses and patterns
	Feeds    []string  `yaml:"feeds"`
	Listings []string  `yaml:"listings"`
	Search   *string   `yaml:"search"`
	Sitemap  *bool     `yaml:"sitemap"`
	Articles []pattern `yaml:"articles"`
	Sections []pattern `yaml:"sections"`
	Layouts  []Layout  `yaml:"layouts"`
	Recheck  []Recheck `yaml:"recheck"`

	file string
}

// A Selector is a CSS selector, compiled when the profile is read. The zero
// value selects nothing.
type Selector struct {
	cascadia.Selector
	text string
}

// String returns the selector as the profile has it.
func (s Selector) String() string { return s.text }

// UnmarshalYAML compiles the selector and refuses a bad one; the error comes with its line.
func (s *Selector) UnmarshalYAML(node *yaml.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	group, err := cascadia.Compile(text)
	if err != nil {
		return fmt.Errorf("selector %q: %w", text, err)
	}
	element := func(n *html.Node) bool { return n.Type == html.ElementNode && group(n) }
	*s = Selector{Selector: element, text: text}
	return nil
}

// A pattern is a regular expression over the path of an address. It is compiled
// when the profile is read, and again once {slug} is known.
type pattern struct {
	text string
	re   *regexp.Regexp
	// begins is how every path begins that the pattern takes: most links of a page
	// are told by it alone.
	begins string
	// folder is set where the pattern takes all pages below a folder: then it needs no
	// expression.
	folder string
}

// allBelow ends a pattern that takes all pages below a folder.
const allBelow = `.*[^/]+/?$`

// matches reports whether a path matches the pattern.
func (p *pattern) matches(path string) bool {
	if p.folder == "" || strings.Contains(path, "\n") {
		return strings.HasPrefix(path, p.begins) && p.re.MatchString(path)
	}
	below, ok := strings.CutPrefix(path, p.folder)
	below = strings.TrimSuffix(below, "/")
	return ok && below != "" && below[len(below)-1] != '/'
}

// UnmarshalYAML compiles the pattern and refuses a bad one; the error comes with its line.
func (p *pattern) UnmarshalYAML(node *yaml.Node) error {
	if err := node.Decode(&p.text); err != nil {
		return err
	}
	re, err := regexp.Compile(strings.ReplaceAll(p.text, "{slug}", "slug"))
	if err != nil {
		return fmt.Errorf("pattern %q: %w", p.text, err)
	}
	p.re = re
	return nil
}

// parse reads one profile. Errors name the file and, where there is one, the
// line.
func parse(file string, data []byte) (*profile, error) {
	p := &profile{file: file}
	if err := yaml.Load(data, p, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%s: %s", file, plain(err))
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(file+": "+format, args...))
	}
	if !idForm.MatchString(p.ID) {
		bad("id %q must be lower-case words joined by hyphens", p.ID)
	}
	if p.Base != "" {
		u, err := url.Parse(p.Base)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			bad("base %q must be like https://www.example.police.uk", p.Base)
		}
	}
	if err := checkRechecks(p.Recheck); err != nil {
		bad("%w", err)
	}
	return p, errors.Join(errs...)
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

var (
	yamlWords   = regexp.MustCompile(`go-yaml load error in \w+ (?:\([^)]*\) )?at L(\d+)\.C\d+(?:-\S+)?:`)
	yamlUnknown = regexp.MustCompile(`field (\S+) not found in type \S+`)
	yamlType    = regexp.MustCompile("cannot construct !!\\S+ (`[^`]*`) into (\\S+)")
)

// plain puts the errors of the YAML library into words for somebody who has
// never seen its types. Each names its line.
func plain(err error) string {
	s := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "construct errors:")
	s = strings.Join(strings.Fields(s), " ")
	s = yamlWords.ReplaceAllString(s, "line $1:")
	s = yamlUnknown.ReplaceAllString(s, `unknown key "$1"`)
	s = yamlType.ReplaceAllStringFunc(s, func(m string) string {
		parts := yamlType.FindStringSubmatch(m)
		if strings.HasPrefix(parts[2], "[]") {
			return parts[1] + " should be a list"
		}
		return parts[1] + " is not of the right kind"
	})
	return s
}

// under returns p with what it leaves unsaid taken from parent.
func (p *profile) under(parent *profile) *profile {
	merged := *p
	if merged.Force == "" {
		merged.Force = parent.Force
	}
	if merged.Area == "" {
		merged.Area = parent.Area
	}
	if merged.Slug == "" {
		merged.Slug = parent.Slug
	}
	if merged.Feeds == nil {
		merged.Feeds = parent.Feeds
	}
	if merged.Listings == nil {
		merged.Listings = parent.Listings
	}
	if merged.Search == nil {
		merged.Search = parent.Search
	}
	if merged.Sitemap == nil {
		merged.Sitemap = parent.Sitemap
	}
	if merged.Articles == nil {
		merged.Articles = parent.Articles
	}
	if merged.Sections == nil {
		merged.Sections = parent.Sections
	}
	if merged.Recheck == nil {
		merged.Recheck = parent.Recheck
	}
	merged.Layouts = append(append([]Layout(nil), p.Layouts...), parent.Layouts...)
	return &merged
}

// site makes the profile ready for use. Its parents must have been merged in.
func (p *profile) site() (*Site, error) {
	s := &Site{
		ID: p.ID, Force: p.Force, Area: p.Area, Parent: p.Extends,
		Base:    strings.TrimSuffix(p.Base, "/"),
		Layouts: p.Layouts,
		Recheck: p.Recheck,
		Sitemap: p.Sitemap != nil && *p.Sitemap,
	}
	base, err := url.Parse(s.Base)
	if err != nil {
		return nil, fmt.Errorf("%s: base: %w", p.file, err)
	}
	s.host = strings.ToLower(base.Host)

	var errs []error
	address := func(key, path string) string {
		if strings.Contains(path, "{slug}") && p.Slug == "" {
			errs = append(errs, fmt.Errorf("%s: %s %q needs a slug, and the profile names none", p.file, key, path))
		}
		u, err := base.Parse(strings.ReplaceAll(path, "{slug}", p.Slug))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s %q is not an address", p.file, key, path))
			return ""
		}
		return u.String()
	}
	for _, path := range p.Feeds {
		s.Feeds = append(s.Feeds, address("feed", path))
	}
	for _, path := range p.Listings {
		s.Listings = append(s.Listings, address("listing", path))
	}
	if p.Search != nil && *p.Search != "" {
		s.Search = address("search", *p.Search)
	}
	s.articles = withSlug(p.Articles, p.Slug)
	s.names = map[string]bool{}
	var last []string // patterns of the last part of a path, which go into one
	for _, p := range withSlug(p.Sections, p.Slug) {
		switch text := p.re.String(); {
		case strings.Contains(text, "/"):
			s.sections = append(s.sections, p)
		case regexp.QuoteMeta(text) == text:
			s.names[strings.ToLower(text)] = true
		default:
			last = append(last, "(?:"+text+")")
		}
	}
	if len(last) > 0 {
		if s.lastPart, err = regexp.Compile(`^(?i:` + strings.Join(last, "|") + `)$`); err != nil {
			errs = append(errs, fmt.Errorf("%s: sections: %w", p.file, err))
		}
	}
	return s, errors.Join(errs...)
}

func withSlug(patterns []pattern, slug string) []pattern {
	out := make([]pattern, len(patterns))
	for i, p := range patterns {
		// The quoted slug cannot make a pattern bad that was good with "slug".
		p.re = regexp.MustCompile(strings.ReplaceAll(p.text, "{slug}", regexp.QuoteMeta(slug)))
		if folder, ok := strings.CutSuffix(p.text, allBelow); ok && strings.HasPrefix(folder, "^") && strings.HasSuffix(folder, "/") {
			if folder = strings.ReplaceAll(folder[1:], "{slug}", slug); regexp.QuoteMeta(folder) == folder {
				p.folder = folder
			}
		}
		p.begins = literalHead(p.re.String())
		out[i] = p
	}
	return out
}

// literalHead returns the letters with which every match of an expression begins that
// is bound to the beginning of a text, as far as they are the same for all; "" of
// another.
func literalHead(expression string) string {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat || re.Sub[0].Op != syntax.OpBeginText ||
		re.Sub[1].Op != syntax.OpLiteral || re.Sub[1].Flags&syntax.FoldCase != 0 {
		return ""
	}
	return string(re.Sub[1].Rune)
}
