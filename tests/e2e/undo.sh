#!/bin/sh
# What was done is taken back, one thing after the other, however fast it is
# typed, and where no message is left.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
mail_profile u
i=1
while [ $i -le 3 ]; do
	printf 'From: Dan <dan@example.org>\nTo: b@example.org\nSubject: letter %s\nMessage-ID: <%s@x>\nDate: Tue, 14 Nov 2023 22:13:0%s +0000\n\nx\n' $i $i $i \
		>"$inbox/cur/170000000$i.M$i.b:2,S"
	i=$((i + 1))
done
mkdir -p "$XDG_DATA_HOME/signet/mail/b/Trash/cur" "$XDG_DATA_HOME/signet/mail/b/Trash/new" "$XDG_DATA_HOME/signet/mail/b/Trash/tmp"
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
script undo 80x24 <<X
:wait-idle
d
:wait-text moved to Trash
:wait-idle
d
:wait-idle
d
:wait-text Nothing here
:wait-idle
u
:wait-text letter 1
:wait-idle
:save-screen $T/1
u
:wait-text letter 2
:wait-idle
u
:wait-text letter 3
:wait-idle
:save-screen $T/3
u
:save-screen $T/4
F
:wait-idle
d u u
:wait-text letter 3
:wait-idle
:save-screen $T/fast
:quit
X
# as fast as keys come, a row is gone with its key, and nothing is done twice
script rows 80x24 <<X
:wait-idle
d d
:save-screen $T/two
:wait-idle
:save-screen $T/still
d
:wait-idle
:save-screen $T/none
u u u
:wait-text letter 3
:wait-idle
:save-screen $T/again
:quit
X
for s in two still; do
	has "a row goes at once ($s)" "$T/$s" 'letter 1'
	has "it is not counted ($s)" "$T/$s" 'moved to Trash'
	lacks "as many as keys ($s)" "$T/$s" 'letter 2'
	lacks "each its own ($s)" "$T/$s" 'is gone'
done
has 'none is left' "$T/none" 'Nothing here'
for i in 1 2 3; do has 'all are back' "$T/again" "letter $i"; done
has 'back into an empty folder' "$T/1" 'letter 1'
lacks 'one at a time' "$T/1" 'letter 2'
for i in 1 2 3; do has 'all of them' "$T/3" "letter $i"; done
has 'and no more' "$T/4" 'nothing to undo'
has 'two of one letter' "$T/fast" 'letter 3'
lacks 'the mark too' "$T/fast" '⚑'
is 'on the disk' "$(find "$inbox/cur" -type f | wc -l | tr -d ' ')" 3
is 'no mark stays' "$(find "$inbox/cur" -name '*F*' | wc -l | tr -d ' ')" 0

# the index hears of a move when the letter has been moved on: it is where it is,
# and nowhere else, with its marks
at() { [ "$(find "$XDG_DATA_HOME/signet/mail/b/$1/cur" -type f | wc -l | tr -d ' ')" = "$2" ]; }
screen_has() { tmux -L "$tmux_socket" capture-pane -p | grep -q "$1"; }
terminal 80x24 "$signet"
wait_screen 'letter 3' 10
wait_screen '3 messages' 10
hold
keys F d
e2e_wait 5 at Trash 1 && ok || bad 'a move waits for the index'
keys u
e2e_wait 5 at Trash 0 && ok || bad 'the way back waits for the index'
let_go
e2e_wait 5 screen_has '⚑.*letter 3' && ok || { bad 'what came back is not listed'; tmux -L "$tmux_socket" capture-pane -p | sed 's/^/    /'; }
keys g g
wait_screen '3 messages' 5
hold
keys d
e2e_wait 5 at Trash 1 && ok || bad 'a move waits for the index'
rm "$XDG_DATA_HOME"/signet/mail/b/Trash/cur/*
let_go
keys G
wait_screen '2 messages' 5
indexed() { [ "$("$signet" list b/INBOX | grep -c letter)" = "$1" ]; }
e2e_wait 10 indexed 2 && ok || bad 'what is gone with its file is still listed'
keys q y
wait_end 10
finish
