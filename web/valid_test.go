package web_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestValidHTML has every page read by the validator of the W3C's (vnu-jar of npm).
func TestValidHTML(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Java over every page")
	}
	jar, err := filepath.Abs("../tools/readers/node_modules/vnu-jar/build/dist/vnu.jar")
	if err != nil {
		t.Fatal(err)
	}
	java, err := exec.LookPath("java")
	if _, missing := os.Stat(jar); err != nil || missing != nil {
		t.Skip("needs Java, and npm ci --prefix tools/readers")
	}
	s := newSite(t, newStore(t, releases))
	archive, ids := hostileStore(t)
	other := newSite(t, archive)
	dir := t.TempDir()
	args := []string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m", "-jar", jar, "--stdout",
		"--filterpattern", ".*Unicode Normalization Form C.*|.*appears to be written in.*"} // words stay as they were published
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	one := "/release/" + id(0, releases)
	for _, path := range []string{
		"/", "/?q=again", "/?site=nowhere", "/?page=2&kind=fraud", "/changes", "/removed", "/quotations", "/quotations/speakers", "/quotations/recycled",
		"/statistics", "/statistics?by=fraud&over=month", "/sites", "/watches", "/about", one, one + "?revision=1", one + "/history", one + "/history?form=inline",
	} {
		write("page"+strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path)+".html", s.text(path))
	}
	empty, _ := newHalting(t)
	write("making.html", empty.text("/"))
	write("making-search.html", empty.text("/?q=again"))
	empty = newSite(t, newStore(t, 0))
	for _, path := range []string{"/", "/changes", "/removed", "/quotations", "/statistics"} {
		write("empty"+strings.ReplaceAll(path, "/", "_")+".html", empty.text(path))
	}
	for _, path := range []string{"/", "/release/" + ids[0], "/release/" + ids[1] + "/history"} {
		write("hostile"+strings.ReplaceAll(path, "/", "_")+".html", other.text(path))
	}
	if out, err := exec.Command(java, args...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, strings.ReplaceAll(string(out), "file:"+dir+"/", ""))
	}
}
