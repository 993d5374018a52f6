#!/bin/sh
# The verdict pane: what it shows, and its keys for checking again, copying the
# DNS names and writing the evidence.
. "${srcdir:-.}/tests/e2e/common"
export SIGNET_NOW=1795521600 TMPDIR="$T"

terminal 100x30 "$signet --demo"
wait_screen '24 messages' 20
tmux -L "$tmux_socket" set -s set-clipboard on
keys j
wait_screen '▸▪ @ ✓' 10
keys V
wait_screen 'DKIM 1' 10
keys e
wait_screen 'Verdict, explained' 5
wait_screen "holds the domain's key" 5
keys e
wait_screen 'DKIM 1' 5
keys y
wait_screen 'DNS names handed to the terminal' 5
tmux -L "$tmux_socket" show-buffer >"$T/names" 2>&1
has 'the key was copied' "$T/names" '._domainkey.'
has 'the policy was copied' "$T/names" '_dmarc.'
is 'each once' "$(sort "$T/names" | uniq -d | wc -l)" 0
keys w C-u "$T/evidence.json" Enter
wait_screen 'written to' 5
python3 - "$T/evidence.json" <<'PY' && ok || bad 'the evidence as JSON'
import json, sys
v = json.load(open(sys.argv[1]))
assert v["verdict"] == "verified" and v["dkim"][0]["result"] == "pass", v
PY
is 'for its owner alone' "$(stat -c %a "$T/evidence.json")" 600
keys w C-u "$T/evidence.json" Enter
wait_screen 'nothing was written' 5
keys C-r
wait_screen 'verifying again' 5
# on a narrower screen its lines are laid out anew, not cut
tmux -L "$tmux_socket" resize-window -x 60 -y 40
wait_screen 'signet-auth(7)' 5
keys q q y
wait_end 5

# --- searches and the filter of one key
script search 100x30 "$signet --demo" <<X
:wait-idle
/
:type alert:lookalike
Enter
:wait-idle
:save-screen $T/lookalike
/
:type verdict:failed
Enter
:wait-idle
:save-screen $T/failed
!
:wait-idle
:save-screen $T/both
!
:wait-idle
:save-screen $T/back
:quit
X
has 'the search is told' "$T/lookalike" 'alert:lookalike'
is 'both look-alikes' "$(grep -c '│.*✓!' "$T/lookalike")" 2
has 'failed ones' "$T/failed" '✗'
is 'and no other' "$(grep -c '│.*[✓∘~?⋯][! s] ' "$T/failed")" 0
has 'the filter is told' "$T/both" 'failed or suspicious'
is 'and taken back' "$(cksum <"$T/back")" "$(cksum <"$T/failed")"

# --- in Korean: sentences too, and columns that line up by cells
mkdir -p "$T/locale/ko/LC_MESSAGES"
cp ui/po/ko.mo "$T/locale/ko/LC_MESSAGES/signet.mo"
script korean 100x60 "LANGUAGE=ko SIGNET_LOCALEDIR=$T/locale $signet --demo" <<X
:wait-idle
:save-screen $T/list
!
:wait-idle
V
:wait-idle
:save-screen $T/pane
e
:wait-idle
:save-screen $T/explained
:quit
X
has 'the sentence' "$T/pane" '실패'
has 'a reason of auth' "$T/pane" '보낸이 도메인의 유효한 서명'
has 'the table' "$T/pane" '일치'
lacks 'no English reason' "$T/pane" 'no valid signature'
has 'the explanation' "$T/explained" 'signet-auth(7)의 규칙 7'
has 'what can be done' "$T/explained" '서명하게 하십시오'
is 'none of it in English' "$(grep -c '[a-z] [a-z][a-z]* [a-z]' "$T/explained")" 0
python3 - "$T/pane" "$T/list" <<'PY' && ok || bad 'columns of the pane or the list'
import re, sys, unicodedata as u


def cells(s):
    return sum(0 if u.combining(c) or c in "\u200d\ufe0f" else
               2 if u.east_asian_width(c) in "WF" else 1 for c in s)


pane = open(sys.argv[1], encoding="utf-8").read().split("\n")
head = next(l for l in pane if "자체" in l and "도메인" in l)
want = cells(head[:head.index("도메인")])
rows = [l for l in pane if re.match(r" *(DMARC|DKIM( \d)?|SPF|ARC) +\S+ +\S+ +\S", l)]
assert len(rows) >= 4, pane
for l in rows:
    at = re.match(r" *(DMARC|DKIM(?: \d)?|SPF|ARC) +\S+ +\S+ +", l).end()
    assert cells(l[:at]) == want, (want, cells(l[:at]), l)
# the dates of the list end in one column
ends = {cells(l.rstrip()) for l in open(sys.argv[2], encoding="utf-8")
        if re.search(r"(\d\d:\d\d|\d월( ?\d+일)?|\d일) *$", l.rstrip("\n"))}
assert len(ends) == 1, ends
PY

# --- no sentence of a verdict stays English: each letter that is not verified
{
	echo :wait-idle
	printf '/\n:type alert:any or not verdict:verified\nEnter\n:wait-idle\n'
	for i in $(seq 1 40); do
		printf 'V\n:wait-idle\n:save-screen %s\nq\n:wait-idle\nj\n:wait-idle\n' "$T/korean.$i"
	done
	echo :quit
} >"$T/walk"
script walk 160x60 "LANGUAGE=ko SIGNET_LOCALEDIR=$T/locale $signet --demo" <"$T/walk"
python3 - "$T"/korean.[0-9]* <<'PY' && ok || bad 'a sentence in English'
import re, sys

seen = set()
for name in sys.argv[1:]:
    text = open(name, encoding="utf-8").read()
    head = text.split("보낸이  ")[0].split("\n", 1)[1]
    head = head.replace("\n", " ")
    seen.add(head)
    assert re.search("[가-힣]", head), text
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", head), head
    assert not re.search("p= *(거|격)", head), head
assert len(seen) > 10, len(seen)
PY
# --- whom one corresponds with is known later than what looks like it
mail_profile later
letter_from() { # letter_from NAME DOMAIN
	printf 'From: Pay <%s@%s>\nTo: b@example.org\nSubject: %s\nMessage-ID: <%s@x>\nDate: Tue, 14 Nov 2023 22:13:20 +0000\n\nx\n' \
		"$1" "$2" "$1" "$1" >"$inbox/cur/17000000.M$1.b:2,S"
}
alike() { "$signet" list b/INBOX | grep -c "none  *! .*$1"; }
letter_from alike paypa1.example
letter_from other paypals-shop.example
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
is 'nobody it looks like' "$(alike .)" 0
letter_from one paypal.example
letter_from two paypal.example
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
is 'it looks like somebody now' "$(alike alike)" 1
is 'it alone' "$(alike .)" 1
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
is 'and still does' "$(alike alike)" 1
# --- the reader asks for proof of a domain's mail, and takes that back
script rule 100x30 <<X
:wait-idle
G
:wait-idle
V
:wait-idle
M
:save-screen $T/ask
y
:wait-text you ask for proof of its mail
:wait-idle
e
:wait-idle
:save-screen $T/explained
q
:wait-idle
:save-screen $T/ruled
V
:wait-idle
M y
:wait-text nothing proves that
:wait-idle
:quit
X
failed() { "$signet" list b/INBOX | grep -c ' failed '; }
has 'it asks' "$T/ask" 'is not proven count as failed? y yes, n no'
has 'it explains' "$T/explained" 'M takes that'
has 'its mail failed' "$T/ruled" '✗'
is 'and no more' "$(failed)" 0
lacks 'nothing is left of it' "$P/config/signet/config" 'must-verify'
printf '[general]\nmust-verify = paypal.example\n' >>"$P/config/signet/config"
touch "$inbox/cur"; letter_from three paypal.example
letter_from four www.paypal.example
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
is 'what comes later, and below it' "$(failed)" 2
finish
