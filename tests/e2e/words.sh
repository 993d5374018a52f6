#!/bin/sh
# What goes wrong at a server is a sentence: what, why, what is safe, what to do.
# Others go on, nothing is tried in a storm, all of it stands in the log.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
head_() { printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"; }
section() { # section NAME PORT
	printf '[account "%s"]\naddress = you@one.test\nreceive = imap://you@localhost:%s\nsend = local:\nca-file = %s\npassword-command = echo open-sesame\n\n' "$1" "$2" "$CA"
}
peer() { # peer NAME OPTION...: a profile with one account on a peer of its own
	name=$1; shift
	e2e_imapd "$@" || exit 1
	profile "$name"
	{ head_; section x "$PEER_PORT"; } >"$P/config/signet/config"
}
sync_() { timeout 60 "$signet" sync >"$T/out" 2>"$T/err"; rc=$?; }
log() { has "$1: in the log" "$P/state/signet/log" "$2"; }
here() { find "$XDG_DATA_HOME/signet/mail/x" -path '*/cur/*' -type f 2>/dev/null | wc -l | tr -d ' '; }
# said WHAT STATUS SENTENCE...: the status, and what was said
said() {
	what=$1; is "$what: status" "$rc" "$2"; shift 2
	for s; do has "$what" "$T/err" "$s"; done
	log "$what" "$1"
}

# --- signing in
peer many --no 'AUTHENTICATE:[ALERT] Too many simultaneous connections. (Failure)'
sync_; said 'too many connections' 75 'Too many simultaneous connections'
e2e_end "$PEER_PID"
is 'too many connections: asked once' "$("$e2e_python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["connections"])' "$PEER_REPORT")" 1
peer limit --no 'AUTHENTICATE:[LIMIT] try after lunch'
sync_; said 'a limit' 75 'try after lunch'
e2e_end "$PEER_PID"
peer wrong --no 'AUTHENTICATE:[AUTHENTICATIONFAILED] wrong.'
sync_; lacks 'one full stop' "$T/err" 'wrong..'
said 'a wrong password' 77 'sign-in was refused' 'wrong' 'tried once' 'other accounts go on' 'mend password-command'
e2e_end "$PEER_PID"
peer bad --bad 'AUTHENTICATE:what is that?'
sync_; said 'BAD' 77 'what is that?'
e2e_end "$PEER_PID"

# --- the server hangs up, and says why
peer bye --bye 'back at noon'
sync_; said 'BYE as a greeting' 75 'back at noon'
e2e_end "$PEER_PID"
for at in LIST SELECT FETCH; do
	peer "bye-$at" --bye-at "$at:the disk is being changed"
	sync_; said "BYE to $at" 75 'the disk is being changed'
	e2e_end "$PEER_PID"
done

# --- a mailbox, a letter
peer box --no 'SELECT:[NOPERM] not for you'
sync_; said 'a mailbox that cannot be opened' 69 'x/INBOX: ' 'not for you' 'the other mailboxes go on' 'tried again at the next pass'
e2e_end "$PEER_PID"
for how in no bye; do
	peer "poison-$how" --letters 12 --poison "5:$how" --on-signal well
	sync_
	is "a letter that does not come ($how): the others" "$(here)" 11
	has "a letter that does not come ($how)" "$T/err" 'x/INBOX: the letter with UID 5 does not come'
	has "a letter that does not come ($how)" "$T/err" 'It stays on the server, the others are fetched'
	log "a letter that does not come ($how)" 'UID 5'
	kill -USR1 "$PEER_PID"
	sync_; is "it comes when the server can ($how)" "$rc $(here)" '0 12'
	e2e_end "$PEER_PID"
done
peer gap --letters 12 --poison 5:gap --on-signal well
sync_; is 'a letter that is left out: the others' "$(here)" 11
log 'a letter that is left out' 'did not give UID 5'
kill -USR1 "$PEER_PID"
sync_; is 'it comes later' "$rc $(here)" '0 12'
e2e_end "$PEER_PID"

# --- what has changed there since the last pass
peer validity --letters 5 --on-signal uidvalidity:99
sync_; is 'five letters' "$(here)" 5
kill -USR1 "$PEER_PID"
sync_; said 'UIDVALIDITY' 0 'has numbered its letters anew' 'What is here stays' 'none stands here twice'
is 'each once' "$(here)" 5
e2e_end "$PEER_PID"
peer vanish --letters 5 --on-signal vanish:Archive
sync_
"$signet" move x/Archive -- 'subject:"letter 2"' 2>/dev/null
sync_; is 'a letter in the archive' "$rc $(here)" '0 5'
kill -USR1 "$PEER_PID"
sync_; said 'a folder is gone' 0 'x/Archive is no longer on the server' 'The letters that are here stay'
is 'its letter stays' "$(here)" 5
sync_; is 'it is said once' "$(cat "$T/err")" ''
e2e_end "$PEER_PID"
peer cert --letters 2
sync_; is 'a good certificate' "$rc" 0
e2e_end "$PEER_PID"
e2e_imapd --cert "$OTHER_CERT" --key "$OTHER_KEY"
{ head_; section x "$PEER_PORT"; } >"$P/config/signet/config"
sync_; said 'another certificate' 77 'Nothing was sent'
e2e_end "$PEER_PID"

# --- over quota: IMAP, SMTP
peer quota --letters 3 --no 'APPEND:[OVERQUOTA] the box is full'
sync_
e2e_letter 1 you@one.test 'a copy' | sed 's/^To:.*/To: you@one.test/' | "$signet" send --now 2>/dev/null
sync_; said 'over quota' 69 'x/Sent: ' 'the box is full' 'The letter stays here' 'make room there'
is 'the copy is here' "$(find "$XDG_DATA_HOME/signet/mail/x/Sent/cur" -type f | wc -l | tr -d ' ')" 1
e2e_end "$PEER_PID"
grep -q '"APPEND", "APPEND", "APPEND"' "$PEER_REPORT" && bad 'APPEND in a storm' || ok

# --- a disk that is full here
if [ -e fault.so ] && ! grep -q '__[at]san_init' "$signet"; then
	peer full --letters 30 --size 20000
	sync_
	kill -USR1 "$PEER_PID"
	# which call comes amid the letters differs between machines
	for at in 200 260 320 380 440 500; do
		rm -rf "$P/data" "$P/state"
		LD_PRELOAD=$(pwd)/fault.so FAULT_BELOW=$P FAULT_KIND=enospc FAULT_AT=$at+ \
			timeout 60 "$signet" sync >"$T/out" 2>"$T/err"; rc=$?
		! grep -q 'does not fit here' "$T/err" || break
	done
	said 'the disk is full' 75 'Nothing is lost: what does not fit here is still on the server' 'Make room'
	sync_; is 'with room again' "$rc $(here)" '0 30'
	e2e_end "$PEER_PID"
else
	skip 'no fault.so'
fi

# --- all of them at once on the screen: no storm, and the good one goes on
profile storm
n=0 pids='' reports=''
add() { # add OPTION...
	e2e_imapd "$@" || exit 1
	n=$((n + 1)); pids="$pids $PEER_PID"; reports="$reports $PEER_REPORT"
	section "bad$n" "$PEER_PORT" >>"$P/config/signet/config"
}
{ head_; e2e_account good alice@one.test; } >"$P/config/signet/config"
add --bye 'no'
add --no 'AUTHENTICATE:[LIMIT] too many connections'
add --no 'AUTHENTICATE:[AUTHENTICATIONFAILED] wrong'
add --bye-at 'SELECT:going down'
add --bye-at 'FETCH:going down' --letters 40
add --bye-at 'IDLE:going down'
add --no 'SELECT:[NONEXISTENT] gone'
add --no 'LIST:no list'
e2e_letter 1 '' 'the first that is good' | e2e_deliver alice@one.test
terminal 100x30 "$signet"
wait_screen 'Sign in: bad3' 20 # whose password
keys Escape
wait_screen 'the first that is good' 20
start=$(date +%s)
while [ $(($(date +%s) - start)) -lt "${SIGNET_E2E_STORM:-20}" ]; do sleep 1; done
e2e_letter 2 '' 'others go on' | e2e_deliver alice@one.test
keys Escape
wait_screen 'others go on' 20
keys q y
wait_end 10
for p in $pids; do e2e_end "$p"; done
n=0
for r in $reports; do
	n=$((n + 1))
	c=$("$e2e_python" -c 'import json,sys; print(json.load(open(sys.argv[1]))["connections"])' "$r")
	below "connections of bad$n" "$c" 8
	[ $n != 3 ] || is 'a wrong password is tried once' "$c" 1
	if grep -q "bad$n: " "$P/state/signet/log"; then ok; else bad "bad$n does not stand in the log"; fi
done
finish
