package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// commandTimeout bounds a command: a mail that takes longer does not go out.
const commandTimeout = time.Minute

// A Command is run for a notice, by the shell.
type Command struct {
	Line string
	// Timeout ends it, with all that it has started; default: 1 minute.
	Timeout time.Duration
}

// String names what is run. The words behind the first may be secrets.
func (c *Command) String() string {
	first, rest, _ := strings.Cut(strings.TrimSpace(c.Line), " ")
	if rest != "" {
		first += " …"
	}
	return first
}

// Send runs the command with the document on its standard input, and with what is
// added to the environment ("NAME=value"). An error quotes the end of what the
// command has said.
func (c *Command) Send(ctx context.Context, document []byte, env []string) error {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = commandTimeout
	}
	limit := fmt.Errorf("it has not come to its end in %v", timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, limit)
	defer cancel()
	cmd := shell(ctx, c.Line)
	cmd.Stdin = bytes.NewReader(document)
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = 200 * time.Millisecond // for what it has left behind with its output open
	var said tail
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.Is(err, exec.ErrWaitDelay):
		return nil // it has ended well; something that it started runs on
	}
	if last := said.line(); last != "" {
		return fmt.Errorf("%v: %w: %s", c, err, last)
	}
	return fmt.Errorf("%v: %w", c, err)
}

// A tail keeps the end of what is written to it.
type tail struct{ data []byte }

const tailSize = 500

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if extra := len(t.data) - tailSize; extra > 0 {
		t.data = append(t.data[:0], t.data[extra:]...)
	}
	return len(p), nil
}

// line returns the last line.
func (t *tail) line() string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(t.data), "")), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
