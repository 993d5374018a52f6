#!/bin/sh
# The parts of a letter: the tree, each part shown, saved, opened by the mailcap
# and piped; what a letter says never becomes a command, and no file is ever
# written over or out of the folder that was named.
. "${srcdir:-.}/tests/e2e/common"
mail_profile p
mkdir -p "$P/Downloads" "$P/bin"
cat >"$inbox/cur/1700000001.M1.b:2,S" <<'X'
From: Carol <carol@example.org>
To: b@example.org
Subject: parts
Message-ID: <parts@example>
Date: Tue, 14 Nov 2023 22:13:20 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain

the plain text
--a
Content-Type: text/html

<p>the <b>marked</b> text
--a--
--m
Content-Type: image/png; name="x';touch PWNED;'.png"
Content-Disposition: attachment; filename="../../$(touch PWNED).png"

a picture
--m
Content-Type: text/x-note; charset="utf-8$(touch PWNED)"
Content-Disposition: attachment; filename="note.txt"

a note
--m
Content-Type: application/x-thing
Content-Disposition: attachment; filename="a thing"

a thing
--m
Content-Type: application/octet-stream
Content-Disposition: attachment; filename="run me.desktop"

[Desktop Entry]
--m
Content-Type: message/rfc822

From: Dave <dave@example.org>
Subject: inside
Content-Type: text/plain

words inside

begin 644 in.txt
#86)C
`
end
--m--
X
cat >"$P/.mailcap" <<X
image/*; $P/bin/see never; test=false
image/*; $P/bin/see image '%s' "%t"
text/x-note; $P/bin/see note %{charset} %s
text/x-note; $P/bin/print %s; copiousoutput
application/x-thing; $P/bin/see thing; needsterminal
X
printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"%s/saw-$1"\n[ "$1" != thing ] || cat >"%s/stdin"\n' "$P" "$P" >"$P/bin/see"
printf '#!/bin/sh\necho "printed: $(cat "$1")"\nprintf "\\033[31mred\\033[0m\\n"\n' >"$P/bin/print"
chmod +x "$P/bin/see" "$P/bin/print"
unset MAILCAPS DISPLAY WAYLAND_DISPLAY
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0

# j moves; the cursor begins at the first attachment, which is row 5
script tree 100x30 <<X
:wait-idle
Enter
:wait-idle
v
:save-screen $T/tree
g
g
j
j
Enter
:wait-idle
:save-screen $T/text
q
j
Enter
:wait-idle
:save-screen $T/html
q
G
k
Enter
:wait-idle
:save-screen $T/inside
:quit
X
has 'the tree has the numbers of IMAP' "$T/tree" '1.2'
has 'and types' "$T/tree" 'multipart/alternative'
has 'and sizes' "$T/tree" '9 B'
has 'a name that leaves its folder does not' "$T/tree" '$(touch PWNED).png'
lacks 'nor stands it there' "$T/tree" '../'
has 'all parts are counted' "$T/tree" 'parts, '
has 'a text is shown' "$T/text" 'the plain text'
lacks 'alone' "$T/text" 'a picture'
has 'HTML is rendered' "$T/html" 'the marked text'
has 'a message inside too' "$T/inside" 'words inside'

# --- saved: a safe name, and a second time under another
script save 100x30 <<X
:wait-idle
Enter
:wait-idle
v
s
Enter
:wait-idle
s
Enter
:wait-idle
:save-screen $T/saved
S
Enter
:wait-idle
:quit
X
has 'it says where' "$T/saved" 'saved as ~/Downloads/'
is 'saved' "$(cat "$P/Downloads/\$(touch PWNED).png" 2>/dev/null)" 'a picture'
is 'saved again beside it' "$(cat "$P/Downloads/\$(touch PWNED)-2.png" 2>/dev/null)" 'a picture'
is 'all saved' "$(cat "$P/Downloads/note.txt" 2>/dev/null)" 'a note'
is 'what is inside a text too' "$(find "$P/Downloads" -name 'PWNED' | wc -l)" 0
is 'for the user alone' "$(stat -c %a "$P/Downloads/note.txt")" 600

# --- opened
script open 100x30 <<X
:wait-idle
Enter
:wait-idle
v
o
:wait-idle
j
o
:wait-idle
:save-screen $T/printed
q
j
o
:wait-idle
j
o
:wait-idle
:save-screen $T/refused
:quit
X
n=100; while [ ! -s "$P/saw-image" ] && [ $n -gt 0 ]; do sleep 0.05; n=$((n - 1)); done
is 'the program got the file by a name of ours' \
	"$(sed -n 2p "$P/saw-image" | sed 's,.*/,,')" part.png
is 'and the type as one word' "$(sed -n 3p "$P/saw-image")" image/png
is 'a failed test is heeded' "$(ls "$P/saw-never" 2>/dev/null)" ''
is 'an entry that would take a bad parameter is passed' "$(ls "$P/saw-note" 2>/dev/null)" ''
has 'the next one printed' "$T/printed" 'printed: a note'
lacks 'its escapes do nothing' "$T/printed" '[31mred[0m'
is 'without %s it reads' "$(cat "$P/stdin" 2>/dev/null)" 'a thing'
has 'what would run is not opened' "$T/refused" 'could run as a program'
is 'nothing ran' "$(find "$T" -name PWNED | wc -l)" 0
is 'no file is left behind' "$(find "$P/run" "$P/state" -name 'part.*' | wc -l)" 0

# --- piped
script pipe 100x30 <<X
:wait-idle
Enter
:wait-idle
|
:type tr a-z A-Z
Enter
:wait-idle
:save-screen $T/whole
q
v
|
:type sh -c "tr a-z A-Z; exit 3"
Enter
:wait-idle
:save-screen $T/piped
q
|
:type true
Enter
:wait-idle
:save-screen $T/silent
|
:type no-such-program
Enter
:wait-idle
:save-screen $T/nothing
:save-stalls $T/stall
:quit
X
has 'the letter went in' "$T/whole" 'MESSAGE-ID: <PARTS@EXAMPLE>'
has 'a part went in' "$T/piped" 'A PICTURE'
has 'a failure is said' "$T/piped" 'failed with status 3'
has 'silence too' "$T/silent" 'printed nothing'
has 'a program that is not there' "$T/nothing" "cannot run 'no-such-program'"
below 'no key waited' "$(stalls "$T/stall")" 50
finish
