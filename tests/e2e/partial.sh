#!/bin/sh
# Letters that are partly here: headers alone, without their large parts, in
# pieces; what is not here comes when it is opened.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile partial
. "$srcdir/tests/e2e/partial"
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
:wait-idle
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
:wait-idle
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

# --- without large parts: the letter reads as it is, but for what is left out
profile parts
account 'attachments = 1 MB'
mail=$XDG_DATA_HOME/signet/mail/one state=$XDG_STATE_HOME/signet/one.db
find "$box" -type f -path '*/[cn]*/*' -exec rm {} +
letter large 2000000 >"$T/large"
letter small 20000 >"$T/small"
for name in large small; do e2e_deliver alice@one.test <"$T/$name"; done
sync; is 'sync with attachments' $? 0
f=$(grep -l '^Subject: large' -r "$mail/INBOX/cur")
is 'the small one is whole, the large one is not' "$(missing | sed 's/ .* / /')" '2 2:2736842'
below 'its file has no large part' "$(wc -c <"$f")" 3000
"$signet" show --json "$f" >"$T/here"
"$signet" show --json "$T/large" >"$T/there"
tree() {
	"$e2e_python" - "$1" <<'PY'
import json, sys
def walk(n):
    print(n.get("number"), n["ct"], n.get("filename"), n.get("disp"),
          n.get("sha256") if n.get("number") != "2" else "")
    for c in n.get("children", []):
        walk(c)
    if "message" in n:
        walk(n["message"]["tree"])
j = json.load(open(sys.argv[1]))
walk(j["tree"])
print(j["subject"], j["text"], j["defects"])
PY
}
tree "$T/here" >"$T/here.tree"
tree "$T/there" >"$T/there.tree"
is 'it has the same parts' "$(cat "$T/here.tree")" "$(cat "$T/there.tree")"
is 'the tree is one' "$(wc -l <"$T/here.tree")" 9
script parts 100x30 <<KEYS
:wait-idle
:wait-text large
/
:type subject:large
Enter
:wait-text large
Enter
:wait-text The text of large
:wait-idle
:save-screen $T/read
v
:wait-text large.png
:save-screen $T/files
Enter
:wait-text it is here now
:wait-idle
:save-screen $T/files2
q
:wait-idle
:save-screen $T/read2
:save-stalls $T/stalls
:quit
KEYS
has 'the reader names it with its size' "$T/read" 'large.png  2.0 MB (on the server)'
has 'why it is not verified' "$T/read" 'Not verified yet: some parts are not here'
has 'the list of parts says how it comes' "$T/files" '↓ on the server: s saves one, Enter fetches all'
lacks 'not any more' "$T/files2" 'Enter fetches all'
has 'it is verified then' "$T/read2" 'Not authenticated: nothing proves'
below 'the screen did not wait for it (ms)' "$(stalls "$T/stalls")" 50
is 'all is here' "$(missing | wc -l)" 0
same "$(grep -l '^Subject: large' -r "$box")" "$(grep -l '^Subject: large' -r "$mail/INBOX/cur")" &&
	ok || bad 'byte for byte'
sync; is 'a pass after does nothing' "$(count INBOX)" 2

# --- a server that does not say of which parts a letter is, or lies
peer() { # ARGUMENT...: the profile's account is on it from now on
	e2e_imapd --letters 2 "$@" || bad 'no peer'
	profile "peer$PEER_PORT"
	e2e_peer_account
	printf '%s\n' 'attachments = 1 MB' >>"$P/config/signet/config"
	mail=$XDG_DATA_HOME/signet/mail/one state=$XDG_STATE_HOME/signet/one.db
}
peer --letter "$T/large" --no 'STRUCTURE:not today'
sync; is 'BODYSTRUCTURE is refused' "$? $(count INBOX) $(missing | wc -l)" '0 3 0'
whole 'then it comes whole' large
e2e_end "$PEER_PID"
peer --letter "$T/large" --bad 'STRUCTURE:what?'
sync; is 'BODYSTRUCTURE is not known' "$? $(count INBOX) $(missing | wc -l)" '0 3 0'
whole 'then it comes whole' large
e2e_end "$PEER_PID"
peer --letter "$T/large" --lie small
sync; is 'all are said to be small' "$? $(missing | wc -l)" '0 0'
whole 'then it comes whole' large
e2e_end "$PEER_PID"
peer --letter "$T/large" --lie large
sync; is 'all are said to be large' "$? $(missing | tr -s ' ' '\n' | grep -c :)" '0 5'
e2e_end "$PEER_PID"
for odd in '((((((((' '("text" "plain" NIL NIL NIL "7bit" 9999999 1)' NIL \
	'(("image" "png" NIL NIL NIL "base64" 9999999) "mixed")' \
	'(("a" "b" NIL NIL NIL "7bit" 99999999)("a" "b" NIL NIL NIL "7bit" 9)("a" "b" NIL NIL NIL "7bit" 9)("a" "b" NIL NIL NIL "7bit" 9)("a" "b" NIL NIL NIL "7bit" 9)("a" "b" NIL NIL NIL "7bit" 9) "mixed")'; do
	peer --letter "$T/large" --structure "$odd"
	sync; is "BODYSTRUCTURE $odd" "$? $(count INBOX) $(missing | wc -l)" '0 3 0'
	whole 'then it comes whole' large
	e2e_end "$PEER_PID"
done

# --- in pieces: longer than what comes at once
letter piece 7000000 >"$T/piece"
peer --letter "$T/piece"
sed -i '/^attachments/d' "$P/config/signet/config"
sync; is 'a letter in pieces' "$? $(count INBOX)" '0 3'
whole 'it is whole' piece
e2e_end "$PEER_PID"
pieces() { sed 's/.*"pieces": \[\([0-9, ]*\)\].*/\1/' "$PEER_REPORT"; }
# each begins a little before, where it has to join
is 'more than one' "$(pieces)" '4194240, 8388480'
peer --letter "$T/piece" --no-pieces
sed -i '/^attachments/d' "$P/config/signet/config"
sync; is 'a server that ignores the bounds' "$? $(count INBOX)" '0 3'
whole 'it is whole' piece
e2e_end "$PEER_PID"
# exactly as long as a piece: whether there is more has to be asked
{ printf 'Subject: exact\n\n'; head -c $((4194304 - 18)) /dev/zero | tr '\0' x; } >"$T/exact"
for how in --no-pieces --early; do
	peer --letter "$T/exact" $how
	sed -i '/^attachments/d' "$P/config/signet/config"
	sync; is "as long as a piece $how" "$? $(count INBOX)" '0 3'
	whole 'it is whole' exact
	e2e_end "$PEER_PID"
done
# the line is lost in the first piece, in the second, in the third
for at in 2000000 5000000 9000000; do
	peer --letter "$T/piece" --drop-at $at
	sed -i '/^attachments/d' "$P/config/signet/config"
	sync; is "the line is lost at $at" "$? $(count INBOX)" '0 3'
	whole 'it is whole' piece
	e2e_end "$PEER_PID"
	is 'nothing stays in tmp' "$(find "$mail/INBOX/tmp" -type f | wc -l)" 0
	last=$(pieces | sed 's/.*, //')
	case $at in
	9*) [ "$last" -ge 8388480 ] && ok || bad "it was gone on with at $last" ;;
	esac
done

# --- a folder goes at the server: a part of a letter is not brought there as one
profile goes
. "$srcdir/tests/e2e/partial"
account 'keep = headers'
e2e_letter odd '' 'odd one' | e2e_deliver alice@one.test Old
sync; is 'in another folder' "$(count Old)" 1
e2e_as_mail rm -r "$box/.Old"
sync
"$signet" move one/Archive -- subject:'"odd one"' 2>/dev/null
there=$(e2e_count alice@one.test Archive)
sync; has 'what is here is no letter' "$T/err" 'not all of it is here'
is 'it stays here alone' "$(count Archive) $(($(e2e_count alice@one.test Archive) - there))" "$((there + 1)) 0"
sync; is 'a pass after says nothing' "$? $(wc -c <"$T/err")" '0 0'
sync --whole 'subject:"odd one"'
is 'it does not come' $? 66
has 'and it is said why' "$T/err" 'no longer on the server. What is here of it stays'

# --- opening jumps the queue of a long pass; the last one first; q does not wait
sed 's/2026 09:00/2026 23:00/' "$T/piece" >"$T/newest" # the first of the list
mv "$T/newest" "$T/piece"
e2e_imapd --letters 400 --size 3000 --letter "$T/piece" || bad 'no peer'
profile jump
e2e_peer_account
. "$srcdir/tests/e2e/partial"
echo 'keep = headers' >>"$P/config/signet/config"
sync; is 'all headers' "$(missing | wc -l)" 401
e2e_end "$PEER_PID"
# the same letters, but the server is slow now
e2e_imapd --letters 400 --size 3000 --letter "$T/piece" --stall FETCH:1 \
	--stall PIECE:3 --always || bad 'no peer'
sed -i "s/^receive.*/receive = imap:\/\/you@localhost:$PEER_PORT/" "$P/config/signet/config"
script jump 100x30 <<KEYS
:wait-text piece
Enter
:wait-text of 9 MB
:save-screen $T/coming
q
j Enter
:wait-text This is line 1 of
:save-screen $T/other
q
k Enter
:wait-text The text of piece
:save-screen $T/piece.txt
:save-stalls $T/stalls
:quit
KEYS
has 'how far it has come' "$T/coming" 'this letter: 4 of 9 MB'
has 'another one comes between its pieces' "$T/other" 'letter 400'
below 'no key waited (ms)' "$(stalls "$T/stalls")" 50
whole 'it is whole' piece
is 'the rest stayed there' "$(missing | wc -l)" 399
e2e_end "$PEER_PID"
is 'no piece came twice' "$(pieces)" '4194240, 8388480'

# --- and of a first pass that is under way
e2e_imapd --letters 600 --size 900 --stall FETCH:2 --always || bad 'no peer'
profile amid
e2e_peer_account
. "$srcdir/tests/e2e/partial"
echo 'keep = headers' >>"$P/config/signet/config"
script amid 100x30 <<KEYS
:wait-text letter 600
Enter
:wait-text This is line 1 of
:save-screen $T/amid.txt
:quit
KEYS
has 'it is read' "$T/amid.txt" 'letter 600'
below 'before the pass had come to its end (letters)' "$(count INBOX)" 600
e2e_end "$PEER_PID"
finish
