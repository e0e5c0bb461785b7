package sites

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed profiles/*.yaml
var builtin embed.FS

// A Set is all sites that are known.
type Set struct {
	sites []*Site // by id
}

// Load returns the program's own sites, with those of dir added or put in their
// place; an empty dir adds none. Every file of dir that ends in ".yaml" must be
// a good profile: the error names each bad one with its line.
func Load(dir string) (*Set, error) {
	profiles := map[string]*profile{}
	own, err := fs.Sub(builtin, "profiles")
	if err != nil {
		return nil, err // unreachable: the folder is compiled in
	}
	if err := read(own, "", profiles); err != nil {
		return nil, err
	}
	if dir != "" {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("site profiles: there is no folder %s", dir)
		case err != nil:
			return nil, fmt.Errorf("site profiles: %w", err)
		case !info.IsDir():
			return nil, fmt.Errorf("site profiles: %s is not a folder", dir)
		}
		if err := read(os.DirFS(dir), dir, profiles); err != nil {
			return nil, err
		}
	}
	return assemble(profiles)
}

// read adds the profiles of one folder, shown in errors as dir.
func read(fsys fs.FS, dir string, into map[string]*profile) error {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return fmt.Errorf("site profiles: %w", err)
	}
	seen := map[string]string{}
	var errs []error
	for _, name := range names {
		shown := path.Join(dir, name)
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("site profiles: %w", err))
			continue
		}
		p, err := parse(shown, data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if other, twice := seen[p.ID]; twice {
			errs = append(errs, fmt.Errorf("%s: id %q is that of %s too", shown, p.ID, other))
			continue
		}
		seen[p.ID] = shown
		into[p.ID] = p
	}
	return errors.Join(errs...)
}

// assemble merges each profile with those that it extends and makes the set.
func assemble(profiles map[string]*profile) (*Set, error) {
	set := &Set{}
	var errs []error
	for _, p := range profiles {
		whole := p
		above := []string{p.ID}
		for next := p.Extends; next != ""; {
			parent := profiles[next]
			if parent == nil {
				errs = append(errs, fmt.Errorf("%s: extends %q, which is unknown", p.file, next))
				break
			}
			if slices.Contains(above, next) {
				errs = append(errs, fmt.Errorf("%s: extends itself by way of %q", p.file, next))
				break
			}
			above = append(above, next)
			whole = whole.under(parent)
			next = parent.Extends
		}
		if whole.Base == "" {
			continue
		}
		s, err := whole.site()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		set.sites = append(set.sites, s)
	}
	slices.SortFunc(set.sites, func(a, b *Site) int { return cmp.Compare(a.ID, b.ID) })
	return set, errors.Join(errs...)
}

// All returns every site, by id.
func (s *Set) All() []*Site { return slices.Clone(s.sites) }

// IDs returns the ids of every site, sorted.
func (s *Set) IDs() []string {
	ids := make([]string, len(s.sites))
	for i, site := range s.sites {
		ids[i] = site.ID
	}
	return ids
}

// ByID returns the site of that name, or nil.
func (s *Set) ByID(id string) *Site {
	i, ok := slices.BinarySearchFunc(s.sites, id, func(site *Site, id string) int { return cmp.Compare(site.ID, id) })
	if !ok {
		return nil
	}
	return s.sites[i]
}

// ForURL returns the site that an address belongs to, or nil. Where two sites
// share a host, the one whose articles lie under the address's path wins.
func (s *Set) ForURL(address string) *Site {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var found *Site
	for _, site := range s.sites {
		if !site.Covers(u) {
			continue
		}
		if site.IsArticle(address) {
			return site
		}
		if found == nil {
			found = site
		}
	}
	return found
}

// Generic returns the site that stands for any other address: no layouts, no
// listings, its id the host. A saved page whose address nobody knows has a
// "file:" address, and the id "file".
func Generic(address string) (*Site, error) {
	if strings.HasPrefix(address, "file:") {
		return &Site{ID: "file"}, nil
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%q is not a web address (it must begin with https:// or http://)", address)
	}
	host := strings.ToLower(u.Host)
	return &Site{ID: host, Base: u.Scheme + "://" + u.Host, host: host}, nil
}
