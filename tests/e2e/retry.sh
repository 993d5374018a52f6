#!/bin/sh
# Temporary errors are tried again after 1 min, 10 min, 1 h, then daily for five
# days; what was proven stays proven.
. "${srcdir:-.}/tests/e2e/common"
profile retry
box=$XDG_DATA_HOME/signet/mail/one/INBOX
mkdir -p "$box/cur" "$box/new" "$box/tmp"
now=1795600000

zone() { # zone 'TXT RECORD'|TIMEOUT: the policy of slow.example
	case $1 in
	TIMEOUT) policy='{"rcode": "TIMEOUT"}' ;;
	*) policy="{\"TXT\": [[\"$1\"]]}" ;;
	esac
	python3 - "$srcdir/tests/data/auth/zone.json" "$policy" \
		"${2:-with}" >"$P/zone.json" <<'PY'
import json, sys
zone = json.load(open(sys.argv[1]))
zone["_dmarc.slow.example"] = json.loads(sys.argv[2])
if sys.argv[3] == "without-keys":
    zone = {n: v for n, v in zone.items() if "_domainkey" not in n}
json.dump(zone, sys.stdout)
PY
}
{
	printf '[dns]\nzone = %s\n' "$P/zone.json"
	local_account one 'authserv-id = none'
} >"$P/config/signet/config"
printf 'From: a@slow.example\nMessage-ID: <slow@x>\n\nx\n' >"$box/cur/1.a:2,S"
cp "$srcdir/tests/data/auth/signed.eml" "$box/cur/2.b:2,S"

sync_at() { # sync_at SECONDS: a pass at that time
	SIGNET_NOW=$(($1)) "$signet" sync >"$T/out" 2>&1 || bad "sync: $(cat "$T/out")"
}
state() { # state QUERY: its verdict
	"$signet" search --json "$1" |
		sed 's/.*"verdict": *"\([^"]*\)".*/\1/'
}
retry() { # when the slow letter is tried again
	python3 - "$XDG_DATA_HOME/signet/receipts.db" "${1:-slow@x}" <<'PY'
import sqlite3, sys
r = sqlite3.connect(sys.argv[1]).execute(
    "SELECT retry_at FROM receipt WHERE id = ?", (sys.argv[2],)).fetchone()
print(r[0] if r else "none")
PY
}

zone TIMEOUT
at=$now
for wait in 60 600 3600 86400 86400 86400 86400 86400; do
	sync_at $at
	is 'not known yet' "$(state from:slow.example)" cannot-tell
	is "tried again after $wait s" "$(retry)" $((at + wait))
	if [ $wait -lt 86400 ]; then
		sync_at "$at + $wait - 1"
		is 'not before' "$(retry)" $((at + wait))
	fi
	at=$((at + wait))
done
sync_at $at
is 'and then no more' "$(retry)" 0

# an answer that comes in time
rm -r "$XDG_DATA_HOME/signet/receipts.db"* "$XDG_DATA_HOME/signet/mail/.notmuch"
sync_at $now
is 'asked anew' "$(retry)" $((now + 60))
zone 'v=DMARC1; p=reject'
sync_at "$now + 59"
is 'too early' "$(state from:slow.example)" cannot-tell
sync_at "$now + 60"
is 'the answer has come' "$(state from:slow.example)" failed
is 'and is final' "$(retry)" 0

# a key that is gone later: verified stays, in the list and in the letter
is 'proven on arrival' "$(state from:shop11.example)" verified
zone 'v=DMARC1; p=reject' without-keys
export SIGNET_NOW=$((now + 86400))
script gone 100x30 <<X
:wait-idle
/
:type verdict:verified
Enter
:wait-idle
:save-screen $T/search
Enter
:wait-idle
Ctrl-R
:wait-idle
:save-screen $T/letter
:quit
X
has 'search by verdict' "$T/search" 'Example Shop'
has 'verified again without its key' "$T/letter" 'Verified: shop11.example'
is 'still verified' "$(state from:shop11.example)" verified

# a letter that was deleted is no longer asked for
printf 'From: b@slow.example\nMessage-ID: <dead@x>\n\nx\n' >"$box/cur/3.c:2,S"
zone TIMEOUT
sync_at "$now + 90000"
is 'it waits' "$(retry dead@x)" $((now + 90060))
sleep 1.1 # a folder that changed twice within a second is read again later
rm "$box/cur/3.c:2,S"
sync_at "$now + 90059"
sync_at "$now + 99999"
is 'it waits no more' "$(retry dead@x)" 0
finish
