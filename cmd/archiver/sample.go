package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"archiver/article"
	"archiver/intact"
	"archiver/marks"

	"github.com/cespare/xxhash/v2"
	"github.com/spf13/cobra"
)

// strata are what a sample can be stratified by: of each, a release has one value.
var strata = map[string]func(r *article.Record) string{
	"site":   func(r *article.Record) string { return r.Site },
	"kind":   func(r *article.Record) string { return string(r.Kind) },
	"status": func(r *article.Record) string { return string(r.Status) },
	"year": func(r *article.Record) string {
		if r.Published.IsZero() {
			return "undated"
		}
		return r.Published.In(article.London).Format("2006")
	},
}

func (a *app) sample() *cobra.Command {
	var (
		stratify []string
		n        int
		seed     uint64
		output   string
		s        *selection
	)
	known := slices.Sorted(maps.Keys(strata))
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Draw releases at random for marking by hand",
		Long: `Sample draws releases at random from those that the filters select and writes a
sheet: a YAML file in which a person marks what stands in each, by the rules at its
head. 'archiver eval' then says how well the reader does on them: on your force, on
your years.

With --stratify every site, year or what it names gets its share of the sample, and
at least one release where -n has room for that: so the whole remains
representative. The same --seed draws the same releases, also from an archive that
has grown since, as far as the new ones leave room.`,
		Example: `  archiver sample -n 50 --site cheshire --output sheet.yaml
  archiver sample -n 200 --stratify site,year --since 2019-01-01 > sheet.yaml`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if n < 1 {
				return usagef("-n %d draws nothing; give a number above 0", n)
			}
			for _, name := range stratify {
				if strata[name] == nil {
					return usagef("--stratify %q is unknown%s", name, hint(name, known))
				}
			}
			if s.revisions {
				return usagef("--revisions: a sample is drawn from releases, not from their revisions")
			}
			return a.drawSample(s, stratify, n, seed, output)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&n, "number", "n", 100, "draw so many `RELEASES`")
	f.StringSliceVar(&stratify, "stratify", nil, "in shares by "+listed(known))
	f.Uint64Var(&seed, "seed", 1, "a `NUMBER` that stands for this draw")
	f.StringVarP(&output, "output", "o", "-", "`PATH` of a new file; - is standard output")
	complete(cmd, "stratify", known)
	s = filterFlags(cmd)
	return cmd
}

// A lot is a release that may be drawn. The lowest numbers are.
type lot struct {
	number  uint64
	id      string
	stratum string
}

func (a *app) drawSample(s *selection, stratify []string, n int, seed uint64, output string) error {
	if _, err := os.Lstat(output); output != "-" && !errors.Is(err, fs.ErrNotExist) {
		return usagef("--output %s is there already, and could be a sheet that somebody has filled in; name another", output)
	}
	s.bare = true
	recs, err := a.records(s)
	if err != nil {
		return err
	}
	var lots []lot
	for r, err := range recs {
		if err != nil {
			return err
		}
		var values []string
		for _, name := range stratify {
			values = append(values, strata[name](r))
		}
		lots = append(lots, lot{xxhash.Sum64String(fmt.Sprint(seed, r.ID)), r.ID, strings.Join(values, ", ")})
	}
	if len(lots) < n {
		fmt.Fprintf(a.stderr, "archiver: only %s selected: the sample is all of them\n", counted(len(lots), "release"))
	}
	lots = drawLots(lots, n)

	archive, err := a.open()
	if err != nil {
		return err
	}
	var records []*article.Record
	var of []string
	for _, l := range lots {
		r, err := archive.Record(l.id)
		if errors.Is(err, article.ErrNotFound) {
			continue // suppressed in this moment
		}
		if err != nil {
			return err
		}
		records, of = append(records, r), append(of, l.stratum)
	}
	var sheet bytes.Buffer
	if err := marks.WriteSheet(&sheet, records, of); err != nil {
		return err
	}
	if output == "-" {
		_, err := a.stdout.Write(sheet.Bytes())
		return wrote(err)
	}
	return wrote(intact.WriteFile(output, sheet.Bytes(), 0o644))
}

// drawLots draws n lots, from each stratum its share, and at least one where n is
// enough for that.
func drawLots(lots []lot, n int) []lot {
	byStratum := map[string][]lot{}
	for _, l := range lots {
		byStratum[l.stratum] = append(byStratum[l.stratum], l)
	}
	n = min(n, len(lots))
	names := slices.Sorted(maps.Keys(byStratum))
	share := map[string]int{}
	left := n
	if len(names) <= n {
		for _, name := range names {
			share[name] = 1
			left--
		}
	}
	// What is left goes one by one to the stratum that is furthest behind its share.
	for ; left > 0; left-- {
		best := ""
		behind := func(name string) float64 {
			return float64(n)*float64(len(byStratum[name]))/float64(len(lots)) - float64(share[name])
		}
		for _, name := range names {
			if share[name] < len(byStratum[name]) && (best == "" || behind(name) > behind(best)) {
				best = name
			}
		}
		share[best]++
	}
	var out []lot
	for _, name := range names {
		of := byStratum[name]
		slices.SortFunc(of, func(a, b lot) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id)) })
		out = append(out, of[:share[name]]...)
	}
	// Mixed, so that whoever stops half-way has marked a sample as well.
	slices.SortFunc(out, func(a, b lot) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id)) })
	return out
}
