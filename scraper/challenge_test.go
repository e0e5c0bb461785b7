package scraper

import (
	"net/http"
	"strings"
	"testing"
)

func TestChallenged(t *testing.T) {
	page := func(title, body string) string {
		return "<!DOCTYPE html><html><head><title>" + title + "</title></head><body>" + body + "</body></html>"
	}
	article := page("Access denied: how fraudsters get into your accounts | Test Police",
		"<h1>Access denied</h1><p>They ask you to enable JavaScript and cookies to continue, or to complete a captcha. Checking your browser before accessing a page is no proof of safety.</p>"+
			strings.Repeat("<p>Never give a code to anybody who rings you, whoever they say they are, and report what has happened.</p>", 20))
	for _, test := range []struct {
		name, body string
		header     http.Header
		want       bool
	}{
		{"header", page("News", "x"), http.Header{"Cf-Mitigated": {"challenge"}}, true},
		{"another header", "", http.Header{"X-Amzn-Waf-Action": {"challenge"}}, true},
		{"just a moment", page("Just a moment...", `<div id="cf-wrapper">Enable JavaScript and cookies to continue</div>`), nil, true},
		{"its script", `<html><script>window._cf_chl_opt={cvId:'3'}</script></html>`, nil, true},
		{"attention", page("Attention Required! | Cloudflare", "Sorry, you have been blocked"), nil, true},
		{"akamai", page("Access Denied", `You don't have permission to access "http://x/" on this server.<P>Reference&#32;#18.1</P> https://errors.edgesuite.net/18.1`), nil, true},
		{"incapsula", `<html><iframe src="/_Incapsula_Resource?CWUDNSAI=9"></iframe>Request unsuccessful.</html>`, nil, true},
		{"without a title", "<html><body><h1>Checking your browser before accessing www.test.example</h1><p>Please stand by.</p></body></html>", nil, true},
		{"ellipsis", page("Just a moment…", "Verifying. Ray ID: 123"), nil, true},

		{"an article", article, nil, false},
		{"an article with Cloudflare's own script", page("Man jailed | Test Police", `<h1>Man jailed</h1><script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';</script>`), nil, false},
		{"a cookie banner", page("Man jailed | Test Police", "<p>Please enable cookies and JavaScript for the best experience.</p><h1>Man jailed</h1><p>Text.</p>"), nil, false},
		{"the title alone", page("Access denied", "<h1>Access denied</h1><p>A new campaign of Test Police against burglars.</p>"), nil, false},
		{"a title that begins so", page("Just a moment of your time could save a life", "<p>Cloudflare, cookies, captcha.</p>"), nil, false},
		{"nothing", "", nil, false},
		{"an unclosed title", "<title>Just a moment...", nil, false},
	} {
		if test.header == nil {
			test.header = http.Header{}
		}
		if got := challenged(&answer{status: 200, header: test.header, body: []byte(test.body)}); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
