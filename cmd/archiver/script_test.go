package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/demo"

	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts of testdata/script run the program as its users do. Each has the
// demo site at $SITE, on a loopback address, and a profile of it in sites/, by
// the id demo. In what a script compares, the command "tidy" puts $SITE for the
// address, which differs at every run, and TIME for times.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "..", "testdata", "script"),
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(new(demo.Site).Handler())
			env.Defer(server.Close)
			env.Setenv("SITE", server.URL)
			env.Setenv("GORACE", raceOptions)
			dir := filepath.Join(env.WorkDir, "sites")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			return writeDemoProfile(dir, server.URL)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"tidy": tidy},
	})
}

// tidy makes the last output, or a file, the same at every run.
func tidy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tidy FROM TO")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), ts.Getenv("SITE"), "SITE")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}
