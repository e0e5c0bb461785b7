package export_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
)

// daily makes a release for each day, the first of 1 January 2024.
func daily(n int) []*article.Record {
	var list []*article.Record
	for i := range n {
		r := release(fmt.Sprintf("daily-%02d", i), 1)
		r.Published = article.At(time.Date(2024, time.January, 1+i, 9, 0, 0, 0, article.London))
		list = append(list, r)
	}
	return list
}

func withText(r *article.Record, text string) *article.Record {
	r.Blocks = []article.Block{{Kind: article.BlockParagraph, Text: text, Markdown: text}}
	r.Fill()
	return r
}

func TestDatasetSplits(t *testing.T) {
	list := daily(20) // 0-15 train, 16 and 17 validation, 18 and 19 test
	cluster := func(name string, members ...int) {
		for _, i := range members {
			list[i].Copies = &article.Copies{Cluster: name, Head: list[members[0]].ID, Score: 1}
		}
	}
	cluster("ca", 1, 2)      // of train alone
	cluster("cc", 4, 16, 19) // and the latest of these in test
	// In no cluster, as they are so short; and through 6, 5 and 18 are in one group.
	withText(list[5], "The missing man has been found.")
	withText(list[6], "the MISSING man, has been\nfound")
	cluster("cd", 6, 18)
	// Not the same, not even nearly: no words at all.
	withText(list[7], "…")
	withText(list[19], "!")
	undated, copied := release("undated", 1), release("undated-copy", 1)
	undated.Published, copied.Published = article.Time{}, article.Time{}
	list = append(list, undated, copied)
	cluster("cb", 3, 17, 21) // the latest that has a time is in validation

	got := map[string]string{}
	dir := t.TempDir()
	save(t, dir, "dataset", export.Options{}, list)
	slug := map[string]string{}
	for i, r := range list {
		slug[r.ID] = fmt.Sprint(i)
	}
	for _, r := range datasetRows(t, dir) {
		got[slug[r.ID]] = r.Split + " by " + r.By + " with " + slug[r.Group]
	}
	want := map[string]string{
		"2": "train by time with 1", "3": "validation by copy with 3", "17": "validation by time with 3", "21": "validation by copy with 3",
		"4": "test by copy with 4", "16": "test by copy with 4", "19": "test by time with 4",
		"5": "test by copy with 5", "6": "test by copy with 5", "18": "test by time with 5", "20": "train by undated with 20",
	}
	for i := range list {
		if name := fmt.Sprint(i); want[name] == "" {
			want[name] = "train by time with " + name
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	// The order of the records says nothing.
	slices.Reverse(list)
	other := t.TempDir()
	save(t, other, "dataset", export.Options{}, list)
	for _, r := range datasetRows(t, other) {
		if now := r.Split + " by " + r.By + " with " + slug[r.Group]; now != got[slug[r.ID]] {
			t.Errorf("%s: %s, and in the other order %s", slug[r.ID], got[slug[r.ID]], now)
		}
	}
}

func TestDatasetOfFew(t *testing.T) {
	for n, want := range map[int]string{0: "0 0 0", 1: "1 0 0", 9: "9 0 0", 10: "8 1 1", 25: "21 2 2"} {
		dir := t.TempDir()
		save(t, dir, "dataset", export.Options{}, daily(n))
		rows := map[string]int{}
		for _, r := range datasetRows(t, dir) {
			rows[r.Split]++
		}
		if got := fmt.Sprint(rows["train"], rows["validation"], rows["test"]); got != want {
			t.Errorf("%d releases: got %s, want %s", n, got, want)
		}
		files := []string{"CITATION.cff", "README.md", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet", "data/validation-00000-of-00001.parquet", "manifest.json"}
		if got := names(t, dir); !slices.Equal(got, files) {
			t.Errorf("%d releases: got %q", n, got)
		}
	}
}

// A datasetCard is the YAML at the head of a card, as the loader of Hugging Face
// knows it: https://huggingface.co/docs/hub/datasets-cards.
type datasetCard struct {
	PrettyName     string   `yaml:"pretty_name" json:"pretty_name"`
	Language       []string `yaml:"language" json:"language"`
	License        string   `yaml:"license" json:"license"`
	LicenseName    string   `yaml:"license_name" json:"license_name"`
	LicenseLink    string   `yaml:"license_link" json:"license_link"`
	SizeCategories []string `yaml:"size_categories" json:"size_categories"`
	Annotations    []string `yaml:"annotations_creators" json:"annotations_creators"`
	Creators       []string `yaml:"language_creators" json:"language_creators"`
	Multilingual   []string `yaml:"multilinguality" json:"multilinguality"`
	Source         []string `yaml:"source_datasets" json:"source_datasets"`
	Tags           []string `yaml:"tags" json:"tags"`
	Configs        []struct {
		Name  string `yaml:"config_name" json:"config_name"`
		Files []struct {
			Split string   `yaml:"split" json:"split"`
			Path  []string `yaml:"path" json:"path"`
		} `yaml:"data_files" json:"data_files"`
	} `yaml:"configs" json:"configs"`
	Info struct {
		Features []feature `yaml:"features" json:"features"`
		Splits   []struct {
			Name     string `yaml:"name" json:"name"`
			Bytes    int64  `yaml:"num_bytes" json:"num_bytes"`
			Examples int    `yaml:"num_examples" json:"num_examples"`
		} `yaml:"splits" json:"splits"`
		Download int64 `yaml:"download_size" json:"download_size"`
		Size     int64 `yaml:"dataset_size" json:"dataset_size"`
	} `yaml:"dataset_info" json:"dataset_info"`
}

// A feature has one of the three beside its name. A list is of a type that has a
// name, or of structs.
type feature struct {
	Name   string    `yaml:"name" json:"name"`
	Type   string    `yaml:"dtype" json:"dtype"`
	List   any       `yaml:"list" json:"list"`
	Struct []feature `yaml:"struct" json:"struct"`
}

func readCard(t *testing.T, dir string) (c datasetCard, body string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(strings.TrimPrefix(string(data), "---\n"), "\n---\n")
	if !ok {
		t.Fatalf("no YAML at the head of:\n%.300s", data)
	}
	if err := yaml.Load([]byte(head), &c, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	return c, body
}

type datasetManifest struct {
	Complete bool
	Rows     int
	Files    []struct {
		Path, Split, SHA256 string
		Rows                *int
		Bytes               int64
	}
}

func readDatasetManifest(t *testing.T, dir string) (m datasetManifest) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestDatasetManifest holds that the card and the manifest say of the files what is so.
func TestDatasetManifest(t *testing.T) {
	dir := t.TempDir()
	list := slices.Collect(invented.Records(150))
	save(t, dir, "dataset", export.Options{Origin: export.Origin{Program: "1.2", Generation: "7", Selection: `--query "a b"`}}, list)
	m := readDatasetManifest(t, dir)
	c, body := readCard(t, dir)
	rows := map[string]int{}
	for _, r := range datasetRows(t, dir) {
		rows[r.Split]++
	}
	paths, size := map[string][]string{}, int64(0)
	listed := []string{"manifest.json"}
	for _, f := range m.Files {
		data, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(data)
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Bytes != int64(len(data)) {
			t.Errorf("%s: the manifest says %d bytes, %s", f.Path, f.Bytes, f.SHA256)
		}
		listed = append(listed, f.Path)
		if f.Split != "" {
			paths[f.Split] = append(paths[f.Split], f.Path)
			size += f.Bytes
			if *f.Rows != rows[f.Split] {
				t.Errorf("%s: %d rows", f.Path, *f.Rows)
			}
		}
	}
	if slices.Sort(listed); !slices.Equal(listed, names(t, dir)) || !m.Complete || m.Rows != len(list) {
		t.Errorf("got %+v", m)
	}
	for i, s := range []string{"train", "validation", "test"} {
		files, info := c.Configs[0].Files[i], c.Info.Splits[i]
		if files.Split != s || !slices.Equal(files.Path, paths[s]) || info.Name != s || info.Examples != rows[s] || info.Bytes <= 0 {
			t.Errorf("the card has %+v and %+v of %s", files, info, s)
		}
	}
	if c.Info.Download != size || c.License != "other" || !slices.Equal(c.Language, []string{"en"}) || !slices.Equal(c.SizeCategories, []string{"n<1K"}) || c.PrettyName != "UK police news releases, 2011–2025" {
		t.Errorf("got %+v", c)
	}
	if _, err := os.Stat(filepath.Join(dir, c.LicenseLink)); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"150 news releases of", "`archiver 1.2` read", "`--query \"a b\"`", "| fraud/courier |", "archiver suppress ID", "`split_by`", "## Copyright", "## Personal data", "## Known gaps"} {
		if !strings.Contains(body, want) {
			t.Errorf("the card does not say %q", want)
		}
	}
}

// TestDatasetGaps holds that the card tells of what is not there.
func TestDatasetGaps(t *testing.T) {
	list := daily(3)
	list[0].Published = article.At(list[0].Published.AddDate(-3, 0, 0))
	list[0].Status, list[0].Capture.Status = article.StatusGone, 200
	list[1].Status, list[1].Capture.Status = article.StatusMissing, 200
	list[2].Published = article.Time{}
	dir := t.TempDir()
	save(t, dir, "dataset", export.Options{}, list)
	_, body := readCard(t, dir)
	for _, want := range []string{
		"without a time of publication (`published` is null): 1.\n", "which is gone (`capture.status` is 0): 1.\n", "(`status` is `missing`): 1.\n", "(`status` is `gone`): 1.\n",
		"(see the table above): 1.\n", "| 2022, 2023 |",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the card does not say %q:\n%s", want, body)
		}
	}
}

// TestDatasetCitation holds the citation to what the schema of CFF 1.2.0 asks for.
func TestDatasetCitation(t *testing.T) {
	for name, list := range loaded() {
		dir := t.TempDir()
		save(t, dir, "dataset", export.Options{}, list)
		data, err := os.ReadFile(filepath.Join(dir, "CITATION.cff"))
		if err != nil {
			t.Fatal(err)
		}
		var c struct {
			CFF      string `yaml:"cff-version"`
			Message  string
			Type     string
			Title    string
			Abstract string
			Authors  []struct{ Name string }
			Version  string
			Released string `yaml:"date-released"`
			Keywords []string
		}
		if err := yaml.Load(data, &c, yaml.WithKnownFields()); err != nil {
			t.Fatal(err)
		}
		if c.CFF != "1.2.0" || c.Message == "" || c.Title == "" || c.Type != "dataset" || len(c.Authors) == 0 || len(c.Version) != 12 {
			t.Errorf("%s: got %+v", name, c)
		}
		authors := map[string]bool{}
		for _, a := range c.Authors {
			if a.Name == "" || authors[a.Name] {
				t.Errorf("%s: author %q", name, a.Name)
			}
			authors[a.Name] = true
		}
		if _, err := time.Parse(time.DateOnly, c.Released); err != nil && name == "invented" {
			t.Error(err)
		}
	}
}

// TestDatasetIsTheSameTwice holds that to bytes, also into the folder of the first.
func TestDatasetIsTheSameTwice(t *testing.T) {
	list := append(slices.Collect(invented.Records(120)), nastyReleases()...)
	a, b := t.TempDir(), t.TempDir()
	save(t, a, "dataset", export.Options{}, list)
	save(t, b, "dataset", export.Options{}, list)
	want := files(t, a)
	wantFiles(t, b, want)
	save(t, a, "dataset", export.Options{}, list)
	wantFiles(t, a, want)
}

// TestDatasetStops holds that what stops an export while it reads or writes leaves the
// old one as it is.
func TestDatasetStops(t *testing.T) {
	dir := t.TempDir()
	list := slices.Collect(invented.Records(100))
	save(t, dir, "dataset", export.Options{}, list[:30])
	want := files(t, dir)
	stopped := errors.New("stopped by hand")
	for _, after := range []int{0, 50, 100, 199} { // of both passes
		ctx, cancel := context.WithCancelCause(t.Context())
		seen := 0
		recs := func(yield func(*article.Record, error) bool) {
			for _, r := range list {
				if seen == after {
					cancel(stopped)
				}
				seen++
				if !yield(r, nil) {
					return
				}
			}
		}
		if _, err := export.To(ctx, dir, nil, "dataset", recs, export.Options{}); !errors.Is(err, stopped) {
			t.Errorf("after %d: %v", after, err)
		}
		wantFiles(t, dir, want)
	}
}

// TestDatasetIncomplete has an export fail while it puts files in place: the card says
// so and names no file, and the next export mends it.
func TestDatasetIncomplete(t *testing.T) {
	dir := t.TempDir()
	list := daily(30)
	save(t, dir, "dataset", export.Options{}, list)
	obstacle := filepath.Join(dir, "data/test-00000-of-00001.parquet")
	if err := errors.Join(os.Remove(obstacle), os.Mkdir(obstacle, 0o700)); err != nil {
		t.Fatal(err)
	}
	_, err := export.To(t.Context(), dir, nil, "dataset", records(list[:20]...), export.Options{})
	if err == nil || !strings.Contains(err.Error(), "is incomplete now; export it again") {
		t.Fatalf("got %v", err)
	}
	c, _ := readCard(t, dir)
	for _, f := range c.Configs[0].Files {
		for _, path := range f.Path {
			if _, err := os.Stat(filepath.Join(dir, path)); err == nil {
				t.Errorf("the card names %s", path)
			}
		}
	}
	if m := readDatasetManifest(t, dir); m.Complete {
		t.Error("the manifest says it is complete")
	}
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	save(t, dir, "dataset", export.Options{}, list)
	other := t.TempDir()
	save(t, other, "dataset", export.Options{}, list)
	wantFiles(t, dir, files(t, other))
}

// TestDatasetRefusesForeignFiles holds that the files of somebody else are not taken
// for those of a data set.
func TestDatasetRefusesForeignFiles(t *testing.T) {
	for _, name := range []string{"README.md", "CITATION.cff", "manifest.json"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(`{"name": "my app"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := export.To(t.Context(), dir, nil, "dataset", records(daily(2)...), export.Options{})
		if err == nil || !strings.Contains(err.Error(), name+" was not written by an export of a data set") {
			t.Errorf("got %v", err)
		}
		wantFiles(t, dir, map[string]string{name: `{"name": "my app"}`})
	}
}

func TestDatasetTwiceTheSameRecord(t *testing.T) {
	list := daily(2)
	_, err := export.To(t.Context(), t.TempDir(), nil, "dataset", records(list[0], list[1], list[0]), export.Options{})
	if err == nil || !strings.Contains(err.Error(), "comes twice") {
		t.Errorf("got %v", err)
	}
}

// TestDatasetWhileItChanges has a release come between the two passes: it was not
// compared with the others, and is left out.
func TestDatasetWhileItChanges(t *testing.T) {
	dir := t.TempDir()
	list, passes := daily(12), 0
	recs := func(yield func(*article.Record, error) bool) {
		passes++
		for _, r := range list[:10+passes] {
			if !yield(r, nil) {
				return
			}
		}
	}
	if _, err := export.To(t.Context(), dir, nil, "dataset", recs, export.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := len(datasetRows(t, dir)); got != 11 || readDatasetManifest(t, dir).Rows != 11 {
		t.Errorf("%d rows, want 11", got)
	}
}

// TestDatasetCardHostile holds that no word of a record is markup in the card.
func TestDatasetCardHostile(t *testing.T) {
	dir := t.TempDir()
	list := append(nastyReleases(), hostileReleases()...)
	for i, r := range list {
		r.ID = article.ID(fmt.Sprint("hostile", i))
		r.Extraction = article.Extraction{Profile: r.Title, Version: r.Title, Fields: map[string]string{"kind": "rules " + r.Title + ": x"}}
	}
	save(t, dir, "dataset", export.Options{Origin: export.Origin{Selection: "--query ``` `<script>`\n# x"}}, list)
	c, body := readCard(t, dir)
	if len(c.Configs) != 1 {
		t.Errorf("%d configs", len(c.Configs))
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "| ") && strings.Count(strings.ReplaceAll(line, `\\`, ""), "|")-strings.Count(strings.ReplaceAll(line, `\\`, ""), `\|`) > 8 {
			t.Errorf("a row of too many cells: %q", line)
		}
		unescaped := strings.NewReplacer(`\\`, "", `\<`, "", "`--query ''' '<script>' # x`", "").Replace(line)
		if strings.Contains(unescaped, "<") {
			t.Errorf("markup: %q", line)
		}
		if strings.ContainsAny(line, "\x00\x01\x1b\u2028") {
			t.Errorf("control characters: %q", line)
		}
	}
}

// TestPythonReadsDataset reads the YAML of the card and of the citation with the
// library that the loader of Hugging Face has.
func TestPythonReadsDataset(t *testing.T) {
	longer(t)
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import yaml").Run() != nil {
		t.Skip("needs python3-yaml of Debian")
	}
	const script = `
import json, sys, yaml
out = []
for folder in sys.argv[1:]:
    head = open(folder + "/README.md", encoding="utf-8").read().split("\n---\n")[0][4:]
    cff = yaml.safe_load(open(folder + "/CITATION.cff", encoding="utf-8"))
    out.append({"card": yaml.safe_load(head), "authors": [a["name"] for a in cff["authors"]], "strings": all(isinstance(cff[k], str) for k in ("cff-version", "title", "version", "message"))})
json.dump(out, sys.stdout)
`
	var dirs []string
	for _, list := range loaded() {
		dir := t.TempDir()
		save(t, dir, "dataset", export.Options{}, list)
		dirs = append(dirs, dir)
	}
	var read []struct {
		Card    datasetCard
		Authors []string
		Strings bool
	}
	decode(t, exec.Command(python, append([]string{"-c", script}, dirs...)...), &read)
	for i, dir := range dirs {
		want, _ := readCard(t, dir)
		if diff := cmp.Diff(want, read[i].Card); diff != "" {
			t.Errorf("-ours +Python's:\n%s", diff)
		}
		if len(read[i].Authors) == 0 || !read[i].Strings {
			t.Errorf("the citation: %+v", read[i])
		}
	}
}

// TestDuckDBLoadsDataset holds that DuckDB finds every record, in columns of the
// types that the card names, and no group in two splits.
func TestDuckDBLoadsDataset(t *testing.T) {
	longer(t)
	duckDB := startDuckDB(t)
	var queries []string
	var lists [][]*article.Record
	var cards []datasetCard
	for _, name := range []string{"nasty", "invented", "none"} {
		list, dir := loaded()[name], t.TempDir()
		save(t, dir, "dataset", export.Options{}, list)
		card, _ := readCard(t, dir)
		all := fmt.Sprintf("'%s/data/*.parquet'", dir)
		queries = append(queries,
			"SET TimeZone = 'UTC'; SELECT * EXCLUDE (split, split_by, \"group\", words) FROM "+all+" ORDER BY id",
			`SELECT "group" FROM `+all+` GROUP BY ALL HAVING count(DISTINCT split) > 1`,
			"DESCRIBE SELECT * FROM "+all)
		lists, cards = append(lists, list), append(cards, card)
	}
	results := duckDB(queries)
	for i, list := range lists {
		slices.SortFunc(list, func(a, b *article.Record) int { return strings.Compare(a.ID, b.ID) })
		want := []map[string]any{}
		for _, r := range list {
			want = append(want, inParquet(t, r))
		}
		if diff := cmp.Diff(want, results[3*i]); diff != "" {
			t.Errorf("-want +got:\n%.3000s", diff)
		}
		if torn := results[3*i+1]; len(torn) != 0 {
			t.Errorf("groups in several splits: %v", torn)
		}
		var types, features []string
		for _, column := range results[3*i+2] {
			types = append(types, strings.ReplaceAll(fmt.Sprint(column["column_name"], " ", column["column_type"]), `"`, ""))
		}
		for _, f := range cards[i].Info.Features {
			features = append(features, f.Name+" "+f.duckDB(t))
		}
		if diff := cmp.Diff(features, types); diff != "" {
			t.Errorf("-card +DuckDB:\n%s", diff)
		}
	}
}

// duckDB is the type of a feature as DuckDB writes it.
func (f feature) duckDB(t *testing.T) string {
	t.Helper()
	named := map[string]string{"string": "VARCHAR", "int32": "INTEGER", "float64": "DOUBLE", "bool": "BOOLEAN", "timestamp[ms, tz=UTC]": "TIMESTAMP WITH TIME ZONE"}
	structOf := func(fields []feature) string {
		var all []string
		for _, f := range fields {
			all = append(all, f.Name+" "+f.duckDB(t))
		}
		return "STRUCT(" + strings.Join(all, ", ") + ")"
	}
	switch list := f.List.(type) {
	case string:
		return named[list] + "[]"
	case []any:
		data, err := json.Marshal(list)
		var fields []feature
		if err == nil {
			err = json.Unmarshal(data, &fields)
		}
		if err != nil {
			t.Fatal(err)
		}
		return structOf(fields) + "[]"
	}
	if f.Struct != nil {
		return structOf(f.Struct)
	}
	return named[f.Type]
}
