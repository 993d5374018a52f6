#!/bin/sh
# A server that is gone: said once, with its account and the reason; what waits
# for it is counted; and all of it is over when the server is back.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_can || { skip 'no mail servers here'; finish; }
e2e_start alice@one.test || { bad 'the server did not start'; finish; }
echo '{}' >"$T/zone.json"
profile waiting
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
e2e_fill alice@one.test 8
box=$MAIL/one.test/alice/Maildir
screen() { tmux -L "$tmux_socket" capture-pane -p; }
shows() { screen | grep -q -- "$1"; }
# comes SECONDS PATTERN: to the screen
comes() { e2e_wait "$1" shows "$2" && ok || { bad "not on the screen: $2"; screen | sed 's/^/    /'; }; }
lacks_soon() { e2e_wait 10 not_shown "$1" && ok || bad "still there: $1"; }
not_shown() { ! shows "$1"; }

terminal 100x30 "$signet"
wait_screen 'one ✓' 20
# what the screen says stays, whatever the account has to tell
keys '$'; wait_screen 'looking for mail in all accounts' 5
e2e_letter more '' 'one more' | e2e_deliver alice@one.test
wait_screen 'one more' 20
wait_screen 'looking for mail in all accounts' 5
keys g o
wait_screen 'No letter waits' 5
wait_screen 'one             all is here' 5
keys q
master=$(cat "$T/dovecot/run/master.pid")
pkill -KILL -P "$master"; kill -KILL "$master"
comes 20 "one is offline: .* '*localhost'.*\\. What is here"
wait_screen 'one ✗ offline' 5
keys j
lacks_soon 'one is offline: '
# tried again, not said again; meanwhile what is asked for waits
keys F; sleep 1.5
not_shown 'one is offline: ' && ok || bad 'said again'
keys a
wait_screen 'moved to Archive' 5
keys g o
comes 10 'offline since [0-9][0-9]:[0-9][0-9]; tried again in [0-9]* s; 1 change waits for it'
comes 5 '^  *cannot connect to .localhost.* connection refused'
keys q
wait_screen 'one/INBOX   8 messages' 5
keys F g o
wait_screen '; 2 changes wait for it' 5
# on a narrow screen, too, where it stands in a second line
tmux -L "$tmux_socket" resize-window -x 64 -y 24
wrapped() { screen | tr -s '\n ' ' ' | grep -q '2 changes wait for it'; }
e2e_wait 5 wrapped && ok || { bad 'what waits is cut off'; screen | sed 's/^/    /'; }
tmux -L "$tmux_socket" resize-window -x 100 -y 30
wait_screen '; 2 changes wait for it' 5
# back: all of it goes there, and nothing is said to wait
# what it was killed with holds its ports for a moment
start_again() { HOME=$T/dovecot e2e_as_mail dovecot -c "$T/dovecot/dovecot.conf" >"$T/out" 2>&1; }
e2e_wait 10 start_again && ok || bad "Dovecot did not start again: $(cat "$T/out")"
keys '$'
wait_screen 'one             all is here' 20
lacks_soon 'wait for it'
archived() { [ "$(find "$box/.Archive" -name '*:2,*F*' | wc -l)" = 1 ]; }
e2e_wait 10 archived && ok || bad 'the archived letter is not on the server, flagged'
keys q q y
wait_end 10
finish
