#!/bin/sh
# The newest letters of a mailbox that is new here: fetched before anything else
# of it is asked for, in the flight that opens it, and listed before they are
# indexed, in the order and with the marks that the index gives them; the cursor
# stays, none stands there twice, and after a death all are there.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers

# subjects: of the rows on the screen
subjects() {
	tmux -L "$tmux_socket" capture-pane -p | grep -o 'letter [0-9]* ' | tr '\n' ,
}
newest_of() { # newest_of N COUNT
	seq "$1" -1 $(($1 - $2 + 1)) | sed 's/.*/letter & /' | tr '\n' ,
}
# an index, and nothing in it
empty_profile() {
	profile "$1"
	kept=$PEER_PORT; PEER_PORT=1
	e2e_peer_account
	"$signet" sync >/dev/null 2>&1 && bad 'a server that is not there'
	PEER_PORT=$kept
	e2e_peer_account
}

e2e_imapd --letters 120 --flagged 118 || bad 'the peer did not start'
empty_profile one
hold
terminal 100x30 "$signet"
wait_screen 'letter 120 ' 20
# the newest alone, or with the range behind them; the others wait for the index
n=0
until tmux -L "$tmux_socket" capture-pane -p | grep -q ' \(50\|100\) messages, \(50\|100\) unread'; do
	n=$((n + 1)); [ $n -lt 400 ] || { bad 'the newest are not counted'; break; }
	sleep 0.05
done
rows=$(subjects | tr ',' '\n' | grep -c .)
is 'newest first' "$(subjects)" "$(newest_of 120 "$rows")"
is 'none is in the index' "$("$signet" search -- '*' | grep -c letter)" 0
keys j j
sleep 0.3
tmux -L "$tmux_socket" capture-pane -p >"$T/before"
is 'the cursor is on the third' "$(grep -o '^.*letter 118 ' "$T/before" | grep -c '▸\|>')" 1
keys Enter
wait_screen 'This is line 1 of a letter' 10
keys q
wait_screen 'letter 120 ' 10
let_go
wait_screen ' 120 messages, 119 unread' 30
is 'the same order' "$(subjects)" "$(newest_of 120 "$rows")"
tmux -L "$tmux_socket" capture-pane -p >"$T/after"
is 'the cursor has stayed' "$(grep -o '^.*letter 118 ' "$T/after" | grep -c '▸\|>')" 1
keys q y
wait_end 10
is 'all are in the index' "$("$signet" search --limit 200 -- '*' | grep -c 'letter ')" 120
e2e_asked >"$T/asked"
has 'the newest come before all else' "$T/asked" 'AUTHENTICATE ID SELECT FETCH FETCH FETCH NAMESPACE GETQUOTAROOT LIST SELECT '

# --- without a screen mailboxes are listed first; the newest come before the
# list of all flags
e2e_imapd --letters 120 || bad 'the peer did not start'
profile three
e2e_peer_account
"$signet" sync >"$T/out" 2>"$T/err" || bad "a pass: $(cat "$T/err")"
e2e_asked >"$T/asked"
has 'the newest come before the list' "$T/asked" 'LIST SELECT FETCH FETCH COMPRESS FETCH SELECT '

# --- what is listed lies here: a death loses none
e2e_imapd --letters 120 || bad 'the peer did not start'
empty_profile two
hold
terminal 100x30 "$signet"
wait_screen 'letter 120 ' 20
kill -9 "$(sed -n 1p "$XDG_STATE_HOME/signet/lock")"
e2e_wait 10 test -s "$T/term.rc"
is 'it has died' "$(cat "$T/term.rc")" 137
let_go
"$signet" sync >"$T/out" 2>"$T/err" || bad "after the death: $(cat "$T/err")"
is 'after a death all are here' "$(find "$XDG_DATA_HOME/signet/mail/one/INBOX/cur" -type f | wc -l)" 120
is 'and in the index' "$("$signet" search --limit 200 -- '*' | grep -c 'letter ')" 120

# --- rows stand there while the letters themselves are on their way. What is
# done to such a letter is refused until it is here
cur() { find "$XDG_DATA_HOME/signet/mail/one/INBOX/cur" -type f | wc -l | tr -d ' '; }
e2e_imapd --letters 120 --flagged 118 --stall FETCH:6 || bad 'the peer did not start'
empty_profile coming
terminal 100x30 "$signet"
wait_screen 'letter 120 ' 20
is 'nothing of it is here' "$(cur)" 0
wait_screen ' 50 messages, 50 unread' 5
rows=$(subjects | tr ',' '\n' | grep -c .)
is 'those on their way, newest first' "$(subjects)" "$(newest_of 120 "$rows")"
tmux -L "$tmux_socket" capture-pane -p >"$T/before"
is 'with their marks' "$(grep 'letter 118 ' "$T/before" | grep -c '↓')" 1
keys j j
for key in Enter V d a r; do
	keys $key
	wait_screen 'this letter is on its way' 2
	keys j k
done
is 'they are on their way still' "$(cur)" 0
wait_screen ' 120 messages, 120 unread' 30
is 'the same order' "$(subjects)" "$(newest_of 120 "$rows")"
tmux -L "$tmux_socket" capture-pane -p >"$T/after"
lacks 'all of them are here' "$T/after" '↓'
is 'the cursor has stayed' "$(grep -o '^.*letter 118 ' "$T/after" | grep -c '▸\|>')" 1
keys Enter
wait_screen 'This is line 1 of a letter' 10
keys q
wait_screen 'letter 120 ' 10
keys q y
wait_end 10
is 'each is here once' "$(cur)" 120
e2e_end "$PEER_PID"
is 'each was asked for once' "$(sed 's/.*"bodies": \([0-9]*\).*/\1/' "$PEER_REPORT")" 120

# a death while they are on their way leaves nothing of them
e2e_imapd --letters 120 --stall FETCH:30 || bad 'the peer did not start'
empty_profile dies
terminal 100x30 "$signet"
wait_screen 'letter 120 ' 20
kill -9 "$(sed -n 1p "$XDG_STATE_HOME/signet/lock")"
e2e_wait 10 test -s "$T/term.rc"
is 'nothing of it is here' "$(cur)" 0
is 'nor in the index' "$("$signet" search -- '*' | grep -c letter)" 0
"$signet" sync >"$T/out" 2>"$T/err" || bad "after the death: $(cat "$T/err")"
is 'after it all are here' "$(cur)" 120

# letters that do not come are rows no longer, whatever the server does not say
settled() { # settled WANT: so many are here, and no row of others
	[ "$(cur)" = "$1" ] && tmux -L "$tmux_socket" capture-pane -p >"$T/screen" &&
		! grep -q '↓' "$T/screen" &&
		[ "$(grep -c 'letter [0-9]' "$T/screen")" = "$(($1 < 25 ? $1 : 25))" ]
}
while read -r want how; do
	e2e_imapd --letters 60 $how || bad 'the peer did not start'
	empty_profile "odd$want$(echo "$how" | tr -dc 'a-zA-Z')"
	terminal 100x30 "$signet"
	e2e_wait 20 settled "$want" || bad "$how: $(cur) letters, and: $(cat "$T/screen")"
	keys q y
	wait_end 10
	e2e_end "$PEER_PID"
done <<'END'
60 --no HEAD:sorry
60 --bad HEAD:what
60 --bye-at HEAD:tired --once
60 --bye-at FETCH:tired --once
59 --poison 60:gap
59 --poison 60:no
0 --no FETCH:sorry
END

# --- a mailbox whose only letter was deleted here is not one that is new: the
# server has no CONDSTORE that would tell
e2e_imapd --letters 1 || bad 'the peer did not start'
profile alone
e2e_peer_account
here() { find "$XDG_DATA_HOME/signet/mail/one/INBOX/cur" -type f | wc -l | tr -d ' '; }
"$signet" sync 2>"$T/err" || bad "a pass: $(cat "$T/err")"
is 'it is here' "$(here)" 1
"$signet" erase --yes -- '*' >"$T/out" 2>&1 || bad "erase: $(cat "$T/out")"
"$signet" sync 2>"$T/err" || bad "the pass after: $(cat "$T/err")"
is 'it does not come again' "$(here)" 0
e2e_end "$PEER_PID"
has 'it is gone there' "$PEER_REPORT" EXPUNGE
finish
