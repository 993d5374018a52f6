#!/bin/sh
# Remote images: none is loaded by itself; one that is asked for comes over
# HTTPS, bounded, without a cookie, referrer or user agent, and no redirect.
. "${srcdir:-.}/tests/e2e/common"
for need in python3 openssl; do
	command -v $need >/dev/null || { skip "no $need"; finish; }
done
mail_profile r
mkdir -p "$P/Downloads"
cat >"$inbox/cur/1700000001.M1.b:2,S" <<'X'
From: Carol <carol@example.org>
To: b@example.org
Subject: pictures
Message-ID: <pictures@example>
Date: Tue, 14 Nov 2023 22:13:20 +0000
Content-Type: text/html

<p>see <img src="https://img.example/a/sun.png?who=b" width=200 height=100>
<img src="http://plain.example/moon.png" width=200 height=100>
<img src="https://moved.example/x" width=200 height=100>
<img src="https://large.example/x.jpg" width=200 height=100>
<img src="https://text.example/../../evil.sh" width=200 height=100>
<img src="https://img.example/pixel.gif" width=1 height=1>
X
cd "$T" || exit 1
cat >pages.json <<'X'
{"img.example": [200, {"Content-Type": "image/png", "Set-Cookie": "a=b"}, "a sun"],
 "moved.example": [302, {"Location": "https://img.example/a/sun.png"}, ""],
 "large.example": [200, {"Content-Type": "image/jpeg"}, 17000000],
 "text.example": [200, {"Content-Type": "text/x-sh"}, "echo"]}
X
echo 'subjectAltName=DNS:img.example,DNS:moved.example,DNS:large.example,DNS:text.example' >ext
https_peer ext pages.json
sed -i "1i [general]\nfetch-server = 127.0.0.1@$https_port\nfetch-ca-file = $T/ca.pem" \
	"$P/config/signet/config"
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
script remote 100x30 <<X
:wait-idle
Enter
:wait-idle
:save-screen $T/letter
v
:save-screen $T/parts
j
o
:save-screen $T/open
s
:save-screen $T/ask
Esc
:wait-idle
:quit
X
has 'the reader counts them' "$T/letter" 'remote'
has 'they are listed' "$T/parts" 'sun.png'
has 'with their hosts' "$T/parts" 'img.example'
lacks 'but not those to track' "$T/parts" 'pixel'
has 'opening fetches nothing' "$T/open" 'not here: s fetches it from img.example'
has 'it says what that tells' "$T/ask" 'learns that you read this'
is 'nothing was asked for' "$(cat report.json 2>/dev/null)" ''
script fetch 100x30 <<X
:wait-idle
Enter
:wait-idle
v
j
s
Enter
:wait-idle
:save-screen $T/1
j
s
Enter
:wait-idle
:save-screen $T/2
j
s
Enter
:wait-idle
:save-screen $T/3
j
s
Enter
:wait-idle
:save-screen $T/4
j
s
Enter
:wait-idle
:save-screen $T/5
:save-stalls $T/stall
:quit
X
has 'fetched' "$T/1" 'saved as ~/Downloads/sun.png'
is 'and here' "$(cat "$P/Downloads/sun.png" 2>/dev/null)" 'a sun'
has 'not in the clear' "$T/2" 'not offered over HTTPS'
has 'no redirect' "$T/3" '302'
has 'bounded' "$T/4" 'more than'
has 'images alone' "$T/5" 'is no image'
is 'nothing else was saved' "$(ls "$P/Downloads")" sun.png
python3 - report.json <<'X' >"$T/seen"
import json, sys
r = json.load(open(sys.argv[1]))
print([x[1] for x in r])
print([k for x in r for k in x[3] if k.lower() in ("cookie", "referer", "user-agent")])
X
is 'each host once, nothing told' "$(cat "$T/seen")" "['img.example', 'moved.example', 'large.example', 'text.example']
[]"
below 'no key waited' "$(stalls "$T/stall")" 50
finish
