package main

import (
	"errors"
	"fmt"
	"strconv"

	"archiver/article"
	"archiver/revision"

	"github.com/spf13/cobra"
)

func (a *app) diff() *cobra.Command {
	var (
		format  string
		context int
	)
	cmd := &cobra.Command{
		Use:   "diff ID [REV [REV]]",
		Short: "Show which words of a release have changed",
		Long: `Diff shows how two revisions of a release differ, word by word: the last two, or
one and the newest, or any two, the older first as a rule. What kind of change it
is, and which fields differ, stands at the head; see 'archiver history --help'.

On a terminal removed words are red and struck through, added ones green; in plain
text they stand as [-removed-] and {+added+}, as wdiff has them. A ¶ is the end of
a paragraph that was put in or taken out. Related headlines, Open Graph values and
the site's furniture never count. The exit status is 0 whether or not anything
differs.

  text      for a person
  html      a fragment with del and ins, everything else escaped
  markdown  ~~removed~~ and **added**
  jsonl     one object, with all words whatever --context says: schema, id, url,
            title, older and newer (revision, seen, sha256), class, removed and
            added (words), changes (field, class, removed, added) and edits (part,
            op, class, text; old, end, moved where they apply)`,
		Example: `  archiver diff 3f2a
  archiver diff 3f2a 1
  archiver diff 3f2a 1 3 --format html > changes.html
  archiver diff 3f2a --context -1 | less -R`,
		Args: cobra.RangeArgs(1, 3),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.runDiff(args, format, context)
		},
	}
	f := cmd.Flags()
	choose(cmd, &format, "format", "in this `FORMAT`: ", revision.Formats, "text")
	f.IntVar(&context, "context", 8, "how many `WORDS` of an unchanged passage to show beside a change; -1 for all")
	return cmd
}

// runDiff checks the words, reads the two revisions, compares them and prints.
func (a *app) runDiff(args []string, format string, context int) error {
	if context < -1 {
		return usagef("--context %d: give a number of words, or -1 for all", context)
	}
	numbers := make([]int, len(args)-1)
	for i, arg := range args[1:] {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return usagef("%q is no revision: revisions count from 1", arg)
		}
		numbers[i] = n
	}
	archive, err := a.open()
	if err != nil {
		return err
	}
	revisions, err := archive.Revisions(args[0])
	if err != nil {
		return err
	}
	older, newer, err := chosen(revisions, numbers)
	if err != nil {
		return err
	}
	if older == nil {
		fmt.Fprintf(a.stderr, "archiver: %s has one revision only, seen %s: there is nothing to compare\n", revisions[0].ID[:8], date(revisions[0].LastChanged))
		return nil
	}
	o := revision.Options{Context: context}
	if width, ok := terminal(a.stdout); ok && format == "text" {
		o.Width, o.Wrap, o.Colour = min(width, 100), wrap, coloured(a.stdout)
	}
	return wrote(revision.Write(a.stdout, format, older, newer, revision.Compare(older, newer), o))
}

// chosen returns the two revisions that the numbers name: none, the last two; one,
// that and the newest. It returns none where there is but one and none was named.
func chosen(revisions []*article.Record, numbers []int) (older, newer *article.Record, err error) {
	if len(revisions) == 0 {
		return nil, nil, errors.New("the record has no revisions")
	}
	newest := len(revisions) - 1
	find := func(n int) (*article.Record, error) {
		for _, r := range revisions {
			if r.Revision == n {
				return r, nil
			}
		}
		return nil, fmt.Errorf("revision %d of %s: %w (there are %d)", n, revisions[0].ID[:8], article.ErrNotFound, len(revisions))
	}
	older, newer = revisions[max(newest-1, 0)], revisions[newest]
	if len(numbers) > 0 {
		if older, err = find(numbers[0]); err != nil {
			return nil, nil, err
		}
	}
	if len(numbers) > 1 {
		if newer, err = find(numbers[1]); err != nil {
			return nil, nil, err
		}
	}
	if newest == 0 {
		return nil, nil, nil
	}
	return older, newer, nil
}
