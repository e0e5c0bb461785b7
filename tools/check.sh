#!/usr/bin/env bash
# All checks of the project, the same here and in CI: format, vet, staticcheck,
# tidy modules, the tests with the race detector and in full, a few seconds of each
# fuzzer.
# A step whose tool is absent is left out, and a line says so. Exits 1 if any
# step failed.
#
#   tools/check.sh            all of it
#   FUZZTIME=60s tools/check.sh
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=()
step() {
	local name=$1
	shift
	printf '== %s\n' "$name"
	"$@" || failed+=("$name")
}
skip() { printf '== %s: left out: %s\n' "$1" "$2"; }

formatted() {
	local wrong
	wrong=$(gofmt -l .) || return 1
	[ -z "$wrong" ] || { printf 'not as gofmt has it:\n%s\n' "$wrong"; return 1; }
}

step gofmt formatted
step vet go vet ./...
step 'vet, for Windows' env GOOS=windows go vet ./...
if go tool -modfile=tools/go.mod -n staticcheck >/dev/null 2>&1; then
	step staticcheck go tool -modfile=tools/go.mod staticcheck ./...
else
	skip staticcheck "it cannot be had here (go tool -modfile=tools/go.mod staticcheck)"
fi
step 'modules tidy' go mod tidy -diff

if command -v "${CC:-gcc}" >/dev/null 2>&1; then
	# What measures (accuracy, sizes, many orders of events) runs without it, in the
	# step below: with it that would take most of the time and find no race.
	step 'tests, with the race detector' env CGO_ENABLED=1 go test -race -short -shuffle=on ./...
else
	skip 'race detector' "there is no C compiler; the tests run without it"
fi
step 'tests, in full' go test -shuffle=on ./...

# Each fuzzer by its package. Minimizing is bounded, or it eats the time. The go
# command can take the end of its own time for a failure ("context deadline
# exceeded"): then no failing input is written, and nothing was found.
fuzz() {
	local out status=0
	out=$(go test "$1" -run '^$' -fuzz "^$2\$" -fuzztime "${FUZZTIME:-5s}" -fuzzminimizetime 10x 2>&1) || status=$?
	[ "$status" -eq 0 ] && { tail -n 1 <<<"$out"; return 0; }
	printf '%s\n' "$out"
	grep -q 'context deadline exceeded' <<<"$out" && ! grep -q 'Failing input' <<<"$out"
}
while IFS=: read -r file fuzzer; do
	step "fuzz $fuzzer" fuzz "./$(dirname "$file")" "$fuzzer"
done < <(grep -rhoH --include='*_test.go' -E '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's#^\./##; s#func ##' | sort)

if [ ${#failed[@]} -gt 0 ]; then
	printf '\nFAILED: %s\n' "$(printf '%s; ' "${failed[@]}")"
	exit 1
fi
printf '\nall checks passed\n'
