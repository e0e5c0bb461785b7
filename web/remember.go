package web

import (
	"bytes"
	"net/http"
	"slices"
	"sync"
)

// Answers that take long to make are kept while the archive stays as it is: so many
// at most, of at most so many bytes each.
const mostKept, largestKept = 100, 512 << 10

// A memory keeps answers by their addresses, all of one state of the archive.
type memory struct {
	mu    sync.Mutex
	state string
	kept  map[string]*recorded
}

// remembering answers from memory where it can. The pages that it is put before say
// nothing but what is in the archive, as far as it is followed.
func (s *server) remembering(h handler, of ...*follower) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		generation, err := s.Archive.Generation()
		if err != nil {
			return err
		}
		state := generation + s.digest.state()
		at := r.URL.Path + "?" + r.URL.RawQuery
		s.memory.mu.Lock()
		if s.memory.state != state {
			s.memory.state, s.memory.kept = state, map[string]*recorded{}
		}
		known := s.memory.kept[at]
		s.memory.mu.Unlock()
		if known == nil {
			behind := slices.ContainsFunc(of, func(f *follower) bool { return !f.settled(generation) })
			known = &recorded{header: http.Header{}}
			if err := h(known, r); err != nil {
				return err
			}
			s.memory.mu.Lock()
			if !behind && s.memory.state == state && known.status == http.StatusOK && known.header.Get("Cache-Control") != "no-store" && known.body.Len() <= largestKept {
				if len(s.memory.kept) >= mostKept {
					clear(s.memory.kept)
				}
				s.memory.kept[at] = known
			}
			s.memory.mu.Unlock()
		}
		for name, values := range known.header {
			w.Header()[name] = values
		}
		w.WriteHeader(known.status)
		_, _ = w.Write(known.body.Bytes()) // a reader who has gone is no fault
		return nil
	}
}

// recorded is an answer that can be given again.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *recorded) Header() http.Header                  { return a.header }
func (a *recorded) WriteHeader(status int)               { a.status = status }
func (a *recorded) Write(data []byte) (n int, err error) { return a.body.Write(data) }
