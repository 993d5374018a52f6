#!/bin/sh
# Keywords of a real Dovecot and tags, both ways; and what the real notmuch does
# to the index beside: it is noticed and goes to the files and to the server.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
command -v notmuch >/dev/null || { skip 'no notmuch'; finish; }
e2e_servers alice@one.test
profile tags
account() {
	{
		printf '[dns]\nzone = %s\n' "$T/zone.json"
		e2e_account one alice@one.test
		printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
account 'keywords = $label1:work reading'
mail=$XDG_DATA_HOME/signet/mail
box=$MAIL/one.test/alice/Maildir
sync() { "$signet" sync "$@" 2>"$T/err"; }
count() { "$signet" search --json --limit 1000 "$@" | wc -l; }
# as others use it: a configuration of its own on the same index
export NOTMUCH_CONFIG=$T/notmuch-config
printf '[database]\npath=%s\n[new]\ntags=unread;inbox\n[maildir]\nsynchronize_flags=true\n' "$mail" >"$NOTMUCH_CONFIG"
outside() { notmuch "$@" 2>"$T/notmuch.err" || { bad "notmuch $*"; cat "$T/notmuch.err"; }; }
# imap COMMAND...: lines said to the server, in the INBOX
imap() {
	python3 - "$IMAPS_PORT" "$CA" "$@" <<'PY'
import imaplib, ssl, sys
c = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]), ssl_context=ssl.create_default_context(cafile=sys.argv[2]))
c.login("alice@one.test", "pw-alice")
c.select("INBOX")
for a in sys.argv[3:]:
    what, uid, *rest = a.split()
    if what == "flags":
        f = imaplib.ParseFlags(c.uid("FETCH", uid, "(FLAGS)")[1][0])
        print(" ".join(sorted(x.decode() for x in f if x != b"\\Recent")))
    else:
        c.uid("STORE", uid, what, "(%s)" % " ".join(rest))
c.logout()
PY
}

# --- both ways
e2e_fill alice@one.test 20
imap '+FLAGS 1 $label1 $Junk other' '+FLAGS 2 reading'
sync; is 'sync' $? 0
is 'a keyword is a tag' "$(count tag:work and 'subject:"letter 1"')" 1
is 'one of its own name' "$(count tag:reading)" 1
is 'a common one' "$(count tag:junk)" 1
is 'one that is not named is none' "$(count tag:other)" 0
"$signet" tag +work +phishing -- 'subject:"letter 3"' 2>/dev/null
"$signet" tag -work +reading -- 'subject:"letter 1"' 2>/dev/null
sync
is 'tags go up' "$(imap 'flags 3')" '$Phishing $label1'
is 'and what is taken off; others stay' "$(imap 'flags 1')" '$Junk other reading'
imap '-FLAGS 3 $label1' '+FLAGS 3 $NotJunk'
sync
is 'changes of the server' "$(count tag:work), $(count tag:notjunk)" '0, 1'
"$signet" move one/Archive -- 'subject:"letter 3"' 2>/dev/null
sync; sync
is 'a moved letter keeps them' "$(count tag:phishing and tag:notjunk and folder:one/Archive)" 1
before=$(find "$mail" -path "$mail/.notmuch" -prune -o -type f -print | sort | cksum)
sync
is 'a pass after does nothing' "$(find "$mail" -path "$mail/.notmuch" -prune -o -type f -print | sort | cksum)" "$before"

# --- another program, signet not running
outside tag +flagged -unread +work -- 'subject:"letter 5"'
sync
is 'tagged outside: on the server' "$(imap 'flags 5')" '$label1 \Flagged \Seen'
outside config set maildir.synchronize_flags false
outside tag +replied +private -- 'subject:"letter 6"'
sync
is 'and where it leaves names alone' "$(imap 'flags 6')" '\Answered'
is 'a tag that means nothing to the server stays' "$(count tag:private)" 1

# --- signet running: within 10 s
terminal 100x30 "$signet"
wait_screen 'one ✓' 20
outside tag +flagged -- 'subject:"letter 7"'
outside tag -unread +reading -- 'subject:"letter 8"'
on_server() { [ "$(imap 'flags 7'; imap 'flags 8')" = "$(printf '%s\n' '\Flagged' '\Seen reading')" ]; }
e2e_wait 15 on_server && ok || bad "seen by a running signet: $(imap 'flags 7' 'flags 8')"
wait_screen '⚑' 5
outside config set maildir.synchronize_flags true
outside tag +flagged -- 'subject:"letter 9"'
on_server() { [ "$(imap 'flags 9')" = '\Flagged' ]; }
e2e_wait 15 on_server && ok || bad 'with its own change of the name'
# what the server changes meanwhile is not taken back
imap '+FLAGS 10 \Flagged $label1'
e2e_letter new '' 'brand new' | e2e_deliver alice@one.test
outside new
wait_screen 'brand new' 10
here() { [ "$(count 'subject:"letter 10" and tag:flagged and tag:work')" = 1 ]; }
e2e_wait 15 here && ok || bad 'the change of the server did not come'
outside new
sleep 1
keys q y
wait_end 10
sync
is 'notmuch new beside: all are here once' "$(count folder:one/INBOX) $(find "$mail/one/INBOX/cur" -type f | wc -l)" '20 20'
is 'none without a verdict' "$(count 'not property:auth.verdict=none and not property:auth.verdict=verified and not verdict:pending')" 0
is 'nothing was taken back there' "$(imap 'flags 10')" '$label1 \Flagged'

# --- a letter that only "notmuch new" has added is one of ours
e2e_letter late '' 'late one' | e2e_deliver alice@one.test
f=$mail/one/INBOX/cur/1773130999.M1P1.elsewhere:2,F
e2e_letter elsewhere '' 'put here by hand' >"$f"
outside new
sync
is 'verified and listed' "$(count 'subject:"put here by hand" and (property:auth.verdict=none or verdict:pending)')" 1

# --- a keyword that is named later: letters that have it, on both sides
outside tag +later -- 'subject:"letter 11"'
imap '+FLAGS 12 later'
sync
is 'it is no keyword yet' "$(count tag:later) $(imap 'flags 11')" '1 '
account 'keywords = $label1:work reading later'
sync; sync
is 'from the server' "$(count tag:later)" 2
is 'and to it' "$(imap 'flags 11')" 'later'

# --- wrong ones are said
account 'keywords = bad(word:x $a:unread'
"$signet" config check >"$T/out"; is 'config check' $? 78
has 'no atom' "$T/out" "'bad(word:x' is not KEYWORD:TAG"
has 'a tag that is taken' "$T/out" "the tag 'unread' has a meaning already"
finish
