#!/bin/sh
# A submission server without room, at each place where it can say so: what is for
# now is tried again for those who do not have it, what is for good is told, and
# the letter is kept until somebody has decided. Nobody gets it twice.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
# server ARGUMENT...: and a profile that submits to it
server() {
	runs=$((${runs:-0} + 1))
	sent=$T/dovecot/sent$runs
	e2e_smtpd --out "$sent" "$@" || bad 'no server'
	profile "run$runs"
	{
		printf '[general]\nundo-send = 0s\n[dns]\nzone = %s\n[account "x"]\naddress = alice@one.test\n' "$T/zone.json"
		printf 'receive = maildir:%s\nsend = smtp://alice%%40one.test@localhost:%s\nca-file = %s\npassword-command = echo pw-alice\n' \
			"$P/mail" "$SMTP_PORT" "$CA"
	} >"$P/config/signet/config"
}
send() { # SUBJECT TO
	printf 'From: alice@one.test\nTo: %s\nSubject: %s\n\nx\n' "$2" "$1" | "$signet" send --now >"$T/out" 2>"$T/err"
	"$signet" outbox list --json >"$T/list"
}
flush() { "$signet" outbox flush >"$T/out" 2>"$T/err"; "$signet" outbox list --json >"$T/list"; }
# who ADDRESS: its state in the outbox
who() { "$e2e_python" -c 'import json,sys
for l in open(sys.argv[1]):
    for r in json.loads(l)["recipients"]:
        if r["address"] == sys.argv[2]: print(r["state"], end="")' "$T/list" "$1"; }
# got: how often each address was given a letter
got() { "$e2e_python" -c 'import collections,json,sys
n = collections.Counter(t for a in json.load(open(sys.argv[1]))["accepted"] for t in a["to"])
print(" ".join("%s:%d" % (k.split("@")[0], v) for k, v in sorted(n.items())))' "$SMTP_REPORT"; }

# --- too many recipients, by either code: the rest at the next try
for code in '452 4.5.3' '552 5.5.3'; do
	server --most 2 --too-many "$code"
	send many 'a@else.example, b@else.example, c@else.example, d@else.example, e@else.example'
	is "$code: two have it" "$(who a@else.example) $(who c@else.example) $(who e@else.example)" 'accepted later later'
	has "$code: it says why" "$T/list" 'too many recipients'
	flush
	is "$code: two more" "$(who d@else.example) $(who e@else.example)" 'accepted later'
	flush
	is "$code: none waits" "$(cat "$T/list")" ''
	e2e_end "$SMTP_PID"
	is "$code: each once" "$(got)" 'a:1 b:1 c:1 d:1 e:1'
	is "$code: one copy in Sent" "$(find "$P/data/signet/mail/x/Sent/" -name '*:2,*' | wc -l | tr -d ' ')" 1
done

# --- one mailbox is full for good, one for a while, one has room
server
send full 'a@else.example, full@else.example, nospace@else.example'
is 'each its own' "$(who a@else.example) $(who full@else.example) $(who nospace@else.example)" 'accepted refused later'
has 'the words' "$T/list" 'the mailbox is full'
flush
e2e_end "$SMTP_PID"
is 'the one with room has it once' "$(got)" 'a:1'

# --- the server has no room: at DATA, and after the letter
touch "$T/no-room"; chmod 644 "$T/no-room"
server --no-room "$T/no-room"
send waits a@else.example
is 'at DATA: it waits' "$(who a@else.example)" later
has 'and says why' "$T/list" 'insufficient system storage'
flush
is 'it waits still' "$(who a@else.example)" later
rm "$T/no-room"
flush
is 'with room it goes' "$(cat "$T/list")" ''
send 'DATA-452' a@else.example
is 'after the letter, for a while: it waits' "$(who a@else.example)" later
send 'DATA-552' b@else.example
is 'after the letter, for good: refused' "$(who b@else.example)" refused
has 'with the words' "$T/list" 'more than this mailbox may hold'
e2e_end "$SMTP_PID"
is 'one went' "$(got)" 'a:1'
id=$("$e2e_python" -c 'import json,sys
for l in open(sys.argv[1]):
    o = json.loads(l)
    if o["state"] == "refused": print(o["id"])' "$T/list")
"$signet" outbox cancel "$id" 2>"$T/err"; is 'the refused one is kept for the user' $? 0
is 'as a draft' "$(grep -l 'DATA-552' "$P/data/signet/drafts/"*.eml | wc -l | tr -d ' ')" 1
finish
