#!/bin/sh
# signet import: mbox, Maildir and Thunderbird's folders, each letter once.
. "${srcdir:-.}/tests/e2e/common"
mail_profile import
letter() { printf 'From: pat@friends.example\nSubject: %s\nMessage-ID: <%s@x>\n%s\nhello %s\n' "$1" "$1" "${2:-}" "$1"; }
files() { find "$XDG_DATA_HOME/signet/mail/b" -path "*/$1/cur/*" -type f | wc -l | tr -d ' '; }
{
	echo 'From pat@friends.example Tue Mar 10 09:00:00 2026'
	letter one 'Status: RO
X-Status: AF
'
	printf '>From the sea\n>>From quoted\n\n'
	echo 'From pat@friends.example Tue Mar 10 09:00:00 2026'
	letter two
} >"$T/Old mail"
"$signet" import --account b "$T/Old mail" 2>"$T/err"; is 'mbox' $? 0
has 'mbox' "$T/err" '2 letters came, 0 were there'
is 'mbox: files' "$(files 'Old mail')" 2
one=$(find "$XDG_DATA_HOME/signet/mail/b/Old mail/cur" -name '*:2,FRS')
has 'flags, and one > less' "${one:-/dev/null}" 'From the sea'
is 'quoting' "$(grep -c '^From the sea\|^>From quoted' "$one")" 2
lacks 'no status field' "$one" 'Status:'
is 'it is listed' "$("$signet" search --json 'folder:"b/Old mail"' | wc -l | tr -d ' ')" 2
"$signet" import --account b "$T/Old mail" 2>"$T/err"; is 'again' $? 0
has 'again: nothing doubled' "$T/err" '0 letters came, 2 were there'

# a profile of Thunderbird: nesting, status, what was deleted in it
mkdir -p "$T/tb/Mail/pop.example/Work.sbd"
{
	echo 'From - Tue Mar 10 09:00:00 2026'
	letter three 'X-Mozilla-Status: 0005
X-Mozilla-Status2: 00000000
'
	echo
	echo 'From - Tue Mar 10 09:00:00 2026'
	letter gone 'X-Mozilla-Status: 0009
'
} >"$T/tb/Mail/pop.example/Inbox"
{ echo 'From - Tue Mar 10 09:00:00 2026'; letter four; } >"$T/tb/Mail/pop.example/Work.sbd/Deep"
echo x >"$T/tb/Mail/pop.example/Inbox.msf"
"$signet" import "$T/tb/Mail" 2>"$T/err"; is 'thunderbird' $? 0
has 'thunderbird' "$T/err" '2 letters came'
is 'its inbox' "$(files INBOX)" 1
is 'its flags' "$(find "$XDG_DATA_HOME/signet/mail/b/INBOX/cur" -name '*:2,FS' | wc -l | tr -d ' ')" 1
is 'its nesting' "$(files Work/Deep)" 1

# a Maildir++
mkdir -p "$T/md/cur" "$T/md/new" "$T/md/tmp" "$T/md/.A.B/cur" "$T/md/.A.B/new" "$T/md/.A.B/tmp"
letter five >"$T/md/new/5"
letter six >"$T/md/.A.B/cur/6:2,S"
"$signet" import "$T/md" 2>"$T/err"; is 'maildir' $? 0
is 'a Maildir and its folder' "$(files INBOX) $(files A/B)" '2 1'
"$signet" import "$T/none" 2>/dev/null; is 'no such path' $? 66
"$signet" import 2>/dev/null; is 'usage' $? 2
"$signet" import --account z "$T/md" 2>/dev/null; is 'no such account' $? 66
finish
