package topics

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for rules.yaml
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"archiver/article"

	"go.yaml.in/yaml/v4"
)

//go:embed rules.yaml
var carried []byte

const carriedName = "rules.yaml"

// Default returns the rules that the program carries.
var Default = sync.OnceValue(func() *Rules {
	r, err := Load("")
	if err != nil {
		panic(err) // only a bug of ours: the tests load the carried rules
	}
	return r
})

// Load returns the carried rules with those of a file added to or put in the
// place of those of the same id; sets of words likewise by name. An empty name
// adds none. The error names every rule that is wrong, the file, and what to do.
func Load(file string) (*Rules, error) {
	own, err := parse(carriedName, carried)
	if err != nil {
		return nil, err
	}
	if own.Version == "" {
		return nil, fmt.Errorf("%s: it has no version", carriedName)
	}
	version := own.Version
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("topic rules: %w", err)
		}
		users, err := parse(file, data)
		if err != nil {
			return nil, err
		}
		own.add(users)
		version += fmt.Sprintf("+%x", sha256.Sum256(data))[:9]
	}
	r, err := own.compile()
	if err != nil {
		return nil, err
	}
	r.version = version
	return r, nil
}

// A document is a rules file as written.
type document struct {
	Version  string              `yaml:"version"`
	Sets     map[string][]string `yaml:"sets"`
	Ignore   []string            `yaml:"ignore"`
	Families []rule              `yaml:"families"`
	Topics   []rule              `yaml:"topics"`
	Kinds    []rule              `yaml:"kinds"`

	setFiles map[string]string // where each set stands
	ignored  []ignored
}

type ignored struct{ file, pattern string }

// A rule is a family, a topic or a kind as written. Phrases stand under their
// weights.
type rule struct {
	ID        string           `yaml:"id"`
	Name      string           `yaml:"name"`
	About     string           `yaml:"about"`
	Threshold int              `yaml:"threshold"`
	Words     map[int][]string `yaml:"words"`
	InTitle   map[int][]string `yaml:"in-title"`
	InOpening map[int][]string `yaml:"in-opening"`
	InBody    map[int][]string `yaml:"in-body"`
	Needs     []string         `yaml:"needs"`
	Unless    []string         `yaml:"unless"`
	Except    []string         `yaml:"except"`
	YieldsTo  []string         `yaml:"yields-to"` // topics only
	Rest      string           `yaml:"rest"`      // families only
	Sections  map[string]int   `yaml:"sections"`  // kinds only
	Topics    map[string]int   `yaml:"topics"`    // kinds only

	file string
	sort ruleSort
}

var sortNames = map[ruleSort]string{familyRule: "family", topicRule: "topic", kindRule: "kind"}

// errorf names the file and the rule.
func (r *rule) errorf(format string, args ...any) error {
	return fmt.Errorf("%s: %s %q: %w", r.file, sortNames[r.sort], r.ID, fmt.Errorf(format, args...))
}

// parse reads one file strictly.
func parse(file string, data []byte) (*document, error) {
	d := &document{setFiles: map[string]string{}}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: it is empty: write rules under \"topics\", \"families\" or \"kinds\"", file)
	}
	if err := yaml.Load(data, d, yaml.WithKnownFields()); err != nil {
		return nil, fmt.Errorf("%s: %s", file, inWords(err))
	}
	for name := range d.Sets {
		d.setFiles[name] = file
	}
	for _, pattern := range d.Ignore {
		d.ignored = append(d.ignored, ignored{file, pattern})
	}
	var errs []error
	for sort, rules := range d.lists() {
		seen := map[string]bool{}
		for i := range rules {
			r := &rules[i]
			r.file, r.sort = file, sort
			if err := r.check(); err != nil {
				errs = append(errs, err)
			}
			if seen[r.ID] {
				errs = append(errs, r.errorf("the id stands twice in this file: give one of the two another, or join them"))
			}
			seen[r.ID] = true
		}
	}
	return d, errors.Join(errs...)
}

// lists yields the rules of each sort, in the order in which they are judged.
func (d *document) lists() func(func(ruleSort, []rule) bool) {
	return func(yield func(ruleSort, []rule) bool) {
		_ = yield(familyRule, d.Families) && yield(topicRule, d.Topics) && yield(kindRule, d.Kinds)
	}
}

var ruleID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)?$`)

// check finds what is wrong with a rule by itself.
func (r *rule) check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, r.errorf(format, args...)) }
	if !ruleID.MatchString(r.ID) {
		bad("the id must be lower-case words joined by hyphens, as in wildlife or fraud/courier")
	}
	if r.sort == kindRule {
		if !slices.Contains(article.Kinds, article.Kind(r.ID)) {
			bad("there is no such kind of release: take one of %v", article.Kinds)
		}
	} else if r.Name == "" {
		bad("it has no name: add one, as a reader should see it")
	}
	if r.Threshold < 1 {
		bad("the threshold must be 1 or more")
	}
	if (r.Rest != "") != (r.sort == familyRule) {
		bad("\"rest\" is for families, and each needs it: the topic given when no member fits")
	}
	if r.YieldsTo != nil && r.sort != topicRule {
		bad("\"yields-to\" is for topics only")
	}
	if (r.Sections != nil || r.Topics != nil) && r.sort != kindRule {
		bad("\"sections\" and \"topics\" are for kinds only")
	}
	for _, g := range r.groups() {
		if _, zero := g.patterns[0]; zero {
			bad("a weight of 0 under %q does nothing: take another, or take the phrases out", g.name)
		}
	}
	if most := r.most(1); r.sort != familyRule && most < r.Threshold {
		bad("nothing can reach the threshold of %d: all its phrases together give %d; lower it, or add phrases or weight", r.Threshold, most)
	}
	return errors.Join(errs...)
}

// most returns the points that all phrases of at least a weight give together,
// with those of the address and the topics.
func (r *rule) most(weight int) int {
	most := 0
	for _, g := range r.groups() {
		for w, patterns := range g.patterns {
			for at, factor := range g.factors {
				if w >= weight {
					most += w * factor * int(mostSeen[at]) * len(patterns)
				}
			}
		}
	}
	for _, points := range r.Sections {
		most += max(0, points)
	}
	for _, points := range r.Topics {
		most += max(0, points)
	}
	return most
}

// A group is the phrases of one key of a rule that count.
type group struct {
	name     string
	patterns map[int][]string
	factors  [places]int
}

func (r *rule) groups() []group {
	return []group{
		{"words", r.Words, anywhere}, {"in-title", r.InTitle, titleOnly},
		{"in-opening", r.InOpening, opening}, {"in-body", r.InBody, bodyOnly},
	}
}

// add puts the rules of a further file on top.
func (d *document) add(more *document) {
	if d.Sets == nil {
		d.Sets = map[string][]string{}
	}
	maps.Copy(d.Sets, more.Sets)
	maps.Copy(d.setFiles, more.setFiles)
	d.ignored = append(d.ignored, more.ignored...)
	d.Families = overlay(d.Families, more.Families)
	d.Topics = overlay(d.Topics, more.Topics)
	d.Kinds = overlay(d.Kinds, more.Kinds)
}

func overlay(rules, more []rule) []rule {
	for _, m := range more {
		if i := slices.IndexFunc(rules, func(r rule) bool { return r.ID == m.ID }); i >= 0 {
			rules[i] = m
		} else {
			rules = append(rules, m)
		}
	}
	return rules
}

// compile makes the rules ready for use.
func (d *document) compile() (*Rules, error) {
	r := &Rules{}
	numbered := map[string]int32{}
	head, body := newBuilder(numbered), newBuilder(numbered)
	var errs []error
	s := &sets{source: d.Sets}
	for _, name := range slices.Sorted(maps.Keys(d.Sets)) {
		s.open = s.open[:0]
		if _, ok := builtinSteps[name]; ok {
			errs = append(errs, fmt.Errorf("%s: set <%s>: the name is taken: give it another", d.setFiles[name], name))
		} else if _, err := s.set(name); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.setFiles[name], err))
		}
	}
	put := func(pattern string, u use) error {
		phrases, err := s.compile(pattern)
		if err != nil {
			return fmt.Errorf("phrase %q: %w", pattern, err)
		}
		r.uses = append(r.uses, u)
		for _, p := range phrases {
			head.add(p, int32(len(r.uses)-1))
			if u.role != counts || u.factors[inBody] != 0 {
				body.add(p, int32(len(r.uses)-1))
			}
		}
		return nil
	}
	for _, i := range d.ignored {
		if err := put(i.pattern, use{rule: -1, role: ignores}); err != nil {
			errs = append(errs, fmt.Errorf("%s: ignore: %w", i.file, err))
		}
	}
	index := map[string]int32{}
	for _, rules := range d.lists() {
		for i := range rules {
			w := &rules[i]
			j := judged{
				id: w.ID, sort: w.sort, threshold: w.Threshold, rest: w.Rest, sections: w.Sections,
				family: -1, needs: w.Needs != nil,
			}
			n := int32(len(r.rules))
			if w.sort == topicRule {
				if head, _, ok := strings.Cut(w.ID, "/"); ok {
					f, known := index[head]
					if !known || r.rules[f].sort != familyRule {
						errs = append(errs, w.errorf("there is no family %q: add one under \"families\", or take the id without \"/\"", head))
					}
					j.family = f
				}
			}
			if w.sort != kindRule {
				index[w.ID] = n
			}
			errs = append(errs, w.phrases(n, put)...)
			r.rules = append(r.rules, j)
		}
	}
	errs = append(errs, d.link(r, index)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	r.vocabulary, r.head, r.body = newVocabulary(numbered), head.finish(), body.finish()
	return r, nil
}

// phrases puts every phrase of a rule into the matcher.
func (r *rule) phrases(n int32, put func(string, use) error) []error {
	var errs []error
	add := func(key string, patterns []string, u use) {
		u.rule = n
		if len(patterns) == 0 {
			errs = append(errs, r.errorf("%q has no phrases: add one, or take the key out", key))
		}
		for _, p := range patterns {
			if err := put(p, u); err != nil {
				errs = append(errs, r.errorf("%w", err))
			}
		}
	}
	for _, g := range r.groups() {
		for _, weight := range slices.Sorted(maps.Keys(g.patterns)) {
			add(g.name+" "+strconv.Itoa(weight), g.patterns[weight], use{role: counts, weight: weight, factors: g.factors})
		}
	}
	for key, list := range map[string]struct {
		patterns []string
		role     role
	}{"needs": {r.Needs, needed}, "unless": {r.Unless, voids}, "except": {r.Except, excepts}} {
		if list.patterns != nil {
			add(key, list.patterns, use{role: list.role})
		}
	}
	return errs
}

// link resolves the ids that rules name, sees to what the families need of their
// members, and lists the subjects.
func (d *document) link(r *Rules, index map[string]int32) []error {
	var errs []error
	n := 0
	for _, rules := range d.lists() {
		for i := range rules {
			w, j := &rules[i], &r.rules[n]
			n++
			for _, id := range w.YieldsTo {
				other, ok := index[id]
				if !ok || id == w.ID {
					errs = append(errs, w.errorf("yields-to %q: there is no such other topic", id))
				}
				j.yields = append(j.yields, other)
			}
			for _, id := range slices.Sorted(maps.Keys(w.Topics)) {
				topic, ok := index[id]
				if !ok {
					errs = append(errs, w.errorf("topics: there is no topic or family %q", id))
				}
				j.topics = append(j.topics, bonus{topic, w.Topics[id]})
			}
			if w.sort == topicRule {
				r.subjects = append(r.subjects, Subject{ID: w.ID, Name: w.Name, About: strings.TrimSpace(w.About)})
			}
		}
	}
	for i := range d.Families {
		f := &d.Families[i]
		best := 0
		for _, m := range d.Topics {
			if strings.HasPrefix(m.ID, f.ID+"/") {
				best = max(best, m.most(telling))
			}
		}
		if most := f.most(1) + best; most < f.Threshold {
			errs = append(errs, f.errorf("nothing can reach the threshold of %d: its phrases and those of its best member give %d", f.Threshold, most))
		}
		if _, ok := index[f.Rest]; !ok {
			r.subjects = append(r.subjects, Subject{ID: f.Rest, Name: f.Name, About: strings.TrimSpace(f.About)})
		}
	}
	return errs
}

var (
	yamlWords   = regexp.MustCompile(`go-yaml load error in \w+ (?:\([^)]*\) )?at L(\d+)\.C\d+(?:-\S+)?:`)
	yamlUnknown = regexp.MustCompile(`field (\S+) not found in type \S+`)
	yamlType    = regexp.MustCompile("cannot construct !!\\S+ (`[^`]*`) into \\S+")
)

// inWords puts the errors of the YAML library into words for somebody who has
// never seen its types. Each names its line.
func inWords(err error) string {
	s := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "construct errors:")
	s = strings.Join(strings.Fields(s), " ")
	s = yamlWords.ReplaceAllString(s, "line $1:")
	s = yamlUnknown.ReplaceAllString(s, `unknown key "$1": see the head of the carried rules for those there are`)
	return yamlType.ReplaceAllString(s, "$1 is not of the kind that stands here (a number, a list or a text)")
}
