package revision

import "math"

// A hunk is where two sequences differ: a[a0:a1] has become b[b0:b1]. What lies
// between two hunks is the same in both.
type hunk struct{ a0, a1, b0, b1 int }

// The work that one comparison may cost: once so many steps have found no
// shortest way, the furthest one is taken, which may show more as changed than
// has. Texts that differ in fewer places than minEffort never meet it.
const (
	maxEffort = 1024
	minEffort = 48
	effort    = 1 << 26 // bounds all steps together
)

// script returns the hunks between two sequences: the shortest edit script, by
// Myers' algorithm in linear space, as long as it costs no more than effort
// allows. What the other side does not have at all is set aside first, so that
// two texts with nothing in common are compared at once.
func script(a, b []int32) []hunk {
	d := differ{del: make([]bool, len(a)), ins: make([]bool, len(b))}
	d.a, d.fromA = shared(a, b, d.del)
	d.b, d.fromB = shared(b, a, d.ins)
	n := len(d.a) + len(d.b)
	d.limit = min(max(effort/max(n, 1), minEffort), maxEffort)
	d.offset = len(d.b) + 1
	d.forward, d.backward = make([]int, n+3), make([]int, n+3)
	d.compare(0, len(d.a), 0, len(d.b))
	return d.hunks()
}

// shared returns the elements of a that b has too, with their places; the others
// are marked.
func shared(a, b []int32, mark []bool) (kept []int32, from []int) {
	has := make(map[int32]bool, len(b))
	for _, key := range b {
		has[key] = true
	}
	for i, key := range a {
		if has[key] {
			kept, from = append(kept, key), append(from, i)
		} else {
			mark[i] = true
		}
	}
	return kept, from
}

type differ struct {
	a, b         []int32
	fromA, fromB []int  // where they stood in the whole
	del, ins     []bool // of the whole: not in the other
	limit        int
	// How far each diagonal (x-y) was followed, from either end.
	forward, backward []int
	offset            int // of diagonal 0
}

// compare marks what differs in a[x0:x1] and b[y0:y1].
func (d *differ) compare(x0, x1, y0, y1 int) {
	for {
		for x0 < x1 && y0 < y1 && d.a[x0] == d.b[y0] {
			x0++
			y0++
		}
		for x0 < x1 && y0 < y1 && d.a[x1-1] == d.b[y1-1] {
			x1--
			y1--
		}
		if x0 == x1 || y0 == y1 {
			for ; x0 < x1; x0++ {
				d.del[d.fromA[x0]] = true
			}
			for ; y0 < y1; y0++ {
				d.ins[d.fromB[y0]] = true
			}
			return
		}
		x, y := d.middle(x0, x1, y0, y1)
		d.compare(x0, x, y0, y)
		x0, y0 = x, y
	}
}

// middle returns a point through which a shortest edit script goes, found from
// both ends at once; or, when that costs too much, the furthest point that
// either end has come to.
func (d *differ) middle(x0, x1, y0, y1 int) (int, int) {
	f, b := d.forward, d.backward
	at := func(k int) int { return k + d.offset }
	least, most := x0-y1, x1-y0
	fmid, bmid := x0-y0, x1-y1
	fmin, fmax, bmin, bmax := fmid, fmid, bmid, bmid
	odd := (fmid-bmid)&1 != 0
	f[at(fmid)], b[at(bmid)] = x0, x1
	for cost := 1; ; cost++ {
		if fmin > least {
			fmin--
			f[at(fmin-1)] = -1
		} else {
			fmin++
		}
		if fmax < most {
			fmax++
			f[at(fmax+1)] = -1
		} else {
			fmax--
		}
		for k := fmax; k >= fmin; k -= 2 {
			x := max(f[at(k-1)]+1, f[at(k+1)])
			for x < x1 && x-k < y1 && d.a[x] == d.b[x-k] {
				x++
			}
			f[at(k)] = x
			if odd && bmin <= k && k <= bmax && b[at(k)] <= x {
				return x, x - k
			}
		}
		if bmin > least {
			bmin--
			b[at(bmin-1)] = math.MaxInt
		} else {
			bmin++
		}
		if bmax < most {
			bmax++
			b[at(bmax+1)] = math.MaxInt
		} else {
			bmax--
		}
		for k := bmax; k >= bmin; k -= 2 {
			x := min(b[at(k-1)], b[at(k+1)]-1)
			for x > x0 && x-k > y0 && d.a[x-1] == d.b[x-k-1] {
				x--
			}
			b[at(k)] = x
			if !odd && fmin <= k && k <= fmax && x <= f[at(k)] {
				return x, x - k
			}
		}
		if cost < d.limit {
			continue
		}
		fx, fy, bx, by := x0, y0, x1, y1
		for k := fmin; k <= fmax; k += 2 {
			x := min(f[at(k)], x1, y1+k)
			if x+x-k > fx+fy {
				fx, fy = x, x-k
			}
		}
		for k := bmin; k <= bmax; k += 2 {
			x := max(b[at(k)], x0, y0+k)
			if x+x-k < bx+by {
				bx, by = x, x-k
			}
		}
		if fx+fy-x0-y0 >= x1+y1-bx-by {
			return fx, fy
		}
		return bx, by
	}
}

// hunks gathers what was marked.
func (d *differ) hunks() []hunk {
	var out []hunk
	for i, j := 0, 0; i < len(d.del) || j < len(d.ins); {
		h := hunk{i, i, j, j}
		for h.a1 < len(d.del) && d.del[h.a1] {
			h.a1++
		}
		for h.b1 < len(d.ins) && d.ins[h.b1] {
			h.b1++
		}
		if i, j = h.a1, h.b1; h.a0 < h.a1 || h.b0 < h.b1 {
			out = append(out, h)
			continue
		}
		i, j = i+1, j+1
	}
	return out
}
