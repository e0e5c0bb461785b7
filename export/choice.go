package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// A ChoiceError says that a format, or the value of an option, was asked for that
// there is not, or an option that the format does not have. Nothing was written.
type ChoiceError struct {
	What    string   // "format"
	Value   string   // what was asked for
	Known   []string // what there is
	Nearest string   // of Known; "" where none is near
	Option  string   // where it is what Value does not have: of Known, which do
}

func (e *ChoiceError) Error() string {
	if e.Option != "" {
		return fmt.Sprintf("--%s is nothing for %s %s: leave it out, or use --%s %s", e.Option, e.What, e.Value, e.What, strings.Join(e.Known, " or "))
	}
	s := fmt.Sprintf("%s %q is unknown", e.What, e.Value)
	if e.Nearest != "" {
		s += fmt.Sprintf(": did you mean %s?", e.Nearest)
	}
	return s + " (known: " + strings.Join(e.Known, ", ") + ")"
}

// choose returns nil for a known value, else an error that names the nearest:
// by another name that people use for it, or by spelling.
func choose(what, value string, known []string, aliases map[string]string) error {
	if slices.Contains(known, value) {
		return nil
	}
	plain := strings.ToLower(strings.TrimPrefix(value, "."))
	err := &ChoiceError{What: what, Value: value, Known: known, Nearest: aliases[plain]}
	if err.Nearest != "" || len(plain) > 20 {
		return err
	}
	best := (len(plain) + 1) / 2
	for _, k := range known {
		if d := levenshtein.ComputeDistance(plain, k); d <= best && (d < best || err.Nearest == "") {
			best, err.Nearest = d, k
		}
	}
	return err
}
