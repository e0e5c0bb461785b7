package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"archiver/scraper/sites"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

func (a *app) sitesTest() *cobra.Command {
	var (
		dir, pages, format string
		update             bool
	)
	cmd := &cobra.Command{
		Use:   "test [SITE…]",
		Short: "Run profiles against their saved pages",
		Long: `Test reads saved pages with the profile of their site and compares each record,
field by field, with the one kept beside the page. It shows which layout of the
profile read each page, and which profiles have no saved page.

Saved pages are DIR/SITE/NAME.html with the record in NAME.json beside it. DIR is
that of --pages, else the folder "pages" within that of --sites, if there is one,
else the pages that the program carries.

A new page: save it with 'archiver snapshot', run with --update, and read what
stands in the JSON now, for from then on it is what the page must give.

EXIT STATUS
  0  every record is what it was
  1  a record differs, a page gives none, or has none beside it
  2  wrong command line or site profile; nothing was touched`,
		Example: `  archiver sites test
  archiver sites test kent --sites my-profiles
  archiver snapshot https://www.kent.police.uk/news/... --output my-pages/kent/new-design.html
  archiver sites test kent --sites my-profiles --pages my-pages
  archiver sites test kent --sites my-profiles --pages my-pages --update`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			set, err := a.profiles(dir)
			if err != nil {
				return err
			}
			saved, err := findPages(pages, dir)
			if err != nil {
				return err
			}
			if update && saved.dir == "" {
				return usagef("--update needs a folder to write to: name it with --pages (in a checkout, --pages testdata/sites)")
			}
			if ids, err = testedSites(set, saved, ids); err != nil {
				return err
			}
			results, err := testPages(cmd.Context(), set, saved, ids, update)
			if err != nil {
				return err
			}
			if format == "jsonl" {
				return a.reportJSON(results)
			}
			return a.reportTests(saved, results)
		},
		ValidArgsFunction: completeSites,
	}
	profileFlag(cmd, &dir)
	cmd.Flags().StringVar(&pages, "pages", "", "folder `DIR` of saved pages, DIR/SITE/NAME.html (default: pages in that of --sites, else the program's own)")
	cmd.Flags().BoolVar(&update, "update", false, "write the records beside the pages anew; read what changed")
	tableFormat(cmd, &format)
	return cmd
}

func completeSites(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	set, err := sites.Load("")
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return set.IDs(), cobra.ShellCompDirectiveNoFileComp
}

// testedSites returns the folders to test: those named, else all that hold pages
// and all profiles.
func testedSites(set *sites.Set, saved savedPages, ids []string) ([]string, error) {
	folders, err := saved.folders()
	if err != nil {
		return nil, err
	}
	known := slices.Concat(set.IDs(), folders)
	slices.Sort(known)
	known = slices.Compact(known)
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, usagef("site %q is unknown%s", id, hint(id, known))
		}
	}
	if len(ids) == 0 {
		return known, nil
	}
	return ids, nil
}

// testPages tests every page of the sites. A site without pages has one result
// that says so.
func testPages(ctx context.Context, set *sites.Set, saved savedPages, ids []string, update bool) ([]tested, error) {
	var results []tested
	for _, id := range ids {
		names, err := saved.of(id)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			results = append(results, tested{Site: id, Outcome: pageNone, Differences: []difference{}})
		}
		for _, name := range names {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			result, err := saved.test(set, id, name, update)
			if err != nil {
				return nil, err
			}
			results = append(results, result)
		}
	}
	return results, nil
}

// verdict is the error that ends a test: none while all is as it was.
func verdict(results []tested) error {
	for _, r := range results {
		if r.Outcome == pageDiffers || r.Outcome == pageFailed || r.Outcome == pageNew {
			return &partialError{status: statusFailed}
		}
	}
	return nil
}

func (a *app) reportJSON(results []tested) error {
	encoder := json.NewEncoder(a.stdout)
	encoder.SetEscapeHTML(false)
	for _, r := range results {
		if err := encoder.Encode(r); err != nil {
			return wrote(err)
		}
	}
	return verdict(results)
}

// mostShown bounds the differences that are shown of a page.
const mostShown = 8

// reportTests shows a person how the tests went: a line a page, what differs, and
// a line of counts.
func (a *app) reportTests(saved savedPages, results []tested) error {
	t := a.newTable(a.stdout)
	t.AppendHeader(table.Row{"Site", "Page", "Layout", "Record"})
	var without, unfit []string
	count := map[string]int{}
	pages := 0
	for _, r := range results {
		if r.Outcome == pageNone {
			without = append(without, r.Site)
			continue
		}
		pages++
		count[r.Outcome]++
		if r.Layout == "" && r.Layouts > 0 && r.Outcome != pageFailed {
			unfit = append(unfit, r.Site+"/"+r.Page)
		}
		t.AppendRow(table.Row{r.Site, r.Page, layoutName(r), a.outcome(r)})
	}
	if pages > 0 {
		if err := render(a.stdout, t); err != nil {
			return err
		}
	}
	var b strings.Builder
	width, tty := terminal(a.stdout)
	if !tty {
		width = 80
	}
	for _, r := range results {
		showTested(&b, r, width)
	}
	list := func(title string, names []string) {
		if len(names) > 0 {
			fmt.Fprintf(&b, "\n%s\n", wrap(title+": "+strings.Join(names, ", "), width))
		}
	}
	list("No layout of the profile fits, so read by their content alone", unfit)
	list("Without a saved page (save one with 'archiver snapshot')", without)
	fmt.Fprintf(&b, "\n%s\n", counts(saved, pages, count))
	if _, err := fmt.Fprint(a.stdout, b.String()); err != nil {
		return wrote(err)
	}
	return verdict(results)
}

// counts is the last line: how many pages, and how they came out.
func counts(saved savedPages, pages int, count map[string]int) string {
	parts := []string{}
	for _, outcome := range []string{pageEqual, pageDiffers, pageFailed, pageNew, pageUpdated} {
		if n := count[outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "nothing to test")
	}
	return fmt.Sprintf("%s, %s: %s", counted(pages, "page"), saved.where(), strings.Join(parts, ", "))
}

// layoutName says which layout read a page.
func layoutName(r tested) string {
	switch {
	case r.Layout != "":
		return r.Layout
	case r.Outcome == pageFailed:
		return "–"
	case r.Layouts == 0:
		return "the profile has none"
	}
	return "none fits"
}

// outcome says in a cell how a page came out.
func (a *app) outcome(r tested) string {
	s, colour := r.Outcome, text.FgRed
	switch r.Outcome {
	case pageEqual:
		s, colour = fmt.Sprintf("%d fields equal", r.Fields), text.FgGreen
	case pageDiffers:
		s = counted(len(r.Differences), "difference")
	case pageFailed:
		s = "gives no record"
	case pageNew:
		s = "no " + r.Page + ".json beside it: --update writes it"
	case pageUpdated:
		colour = text.FgYellow
		if s = "written"; len(r.Differences) > 0 {
			s = "written anew, " + counted(len(r.Differences), "difference")
		}
	}
	if coloured(a.stdout) {
		return text.Colors{colour}.Sprint(s)
	}
	return s
}

// showTested writes what is wrong with a page.
func showTested(b *strings.Builder, r tested, width int) {
	if r.Error == "" && len(r.Differences) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s/%s\n", r.Site, r.Page)
	if r.Error != "" {
		fmt.Fprintln(b, indent(wrap(visible(r.Error), width-4), "  • "))
	}
	for i, d := range r.Differences {
		if i == mostShown {
			fmt.Fprintf(b, "  … and %d more; --format jsonl has them all\n", len(r.Differences)-mostShown)
			break
		}
		fmt.Fprintf(b, "  %s\n", d.Field)
		for _, side := range []struct{ name, value string }{{"    kept: ", d.Want}, {"    now:  ", d.Got}} {
			value := "nothing"
			if side.value != "" {
				value = shorten(side.value, 160)
			}
			fmt.Fprintln(b, indent(wrap(visible(value), width-len(side.name)), side.name))
		}
	}
}
