// Package archiver holds the saved pages of testdata/sites, so that the installed
// program can test its site profiles without a checkout. The program itself is
// cmd/archiver.
package archiver

import "embed"

// Pages are the saved pages and their records: testdata/sites/SITE/NAME.html with
// NAME.json beside it.
//
//go:embed testdata/sites/*/*.html testdata/sites/*/*.json
var Pages embed.FS
