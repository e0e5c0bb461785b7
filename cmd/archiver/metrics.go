package main

import (
	"archiver/scraper"

	"github.com/prometheus/client_golang/prometheus"
)

// writeMetrics writes the figures of a run for the textfile collector of
// Prometheus' node exporter, by rename.
func writeMetrics(path string, report *scraper.Report) error {
	registry := prometheus.NewRegistry()
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "archiver", Name: name, Help: help}, labels)
		registry.MustRegister(g)
		return g
	}
	run := gauge("run_finished_timestamp_seconds", "When the last run ended, in seconds since 1970.")
	took := gauge("run_duration_seconds", "How long the last run took.")
	status := gauge("run_status", "What the last run's report leads to: 0 done, 3 some pages failed, 5 a site refused, 6 a site changed its shape.")
	run.WithLabelValues().Set(float64(report.Finished.Unix()))
	took.WithLabelValues().Set(report.Finished.Sub(report.Started).Seconds())
	status.WithLabelValues().Set(float64(report.Status()))

	articles := gauge("articles", "Articles of the last run by what became of them.", "site", "outcome")
	requests := gauge("requests", "Requests of the last run.", "site")
	received := gauge("received_bytes", "Bytes of bodies received in the last run.", "site")
	blocked := gauge("blocked", "1 if the site refused in the last run.", "site")
	changed := gauge("changed_shape", "1 if the site had changed its shape in the last run.", "site")
	for _, s := range report.Sites {
		for outcome, n := range map[string]int{
			"found": s.Found, "fetched": s.Fetched, "new": s.New, "changed": s.Changed, "unchanged": s.Unchanged,
			"missing": s.Missing, "gone": s.Gone, "not_article": s.NotArticle, "forbidden": s.Forbidden,
			"refused": s.Refused, "failed": s.Failed, "skipped": s.Skipped,
		} {
			articles.WithLabelValues(s.Site, outcome).Set(float64(n))
		}
		requests.WithLabelValues(s.Site).Set(float64(s.Requests))
		received.WithLabelValues(s.Site).Set(float64(s.Bytes))
		blocked.WithLabelValues(s.Site).Set(truth(s.Blocked != ""))
		changed.WithLabelValues(s.Site).Set(truth(s.Shape != ""))
	}
	return prometheus.WriteToTextfile(path, registry)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
