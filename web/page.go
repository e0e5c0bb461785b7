package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"archiver/article"
	"archiver/search"
)

//go:embed templates
var templateFiles embed.FS

// pages are the templates by the name of their page; each has the layout's.
var pages = func() map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(functions).ParseFS(templateFiles, "templates/layout.html"))
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // unreachable: they are compiled in
	}
	all := map[string]*template.Template{}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".html"); name != "layout" {
			all[name] = template.Must(template.Must(layout.Clone()).ParseFS(templateFiles, "templates/"+f.Name()))
		}
	}
	return all
}()

// A page is what the layout needs. Data is the template's own.
type page struct {
	Title   string // "" on the front page
	Current string // the entry of the menu; "" for none
	Atom    string // the addresses of the feeds of what is shown; "" for none
	JSON    string
	Data    any

	Menu          []menuItem
	Style, Script string
	Version       string
}

type menuItem struct {
	Name, Path string
	Current    bool
}

func (s *server) menu(current string) []menuItem {
	list := []menuItem{
		{Name: "Releases", Path: "/"}, {Name: "Changes", Path: "/changes"}, {Name: "Removed", Path: "/removed"},
		{Name: "Quotations", Path: "/quotations"}, {Name: "Statistics", Path: "/statistics"},
	}
	if s.Sources != nil {
		list = append(list, menuItem{Name: "Sites", Path: "/sites"})
	}
	if s.Watches != nil {
		list = append(list, menuItem{Name: "Watches", Path: "/watches"})
	}
	list = append(list, menuItem{Name: "About", Path: "/about"})
	for i := range list {
		list[i].Current = list[i].Name == current
	}
	return list
}

// show sends a page, made whole before its first byte goes out.
func (s *server) show(w http.ResponseWriter, status int, name string, p page) error {
	p.Menu, p.Style, p.Script, p.Version = s.menu(p.Current), s.style.address, s.script.address, s.Version
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "page", p); err != nil {
		return err
	}
	return send(w, status, "text/html; charset=utf-8", b.Bytes())
}

// send sends an answer that is not to be kept by anybody without asking again: what
// is suppressed is to be gone.
func send(w http.ResponseWriter, status int, contentType string, body []byte) error {
	w.Header().Set("Content-Type", contentType)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "private, no-cache")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader who has gone is no fault
	return nil
}

// A badRequest is what a reader can put right.
type badRequest struct{ message string }

func (e *badRequest) Error() string { return e.message }

// answer turns what a handler returns into an answer: this is the one place where
// an error becomes a status.
func (s *server) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		status, title, message := explain(err)
		if r.Context().Err() != nil {
			return // nobody waits for it
		}
		if status == http.StatusInternalServerError {
			s.Log.Error("a page cannot be shown", "path", r.URL.Path, "err", err)
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "5")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			err = writeJSON(w, status, problem{message})
		} else {
			err = s.show(w, status, "error", page{Title: title, Data: message})
		}
		if err != nil {
			s.Log.Error("an error cannot be shown", "err", err)
		}
	})
}

// explain says in words for readers what an error means to them.
func explain(err error) (status int, title, message string) {
	var (
		query *search.QueryError
		bad   *badRequest

		indexing *indexingError
	)
	switch {
	case errors.As(err, &query):
		return http.StatusBadRequest, "This search cannot be read", sentence(query.Error())
	case errors.As(err, &bad):
		return http.StatusBadRequest, "This cannot be shown", sentence(bad.message)
	case errors.As(err, &indexing):
		return http.StatusServiceUnavailable, "The search index is being made", sentence(err.Error()) +
			" Searches, quotations and feeds wait for it. Releases, changes, removals and statistics can be read meanwhile."
	case errors.Is(err, article.ErrNotFound):
		return http.StatusNotFound, "There is nothing here", "The archive has no such page, or shows it no longer."
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "This takes too long", "The archive is busy. Please try again in a moment."
	}
	return http.StatusInternalServerError, "Something is wrong with the archive", "The page cannot be made. Whoever runs this archive finds the reason in its log; 'archiver verify' looks for damage."
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

func (s *server) missing(http.ResponseWriter, *http.Request) error { return article.ErrNotFound }
