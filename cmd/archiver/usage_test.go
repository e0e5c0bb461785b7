package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// TestHelp holds the help of each command to a form: it fits a window, ends with
// examples, and says of each flag what stands behind it.
func TestHelp(t *testing.T) {
	ours := 0
	for _, cmd := range all(new(app).root()) {
		path := cmd.CommandPath()
		if name := strings.Fields(path + " -")[1]; name == "help" || name == "completion" {
			continue // cobra's own
		}
		ours++
		if !strings.Contains(cmd.Example, "  archiver ") {
			t.Errorf("%s: its help has no examples", path)
		}
		for line := range strings.Lines(cmd.Long) {
			if n := utf8.RuneCountInString(strings.TrimSpace(line)); n > 88 {
				t.Errorf("%s: a line of its help has %d characters: %s", path, n, line)
			}
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if word, _ := pflag.UnquoteUsage(f); word != strings.ToUpper(word) {
				t.Errorf("%s --%s: behind it stands %q: name in the usage what is wanted, as `WORD`", path, f.Name, word)
			}
		})
	}
	if ours < 30 {
		t.Errorf("%d commands were looked at", ours)
	}
}
