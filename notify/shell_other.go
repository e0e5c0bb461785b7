//go:build !unix

package notify

import (
	"context"
	"os/exec"
)

// shell runs a line by the system's own interpreter.
func shell(ctx context.Context, line string) *exec.Cmd {
	return exec.CommandContext(ctx, "cmd", "/C", line)
}
