package main

import (
	"encoding/json"
	"strings"

	"archiver/scraper/sites"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) sites() *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "sites",
		Short: "Show the site profiles, and how the sites are doing",
		Long: `A site profile says where a site lists its news, which of its addresses are
articles, and, as a first hint to the reader, where its pages have what.`,
		Example: `  archiver sites list
  archiver sites show kent
  archiver sites test
  archiver sites status
  archiver sites list --sites my-profiles`,
	})
	cmd.AddCommand(a.sitesList(), a.sitesShow(), a.sitesTest(), a.sitesStatus())
	return cmd
}

// A siteInfo is a site as programs read it.
type siteInfo struct {
	ID       string   `json:"id"`
	Force    string   `json:"force"`
	Area     string   `json:"area"`
	Base     string   `json:"base"`
	Extends  string   `json:"extends"`
	Feeds    []string `json:"feeds"`
	Listings []string `json:"listings"`
	Search   string   `json:"search"`
	Layouts  []string `json:"layouts"`
}

func info(s *sites.Site) siteInfo {
	i := siteInfo{
		ID: s.ID, Force: s.Force, Area: s.Area, Base: s.Base, Extends: s.Parent,
		Feeds: append([]string{}, s.Feeds...), Listings: append([]string{}, s.Listings...), Search: s.Search,
		Layouts: []string{},
	}
	for _, l := range s.Layouts {
		i.Layouts = append(i.Layouts, l.Name)
	}
	return i
}

func (a *app) sitesList() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the sites",
		Example: `  archiver sites list`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := a.profiles(dir)
			if err != nil {
				return err
			}
			if format == "jsonl" {
				encoder := json.NewEncoder(a.stdout)
				for _, s := range set.All() {
					if err := encoder.Encode(info(s)); err != nil {
						return wrote(err)
					}
				}
				return nil
			}
			t := a.newTable(a.stdout)
			t.AppendHeader(table.Row{"Site", "Name", "Address"})
			for _, s := range set.All() {
				t.AppendRow(table.Row{s.ID, nameOf(s), s.Base})
			}
			return render(a.stdout, t)
		},
	}
	profileFlag(cmd, &dir)
	tableFormat(cmd, &format)
	return cmd
}

func (a *app) sitesShow() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:     "show SITE",
		Short:   "Show one site",
		Example: `  archiver sites show cheshire`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := a.profiles(dir)
			if err != nil {
				return err
			}
			s := set.ByID(args[0])
			if s == nil {
				return usagef("site %q is unknown%s", args[0], hint(args[0], set.IDs()))
			}
			if format == "jsonl" {
				return wrote(json.NewEncoder(a.stdout).Encode(info(s)))
			}
			return a.showSite(s)
		},
		ValidArgsFunction: completeSites,
	}
	profileFlag(cmd, &dir)
	tableFormat(cmd, &format)
	return cmd
}

func profileFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "sites", "", "folder `DIR` of site profiles that add to the program's own or replace them")
}

func (a *app) showSite(s *sites.Site) error {
	t := a.newTable(a.stdout)
	row := func(name, value string) {
		if value != "" {
			t.AppendRow(table.Row{name, value})
		}
	}
	row("Site", s.ID)
	row("Name", nameOf(s))
	row("Area", s.Area)
	row("Address", s.Base)
	row("Platform", s.Parent)
	for _, f := range s.Feeds {
		row("Feed", f)
	}
	for _, l := range s.Listings {
		row("Listing", l)
	}
	row("Back file", s.Search)
	for i, l := range s.Layouts {
		name := "Layout"
		if i > 0 {
			name = "Older layout"
		}
		row(name, layoutInWords(l))
	}
	return render(a.stdout, t)
}

// layoutInWords names a layout and says where it has what.
func layoutInWords(l sites.Layout) string {
	var parts []string
	for _, part := range []struct {
		name     string
		selector sites.Selector
	}{{"body", l.Body}, {"title", l.Title}, {"dateline", l.Dateline}, {"drop", l.Drop}, {"related", l.Related}} {
		if text := part.selector.String(); text != "" {
			parts = append(parts, part.name+" "+text)
		}
	}
	return l.Name + ": " + strings.Join(parts, "; ")
}

// nameOf is the name of a site: its force's, or the host's.
func nameOf(s *sites.Site) string {
	if s.Force != "" {
		return s.Force
	}
	return s.Host()
}
