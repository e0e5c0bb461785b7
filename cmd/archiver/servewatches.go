package main

import (
	"context"
	"io"
	"net/url"
	"strings"

	"archiver/export"
	"archiver/search"
	"archiver/store"
	"archiver/watch"
	"archiver/web"
)

// webWatches returns how the web page learns of the operator's watches. The file is
// read anew each time, so that one that is added there appears by itself.
func (a *app) webWatches(archive *store.Store, index *search.Index, file string) func() ([]web.Watch, error) {
	return func() ([]web.Watch, error) {
		list, err := a.readWatches(file)
		if err != nil {
			return nil, err
		}
		out := make([]web.Watch, len(list))
		for i, w := range list {
			out[i] = web.Watch{
				Name: w.Name, Query: parametersOf(w),
				Feed: func(ctx context.Context, to io.Writer, form, home, self string) error {
					return writeWatchFeed(ctx, to, watched{archive, index}, w, feedSize, export.Options{Feed: form, Home: home, Self: self})
				},
			}
		}
		return out, nil
	}
}

// parametersOf is what a watch finds as the parameters of the front page, in which a
// speaker is one of the words.
func parametersOf(w *watch.Watch) url.Values {
	q := w.Query()
	v := url.Values{"site": q.Filter.Sites, "topic": q.Filter.Topics}
	for _, k := range q.Filter.Kinds {
		v.Add("kind", string(k))
	}
	for _, s := range q.Filter.Statuses {
		v.Add("status", string(s))
	}
	words := q.Words
	if len(q.Filter.Speakers) > 0 {
		names := make([]string, len(q.Filter.Speakers))
		for i, s := range q.Filter.Speakers {
			names[i] = `speaker:"` + strings.ReplaceAll(s, `"`, "") + `"`
		}
		words = strings.TrimSpace(parenthesized(words) + " (" + strings.Join(names, " OR ") + ")")
	}
	if words != "" {
		v.Set("q", words)
	}
	return v
}

func parenthesized(words string) string {
	if words == "" {
		return ""
	}
	return "(" + words + ")"
}
