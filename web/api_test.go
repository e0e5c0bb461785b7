package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
)

// object is JSON as it comes.
type object = map[string]any

func (s *site) json(path string) object {
	s.t.Helper()
	var v object
	if err := json.Unmarshal([]byte(s.text(path)), &v); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return v
}

// The document and the handlers agree: every operation answers in the form that it
// says, takes every parameter that it names, and no address of the API is left out.
func TestOpenAPI(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	document := s.json("/api/openapi.json")
	record := document["components"].(object)["schemas"].(object)["Record"].(object)
	paths := document["paths"].(object)
	examples := map[string]string{
		"q": "police", "site": "a", "kind": "fraud", "topic": "fraud", "status": "live", "has": "quotes", "speaker": "a", "since": "2011-01-01", "until": "2030-01-01",
		"changed-since": "2011-01-01", "sort": "date", "page": "1", "per-page": "3", "counts": "1", "revision": "1", "from": "1", "to": "2", "class": "material", "by": "kind", "over": "year",
	}
	for path, item := range paths {
		operation := item.(object)["get"].(object)
		to := strings.Replace(path, "{id}", id(0, releases), 1)
		schema := operation["responses"].(object)["200"].(object)["content"].(object)["application/json"].(object)["schema"].(object)
		need := ""
		for _, p := range operation["parameters"].([]any) {
			if p := p.(object); p["in"] == "query" && p["required"] == true {
				need = p["name"].(string) + "=" + examples[p["name"].(string)]
			}
		}
		asked := []string{need}
		for _, p := range operation["parameters"].([]any) {
			if p := p.(object); p["in"] == "query" {
				name := p["name"].(string)
				if examples[name] == "" {
					t.Errorf("%s: the test has no example of %s", path, name)
				}
				asked = append(asked, need+"&"+name+"="+examples[name])
			}
		}
		for _, query := range asked {
			answer := s.json(to + "?" + query)
			conforms(t, to+"?"+query, answer, schema, record)
		}
		wrong := s.get(to + "?page=no&from=no&revision=no&by=no&since=no")
		if len(asked) > 1 && wrong.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d where nothing can be read", path, wrong.StatusCode)
		}
	}
	for _, path := range []string{
		"/api/releases", "/api/releases/{id}", "/api/releases/{id}/history", "/api/releases/{id}/difference", "/api/releases/{id}/kin", "/api/changes", "/api/removed",
		"/api/quotations", "/api/speakers", "/api/recycled", "/api/statistics", "/api/sites", "/api/watches",
	} {
		if paths[path] == nil {
			t.Errorf("%s is not documented", path)
		}
	}
}

// conforms holds a value against a schema: the kinds of values, that what is required
// is there, and that nothing is there that the schema does not name.
func conforms(t *testing.T, where string, value any, schema, record object) {
	t.Helper()
	if schema["$ref"] != nil {
		schema = object{"type": "object", "properties": record["properties"], "required": record["required"], "shallow": true}
	}
	kind := map[string]func(any) bool{
		"object":  func(v any) bool { _, ok := v.(object); return ok },
		"array":   func(v any) bool { _, ok := v.([]any); return ok },
		"string":  func(v any) bool { _, ok := v.(string); return ok },
		"integer": func(v any) bool { n, ok := v.(float64); return ok && n == float64(int64(n)) },
		"number":  func(v any) bool { _, ok := v.(float64); return ok },
		"boolean": func(v any) bool { _, ok := v.(bool); return ok },
	}[schema["type"].(string)]
	if !kind(value) {
		t.Errorf("%s: %T is no %s", where, value, schema["type"])
		return
	}
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			conforms(t, fmt.Sprintf("%s[%d]", where, i), item, schema["items"].(object), record)
		}
	case object:
		properties, _ := schema["properties"].(object)
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				t.Errorf("%s has no %s", where, name)
			}
		}
		for name, item := range v {
			of, known := properties[name].(object)
			if other, ok := schema["additionalProperties"].(object); ok && !known {
				of, known = other, true
			}
			switch {
			case !known:
				t.Errorf("%s has %s, which is not documented", where, name)
			case schema["shallow"] == nil:
				conforms(t, where+"."+name, item, of, record)
			}
		}
	}
}

// The API gives the record of the contract, and pages through all of them.
func TestAPIRecords(t *testing.T) {
	archive := newStore(t, 25)
	s := newSite(t, archive)
	var want bytes.Buffer
	r, err := archive.Record(id(4, 25))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "copies are never looked for", func() bool { return s.json("/api/releases/" + r.ID + "/kin")["ready"] == true })
	var asked object
	if err := json.Unmarshal([]byte(s.text("/api/releases/"+r.ID)), &asked); err != nil {
		t.Fatal(err)
	}
	delete(asked, "copies")
	if _, err := export.Write(&want, "jsonl", func(yield func(*article.Record, error) bool) { yield(r, nil) }, export.Options{}); err != nil {
		t.Fatal(err)
	}
	var exported object
	if err := json.Unmarshal(want.Bytes(), &exported); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(asked) != fmt.Sprint(exported) {
		t.Errorf("the API's record differs from the export's:\n%v\n%v", asked, exported)
	}

	ids := map[string]bool{}
	pages := 0
	for next := "/api/releases?per-page=7&sort=date"; next != ""; pages++ {
		list := s.json(next)
		if list["total"] != 25.0 {
			t.Errorf("%s: total %v", next, list["total"])
		}
		for _, item := range list["items"].([]any) {
			ids[item.(object)["id"].(string)] = true
		}
		next = list["next"].(string)
	}
	if len(ids) != 25 || pages != 4 {
		t.Errorf("%d releases on %d pages", len(ids), pages)
	}
}

// Each download is what its name says, and is saved under a name of ours.
func TestDownloads(t *testing.T) {
	s := newSite(t, newStore(t, 10))
	one := id(0, 10)
	for extension, c := range map[string]struct{ contentType, begins string }{
		".md": {"text/markdown", "```yaml\n"}, ".txt": {"text/plain", ""}, ".json": {"application/json", "{\n"}, ".docx": {"application/vnd.openxml", "PK"},
		".bib": {"application/x-bibtex", "@online{"}, ".ris": {"application/x-research", "TY  - NEWS\r\n"},
	} {
		response := s.get("/release/" + one + extension)
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		h := response.Header
		if response.StatusCode != 200 || len(body) < 100 || !strings.HasPrefix(string(body), c.begins) || !strings.HasPrefix(h.Get("Content-Type"), c.contentType) {
			t.Errorf("%s: status %d, %s, %.40q", extension, response.StatusCode, h.Get("Content-Type"), body)
		}
		if d := h.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=") || !strings.Contains(d, one[:8]+extension) {
			t.Errorf("%s: saved as %s", extension, d)
		}
	}
	older := s.text("/release/" + one + ".txt?revision=1")
	newer := s.text("/release/" + one + ".json")
	if strings.Contains(older, "again again") || !strings.Contains(newer, "again again") {
		t.Error("a download is not of the revision that was asked for")
	}
}

// The time line tells revisions and states in their order, and two revisions stand
// beside each other with the words marked that differ.
func TestHistory(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	for i, want := range []string{
		"Revision 1, first seen|Revision 2: material change, +1 −0 words (title)|Revision 3: cosmetic change, +1 −0 words (title)",
		"Revision 1, first seen|The page went missing: the site says that there is no such page (404)",
		"Revision 1, first seen|The page went missing: a page comes that says it is not there|The page was there again",
		"Revision 1, first seen|The page went missing: the site says that the page is gone for good (410)|Taken to be gone: the site says that the page is gone for good (410)",
	} {
		var got []string
		for _, e := range s.page("/release/" + id(i, releases) + "/history").classed("what") {
			got = append(got, e.words())
		}
		if strings.Join(got, "|") != want {
			t.Errorf("release %d: %s", i, strings.Join(got, "|"))
		}
	}
	path := "/release/" + id(0, releases) + "/history"
	for query, want := range map[string]string{"": "again", "?from=1&to=3": "again again", "?from=1&to=2&form=inline": "again", "?from=3&to=1": ""} {
		page := s.page(path + query)
		var put, taken []string
		for _, e := range page.named("ins") {
			put = append(put, e.words())
		}
		for _, e := range page.named("del") {
			taken = append(taken, e.words())
		}
		if strings.Join(put, " ") != want || want != "" && len(taken) > 0 || want == "" && strings.Join(taken, " ") != "again again" {
			t.Errorf("%s: put in %q, taken out %q", query, put, taken)
		}
	}
	if ins := s.page("/release/"+id(4, releases)+"/history").named("ins", "table"); len(ins) > 0 {
		t.Error("one revision alone is compared")
	}
}

func TestChangesAndRemoved(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	for query, want := range map[string]int{"": 4, "?class=material": 1, "?class=cosmetic": 1, "?class=minor": 0, "?class=removed": 2, "?site=nowhere": 0} {
		if n := len(s.page("/changes" + query).classed("item")); n != want {
			t.Errorf("/changes%s: %d entries, not %d", query, n, want)
		}
	}
	page := s.page("/removed")
	if n := len(page.classed("item")); n != 2 {
		t.Errorf("/removed: %d entries", n)
	}
	if text := page.words(); !strings.Contains(text, "Taken down") || !strings.Contains(text, "404") || !strings.Contains(text, "410") {
		t.Error("/removed does not say why")
	}
	if n := len(s.page("/removed?status=gone").classed("item")); n != 1 {
		t.Errorf("/removed?status=gone: %d entries", n)
	}
}

// What is counted is the same in the drawing's table, in the file and in the API.
func TestStatistics(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	for _, query := range []string{"by=kind", "by=site", "by=fraud&over=year", "by=month", "by=kind&over=year&since=2013-01-01&until=2016-12-31"} {
		rows := s.json("/api/statistics?" + query)["rows"].([]any)
		lines := strings.Split(strings.TrimSpace(s.text("/statistics/table.csv?"+query)), "\n")
		if len(rows) == 0 || len(lines) != len(rows)+1 {
			t.Errorf("%s: %d rows, %d lines", query, len(rows), len(lines))
		}
		page := s.page("/statistics?" + query)
		if n := len(page.named("svg")); n != 1 {
			t.Errorf("%s: %d drawings", query, n)
		}
		if svg := s.text("/statistics/chart.svg?" + query); !strings.HasPrefix(svg, "<svg") || !strings.Contains(svg, "<style>") {
			t.Errorf("%s: the drawing does not stand alone", query)
		}
	}
	if n := len(s.page("/statistics").named("svg")); n != 5 {
		t.Errorf("the overview has %d drawings", n)
	}
}

func TestQuotations(t *testing.T) {
	archive := newStore(t, releases)
	s := newSite(t, archive)
	said := 0
	var somebody string
	for i := range releases {
		r, err := archive.Record(id(i, releases))
		if err != nil {
			t.Fatal(err)
		}
		said += len(r.Quotes)
		for _, q := range r.Quotes {
			if q.Speaker != "" {
				somebody = q.Speaker
			}
		}
	}
	if about := s.page("/quotations").classed("about")[0].words(); about != fmt.Sprintf("%d quotations", said) {
		t.Errorf("it says %q of %d quotations", about, said)
	}
	page := s.page("/quotations?speaker=" + strings.ReplaceAll(somebody, " ", "+"))
	who := page.classed("who")
	if len(who) == 0 {
		t.Fatalf("nothing of %s", somebody)
	}
	for _, e := range who {
		if !strings.Contains(e.words(), somebody) {
			t.Errorf("%q is not by %s", e.words(), somebody)
		}
	}
}

func TestFeeds(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	feed := s.json("/feed.json?q=again")
	items := feed["items"].([]any)
	if len(items) != 1 || !strings.Contains(items[0].(object)["title"].(string), "again again") {
		t.Errorf("%d items", len(items))
	}
	if items := s.json("/feed.json")["items"].([]any); len(items) != 50 {
		t.Errorf("%d items", len(items))
	}
	if atom := s.text("/feed.atom?kind=fraud"); strings.Count(atom, "<entry>") == 0 {
		t.Error("no entries")
	}
	for _, form := range []string{"atom", "json"} {
		if feed := s.text("/watch/courier%20fraud." + form); !strings.Contains(feed, `"http://localhost:8080/release/`+id(0, releases)+`"`) || !strings.Contains(feed, `"http://localhost:8080/watch/courier%20fraud.`+form+`"`) {
			t.Errorf("the feed of a watch is %q", feed)
		}
	}
}

// What machines ask for.
func TestMachines(t *testing.T) {
	s := newSite(t, newStore(t, 10))
	s.text("/")
	if text := s.text("/metrics"); !strings.Contains(text, `archiver_http_requests_total{code="200",page="/{$}"} 1`) {
		t.Error("/metrics does not count the front page")
	}
	if text := s.text("/robots.txt"); text != "User-agent: *\nDisallow: /\n" {
		t.Errorf("/robots.txt: %q", text)
	}
	if text := s.text("/healthz"); text != "ok\n" {
		t.Errorf("/healthz: %q", text)
	}
	if text := s.text("/opensearch.xml"); !strings.Contains(text, `template="http://localhost:8080/?q={searchTerms}"`) {
		t.Errorf("/opensearch.xml: %s", text)
	}
}
