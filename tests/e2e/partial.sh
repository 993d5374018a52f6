#!/bin/sh
# Letters that are partly here: headers alone, without their large parts, in
# pieces; what is not here comes when it is opened.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_can || { skip 'no mail servers here'; finish; }
e2e_start alice@one.test || { bad 'the server did not start'; finish; }
echo '{}' >"$T/zone.json"
profile partial
account() {
	{
		printf '[dns]\nzone = %s\n' "$T/zone.json"
		e2e_account one alice@one.test
		printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
box=$MAIL/one.test/alice/Maildir
mail=$XDG_DATA_HOME/signet/mail/one
state=$XDG_STATE_HOME/signet/one.db
sync() { "$signet" sync "$@" 2>"$T/err"; }
missing() {
	"$e2e_python" - "$state" <<'PY'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(
        "SELECT here, size, parts FROM missing ORDER BY size"):
    print(*row)
PY
}
count() { find "$mail/$1/cur" -type f 2>/dev/null | wc -l; }
found() { "$signet" search --limit 1000 "$@" 2>/dev/null | wc -l; }
# a file of the server and one of ours are the same letter
same() { [ "$(tr -d '\r' <"$1" | md5sum)" = "$(md5sum <"$2")" ]; }

# --- headers alone
account 'keep = headers'
e2e_fill alice@one.test 60
sync; is 'sync' $? 0
is 'all are listed' "$(found folder:one/INBOX)" 60
is 'the server was not asked for a text' "$(grep -l 'This is letter' -r "$mail/INBOX/cur" | wc -l)" 0
is 'and that is written down' "$(missing | grep -c '^1 ')" 60
is 'none is judged' "$(found verdict:pending)" 60
"$signet" search --json --limit 1 subject:'"letter 7"' >"$T/out"
has 'search says so' "$T/out" '"here": "headers"'
sync; is 'a pass after does nothing' "$(missing | wc -l) $(count INBOX)" '60 60'
script open 100x30 <<KEYS
:wait-idle
:wait-text letter 60
:save-screen $T/list
j Enter
:wait-text This is letter 59
:wait-idle
:save-screen $T/text
q
:wait-idle
:save-screen $T/after
:save-stalls $T/stalls
:quit
KEYS
is 'each is marked' "$(grep -c '↓' "$T/list")" 25
has 'what it waits for' "$T/list" 'not all of it is here'
has 'it is verified when its text has come' "$T/text" 'Not authenticated: nothing proves'
is 'and whole' "$(missing | wc -l)" 59
is 'its mark goes' "$(grep 'letter 59' "$T/after" | grep -c '↓')" 0
below 'the screen did not wait (ms)' "$(stalls "$T/stalls")" 50
is 'the text is found now' "$(found '"this is letter 59"') $(found '"this is letter 58"')" '1 0'
is 'it keeps its place, its tags follow' "$(found folder:one/INBOX) $(found tag:unread)" '60 59'
seen() { [ "$(find "$box" -name '*:2,*S*' | wc -l)" = 1 ]; }
sync; e2e_wait 5 seen && ok || bad 'that it was read went to the server'
sync; is 'a pass after does nothing' "$(missing | wc -l) $(count INBOX)" '59 60'

# --- moved before its text came: what is missing goes along
"$signet" move one/Archive -- subject:'"letter 7"' 2>/dev/null
sync; is 'moved' "$(count Archive) $(count INBOX)" '1 59'
is 'it is still not whole' "$(missing | wc -l)" 59
script moved 100x30 <<KEYS
:wait-idle
/
:type subject:"letter 7"
Enter
:wait-text letter 7
Enter
:wait-text This is letter 7
:wait-idle
:quit
KEYS
is 'a moved one comes as well' "$(missing | wc -l) $(grep -c 'This is letter 7' -r "$mail/Archive/cur" | grep -c ':1$')" '58 1'

# --- moved and opened before the server knows of it
script both 100x30 <<KEYS
:wait-idle
/
:type subject:"letter 8"
Enter
:wait-text letter 8
s
:type Archive
Enter
:wait-idle
Enter
:wait-idle
:wait-text This is letter 8
:wait-idle
:quit
KEYS
sync; is 'one that is on its way comes as well' "$(missing | wc -l)" 57

# --- deleted on the server meanwhile
e2e_as_mail rm "$(grep -l '^Subject: letter 9$' -r "$box" | head -1)"
script gone 100x30 <<KEYS
:wait-text letter 60
:wait-idle
:quit
KEYS
is 'a part of a letter goes with the letter' "$(found subject:'"letter 9"')" 0

# --- without a line
account 'keep = headers' 'metered = yes'
script offline 100x30 <<KEYS
:wait-text letter 60
Enter
:wait-text offline
:wait-idle
:save-screen $T/text
q
:wait-idle
:quit
KEYS
has 'offline it says so' "$T/text" 'Its text is on the server'
has 'and what to do' "$T/text" 'goes online'
has 'the verdict waits' "$T/text" 'Not verified yet: its text is not here'
is 'it stays unread' "$(found tag:unread subject:'"letter 60"')" 1
finish
