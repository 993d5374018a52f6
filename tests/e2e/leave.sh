#!/bin/sh
# Leaving while a letter is on its way: what the server says within a second is
# waited for and written down; else it is unknown, and said so; never twice.
# alone: it measures how long leaving takes
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test bob@one.test

# leave NAME SECONDS: the server answers the letter after SECONDS; leave before
leave() {
	profile "$1"
	e2e_smtpd --mail "$MAIL" --out "$SENT" --silent-answer "$2"
	{
		printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
		e2e_account one alice@one.test
	} >"$P/config/signet/config"
	before=$(e2e_count bob@one.test)
	printf 'From: alice@one.test\nTo: bob@one.test\nSubject: %s\n\nx\n' "$1" |
		"$signet" send >/dev/null 2>&1
	terminal 80x24 "$signet"
	there() { [ "$(e2e_count bob@one.test)" -gt "$before" ]; }
	e2e_wait 10 there || bad "$1: the letter did not go out"
	keys q
	wait_screen '1 letter has not gone out yet' 3
	start=$(date +%s%N)
	keys y
	wait_end 10
	below "$1: leaving (ms)" $((($(date +%s%N) - start) / 1000000)) 2300
	e2e_end "$SMTP_PID"
	"$signet" outbox list --json >"$T/out"
	state=$(sed -n 's/.*"state": "\([a-z]*\)", "subject.*/\1/p' "$T/out")
}

leave soon 0.9
case $state in
'' | accepted) ok ;;
*) bad "an answer within a second: the letter is '$state'"; cat "$T/out" ;;
esac
e2e_smtpd --mail "$MAIL" --out "$SENT"
"$signet" sync 2>/dev/null
is 'it arrived once' "$(e2e_count bob@one.test)" 1
is 'and its copy is in Sent' "$(grep -l '^Subject: soon' -r "$XDG_DATA_HOME/signet/mail/one/Sent/cur" | wc -l)" 1
is 'nothing is left in the outbox' "$("$signet" outbox list --json | wc -l)" 0
e2e_end "$SMTP_PID"

leave late 20
is 'no answer in time: it is unknown' "$state" unknown
e2e_smtpd --mail "$MAIL" --out "$SENT"
"$signet" sync 2>/dev/null
is 'and it is not sent again by itself' "$(e2e_count bob@one.test)" 2

finish
