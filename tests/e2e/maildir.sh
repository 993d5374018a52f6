#!/bin/sh
# A Maildir that another program keeps (mbsync's layout, and a Maildir++), used
# where it stands: its names and its own files stay as they are.
. "${srcdir:-.}/tests/e2e/common"
profile maildir
echo '{}' >"$T/zone.json"
account() {
	printf '[dns]\nzone = %s\n[account "m"]\naddress = m@here.example\nreceive = maildir:%s\nsend = local:\n' \
		"$T/zone.json" "$1" >"$P/config/signet/config"
}
put() { # FOLDER NAME SUBJECT
	mkdir -p "$1/cur" "$1/new" "$1/tmp"
	printf 'From: p@friends.example\nSubject: %s\nMessage-ID: <%s@x>\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n\nbody\n' \
		"$3" "$3" >"$1/cur/$2"
}
count() { "$signet" search --json --limit 100 "$@" | wc -l; }
mail=$XDG_DATA_HOME/signet/mail

# --- a directory a folder, as mbsync's "SubFolders Verbatim"
M=$T/Mail
put "$M/INBOX" '1773130001.1_1.host,U=7:2,S' one
put "$M/INBOX" '1773130002.1_2.host,U=8:2,' two
put "$M/Work/Done" '1773130003.1_3.host,U=1:2,FS' three
printf 'FarUidValidity 1\nNearUidValidity 1\n\n7 7 S\n8 8\n' >"$M/INBOX/.mbsyncstate"
printf '1773130000\n8\n' >"$M/INBOX/.uidvalidity"
kept=$(cat "$M/INBOX/.mbsyncstate" "$M/INBOX/.uidvalidity" | cksum)
account "$M"
"$signet" sync 2>"$T/err"; is 'sync' $? 0
is 'its letters are found' "$(count folder:m/INBOX) $(count folder:m/Work/Done and tag:flagged)" '2 1'
is 'nothing was renamed' "$(ls "$M/INBOX/cur" | tr '\n' ' ')" '1773130001.1_1.host,U=7:2,S 1773130002.1_2.host,U=8:2, '
"$signet" tag -unread +flagged -- subject:two 2>/dev/null
is 'a flag is a letter of the name, the UID stays' "$(ls "$M/INBOX/cur" | tail -n 1)" '1773130002.1_2.host,U=8:2,FS'
"$signet" move m/Work/Done -- subject:one 2>/dev/null
is 'moved: no UID of another folder' "$(ls "$M/Work/Done/cur" | grep -c ',U=7')" 0
is 'it is there' "$(ls "$M/Work/Done/cur" | wc -l)" 2
is 'its own files stay' "$(cat "$M/INBOX/.mbsyncstate" "$M/INBOX/.uidvalidity" | cksum)" "$kept"
# the other program goes on: a flag, a new letter, one that is gone
mv "$M/INBOX/cur/1773130002.1_2.host,U=8:2,FS" "$M/INBOX/cur/1773130002.1_2.host,U=8:2,RS"
put "$M/INBOX" '1773130009.1_9.host,U=9:2,' nine
rm "$M/Work/Done/cur/1773130003.1_3.host,U=1:2,FS"
"$signet" sync 2>/dev/null
is 'what it did' "$(count folder:m/INBOX and tag:replied) $(count subject:nine) $(count subject:three)" '1 1 0'
"$signet" erase --yes -- subject:nine 2>/dev/null
is 'deleted for ever' "$(ls "$M/INBOX/cur" | wc -l)" 1

# --- letters of the account in both places are not mixed
rm "$mail/m"; put "$mail/m/INBOX" '1773130004.1_4.host:2,' four
"$signet" sync 2>"$T/err"
has 'it is said' "$T/err" 'has 1 letters of the account m: move them to'
is 'and nothing is lost' "$(ls "$mail/m/INBOX/cur" | wc -l) $(ls "$M/INBOX/cur" | wc -l)" '1 1'
rm -r "$mail"

# --- a Maildir++: dots in front, names in modified UTF-7
D=$T/Maildir
put "$D" '1773130005.1_5.host:2,S' five
put "$D/.Lists.dev" '1773130006.1_6.host:2,' six
put "$D/.&vPSwKc08-" '1773130007.1_7.host:2,' seven
account "$D"
"$signet" sync 2>"$T/err"; is 'sync' $? 0
is 'the INBOX and its folders' "$(count folder:m/INBOX) $(count folder:m/Lists/dev) $(ls "$mail/m" | tr '\n' ' ')" "1 1 INBOX Lists $(python3 -c 'import base64; print(base64.b64decode("vPSwKc08").decode("utf-16-be"))') "
"$signet" list m/Lists/dev >"$T/out" 2>&1; has 'a folder' "$T/out" 'six'
is 'all three are there' "$(count '*')" 3
"$signet" tag +flagged -- subject:six 2>/dev/null
is 'in its place' "$(ls "$D/.Lists.dev/cur")" '1773130006.1_6.host:2,F'
"$signet" sync 2>/dev/null; is 'a pass after' "$? $(count '*')" '0 3'
finish
