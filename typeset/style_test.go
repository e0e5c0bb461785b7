package typeset_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"archiver/typeset"
)

var colour = regexp.MustCompile(`--([a-z0-9-]+): #([0-9a-f]{3,6});`)

// palettes reads the colours of the stylesheet: by day, by night, on paper. What
// one does not name is that of the first.
func palettes(t *testing.T) []map[string]string {
	t.Helper()
	parts := strings.Split(typeset.Stylesheet, ":root {")
	if len(parts) != 4 {
		t.Fatalf("%d palettes", len(parts)-1)
	}
	var list []map[string]string
	for _, part := range parts[1:] {
		colours := map[string]string{}
		if len(list) > 0 {
			for name, value := range list[0] {
				colours[name] = value
			}
		}
		body, _, _ := strings.Cut(part, "}")
		for _, m := range colour.FindAllStringSubmatch(body, -1) {
			if len(m[2]) == 3 {
				m[2] = strings.Repeat(m[2][:1], 2) + strings.Repeat(m[2][1:2], 2) + strings.Repeat(m[2][2:], 2)
			}
			colours[m[1]] = m[2]
		}
		list = append(list, colours)
	}
	return list
}

// luminance and contrast are those of WCAG.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("colour %q: %v", hex, err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}

func TestContrast(t *testing.T) {
	pairs := [][2]string{{"ink", "paper"}, {"soft", "paper"}, {"link", "paper"}, {"warn", "paper"}, {"ink", "raised"}, {"soft", "raised"}, {"link", "raised"}, {"ink", "warn-paper"}, {"link", "warn-paper"}}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		pairs = append(pairs, [2]string{"ink", "s" + n}, [2]string{"link", "s" + n}, [2]string{"s" + n + "-edge", "paper"})
	}
	for i, palette := range palettes(t) {
		if i == 2 { // on paper tints are not printed
			for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
				palette["s"+n] = palette["paper"]
			}
		}
		for _, pair := range pairs {
			a, b := luminance(t, palette[pair[0]]), luminance(t, palette[pair[1]])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("palette %d: %s on %s: %.2f", i, pair[0], pair[1], ratio)
			}
		}
	}
}
