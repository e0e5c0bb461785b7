//go:build unix

package notify

import (
	"context"
	"os/exec"
	"syscall"
)

// shell runs a line in a process group of its own, all of which ends with ctx:
// else what it has started would go on.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
