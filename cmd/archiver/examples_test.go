package main

import (
	"bytes"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// example reads a file of examples/.
func example(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// accepts fails where the program would refuse a command line.
func accepts(t *testing.T, line string) {
	t.Helper()
	words := strings.Fields(line)
	if i := slices.IndexFunc(words, func(w string) bool { return strings.Contains(w, ">") }); i >= 0 {
		words = words[:i]
	}
	if filepath.Base(words[0]) != "archiver" {
		t.Errorf("runs %s", words[0])
	}
	cmd, rest, err := (&app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).root().Find(words[1:])
	if err == nil {
		err = cmd.ParseFlags(rest)
	}
	if err == nil {
		err = cmd.ValidateArgs(cmd.Flags().Args())
	}
	if err != nil || !cmd.HasParent() {
		t.Errorf("%s: %v", line, err)
	}
}

func TestAccepts(t *testing.T) {
	for _, bad := range []string{"archiver crawl --notfy x", "archiver crwl", "archiver backup", "other crawl"} {
		inner := &testing.T{}
		accepts(inner, bad)
		if !inner.Failed() {
			t.Errorf("%q is accepted", bad)
		}
	}
}

var (
	cronSetting = regexp.MustCompile(`^[A-Z_]+=\S+$`)
	cronLine    = regexp.MustCompile(`^((?:[0-5]?\d|\*)\s+(?:[01]?\d|2[0-3]|\*)\s+(?:[12]?\d|3[01]|\*)\s+(?:[1-9]|1[0-2]|\*)\s+(?:[0-7]|\*))\s+(\S.*)$`)
	logFile     = regexp.MustCompile(`>>(\S+)`)
)

func TestExampleCrontab(t *testing.T) {
	rotated := strings.Fields(example(t, "logrotate")[strings.Index(example(t, "logrotate"), "\n/"):])[0]
	commands := 0
	for line := range strings.Lines(example(t, "crontab")) {
		line = strings.TrimSpace(line)
		switch parts := cronLine.FindStringSubmatch(line); {
		case line == "", strings.HasPrefix(line, "#"), cronSetting.MatchString(line):
		case parts == nil:
			t.Errorf("not a line of a crontab: %s", line)
		case strings.Contains(parts[2], "%"):
			t.Errorf("cron takes %% for a line break: %s", line)
		default:
			commands++
			accepts(t, parts[2])
			for _, log := range logFile.FindAllStringSubmatch(line, -1) {
				if ok, err := filepath.Match(rotated, log[1]); !ok || err != nil {
					t.Errorf("%s is not among %s that logrotate looks after", log[1], rotated)
				}
			}
		}
	}
	if commands != 3 {
		t.Errorf("%d commands", commands)
	}
}

func TestExampleLogrotate(t *testing.T) {
	known := regexp.MustCompile(`^(daily|weekly|monthly|rotate \d+|compress|delaycompress|missingok|notifempty|create 0[0-7]{3} \w+ \w+|su \w+ \w+)$`)
	depth := 0
	for line := range strings.Lines(example(t, "logrotate")) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case depth == 0 && strings.HasPrefix(line, "/") && strings.HasSuffix(line, " {"):
			depth++
		case depth == 1 && line == "}":
			depth--
		case depth != 1 || !known.MatchString(line):
			t.Errorf("not a line of logrotate's: %s", line)
		}
	}
	if depth != 0 {
		t.Error("a brace is not closed")
	}
	if tool, err := exec.LookPath("logrotate"); err == nil {
		conf := filepath.Join(t.TempDir(), "logrotate")
		text := regexp.MustCompile(`(?m)^\s*(su|create) .*\n`).ReplaceAllString(example(t, "logrotate"), "") // users that are not there
		if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(tool, "--debug", "--state", filepath.Join(t.TempDir(), "state"), conf).CombinedOutput(); err != nil || bytes.Contains(out, []byte("error:")) {
			t.Errorf("logrotate: %v\n%s", err, out)
		}
	}
}

// unit reads a systemd unit: section, key, values.
func unit(t *testing.T, name string) map[string]map[string][]string {
	t.Helper()
	u, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(example(t, name)) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
			u[section] = map[string][]string{}
		case ok && section != "":
			u[section][key] = append(u[section][key], value)
		default:
			t.Errorf("%s: not a line of a unit: %s", name, line)
		}
	}
	return u
}

func TestExampleUnits(t *testing.T) {
	service, timer := unit(t, "archiver.service"), unit(t, "archiver.timer")
	for _, line := range service["Service"]["ExecStart"] {
		accepts(t, line)
	}
	if len(service["Service"]["ExecStart"]) != 1 || service["Service"]["Type"][0] != "oneshot" || timer["Timer"]["OnCalendar"] == nil || timer["Install"]["WantedBy"] == nil {
		t.Errorf("%v\n%v", service, timer)
	}
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not there; the units were parsed")
	}
	// It wants the program and the user to be there.
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"archiver.service", "archiver.timer"} {
		text := strings.ReplaceAll(example(t, name), "/usr/local/bin/archiver", self)
		text = strings.NewReplacer("User=archiver", "User=root", "Group=archiver", "Group=root").Replace(text)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(tool, "verify", "--man=no", filepath.Join(dir, "archiver.service"), filepath.Join(dir, "archiver.timer"))
	out, err := cmd.CombinedOutput()
	if err != nil || bytes.Contains(out, []byte(dir)) || bytes.Contains(out, []byte("archiver.")) {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

// The rules name figures and labels that there are.
func TestExampleRules(t *testing.T) {
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Expr        string            `yaml:"expr"`
				For         string            `yaml:"for"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	decoder := yaml.NewDecoder(strings.NewReader(example(t, "prometheus.rules.yaml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	duration, metric := regexp.MustCompile(`^(\d+[smhd])?$`), regexp.MustCompile(`archiver_[a-z_]+`)
	matcher, label := regexp.MustCompile(`(archiver_[a-z_]+)\{([a-z_]+)="([^"]*)"`), regexp.MustCompile(`\$labels\.([a-z_]+)`)
	rules := 0
	for _, group := range file.Groups {
		for _, r := range group.Rules {
			rules++
			names := metric.FindAllString(r.Expr, -1)
			if r.Alert == "" || len(names) == 0 || !duration.MatchString(r.For) || r.Labels["severity"] == "" || r.Annotations["summary"] == "" {
				t.Errorf("not a rule: %+v", r)
			}
			for _, name := range names {
				labels, known := metricLabels[name]
				if !known {
					t.Errorf("%s: there is no %s", r.Alert, name)
				}
				for _, text := range r.Annotations {
					for _, used := range label.FindAllStringSubmatch(text, -1) {
						if !slices.Contains(labels, used[1]) {
							t.Errorf("%s: %s has no label %s", r.Alert, name, used[1])
						}
					}
				}
			}
			for _, m := range matcher.FindAllStringSubmatch(r.Expr, -1) {
				if !slices.Contains(metricLabels[m[1]], m[2]) {
					t.Errorf("%s: %s has no label %s", r.Alert, m[1], m[2])
				}
			}
			if strings.Count(r.Expr, "(") != strings.Count(r.Expr, ")") {
				t.Errorf("%s: %s", r.Alert, r.Expr)
			}
		}
	}
	if rules < 5 {
		t.Errorf("%d rules", rules)
	}
}

// The script mails what a crawl hands it.
func TestExampleNotifyMail(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script")
	}
	p := newPatient(t)
	p.falls(refuses)
	script, err := filepath.Abs(filepath.Join("..", "..", "examples", "notify-mail"))
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(p.dir, "mail")
	mailer := filepath.Join(p.dir, "mailer")
	if err := os.WriteFile(mailer, []byte("#!/bin/sh\ncat >"+out+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "ARCHIVER_MAIL=desk@example.org", "SENDMAIL=" + mailer}
	args := []string{"crawl", "demo", "--sites", "sites", "--delay", "0s", "--notify-exec", script}
	if r := archiver(t, p.dir, env, args...); r.status != 5 || strings.Contains(r.stderr, "notice") {
		t.Fatalf("%+v", r)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil || m.Header.Get("To") != "desk@example.org" || m.Header.Get("Subject") != "archiver: demo refused us" ||
		!strings.HasPrefix(string(body), "demo refused us: ") || !strings.Contains(string(body), `"blocked": "`) {
		t.Errorf("%v: %v\n%s", err, m.Header, body)
	}
	// Without an address to write to it fails, and the crawl says so.
	r := archiver(t, p.dir, env[:1], append(args, "--notify-on", "always")...)
	if r.status != 5 || !strings.Contains(r.stderr, "names nobody to write to") {
		t.Errorf("%+v", r)
	}
}
