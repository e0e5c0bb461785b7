package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/export"
	"archiver/typeset"
)

// A download is a form in which a release can be taken away.
type download struct{ Name, Extension, Type string }

// downloads are the forms, by the extension of their address.
var downloads = []download{
	{"Markdown", ".md", "text/markdown; charset=utf-8"},
	{"Plain text", ".txt", "text/plain; charset=utf-8"},
	{"Word", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	{"JSON", ".json", "application/json"},
	{"BibTeX", ".bib", "application/x-bibtex; charset=utf-8"},
	{"RIS", ".ris", "application/x-research-info-systems; charset=utf-8"},
}

// A fact is one thing that is said about a release, with its values.
type fact struct {
	Name   string
	Values []factValue
}

type factValue struct{ Name, Path, Words string }

type releasePage struct {
	Record    *article.Record
	Source    string
	Title     string
	Body      template.HTML
	Address   string // "" where a link cannot lead there
	Facts     []fact
	Related   []factValue // Path is of the archive, Words of the web
	Copies    []relative
	Story     []relative
	KinReady  bool
	Harvard   string
	Downloads []download
	Newest    int // the number of the newest revision, where this is another
	Revisions int
}

var idForm = regexp.MustCompile(`^[0-9a-f]{4,40}$`)

// record reads the release that an id in an address names; revision 0 is the newest.
func (s *server) record(id string, revision int) (*article.Record, error) {
	if !idForm.MatchString(id) {
		return nil, article.ErrNotFound
	}
	if revision == 0 {
		return s.Archive.Record(id)
	}
	revisions, err := s.Archive.Revisions(id)
	if err != nil {
		return nil, err
	}
	for _, r := range revisions {
		if r.Revision == revision {
			return r, nil
		}
	}
	return nil, article.ErrNotFound
}

// numberOf reads a number of a request's parameter; 0 where there is none.
func numberOf(r *http.Request, name string) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, &badRequest{name + " is a number from 1"}
	}
	return n, nil
}

// release shows one release, or hands it out in the form that its address ends in.
func (s *server) release(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	number, err := numberOf(r, "revision")
	if err != nil {
		return err
	}
	for _, d := range downloads {
		if bare, ok := strings.CutSuffix(id, d.Extension); ok {
			record, err := s.record(bare, number)
			if err != nil {
				return err
			}
			return s.download(w, record, d)
		}
	}
	record, err := s.record(id, number)
	if err != nil {
		return err
	}
	if record.ID != id {
		http.Redirect(w, r, address("/release/"+record.ID, r.URL.Query()), http.StatusFound)
		return nil
	}
	data := releasePage{
		Record: record, Source: typeset.Source(record), Title: typeset.Title(record), Body: typeset.Style{Speakers: true}.Body(record),
		Address: typeset.Address(record.URL), Facts: s.facts(record), Harvard: typeset.Cite(record).String(), Downloads: downloads, Revisions: record.Revision,
	}
	if number > 0 {
		newest, err := s.Archive.Record(id)
		if err != nil {
			return err
		}
		if data.Revisions = newest.Revision; newest.Revision != record.Revision {
			data.Newest = newest.Revision
		}
	}
	if data.Related, err = s.related(record); err != nil {
		return err
	}
	relatives, ready, err := s.kin.of(s, record)
	if err != nil {
		return err
	}
	data.KinReady = ready
	for _, k := range relatives {
		if k.Relation == "copy" {
			data.Copies = append(data.Copies, k)
		} else {
			data.Story = append(data.Story, k)
		}
	}
	return s.show(w, http.StatusOK, "release", page{Title: data.Title, Data: data})
}

// facts lists what is said about a release, each value once.
func (s *server) facts(r *article.Record) []fact {
	var all []fact
	list := func(name string, values []factValue) {
		if len(values) > 0 {
			all = append(all, fact{name, values})
		}
	}
	add := func(values []factValue, v factValue) []factValue {
		if v.Name == "" || slices.ContainsFunc(values, func(x factValue) bool { return x.Name == v.Name }) {
			return values
		}
		return append(values, v)
	}
	var about, references, phones, emails, amounts []factValue
	for _, t := range r.Topics {
		about = add(about, factValue{typeset.Topic(t.ID), address("/", map[string][]string{"topic": {t.ID}}), typeset.Line(strings.Join(t.Evidence, ", "))})
	}
	for _, m := range r.References {
		kind := typeset.Line(m.Kind)
		if strings.HasPrefix(strings.ToLower(m.Text), kind) {
			kind = "" // it says so itself
		}
		references = add(references, factValue{Name: typeset.Line(m.Text), Words: kind})
	}
	for _, m := range r.Phones {
		phones = add(phones, factValue{Name: typeset.Line(m.Text)})
	}
	for _, m := range r.Emails {
		emails = add(emails, factValue{Name: typeset.Line(m.Text)})
	}
	for _, m := range r.Amounts {
		amounts = add(amounts, factValue{Name: typeset.Line(m.Text)})
	}
	list("About", about)
	list("References", references)
	list("Telephones", phones)
	list("E-mail", emails)
	list("Sums", amounts)
	return all
}

// related lists the other stories of a page, with where the archive has them.
func (s *server) related(r *article.Record) ([]factValue, error) {
	var list []factValue
	var ids []string
	for _, h := range r.Related {
		ids = append(ids, article.ID(h.URL))
	}
	here := map[string]bool{}
	for other, err := range s.Archive.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		here[other.ID] = other.ID != r.ID
	}
	for i, h := range r.Related {
		v := factValue{Name: cmp.Or(typeset.Line(h.Title), typeset.Line(h.URL)), Words: typeset.Address(h.URL)}
		if here[ids[i]] {
			v.Path = "/release/" + ids[i]
		}
		if v.Name != "" {
			list = append(list, v)
		}
	}
	return list, nil
}

// download hands a release out in another form.
func (s *server) download(w http.ResponseWriter, r *article.Record, d download) error {
	var b bytes.Buffer
	r.Copies = s.kin.copiesOf(s, r.ID)
	one := func(yield func(*article.Record, error) bool) { yield(r, nil) }
	var err error
	switch d.Extension {
	case ".md":
		_, err = export.Write(&b, "markdown", one, export.Options{})
	case ".txt":
		_, err = export.Write(&b, "text", one, export.Options{})
	case ".docx":
		_, err = export.Write(&b, "docx", one, export.Options{})
	case ".json":
		encoder := json.NewEncoder(&b)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(r)
	case ".bib":
		b.WriteString(typeset.BibTeX(r))
	case ".ris":
		b.WriteString(typeset.RIS(r))
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", disposition("attachment", s.fileName(r)+d.Extension))
	return send(w, http.StatusOK, d.Type, b.Bytes())
}

// fileName names a download after its site, day and id: none of it from the release's
// own words.
func (s *server) fileName(r *article.Record) string {
	name := "release"
	if !r.Published.IsZero() {
		name = r.Published.In(article.London).Format("2006-01-02")
	}
	return name + "-" + r.ID[:8]
}

func disposition(kind, name string) string {
	return mime.FormatMediaType(kind, map[string]string{"filename": name})
}

var charsetForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{1,39}$`)

// captured hands the page out as it was captured: to be read as text, or saved. It is
// never a page of ours.
func (s *server) captured(w http.ResponseWriter, r *http.Request) error {
	revision, err := numberOf(r, "revision")
	if err != nil {
		return err
	}
	record, err := s.record(r.PathValue("id"), revision)
	if err != nil {
		return err
	}
	captured, err := s.Archive.Page(record.ID, record.Revision)
	if err != nil {
		return err
	}
	contentType := "text/plain; charset=utf-8"
	if _, parameters, err := mime.ParseMediaType(captured.Get("Content-Type")); err == nil && charsetForm.MatchString(parameters["charset"]) {
		contentType = "text/plain; charset=" + parameters["charset"]
	}
	name := s.fileName(record) + "-r" + strconv.Itoa(record.Revision) + ".html"
	if r.URL.Query().Get("save") == "1" {
		contentType = "application/octet-stream"
		w.Header().Set("Content-Disposition", disposition("attachment", name))
	} else {
		w.Header().Set("Content-Disposition", disposition("inline", name+".txt"))
	}
	w.Header().Set("Content-Security-Policy", policy+"; sandbox")
	return send(w, http.StatusOK, contentType, captured.Body)
}
