package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of the server itself; those of the crawls are written by
// 'archiver crawl --metrics'.
type metrics struct {
	handler  http.Handler
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics() *metrics {
	registry := prometheus.NewRegistry()
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "archiver", Name: "http_requests_total", Help: "Requests that were answered, by page and status.",
		}, []string{"page", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "archiver", Name: "http_request_duration_seconds", Help: "How long an answer took to make and send, by page.",
			Buckets: []float64{.005, .02, .05, .1, .3, 1, 3, 10},
		}, []string{"page"}),
	}
	registry.MustRegister(m.requests, m.took, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
	return m
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) error {
	m.handler.ServeHTTP(w, r)
	return nil
}

// count counts the requests of a page. The page is the pattern that has matched, so
// that there are never more of them than routes.
func (m *metrics) count(page string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(status, r)
		m.requests.WithLabelValues(page, strconv.Itoa(status.status)).Inc()
		m.took.WithLabelValues(page).Observe(time.Since(begun).Seconds())
	})
}

// A statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
