package chart_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"archiver/chart"
)

// texts returns the text of an SVG document by the names of the elements, and fails
// where it is not well formed or has an element or attribute that could do anything.
func texts(t *testing.T, svg string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	d := xml.NewDecoder(strings.NewReader(svg))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
			switch token.Name.Local {
			case "svg", "title", "desc", "style", "text", "rect", "line", "polyline", "circle", "g":
			default:
				t.Errorf("there is an element %s", token.Name.Local)
			}
			for _, a := range token.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					t.Errorf("there is an attribute %s", a.Name.Local)
				}
			}
			out[token.Name.Local] = append(out[token.Name.Local], "")
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if n := len(open); n > 0 {
				list := out[open[n-1]]
				list[len(list)-1] += string(token)
			}
		}
	}
}

var hostile = []string{
	"</text><script>alert(1)</script>", `"onload="x`, "a\x00b\x1b[31m", "\xff\xfe", "\u202ereversed", "😀 & <b>", strings.Repeat("long ", 100), "",
}

func TestBars(t *testing.T) {
	var b strings.Builder
	if err := chart.Bars(&b, "By kind", []chart.Bar{{"appeal", 1200}, {"fraud & more", 300}, {"none", 0}}, chart.Options{}); err != nil {
		t.Fatal(err)
	}
	got := texts(t, b.String())
	if want := []string{"By kind", "appeal", "1,200", "fraud & more", "300", "none", "0"}; strings.Join(got["text"], "|") != strings.Join(want, "|") {
		t.Errorf("it says %q, want %q", got["text"], want)
	}
	if len(got["rect"]) != 3 {
		t.Errorf("it has %d bars, want 3", len(got["rect"]))
	}
	if want := "3 bars; the longest is appeal with 1,200."; got["desc"][0] != want {
		t.Errorf("the description is %q, want %q", got["desc"][0], want)
	}
	b.Reset()
	if err := chart.Bars(&b, "By kind", []chart.Bar{{"appeal", 1}}, chart.Options{}); err != nil {
		t.Fatal(err)
	}
	if alone := texts(t, b.String())["desc"][0]; alone != "One bar: appeal with 1." {
		t.Errorf("the description of one is %q", alone)
	}
	if len(got["style"]) != 0 {
		t.Error("a drawing for a page carries a style")
	}
}

func TestLines(t *testing.T) {
	var b strings.Builder
	err := chart.Lines(&b, "Fraud", []string{"2023", "2024", "2025"}, []chart.Series{{"courier", []int{1, 40, 7}}, {"romance", []int{0, 2, 3}}}, chart.Options{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	got := texts(t, b.String())
	if len(got["polyline"]) != 2 || len(got["style"]) != 1 {
		t.Errorf("it has %d lines and %d styles, want 2 and 1", len(got["polyline"]), len(got["style"]))
	}
	if want := "Fraud|courier|romance|0|10|20|30|40|2023|2024|2025"; strings.Join(got["text"], "|") != want {
		t.Errorf("it says %q, want %q", strings.Join(got["text"], "|"), want)
	}
	// The highest value stands at the top of the plot, nothing above it.
	if !strings.Contains(b.String(), ",64.0 ") {
		t.Errorf("no point lies at the top:\n%s", b.String())
	}
}

func TestHostile(t *testing.T) {
	for i, s := range hostile {
		for name, draw := range map[string]func(w io.Writer) error{
			"bars": func(w io.Writer) error { return chart.Bars(w, s, []chart.Bar{{s, 3}}, chart.Options{Alone: true}) },
			"lines": func(w io.Writer) error {
				return chart.Lines(w, s, []string{s, "x"}, []chart.Series{{s, []int{1, 2}}}, chart.Options{})
			},
		} {
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				var b strings.Builder
				if err := draw(&b); err != nil {
					t.Fatal(err)
				}
				texts(t, b.String())
			})
		}
	}
}

// Drawings of nothing, of one point and of too much are drawings as well.
func TestExtremes(t *testing.T) {
	many := make([]chart.Series, 30)
	for i := range many {
		many[i] = chart.Series{Name: fmt.Sprint(i), Values: make([]int, 1000)}
		many[i].Values[i] = 1 << 40
	}
	periods := make([]string, 1000)
	for i := range periods {
		periods[i] = fmt.Sprintf("2%03d-01", i)
	}
	for name, draw := range map[string]func(w io.Writer) error{
		"no bars":  func(w io.Writer) error { return chart.Bars(w, "x", nil, chart.Options{}) },
		"no lines": func(w io.Writer) error { return chart.Lines(w, "x", nil, nil, chart.Options{}) },
		"one point": func(w io.Writer) error {
			return chart.Lines(w, "x", []string{"2024"}, []chart.Series{{"a", []int{0}}}, chart.Options{})
		},
		"many lines": func(w io.Writer) error { return chart.Lines(w, "x", periods, many, chart.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			if err := draw(&b); err != nil {
				t.Fatal(err)
			}
			got := texts(t, b.String())
			if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "Inf") {
				t.Errorf("a number is none:\n%.2000s", b.String())
			}
			if len(got["polyline"]) > chart.MostSeries {
				t.Errorf("it has %d lines", len(got["polyline"]))
			}
			if len(got["text"]) > 60 {
				t.Errorf("it has %d labels", len(got["text"]))
			}
		})
	}
}
