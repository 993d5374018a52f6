#!/bin/sh
# A mail server that falls silent in the middle of it all: what is done to the
# mail is seen at once, letters go out, and both sides agree when it is back.
# alone: it measures when a change is seen
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test bob@one.test
profile offline
{
	printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
e2e_fill alice@one.test 12
here=$XDG_DATA_HOME/signet/mail/one
box=$MAIL/one.test/alice/Maildir
count() { find "$@" -type f 2>/dev/null | wc -l; }
master=$(cat "$T/dovecot/run/master.pid")
silence() { pkill -STOP -P "$master"; kill -STOP "$master"; }
speech() { kill -CONT "$master"; pkill -CONT -P "$master"; }
has_word() { "$signet" list --limit 50 "one/$1" 2>/dev/null | grep -q "$2\$"; }
# soon WHAT COMMAND...: the screen has it within a second
soon() {
	what=$1; shift
	e2e_wait 1 "$@" && ok || { bad "$what: not within a second"; tmux -L "$tmux_socket" capture-pane -p | sed 's/^/    /'; }
}
screen_lacks() { ! tmux -L "$tmux_socket" capture-pane -p | grep -q "$1"; }
screen_has() { tmux -L "$tmux_socket" capture-pane -p | grep -q "$1"; }

cat >"$T/editor" <<'E'
#!/bin/sh
printf 'words\n' >>"$1"
E
chmod +x "$T/editor"
terminal 80x24 "EDITOR=$T/editor $signet"
wait_screen 'letter 1 ' 10
wait_screen 'one ✓' 10
silence
keys Enter
soon 'a letter opens' screen_has 'This is letter 12'
keys q d
soon 'moved to Trash' screen_lacks 'letter 12'
keys a
soon 'archived' screen_lacks 'letter 11 '
keys u
soon 'and taken back' screen_has 'letter 11 '
keys G a
soon 'another archived' screen_lacks 'letter 1 '
keys F
soon 'flagged' screen_has '⚑.*letter 2 '
keys g o
wait_screen 'one             all is here; 4 changes go to the server' 3
keys q
keys / letter Space 5 Enter
wait_screen 'Search: letter 5   1 message' 3
keys q
wait_screen 'one/INBOX   10 messages' 3
keys m
wait_screen 'Draft saved' 10
keys t bob@one.test Enter s out Enter
wait_screen 'Subject   out' 3
keys y
gone_out() { [ "$(count "$MAIL/one.test/bob/Maildir/new")" = 1 ]; }
e2e_wait 5 gone_out && ok || bad 'a letter waits for a mailbox that is silent'
speech
agree() {
	[ "$(count "$box/cur" "$box/new") $(count "$box/.Trash") $(count "$box/.Archive") $(count "$box/.Sent")" = "$1" ]
}
count_mail() { find "$1/cur" "$1/new" -type f 2>/dev/null | wc -l; }
server() { echo "$(count_mail "$box") $(count_mail "$box/.Trash") $(count_mail "$box/.Archive") $(count_mail "$box/.Sent")"; }
client() { echo "$(count_mail "$here/INBOX") $(count_mail "$here/Trash") $(count_mail "$here/Archive") $(count_mail "$here/Sent")"; }
settled() { [ "$(server)" = '10 1 1 1' ]; }
e2e_wait 20 settled || :
is 'INBOX, Trash, Archive, Sent on the server' "$(server)" '10 1 1 1'
is 'and here' "$(client)" '10 1 1 1'
flagged_there() { [ "$(find "$box" -name '*:2,*F*' | wc -l)" = 1 ]; }
e2e_wait 10 flagged_there && ok || bad 'the flag is not there'
read_there() { [ "$(find "$box/.Trash" -name '*:2,*S*' | wc -l)" = 1 ]; }
e2e_wait 10 read_there && ok || bad 'what was read before it was moved is not read there'
keys g o
wait_screen 'all is here' 3
e2e_wait 5 screen_lacks 'to the server' && ok || bad 'what has gone is said to wait'
keys q
keys : stalls Enter
wait_screen 'keys waited' 3
ms=$(sed -n 's/.*keys waited \([0-9]*\)\.[0-9]* ms.*/\1/p' "$T/screen")
below 'the stall meter (ms)' "${ms:-999}" 50
keys q y
wait_end 10
"$signet" sync 2>/dev/null
is 'a pass after changes nothing' "$(server), $(client)" '10 1 1 1, 10 1 1 1'
finish
