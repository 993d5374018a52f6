#!/bin/sh
# Folders made, renamed, deleted and subscribed on the screen, at a real Dovecot
# too; and what others do to them at the server: followed, said, nothing lost.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
# without NOTIFY: what comes into another folder is not known before a pass
DOVECOT_CAPABILITY='IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS MOVE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE UNSELECT' \
	e2e_servers alice@one.test
profile folders
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
	local_account b
} >"$P/config/signet/config"
box=$MAIL/one.test/alice/Maildir
mail=$XDG_DATA_HOME/signet/mail
sync() { "$signet" sync one 2>"$T/err"; }
here() { find "$mail/one/$1/cur" -type f 2>/dev/null | wc -l; }
there() { e2e_count alice@one.test "$1"; }
soon() { what=$1; shift; e2e_wait 10 "$@" && ok || bad "$what"; }
is_there() { [ -d "$box/.$1/cur" ]; }
is_not_there() { ! [ -d "$box/.$1" ]; }
is_subscribed() { grep -qx "$1" "$box/subscriptions"; }
has_there() { [ "$(there "$1")" = "$2" ]; }
imap() {
	python3 - "$IMAPS_PORT" "$CA" "$@" <<'PY'
import imaplib, ssl, sys
c = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]), ssl_context=ssl.create_default_context(cafile=sys.argv[2]))
c.login("alice@one.test", "pw-alice")
c._simple_command(*sys.argv[3:])
c.logout()
PY
}
# down N: the cursor of the side bar to row N of the first account
side() { keys Left; n=$1; keys g g; while [ "$n" -gt 0 ]; do keys j; n=$((n - 1)); done; }

e2e_fill alice@one.test 8
sync
terminal 100x30 "$signet"
wait_screen 'one/INBOX   8 messages' 20

# --- made, subscribed, renamed with what is in it
side 1
wait_screen 'r rename-folder' 3 # the hints are of where the cursor is
keys +
wait_screen 'New folder:' 3
keys Projects Enter
wait_screen 'Projects' 10
soon 'it is on the server' is_there Projects
soon 'and subscribed' is_subscribed Projects
keys q; wait_screen 'one/INBOX   8' 3
keys s; wait_screen 'Move to folder' 3; keys Projects Enter
soon 'a letter is moved there' has_there Projects 1
# rows: head, INBOX, Archive, Drafts, Junk, Projects
side 5; keys r
wait_screen 'New name: Projects' 3
keys C-u 'Work/2026' Enter
soon 'renamed on the server' is_there Work.2026
soon 'the old name is gone' is_not_there Projects
wait_screen '2026' 10
soon 'with its letter' has_there Work.2026 1
is 'here too' "$(here Work/2026) $(here Projects)" '1 0'
keys q
keys c; wait_screen 'Go to folder' 3; keys 2026 Enter
wait_screen 'one/Work/2026   1 message' 10
# what cannot be a name is said
side 1; keys +; wait_screen 'New folder:' 3
keys '../x' Enter
wait_screen "cannot be a folder's name" 5
keys r; wait_screen 'the folder INBOX keeps its name' 3
keys S; wait_screen 'subscribed to INBOX' 3
keys q

# --- deleted: its letters go to Trash; not where more is there than here
e2e_letter more '' 'not here yet' | e2e_deliver alice@one.test Work.2026
# rows: head, INBOX, Archive, Drafts, Junk, Sent, Trash, Work/2026
side 7; keys d
wait_screen 'Its 1 message goes to Trash' 5
keys y
wait_screen 'that are not here: it stays' 10
is 'the other letter is there' "$(there Work.2026)" 1
here_is() { [ "$(here "$1")" = "$2" ]; }
soon 'it comes' here_is Work/2026 1
wait_screen '2026             1│' 10 # counted, too: the question goes by that
keys d; wait_screen 'goes to Trash' 5; keys y
soon 'deleted on the server' is_not_there Work.2026
soon 'both letters are in Trash there' has_there Trash 2
is 'and here' "$(here Trash)" 2
[ ! -e "$mail/one/Work/2026" ] && ok || bad 'the folder is still here'
keys q

# --- an account without a server
keys c; wait_screen 'Go to folder' 3; keys b/INBOX Enter
wait_screen 'b/INBOX   0 messages' 5 || wait_screen 'Nothing here' 5
keys Left; keys +; wait_screen 'New folder:' 3; keys Own Enter
wait_screen 'Own' 10
[ -d "$mail/b/Own/cur" ] && ok || bad 'no folder in the Maildir'
keys q q y
wait_end 10
sync; is 'a pass after' "$?" 0
is 'nothing is lost' "$(here INBOX)+$(here Trash) $(there INBOX)+$(there Trash)" '7+2 7+2'

# --- renamed by another: the Maildir follows, no letter comes again
imap CREATE Lists; sync
"$signet" move one/Lists -- 'subject:"letter 1" or subject:"letter 2" or subject:"letter 3"' 2>/dev/null
sync; sync
"$signet" tag +mine -- 'folder:one/Lists' 2>/dev/null
before=$(ls -i "$mail/one/Lists/cur")
imap RENAME Lists News; sync
has 'it is said' "$T/err" 'one/Lists is called News on the server now'
is 'the same files' "$(ls -i "$mail/one/News/cur")" "$before"
is 'with their tags' "$("$signet" search --json tag:mine and folder:one/News | wc -l)" 3
sync; is 'and that is all' "$(ls -i "$mail/one/News/cur")" "$before"

# --- deleted by another: said, the letters stay and can go elsewhere
imap DELETE News; sync
has 'it is said' "$T/err" 'one/News is no longer on the server. The letters that are here stay'
is 'they stay' "$(here News)" 3
sync; lacks 'once' "$T/err" 'no longer'
"$signet" tag +flagged -- 'folder:one/News' 2>/dev/null
sync; is 'a flag there stops no pass' $? 0
"$signet" move one/Archive -- 'folder:one/News' 2>/dev/null
sync; is 'moved out of it' "$?: $(there Archive) $(here Archive) $(here News)" '0: 3 3 0'
finish
