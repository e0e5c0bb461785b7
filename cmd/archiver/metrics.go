package main

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"archiver/article"
	"archiver/health"
	"archiver/scraper"
	"archiver/store"

	"github.com/prometheus/client_golang/prometheus"
)

// mostCauses bounds the causes of failures of a site that are told apart, so that
// their number stays small whatever sites answer; the rest count as "other".
const mostCauses = 10

// writeMetrics writes the figures of a run for the textfile collector of
// Prometheus' node exporter, by rename. Sites that were not part of the run have
// those of their last one, so that one file may serve runs of different sites. The
// archive is nil where it could not be opened: then only the run itself is told.
func writeMetrics(path string, archive *store.Store, result crawlResult) error {
	registry := prometheus.NewRegistry()
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "archiver", Name: name, Help: help}, labels)
		registry.MustRegister(g)
		return g
	}
	gauge("build_info", "Always 1; the version of the program that wrote this.", "version").WithLabelValues(versionString()).Set(1)
	gauge("run_started_timestamp_seconds", "When the last run began.").WithLabelValues().Set(float64(result.Started.Unix()))
	gauge("run_finished_timestamp_seconds", "When the last run ended.").WithLabelValues().Set(float64(result.Finished.Unix()))
	gauge("run_duration_seconds", "How long the last run took.").WithLabelValues().Set(result.Finished.Sub(result.Started).Seconds())
	gauge("run_status", "Exit status of the last run, so far as the crawl decides it: 0 done, 1 failed, 3 some pages failed, 5 a site refused, 6 a site changed its shape, 130 interrupted.").
		WithLabelValues().Set(float64(result.Status))

	m := siteMetrics{
		finished: gauge("site_run_finished_timestamp_seconds", "When the last crawl of the site ended.", "site"),
		took:     gauge("site_run_duration_seconds", "How long the last crawl of the site took.", "site"),
		status:   gauge("site_status", "What the last crawl of the site leads to: 0 done, 3 some pages failed, 5 it refused, 6 it changed its shape.", "site"),
		articles: gauge("articles", "Articles of the last crawl of the site by what became of them.", "site", "outcome"),
		failures: gauge("failures", "Failures and refusals of the last crawl of the site by cause.", "site", "cause"),
		requests: gauge("requests", "Requests of the last crawl of the site.", "site"),
		received: gauge("received_bytes", "Bytes of bodies received in the last crawl of the site, decompressed.", "site"),
		blocked:  gauge("blocked", "1 if the site refused in its last crawl.", "site"),
		changed:  gauge("changed_shape", "1 if the site had changed its shape in its last crawl.", "site"),
	}
	told := map[string]bool{}
	for _, s := range result.Sites {
		if !s.Started.IsZero() {
			told[s.Site] = true
			m.add(s)
		}
	}
	if archive != nil {
		records := gauge("records", "Records that the archive has of the site by status; suppressed ones are not counted.", "site", "status")
		addresses := gauge("addresses", "Addresses that the archive knows of the site by state.", "site", "state")
		counts, err := sources(archive)
		if err != nil {
			return err
		}
		for _, c := range counts {
			for _, status := range article.Statuses {
				records.WithLabelValues(c.Site, string(status)).Set(float64(c.Records[status]))
			}
			for _, state := range article.States {
				addresses.WithLabelValues(c.Site, string(state)).Set(float64(c.Addresses[state]))
			}
			if told[c.Site] {
				continue
			}
			last, err := lastRun(archive, c.Site)
			if err != nil {
				return err
			}
			if !last.Report.Started.IsZero() {
				m.add(last.Report)
			}
		}
	}
	if err := writable(path); err != nil {
		return err
	}
	return replaced(path, prometheus.WriteToTextfile(path, registry))
}

// siteMetrics are the figures of sites' last crawls.
type siteMetrics struct {
	finished, took, status                                   *prometheus.GaugeVec
	articles, failures, requests, received, blocked, changed *prometheus.GaugeVec
}

func (m *siteMetrics) add(s scraper.SiteReport) {
	m.finished.WithLabelValues(s.Site).Set(float64(s.Finished.Unix()))
	m.took.WithLabelValues(s.Site).Set(s.Finished.Sub(s.Started).Seconds())
	m.status.WithLabelValues(s.Site).Set(float64((&scraper.Report{Sites: []scraper.SiteReport{s}}).Status()))
	for outcome, n := range map[string]int{
		"found": s.Found, "fetched": s.Fetched, "new": s.New, "changed": s.Changed, "unchanged": s.Unchanged,
		"missing": s.Missing, "gone": s.Gone, "not_article": s.NotArticle, "forbidden": s.Forbidden,
		"refused": s.Refused, "failed": s.Failed, "skipped": s.Skipped,
	} {
		m.articles.WithLabelValues(s.Site, outcome).Set(float64(n))
	}
	for i, cause := range health.MostFrequent(s.Causes) {
		if i >= mostCauses {
			m.failures.WithLabelValues(s.Site, "other").Add(float64(s.Causes[cause]))
			continue
		}
		m.failures.WithLabelValues(s.Site, cause).Set(float64(s.Causes[cause]))
	}
	m.requests.WithLabelValues(s.Site).Set(float64(s.Requests))
	m.received.WithLabelValues(s.Site).Set(float64(s.Bytes))
	m.blocked.WithLabelValues(s.Site).Set(truth(s.Blocked != ""))
	m.changed.WithLabelValues(s.Site).Set(truth(s.Shape != ""))
}

// sources counts what the archive has of each site, ordered by their names: also of
// those of which it knows nothing but that they were crawled, for a site that refuses
// from the first is the one that somebody should hear of.
func sources(archive *store.Store) ([]store.Count, error) {
	counts, err := archive.Counts()
	if err != nil {
		return nil, err
	}
	crawled, err := archive.StateKeys(scraper.LastRunKey(""))
	if err != nil {
		return nil, err
	}
	for _, key := range crawled {
		site := strings.TrimPrefix(key, scraper.LastRunKey(""))
		if !slices.ContainsFunc(counts, func(c store.Count) bool { return c.Site == site }) {
			counts = append(counts, store.Count{Site: site})
		}
	}
	slices.SortFunc(counts, func(a, b store.Count) int { return cmp.Compare(a.Site, b.Site) })
	return counts, nil
}

// lastRun returns what the archive knows of the last crawl of a site.
func lastRun(archive *store.Store, site string) (scraper.LastRun, error) {
	var last scraper.LastRun
	data, err := archive.State(scraper.LastRunKey(site))
	if err != nil || data == nil {
		return last, err
	}
	if json.Unmarshal(data, &last) != nil {
		return scraper.LastRun{}, nil // as if there were none
	}
	return last, nil
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
