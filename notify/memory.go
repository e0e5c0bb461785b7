package notify

import (
	"maps"
	"slices"
	"time"
)

// again is after how long a trouble that goes on is told once more: a day, less
// what a daily run may come early.
const again = 23 * time.Hour

// A Trouble is something that is wrong.
type Trouble struct {
	Of  string // what it is wrong with
	Key string // two troubles of one thing are the same if their keys are
	// Passing troubles come and go: one that comes back within a day is not told
	// again.
	Passing bool
}

// A Memory is what was told, through one way of telling. The zero value has told
// nothing. Its JSON form is kept from one run to the next.
type Memory struct {
	Changed time.Time        `json:"changed"` // in UTC
	Told    map[string]*Told `json:"told,omitempty"`
}

// Told is what was told of one thing.
type Told struct {
	Since  time.Time       `json:"since,omitzero"` // first told of the trouble that goes on; zero if none does
	Causes map[string]Tale `json:"causes"`         // by the key of the trouble
}

// A Tale is a trouble that was told.
type Tale struct {
	At      time.Time `json:"at"`
	Passing bool      `json:"passing,omitempty"`
}

// News is what is to be told, by the names of what it is about.
type News struct {
	Wrong []string             // troubles that are new, have another cause, or were told a day ago
	Well  map[string]time.Time // what is well again, with when its trouble was first told
}

// Empty reports whether there is nothing to tell.
func (n News) Empty() bool { return len(n.Wrong) == 0 && len(n.Well) == 0 }

// Weigh says what is to be told of the troubles that there are now, at most one of
// each thing, and of what is well. Of a thing that is in neither list nothing is
// known. The memory that is returned is to be kept once that is told.
func (m Memory) Weigh(now time.Time, troubles []Trouble, well []string) (News, Memory) {
	next := Memory{Changed: now.UTC(), Told: map[string]*Told{}}
	for of, told := range m.Told {
		causes := maps.Clone(told.Causes)
		maps.DeleteFunc(causes, func(_ string, t Tale) bool { return now.Sub(t.At) >= again })
		if len(causes) > 0 || !told.Since.IsZero() {
			next.Told[of] = &Told{told.Since, causes}
		}
	}
	news := News{Well: map[string]time.Time{}}
	for _, t := range troubles {
		told := next.Told[t.Of]
		if told == nil {
			told = &Told{}
			next.Told[t.Of] = told
		}
		if told.Causes == nil {
			told.Causes = map[string]Tale{}
		}
		if _, known := told.Causes[t.Key]; known {
			continue
		}
		if told.Since.IsZero() {
			told.Since = now
		}
		told.Causes[t.Key] = Tale{now, t.Passing}
		news.Wrong = append(news.Wrong, t.Of)
	}
	for _, of := range well {
		told := next.Told[of]
		if told == nil {
			continue
		}
		if !told.Since.IsZero() {
			news.Well[of] = told.Since
		}
		told.Since = time.Time{}
		maps.DeleteFunc(told.Causes, func(_ string, t Tale) bool { return !t.Passing })
		if len(told.Causes) == 0 {
			delete(next.Told, of)
		}
	}
	slices.Sort(news.Wrong)
	return news, next
}
