#!/bin/sh
# The first run: a form, never an error and an exit; a wrong password in its
# place; a certificate that is pinned only by typing its fingerprint; and the
# same from the shell.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_can || { skip 'no mail servers here'; finish; }
e2e_start alice@one.test || { bad 'the servers did not start'; finish; }
e2e_letter 1 '' 'the first letter' | e2e_deliver alice@one.test

profile first
terminal 100x30 "$signet"
wait_screen 'Your email address' 10
keys 'not an address' Enter Enter
wait_screen 'This is no address' 5
keys C-u 'alice@one.test' Enter 'Alice' Enter
wait_screen 'Receive from' 30
keys C-u "imaps://localhost:$IMAPS_PORT" Enter C-u "smtps://localhost:$SMTPS_PORT" Enter C-u 'alice@one.test' Enter
wait_screen 'Password' 5
keys 'nonsense' Enter
wait_screen 'a certificate that cannot be trusted' 20
wait_screen 'SHA-256' 5
is 'nothing is written yet' "$(ls "$P/config/signet")" ''
keys 'zzzz' Enter
wait_screen 'not its first 4 characters' 5
print=$(sed -n 's/.*SHA-256 *\([0-9A-F]\{4\}\).*/\1/p' "$T/screen" | head -n 1)
keys C-u "$print" Enter
wait_screen 'sign-in was refused' 20
is 'still nothing is written' "$(ls "$P/config/signet")" ''
keys 'pw-alice' Enter
wait_screen 'the first letter' 30
keys q y
wait_end 5
has 'the account is written' "$P/config/signet/config" 'address = alice@one.test'
lacks 'without the password' "$P/config/signet/config" 'pw-alice'
is 'the configuration is private' "$(stat -c %a "$P/config/signet/config")" 600
lacks 'no password in the log' "$P/state/signet/log" 'pw-alice'
lacks 'nor the wrong one' "$P/state/signet/log" 'nonsense'

# --- the servers that were found do not all serve: the next is tried by itself,
# but the password, once said, is said to no other
e2e_imapd; SPARE_REPORT=$PEER_REPORT SPARE_PORT=$PEER_PORT SPARE_PID=$PEER_PID
e2e_popd --cert "$OTHER_CERT" --key "$OTHER_KEY"
cat >"$T/dns.json" <<END
{"_imaps._tcp.one.test": {"SRV": [[0, 0, 9, "localhost"],
	[1, 0, $IMAPS_PORT, "nowhere.invalid"], [2, 0, $SMTPS_PORT, "localhost"],
	[4, 0, $IMAPS_PORT, "localhost"]]},
 "_imap._tcp.one.test": {"SRV": [[5, 0, $SPARE_PORT, "localhost"]]},
 "_submissions._tcp.one.test": {"SRV": [[0, 0, 9, "localhost"], [1, 0, $SMTPS_PORT, "localhost"]]},
 "_imaps._tcp.two.test": {"SRV": [[0, 0, 9, "localhost"], [1, 0, $SMTPS_PORT, "localhost"]]},
 "_submissions._tcp.two.test": {"SRV": [[0, 0, $SMTPS_PORT, "localhost"]]},
 "_pop3._tcp.three.test": {"SRV": [[0, 0, 9, "localhost"], [1, 0, $PEER_PORT, "localhost"]]},
 "_submissions._tcp.three.test": {"SRV": [[0, 0, $SMTPS_PORT, "localhost"]]}}
END
"$e2e_python" "$srcdir/tests/peer/dnsd.py" "$T/dns.json" 0 0 300 >"$T/dns" &
dns=$!
e2e_wait 10 test -s "$T/dns"
profile next
printf '[dns]\nserver = 127.0.0.1@%s\n' "$(head -n 1 "$T/dns")" >"$P/config/signet/config"
cp "$P/config/signet/config" "$T/config"
terminal 100x40 "SSL_CERT_FILE=$CA $signet"
wait_screen 'Your email address' 10
keys 'alice@one.test' Enter 'Alice' Enter
wait_screen 'Receive from' 30
wait_screen "imaps://localhost:9 " 5
keys Enter Enter Enter
wait_screen 'Password' 5
keys 'nonsense' Enter
wait_screen 'sign-in was refused' 30
is 'still nothing is written' "$(cat "$P/config/signet/config")" "$(cat "$T/config")"
keys 'pw-alice' Enter
wait_screen 'These servers took the password' 30
cp "$T/screen" "$T/agree"
has 'who refuses, by name' "$T/agree" "cannot connect to 'localhost' port 9: connection refused"
has 'who is not there' "$T/agree" "nowhere.invalid"
has 'who is no IMAP server' "$T/agree" "answered something that is no IMAP"
has 'who serves' "$T/agree" "Receive from: imaps://localhost:$IMAPS_PORT"
has 'and takes letters' "$T/agree" "Send through: smtps://localhost:$SMTPS_PORT"
keys Enter
wait_screen 'the first letter' 30
keys q y
wait_end 5
has 'the one that serves is written' "$P/config/signet/config" "@localhost:$IMAPS_PORT"
e2e_end "$SPARE_PID"
has 'the password went to no other' "$SPARE_REPORT" '"connections": 0'

# none of them: each one's reason
profile none; cp "$T/config" "$P/config/signet/config"
terminal 100x40 "SSL_CERT_FILE=$CA $signet"
wait_screen 'Your email address' 10
keys 'alice@two.test' Enter 'Alice' Enter
wait_screen 'Receive from' 30
keys Enter Enter Enter
wait_screen 'Password' 5
keys 'pw-alice' Enter
wait_screen 'none of the 2 servers that were found can be used' 30
has 'the reason of the first' "$T/screen" 'connection refused'
has 'the reason of the second' "$T/screen" 'that is no IMAP'
# one that the user writes is the only one
keys C-u "imaps://localhost:1" Enter Enter Enter
wait_screen 'Password' 5
keys Enter
wait_screen "cannot connect to 'localhost' port 1" 30
lacks 'no other is tried' "$T/screen" 'none of the'
tmux -L "$tmux_socket" kill-server

# a certificate of another host is asked about only where no other serves
profile name; cp "$T/config" "$P/config/signet/config"
terminal 100x40 "SSL_CERT_FILE=$CA $signet"
wait_screen 'Your email address' 10
keys 'you@three.test' Enter 'You' Enter
wait_screen 'Receive from' 30
keys Enter Enter Enter
wait_screen 'Password' 5
keys 'open-sesame' Enter
wait_screen 'a certificate that cannot be trusted' 30
tmux -L "$tmux_socket" kill-server
is 'nothing is written then' "$(cat "$P/config/signet/config")" "$(cat "$T/config")"
kill "$dns"
e2e_end "$PEER_PID"
lacks 'and nothing is sent' "$PEER_REPORT" '"AUTH"'

# --- the same from the shell
profile shell
echo pw-alice | "$signet" account add alice@one.test --name Alice \
	--receive "imap://localhost:$IMAP_PORT" --send "smtp://localhost:$SMTP_PORT" \
	--ca-file "$CA" >"$T/out" 2>"$T/err"
is 'account add' $? 0
"$signet" account list >"$T/out"; has 'account list' "$T/out" alice@one.test
"$signet" account test alice >"$T/out" 2>"$T/err"; is 'account test' $? 0
"$signet" sync 2>/dev/null; is 'sync' $? 0
"$signet" list alice/INBOX >"$T/out"; has 'it has mail' "$T/out" 'the first letter'
echo wrong | "$signet" account add bob@one.test --receive "imap://localhost:$IMAP_PORT" \
	--send "smtp://localhost:$SMTP_PORT" --ca-file "$CA" 2>"$T/err"
is 'a wrong password' $? 77
has 'says so' "$T/err" 'sign-in was refused'
lacks 'and writes nothing' "$P/config/signet/config" 'bob@one.test'
"$signet" account remove alice >/dev/null; is 'account remove' $? 0
"$signet" account list >/dev/null; is 'none is left' $? 1
printf '[general]\neditr = vi\n' >"$P/config/signet/config"
"$signet" sync 2>"$T/err"; is 'a wrong configuration' $? 78
has 'by line, with the nearest key' "$T/err" "config:2: unknown key 'editr' in [general]; the nearest known one is 'editor'"
finish
