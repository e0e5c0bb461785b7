package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// paged has what a command shows to a person put into a pager where it is longer than
// the window, as git does.
func (a *app) paged(cmd *cobra.Command) *cobra.Command {
	var off bool
	cmd.Flags().BoolVar(&off, "no-pager", false, "never use a pager (else $ARCHIVER_PAGER, $PAGER or less, where the output is longer than the window)")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var line string
		if f := cmd.Flags().Lookup("format"); !off && (f == nil || f.Value.String() != "jsonl") {
			line = a.pagerLine()
		}
		if line == "" {
			return run(cmd, args)
		}
		p := newPager(a, line)
		stdout, stderr := a.stdout, a.stderr
		a.stdout, a.stderr = p.stdout, p.stderr
		err := run(cmd, args)
		a.stdout, a.stderr = stdout, stderr
		if end := p.close(); err == nil {
			err = end
		}
		if errors.Is(err, errQuit) {
			return nil // who has seen enough has not failed
		}
		return err
	}
	return cmd
}

// pagerLine returns the pager as a line for the shell, or "" where there is to be none.
func (a *app) pagerLine() string {
	if _, ok := terminal(a.stdout); !ok || os.Getenv("TERM") == "dumb" {
		return ""
	}
	line, name := "less", ""
	for _, name = range []string{"ARCHIVER_PAGER", "PAGER"} {
		if told, ok := os.LookupEnv(name); ok {
			line = strings.TrimSpace(told)
			break
		}
		name = ""
	}
	if line == "" || line == "cat" {
		return ""
	}
	// The shell knows what else there can be before a program's name.
	if program := strings.Fields(line)[0]; !strings.ContainsAny(program, "\\'\"$`=;&|<>()~*?[#") {
		if _, err := exec.LookPath(program); err != nil {
			if name != "" {
				fmt.Fprintf(a.stderr, "archiver: the pager of $%s cannot be run: %v\n", name, err)
			}
			return ""
		}
	}
	return line
}

// errQuit is that whoever reads in the pager has ended it.
var errQuit = errors.New("the pager was ended")

// A pager holds back what is written until it is longer than the window; then the
// pager is begun and has it all. What is short goes to the terminal at the end.
// Messages that come after results stay behind them, in the pager too.
type pager struct {
	stdout, stderr *paging
	line           string
	room           int // lines of the window that what is short can have
	width          int

	mu    sync.Mutex
	held  []piece
	lines int
	last  int // columns of the last line that is held
	cmd   *exec.Cmd
	pipe  io.WriteCloser
	quit  bool
	calm  chan os.Signal
}

// A piece is something that was written to one of the outputs.
type piece struct {
	to   io.Writer
	text []byte
}

// A paging is an output that a pager stands before.
type paging struct {
	*pager
	to io.Writer
}

// A screen is an output that stands before another, which may be a terminal.
type screen interface{ behind() io.Writer }

func (o *paging) behind() io.Writer { return o.to }

func newPager(a *app, line string) *pager {
	p := &pager{line: line, room: 23}
	p.width, _ = terminal(a.stdout)
	if f, ok := a.stdout.(*os.File); ok {
		if _, height, err := term.GetSize(int(f.Fd())); err == nil && height > 1 {
			p.room = height - 1 // the shell's next line is the last
		}
	}
	p.stdout, p.stderr = &paging{p, a.stdout}, &paging{p, a.stderr}
	return p
}

func (o *paging) Write(data []byte) (int, error) {
	p := o.pager
	p.mu.Lock()
	defer p.mu.Unlock()
	if o == p.stderr {
		if _, tty := terminal(o.to); !tty || p.cmd == nil && len(p.held) == 0 {
			return o.to.Write(data)
		}
	}
	if p.quit {
		if o == p.stderr {
			return len(data), nil
		}
		return 0, errQuit
	}
	if p.cmd == nil {
		p.held = append(p.held, piece{o.to, append([]byte(nil), data...)})
		if p.count(string(data)); p.lines <= p.room {
			return len(data), nil
		}
		return len(data), p.begin()
	}
	return p.hand(data)
}

// hand gives the pager more to show. That it does not want it is no fault of ours.
func (p *pager) hand(data []byte) (int, error) {
	n, err := p.pipe.Write(data)
	if err != nil {
		p.quit, err = true, errQuit
	}
	return n, err
}

// count adds the lines that a text takes in the window.
func (p *pager) count(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			p.lines, p.last = p.lines+1, 0
		}
		before := max(p.last-1, 0) / p.width
		p.last += columnsOf(line)
		p.lines += max(p.last-1, 0)/p.width - before
	}
}

// begin starts the pager and hands it what was held back. An interrupt is the pager's
// to answer while it runs: the first one ends our work all the same, further ones must
// not end us before it gives back the terminal.
func (p *pager) begin() error {
	p.cmd = exec.Command("/bin/sh", "-c", p.line)
	p.cmd.Stdout, p.cmd.Stderr = p.stdout.to, p.stderr.to
	p.cmd.Env = os.Environ()
	for name, value := range map[string]string{"LESS": "FRX", "LV": "-c"} {
		if _, ok := os.LookupEnv(name); !ok {
			p.cmd.Env = append(p.cmd.Env, name+"="+value)
		}
	}
	var err error
	if p.pipe, err = p.cmd.StdinPipe(); err != nil {
		return wrote(err)
	}
	if err := p.cmd.Start(); err != nil {
		return wrote(fmt.Errorf("start the pager %q: %w", p.line, err))
	}
	p.calm = make(chan os.Signal, 1)
	signal.Notify(p.calm, os.Interrupt)
	for _, h := range p.held {
		if _, err := p.hand(h.text); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

// close shows what was held back, or waits until the pager is ended. What a pager
// thinks of its own end is not our result.
func (p *pager) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		for _, h := range p.held {
			if _, err := h.to.Write(h.text); err != nil {
				return wrote(err)
			}
		}
		return nil
	}
	if p.calm == nil {
		return nil // it could not be started
	}
	defer signal.Stop(p.calm)
	_ = p.pipe.Close()
	_ = p.cmd.Wait()
	return nil
}
