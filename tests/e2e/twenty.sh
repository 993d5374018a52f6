#!/bin/sh
# Twenty accounts at once: one whose server is silent and one whose server floods
# hold up no other, and an account at rest takes little memory.
# alone: it measures memory and when a letter comes
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
users=''
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do users="$users u$n@one.test"; done
# shellcheck disable=SC2086
e2e_servers $users
head_() { printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"; }
accounts() { # accounts COUNT
	for u in $users; do
		[ "${u%%@*}" != "u$(($1 + 1))" ] || break
		e2e_account "${u%%@*}" "$u"
	done
}
peer() { # peer NAME PORT
	printf '[account "%s"]\naddress = you@one.test\nreceive = imap://you@localhost:%s\nsend = local:\nca-file = %s\npassword-command = echo open-sesame\n\n' "$1" "$2" "$CA"
}
e2e_letter 0 '' 'first of all' | e2e_deliver u1@one.test

# rest NAME COUNT: its memory in KiB when all accounts are at rest, into kib
rest() {
	profile "$1"
	{ head_; accounts "$2"; } >"$P/config/signet/config"
	"$signet" sync 2>"$T/err"; is "$1: a pass" $? 0
	terminal 100x30 "$signet"
	wait_screen 'first of all' 20
	online() { [ "$(ss -tn state established 2>/dev/null | grep -c "127.0.0.1:$IMAP_PORT *\$\|\]:$IMAP_PORT *\$")" -ge "$2" ]; }
	e2e_wait 10 online x "$2"
	sleep 2
	pid=$(cat "$XDG_STATE_HOME/signet/lock")
	kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	keys q y
	wait_end 10
}
rest one 1; one=$kib
rest twenty 20; twenty=$kib
each=$(((twenty - one) / 19))
echo "at rest: 1 account $one KiB, 20 accounts $twenty KiB, each $each KiB"
grep -q '__[at]san_init' "$signet" || below 'KiB of an account at rest' $each 3072

# --- one is silent, one floods
profile isolated
e2e_imapd --silent FETCH --letters 5; silent=$PEER_PORT
e2e_imapd --letters 3000 --size 20000; flood=$PEER_PORT
{ head_; accounts 18; peer silent "$silent"; peer flood "$flood"; } >"$P/config/signet/config"
terminal 100x30 "$signet"
wait_screen 'first of all' 20
least=99999
for n in 1 2 3; do
	start=$(date +%s%N)
	e2e_letter "$n" '' "while one floods $n" | e2e_deliver u1@one.test
	wait_screen "while one floods $n" 20
	ms=$((($(date +%s%N) - start) / 1000000))
	[ $ms -ge $least ] || least=$ms
done
echo "a letter of another account shows after $least ms"
below 'a letter of another account shows after (ms)' "$least" 1500
here() { find "$XDG_DATA_HOME/signet/mail/flood" -path '*/cur/*' -type f 2>/dev/null | wc -l; }
if [ "$(here)" -gt 0 ]; then ok; else bad 'the flood did not come at all'; fi
keys : stalls Enter
wait_screen 'keys waited' 5
ms=$(sed -n 's/.*keys waited \([0-9]*\)\.[0-9]* ms.*/\1/p' "$T/screen")
below 'keys waited at most (ms)' "${ms:-999}" 50
keys q y
wait_end 10
finish
