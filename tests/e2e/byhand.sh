#!/bin/sh
# Files that somebody, or another program, puts into a folder of an IMAP account:
# each goes up once with its flags, whatever its name, and nothing else changes.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile byhand
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
mail=$XDG_DATA_HOME/signet/mail/one
sync() { "$signet" sync >"$T/out" 2>"$T/err"; is "sync: $1" $? 0; }
here() { find "$mail/$1/cur" "$mail/$1/new" -type f 2>/dev/null | wc -l | tr -d ' '; }
there() { # FOLDER: subjects and flags at the server
	find "$MAIL/one.test/alice/Maildir$1" -maxdepth 2 \( -path '*/cur/*' -o -path '*/new/*' \) -type f |
		while read -r f; do
			echo "$(sed -n 's/^Subject: //p' "$f" | tr -d '\r') $(echo "${f##*:2,}" | grep -o '^[A-Z]*$')"
		done | sort
}
e2e_fill alice@one.test 5
sync first

# --- into cur with flags, into new without, with a UID of elsewhere in its name
e2e_letter a '' 'by hand a' >"$mail/INBOX/cur/1773130001.M1.elsewhere:2,FS"
e2e_letter b '' 'by hand b' >"$mail/INBOX/new/1773130002.M2.elsewhere"
e2e_letter c '' 'by hand c' >"$mail/INBOX/cur/1773130003.M3.elsewhere,U=3:2,S"
e2e_letter d '' 'by hand d' | grep -v '^Message-ID' >"$mail/Archive/cur/1773130004.M4.elsewhere:2,R"
# a copy of one that is there, beside it
cp "$(find "$mail/INBOX/cur" -name '*,U=2:*')" "$mail/INBOX/cur/1773130005.M5.elsewhere:2,"
sync 'they go up'
sync 'once more'
there '' >"$T/inbox"
is 'in the INBOX there' "$(wc -l <"$T/inbox" | tr -d ' ')" 9
is 'with their flags' "$(grep 'by hand' "$T/inbox" | tr '\n' ',')" 'by hand a FS,by hand b ,by hand c S,'
is 'one without a name in the archive' "$(there /.Archive)" 'by hand d R'
is 'the copy is one more' "$(grep '^letter' "$T/inbox" | sort | uniq -d | wc -l | tr -d ' ')" 1
is 'here' "$(here INBOX) $(here Archive)" '9 1'
is 'none stays in new' "$(find "$mail/INBOX/new" -type f | wc -l | tr -d ' ')" 0
is 'all are listed' "$("$signet" search --json 'subject:"by hand"' | wc -l | tr -d ' ')" 4
find "$mail" -path '*/cur/*' | sort >"$T/before"
sync again; sync 'and again'
find "$mail" -path '*/cur/*' | sort | cmp -s - "$T/before" && ok || bad 'a pass after changed files'
there '' | cmp -s - "$T/inbox" && ok || bad 'a pass after changed the server'

# --- a dry run shows what would go up, and changes nothing
e2e_letter n1 '' 'dry one' >"$mail/INBOX/cur/1773130008.M8.elsewhere:2,S"
e2e_letter n2 '' 'dry two' >"$mail/Archive/new/1773130009.M9.elsewhere"
find "$mail" -type f | sort >"$T/before"
"$signet" sync -n -v >"$T/out" 2>"$T/err"; is 'dry run' $? 0
is 'what would go up' "$(grep -c 'upload *1773130008.M8\|upload *1773130009.M9' "$T/out")" 2
"$signet" sync -n >"$T/out" 2>"$T/err"
is 'it is counted' "$(grep -c '1 upload\|upload 1' "$T/out")" 2
find "$mail" -type f | sort | cmp -s - "$T/before" && ok || bad 'a dry run changed files'
is 'nor does the server have it' "$(there '' | grep -c dry)" 0
rm "$mail/INBOX/cur/1773130008.M8.elsewhere:2,S" "$mail/Archive/new/1773130009.M9.elsewhere"
sync 'they are gone again'
is 'nothing went up' "$(there '' | grep -c dry)" 0

# --- their flags and moves are known from then on
"$signet" tag +flagged -- 'subject:"by hand b"' 2>/dev/null
"$signet" move one/Archive -- 'subject:"by hand a"' 2>/dev/null
sync 'changed'
is 'a flag' "$(there '' | grep -c 'by hand b F')" 1
is 'a move' "$(there /.Archive | tr '\n' ',')" 'by hand a FS,by hand d R,'
is 'here' "$(here INBOX) $(here Archive)" '8 2'

# --- while signet runs, and without a line
terminal 100x24 "$signet"
wait_screen '7 messages' 20 # the copy is the same message
e2e_letter e '' 'by hand e' >"$mail/INBOX/tmp/1773130006.M6.elsewhere"
mv "$mail/INBOX/tmp/1773130006.M6.elsewhere" "$mail/INBOX/new/"
keys '$'
wait_screen 'by hand e' 20
went_up() { there '' | grep -q 'by hand e'; }
if e2e_wait 20 went_up; then ok; else bad 'it did not go up while signet runs'; fi
# into cur of the INBOX, and of another folder; and a flag by another program
e2e_letter g '' 'by hand g' >"$mail/INBOX/tmp/1773130010.M10.elsewhere"
mv "$mail/INBOX/tmp/1773130010.M10.elsewhere" "$mail/INBOX/cur/1773130010.M10.elsewhere:2,F"
e2e_letter h '' 'by hand h' >"$mail/Archive/cur/1773130011.M11.elsewhere:2,"
name=$(grep -l 'by hand c' "$mail"/INBOX/cur/*)
mv "$name" "${name}T"
keys '$'
went_up() { there '' | grep -q 'by hand g F' && there /.Archive | grep -q 'by hand h'; }
if e2e_wait 20 went_up; then ok; else bad 'what stands in cur did not go up while signet runs'; fi
went_up() { there '' | grep -q 'by hand c ST'; }
if e2e_wait 20 went_up; then ok; else bad 'nor did a flag that another program set'; fi
wait_screen 'by hand g' 20
keys '$'
wait_screen 'letter 5' 20
is 'each once' "$(there '' | grep -c 'by hand g') $(there /.Archive | grep -c 'by hand h')" '1 1'
keys q y
wait_end 10
# a death between the file's new name and its row
for n in 1 2 3 4 5 6; do
	e2e_letter "f$n" '' "by hand f$n" >"$mail/INBOX/new/1773130007.M7$n.elsewhere"
	SIGNET_DIE_AT=$n+ "$signet" sync >"$T/out" 2>&1
done
sync 'after deaths'; sync 'and after'
is 'each once' "$(there '' | grep -c 'by hand f') $(there '' | grep 'by hand f' | sort -u | wc -l | tr -d ' ')" '6 6'
is 'and here' "$(here INBOX)" 16
finish
