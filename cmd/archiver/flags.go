package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
)

// A choice is the value of a flag that takes one of few words.
type choice struct {
	value *string
	known []string
}

func (c choice) String() string { return *c.value }
func (c choice) Type() string   { return "choice" }

func (c choice) Set(word string) error {
	if !slices.Contains(c.known, word) {
		return errors.New(hint(word, c.known))
	}
	*c.value = word
	return nil
}

// choose adds a flag that takes one of the known words, which stand behind what it is
// for, and refuses any other. Without the flag the value is standard.
func choose(cmd *cobra.Command, value *string, name, usage string, known []string, standard string) {
	*value = standard
	cmd.Flags().Var(choice{value, known}, name, usage+strings.Join(known, ", "))
	complete(cmd, name, known)
}

// hide takes flags out of the help that a command refuses with words of its own, as
// the next thing to a flag that others have.
func hide(cmd *cobra.Command, flags ...string) {
	for _, name := range flags {
		if err := cmd.Flags().MarkHidden(name); err != nil {
			panic(err) // unreachable: the flag has been added
		}
	}
}

// complete offers values for a flag to the shell.
func complete(cmd *cobra.Command, flag string, values []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // unreachable: the flag has just been added
	}
}

func names[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// hint names the word that may have been meant, and the ones there are.
func hint(word string, known []string) string {
	s := ""
	if len(known) == 0 {
		return s
	}
	if near := nearest(word, known); near != "" {
		s = fmt.Sprintf("; did you mean %q?", near)
	}
	return s + " (known: " + strings.Join(known, ", ") + ")"
}

// nearest returns the known word that takes the fewest edits to reach, or "" if
// none takes at most a third of the word's letters.
func nearest(word string, known []string) string {
	best, least := "", len(word)/3+2
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(word), k)
		if strings.HasPrefix(k, strings.ToLower(word)) && len(word) >= 2 {
			d = min(d, 1)
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}
