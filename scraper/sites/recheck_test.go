package sites_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"archiver/scraper/sites"
)

const day = 24 * time.Hour

func TestRecheckEvery(t *testing.T) {
	for age, want := range map[time.Duration]time.Duration{
		-time.Hour: 6 * time.Hour, 0: 6 * time.Hour, 47 * time.Hour: 6 * time.Hour,
		2 * day: day, 13 * day: day, 14 * day: 7 * day, 90 * day: 30 * day, 364 * day: 30 * day,
		365 * day: 180 * day, 9999 * day: 180 * day,
	} {
		if got := new(sites.Site).RecheckEvery(age); got != want {
			t.Errorf("age %v: every %v, want %v", age, got, want)
		}
	}
}

// What soh.yaml says of a site without a list is what such a site has.
func TestRecheckAsDocumented(t *testing.T) {
	data, err := os.ReadFile("profiles/soh.yaml")
	if err != nil {
		t.Fatal(err)
	}
	profile := "id: x\nbase: https://x.example\n"
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimPrefix(line, "# "); strings.HasPrefix(line, "recheck:") || strings.HasPrefix(line, "  - {") {
			profile += line
		}
	}
	set, err := sites.Load(folder(t, map[string]string{"x.yaml": profile}))
	if err != nil {
		t.Fatal(err)
	}
	x := set.ByID("x")
	if len(x.Recheck) != 5 {
		t.Fatalf("soh.yaml has %d lines of it", len(x.Recheck))
	}
	for age := range 800 {
		age := time.Duration(age) * 12 * time.Hour
		if got, want := x.RecheckEvery(age), new(sites.Site).RecheckEvery(age); got != want {
			t.Errorf("age %v: documented is every %v, and it is %v", age, got, want)
		}
	}
}

// A profile says otherwise, also for those that extend it.
func TestRecheckOfProfile(t *testing.T) {
	set, err := sites.Load(folder(t, map[string]string{
		"p.yaml": "id: p\nrecheck:\n  - {younger: 3d, every: 12h}\n  - every: 400d\n",
		"x.yaml": "id: x\nextends: p\nbase: https://x.example\n",
		"y.yaml": "id: y\nextends: p\nbase: https://y.example\nrecheck: [{every: 30d}]\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	x, y := set.ByID("x"), set.ByID("y")
	for age, want := range map[time.Duration]time.Duration{0: 12 * time.Hour, 3*day - 1: 12 * time.Hour, 3 * day: 400 * day} {
		if got := x.RecheckEvery(age); got != want {
			t.Errorf("age %v: every %v, want %v", age, got, want)
		}
	}
	if got := y.RecheckEvery(0); got != 30*day {
		t.Errorf("its own: every %v", got)
	}
	for list, want := range map[string]string{
		"[{every: 5h}]":              "every must be 6h or longer",
		"[{younger: 2d, every: 6h}]": "the last line is for all older pages",
		"[{every: 6h}, {every: 1d}]": "every line but the last needs a younger",
		"[{younger: 9d, every: 6h}, {younger: 2d, every: 1d}, {every: 9d}]": "they must grow",
		"[{every: soon}]": `line 3: "soon" must be a number of hours or days, such as 6h or 30d`,
		"[{every: -6h}]":  `"-6h" must be`,
		"[{every: 0d}]":   `"0d" must be`,
	} {
		_, err := sites.Load(folder(t, map[string]string{"x.yaml": "id: x\nbase: https://x.example\nrecheck: " + list + "\n"}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", list, err, want)
		}
	}
}
