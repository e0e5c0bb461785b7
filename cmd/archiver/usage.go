package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A usageError is a wrong word on the command line, or in a file of
// configuration: nothing was touched.
type usageError struct {
	err  error
	cmd  *cobra.Command // whose help to point at; may be nil
	file bool           // it is in a file of configuration
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...)}
}

// ready gives the commands that cobra brings along our ways: a wrong word is an
// error with the status of one.
func ready(root *cobra.Command) {
	// The root is nothing to call without a command.
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .HasAvailableSubCommands}}\n  {{.CommandPath}}", "{{if and .HasParent .HasAvailableSubCommands}}\n  {{.CommandPath}}", 1))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Use, cmd.Short, cmd.Long = "help [COMMAND]", "Tell how a command is used", "Help tells how a command is used, as COMMAND --help does."
			cmd.Run, cmd.RunE = nil, func(_ *cobra.Command, args []string) error {
				about, rest, err := root.Find(args)
				if err != nil {
					return err // unreachable: what is not found is left over
				}
				if len(rest) > 0 {
					return unknownCommand(about, rest[0])
				}
				return about.Help()
			}
		case "completion":
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, helpOrUnknown
		}
	}
}

// strict makes a wrong number of arguments a usage error that says what is wanted.
func strict(cmd *cobra.Command) {
	check := cmd.Args
	if check == nil {
		return
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) == nil {
			return nil
		}
		path := cmd.CommandPath()
		err := fmt.Errorf("these are too many words for '%[1]s': write it like '%[1]s%[2]s', and a word with spaces in quotation marks", path, strings.TrimPrefix(cmd.Use, cmd.Name()))
		switch {
		case cmd.Use == cmd.Name():
			err = fmt.Errorf("%q is one word too many: '%s' takes flags alone", args[0], path)
		case len(args) == 0:
			err = fmt.Errorf("something is missing: write it like '%s%s'", path, strings.TrimPrefix(cmd.Use, cmd.Name()))
		}
		return &usageError{err: err, cmd: cmd}
	}
}

// wrongFlag says what is wrong with a flag.
func wrongFlag(cmd *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		value   *pflag.InvalidValueError
		missing *pflag.ValueRequiredError
	)
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		word := unknown.GetSpecifiedShortnames()
		err = fmt.Errorf("there is no flag -%s", word)
		if strings.Contains(cmd.Use, "WORDS") {
			err = fmt.Errorf("%w; to leave a word out, write NOT %s", err, word)
		}
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		})
		err = fmt.Errorf("there is no flag --%s", unknown.GetSpecifiedName())
		if near := nearest(unknown.GetSpecifiedName(), names); near != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	case errors.As(err, &value):
		flag := value.GetFlag()
		switch flag.Value.Type() {
		case "choice":
			err = fmt.Errorf("--%s %q is unknown%w", flag.Name, value.GetValue(), value.Unwrap())
		case "duration":
			err = fmt.Errorf("--%s %q is no length of time; write it like 30s, 5m or 2h", flag.Name, value.GetValue())
		case "int", "uint64":
			err = fmt.Errorf("--%s %q is no whole number, or too large a one", flag.Name, value.GetValue())
		}
	case errors.As(err, &missing):
		err = fmt.Errorf("--%s needs a value behind it", missing.GetFlag().Name)
	}
	return &usageError{err: err, cmd: cmd}
}

// helpOrUnknown is what a command does by itself that only has commands below it: show
// the help, or name the command that may have been meant.
func helpOrUnknown(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	if err := cmd.Help(); err != nil {
		return err
	}
	return &partialError{status: statusUsage}
}

// unknownCommand names the command that may have been meant, and those there are.
func unknownCommand(cmd *cobra.Command, word string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	err := fmt.Errorf("'%s' has no command %q%s", cmd.CommandPath(), word, hint(word, names))
	if !cmd.HasParent() {
		err = fmt.Errorf("there is no command %q%s", word, hint(word, names))
	}
	return &usageError{err: err, cmd: cmd}
}

// group makes a command that only has commands below it refuse unknown ones;
// alone it does what its list does.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0])
		}
		list, _, err := cmd.Find([]string{"list"})
		if err != nil {
			return err // unreachable: each group has one
		}
		list.SetContext(cmd.Context())
		return list.RunE(list, nil)
	}
	return cmd
}
