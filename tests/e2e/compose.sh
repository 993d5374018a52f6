#!/bin/sh
# A letter typed as quickly as keys go: each field counts when it is typed, and
# the letter goes when what is odd about it is known, not what was.
. "${srcdir:-.}/tests/e2e/common"
profile compose
{
	printf '[general]\nundo-send = 0s\n\n[dns]\nzone = zone.json\n\n'
	local_account a
	local_account b
} >"$P/config/signet/config"
echo '{}' >"$P/config/signet/zone.json"
printf '#!/bin/sh\nprintf "words\\n" >>"$1"\n' >"$T/editor"
chmod +x "$T/editor"
got=$XDG_DATA_HOME/signet/mail/b/INBOX/cur
for i in 1 2 3 4 5 6; do
	printf 'm\n:wait-text words\n:type tb@here.example\nEnter\n:type sletter %d\nEnter\ny\n:wait-text sent: letter %d\n' $i $i
done >"$T/keys"
{ echo ':wait-idle'; cat "$T/keys"; echo ':save-screen '"$T/after"; echo ':quit'; } |
	script ahead 80x24 "EDITOR=$T/editor $signet"
is 'each went' "$(find "$got" -type f 2>/dev/null | wc -l)" 6
is 'with its subject' "$(cat "$got"/* 2>/dev/null | grep -c '^Subject: letter [1-6]')" 6
lacks 'nothing was odd' "$T/after" 'Something is odd'

# --- nobody, then somebody: what is said is of the draft as it stands
script nobody 80x24 "EDITOR=$T/editor $signet" <<KEYS
:wait-idle
m
:wait-text words
y
:wait-idle
:save-screen $T/nobody
:type tb@here.example
Enter
y
:wait-idle
:save-screen $T/odd
n
:type sletter 7
Enter
y
:wait-text sent: letter 7
:quit
KEYS
has 'nobody' "$T/nobody" 'nobody would get it'
has 'it asks' "$T/odd" 'Something is odd'
has 'since the subject is missing' "$T/odd" 'the subject is empty'
is 'then it goes' "$(find "$got" -type f | wc -l)" 7
finish
