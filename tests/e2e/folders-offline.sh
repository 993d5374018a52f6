#!/bin/sh
# Folders made, renamed and deleted without a line: what can be is done here at
# once, the rest waits, is shown as waiting, and is done once when the line is back.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile off
config() {	# config PORT
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test | sed "s/:$IMAP_PORT/:$1/"
}
online() { config "$IMAP_PORT" >"$P/config/signet/config"; }
offline() { config 1 >"$P/config/signet/config"; }
box=$MAIL/one.test/alice/Maildir
mail=$XDG_DATA_HOME/signet/mail/one
here() { find "$mail/$1/cur" -type f 2>/dev/null | wc -l | tr -d ' '; }
there() { e2e_count alice@one.test "$1"; }
sync() { "$signet" sync >"$T/out" 2>"$T/err"; is "sync: $1" $? 0; }
waiting() { "$e2e_python" -c 'import sqlite3,sys; print(*sqlite3.connect(sys.argv[1]).execute("select count(*) from folder_act").fetchone())' "$XDG_STATE_HOME/signet/one.db"; }

# asked N: N things wait, and the screen is not held up by it
asked() {
	are_asked() { [ "$(waiting)" = "$1" ]; }
	if e2e_wait 10 are_asked "$1"; then ok; else bad "not $1 wait but $(waiting)"; fi
}
e2e_fill alice@one.test 6
for n in 1 2; do e2e_letter "p$n" '' "project $n" | e2e_deliver alice@one.test Projects; done
e2e_letter o '' 'old news' | e2e_deliver alice@one.test Old
online
sync first
offline
terminal 100x30 "$signet"
wait_screen 'letter 6' 20
# rows: head, INBOX, Archive, Drafts, Junk, Old, Projects, Sent, Trash
keys Left; keys +
wait_screen 'New folder:' 3; keys 'Plans' Enter
wait_screen 'Plans' 10
asked 1
keys q; keys c; wait_screen 'Go to folder' 3; keys Projects Enter
wait_screen 'project 1' 10
keys Left; keys r
wait_screen 'New name: Projects' 3; keys C-u 'Work/2026' Enter
asked 2
keys q; keys c; wait_screen 'Go to folder' 3; keys Old Enter
wait_screen 'old news' 10
keys Left; keys d
wait_screen 'Its 1 message goes to Trash' 5; keys y
in_trash() { [ "$(here Trash)" = 1 ]; }
asked 3
has 'it is said' "$P/state/signet/log" "one is offline: what was asked of 'Old' is done at the server when the line is back"
if e2e_wait 10 in_trash; then ok; else bad 'its letter does not go to Trash at once'; fi
# what cannot be is said at once, and does not wait
keys r; wait_screen 'New name:' 3; keys C-u '../x' Enter
wait_screen "cannot be a folder's name" 5
# a letter goes into the new folder
keys q; keys c; wait_screen 'Go to folder' 3; keys INBOX Enter
wait_screen 'letter 6' 10
keys s; wait_screen 'Move to folder' 3; keys Plans Enter
moved() { [ "$(here Plans)" = 1 ]; }
if e2e_wait 10 moved; then ok; else bad 'no letter in the new folder'; fi
keys q y
wait_end 10
is 'three wait' "$(waiting)" 3
"$signet" sync >"$T/out" 2>"$T/err"; is 'still no line' $? 75
is 'they wait still' "$(waiting)" 3
is 'nothing has changed there' "$(ls -A "$box" | grep -c '^\.\(Plans\|Work\)')" 0

online
sync 'the line is back'
sync 'and once more'
is 'none waits' "$(waiting)" 0
is 'made' "$(there Plans) $(here Plans)" '1 1'
is 'renamed' "$(there Work.2026) $(here Work/2026)" '2 2'
is 'the old name is gone' "$([ -d "$box/.Projects" ] || [ -d "$mail/Projects" ] || echo gone)" gone
is 'deleted' "$([ -d "$box/.Old" ] || [ -d "$mail/Old" ] || echo gone)" gone
is 'its letter is in Trash' "$(there Trash) $(here Trash)" '1 1'
is 'nothing is lost' "$(here INBOX) $(there INBOX)" '5 5'
find "$mail" -path '*/cur/*' | sort >"$T/before"
sync 'again'
find "$mail" -path '*/cur/*' | sort | cmp -s - "$T/before" && ok || bad 'a pass after changed files'

# --- made here without a line and there by another meanwhile; renamed and deleted
offline
terminal 100x30 "$signet"
wait_screen 'letter 5' 20
keys Left; keys +
wait_screen 'New folder:' 3; keys 'Both' Enter
asked 1
keys q; keys c; wait_screen 'Go to folder' 3; keys Plans Enter
wait_screen 'letter 6' 10
keys Left; keys r; wait_screen 'New name: Plans' 3; keys C-u 'Later' Enter
asked 2
keys d; wait_screen 'goes to Trash' 5; keys y
asked 3
gone_here() { [ "$(here Plans)" = 0 ]; }
e2e_wait 10 gone_here || bad 'its letter stays'
keys q q y
wait_end 10
"$e2e_python" - "$IMAPS_PORT" "$CA" <<'PY'
import imaplib, ssl, sys
c = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]), ssl_context=ssl.create_default_context(cafile=sys.argv[2]))
c.login("alice@one.test", "pw-alice")
c.create("Both")
PY
online
sync 'both made it'
lacks 'that is no failure' "$T/err" 'cannot be'
is 'renamed, then deleted by the name it had' "$(ls -A "$box" | grep -c '^\.\(Plans\|Later\)') $(waiting)" '0 0'
is 'its letter too is in Trash' "$(there Trash) $(here Trash)" '2 2'
finish
