#!/bin/sh
# What servers can and cannot: whatever it is, the same mail is here.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
DOVECOT_PLUGINS='zlib imap_zlib quota imap_quota'
export DOVECOT_PLUGINS
e2e_servers alice@one.test
log=state/signet/log

# mail: what is here, a line a letter: folder, flags, content
mail() {
	(cd "$XDG_DATA_HOME/signet/mail" &&
		find one -path '*/cur/*' -type f -exec md5sum {} + |
		sed -n 's|^\([0-9a-f]*\)  one/\(.*\)/cur/[^/]*:2,\([A-Z]*\)$|\2 \3 \1|p' | sort)
}
sync() { "$signet" sync >"$T/out" 2>"$T/err"; is "sync: $1" $? 0; }
# said COMMAND: how often the peer of the last run has heard it
said() { grep -o "\"$1\"" "$PEER_REPORT" | wc -l; }

# --- COMPRESS: where much comes, and not before
e2e_peer_profile --letters 300
sync 'compressed'
is 'all letters came' "$(mail | wc -l)" 300
mail >"$T/plain"
e2e_end "$PEER_PID"
is 'compression was asked for once' "$(said COMPRESS)" 1
deflated=$(sed 's/.*"deflated": \([0-9]*\).*/\1/' "$PEER_REPORT")
echo "250 letters in $deflated bytes"
below 'bytes of 250 letters, compressed' "$deflated" 60000
e2e_peer_profile --letters 3
sync 'few'
e2e_end "$PEER_PID"
is 'for three letters it was not' "$(said COMPRESS)" 0
e2e_peer_profile --letters 300 --lie deflate
"$signet" sync >"$T/out" 2>"$T/err"
has 'the lie is said' "$P/$log" 'what it has compressed is broken'
mail >"$T/now"
is 'all the same, without compression' "$(cmp "$T/now" "$T/plain" && echo same)" same
e2e_end "$PEER_PID"
is 'it was not tried a second time' "$(said COMPRESS)" 1

profile dovecot
{
	printf '[dns]\nzone = %s\n\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
e2e_fill alice@one.test 300
sync 'Dovecot, compressed'
is 'all letters of Dovecot came' "$(mail | wc -l)" 300
has 'Dovecot compresses' "$P/$log" 'compressed from now on'
sync 'Dovecot again'
is 'nothing is doubled' "$(mail | wc -l)" 300

# --- NOTIFY: what comes into a mailbox that is not open. Dovecot tells of what it
# delivers itself.
append() {	# FOLDER SUBJECT: by another session
	python3 - "$IMAPS_PORT" "$@" <<'PY'
import imaplib, ssl, sys
m = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]),
                      ssl_context=ssl._create_unverified_context())
m.login("alice@one.test", "pw-alice")
print(*m.append(sys.argv[2], None, None, ("From: Pat <pat@friends.example>\r\n"
    "Subject: %s\r\n\r\nhi\r\n" % sys.argv[3]).encode()))
PY
}
terminal 100x24 "$signet"
wait_screen ' 300 messages' 20
sleep 1
in_archive() { [ "$(mail | grep -c '^Archive ')" = "$1" ]; }
for n in 1 2 3; do
	start=$(date +%s%N)
	append Archive "archived $n" >"$T/append"
	if e2e_wait 15 in_archive $n; then ok; else bad "letter $n did not come: $(cat "$T/append")"; fi
	ms=$((($(date +%s%N) - start) / 1000000))
	echo "in a mailbox that is not open after $ms ms"
	below 'a letter elsewhere comes after (ms)' $ms 5000
done
keys q y
wait_end 10

# --- who we are, where the mailboxes begin, how full they are
e2e_peer_profile --letters 3 --prefix INBOX. --delimiter . --quota 930:1000
sync 'below INBOX.'
has 'a full server is told of' "$T/err" "93 % of the space at 'localhost' is used"
(cd "$XDG_DATA_HOME/signet/mail" && find one -name cur | sort) >"$T/folders"
is 'plain names' "$(tr '\n' ' ' <"$T/folders")" \
	'one/Archive/cur one/Drafts/cur one/INBOX/cur one/Sent/cur one/Trash/cur one/정체핔/cur '
"$signet" move 'one/새 폴더/안' -- 'subject:"letter 2"' 2>/dev/null
sync 'a new folder'
e2e_end "$PEER_PID"
has 'made below INBOX. with its delimiter' "$PEER_REPORT" '"INBOX.&wMg- &0,SzVA-.&xUg-": [[1,'
has 'it says who it is' "$PEER_REPORT" '\"name\" \"signet\"'
e2e_peer_profile --letters 3 --quota 10:1000
sync 'room enough'
lacks 'nothing is said' "$T/err" 'space'
e2e_end "$PEER_PID"
e2e_peer_profile --letters 3 --quota 990:1000
terminal 100x24 "$signet"
wait_screen '99 % full' 10
keys q y
wait_end 10
e2e_end "$PEER_PID"

# --- a letter that changed place there is known by its name, and not fetched again
bodies() { sed 's/.*"bodies": \([0-9]*\).*/\1/' "$PEER_REPORT"; }
e2e_peer_profile --letters 10 --with OBJECTID
sync 'named letters'
e2e_end "$PEER_PID"
is 'each was fetched' "$(bodies)" 10
"$signet" tag +work -- 'subject:"letter 3"' 2>/dev/null
mail | sed 's/^[A-Za-z]* //' | sort >"$T/before"
old=$PEER_PORT
e2e_imapd --letters 10 --with OBJECTID --move 3:Archive --move 4:Archive --gone 5
sed "s/:$old$/:$PEER_PORT/" "$P/config/signet/config" >"$T/config"
cat "$T/config" >"$P/config/signet/config"
sync 'they were moved there'
is 'the INBOX has less' "$(mail | grep -c '^INBOX ')" 7
is 'the Archive has them' "$(mail | grep -c '^Archive ')" 2
is 'and nobody else' "$(mail | wc -l)" 9
mail | sed 's/^[A-Za-z]* //' | sort | comm -13 "$T/before" - >"$T/new"
is 'they are the same letters' "$(wc -l <"$T/new")" 0
is 'a tag of ours went with it' "$("$signet" search --json tag:work folder:one/Archive | wc -l)" 1
sync 'again'
is 'nothing more happened' "$(mail | wc -l)" 9
e2e_end "$PEER_PID"
is 'none was fetched again' "$(bodies)" 0
has 'it was said' "$P/$log" 'Archive: 2 letters were here already'

# without such names they are fetched; the end is the same
e2e_peer_profile --letters 10
sync 'letters without names'
e2e_end "$PEER_PID"
old=$PEER_PORT
e2e_imapd --letters 10 --move 3:Archive --move 4:Archive --gone 5
sed "s/:$old$/:$PEER_PORT/" "$P/config/signet/config" >"$T/config"
cat "$T/config" >"$P/config/signet/config"
sync 'they were moved there'
is 'all as with names' "$(mail | grep -c '^Archive ') $(mail | wc -l)" '2 9'
e2e_end "$PEER_PID"
is 'they were fetched again' "$(bodies)" 2

# --- Gmail has each letter once more in All Mail
e2e_peer_profile --letters 12 --with X-GM-EXT-1 --all-mail
sync 'as Gmail'
is 'twice in the folders' "$(mail | wc -l)" 24
is 'once in a list' "$("$signet" search --json '*' | wc -l)" 12
e2e_end "$PEER_PID"
is 'fetched once' "$(bodies)" 12
# one that says it has names and refuses them
e2e_peer_profile --letters 3 --with OBJECTID --all-mail --no 'FETCH-FLAGS-EMAILID:what?'
sync 'names refused'
is 'all are here' "$(mail | wc -l)" 6
e2e_end "$PEER_PID"
finish
