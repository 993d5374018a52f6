#!/bin/sh
# POP3: against Dovecot what comes and what goes, against a scripted server what
# can go wrong. Each letter exactly once, and the pass after does nothing.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test

# account RECEIVE PASSWORD [LINE...]: the one account of this profile
account() {
	{
		printf '[dns]\nzone = %s\n\n[account "x"]\n' "$T/zone.json"
		printf 'address = alice@one.test\nreceive = %s\nsend = local:\n' "$1"
		printf 'ca-file = %s\npassword-command = echo %s\n' "$CA" "$2"
		shift 2
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
peer() { account "pop3://you@localhost:$PEER_PORT" open-sesame "$@"; }
sync_() { timeout 120 "$signet" sync >"$T/out" 2>"$T/err"; }
files() { find "$XDG_DATA_HOME/signet/mail" -path "$XDG_DATA_HOME/*/cur/*" -type f 2>/dev/null; }
here() { files | wc -l | tr -d ' '; }
# letters here by what is in them: a double is counted once
kinds() { files | xargs -r sha256sum | cut -c1-64 | sort -u | wc -l | tr -d ' '; }
listed() { "$signet" search --json --limit 1000 'folder:x/INBOX' 2>/dev/null | wc -l | tr -d ' '; }
# whole WHAT N: N letters, each once, listed, nothing half written; and the
# pass after changes no file and no row
rows() { "$e2e_python" -c 'import sqlite3, sys
for r in sqlite3.connect(sys.argv[1]).execute("select * from uidl order by 1"): print(r)' \
	"$XDG_STATE_HOME/signet/x.db"; }
whole() {
	is "$1: letters" "$(here) $(kinds)" "$2 $2"
	is "$1: half written" "$(find "$XDG_DATA_HOME/signet/mail" -path "$XDG_DATA_HOME/*/tmp/*" -type f | wc -l | tr -d ' ')" 0
	{ files | sort; rows; } >"$T/before"
	sync_; is "$1: the pass after" $? 0
	{ files | sort; rows; } >"$T/after"
	if cmp -s "$T/before" "$T/after"; then ok
	else bad "$1: the pass after did something:"; diff "$T/before" "$T/after" | head; fi
}

# --- Dovecot, STLS and TLS
profile dovecot
e2e_fill alice@one.test 120
account "pop3://alice%40one.test@localhost:$POP3_PORT" pw-alice
sync_; is 'first pass' $? 0
whole 'first pass' 120
is 'all are listed' "$(listed)" 120
account "pop3s://alice%40one.test@localhost:$POP3S_PORT" pw-alice
e2e_letter 1 | e2e_deliver alice@one.test
sync_; is 'a new letter' $? 0
whole 'a new letter over TLS' 121
is 'all stay on the server' "$(e2e_count alice@one.test)" 121
lf=$(files | tail -n 1)
if grep -q "$(printf '\r')" "$lf"; then bad 'a CR stands in a file'; else ok; fi

# --- what is done here stays here; a deletion goes where that is wanted
"$signet" tag +flagged -- 'subject:"letter 7"' 2>/dev/null
"$signet" move x/Trash -- 'subject:"letter 8"' 2>/dev/null
whole 'a letter in the trash' 121
is 'deleted here alone' "$(e2e_count alice@one.test)" 121
account "pop3://alice%40one.test@localhost:$POP3_PORT" pw-alice 'delete-when-deleted = yes'
sync_
is 'deleted there too' "$(e2e_count alice@one.test)" 120
whole 'deleted there too' 121
"$signet" move x/Archive -- 'subject:"letter 9"' 2>/dev/null
sync_
is 'a move is no deletion' "$(e2e_count alice@one.test)" 120
whole 'a move is no deletion' 121

# --- delete-after: by when it came here, and only with its file
account "pop3://alice%40one.test@localhost:$POP3_PORT" pw-alice 'delete-after = 3d'
"$e2e_python" - "$XDG_STATE_HOME/signet/x.db" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("update uidl set fetched = fetched - 4 * 86400 where key in"
           " (select key from uidl where gone = 0 limit 50)")
db.commit()
PY
mark=$("$e2e_python" -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("select mark from uidl where gone = 0 order by fetched limit 1").fetchone()[0])' "$XDG_STATE_HOME/signet/x.db")
mv "$(files | grep "P=$mark")" "$T/away"
sync_
is 'old letters go, but the one without a file' "$(e2e_count alice@one.test)" 71
mv "$T/away" "$XDG_DATA_HOME/signet/mail/x/INBOX/cur/$(basename "$T/away")x,P=$mark:2,"
sync_
is 'it goes when its file is here' "$(e2e_count alice@one.test)" 70
whole 'old letters' 121

# --- two machines on one box: the other sees all that is there
P1=$P
profile second
account "pop3://alice%40one.test@localhost:$POP3_PORT" pw-alice 'leave-on-server = no'
sync_; is 'a second machine' $? 0
is 'it has what was there' "$(here)" 70
is 'and takes it away' "$(e2e_count alice@one.test)" 0
whole 'a second machine' 70
profile dovecot
account "pop3://alice%40one.test@localhost:$POP3_PORT" pw-alice
sync_; is 'an emptied box' $? 0
whole 'an emptied box' 121
e2e_letter 99 | e2e_deliver alice@one.test
sync_
whole 'a letter after that' 122

# --- "auth": the one way that is named, by POP3 and by IMAP, or none
method() { sed -n 's/.*-login: Info: Login: .*method=\([A-Z0-9-]*\).*/\1/p' "$T/dovecot/log" | tail -n 1; }
profile auth
for url in "pop3://alice%40one.test@localhost:$POP3_PORT" "imaps://alice%40one.test@localhost:$IMAPS_PORT"; do
	for way in plain login cram-md5 scram-sha-256 auto; do
		account "$url" pw-alice "auth = $way"
		sync_; is "auth = $way: status, $url" $? 0
		name=$(echo "$way" | sed 's/auto/plain/' | tr a-z A-Z)
		# the command LOGIN and USER with PASS are PLAIN to Dovecot
		[ "$way ${url%%:*}" != 'login imaps' ] || name=PLAIN
		is "auth = $way, $url" "$(method)" "$name"
	done
	account "$url" nonsense 'auth = scram-sha-256'
	sync_; is "a wrong password by SCRAM, $url" $? 77
	has 'a wrong password by SCRAM' "$T/err" 'sign-in was refused'
	account "$url" pw-alice 'auth = oauthbearer'
	sync_; is "what is not offered, $url" $? 69
	has 'what is not offered' "$T/err" "does not offer the sign-in that 'auth = oauthbearer' names"
	has 'and what is' "$T/err" 'plain login cram-md5 scram-sha-256'
done
e2e_popd --letters 3 --sasl 'PLAIN XOAUTH2'
profile token; peer 'auth = xoauth2'
sync_; is 'a token' $? 0
whole 'a token' 3
e2e_end "$PEER_PID"
e2e_popd --letters 3 --without SASL
profile nothing; peer 'auth = scram-sha-256'
sync_; is 'nothing but USER: status' $? 69
e2e_end "$PEER_PID"
lacks 'nothing but USER: the password stays here' "$PEER_REPORT" '"USER"'

# --- wrong password, locked box, busy server: words and status
profile words
account "pop3://alice%40one.test@localhost:$POP3_PORT" nonsense
sync_; is 'wrong password: status' $? 77
has 'wrong password' "$T/err" 'sign-in was refused'
e2e_popd --letters 3 --in-use 1
profile inuse; peer
sync_; is 'a locked box: status' $? 75
has 'a locked box' "$T/err" '[IN-USE] another session has the box'
sync_; is 'a locked box, later' $? 0
whole 'a locked box, later' 3
e2e_end "$PEER_PID"
lacks 'nothing secret in clear' "$PEER_REPORT" '"secrets_in_clear": true'
e2e_popd --busy '[LOGIN-DELAY] wait 60 seconds'
profile delay; peer
sync_; is 'login delay: status' $? 75
has 'login delay' "$T/err" 'wait 60 seconds'
e2e_end "$PEER_PID"
e2e_popd --inject
profile inject; peer
sync_; is 'an injected answer: status' $? 77
e2e_end "$PEER_PID"
has 'an injected answer' "$T/err" 'before encryption began'
e2e_popd --cert "$OTHER_CERT" --key "$OTHER_KEY"
profile otherhost; peer
sync_; is 'a certificate of another host: status' $? 77
e2e_end "$PEER_PID"
lacks 'a certificate of another host' "$PEER_REPORT" '"AUTH"'

# --- servers that lack something
for lack in UIDL 'UIDL TOP' PIPELINING SASL; do
	# shellcheck disable=SC2046,SC2086
	e2e_popd --letters 60 $(printf ' --without %s' $lack)
	profile "without-$(echo "$lack" | tr ' ' -)"; peer
	sync_; is "without $lack" $? 0
	whole "without $lack" 60
	kill -USR1 "$PEER_PID"
	sync_
	whole "without $lack: a new letter" 61
	e2e_end "$PEER_PID"
done
e2e_popd --letters 20 --same-uidl
profile same; peer
sync_; whole 'one UIDL for all' 20
e2e_end "$PEER_PID"
e2e_popd --letters 20 --new-names
profile names; peer
sync_; is 'names that change' "$(here)" 20
sync_; is 'names that change: the pass after' "$(here)" 20
kill -USR1 "$PEER_PID"
sync_; is 'names that change: a new letter' "$(here)" 21
e2e_end "$PEER_PID"
e2e_popd --letters 5 --refuse 3
profile refuse; peer
sync_; is 'a letter that does not come' "$(here)" 4
grep -q 'letter 3 cannot be fetched' "$XDG_STATE_HOME/signet/"*log* && ok || bad 'it is not named'
e2e_end "$PEER_PID"

# --- the connection is lost at QUIT: letters gone there or not
for how in keep lose; do
	e2e_popd --letters 5 --$how quit
	profile quit-$how; peer 'leave-on-server = no'
	sync_; is "lost at QUIT ($how): status" $? 75
	sync_
	whole "lost at QUIT ($how)" 5
	e2e_end "$PEER_PID"
	has "lost at QUIT ($how): gone there once" "$PEER_REPORT" '"left": 0'
done

# --- a death before and after each durable step
profile steps
n=1
while [ $n -le 26 ]; do
	rm -rf "$P/data/signet" "$P/state/signet"
	e2e_popd --letters 6
	peer 'leave-on-server = no'
	for at in $n "$n+"; do
		SIGNET_DIE_AT=$at "$signet" sync >/dev/null 2>&1
	done
	sync_
	sync_
	e2e_end "$PEER_PID"
	left=$(sed 's/.*"left": \([0-9]*\).*/\1/' "$PEER_REPORT")
	[ "$(here) $(kinds) $(listed) $left" = '6 6 6 0' ] ||
		bad "after a death at step $n: $(here) files, $(kinds) kinds, $(listed) listed, $left on the server, not 6 6 6 0"
	n=$((n + 1))
done
ok

# --- 100,000 letters that are known, 10 that are not
profile many
e2e_popd --letters 100000
peer
mkdir -p "$XDG_STATE_HOME/signet"
"$signet" list x/INBOX >/dev/null 2>&1
timeout 5 "$signet" sync none >/dev/null 2>&1
printf '[account "y"]\naddress = y@one.test\nreceive = maildir:y\nsend = local:\n' >>"$P/config/signet/config"
"$signet" sync y >/dev/null 2>&1 # makes the state of all
"$e2e_python" - "$XDG_STATE_HOME/signet/x.db" <<'PY'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for i in range(1, 99991):
    k = hashlib.sha256(b"uidl-%d" % i).hexdigest()[:20]
    db.execute("insert into uidl values (?, ?, ?, 1, 0, 0)", (k, k, k))
db.commit()
PY
start=$(date +%s%N)
python3 -c 'import resource, subprocess, sys
rc = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as f:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=f)
sys.exit(rc)' "$T/rss" "$signet" sync 2>"$T/err" || bad "100,000: $(cat "$T/err")"
echo "a list of 100,000: $((($(date +%s%N) - start) / 1000000)) ms, $(tail -n 1 "$T/rss") kB at most"
is 'the 10 new of 100,000' "$(here)" 10
below 'memory for a list of 100,000 (kB)' "$(tail -n 1 "$T/rss")" 90000
e2e_end "$PEER_PID"
finish
