//go:build unix

package notify_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/notify"
)

func TestCommand(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	c := notify.Command{Line: `{ printf '%s|' "$ARCHIVER_STATUS" "$ARCHIVER_SUMMARY"; cat; } >` + out}
	if err := c.Send(t.Context(), []byte(`{"a":1}`), []string{"ARCHIVER_STATUS=5", "ARCHIVER_SUMMARY=a $(b) `c`"}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "5|a $(b) `c`|{\"a\":1}" {
		t.Errorf("got %s, %v", got, err)
	}
}

// A command that need not read its input is no failure.
func TestCommandReadsNothing(t *testing.T) {
	c := notify.Command{Line: "true"}
	if err := c.Send(t.Context(), []byte(strings.Repeat("x", 1<<20)), nil); err != nil {
		t.Error(err)
	}
}

func TestCommandFails(t *testing.T) {
	c := notify.Command{Line: "echo first; echo no such mailbox >&2; exit 3 # s3cret"}
	err := c.Send(t.Context(), nil, nil)
	if err == nil || err.Error() != "echo …: exit status 3: no such mailbox" {
		t.Errorf("got %v", err)
	}
	c.Line = "/nowhere/mailer --password s3cret"
	if err = c.Send(t.Context(), nil, nil); err == nil || strings.Contains(err.Error(), "s3cret") || !strings.HasPrefix(err.Error(), "/nowhere/mailer …: exit status 127: ") {
		t.Errorf("got %v", err)
	}
}

// A command that hangs ends in time, and so does what it has started; being
// stopped ends it at once. The commands are processes, for which the clock of a
// bubble does not count.
func TestCommandEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, test := range map[string]struct {
		ctx     context.Context
		timeout time.Duration
		want    string
	}{
		"time":    {t.Context(), 50 * time.Millisecond, "it has not come to its end in 50ms"},
		"stopped": {ctx, time.Minute, "context canceled"},
	} {
		fifo := filepath.Join(t.TempDir(), "alive")
		c := notify.Command{Line: "sleep 60 & sleep 60; echo >" + fifo, Timeout: test.timeout}
		if name == "stopped" {
			time.AfterFunc(50*time.Millisecond, cancel)
		}
		start := time.Now()
		err := c.Send(test.ctx, nil, nil)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
		if name == "stopped" && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v is not context.Canceled", name, err)
		}
		if took := time.Since(start); took > 900*time.Millisecond {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}
