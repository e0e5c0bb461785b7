package article

import (
	"fmt"
	"time"
	_ "time/tzdata" // London must be known on machines without a zone database
)

// London is the zone in which police forces of England and Wales print their
// times, summer time included.
var London = mustZone("Europe/London")

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // unreachable: the zone database is compiled in
	}
	return loc
}

// timeLayout is RFC 3339 with a numeric offset: "+00:00" in winter, never "Z".
const timeLayout = "2006-01-02T15:04:05-07:00"

// Time is a moment as the record shows it: to the second, with the offset of
// Europe/London. The zero value is an absent time and is omitted from JSON.
type Time struct{ time.Time }

// At returns t as a record shows it: in London, without fractions of a second.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.In(London).Truncate(time.Second)}
}

// Period returns when the day, month or year begins and ends in London that a date
// names: 2024-05-31, 2024-05 or 2024. It is false for anything else.
func Period(date string) (begin, end time.Time, ok bool) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(form.layout, date, London); err == nil {
			return t, t.AddDate(form.years, form.months, form.days), true
		}
	}
	return begin, end, false
}

// String returns the time in RFC 3339, or "" for the zero time.
func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.In(London).Format(timeLayout)
}

// MarshalText writes the time in RFC 3339 with London's offset.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a time in RFC 3339; empty text is the zero time.
func (t *Time) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*t = Time{}
		return nil
	}
	parsed, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("time %q is not in the form of RFC 3339", text)
	}
	*t = At(parsed)
	return nil
}

// MarshalJSON writes the time as a JSON string. It stands here because the
// method promoted from time.Time would write "Z" in winter.
func (t Time) MarshalJSON() ([]byte, error) { return []byte(`"` + t.String() + `"`), nil }

// UnmarshalJSON reads what [Time.MarshalJSON] writes, and null as the zero time.
func (t *Time) UnmarshalJSON(data []byte) error {
	s := string(data)
	if s == "null" {
		*t = Time{}
		return nil
	}
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return fmt.Errorf("time %s is not a JSON string", s)
	}
	return t.UnmarshalText([]byte(s[1 : len(s)-1]))
}

// MarshalBinary writes the moment in as few bytes as keep it exact.
func (t Time) MarshalBinary() ([]byte, error) {
	if t.IsZero() {
		return nil, nil
	}
	return t.Time.UTC().MarshalBinary()
}

// UnmarshalBinary reads what [Time.MarshalBinary] wrote.
func (t *Time) UnmarshalBinary(data []byte) error {
	if len(data) == 0 {
		*t = Time{}
		return nil
	}
	var parsed time.Time
	if err := parsed.UnmarshalBinary(data); err != nil {
		return err
	}
	*t = At(parsed)
	return nil
}
