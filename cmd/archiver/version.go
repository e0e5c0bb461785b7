package main

import (
	"fmt"
	"runtime/debug"

	"archiver/scraper/extract"

	"github.com/spf13/cobra"
)

// release is set by the linker (-ldflags "-X main.release=1.2.3") for a build
// that is no module of a version.
var release string

// versionString returns the program's version.
func versionString() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version of the program and of its reader",
		Example: `  archiver version`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(a.stdout, "archiver %s, reader %s\n", versionString(), extract.Version)
			return wrote(err)
		},
	}
}
