//go:build linux

package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"go.uber.org/goleak"
)

// These tests need processes of their own. They start this program again, with
// a job to do on an archive instead of the tests.
var jobs = map[string]func(path string) error{
	"compact": jobCompact,
	"crawl":   jobCrawl,
	"fill":    jobFill,
	"merge":   jobMerge,
	"turns":   jobTurns,
	"visitor": jobVisitor,
}

func TestMain(m *testing.M) {
	if job := jobs[os.Getenv("STORE_JOB")]; job != nil {
		if err := job(os.Getenv("STORE_ARCHIVE")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func command(job, path string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), "STORE_JOB="+job, "STORE_ARCHIVE="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// bulk is the text of the article n, which bulks like one.
func bulk(n int) string { return fmt.Sprintf("Release %d. %x", n, noise(n, 1500)) }

// inCommit is how many articles jobCrawl saves at once.
const inCommit = 3

// jobCrawl holds the crawl lock and saves articles without end. It says how
// many there are after each commit.
func jobCrawl(path string) error {
	s, err := store.Create(path)
	if err != nil {
		return err
	}
	if _, err := s.Lock(context.Background(), time.Second); err != nil {
		return err
	}
	n := 0
	for _, err := range s.AddressesOf("x") {
		if err != nil {
			return err
		}
		n++
	}
	for {
		n += inCommit
		if _, err := s.Save(visit(n-2, bulk(n-2), noon), visit(n-1, bulk(n-1), noon), visit(n, bulk(n), noon)); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// jobFill saves articles until that fails because a file may not grow.
func jobFill(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	limit := uint64(info.Size()) + 100_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		return err
	}
	s, err := store.Create(path)
	if err != nil {
		return err
	}
	n, err := fill(s)
	fmt.Println(n)
	return err
}

// jobCompact compacts an archive again and again. It says when each begins.
func jobCompact(path string) error {
	s, err := store.Open(path)
	for err == nil {
		fmt.Println("begin")
		_, err = s.Compact(context.Background(), time.Second, nil)
	}
	return err
}

// jobMerge merges another archive into one, and says so after each commit and at
// the end.
func jobMerge(path string) error {
	s, err := store.Create(path)
	if err != nil {
		return err
	}
	fmt.Println("begin")
	_, err = s.Merge(context.Background(), time.Second, os.Getenv("STORE_OTHER"), func(done, _ int) { fmt.Println(done) })
	if err == nil {
		fmt.Println("end")
	}
	return err
}

// jobTurns has an article go missing and come back, a commit each, and says how
// often after each.
func jobTurns(path string) error {
	s, err := store.Open(path)
	if err != nil {
		return err
	}
	changes, err := s.StatusChanges(urlOf(1))
	for n := len(changes) + 1; err == nil; n++ {
		v := missing404(urlOf(1), at(n))
		if n%2 == 0 {
			v = known(urlOf(1), article.StateUnchanged, at(n))
		}
		if _, err = s.Save(v); err == nil {
			fmt.Println(n)
		}
	}
	return err
}

// Whenever it is killed, the log says what the record says.
func TestTurnsKilled(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(0)))
	for range killCount() {
		if !killed(t, command("turns", s.Path()), 20*time.Millisecond) {
			t.Fatal("it ended by itself")
		}
		changes, err := s.StatusChanges(urlOf(1))
		if err != nil || len(changes) == 0 {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		last, r := changes[len(changes)-1], record(t, s, urlOf(1))
		if a := address(t, s, urlOf(1)); last.Status != r.Status || !last.At.Equal(a.Checked) || !r.StatusSince.Equal(last.At) {
			t.Errorf("the log ends with %+v, the record is %s since %v, the address was checked %v", last, r.Status, r.StatusSince, a.Checked)
		}
		if len(changes) >= 80 { // it is cut at 100
			break
		}
	}
}

// killed runs a job and kills it at a random moment within so long of its first
// word. It returns false if the job came to its end before that: what the process
// does after it has said "end" does not count, for the race detector has it sleep
// a second before it exits.
func killed(t *testing.T, cmd *exec.Cmd, within time.Duration) bool {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var timer *time.Timer
	ended := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if timer == nil {
			timer = time.AfterFunc(rand.N(within), func() { cmd.Process.Kill() })
		}
		if lines.Text() == "end" {
			timer.Stop()
			ended = true
		}
	}
	err = cmd.Wait()
	if timer != nil {
		timer.Stop()
	}
	var exit *exec.ExitError
	switch {
	case err == nil, ended:
		return false
	case !errors.As(err, &exit) || exit.ExitCode() != -1:
		t.Fatalf("it was not killed: %v", err)
	}
	return true
}

// killCount is how many times a test kills its job: STORE_KILLS, or 10. Those
// whose job takes longer do so a third as often.
func killCount() int {
	if n, err := strconv.Atoi(os.Getenv("STORE_KILLS")); err == nil {
		return n
	}
	return 10
}

// A compaction that is killed leaves the archive as it was, or compacted, and the
// next one works.
func TestCompactKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many kills; without the race detector it runs in full")
	}
	s := create(t)
	var visits []article.Visit
	for n := range 100 {
		visits = append(visits, release(n, at(1)))
	}
	save(t, s, visits...)
	before := contents(t, s)
	began := time.Now()
	compact(t, s)
	took := time.Since(began)
	for range max(1, killCount()/3) {
		if !killed(t, command("compact", s.Path()), took*3/2) {
			t.Fatal("it ended by itself")
		}
		if got := contents(t, s); got != before {
			t.Fatal("the archive holds something else")
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
	}
	compact(t, s)
	for name := range files(t, filepath.Dir(s.Path())) {
		if strings.Contains(name, "compact") {
			t.Errorf("%s is left", name)
		}
	}
}

// A merge that is killed is completed by the next.
func TestMergeKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many kills; without the race detector it runs in full")
	}
	a, b := create(t), create(t)
	var visits []article.Visit
	for n := range 100 {
		visits = append(visits, release(n, at(1)))
	}
	save(t, a, visits[:70]...)
	for n := range 100 {
		visits[n] = release(n, at(n%3))
		visits[n].Record.Title += "!"
	}
	save(t, b, visits[30:]...)
	backup := func() string {
		path := filepath.Join(t.TempDir(), "a.db")
		if _, err := a.Backup(t.Context(), path, nil); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole, err := store.Open(backup())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	merge(t, whole, b)
	took, want := time.Since(began), contents(t, whole)
	done := 0
	for range max(1, killCount()/3) {
		path := backup()
		merging := func() *exec.Cmd {
			cmd := command("merge", path)
			cmd.Env = append(cmd.Env, "STORE_OTHER="+b.Path())
			return cmd
		}
		// Each begins anew, so it may be killed for ever if the machine is busy.
		for range 5 {
			if !killed(t, merging(), took*3/2) {
				break
			}
			s, err := store.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			done++
		}
		if out, err := merging().Output(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		s, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, s); got != want {
			t.Fatal("it holds something else than one that was not killed")
		}
	}
	t.Logf("%d kills", done)
}

// fill saves articles until that fails and returns how many were saved.
func fill(s *store.Store) (int, error) {
	for n := 1; ; n++ {
		if _, err := s.Save(visit(n, bulk(n), noon)); err != nil {
			return n - 1, err
		}
	}
}

// jobVisitor does what one can do with an archive that is not one's own.
func jobVisitor(path string) error {
	s, err := store.Open(path)
	if err != nil {
		return err
	}
	_, err = s.Record(urlOf(1))
	fmt.Println("read:", err)
	fmt.Println("check:", s.Check())
	_, err = s.Save(visit(2, "Two.", noon))
	fmt.Println("save:", err)
	_, err = s.Lock(context.Background(), 0)
	fmt.Println("lock:", err)
	_, err = store.Create(path)
	fmt.Println("create:", err)
	_, err = store.Create(filepath.Join(filepath.Dir(path), "new.db"))
	fmt.Println("create new:", err)
	return nil
}

// mustHold opens an archive anew, checks it, and looks for the articles 1 to n.
func mustHold(t *testing.T, path string, n int) *store.Store {
	t.Helper()
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	for i := 1; i <= n; i++ {
		if r := record(t, s, urlOf(i)); r.Text != bulk(i) {
			t.Errorf("article %d of %d says something else", i, n)
		}
	}
	return s
}

// A crawl that is killed at any moment loses nothing that it had saved, and the
// next one goes on. STORE_KILLS sets how many times, instead of 10.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	kills := killCount()
	saved := 0
	for range kills {
		cmd := command("crawl", path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// The moment is to fall anywhere in a commit, which takes about 3 ms.
		var timer *time.Timer
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatalf("the crawl says %q", lines.Text())
			}
			saved = n
			if timer == nil {
				timer = time.AfterFunc(rand.N(20*time.Millisecond), func() { cmd.Process.Kill() })
			}
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("the crawl was not killed: %v", err)
		}
		s := mustHold(t, path, saved)
		if n := count(t, s.Records(all)); n != saved && n != saved+inCommit {
			t.Errorf("%d records, want %d, or those of one more commit", n, saved)
		}
	}
	t.Logf("%d articles after %d kills", saved, kills)
}

// A disk that is full: a commit fails, and all before it stays.
func TestDiskFull(t *testing.T) {
	check := func(t *testing.T, path string, n int, err string) {
		t.Helper()
		if n < 3 {
			t.Fatalf("only %d articles were saved: %s", n, err)
		}
		want := fmt.Sprintf("archive %s: nothing was saved, what it held before is intact: ", path)
		if !strings.Contains(err, want) {
			t.Errorf("got %q, want it to say %q", err, want)
		}
		if got := count(t, mustHold(t, path, n).Records(all)); got != n {
			t.Errorf("%d records, want %d", got, n)
		}
	}
	t.Run("full", func(t *testing.T) {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
			t.Skipf("cannot mount a small disk: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(dir, 0); err != nil {
				t.Error(err)
			}
		})
		path := filepath.Join(dir, "a.db")
		s, err := store.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := fill(s)
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("got %v, want ENOSPC", err)
		}
		check(t, path, n, err.Error())
		if _, err := store.Create(filepath.Join(dir, "b.db")); err == nil {
			t.Error("an archive was made on a full disk")
		}
		for name := range files(t, dir) {
			if strings.HasPrefix(name, "b.db") && name != "b.db.turn" {
				t.Errorf("half an archive was left on a full disk: %s", name)
			}
		}
	})
	t.Run("limit", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		if _, err := store.Create(path); err != nil {
			t.Fatal(err)
		}
		out, err := command("fill", path).Output()
		if err == nil {
			t.Fatal("it was never full")
		}
		number, message, _ := strings.Cut(string(out), "\n")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("it says %q", out)
		}
		check(t, path, n, message)
	})
}

// Whoever may only read an archive reads it, and is told why no more goes.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	s, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, visit(1, "One.", noon))
	for _, d := range []string{path, dir, filepath.Dir(dir)} {
		if err := os.Chmod(d, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755)); err != nil {
			t.Error(err)
		}
	})
	cmd := command("visitor", path)
	if os.Geteuid() == 0 { // to whom nothing is forbidden
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	fresh := filepath.Join(dir, "new.db")
	want := `read: <nil>
check: <nil>
save: archive ` + path + `: cannot be written: permission denied
lock: archive ` + path + `: cannot be locked: permission denied
create: archive ` + path + `: cannot be written: permission denied
create new: archive ` + fresh + `: cannot be made: permission denied
`
	if got := string(out); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := files(t, dir); len(got) != 2 { // the archive and its turnstile
		t.Errorf("%d files", len(got))
	}
}
