// Archiver crawls UK police news, turns each release into a record, keeps it in
// an archive for good, and hands it out.
//
// Each command is one file: it parses its words, opens what it needs, calls one
// function of a package and prints. This file has what all share: the signals,
// the table of commands and the exit statuses.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"archiver/export"
	"archiver/store"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// The memory in use is small and flat, so collecting it seldom costs little of
		// it. Of the processor's time of a crawl, collecting takes 4.5 % at Go's 100,
		// 2.7 % at 200 and 1.1 % at 400; a recheck of 10,000 releases takes 75, 90 and
		// 150 MB.
		debug.SetGCPercent(200)
	}
	// net/http tells of broken rules there, in the words of whoever breaks them.
	log.SetOutput(io.Discard)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: it returns its exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)

	app := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := app.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		app.complain(err)
	}
	return status(ctx, err)
}

// The exit statuses of CONTRACT 2.
const (
	statusDone        = 0
	statusFailed      = 1
	statusUsage       = 2
	statusSomeFailed  = 3
	statusInUse       = 4
	statusRefused     = 5
	statusChanged     = 6
	statusInterrupted = 130
)

// status is the one place where an error becomes an exit status.
func status(ctx context.Context, err error) int {
	var (
		usage   *usageError
		choice  *export.ChoiceError
		partial *partialError
	)
	switch {
	case err == nil:
		return statusDone
	case errors.As(err, &usage), errors.As(err, &choice):
		return statusUsage
	case errors.As(err, &partial):
		return partial.status
	case errors.Is(err, store.ErrInUse):
		return statusInUse
	case ctx.Err() != nil:
		return statusInterrupted
	}
	return statusFailed
}

// A partialError ends a command that did its work but for some of it. What is
// wrong has been said already where the message is empty.
type partialError struct {
	status  int
	message string
}

func (e *partialError) Error() string { return e.message }

// diskFull reports whether an error says that there is no room for a file. bbolt
// passes some of them on as words alone, and SQLite in words of its own.
func diskFull(err error) bool {
	return strings.Contains(err.Error(), "database or disk is full") || slices.ContainsFunc([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}, func(full error) bool {
		return errors.Is(err, full) || strings.HasSuffix(err.Error(), ": "+full.Error())
	})
}

// complain says what went wrong.
func (a *app) complain(err error) {
	if err.Error() == "" {
		return
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(a.stderr, "archiver: interrupted; what was done is kept")
		return
	}
	fmt.Fprintf(a.stderr, "archiver: %v\n", err)
	if diskFull(err) {
		fmt.Fprintln(a.stderr, "The disk is full: make room on it and run the command again. What was saved before is kept.")
	}
	var usage *usageError
	if errors.As(err, &usage) && usage.cmd != nil {
		fmt.Fprintf(a.stderr, "See '%s --help'.\n", usage.cmd.CommandPath())
	}
}
