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
