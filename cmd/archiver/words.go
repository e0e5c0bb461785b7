package main

import (
	"strings"

	"github.com/dustin/go-humanize"
)

// counted is a number with its noun: "1 list", "3 addresses", "50,000 releases".
func counted(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "s"):
		noun += "es"
	default:
		noun += "s"
	}
	return humanize.Comma(int64(n)) + " " + noun
}

// listed is words in a row.
func listed(words []string) string { return strings.Join(words, ", ") }
