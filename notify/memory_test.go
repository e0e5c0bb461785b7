package notify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/notify"
)

// A day's runs, an hour apart or as told, each with what is wrong: what is told of
// them. "kent=403" is a lasting trouble, "kent~500" a passing one, "kent" alone is
// well, "!" says that the notice could not be delivered.
func TestMemory(t *testing.T) {
	for name, runs := range map[string][]struct {
		after time.Duration
		is    string
		told  string
	}{
		"once": {
			{0, "kent essex", ""},
			{time.Hour, "kent=403 essex", "kent"},
			{time.Hour, "kent=403 essex", ""},
			{20 * time.Hour, "kent=403 essex", ""},
			{2 * time.Hour, "kent=403 essex", "kent"},
			{time.Hour, "kent=403 essex", ""},
			{time.Hour, "kent essex", "well:kent"},
			{time.Hour, "kent essex", ""},
			{time.Hour, "kent=403 essex", "kent"},
		},
		"another cause": {
			{0, "kent=403", "kent"},
			{time.Hour, "kent=challenge", "kent"},
			{time.Hour, "kent=403", ""},
			{time.Hour, "kent=challenge", ""},
			{time.Hour, "kent", "well:kent"},
		},
		"several": {
			{0, "kent=403", "kent"},
			{time.Hour, "kent=403 essex=403", "essex"},
			{time.Hour, "kent essex=403", "well:kent"},
			{time.Hour, "kent essex", "well:essex"},
		},
		"not looked at": {
			{0, "kent=403 essex", "kent"},
			{time.Hour, "essex", ""},
			{50 * time.Hour, "essex", ""},
			{time.Hour, "kent", "well:kent"},
		},
		"passing": {
			{0, "kent~500", "kent"},
			{time.Hour, "kent", "well:kent"},
			{time.Hour, "kent~500", ""},
			{time.Hour, "kent", ""},
			{time.Hour, "kent=403", "kent"},
			{time.Hour, "kent", "well:kent"},
			{19 * time.Hour, "kent~500", "kent"},
		},
		"daily": {
			{0, "kent=403", "kent"},
			{24*time.Hour - time.Minute, "kent=403", "kent"},
			{24*time.Hour - time.Minute, "kent=403", "kent"},
		},
		"not delivered": {
			{0, "kent=403 !", "kent"},
			{time.Hour, "kent=403", "kent"},
			{time.Hour, "kent !", "well:kent"},
			{time.Hour, "kent", "well:kent"},
			{time.Hour, "kent", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m notify.Memory
			now := time.Date(2026, 11, 22, 12, 17, 0, 0, time.UTC)
			for i, run := range runs {
				now = now.Add(run.after)
				var troubles []notify.Trouble
				var well []string
				for word := range strings.FieldsSeq(run.is) {
					if of, key, ok := strings.Cut(word, "="); ok {
						troubles = append(troubles, notify.Trouble{Of: of, Key: key})
					} else if of, key, ok := strings.Cut(word, "~"); ok {
						troubles = append(troubles, notify.Trouble{Of: of, Key: key, Passing: true})
					} else if word != "!" {
						well = append(well, word)
					}
				}
				before, _ := json.Marshal(m)
				news, next := m.Weigh(now, troubles, well)
				if after, _ := json.Marshal(m); string(after) != string(before) {
					t.Fatalf("run %d: weighing has changed the memory from %s to %s", i, before, after)
				}
				told := slices.Clone(news.Wrong)
				for of := range news.Well {
					told = append(told, "well:"+of)
				}
				if got := strings.Join(told, " "); got != run.told || news.Empty() != (run.told == "") {
					t.Fatalf("run %d (%s): told %q, want %q", i, run.is, got, run.told)
				}
				if !strings.Contains(run.is, "!") {
					m = through(t, next)
				}
			}
		})
	}
}

// through is a memory as the next run finds it.
func through(t *testing.T, m notify.Memory) notify.Memory {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var kept notify.Memory
	if err := json.Unmarshal(data, &kept); err != nil {
		t.Fatal(err)
	}
	return kept
}

// It knows since when, and does not grow.
func TestMemoryForgets(t *testing.T) {
	var m notify.Memory
	start := time.Date(2026, 11, 1, 0, 17, 0, 0, time.UTC)
	for hour := range 24 * 365 {
		trouble := notify.Trouble{Of: "kent", Key: fmt.Sprint("cause ", hour)}
		_, m = m.Weigh(start.Add(time.Duration(hour)*time.Hour), []notify.Trouble{trouble}, nil)
	}
	if n := len(m.Told["kent"].Causes); n > 24 {
		t.Errorf("%d causes are kept", n)
	}
	news, m := m.Weigh(start.AddDate(2, 0, 0), nil, []string{"kent"})
	if since := news.Well["kent"]; !since.Equal(start) || len(m.Told) != 0 {
		t.Errorf("well again since %v; kept %v", since, m.Told)
	}
}
