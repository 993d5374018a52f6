#!/bin/sh
# A server that falls silent at each command of a pass, and servers that have less
# than others or say it otherwise. The pass after is whole, and nothing is doubled.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers
profile one
# server ARGUMENT...: the scripted server, and an account on it
server() {
	e2e_imapd --size 1300 "$@" || bad 'the peer did not start'
	e2e_peer_account
}
# here: a line a letter: folder, flags, content; and what is half written
here() {
	(cd "$XDG_DATA_HOME/signet/mail" && {
		find one -path '*/cur/*' -type f -exec md5sum {} + |
			sed -n 's|^\([0-9a-f]*\)  one/\(.*\)/cur/[^/]*:2,\([A-Z]*\)$|\2 \3 \1|p'
		find one -path '*/tmp/*' -type f
	} | sort)
}
# there: what the peer that has ended had: a line a mailbox, the flags of each
there() {
	python3 - "$PEER_REPORT" <<'PY'
import json, sys
for name, letters in sorted(json.load(open(sys.argv[1]))["boxes"].items()):
    print(name, len(letters), sorted(" ".join(f) for _, f in letters))
PY
}
sync() { "$signet" sync >"$T/out" 2>"$T/err"; }
anew() { rm -rf "$P/data" "$P/state"; cp -a "$T/$1/data" "$T/$1/state" "$P"; }
keep() { mkdir -p "$T/$1" && cp -a "$P/data" "$P/state" "$T/$1"; }
# whole WHAT KIND: after the pass that was hindered, another: all is as it was
# without hindrance, and a third changes nothing
whole() {
	sync || bad "$1: the pass after: $(cat "$T/err")"
	here >"$T/now"
	cmp -s "$T/now" "$T/$2.here" || {
		bad "$1: not what is here without it:"
		diff "$T/$2.here" "$T/now" | head -10
	}
	sync || bad "$1: the third pass: $(cat "$T/err")"
	here | cmp -s - "$T/now" || bad "$1: the third pass did something"
	e2e_end "$PEER_PID"
	there >"$T/now"
	cmp -s "$T/now" "$T/$2.there" || {
		bad "$1: not what is there without it:"
		diff "$T/$2.there" "$T/now" | head -10
	}
}

# --- a first pass
keep first
first() { server --letters 12 "$@"; anew first; }
first
sync; is 'a first pass' $? 0
here >"$T/first.here"
is 'all came' "$(wc -l <"$T/first.here")" 12
e2e_end "$PEER_PID"
there >"$T/first.there"

# --- one that has something to do on both sides: new letters, flags, a deletion
# there; flags, a move, a deletion and an import here
server --letters 8
sync
"$signet" tag +flagged -- 'subject:"letter 3"' 2>/dev/null
"$signet" tag -unread -- 'subject:"letter 3" or subject:"letter 4"' 2>/dev/null
"$signet" move one/Archive -- 'subject:"letter 5"' 2>/dev/null
"$signet" move one/Trash -- 'subject:"letter 6"' 2>/dev/null
printf 'From x@y Tue Mar 10 09:00:00 2026\nFrom: Pat <pat@friends.example>\nSubject: from an mbox\nMessage-ID: <mbox@friends.example>\n\nhi\n' >"$T/mbox"
"$signet" import --account one --folder Old "$T/mbox" >"$T/out" 2>&1 || bad "import: $(cat "$T/out")"
e2e_end "$PEER_PID"
keep both
both() { server --letters 14 --gone 2 --flagged 1 --flagged 4 "$@"; anew both; }
both
sync; is 'both ways' $? 0
here >"$T/both.here"
e2e_end "$PEER_PID"
there >"$T/both.there"
has 'the move is there' "$T/both.there" 'Archive 1 '
has 'the import is there' "$T/both.there" 'Old 1 '
is 'letters here' "$(wc -l <"$T/both.here")" 14

# --- and one of more letters than are fetched before all are listed
many() { server --letters 60 "$@"; anew first; }
many
sync; is 'a first pass of many' $? 0
here >"$T/many.here"
is 'all of them came' "$(wc -l <"$T/many.here")" 60
e2e_end "$PEER_PID"
there >"$T/many.there"

# --- a server that has less, or says it otherwise: all ends the same
every='IDLE UIDPLUS MOVE SASL-IR LITERAL+ SPECIAL-USE UNSELECT COMPRESS=DEFLATE ID NAMESPACE QUOTA ESEARCH'
for word in $every; do
	both --without "$word"
	sync || bad "without $word: $(cat "$T/err")"
	whole "without $word" both
done
set --
for word in $every; do set -- "$@" --without "$word"; done
both "$@"
sync || bad "RFC 3501 alone: $(cat "$T/err")"
whole 'RFC 3501 alone' both
ok

# Exchange: its folders are in the list that it has been, and a calendar
both --exchange
sync || bad "Exchange: $(cat "$T/err")"
here >"$T/exchange.here"
e2e_end "$PEER_PID"
there >"$T/exchange.there"
is 'by Exchange the same is here' "$(cmp "$T/exchange.here" "$T/both.here" && echo same)" same
is 'and there' "$(grep -v Calendar "$T/exchange.there" | cmp - "$T/both.there" && echo same)" same
both --exchange
sync
whole 'Exchange' exchange

# --- silence at each command of the first connection. The program is ended
# there, by its user or by a death; the connection after it works.
# connected: somebody has a connection to the peer; until then none is the first
connected() { grep -qi "$(printf ' [0-9A-F]*:[0-9A-F]* [0-9A-F]*:%04X 01 ' "$PEER_PORT")" /proc/net/tcp; }
for kind in first both many; do
	commands='CONNECT GREETING STARTTLS CAPABILITY AUTHENTICATE ID NAMESPACE GETQUOTAROOT LIST SELECT FETCH'
	[ $kind != many ] || commands='SELECT FETCH FETCH-FLAGS'
	[ $kind != both ] || commands="$commands FETCH-FLAGS STORE MOVE SEARCH CREATE APPEND"
	for command in $commands; do
		$kind --first --silent "$command"
		"$signet" sync >"$T/out" 2>"$T/err" &
		pid=$!
		e2e_wait 10 connected || bad "$kind: no connection"
		sleep "$(awk "BEGIN { print 0.7 * $slack }")"
		kill -9 $pid 2>/dev/null && hung=1 || hung=0
		wait $pid 2>/dev/null
		is "$kind: it waits at $command" $hung 1
		whole "$kind, silence at $command" $kind
	done
	ok
done
# the user sees that it waits, and leaves at once
first --silent SELECT
terminal 80x24 "$signet"
wait_screen 'fetching' 10
start=$(date +%s%N)
keys q y
wait_end 10
below 'leaving a silent server took (ms)' $((($(date +%s%N) - start) / 1000000)) 2300
e2e_end "$PEER_PID"
finish
