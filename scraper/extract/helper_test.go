package extract_test

import (
	"os"
	"testing"

	"archiver/demo"
)

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// findRelease returns the demo release of that name.
func findRelease(name string) (demo.Release, bool) {
	for _, r := range demo.Releases() {
		if r.Name == name {
			return r, true
		}
	}
	return demo.Release{}, false
}
