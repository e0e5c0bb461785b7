// Package chart draws counts as SVG: [Bars] that lie, and [Lines] over time.
//
// A drawing has a title and a description for those who cannot see it, no script,
// and styles by class alone: a page with a strict policy can hold it and dress it,
// in the dark as well. Libraries that were looked at put a style on every line,
// which such a page refuses. Colours are those of Okabe and Ito, which people who
// see few colours can tell apart; lines differ in their dashes too.
package chart

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dustin/go-humanize"
)

// Style is the stylesheet of drawings. A drawing that stands alone carries it, a
// page that holds drawings has it in its own.
const Style = `
.chart{background:#fff;--ink:#1d2430;--faint:#5b6474;--rule:#dfe3ea;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.chart text{fill:var(--ink);font-size:13px}
.chart .heading{font-size:16px;font-weight:600}
.chart .axis{fill:var(--faint)}
.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}
.chart .rule{stroke:var(--rule);stroke-width:1}
.chart .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.chart .s0{--c:#0072b2}.chart .s1{--c:#d55e00}.chart .s2{--c:#009e73}.chart .s3{--c:#cc79a7}.chart .s4{--c:#b8860b}.chart .s5{--c:#56b4e9}
.chart .line,.chart .key{stroke:var(--c)}.chart .bar{fill:var(--c)}
.chart .key{stroke-width:3}
.chart .s1{stroke-dasharray:7 4}.chart .s2{stroke-dasharray:2 4}.chart .s3{stroke-dasharray:10 3 2 3}.chart .s4{stroke-dasharray:5 2}.chart .s5{stroke-dasharray:1 3}
.chart .bar{stroke-dasharray:none}
@media (prefers-color-scheme:dark){.chart{background:#14181f;--ink:#e6e9ef;--faint:#9aa4b5;--rule:#2d3440}
.chart .s0{--c:#4aa8e0}.chart .s1{--c:#f0883e}.chart .s2{--c:#3ccfa0}.chart .s3{--c:#e3a4c8}.chart .s4{--c:#e0b84c}.chart .s5{--c:#8fd0f5}}
`

// MostSeries is how many lines a drawing can hold and people can still tell apart.
const MostSeries = 6

// A Series is a line: a name and a value for each period.
type Series struct {
	Name   string
	Values []int
}

// A Bar is a bar: what it stands for, and how long it is.
type Bar struct {
	Name  string
	Value int
}

// Options say how a drawing is made. The zero value is one for a page that has
// [Style] in its stylesheet.
type Options struct {
	// Alone makes a drawing that carries its own style, for a file.
	Alone bool
}

// Sizes in pixels, at which nothing needs to be scaled on a usual page. A drawing
// takes the width that it is given.
const (
	width      = 860
	top        = 44 // for the heading
	barHeight  = 18
	barPitch   = 26
	plotHeight = 280
	letter     = 7.8 // the width of a letter, on average, at the size of the text
)

// A drawing collects an SVG document.
type drawing struct{ strings.Builder }

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(d, format, args...) }

// open begins a drawing of a height. The title and the description are read to
// those who cannot see it.
func (d *drawing) open(height int, title, description string, o Options) {
	d.add(`<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 %d %d" width="%d" height="%d"><title>%s</title><desc>%s</desc>`,
		width, height, width, height, clean(title), clean(description))
	if o.Alone {
		d.add("<style>%s</style>", Style)
	}
	d.add("<text class=\"heading\" x=\"0\" y=\"20\">%s</text>\n", clean(title))
}

func (d *drawing) close(w io.Writer) error {
	d.add("</svg>\n")
	_, err := io.WriteString(w, d.String())
	return err
}

// clean makes text of any origin safe within an element.
func clean(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // unreachable: a Builder takes everything
	}
	return b.String()
}

// short cuts a text that would run over so many pixels.
func short(s string, pixels float64) string {
	if most := int(pixels / letter); utf8.RuneCountInString(s) > most {
		return string([]rune(s)[:max(most-1, 1)]) + "…"
	}
	return s
}

// Bars draws a bar for each value, in the order given, with its name before it and
// the number behind.
func Bars(w io.Writer, title string, bars []Bar, o Options) error {
	longest, most := 0, 1
	for _, b := range bars {
		longest, most = max(longest, utf8.RuneCountInString(b.Name)), max(most, b.Value)
	}
	label := min(float64(longest)*letter+12, width/3)
	room := width - label - 70 // for the number
	description := "There is nothing to show."
	if len(bars) > 0 {
		b := bars[max(0, slices.IndexFunc(bars, func(b Bar) bool { return b.Value == most }))]
		description = fmt.Sprintf("%d bars; the longest is %s with %s.", len(bars), b.Name, humanize.Comma(int64(b.Value)))
		if len(bars) == 1 {
			description = fmt.Sprintf("One bar: %s with %s.", b.Name, humanize.Comma(int64(b.Value)))
		}
	}
	d := &drawing{}
	d.open(top+barPitch*max(len(bars), 1), title, description, o)
	for i, b := range bars {
		y := top + i*barPitch
		long := float64(b.Value) / float64(most) * room
		d.add(`<g><title>%s: %s</title><text class="end" x="%.0f" y="%d">%s</text><rect class="bar s0" x="%.0f" y="%d" width="%.1f" height="%d"/><text x="%.1f" y="%d">%s</text></g>`+"\n",
			clean(b.Name), humanize.Comma(int64(b.Value)), label-8, y+14, clean(short(b.Name, label-8)), label, y, long, barHeight, label+long+6, y+14, humanize.Comma(int64(b.Value)))
	}
	if len(bars) == 0 {
		d.add(`<text class="axis" x="0" y="%d">Nothing to show.</text>`, top+14)
	}
	return d.close(w)
}

// Lines draws a line for each of at most [MostSeries] series over periods, such as
// months, of which each series has a value for each; further series are left out.
func Lines(w io.Writer, title string, periods []string, series []Series, o Options) error {
	series = series[:min(len(series), MostSeries)]
	most := 1
	for _, s := range series {
		for _, v := range s.Values {
			most = max(most, v)
		}
	}
	step := roundStep(most)
	ceiling := (most + step - 1) / step * step
	left := float64(len(humanize.Comma(int64(ceiling))))*letter + 12
	const right = 16
	keys := (len(series) + 2) / 3 * 20
	head := top + keys
	description := "There is nothing to show."
	if len(periods) > 0 && len(series) > 0 {
		var names []string
		for _, s := range series {
			names = append(names, s.Name)
		}
		description = fmt.Sprintf("Lines over time from %s to %s: %s. The highest value is %s.", periods[0], periods[len(periods)-1], strings.Join(names, ", "), humanize.Comma(int64(most)))
	}
	d := &drawing{}
	d.open(head+plotHeight+34, title, description, o)
	x := func(i int) float64 {
		if len(periods) < 2 {
			return left + (width-right-left)/2
		}
		return left + (width-right-left)*float64(i)/float64(len(periods)-1)
	}
	y := func(v int) float64 { return float64(head) + plotHeight*(1-float64(v)/float64(ceiling)) }

	for i, s := range series {
		kx, ky := float64(i%3)*width/3, top+i/3*20-8
		d.add(`<line class="key s%d" x1="%.0f" y1="%d" x2="%.0f" y2="%d"/><text x="%.0f" y="%d">%s</text>`+"\n",
			i, kx, ky, kx+26, ky, kx+34, ky+4, clean(short(s.Name, width/3-44)))
	}
	for v := 0; v <= ceiling; v += step {
		d.add(`<line class="rule" x1="%.0f" y1="%.1f" x2="%d" y2="%.1f"/><text class="axis end" x="%.0f" y="%.1f">%s</text>`+"\n",
			left, y(v), width-right, y(v), left-6, y(v)+4, humanize.Comma(int64(v)))
	}
	// As many names of periods as have room, the first and then every so many.
	every := 1
	if len(periods) > 0 {
		every = max(1, int(math.Ceil(float64(len(periods))*float64(len(periods[0])+3)*letter/(width-left-right))))
	}
	for i := 0; i < len(periods); i += every {
		d.add(`<text class="axis middle" x="%.1f" y="%d">%s</text>`, min(max(x(i), 28), width-28), head+plotHeight+20, clean(periods[i]))
	}
	d.add("\n")
	for n, s := range series {
		d.add(`<g><title>%s</title>`, clean(s.Name))
		if len(s.Values) == 1 {
			d.add(`<circle class="bar s%d" cx="%.1f" cy="%.1f" r="4"/>`, n, x(0), y(s.Values[0]))
		} else if len(s.Values) > 1 {
			d.add(`<polyline class="line s%d" points="`, n)
			for i, v := range s.Values {
				d.add("%.1f,%.1f ", x(i), y(v))
			}
			d.add(`"/>`)
		}
		d.add("</g>\n")
	}
	if len(periods) == 0 || len(series) == 0 {
		d.add(`<text class="axis middle" x="%d" y="%d">Nothing to show.</text>`, width/2, head+plotHeight/2)
	}
	return d.close(w)
}

// roundStep returns a step of 1, 2 or 5 times a power of ten that divides a value
// into about five.
func roundStep(most int) int {
	power := 1
	for power*10*5 <= most {
		power *= 10
	}
	for _, n := range []int{1, 2, 5} {
		if n*power*6 >= most {
			return n * power
		}
	}
	return 10 * power
}
