#!/bin/sh
# Two signets on one profile: the second says who has it and what to do, reads
# beside it, and breaks nothing.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile two
{
	printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
e2e_fill alice@one.test 40
cur() { find "$XDG_DATA_HOME/signet/mail/one" -path '*/cur/*' -type f; }
kinds() { cur | xargs -r sha256sum | cut -c1-64 | sort -u | wc -l | tr -d ' '; }

# --- the interface runs
terminal 80x24 "$signet"
wait_screen '40 messages' 20
lock=$XDG_STATE_HOME/signet/lock
holder=$(cat "$lock")
is 'the lock names a signet' "$(tr '\0' ' ' <"/proc/$holder/cmdline" | cut -d' ' -f1)" "$signet"
second() { # second WHAT COMMAND...
	what=$1; shift
	timeout 20 "$@" >"$T/out" 2>"$T/err" </dev/null; is "$what: status" $? 75
	has "$what: who" "$T/err" "(process $holder)"
	has "$what: what to do" "$T/err" 'Leave that one first'
}
second 'the interface' "$signet"
second 'sync' "$signet" sync
second 'sync of an account' "$signet" sync one
second 'a plan' "$signet" sync -n
second 'tag' "$signet" tag +flagged -- 'subject:letter'
second 'move' "$signet" move one/Archive -- 'subject:letter'
is 'list beside it' "$("$signet" list --limit 100 one/INBOX | wc -l | tr -d ' ')" 40
is 'search beside it' "$("$signet" search 'subject:"letter 7"' | wc -l | tr -d ' ')" 1
"$signet" show "$(cur | head -n 1)" >"$T/out"; is 'show beside it' $? 0
# a second interface shows what is there, and what the first makes of it
first=$tmux_socket tmux_socket=$tmux_socket-b
terminal 100x24 "$signet"
wait_screen 'signet (shows only)' 10
wait_screen '40 messages' 10
for k in d F r m '$' :undo; do
	case $k in
	:*) keys : "${k#:}" Enter ;;
	*) keys "$k" ;;
	esac
	wait_screen 'another signet has this profile; this one only shows it' 3
	keys Down; wait_screen '40 messages, 40 unread' 3
done
keys g g Enter; wait_screen 'letter 40' 5 # it is read, and not marked as read
keys V; wait_screen 'From' 3; keys q q
wait_screen '40 messages, 40 unread' 3
e2e_letter 3 '' 'told to both' | e2e_deliver alice@one.test
wait_screen 'told to both' 15
keys q y; wait_end 5
tmux_socket=$first
wait_screen 'told to both' 5
# what is queued from outside goes out through the one that runs
e2e_letter 1 'alice@one.test' beside | "$signet" send 2>"$T/err"; is 'send beside it' $? 0
is 'nothing was changed' "$(find "$XDG_DATA_HOME/signet/mail/one" -name '*:2,*F*' | wc -l | tr -d ' ')" 0
# it still works
e2e_letter 2 '' 'after all this' | e2e_deliver alice@one.test
wait_screen 'after all this' 10

# --- it is killed: nobody has the profile, whatever stands in the lock
kill -9 "$holder"
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -d "/proc/$holder" ] || break; sleep 0.1; done
"$signet" sync 2>"$T/err"; is 'after a death' $? 0

# --- many at once: one works, the others say so
e2e_fill alice@one.test 300
for n in 1 2 3 4 5 6; do
	{ "$signet" sync 2>"$T/err.$n"; echo $? >"$T/rc.$n"; } &
	pids="${pids:-} $!"
done
# shellcheck disable=SC2086
wait $pids
is 'none fails' "$(cat "$T"/rc.? | grep -cv '^0$\|^75$')" 0
if grep -q '^0$' "$T"/rc.?; then ok; else bad 'none of six has worked'; fi
"$signet" sync 2>/dev/null; is 'the pass after' $? 0
n=$(find "$MAIL/one.test/alice/Maildir" -path '*/Maildir/*' \( -path '*/cur/*' -o -path '*/new/*' \) -type f | wc -l | tr -d ' ')
is 'each letter once' "$(cur | wc -l | tr -d ' ') $(kinds)" "$n $n"
before=$(cur | sort | cksum)
"$signet" sync 2>/dev/null
is 'idempotent' "$(cur | sort | cksum)" "$before"
is 'the index knows each' "$("$signet" search --limit 10000 'folder:one/INBOX' | wc -l | tr -d ' ')" \
	"$(cur | grep -c /INBOX/)"
finish
