package sites

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v4"
)

// A Recheck says how long after a check a page that is younger than that is asked for
// again. Younger is zero in the last of a list, which is for all that are older.
type Recheck struct {
	Younger Span `yaml:"younger"`
	Every   Span `yaml:"every"`
}

// A Span is a time in hours or days: "6h", "30d".
type Span time.Duration

const (
	day = 24 * time.Hour
	// soonest is the least time between two checks.
	soonest = 6 * time.Hour
)

// rechecks is what holds for a site whose profile says nothing: most edits come in the
// first days.
var rechecks = []Recheck{
	{Span(2 * day), Span(6 * time.Hour)},
	{Span(14 * day), Span(day)},
	{Span(90 * day), Span(7 * day)},
	{Span(365 * day), Span(30 * day)},
	{0, Span(180 * day)},
}

// RecheckEvery is the pause between two checks of an article of that age.
func (s *Site) RecheckEvery(age time.Duration) time.Duration {
	list := s.Recheck
	if len(list) == 0 {
		list = rechecks
	}
	for _, r := range list[:len(list)-1] {
		if age < time.Duration(r.Younger) {
			return time.Duration(r.Every)
		}
	}
	return time.Duration(list[len(list)-1].Every)
}

// UnmarshalYAML reads a number of hours or days.
func (s *Span) UnmarshalYAML(node *yaml.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	unit := time.Hour
	if n := len(text) - 1; n > 0 {
		switch text[n] {
		case 'd':
			unit = day
			fallthrough
		case 'h':
			if count, err := strconv.ParseUint(text[:n], 10, 16); err == nil && count > 0 {
				*s = Span(time.Duration(count) * unit)
				return nil
			}
		}
	}
	return fmt.Errorf("%q must be a number of hours or days, such as 6h or 30d", text)
}

// checkRechecks reports what is wrong with a list; an empty one is none.
func checkRechecks(list []Recheck) error {
	var errs []error
	last := Span(0)
	for i, r := range list {
		switch end := i == len(list)-1; {
		case r.Every < Span(soonest):
			errs = append(errs, errors.New("recheck: every must be 6h or longer"))
		case end && r.Younger != 0:
			errs = append(errs, errors.New("recheck: the last line is for all older pages and has no younger"))
		case !end && r.Younger <= last:
			errs = append(errs, errors.New("recheck: every line but the last needs a younger, and they must grow"))
		}
		last = r.Younger
	}
	return errors.Join(errs...)
}
