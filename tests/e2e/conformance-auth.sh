#!/bin/sh
# The third-party cases for SPF, DKIM, DMARC, ARC and Authentication-Results,
# and the attack letters, where they are present: $SIGNET_CONFORMANCE, else
# beside the source tree.
srcdir=$(cd "${srcdir:-.}" && pwd)
signet=$(pwd)/signet
dir=${SIGNET_CONFORMANCE:-$srcdir/../shared/conformance}
if [ ! -f "$dir/score.py" ]; then
	echo "skip: no conformance cases at $dir"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
fi
out=$(mktemp "${TMPDIR:-/tmp}/signet-conf.XXXXXX") || exit 1
trap 'rm -f "$out"' EXIT
trap 'exit 1' HUP INT TERM

python3 "$dir/score.py" -v --area spf,dkim,dmarc,arc,authres -- \
	python3 "$srcdir/tests/conformance/adapt.py" "$signet" --area '{area}' \
	--zone '{zone}' --time '{time}' --ip '{ip}' --helo '{helo}' \
	--mailfrom '{mailfrom}' --message '{message}' --header '{header}' >"$out"
sed 's/\(.\{300\}\).*/\1/' "$out"
good=$(sed -n 's|^total \([0-9]*\)/.*|\1|p' "$out")
all=$(sed -n 's|^total [0-9]*/\([0-9]*\)$|\1|p' "$out")
passed=${good:-0} failed=$((${all:-1} - ${good:-0}))

if [ -f "$dir/attack/check.py" ]; then
	python3 "$dir/attack/check.py" -- "$signet" verify --json \
		--zone '{zone}' --authserv-id '{id}' >"$out"
	grep '^FAIL' "$out"
	sum=$(tail -n 1 "$out")
	set -- $(printf '%s\n' "$sum" | tr -cd '0-9 ')
	passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1}))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
