#!/bin/sh
# A death before and after each durable step of a flag, a move and a letter on
# its way out: afterwards both sides agree, nothing is lost and nothing twice.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test bob@one.test
profile deaths
{
	printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
steps=${SIGNET_E2E_STEPS:-12}
e2e_fill alice@one.test 60
"$signet" sync 2>/dev/null
box=$MAIL/one.test/alice/Maildir
here=$XDG_DATA_HOME/signet/mail/one
there_flagged() { find "$box/cur" "$box/new" -name '*:2,*F*' | wc -l; }
here_flagged() { find "$here/INBOX/cur" -name '*:2,*F*' | wc -l; }
count() { find "$1" -type f 2>/dev/null | wc -l; }

# --- flags: what the file says is what the server says
n=1
while [ $n -le "$steps" ]; do
	for at in $n "$n+"; do
		SIGNET_DIE_AT=$at "$signet" tag +flagged -- "subject:\"letter $n\"" >/dev/null 2>&1
		"$signet" sync >/dev/null 2>&1
		same() { [ "$(there_flagged)" = "$(here_flagged)" ]; }
		e2e_wait 5 same || bad "flag, death at $at: $(here_flagged) here, $(there_flagged) there"
		is "flag, death at $at: the index agrees" \
			"$("$signet" search --limit 100 folder:one/INBOX tag:flagged 2>/dev/null | wc -l)" "$(here_flagged)"
	done
	n=$((n + 1))
done

# --- moves: in one folder, on both sides the same
n=1
while [ $n -le "$steps" ]; do
	for at in $n "$n+"; do
		SIGNET_DIE_AT=$at "$signet" move one/Archive -- "subject:\"letter $((n + 20))\"" >/dev/null 2>&1
		"$signet" sync >/dev/null 2>&1
		same() {
			[ "$(count "$here/INBOX/cur") $(count "$here/Archive/cur")" = \
				"$(e2e_count alice@one.test) $(e2e_count alice@one.test Archive)" ]
		}
		e2e_wait 5 same || bad "move, death at $at: here $(count "$here/INBOX/cur") + $(count "$here/Archive/cur"), there $(e2e_count alice@one.test) + $(e2e_count alice@one.test Archive)"
		is "move, death at $at: none lost, none twice" \
			$(($(count "$here/INBOX/cur") + $(count "$here/Archive/cur"))) 60
	done
	n=$((n + 1))
done

# --- a letter out: the server gets it once, or it waits and says so
n=1
while [ $n -le 16 ]; do
	for at in $n "$n+"; do
		before=$(e2e_count bob@one.test)
		printf 'From: alice@one.test\nTo: bob@one.test\nSubject: out %s\n\nx\n' "$at" |
			SIGNET_DIE_AT=$at "$signet" send --now >/dev/null 2>&1
		said=$?
		"$signet" outbox flush >/dev/null 2>&1
		"$signet" sync >/dev/null 2>&1
		got=$(($(e2e_count bob@one.test) - before))
		waits=$("$signet" outbox list --json 2>/dev/null | grep -c "out $at\"")
		copies=$(find "$here/Sent/cur" -type f -exec grep -l "^Subject: out $at\$" {} + 2>/dev/null | tr -d '\r' | wc -l)
		case $got-$waits-$said in
		1-0-*) is "out, death at $at: one copy in Sent" "$copies" 1 ;;
		1-1-* | 0-1-*) ok ;; # unknown: the user is told and decides
		0-0-[1-9]*) ok ;; # it died before it was queued: the caller was told
		*) bad "out, death at $at: arrived $got times, $waits wait, exit $said" ;;
		esac
	done
	n=$((n + 1))
done
is 'as many copies on the server as here' "$(e2e_count alice@one.test Sent)" "$(count "$here/Sent/cur")"
is 'each once in the Sent of the server' "$(grep -h '^Message-ID' -r "$box/.Sent/cur" "$box/.Sent/new" 2>/dev/null | sort | uniq -d | wc -l)" 0

# --- one recipient is refused: the rest is sent, and it is said
"$signet" outbox list --json >"$T/out"
before=$(wc -l <"$T/out")
printf 'From: alice@one.test\nTo: bob@one.test, reject@one.test\nSubject: half\n\nx\n' |
	"$signet" send --now >/dev/null 2>&1
"$signet" outbox list --json | grep '"half"' >"$T/out"
has 'the refused recipient stays in the outbox' "$T/out" '"state": "refused"'
has 'the other is known to have it' "$T/out" '"address": "bob@one.test", "state": "accepted"'

# --- what the user says of a letter ends it, with one copy in Sent
id=$(tr '{' '\n' <"$T/out" | sed -n 's/.*"id": "\{0,1\}\([0-9][0-9]*\).*"half".*/\1/p' | head -1)
"$signet" outbox resolve "$id" sent >/dev/null 2>&1
is 'resolve takes "sent"' $? 0
"$signet" sync >/dev/null 2>&1
gone() { ! "$signet" outbox list --json | grep -q '"half"'; }
e2e_wait 5 gone && ok || bad 'a letter resolved as sent leaves the outbox'
is 'one copy of it in Sent' "$(grep -l '^Subject: half' -r "$here/Sent/cur" | wc -l)" 1
finish
