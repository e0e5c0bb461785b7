//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/store"

	"golang.org/x/sys/unix"
)

// A window is a pseudo terminal.
type window struct {
	t       *testing.T
	dir     string
	columns int
	rows    int
	keys    string // what its reader types, the last of it until the program ends
}

// open opens the window: the side of its reader, and that of a program.
func (w window) open() (master, terminal *os.File) {
	w.t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		w.t.Skip("there is no pseudo terminal: ", err)
	}
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(w.rows), Col: uint16(w.columns)})); err != nil {
		w.t.Fatal(err)
	}
	if terminal, err = os.OpenFile(fmt.Sprint("/dev/pts/", n), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		w.t.Fatal(err)
	}
	return master, terminal
}

// run runs the program in the window and returns what was written there, and its
// exit status.
func (w window) run(env []string, args ...string) (string, int) {
	w.t.Helper()
	master, terminal := w.open()
	defer master.Close()
	cmd := command(w.t, w.dir, append([]string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}, env...), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	terminal.Close()
	var shown bytes.Buffer
	var typing sync.Once
	var typed sync.WaitGroup
	ended := make(chan struct{})
	part := make([]byte, 64<<10)
	for {
		n, err := master.Read(part)
		if err != nil {
			break // nobody holds the terminal any more
		}
		shown.Write(part[:n])
		typing.Do(func() { typed.Go(func() { w.typeKeys(master, ended) }) })
	}
	close(ended)
	typed.Wait()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatal(err)
	}
	return strings.ReplaceAll(shown.String(), "\r\n", "\n"), cmd.ProcessState.ExitCode()
}

// typeKeys types keys one after another once something can be seen, and the last again
// and again: a pager throws away what is typed while it is interrupted.
func (w window) typeKeys(master io.Writer, ended <-chan struct{}) {
	for i := 0; w.keys != ""; i++ {
		if _, err := io.WriteString(master, w.keys[min(i, len(w.keys)-1):][:1]); err != nil {
			return // nobody holds the terminal any more
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ended:
			return
		}
	}
}

// show runs a command in the window, in this process, which is quicker.
func (w window) show(args ...string) (string, int) {
	w.t.Helper()
	master, terminal := w.open()
	defer master.Close()
	shown := make(chan string)
	go func() {
		all, _ := io.ReadAll(master) // ends with an error once nobody holds the terminal
		shown <- strings.ReplaceAll(string(all), "\r\n", "\n")
	}()
	status := run(append(args, "--archive", filepath.Join(w.dir, "archive.db")), strings.NewReader(""), terminal, terminal)
	terminal.Close()
	return <-shown, status
}

// many makes an archive of so many releases, in scripts and with characters of which
// the width is not that of Latin letters. It returns its folder.
func many(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	archive, err := store.Create(filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	titles := []string{
		"警察は盗まれた自転車を持ち主に返すため情報を求めている警察は盗まれた自転車を持ち主に返すため情報を求めている",
		"Cafe\u0301 owner’s cre\u0300me bru\u0302le\u0301e stolen agai\u0308n by a ve\u0301ry determined fo\u0302x in Ha\u030Arrowmere",
		"👩‍👩‍👧‍👦 family day ❤️ at the 🏳️‍🌈 festival: 👮🏽‍♀️ officers hand out 🇬🇧 flags and 🍦 to children of all ages",
		"الشرطة تبحث عن شهود بعد سرقة متجر المجوهرات في وسط المدينة ليلة الثلاثاء الماضي",
		"An\u202Eoverride\u202C in a headline of the sort that strangers write who want to confuse",
	}
	var visits []article.Visit
	for i := range n {
		r := invented.Record(i, n)
		if i < len(titles) {
			r.Title = titles[i]
			for k := range r.Quotes {
				r.Quotes[k].Speaker = titles[i][:strings.IndexByte(titles[i]+" ", ' ')]
			}
			r.Fill()
		}
		visits = append(visits, invented.Visit(r))
	}
	changed := invented.Record(0, n)
	changed.Title = titles[0] + "つづき"
	changed.FirstSeen = article.At(changed.FirstSeen.AddDate(0, 0, 1))
	changed.Fill()
	visits = append(visits, invented.Visit(changed))
	for i := range 3 {
		r := invented.Record(i, n)
		at := r.FirstSeen.AddDate(0, 0, 3)
		visits = append(visits, article.Visit{Cause: article.CauseNotFound, Address: article.Address{
			URL: r.URL, Site: r.Site, State: article.StateMissing, Checked: at, Next: at, MissingSince: at, Misses: 1,
		}})
	}
	if _, err := archive.Save(visits...); err != nil {
		t.Fatal(err)
	}
	text := ""
	for i := range 6 {
		text += invented.Record(i, n).Text + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "letter.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// readingCommands are the commands for people, with arguments under which each has
// something to show.
func readingCommands(dir string, n int) [][]string {
	first := invented.Record(0, n).ID[:12]
	return [][]string{
		{"list"}, {"list", "--site", invented.Record(0, n).Site}, {"show", first}, {"show", invented.Record(2, n).ID}, {"search", "police"}, {"quotes"}, {"quotes", "--by-speaker"}, {"quotes", "police"},
		{"history", first}, {"diff", first}, {"stats"}, {"stats", "--by", "speaker"}, {"stats", "--by", "kind", "--over", "month"},
		{"stats", "--by", "month", "--format", "plot"}, {"stats", "--by", "kind", "--over", "month", "--format", "plot"}, {"stats", "--by", "speaker", "--over", "year"},
		{"removed"}, {"duplicates"}, {"duplicates", "--quotes"}, {"related", first}, {"match", filepath.Join(dir, "letter.txt")},
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[a-zA-Z]")

// What is for people fits the window, however wide its characters are, has colours on
// a terminal alone, and none where NO_COLOR says so.
func TestWindow(t *testing.T) {
	const n = 40
	dir := many(t, n)
	for name, value := range map[string]string{"PAGER": "", "ARCHIVER_PAGER": "", "TERM": "xterm-256color", "NO_COLOR": ""} {
		t.Setenv(name, value)
	}
	var plain bytes.Buffer
	if run([]string{"list", "--archive", filepath.Join(dir, "archive.db")}, strings.NewReader(""), &plain, io.Discard) != 0 || strings.Contains(plain.String(), "\x1b") {
		t.Errorf("where there is no terminal list shows %q", plain.String())
	}
	for _, columns := range []int{40, 80, 200} {
		for _, args := range readingCommands(dir, n) {
			w := window{t: t, dir: dir, columns: columns, rows: 24}
			shown, status := w.show(args...)
			if status != 0 || shown == "" {
				t.Errorf("%v: status %d: %s", args, status, shown)
			}
			if strings.ContainsAny(shown, "\u202e") {
				t.Errorf("%v: what turns the text round is shown", args)
			}
			for line := range strings.SplitSeq(shown, "\n") {
				line = line[strings.LastIndexByte(line, '\r')+1:]
				if got := columnsOf(escapes.ReplaceAllString(line, "")); got > columns && !strings.HasPrefix(line, "https://") && !strings.HasPrefix(line, "archiver: ") {
					t.Errorf("%v: %d columns in a window of %d: %q", args, got, columns, line)
				}
			}
			if keep := os.Getenv("ARCHIVER_SHOWN"); keep != "" {
				name := fmt.Sprintf("%s-%d.txt", strings.ReplaceAll(strings.Join(args, "_"), "/", ""), columns)
				if err := os.WriteFile(filepath.Join(keep, name), []byte(shown), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	t.Setenv("NO_COLOR", "1")
	for _, args := range readingCommands(dir, n) {
		w := window{t: t, dir: dir, columns: 80, rows: 24}
		if shown, _ := w.show(args...); regexp.MustCompile("\x1b\\[[0-9;]*m").MatchString(shown) {
			t.Errorf("%v has colours that NO_COLOR forbids: %q", args, shown)
		}
	}
}

// What is longer than the window is put into a pager.
func TestPager(t *testing.T) {
	const n = 60
	dir := many(t, n)
	// A pager that says so, and keeps what it was given.
	pager := filepath.Join(dir, "a pager")
	script := "#!/bin/sh\necho \"$LESS|$LV\" >env.txt\ncat >paged.txt\necho paged\n"
	if err := os.WriteFile(pager, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	line := "'" + pager + "'"
	w := window{t: t, dir: dir, columns: 80, rows: 24}
	paged := func() string {
		data, err := os.ReadFile(filepath.Join(dir, "paged.txt"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	is := func(what string, shown, want string, status int) {
		t.Helper()
		if status != 0 || shown != want {
			t.Errorf("%s: status %d, shown %.300q", what, status, shown)
		}
	}

	// All of it, in colour, goes to the pager that $ARCHIVER_PAGER names before others.
	shown, status := w.run([]string{"ARCHIVER_PAGER=" + line, "PAGER=false"}, "list")
	is("list", shown, "paged\n", status)
	if got := strings.Count(paged(), "\n"); got != n+1 || !strings.Contains(paged(), "\x1b[1mID") {
		t.Errorf("the pager has %d lines: %.200q", got, paged())
	}
	if env, err := os.ReadFile(filepath.Join(dir, "env.txt")); err != nil || string(env) != "FRX|-c\n" {
		t.Errorf("the pager's environment is %q, %v", env, err)
	}
	shown, status = w.run([]string{"PAGER=" + line, "LESS=S"}, "list")
	is("list", shown, "paged\n", status)
	if env, err := os.ReadFile(filepath.Join(dir, "env.txt")); err != nil || string(env) != "S|-c\n" {
		t.Errorf("the pager's environment is %q, %v", env, err)
	}
	// What is said after results is below them, progress is not.
	shown, status = w.run([]string{"PAGER=" + line}, "search", "police", "--limit", "30")
	if !strings.HasSuffix(shown, "paged\n") || status != 0 || !regexp.MustCompile(`\n1 to 30 of \d+ releases; --offset 30 shows the next\n$`).MatchString(paged()) || strings.Contains(paged(), "indexed") {
		t.Errorf("search shows %q, the pager %q", shown, paged())
	}

	// What is short, for programs, or not to be paged, is not.
	all, _ := w.run([]string{"PAGER="}, "list")
	if strings.Count(all, "\n") != n+1 {
		t.Errorf("without a pager there are %d lines", strings.Count(all, "\n"))
	}
	for _, env := range []string{"PAGER=cat", "ARCHIVER_PAGER=", "TERM=dumb", "PATH=/nowhere"} {
		shown, status = w.run([]string{"PAGER=" + line, env}, "list")
		if env == "PATH=/nowhere" { // less is not there
			shown, status = w.run([]string{env}, "list")
		}
		if env == "TERM=dumb" {
			if status != 0 || strings.Contains(shown, "\x1b") || strings.Count(shown, "\n") != n+1 {
				t.Errorf("%s: status %d, %q", env, status, shown)
			}
			continue
		}
		is(env, shown, all, status)
	}
	shown, status = w.run([]string{"PAGER=" + line}, "list", "--no-pager")
	is("--no-pager", shown, all, status)
	if shown, status = w.run([]string{"PAGER=" + line}, "list", "--format", "jsonl"); status != 0 || strings.Count(shown, `{"schema":1`) != n {
		t.Errorf("jsonl: status %d, %.100q", status, shown)
	}
	if shown, status = w.run([]string{"PAGER=" + line}, "quotes", "--limit", "1"); status != 0 || strings.Contains(shown, "paged") || !strings.Contains(shown, "1 to 1 of") {
		t.Errorf("what is short: status %d, %q", status, shown)
	}
	if r := archiver(t, dir, []string{"PAGER=" + line}, "list"); strings.Contains(r.stdout, "paged") {
		t.Error("a pipe is paged")
	}
	// The lines are counted as the window breaks them.
	narrow := window{t: t, dir: dir, columns: 40, rows: 9}
	if shown, _ = narrow.run([]string{"PAGER=" + line}, "history", invented.Record(0, n).ID[:12]); strings.Contains(shown, "paged") {
		t.Errorf("what is short: %q", shown)
	}

	// Who has seen enough ends the pager, and that is no failure.
	shown, status = w.run([]string{"PAGER=head -n 3"}, "list")
	if status != 0 || strings.Count(shown, "\n") != 3 {
		t.Errorf("a pager that is ended: status %d, %q", status, shown)
	}
	if shown, status = w.run([]string{"PAGER=true"}, "show", "--format", "markdown", invented.Record(6, n).ID); status != 0 || shown != "" {
		t.Errorf("a pager that is ended at once: status %d, %q", status, shown)
	}
	// Faults stay faults.
	if shown, status = w.run([]string{"PAGER=" + line}, "show", "ffffffffff"); status != 1 || !strings.Contains(shown, "archiver: ") {
		t.Errorf("an unknown release: status %d, %q", status, shown)
	}
	if shown, status = w.run([]string{"PAGER=no-such-pager -x"}, "list"); status != 0 || !strings.HasPrefix(shown, "archiver: the pager of $PAGER cannot be run") || !strings.HasSuffix(shown, all) {
		t.Errorf("a pager that is not there: status %d, %.300q", status, shown)
	}
}

// Less shows a window at a time and ends with q; an interrupt leaves the terminal to
// it until then.
func TestLess(t *testing.T) {
	if _, err := exec.LookPath("less"); err != nil {
		t.Skip("there is no less")
	}
	const n = 60
	dir := many(t, n)
	w := window{t: t, dir: dir, columns: 80, rows: 24, keys: "\x03\x03q"}
	shown, status := w.run(nil, "list")
	if status != 0 && status != statusInterrupted || !strings.Contains(shown, "\x1b[?1l") {
		t.Errorf("status %d, %q", status, shown)
	}
	w.keys = "q"
	if shown, status = w.run(nil, "list"); status != 0 || strings.Count(shown, "\n") > w.rows || !strings.Contains(shown, "\x1b[1mID") {
		t.Errorf("status %d, %q", status, shown)
	}
}
