package main

import (
	"errors"
	"fmt"
	"io/fs"

	"archiver/scraper/extract"
	"archiver/scraper/topics"

	"github.com/spf13/cobra"
)

// rulesFlag adds --rules to a command that reads pages.
func rulesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "rules", "", "`FILE` of rules for topics and kinds that add to the program's own or replace them")
}

// reader returns the reader that judges releases by the program's rules and by
// those of a user's file, if one is named. What is wrong with the file is a fault
// of the configuration.
func (a *app) reader(rules string) (extract.Extractor, error) {
	if rules == "" {
		return extract.Extractor{}, nil // its own are compiled when the first page is read
	}
	own, err := topics.Load(rules)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return extract.Extractor{}, &usageError{err: fmt.Errorf("--rules %s: there is no such file", rules), file: true}
	case err != nil:
		return extract.Extractor{}, &usageError{err: fmt.Errorf("--rules: %w\nHow a rule is written stands at the head of scraper/topics/rules.yaml; the README has an example", err), file: true}
	}
	return extract.Extractor{Rules: own}, nil
}
