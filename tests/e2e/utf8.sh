#!/bin/sh
# A server that has UTF8=ACCEPT (RFC 9755): letters with UTF-8 in their headers
# come and go as they are, mailboxes keep the one name that they have here, with it
# and without it; and Gmail is not asked for it.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers
name=정책팀
letter() { # letter N: with CR LF
	printf 'From: 홍길동 <길동@한국.example>\r\nTo: you@here.example\r\nSubject: 안녕하세요 %s\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\nMessage-ID: <utf8.%s@한국.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n본문 %s\r\n' "$1" "$1" "$1"
}
letter 1 | tr -d '\r' >"$T/one"
letter 2 | tr -d '\r' >"$T/two"
chmod 644 "$T/one"
sync() { "$signet" sync >"$T/out" 2>"$T/err"; is "sync: $1 $(cat "$T/err")" $? 0; }
files() { (cd "$XDG_DATA_HOME/signet/mail" && find one -path '*/cur/*' -type f | sort); }
folders() { (cd "$XDG_DATA_HOME/signet/mail/one" && ls | sort); }
it() { find "$XDG_DATA_HOME/signet/mail/one" -path '*/cur/*' -type f -exec grep -l "utf8.$1@" {} +; }

e2e_peer_profile --letters 3 --letter "$T/one" --with ENABLE --with UTF8=ACCEPT \
	--on-signal without:UTF8=ACCEPT
sync 'the first'
is 'the letter is as it was sent' "$(cmp "$(it 1)" "$T/one" && echo same)" same
folders >"$T/folders"
korean=$(grep -v '^[A-Za-z]*$' "$T/folders" | head -n 1)
is 'a mailbox with a Korean name' "$(echo "$korean" | wc -l)" 1
[ -n "$korean" ] || bad 'no Korean name'
lacks 'its name is no UTF-7' "$T/folders" '&'

# --- into it, a new one, another name, a letter up
"$signet" move "one/$korean" -- 'subject:"letter 2"' 2>"$T/err" || bad "move: $(cat "$T/err")"
sed '1i From x@y Tue Mar 10 09:00:00 2026' "$T/two" >"$T/mbox"
"$signet" import --account one --folder "$name" "$T/mbox" >"$T/out" 2>&1 || bad "import: $(cat "$T/out")"
sync 'what was done here'
files >"$T/before"
sync 'and again'
is 'nothing more happens' "$(files | cmp - "$T/before" && echo same)" same

# --- the same server without it: no folder is another
kill -USR1 "$PEER_PID"
folders >"$T/folders"
sync 'without it'
is 'the folders are the same' "$(folders | cmp - "$T/folders" && echo same)" same
is 'so are the letters' "$(files | cmp - "$T/before" && echo same)" same
is 'asked for once a session, where it is' "$(e2e_asked | tr ' ' '\n' | grep -c ENABLE)" 3
"$e2e_python" - "$PEER_REPORT" >"$T/there" <<'PY'
import json, sys
for name, letters in json.load(open(sys.argv[1]))["boxes"].items():
    print(name, len(letters))
PY
has 'moved into the Korean mailbox' "$T/there" '&yBXMtNVU- 1'
has 'the new one has the letter' "$T/there" "$("$e2e_python" -c 'import base64, sys
print("&" + base64.b64encode(sys.argv[1].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "- 1")' "$name")"
is 'and no other was made' "$(wc -l <"$T/there")" 7

# --- a server that announces it and does not enable it, and Gmail
e2e_peer_profile --letters 2 --with UTF8=ACCEPT
sync 'no ENABLE'
is 'not asked for without ENABLE' "$(e2e_asked | tr ' ' '\n' | grep -c ENABLE)" 0
e2e_peer_profile --letters 2 --with ENABLE --with UTF8=ACCEPT --with X-GM-EXT-1
sync Gmail
is 'not asked for at Gmail' "$(e2e_asked | tr ' ' '\n' | grep -c ENABLE)" 0
finish
