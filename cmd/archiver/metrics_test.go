package main

import (
	"bytes"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// metricLabels are the names that operators' rules rely on, with their labels: a
// change here is a line in the CHANGELOG.
var metricLabels = map[string][]string{
	"archiver_build_info":                          {"version"},
	"archiver_run_started_timestamp_seconds":       nil,
	"archiver_run_finished_timestamp_seconds":      nil,
	"archiver_run_duration_seconds":                nil,
	"archiver_run_status":                          nil,
	"archiver_site_run_finished_timestamp_seconds": {"site"},
	"archiver_site_run_duration_seconds":           {"site"},
	"archiver_site_status":                         {"site"},
	"archiver_articles":                            {"outcome", "site"},
	"archiver_failures":                            {"cause", "site"},
	"archiver_requests":                            {"site"},
	"archiver_received_bytes":                      {"site"},
	"archiver_blocked":                             {"site"},
	"archiver_changed_shape":                       {"site"},
	"archiver_records":                             {"site", "status"},
	"archiver_addresses":                           {"site", "state"},
}

// figures reads a file of --metrics as Prometheus does.
func figures(t *testing.T, path string) map[string]*dto.MetricFamily {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.New(bytes.NewReader(data)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %+v, %v", problems, err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// value is a figure by its labels ("site", "demo"), -1 where there is none.
func value(families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	for _, m := range families[name].GetMetric() {
		has := map[string]string{}
		for _, l := range m.GetLabel() {
			has[l.GetName()] = l.GetValue()
		}
		fits := true
		for i := 0; i < len(labels); i += 2 {
			fits = fits && has[labels[i]] == labels[i+1]
		}
		if fits {
			return m.GetGauge().GetValue()
		}
	}
	return -1
}

func TestMetrics(t *testing.T) {
	p := newPatient(t)
	path := filepath.Join(p.dir, "metrics.prom")
	p.falls(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/couple-lose-9200-to-callers-posing-as-detectives/") {
			w.WriteHeader(http.StatusBadRequest)
			return true
		}
		return false
	})
	if r := p.crawl(t, "--full", "--metrics", path); r.status != 3 {
		t.Fatalf("%+v", r)
	}
	families := figures(t, path)
	got := map[string][]string{}
	for name, f := range families {
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		slices.Sort(labels)
		got[name] = labels
	}
	if !maps.EqualFunc(got, metricLabels, slices.Equal) {
		t.Errorf("names and labels: got %v\nwant %v", got, metricLabels)
	}
	check := func(want float64, name string, labels ...string) {
		t.Helper()
		if got := value(families, name, labels...); got != want {
			t.Errorf("%s %v is %v, want %v", name, labels, got, want)
		}
	}
	check(3, "archiver_run_status")
	check(3, "archiver_site_status", "site", "demo")
	check(36, "archiver_articles", "site", "demo", "outcome", "new")
	check(1, "archiver_articles", "site", "demo", "outcome", "failed")
	check(1, "archiver_failures", "site", "demo", "cause", "HTTP status 400 Bad Request")
	check(36, "archiver_records", "site", "demo", "status", "live")
	check(0, "archiver_records", "site", "demo", "status", "gone")
	check(1, "archiver_addresses", "site", "demo", "state", "failed")
	check(36, "archiver_addresses", "site", "demo", "state", "fetched")
	check(0, "archiver_blocked", "site", "demo")
	if value(families, "archiver_requests", "site", "demo") < 37 || value(families, "archiver_received_bytes", "site", "demo") < 1e5 {
		t.Error("requests or bytes are too few")
	}

	// A run of another site keeps this one's last figures.
	finished := value(families, "archiver_site_run_finished_timestamp_seconds", "site", "demo")
	other := newPatient(t)
	other.falls(refuses)
	profile, err := os.ReadFile(filepath.Join(other.dir, "sites", "demo.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	profile = bytes.Replace(profile, []byte("id: demo"), []byte("id: twin"), 1)
	if err := os.WriteFile(filepath.Join(p.dir, "sites", "twin.yaml"), profile, 0o644); err != nil {
		t.Fatal(err)
	}
	if r := archiver(t, p.dir, nil, "crawl", "twin", "--sites", "sites", "--delay", "0s", "--metrics", path); r.status != 5 {
		t.Fatalf("%+v", r)
	}
	families = figures(t, path)
	check(5, "archiver_run_status")
	check(5, "archiver_site_status", "site", "twin")
	check(1, "archiver_blocked", "site", "twin")
	check(3, "archiver_site_status", "site", "demo")
	check(finished, "archiver_site_run_finished_timestamp_seconds", "site", "demo")

	// The other way round, too, although the archive knows no address of the other.
	if r := p.crawl(t, "--metrics", path); r.status != 3 {
		t.Fatalf("%+v", r)
	}
	families = figures(t, path)
	check(5, "archiver_site_status", "site", "twin")
	check(1, "archiver_blocked", "site", "twin")
	check(0, "archiver_records", "site", "twin", "status", "live")
	if r := archiver(t, p.dir, nil, "sites", "status", "--sites", "sites"); r.status != 0 || !strings.Contains(r.stdout, "\ntwin  ") || !strings.Contains(r.stdout, "twin refused us") {
		t.Errorf("sites status: %+v", r)
	}

	// A run that could not begin is a figure too.
	if err := os.WriteFile(filepath.Join(p.dir, "archive.db"), []byte("no archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := p.crawl(t, "--metrics", path); r.status != 1 {
		t.Fatalf("%+v", r)
	}
	families = figures(t, path)
	check(1, "archiver_run_status")
	check(-1, "archiver_site_status")
}
