package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
)

// What is exported for programs is loaded here by programs that nobody of this
// project wrote: CSV by Python's csv, SQLite by Python's sqlite3 and the command
// sqlite3, Parquet by DuckDB. Each runs once over all there is, and is to find the
// words that went in. Where one is not there, its test is skipped.

// nasty are words that mean harm to one loader or another.
var nasty = []string{
	`=HYPERLINK("http://x.example","y")`, "+44 1632", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "a,b;c", `"`, `""`, `a"b`, "a\r\nb", "\r", " a ", `\N`, `\.`, "NULL",
	"a\x00b", "\x00", "\x01\x1b\x7f", "\xff\xc0\xaf", "\ufffe", "a\ufeff", "\u202egnp.exe", "\u200f", "\u2028", "😀👩‍👩‍👧", "e\u0301", "'); DROP TABLE releases; --", "%s%n", "<script>alert(1)</script>",
	"../../../etc", `..\..\con`, ".", "..", "CON", "site=b/year=1", "__HIVE_DEFAULT_PARTITION__", "%2e%2e%2f", "Case", "case", "", "[1,2]", "{}", "0x1", "1e9", "true", "null", "NULL", strings.Repeat("long ", 5000),
}

// nastyReleases makes a release for each of the words, which has it in every field.
func nastyReleases() []*article.Record {
	var list []*article.Record
	for i, w := range nasty {
		r := release(fmt.Sprint("nasty-", i), 1+i%28)
		r.URL += "?" + w
		r.Site, r.Force, r.Area, r.Status, r.Title, r.PageTitle, r.PublishedText = w, w, w, article.Status(w), w, w, w
		r.Kind, r.Lead = article.Kind(w), w
		r.Blocks = []article.Block{
			{Kind: article.BlockKind(w), Text: w, Level: i, Ordered: true, Items: []string{w, "", w}, Lead: true, Markdown: w},
			{Text: "Needle in it"},
		}
		r.Quotes = []article.Quote{{Speaker: w, Role: w, Unit: w, Paragraphs: []string{w, w}, Text: w, Cue: w, Block: i, Spans: []article.Span{{0, 1, 2}, {3, 4, 5}}}, {Speaker: "B"}}
		r.Advice = []article.Advice{{Heading: w, Items: []string{w, w}, Block: i}, {Items: []string{w}}}
		r.Related = []article.Headline{{Title: w, URL: w}, {}}
		r.Links, r.Images = []article.Link{{Text: w, URL: w}}, []article.Link{{Text: w, URL: w}}
		r.References = []article.Mention{{Kind: w, Text: w, Value: w, Block: 1, Start: 2, End: 3}}
		r.Phones, r.Emails = []article.Number{{Text: w, Value: w}}, []article.Number{{Text: w, Value: w, End: i}}
		r.Amounts = []article.Amount{{Text: w, Value: float64(i) / 8}, {Value: -1e12}}
		r.Topics = []article.Topic{{ID: w, Evidence: []string{w, w}}, {ID: "b"}}
		r.Copies = &article.Copies{Cluster: w, Head: w, Score: 0.25}
		r.OG = article.OpenGraph{w: w, "title": w}
		r.Revision = i + 1
		r.Capture = article.Capture{SHA256: w, Status: 200, Fetched: r.Published, Bytes: i, ContentType: w}
		r.Extraction = article.Extraction{Profile: w, Version: w, Fields: map[string]string{w: w, "b": ""}, Warnings: []string{w}}
		switch i {
		case 1:
			r.Published, r.Copies = article.Time{}, nil
		case 2:
			r.Published = article.At(time.Unix(0, 0)) // the moment that counts as none in many places
		case 3:
			r.Published = article.At(time.Date(2023, time.December, 31, 23, 59, 0, 0, time.UTC))
		case 4:
			r.Published = article.At(time.Date(2023, time.June, 30, 23, 30, 0, 0, time.UTC)) // July in London
		}
		r.FirstSeen, r.LastChanged = r.Published, r.Published
		r.Fill()
		r.ID = article.ID(fmt.Sprint(i)) // so that the order of ids is that of the words
		list = append(list, r)
	}
	return list
}

// loaded are the releases that are written, by name of the file.
func loaded() map[string][]*article.Record {
	return map[string][]*article.Record{"nasty": nastyReleases(), "invented": slices.Collect(invented.Records(60)), "none": nil}
}

func save(t *testing.T, path, format string, opts export.Options, list []*article.Record) {
	t.Helper()
	if n, err := export.To(t.Context(), path, nil, format, records(list...), opts); err != nil || n != len(list) {
		t.Fatalf("%s: %d records, %v", path, n, err)
	}
}

// A row is a row of a table by the names of its columns.
type row map[string]any

// tableOf says what a table is to hold of a record, in csv and sqlite.
var tableOf = map[string]func(r *article.Record) []row{
	"releases": func(r *article.Record) []row {
		out := row{
			"id": r.ID, "revision": r.Revision, "url": r.URL, "site": r.Site, "force": r.Force, "area": r.Area, "status": string(r.Status), "kind": string(r.Kind),
			"title": r.Title, "page_title": r.PageTitle, "published": r.Published, "published_text": r.PublishedText, "lead": r.Lead, "text": r.Text,
			"words": len(strings.Fields(r.Text)), "first_seen": r.FirstSeen, "last_seen": r.LastSeen, "last_changed": r.LastChanged,
			"copies_cluster": "", "copies_head": "", "copies_score": nil,
		}
		if c := r.Copies; c != nil {
			out["copies_cluster"], out["copies_head"], out["copies_score"] = c.Cluster, c.Head, c.Score
		}
		lists := map[string][]string{"topics": {}, "speakers": {}, "references": {}, "phones": {}, "emails": {}, "amounts": {}, "links": {}, "images": {}}
		add := func(name, value string) { lists[name] = append(lists[name], value) }
		for _, x := range r.Topics {
			add("topics", x.ID)
		}
		for _, x := range r.Quotes {
			if x.Speaker != "" && !slices.Contains(lists["speakers"], x.Speaker) {
				add("speakers", x.Speaker)
			}
		}
		for _, x := range r.References {
			add("references", x.Value)
		}
		for _, x := range r.Phones {
			add("phones", x.Value)
		}
		for _, x := range r.Emails {
			add("emails", x.Value)
		}
		for _, x := range r.Amounts {
			add("amounts", decimal(x.Value))
		}
		for _, x := range r.Links {
			add("links", x.URL)
		}
		for _, x := range r.Images {
			add("images", x.URL)
		}
		for name, list := range lists {
			out[name] = list
		}
		return []row{out}
	},
	"quotes": func(r *article.Record) (rows []row) {
		for i, q := range r.Quotes {
			rows = append(rows, row{"number": i + 1, "speaker": q.Speaker, "role": q.Role, "unit": q.Unit, "cue": q.Cue, "text": q.Text, "block": q.Block})
		}
		return rows
	},
	"advice": func(r *article.Record) (rows []row) {
		for i, a := range r.Advice {
			for j, item := range a.Items {
				rows = append(rows, row{"number": i + 1, "item": j + 1, "heading": a.Heading, "text": item, "block": a.Block})
			}
		}
		return rows
	},
	"references": func(r *article.Record) (rows []row) {
		for i, m := range r.References {
			rows = append(rows, row{"number": i + 1, "kind": m.Kind, "text": m.Text, "value": m.Value, "block": m.Block, "start": m.Start, "end": m.End})
		}
		return rows
	},
	"related": func(r *article.Record) (rows []row) {
		for i, h := range r.Related {
			rows = append(rows, row{"number": i + 1, "title": h.Title, "url": h.URL})
		}
		return rows
	},
	"topics": func(r *article.Record) (rows []row) {
		for i, x := range r.Topics {
			rows = append(rows, row{"number": i + 1, "topic": x.ID, "evidence": append([]string{}, x.Evidence...)})
		}
		return rows
	},
	"revisions": func(r *article.Record) []row {
		c := r.Capture
		return []row{{
			"status": string(r.Status), "title": r.Title, "words": len(strings.Fields(r.Text)), "last_seen": r.LastSeen, "last_changed": r.LastChanged,
			"sha256": c.SHA256, "http_status": c.Status, "fetched": c.Fetched, "bytes": c.Bytes, "content_type": c.ContentType,
			"profile": r.Extraction.Profile, "version": r.Extraction.Version, "warnings": append([]string{}, r.Extraction.Warnings...),
		}}
	},
}

func decimal(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", f), "0"), ".")
}

// inCSV is what a cell of CSV holds.
func inCSV(cell any, raw bool) string {
	s := ""
	switch v := cell.(type) {
	case nil:
	case float64:
		s = decimal(v)
	case []string:
		s = strings.Join(v, "; ")
	default:
		s = fmt.Sprint(v)
	}
	s = string([]rune(s))
	if !raw && s != "" && strings.ContainsAny(s[:1], "=+-@\t\r\n") {
		s = "'" + s
	}
	return s
}

func TestPythonLoadsCSV(t *testing.T) {
	longer(t)
	dir := t.TempDir()
	var paths []string
	for name, list := range loaded() {
		for _, table := range export.Tables() {
			for _, raw := range []bool{false, true} {
				path := fmt.Sprintf("%s/%s-%s-%v.csv", dir, name, table, raw)
				save(t, path, "csv", export.Options{Table: table, Raw: raw}, list)
				paths = append(paths, path)
			}
		}
	}
	found := load[[][]string](t, paths...)
	for name, list := range loaded() {
		for _, table := range export.Tables() {
			for _, raw := range []bool{false, true} {
				got := found[fmt.Sprintf("%s/%s-%s-%v.csv", dir, name, table, raw)]
				if len(got) == 0 {
					t.Fatalf("%s, %s: no row of names", name, table)
				}
				var want [][]string
				for _, r := range list {
					for _, cells := range tableOf[table](r) {
						if table != "releases" {
							cells["id"], cells["revision"], cells["site"], cells["published"], cells["release_url"] = r.ID, r.Revision, r.Site, r.Published, r.URL
						}
						if len(cells) != len(got[0]) {
							t.Fatalf("%s: columns %q, want %d", table, got[0], len(cells))
						}
						var line []string
						for _, column := range got[0] {
							cell, ok := cells[column]
							if !ok {
								t.Fatalf("%s: no column %s was expected", table, column)
							}
							line = append(line, inCSV(cell, raw))
						}
						want = append(want, line)
					}
				}
				if diff := cmp.Diff(want, got[1:], cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s, %s, raw %v: -want +got:\n%s", name, table, raw, diff)
				}
			}
		}
	}
}

// longer skips a test that would take most of the time of a short run.
func longer(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts another program and compares thousands of cells")
	}
}

// load runs Python over files, once.
func load[T any](t *testing.T, paths ...string) map[string]T {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	if exec.Command(python, "-c", "import sys, sqlite3; sys.exit(sys.version_info < (3, 11))").Run() != nil {
		t.Skip("needs Python 3.11, whose csv reads NUL, with sqlite3")
	}
	var out map[string]T
	decode(t, exec.Command(python, append([]string{"testdata/loaders.py"}, paths...)...), &out)
	return out
}

func decode(t *testing.T, cmd *exec.Cmd, out any) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	data, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(data, out)
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args[:2], err, stderr.String())
	}
}

// TestPythonLoadsSQLite holds that each table has its rows, that they are tied to
// those of releases, and that all checks that SQLite has find nothing.
func TestPythonLoadsSQLite(t *testing.T) {
	longer(t)
	dir := t.TempDir()
	var paths []string
	for name, list := range loaded() {
		path := filepath.Join(dir, name+" %?#.sqlite")
		save(t, path, "sqlite", export.Options{}, list)
		paths = append(paths, path)
	}
	found := load[map[string][][]any](t, paths...)
	for name, list := range loaded() {
		got := found[filepath.Join(dir, name+" %?#.sqlite")]
		want := map[string][][]any{"searches": nil}
		for table := range tableOf {
			want[table] = nil
		}
		quotes := 0
		for i, r := range list {
			number := i + 1
			for table, rows := range tableOf {
				for _, cells := range rows(r) {
					keys := []any{number}
					switch table {
					case "quotes":
						quotes++
						keys = []any{quotes, number}
					case "revisions":
						keys = []any{r.ID, r.Revision, number}
					}
					want[table] = append(want[table], append(keys, ordered(table, cells)...))
				}
			}
			if name == "nasty" {
				want["searches"] = append(want["searches"], []any{number})
			}
		}
		slices.SortFunc(want["revisions"], func(a, b []any) int { return strings.Compare(a[0].(string), b[0].(string)) })
		for table, rows := range want {
			in := strings.Replace(strings.Replace(table, "references", "references_", 1), "searches", "search releases", 1)
			data, err := json.Marshal(rows)
			if err != nil {
				t.Fatal(err)
			}
			var plain [][]any
			if err := json.Unmarshal(data, &plain); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain, got[in], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s: -want +got:\n%s", name, in, diff)
			}
			delete(got, in)
		}
		delete(got, "search quotes")
		views := []string{"latest", "months", "quotes_by_speaker", "speakers", "topics_by_year"}
		if diff := cmp.Diff(views, keys(got)); diff != "" {
			t.Errorf("%s: views: -want +got:\n%s", name, diff)
		}
		if len(got["latest"]) != len(list) {
			t.Errorf("%s: %d rows in latest, want %d", name, len(got["latest"]), len(list))
		}
	}
}

// ordered returns the cells of a row as SQLite has them, in the order of CSV.
func ordered(table string, cells row) []any {
	var buf bytes.Buffer
	if _, err := export.Write(&buf, "csv", records(), export.Options{Table: table}); err != nil {
		panic(err)
	}
	var out []any
	for name := range strings.SplitSeq(strings.TrimSuffix(buf.String(), "\r\n"), ",") {
		cell, ok := cells[name]
		switch v := cell.(type) {
		case article.Time:
			if cell = v.String(); v.IsZero() {
				cell = nil
			}
		case []string:
			for i, s := range v {
				v[i] = string([]rune(s))
			}
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				panic(err)
			}
			cell = strings.TrimSuffix(b.String(), "\n")
		}
		if ok {
			out = append(out, cell)
		}
	}
	return out
}

func keys[V any](m map[string]V) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestSQLiteCommand asks with the command what somebody at a terminal would.
func TestSQLiteCommand(t *testing.T) {
	sqlite3, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("sqlite3 is not installed (Debian: apt-get install sqlite3)")
	}
	a, b := release("a", 1), release("b", 2)
	a.Title, b.Title = "Café burgled", "Nothing happened"
	a.Quotes = []article.Quote{{Speaker: "Ivy Marrable", Text: "They took the parking machine"}}
	b.Quotes = []article.Quote{{Speaker: "Ivy Marrable", Text: "A machine for parking"}, {Speaker: "Al Tarn", Text: "No"}}
	path := filepath.Join(t.TempDir(), "a.sqlite")
	save(t, path, "sqlite", export.Options{}, []*article.Record{a, b})
	for query, want := range map[string]string{
		`SELECT title FROM releases WHERE number IN (SELECT rowid FROM releases_fts WHERE releases_fts MATCH 'cafe')`:                                                         `[{"title":"Café burgled"}]`,
		`SELECT speaker, title FROM quotes JOIN releases ON releases.number = release WHERE row IN (SELECT rowid FROM quotes_fts WHERE quotes_fts MATCH '"parking machine"')`: `[{"speaker":"Ivy Marrable","title":"Café burgled"}]`,
		`SELECT snippet(quotes_fts, 3, '[', ']', '…', 8) AS words FROM quotes_fts WHERE quotes_fts MATCH 'speaker:ivy AND text:mach*' ORDER BY rowid`:                         `[{"words":"They took the parking [machine]"},{"words":"A [machine] for parking"}]`,
		`SELECT speaker, quotations, releases, sites FROM speakers`:                                                                                                           `[{"speaker":"Ivy Marrable","quotations":2,"releases":2,"sites":1},{"speaker":"Al Tarn","quotations":1,"releases":1,"sites":1}]`,
		`SELECT title FROM latest`: `[{"title":"Nothing happened"},{"title":"Café burgled"}]`,
		`INSERT INTO releases_fts (releases_fts, rank) VALUES ('integrity-check', 1)`:                 "", // that it has the words of the table
		`INSERT INTO quotes_fts (quotes_fts, rank) VALUES ('integrity-check', 1)`:                     "",
		`SELECT u.user_version, a.application_id FROM pragma_user_version u, pragma_application_id a`: `[{"user_version":1,"application_id":1634886504}]`,
	} {
		out, err := exec.Command(sqlite3, "-json", path, query).CombinedOutput()
		if got := strings.ReplaceAll(strings.TrimSpace(string(out)), "},\n{", "},{"); err != nil || got != want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", query, err, got, want)
		}
	}
	out, err := exec.Command(sqlite3, path, ".schema quotes").Output()
	if err != nil || !strings.Contains(string(out), `"speaker" TEXT, -- fullest name in the release`) {
		t.Errorf("%v: the columns are not explained:\n%s", err, out)
	}
}

// startDuckDB returns what has DuckDB answer queries, or skips the test.
func startDuckDB(t *testing.T) func(queries []string) [][]map[string]any {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat("../tools/readers/node_modules/@duckdb"); err != nil {
		t.Skip("DuckDB is not installed (npm ci --prefix tools/readers)")
	}
	return func(queries []string) (results [][]map[string]any) {
		t.Helper()
		input, err := json.Marshal(queries)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(node, "../tools/readers/duckdb.mjs")
		cmd.Stdin = bytes.NewReader(input)
		decode(t, cmd, &results)
		return results
	}
}

// TestDuckDBLoadsParquet holds that DuckDB finds every field of every record.
func TestDuckDBLoadsParquet(t *testing.T) {
	longer(t)
	duckDB := startDuckDB(t)
	dir := t.TempDir()
	type written struct {
		list    []*article.Record
		folders bool
	}
	var all []written
	var queries []string
	for _, name := range []string{"nasty", "invented", "none"} {
		list := loaded()[name]
		path := filepath.Join(dir, name+".parquet")
		save(t, path, "parquet", export.Options{}, list)
		all = append(all, written{list, false})
		queries = append(queries, fmt.Sprintf("SET TimeZone = 'UTC'; SELECT * FROM '%s'", path))
		for _, by := range [][]string{{"site", "year"}, {"year"}} {
			if len(list) == 0 {
				continue // a folder of none has no file
			}
			folder := filepath.Join(dir, name+strings.Join(by, ""))
			save(t, folder, "parquet", export.Options{Partition: by}, list)
			all = append(all, written{list, true})
			queries = append(queries, fmt.Sprintf("SET TimeZone = 'UTC'; SELECT * FROM read_parquet('%s/**/*.parquet', hive_partitioning = true, hive_types = {%s}) ORDER BY revision, id",
				folder, strings.Join(hiveTypes(by), ", ")))
		}
	}
	results := duckDB(queries)
	for i, w := range all {
		want := []map[string]any{}
		for _, r := range w.list {
			fields := inParquet(t, r)
			if w.folders {
				year := any(nil)
				if !r.Published.IsZero() {
					year = r.Published.In(article.London).Format("2006")
				}
				fields["year"] = year
				if strings.Contains(queries[i], "'site'") {
					if fields["site"] == "" {
						fields["site"] = nil
					}
					if len(r.Site) > 100 {
						fields["site"] = article.ID(r.Site)
					}
				}
			}
			want = append(want, fields)
		}
		if w.folders {
			slices.SortFunc(want, func(a, b map[string]any) int {
				if d := int(a["revision"].(float64)) - int(b["revision"].(float64)); d != 0 {
					return d
				}
				return strings.Compare(a["id"].(string), b["id"].(string))
			})
		}
		if diff := cmp.Diff(want, results[i]); diff != "" {
			t.Errorf("%s: -want +got:\n%.3000s", queries[i], diff)
		}
	}
}

func hiveTypes(by []string) []string {
	var types []string
	for _, key := range by {
		types = append(types, fmt.Sprintf("'%s': VARCHAR", key))
	}
	return types
}

// inParquet is a record as DuckDB shows it: what JSON shows, with the few
// differences that the package parquet explains.
func inParquet(t *testing.T, r *article.Record) map[string]any {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	moment := func(in map[string]any, name string, at article.Time) {
		if in[name] = nil; !at.IsZero() {
			in[name] = at.UTC().Format("2006-01-02 15:04:05+00")
		}
	}
	moment(fields, "published", r.Published)
	moment(fields, "first_seen", r.FirstSeen)
	moment(fields, "last_seen", r.LastSeen)
	moment(fields, "last_changed", r.LastChanged)
	moment(fields["capture"].(map[string]any), "fetched", r.Capture.Fetched)
	if r.Copies == nil {
		fields["copies"] = nil
	}
	fields["og"] = named(r.OG)
	fields["extraction"].(map[string]any)["fields"] = named(r.Extraction.Fields)
	for i, q := range r.Quotes {
		spans := []any{}
		for _, s := range q.Spans {
			spans = append(spans, map[string]any{"block": float64(s[0]), "start": float64(s[1]), "end": float64(s[2])})
		}
		fields["quotes"].([]any)[i].(map[string]any)["spans"] = spans
	}
	return fields
}

func named(m map[string]string) any {
	pairs := []any{}
	for _, name := range keys(m) {
		pairs = append(pairs, map[string]any{"name": string([]rune(name)), "value": string([]rune(m[name]))})
	}
	return pairs
}
