#!/bin/sh
# What the screen says can be read in whole and is true: questions with their
# answers on the smallest screen, help, errors of a search, empty places, and
# nothing that stays after its reason has gone.
. "${srcdir:-.}/tests/e2e/common"
mail_profile s
printf 'From: Dan <dan@example.org>\nTo: b@example.org\nSubject: one\nMessage-ID: <1@x>\nDate: Tue, 14 Nov 2023 22:13:00 +0000\n\nx\n' \
	>"$inbox/cur/1700000001.M1.b:2,S"
printf '#!/bin/sh\necho "a line of the letter" >>"$1"\n' >"$T/editor"
chmod +x "$T/editor"
export EDITOR="$T/editor"
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
script small 40x10 <<X
:wait-idle
m
:wait-text a line of the letter
:wait-idle
:save-screen $T/compose
q
:save-screen $T/close
k
:wait-idle
g d
:wait-idle
:save-screen $T/drafts
x
:save-screen $T/drop
y
:wait-text No draft is kept here
:save-screen $T/none
:quit
X
has 'the text of a draft' "$T/compose" 'a line of the letter'
for w in 'k keep' 'd throw it' 'Esc go on writing'; do
	has 'the answers' "$T/close" "$w"
done
has 'a draft' "$T/drafts" 'Drafts 1'
has 'is thrown away' "$T/drop" 'Throw this draft away?'
has 'from the list of them' "$T/none" 'Drafts 0'
script frame 80x24 <<X
:wait-idle
:save-screen $T/count
: f o
:save-screen $T/could
Esc
:save-screen $T/stale
/
:type verdict:nosuch
Enter
:wait-text is unknown
:wait-idle
:save-screen $T/query
/
:type nothinglikethis
Enter
:wait-text Nothing was found
:wait-idle
:save-screen $T/found
q
:wait-idle
?
:save-screen $T/help
q
Left d
:save-screen $T/delete
r
:save-screen $T/rename
Left
g o
:wait-idle
m
:wait-text a line of the letter
:save-screen $T/new
:quit
X
has 'one message' "$T/count" '1 message, 0 unread'
has 'what can be typed' "$T/could" 'folders (to the folders)'
lacks 'is gone with the line' "$T/stale" 'to the folders'
has 'a wrong search in whole' "$T/query" 'other-signer none failed cannot-tell'
lacks 'and not as an empty place' "$T/query" 'Nothing here'
has 'a search without result' "$T/found" 'q  goes back'
has 'keys of this place come first' "$T/help" ':empty-trash'
is 'help in whole' "$(grep -A1 ':empty-trash' "$T/help" | tail -1 | tr -d ' ')" 'ever'
has 'what cannot be is not asked' "$T/delete" 'the folder INBOX is needed and stays'
lacks 'no question' "$T/delete" 'y yes'
has 'nor its name' "$T/rename" 'the folder INBOX keeps its name'
has 'a new one where none waits' "$T/new" 'a line of the letter'

# --- the open folder is seen beside the list, and clicked on where it is seen
mail_profile many
i=10
while [ $i -lt 40 ]; do
	mkdir -p "$inbox/../F$i/cur" "$inbox/../F$i/new" "$inbox/../F$i/tmp"
	i=$((i + 1))
done
"$signet" sync >/dev/null 2>&1
terminal 100x24 "$signet"
wait_screen b/INBOX 10
wait_screen F11 10
keys c; wait_screen 'Go to folder' 3; keys F39 Enter
wait_screen b/F39 5
wait_screen '▸ F39' 3
keys -l "$(printf "\033[M %%3\033[M#%%3")" # a click on the third from below
wait_screen b/F37 5
keys q y
wait_end 10

# --- the first form, where there is no room, and beside it
profile first
script form 40x10 <<X
:type carol
Enter
:type Carol C
Up
:type @here.example
:save-screen $T/form
F1
:save-screen $T/key
Esc
:save-screen $T/empty
:quit
X
has 'both fields are seen' "$T/form" 'carol@here.example'
has 'Up is the field before' "$T/form" 'Carol C'
lacks 'no key of another place' "$T/key" 'Keys of this place'
has 'without an account' "$T/empty" ':account  adds an account'
lacks 'nothing is waited for' "$T/empty" 'reading'
finish
