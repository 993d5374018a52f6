#!/bin/sh
# The index: letters that make the library's parser slow do not stop the others,
# and are found; a letter in a Maildir is listed whatever its header lacks; the
# library's own tools still work on it.
. "${srcdir:-.}/tests/e2e/common"
mail_profile p
# letter N FILTER: its header from standard input
letter() { { cat; printf 'Message-ID: <%s@x>\n\nneedle%s\n' "$1" "$1"; } >"$inbox/cur/170000000$1.M$1.b:2,S"; }
awk 'BEGIN { printf "From: a"; for (i = 1; i < 40000; i++) printf ", a"; print "" }' | letter 1
awk 'BEGIN { printf "From: a@x\nSubject: "; for (i = 0; i < 40000; i++) printf "=?utf-8?Q?a"; print "" }' | letter 2
awk 'BEGIN { printf "From: a@x\nSubject: deep\nTo: "; for (i = 0; i < 60000; i++) printf "("; print "" }' | letter 3
printf 'From: a@x\nSubject: ordinary\n' | letter 4
printf 'Received: by x\nDate: Tue, 14 Nov 2023 22:13:20 +0900\n' | letter 5
printf 'Subject: no id\n\nneedle6\n' >"$inbox/cur/1700000006.M6.b:2,S"
awk 'BEGIN { print "From: a@x\nSubject: nested\nContent-Type: multipart/mixed; boundary=b0"
	for (i = 0; i < 2000; i++) printf "\n--b%d\nContent-Type: multipart/mixed; boundary=b%d\n", i, i + 1 }' >"$inbox/cur/1700000007.M7.b:2,S"
start=$(date +%s%N)
"$signet" sync >"$T/out" 2>&1; is 'sync' $? 0
ms=$((($(date +%s%N) - start) / 1000000))
below 'none of them takes seconds' "$ms" 5000
for i in 1 2 3 4 5 6; do
	is "letter $i is found by its text" "$("$signet" search needle$i | wc -l)" 1
done
is 'all are listed' "$("$signet" list b/INBOX | wc -l)" 7
is 'the subject of one is found' "$("$signet" search subject:ordinary | wc -l)" 1

# --- a change of flags keeps its tags, with no Message-ID too
"$signet" tag +keepme -- needle6 >/dev/null 2>&1
mv "$inbox/cur/1700000006.M6.b:2,S" "$inbox/cur/1700000006.M6.b:2,FS"
"$signet" sync >/dev/null 2>&1
is 'tags survive' "$("$signet" search tag:keepme and tag:flagged | wc -l)" 1
is 'no copy stays' "$(find "$XDG_DATA_HOME/signet/mail/.notmuch/signet" -type f ! -name config | wc -l)" 0

# --- the library's own tools
if command -v notmuch >/dev/null; then
	printf '[database]\npath=%s\n[user]\nname=b\nprimary_email=b@example.org\n' \
		"$XDG_DATA_HOME/signet/mail" >"$P/notmuch"
	export NOTMUCH_CONFIG="$P/notmuch"
	is 'notmuch names the letters themselves' \
		"$(notmuch search --output=files subject:ordinary)" "$inbox/cur/1700000004.M4.b:2,S"
	is 'notmuch new finds nothing to do' "$(notmuch new 2>&1 | tail -n 1)" 'No new mail.'
	notmuch tag +outside subject:ordinary
	is 'and tags' "$("$signet" search tag:outside | wc -l)" 1
else skip 'no notmuch'; fi
finish
