#!/bin/sh
# signet show: text and JSON, parts, bodies, many files, exit status; and our
# letters through Python's email package.
. "${srcdir:-.}/tests/e2e/common"
data=$srcdir/tests/data/mime
export TZ=UTC

run() {	# run STATUS ARG...: the program's output in $T/out
	want=$1; shift
	"$signet" show "$@" >"$T/out" 2>"$T/err"
	is "status of show $*" "$?" "$want"
}

run 0 "$data/plain.eml"
has 'the header' "$T/out" 'From: "Kim, S." <kim@one.example>'
has 'the text' "$T/out" 'Hello.'
run 0 --part 1 "$data/mixed.eml"
has 'a part' "$T/out" 'Grüße, ein langer Satz'
lacks 'a part alone' "$T/out" 'Subject:'
run 65 --part 9 "$data/mixed.eml"
run 66 "$T/nowhere.eml"
run 66 --json "$T/nowhere.eml"
has 'an error as JSON' "$T/out" '"error"'
run 2 --width x "$data/plain.eml"
run 2 --unknown
run 0 --help
has 'help' "$T/out" 'usage: signet show'

run 0 "$data/report.eml"
has 'a report in words' "$T/out" \
	'The message was not delivered to gone@two.example: the mailbox does not'
# a DMARC report by its name, packed, in words
{ printf 'From: r@receiver.example\nSubject: Report Domain: one.example\nMIME-Version: 1.0\nContent-Type: application/gzip\nContent-Disposition: attachment; filename="receiver.example!one.example!1700000000!1700086399.xml.gz"\nContent-Transfer-Encoding: base64\n\n'
gzip -c <"$srcdir/tests/data/auth/report.xml" | base64; } >"$T/dmarc.eml"
run 0 "$T/dmarc.eml"
has 'a DMARC report in words' "$T/out" 'DMARC report of '
has 'with its sums' "$T/out" 'passed DMARC'
lacks 'not its source' "$T/out" '<feedback>'
sed 's/\(H4s\)..../\1xxxx/' "$T/dmarc.eml" >"$T/broken.eml"
run 0 "$T/broken.eml"
has 'a broken one is said' "$T/out" 'The DMARC report cannot be read'

run 0 "$data/nested.eml"
has 'a message inside' "$T/out" 'Subject: inner'

printf '<p>a <b>b</b></p><p style="display:none">secret</p><a href="http://x.example/">y</a>' |
	"$signet" show --type text/html --width 40 - >"$T/out"
is 'a body from standard input' "$?" 0
has 'HTML' "$T/out" 'a b'
has 'a link' "$T/out" 'y[1]'
lacks 'hidden text' "$T/out" 'secret'

ls "$data"/*.eml >"$T/list"
"$signet" show --json --files-from "$T/list" >"$T/out"
is 'many files' "$?" 0
is 'a line for each' "$(wc -l <"$T/out")" "$(wc -l <"$T/list")"

# names in A-labels are shown as what they stand for, unless that looks like ASCII;
# words that are no mailbox stand in the text alone
printf 'From: a@xn--9n2bp8q.xn--9t4b11yi5a\nTo: All Staff, b@xn--80ak6aa92e.example\n\nx\n' >"$T/idn.eml"
run 0 --json "$T/idn.eml"
has 'a domain in Hangul' "$T/out" '"addr":"a@\uC2E4\uB840.\uD14C\uC2A4\uD2B8"'
has 'one that looks like another' "$T/out" '"to":[{"name":"","addr":"b@xn--80ak6aa92e.example"}]'
has 'words in the text' "$T/out" 'To: \"All Staff\", b@'

printf 'From: a@b.example\nSubject: \033[2Jx\302\2337\n\n\033]0;t\007 \342\200\256evil\n' >"$T/esc.eml"
run 0 "$T/esc.eml"
if LC_ALL=C grep -q '[[:cntrl:]]' "$T/out"; then
	bad 'a control character came out'
else ok; fi

if command -v python3 >/dev/null; then
	sum=$(python3 "$data/diff.py" "$signet" \
		"$srcdir/app/demo/profile/mail" | tee "$T/diff" | tail -n 1)
	grep '^FAIL' "$T/diff"
	set -- $(echo "$sum" | tr -cd '0-9 ')
	passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1}))
else
	skip 'no python3: no second opinion on our letters'
fi
"$signet" --version >/dev/null; is 'a command that could say it all' $? 0
if [ -c /dev/full ]; then
	"$signet" paths >/dev/full 2>"$T/err"; is 'what cannot be written is no success' $? 69
else skip 'no /dev/full'; fi
finish
