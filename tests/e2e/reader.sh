#!/bin/sh
# The reader: format=flowed with delsp, folding of long quotes, Korean lines that
# end at blanks, bidi controls, invitations, cards, undeclared 8-bit text; sender
# and verdict in whole.
. "${srcdir:-.}/tests/e2e/common"
mail_profile r
export TZ=Asia/Seoul
sed -i '1i [general]\nkorean-lines = word' "$P/config/signet/config"
letter() { { printf 'From: Dan <dan@example.org>\nTo: b@example.org\nMessage-ID: <%s@x>\nDate: Tue, 14 Nov 2023 22:13:0%s +0000\nMIME-Version: 1.0\n' "$1" "$1"; cat; } >"$inbox/cur/170000000$1.M$1.b:2,S"; }
{ printf 'Subject: flowed\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\none wo \nrd\n> quoted \n> too\n'; } | letter 1
{ printf 'Subject: long quote\n\nabove\n'; i=0; while [ $i -lt 30 ]; do echo "> quoted line $i"; i=$((i + 1)); done; echo below; } | letter 2
{ printf 'Subject: words\nContent-Type: text/plain; charset=utf-8\n\n'; printf '가나다라마바사 %.0s' 1 2 3 4 5 6 7 8 9 10 11 12; echo; } | letter 3
printf 'Subject: bidi \342\200\256gnp.exe\nContent-Type: text/html; charset=utf-8\n\n<a href="http://good.example/\342\200\256x">l\342\200\256ink</a>\n' | letter 4
printf 'Subject: invite\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:별 보는 밤\nDTSTART:20231115T100000Z\nDTEND:20231115T110000Z\nLOCATION:천문대\nORGANIZER;CN=Dan:mailto:dan@example.org\nATTENDEE;CN=Bo:mailto:b@example.org\nEND:VEVENT\nEND:VCALENDAR\n' | letter 5
printf 'Subject: card\nContent-Type: text/vcard; charset=utf-8\n\nBEGIN:VCARD\nVERSION:4.0\nFN:Dan Example\nTEL:+82 2 123 4567\nEMAIL:dan@example.org\nEND:VCARD\n' | letter 6
{ printf 'Subject: '; printf '\260\241\263\252\264\331 \307\321\261\333'; printf '\n\n'; printf '\276\310\263\347\307\317\274\274\277\344. \271\335\260\251\275\300\264\317\264\331.\n'; } | letter 7
printf 'Subject: =?utf-8?B?4YSS4YWh4Yar?=\nContent-Type: text/plain; charset=utf-8\n\n\341\204\222\341\205\241\341\206\253\n' | letter 8
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
is 'NFC in the search' "$("$signet" search subject:한 | wc -l)" 1
is 'undeclared Korean in the search' "$("$signet" search 반갑습니다 | wc -l)" 1
script reader 80x24 <<X
:wait-idle
Enter
:wait-idle
:save-screen $T/8
n
:wait-idle
:save-screen $T/7
n
:wait-idle
:save-screen $T/6
n
:wait-idle
:save-screen $T/5
n
:wait-idle
:save-screen $T/4
n
:wait-idle
:save-screen $T/3
n
:wait-idle
:save-screen $T/2
z
:save-screen $T/folded
G
:save-screen $T/end
z
:save-screen $T/unfolded
n
:wait-idle
:save-screen $T/1
:quit
X
has 'flowed, delsp' "$T/1" 'one word'
has 'flowed quotes' "$T/1" '> quotedtoo'
has 'a quote' "$T/2" 'quoted line 9'
has 'folded' "$T/folded" '27 more lines'
has 'its first lines stay' "$T/folded" 'quoted line 2'
lacks 'the others go' "$T/folded" 'quoted line 9'
has 'what is below comes up' "$T/folded" 'below'
has 'the end is the end' "$T/end" 'below'
has 'and back' "$T/unfolded" 'quoted line 2'
lacks 'Korean words are whole' "$T/3" '가나다라마바사 가나다라마바사 가나다라마바사 가나다라마바사 가나다라마바사 가'
bidi=$(printf '\342\200\256')
lacks 'no direction is overridden' "$T/4" "$bidi"
has 'an invitation: what' "$T/5" '별 보는 밤'
has 'when, here' "$T/5" '19:00'
has 'where' "$T/5" '천문대'
lacks 'not its source' "$T/5" 'BEGIN:VEVENT'
has 'a card' "$T/6" '+82 2 123 4567'
lacks 'not its source' "$T/6" 'VCARD'
has 'undeclared 8-bit' "$T/7" '가나다 한글'
has 'in the text too' "$T/7" '안녕하세요. 반갑습니다.'
has 'composed' "$T/8" '한'

# --- who wrote is never cut away, on any size
mail_profile head
from='"ruth@barnacle-institute.example" <ruth.o@driftwood-mail-of-the-pier.example>'
{ printf 'From: %s\nTo: b@example.org\nSubject: favour\nMessage-ID: <f@x>\nDate: Tue, 14 Nov 2023 22:13:00 +0000\n\nthe first line\n' "$from"
	i=0; while [ $i -lt 12 ]; do echo "line $i"; i=$((i + 1)); done; } >"$inbox/cur/1700000000.M1.b:2,S"
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
for size in 80x24 40x10; do
	script "head-$size" $size <<X
:wait-idle
Enter
:wait-text Not auth
:wait-idle
:save-screen $T/head-$size
:quit
X
	has "the text at $size" "$T/head-$size" 'the first line'
done
has 'the whole address' "$T/head-80x24" '<ruth.o@driftwood-mail-of-the-pier.example>'
has 'the whole verdict' "$T/head-80x24" 'pier.example sent this'
has 'what is odd' "$T/head-80x24" 'is only a display name'
has 'and the whole of that' "$T/head-80x24" '   ruth.o@driftwood-mail-of-the-pier.example'
has 'the address before the name' "$T/head-40x10" 'ruth.o@driftwood'
terminal 40x10 "$signet"
wait_screen favour 10
keys Enter
wait_screen 'the first line' 10
keys G
wait_screen 'line 11' 10
tmux -L "$tmux_socket" resize-window -x 100 -y 40
wait_screen 'the first line' 10
keys q q y
wait_end 10
finish
