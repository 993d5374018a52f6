#!/bin/sh
# signet verify, spf, domain and report from the command line: states, exit
# status, order of many files, and look-ups against a DNS server that is slow.
# alone: it measures that questions are asked side by side
. "${srcdir:-.}/tests/e2e/common"
data=$srcdir/tests/data/auth
export XDG_CONFIG_HOME="$T/config" HOME="$T"
now=1795600000

run() {	# run STATUS ARG...: the program's output in $T/out
	want=$1; shift
	"$signet" "$@" >"$T/out" 2>"$T/err"
	is "status of $1" "$?" "$want"
}

cp "$data/signed.eml" "$T/signed.eml"
sed 's/$/ /; $ s/.*/changed/' "$data/signed.eml" >"$T/changed.eml"
tr -d '\r' <"$data/signed.eml" >"$T/lf.eml"
printf 'From: a@shop11.example\n\nx\n' >"$T/forged.eml"
printf 'From: a@slow.example\n\nx\n' >"$T/slow.eml"
printf 'From: a@nothing.example\n\nx\n' >"$T/none.eml"
zone="--zone $data/zone.json --time $now"

run 0 verify $zone "$T/signed.eml"
has 'a signed letter' "$T/out" 'Verified: shop11.example (DKIM, DMARC p=reject)'
run 0 verify $zone "$T/lf.eml"
has 'the same with LF' "$T/out" 'Verified: shop11.example'
"$signet" verify $zone - <"$T/signed.eml" >"$T/out"
is 'standard input' "$?" 0
run 1 verify $zone "$T/changed.eml"
has 'a changed letter' "$T/out" 'body hash differs'
run 1 verify $zone "$T/forged.eml"
has 'a forged letter' "$T/out" 'Failed: nothing proves shop11.example sent this'
run 1 verify $zone "$T/none.eml"
has 'an unsigned letter' "$T/out" 'Not authenticated'
has 'SPF without what it needs' "$T/out" '  spf=not-evaluated: '
run 75 verify $zone "$T/slow.eml"
has 'a silent DNS' "$T/out" 'Cannot tell: the policy at _dmarc.slow.example'
run 66 verify $zone "$T/missing.eml"
run 2 verify
run 2 verify --no-such-option x
run 66 verify --zone "$T/missing" "$T/signed.eml"
run 1 verify $zone "$T/slow.eml" "$T/forged.eml" "$T/signed.eml"
run 0 verify --help
has 'help' "$T/out" 'Usage: signet verify'
run 0 verify --json $zone "$T/signed.eml"
has 'JSON' "$T/out" '"verdict":"verified"'

# SPF, of what is given
run 0 spf $zone --ip 192.0.2.7 --helo x.example --mail-from a@lists.example
run 1 spf $zone --ip 192.0.2.8 --helo x.example --mail-from a@lists.example
has 'spf' "$T/out" 'lists.example does not allow 192.0.2.8'
# all that the RFC allows may be asked: nine MX of ten names each
python3 -c 'import json, sys
z = {"x.example": {"TXT": ["v=spf1 " + " ".join(
    "mx:m%d.example" % i for i in range(9)) + " ip4:192.0.2.7 -all"]}}
for i in range(9):
    z["m%d.example" % i] = {"MX": [[n, "h%d.m%d.example" % (n, i)]
                                   for n in range(10)]}
    for n in range(10):
        z["h%d.m%d.example" % (n, i)] = {"A": ["198.51.100.1"]}
json.dump(z, sys.stdout)' >"$T/many.json"
run 0 spf --zone "$T/many.json" --ip 192.0.2.7 --helo h.example \
	--mail-from a@x.example
run 2 spf --ip 192.0.2.7
run 2 spf $zone --ip 192.0.2 --helo x.example
has 'no address' "$T/err" 'takes an IPv4 or IPv6 address'

run 0 report "$data/report.xml"
has 'report' "$T/out" '15 messages: 12 pass DMARC'
gzip -c "$data/report.xml" >"$T/report.gz"
run 0 report --json "$T/report.gz"
has 'report in gzip' "$T/out" '"reject":3'
python3 - "$data/report.xml" "$T" <<'PY'
import email.message, sys, zipfile
xml = open(sys.argv[1], "rb").read()
with zipfile.ZipFile(sys.argv[2] + "/report.zip", "w",
                     zipfile.ZIP_DEFLATED) as z:
    z.writestr("a!b!1!2.xml", xml)
m = email.message.EmailMessage()
m["From"], m["Subject"] = "r@receiver.example", "Report Domain: x"
m.set_content("A report is attached.")
m.add_attachment(open(sys.argv[2] + "/report.zip", "rb").read(),
                 maintype="application", subtype="zip", filename="r.zip")
open(sys.argv[2] + "/report.eml", "wb").write(m.as_bytes())
old = xml.replace(b' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"', b"")
old = old.replace(b"<testing>n</testing>", b"<pct>100</pct>")
assert old != xml
open(sys.argv[2] + "/report7489.xml", "wb").write(old)
with zipfile.ZipFile(sys.argv[2] + "/bomb.zip", "w",
                     zipfile.ZIP_DEFLATED) as z:
    z.writestr("x.xml", b"<feedback>" + b" " * (40 << 20))
PY
for form in zip eml; do
	run 0 report "$T/report.$form"
	has "report in $form" "$T/out" '15 messages: 12 pass DMARC'
done
run 0 report "$T/report7489.xml"
has 'report of RFC 7489' "$T/out" '15 messages: 12 pass DMARC'
run 65 report "$T/bomb.zip"
run 65 report "$T/signed.eml"
run 0 domain --zone "$data/zone.json" --selector s1 shop11.example
has 'domain' "$T/out" 's1._domainkey.shop11.example, 2048 bits'

# In Korean what a person reads, and no byte of the JSON.
mkdir -p "$T/locale/ko/LC_MESSAGES"
cp ui/po/ko.mo "$T/locale/ko/LC_MESSAGES/signet.mo"
korean() { env LC_ALL=C.UTF-8 LANGUAGE=ko SIGNET_LOCALEDIR="$T/locale" "$signet" "$@"; }
demo=$srcdir/app/demo/profile
find "$demo/mail" -name '*.eml' | sort >"$T/letters"
for ip in 192.0.2.7 192.0.2.8; do
	korean spf $zone --ip $ip --helo x.example --mail-from a@lists.example
done >"$T/korean"
for f in signed changed forged slow none; do
	korean verify $zone --ip 192.0.2.8 --helo x.example "$T/$f.eml"
done >>"$T/korean"
korean verify --zone "$demo/zone.json" --files-from "$T/letters" --authserv-id mx.byeolbit.example >>"$T/korean"
korean domain --zone "$data/zone.json" --selector s1 shop11.example >>"$T/korean"
korean domain --zone "$demo/zone.json" old-elm.example >>"$T/korean"
korean report "$data/report.xml" >>"$T/korean"
has 'Korean: a sentence' "$T/korean" '본문 해시가 다릅니다: 서명한 뒤에 글이 바뀌었습니다'
has 'Korean: arguments' "$T/korean" 'lists.example은(는) 192.0.2.8을(를) 허용하지 않습니다 (-all)'
has 'Korean: a finding' "$T/korean" '셀렉터는 목록으로 볼 수 없습니다'
has 'Korean: a report' "$T/korean" 'DMARC 통과 12통'
for c in verify spf domain report sync list search show send outbox tag move erase import account paths config; do
	echo "== $c"; korean $c --help
done >"$T/help" 2>&1
python3 - "$T/korean" "$T/help" <<'PY' && ok || bad 'a sentence in English'
import re, sys

text = open(sys.argv[1], encoding="utf-8").read()
assert text.count("\n") > 300, text
# quoted: a name that a sender wrote; "v=": a record; the titles of two guidelines
left = [l for l in text.split("\n") if "guidelines" not in l and
        re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", re.sub(r'"[^"]*"|v=.*', "", l))]
assert not left, left
helps = open(sys.argv[2], encoding="utf-8").read().split("== ")[1:]
assert len(helps) == 17
for h in helps:
    assert re.search("사용법: signet", h), h
    assert not re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", h.split("\n", 1)[1].replace("signet", "")), h
# columns line up by cells
import unicodedata as u
cells = lambda s: sum(1 + (u.east_asian_width(c) in "WF") for c in s)
rows = [l for l in text.split("\n") if re.search(r"  (2024-0\d\S*) ", l)]
assert len(rows) == 24 and len({cells(l[:l.index("2024-0")]) for l in rows}) == 1, rows
PY
while read -r c; do
	"$signet" $c --json >"$T/english.json"
	korean $c --json >"$T/korean.json"
	if cmp -s "$T/english.json" "$T/korean.json"; then ok; else bad "the JSON of ${c%% *} in Korean"; fi
done <<X
verify --zone $demo/zone.json --time $now --files-from $T/letters
spf $zone --ip 192.0.2.8 --helo x.example --mail-from a@lists.example
domain --zone $demo/zone.json old-elm.example
report $data/report.xml
X

# Many files by a DNS server that takes 30 ms: in order, and in parallel.
i=0
while [ $i -lt 100 ]; do
	cp "$T/signed.eml" "$T/n$i.eml"; cp "$T/forged.eml" "$T/f$i.eml"
	echo "$T/n$i.eml"; echo "$T/f$i.eml"; i=$((i + 1))
done >"$T/list"
python3 "$srcdir/tests/peer/dnsd.py" "$data/zone.json" 0 0.03 60 >"$T/port" &
peer=$!
e2e_stop() { kill $peer 2>/dev/null; }
n=0
while [ ! -s "$T/port" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
port=$(head -n 1 "$T/port")
start=$(date +%s%N)
"$signet" verify --json --time $now --server "127.0.0.1@$port" \
	--files-from "$T/list" >"$T/out" 2>"$T/err"
is 'status of many' "$?" 1
ms=$((($(date +%s%N) - start) / 1000000))
sed 's/.*"file":"\([^"]*\)".*/\1/' "$T/out" >"$T/order"
if cmp -s "$T/order" "$T/list"; then ok; else bad 'the order of many'; fi
is 'verified of many' "$(grep -c '"verdict":"verified"' "$T/out")" 100
is 'failed of many' "$(grep -c '"verdict":"failed"' "$T/out")" 100
below 'milliseconds for 200 letters' "$ms" 6000
kill $peer; wait $peer 2>/dev/null

# A server that does not answer: within the time-out, and never a yes.
run 75 verify --time $now --server "127.0.0.1@$port" "$T/signed.eml"
has 'no server' "$T/out" 'Cannot tell'
finish
