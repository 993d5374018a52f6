#!/bin/sh
# Deleting for ever, here and at a real Dovecot: one letter, the whole Trash, by
# age; exactly those and no others; and the brake, with its yes.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
# account [LINE...]: the configuration
account() {
	{
		printf '[dns]\nzone = %s\n' "$T/zone.json"
		e2e_account one alice@one.test
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
box=$MAIL/one.test/alice/Maildir
sync() { "$signet" sync "$@" 2>"$T/err"; }
server() { e2e_count alice@one.test "$@"; }
here() { find "$XDG_DATA_HOME/signet/mail/one/$1/cur" "$XDG_DATA_HOME/signet/mail/one/$1/new" -type f 2>/dev/null | wc -l; }
subjects() { e2e_as_mail grep -h ^Subject: -r "$@" 2>/dev/null | sort | tr '\n' ' '; }
server_has() { [ "$(server "$1")" = "$2" ]; }

# --- from the screen: one letter, then all that is left
profile first
account
e2e_fill alice@one.test 30
sync
is 'all letters are here' "$(here INBOX)" 30
"$signet" move one/Trash -- 'subject:"letter 3" or subject:"letter 4" or subject:"letter 5"' 2>/dev/null
sync
is 'three are in the Trash there' "$(server Trash)" 3
terminal 100x30 "$signet"
wait_screen 'one/INBOX   27 messages' 10
keys c; wait_screen 'Go to folder' 3; keys one/Trash Enter
wait_screen 'one/Trash   3 messages' 5
keys G d
wait_screen 'Delete this message for ever' 3
keys n
wait_screen 'one/Trash   3 messages' 3
keys d; wait_screen 'Delete this message for ever' 3; keys y
wait_screen '▸ Trash              2│' 5
has 'it says so' "$T/screen" 'deleted for ever'
e2e_wait 10 server_has Trash 2 && ok || bad 'it is still on the server'
is 'exactly that one' "$(subjects "$box/.Trash/cur" "$box/.Trash/new")" 'Subject: letter 4 Subject: letter 5 '
keys : empty-trash Enter
wait_screen 'Delete all 2 messages in one/Trash for ever?' 3
keys y
wait_screen 'Nothing here' 5
e2e_wait 10 server_has Trash 0 && ok || bad 'the Trash is not empty on the server'
keys c; wait_screen 'Go to folder' 3; keys one/INBOX Enter
wait_screen 'one/INBOX   27 messages' 5
keys D; wait_screen 'Delete this message for ever' 3; keys y
wait_screen 'INBOX             26│' 5
e2e_wait 10 server_has INBOX 26 && ok || bad 'D: it is still on the server'
keys q y
wait_end 10
sync; is 'a pass after' "$?: $(server) $(here INBOX), $(server Trash) $(here Trash)" '0: 26 26, 0 0'

# --- what was changed there meanwhile comes back
f=$(find "$box/cur" "$box/new" -type f | xargs grep -lx 'Subject: letter 10')
"$signet" erase --yes -- 'subject:"letter 10"' 2>/dev/null; is 'erase' $? 0
is 'gone here at once' "$(here INBOX)" 25
e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,F"
sync
is 'flagged there meanwhile: it comes back' "$(server) $(here INBOX)" '26 26'
"$signet" erase -- 'subject:"letter 11"' </dev/null 2>"$T/err"; is 'erase without a yes' $? 1
has 'it says why' "$T/err" 'nobody to ask'
is 'and deletes nothing' "$(here INBOX)" 26

# --- the brake: what was deleted here without a question
"$signet" erase --yes -- 'subject:letter and not subject:"letter 10" and not subject:"letter 11" and not subject:"letter 12"' 2>/dev/null
is 'gone here' "$(here INBOX)" 3
sync; is 'held back' "$?: $(server)" '69: 26'
has 'it says so' "$T/err" 'one/INBOX: 23 messages were deleted here. They stay on the server'
sync; is 'still' "$?: $(server) $(here INBOX)" '69: 26 3'
sync --confirm-deletions one; is 'confirmed' "$?: $(server) $(here INBOX)" '0: 3 3'
sync; is 'and done with' "$?: $(server) $(here INBOX)" '0: 3 3'

# --- the brake: an emptied server
rm "$box"/cur/* "$box"/new/* 2>/dev/null
sync
e2e_fill alice@one.test 23
sync
is 'others' "$(here INBOX)" 23
mkdir "$T/kept"; mv "$box/cur" "$box/new" "$T/kept"
e2e_as_mail mkdir -p "$box/cur" "$box/new"
sync; is 'an emptied server' "$?: $(here INBOX)" '69: 23'
has 'it says so' "$T/err" '23 of 23 messages are gone from the server. Nothing was deleted here'
terminal 100x30 "$signet"
wait_screen '23 of 23 messages are gone from the server' 10
keys j
wait_screen 'held back: :confirm-deletions' 3
keys : confirm-deletions Enter
wait_screen 'one: delete for ever 23 messages here and 0 on the server?' 3
keys n
is 'no is no' "$(here INBOX)" 23
keys : confirm-deletions Enter
wait_screen 'delete for ever 23 messages here' 3
keys y
wait_screen 'Nothing here' 10
keys q y
wait_end 10
is 'they are deleted here' "$(here INBOX)" 0
sync; is 'a pass after' "$?: $(here INBOX)" '0: 0'

# --- more is gone than the yes was for: another question
profile more
account
e2e_fill alice@one.test 40
sync
for f in $(find "$box/cur" "$box/new" -type f | sort | head -n 15); do rm "$f"; done
sync; is 'held back' $? 69
for f in $(find "$box/cur" "$box/new" -type f | sort | head -n 15); do rm "$f"; done
sync --confirm-deletions one; is 'the yes was for fewer' "$?: $(here INBOX)" '69: 40'
has 'the number of now' "$T/err" '30 of 40 messages'
sync --confirm-deletions one; is 'now it counts' "$?: $(here INBOX)" '0: 10'

# --- by age
"$signet" move one/Trash -- 'subject:"letter 3?" or subject:"letter 31" or subject:"letter 32"' 2>/dev/null
sync
old=$(find "$XDG_DATA_HOME/signet/mail/one/Trash/cur" -type f | sort | head -n 1)
is 'two in the Trash' "$(here Trash) $(server Trash)" '2 2'
base=$(basename "$old"); aged=$(($(date +%s) - 40 * 86400)).${base#*.}
python3 - "$XDG_STATE_HOME/signet/one.db" "${base%%:2,*}" "${aged%%:2,*}" <<'PY'
import sqlite3, sys
d = sqlite3.connect(sys.argv[1])
n = d.execute("UPDATE message SET base = ? WHERE base = ?", (sys.argv[3], sys.argv[2])).rowcount
assert n == 1, n
d.commit()
PY
mv "$old" "$(dirname "$old")/$aged"
touch -d '-40 days' "$(dirname "$old")/$aged"
sync; is 'not by itself' "$(here Trash) $(server Trash)" '2 2'
account 'trash-days = 30'
sync; sync
is 'what was there for over 30 days' "$(here Trash) $(server Trash)" '1 1'

# --- by age at the server, where a letter came here today (SAVEDATE): Dovecot,
# as it will be in 40 days
profile saved
account 'trash-days = 30'
trashed=$(server Trash)
[ "$trashed" -gt 0 ] && ok || bad 'nothing in the Trash'
later=$(($(date +%s) + 40 * 86400))
SIGNET_NOW=$((later - 20 * 86400)) "$signet" sync 2>"$T/err"
is 'after 20 days it stays' "$(here Trash) $(server Trash)" "$trashed $trashed"
profile saved2
account 'trash-days = 30'
SIGNET_NOW=$later "$signet" sync 2>"$T/err"; is 'a pass in 40 days' $? 0
is 'after 40 it goes, by one pass' "$(here Trash) $(server Trash)" '0 0'
is 'nothing else does' "$(here INBOX)" "$(server)"
# the scripted server: of two one is old, and without the date none is
for words in '--with SAVEDATE' ''; do
	# shellcheck disable=SC2086
	e2e_peer_profile --letters 4 --move 2:Trash --move 3:Trash --saved 2 $words
	echo 'trash-days = 30' >>"$P/config/signet/config"
	"$signet" sync 2>"$T/err"; is "a pass${words:+ $words}" $? 0
	is "in the Trash${words:+ $words}" "$(here Trash)" "$([ -n "$words" ] && echo 1 || echo 2)"
	e2e_end "$PEER_PID"
	is "asked for${words:+ $words}" "$(grep -c '"saved": "SAVEDATESUPPORTED SAVEDBEFORE' "$PEER_REPORT")" "$([ -n "$words" ] && echo 1 || echo 0)"
done

# --- a server without UIDPLUS and MOVE: others' marks are not expunged
e2e_stop; e2e_pids=''
rm -rf "$T/dovecot/run" "$T/dovecot/mail" "$T/dovecot/state"
mkdir -p "$T/dovecot/run" "$T/dovecot/mail" "$T/dovecot/state"
DOVECOT_CAPABILITY='IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN' e2e_start alice@one.test || { bad 'no server'; finish; }
profile plain
account
e2e_fill alice@one.test 12
sync
f=$(find "$box/cur" "$box/new" -type f | xargs grep -lx 'Subject: letter 1')
e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,T"
"$signet" erase --yes -- 'subject:"letter 2"' 2>/dev/null
sync
is 'left, marked' "$(server) $(here INBOX)" '12 11'
"$signet" move one/Archive -- 'subject:"letter 3"' 2>/dev/null
sync; sync
is 'moved: once here' "$(here INBOX) $(here Archive)" '10 1'
f=$(find "$box/cur" "$box/new" -type f -name '*:2,*T*' | xargs grep -lx 'Subject: letter 1')
[ -n "$f" ] && ok || bad "another's marked letter was expunged"
e2e_as_mail mv "$f" "${f%T*}"
sync; sync
is 'they go when no other is marked' "$(server) $(here INBOX), $(server Archive) $(here Archive)" '10 10, 1 1'
finish
