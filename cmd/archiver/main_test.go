package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"archiver/demo"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

// TestMain lets the test binary be the program itself: scripts and tests run it
// as a process of its own, with its own environment, signals and exit status.
func TestMain(m *testing.M) {
	testscript.Main(tidyTests{m}, map[string]func(){"archiver": main})
}

// tidyTests are tests that must leave no goroutine behind.
type tidyTests struct{ *testing.M }

func (t tidyTests) Run() int {
	status := t.M.Run()
	if err := goleak.Find(); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return status
}

// A result is what a run of the program left.
type result struct {
	stdout, stderr string
	status         int
}

// demoSite serves a demo site at an address, and returns a folder with its profile,
// by the id demo, in sites/.
func demoSite(t *testing.T, site *demo.Site) (dir, address string) {
	t.Helper()
	server := httptest.NewServer(site.Handler())
	t.Cleanup(server.Close)
	dir = t.TempDir()
	if err := writeDemoProfile(filepath.Join(dir, "sites"), server.URL); err != nil {
		t.Fatal(err)
	}
	return dir, server.URL
}

// archiver runs the program in a folder with an environment that adds to a bare
// one.
func archiver(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	cmd := command(t, dir, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// raceOptions spare each run of the program the second that the race detector sleeps
// before a process ends.
const raceOptions = "atexit_sleep_ms=0"

// command prepares a run of the program. The test binary is the program where it
// is called by its name.
func command(t testing.TB, dir string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "archiver")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), link, args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"HOME=" + dir, "PATH=/nowhere", "GOCOVERDIR=" + t.TempDir(), "GORACE=" + raceOptions}, env...)
	return cmd
}
