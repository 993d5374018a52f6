#!/bin/sh
# Servers that go wrong on purpose: encryption taken away, answers put in before
# it, another host's certificate, a letter of 4 GB, answers that are lost, numbers
# that shift. Nothing secret in the clear, nothing cut kept as whole, nothing
# twice, nothing gone that was not asked for, and memory and time stay bounded.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
# account RECEIVE SEND [LINE...]
account() {
	{
		printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n[account "x"]\n' "$T/zone.json"
		printf 'address = you@one.test\nreceive = %s\nsend = %s\nca-file = %s\npassword-command = echo open-sesame\n' "$1" "$2" "$CA"
		shift 2
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
imap() { account "imap://you@localhost:$PEER_PORT" local:; }
# run COMMAND...: its status in rc, its most memory in MiB in mem
run() {
	"$e2e_python" -c 'import resource, subprocess, sys
rc = subprocess.call(["timeout", "60"] + sys.argv[2:])
kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write("%d %d" % (rc, kb // 1024))' "$T/run" "$@" >"$T/out" 2>"$T/err" </dev/null
	read -r rc mem <"$T/run"
}
pass() { # pass WHAT STATUS: a pass that stays small
	run "$signet" sync
	is "$1: status" "$rc" "$2"
	[ -n "${SIGNET_E2E_BIG:-}" ] || below "$1: MiB of memory" "$mem" 150
}
cur() { find "$XDG_DATA_HOME/signet/mail/x" -path '*/cur/*' -type f 2>/dev/null; }
here() { cur | wc -l | tr -d ' '; }
once() { cur | xargs -r sha256sum | cut -c1-64 | sort -u | wc -l | tr -d ' '; }
report() { has "$1" "$PEER_REPORT" "$2"; }
grep -q '__[at]san_init' "$signet" && SIGNET_E2E_BIG=1

# --- the line
profile stripped
e2e_imapd --without STARTTLS; imap
pass 'encryption taken away' 77
has 'encryption taken away' "$T/err" 'does not offer encryption'
e2e_end "$PEER_PID"
report 'encryption taken away' '"secrets_in_clear": false'
lacks 'no sign-in' "$PEER_REPORT" AUTHENTICATE
profile inject
e2e_imapd --inject; imap
pass 'answers before encryption' 77
lacks 'a mailbox that is forged' "$T/out" FORGED
is 'no forged folder' "$(find "$P/data" -name 'FORGED*' | wc -l | tr -d ' ')" 0
e2e_end "$PEER_PID"
report 'answers before encryption' '"took_injected": false'
profile other
e2e_imapd --cert "$OTHER_CERT" --key "$OTHER_KEY" --tls
account "imaps://you@localhost:$PEER_PORT" local:
pass "another host's certificate" 77
e2e_end "$PEER_PID"
lacks 'no password' "$PEER_REPORT" AUTHENTICATE

# --- a letter of 4 GB that ends after 100 KiB
profile huge
e2e_imapd --letters 3 --huge 2; imap
run "$signet" sync
[ -n "${SIGNET_E2E_BIG:-}" ] || below 'a letter of 4 GB: MiB of memory' "$mem" 150
is 'the others can be read' "$(here)" 2
is 'nothing cut is kept' "$(cur | xargs grep -l zzzzzzzz | wc -l | tr -d ' ')" 0
is 'nothing half written stays' "$(find "$P/data" -path "$P/*/tmp/*" -type f | wc -l | tr -d ' ')" 0
"$signet" list x/INBOX >"$T/out"
has 'letter 1' "$T/out" 'letter 1'
has 'letter 3' "$T/out" 'letter 3'
e2e_end "$PEER_PID"

# --- a copy whose answer is lost stands there once
profile append
e2e_imapd --lose append; imap
pass 'the first pass' 0
e2e_letter 1 you@one.test 'a copy' | sed 's/^To:.*/To: you@one.test/' | "$signet" send --now 2>/dev/null
run "$signet" sync
pass 'a copy whose answer was lost' 0
e2e_end "$PEER_PID"
# what was delivered here goes up like any file without a row, and its copy to Sent
is 'each was appended once' "$("$e2e_python" -c 'import json,sys; print(*sorted(box for box, _ in json.load(open(sys.argv[1]))["appended"]))' "$PEER_REPORT")" 'INBOX Sent'

# --- a letter whose answer is lost is unknown, kept, and not sent again
profile lost
e2e_smtpd --lose-answers 1 --plain --out "$T/dovecot/lost"
account "maildir:$XDG_DATA_HOME/signet/mail/x" "smtp+insecure://alice%40one.test@localhost:$SMTP_PORT"
sed -i 's/echo open-sesame/echo pw-alice/' "$P/config/signet/config"
printf 'From: you@one.test\nTo: pat@else.example\nSubject: once\n\nx\n' | "$signet" send --now 2>/dev/null
"$signet" outbox list --json >"$T/out"
has 'an answer that is lost' "$T/out" '"state": "unknown"'
"$signet" outbox flush 2>/dev/null
e2e_end "$SMTP_PID"
is 'it went out once' "$("$e2e_python" -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["accepted"]))' "$SMTP_REPORT")" 1
profile faces
e2e_smtpd --two-faces --out "$T/dovecot/faces"
account "maildir:$XDG_DATA_HOME/signet/mail/x" "smtp://alice%40one.test@localhost:$SMTP_PORT"
sed -i 's/echo open-sesame/echo pw-alice/' "$P/config/signet/config"
printf 'From: you@one.test\nTo: pat@else.example\nSubject: faces\n\nx\n' | "$signet" send --now 2>"$T/err"
is 'what was said before TLS is forgotten' $? 0
"$signet" outbox list --json >"$T/out"
is 'it has gone out' "$(cat "$T/out")" ''
e2e_end "$SMTP_PID"
has 'it signed in after TLS' "$SMTP_REPORT" '"alice@one.test"'
has 'not before' "$SMTP_REPORT" '"secrets_in_clear": false'

# --- POP3: a letter that is cut, numbers that shift
profile cut
e2e_popd --letters 3 --drop-at 700; account "pop3://you@localhost:$PEER_PORT" local: 'leave-on-server = no'
run "$signet" sync
is 'what is cut is not kept' "$(here)" "$(once)"
below 'a letter was cut' "$(here)" 3
run "$signet" sync
pass 'all three' 0
is 'all three, once' "$(here) $(once)" '3 3'
e2e_end "$PEER_PID"
report 'none is left there' '"left": 0'
finish
