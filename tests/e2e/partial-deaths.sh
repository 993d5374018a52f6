#!/bin/sh
# Letters that are partly here: deaths while the rest takes a file's place, what
# commands say of them, and what other policies and UIDVALIDITY make of them.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile deaths
. "$srcdir/tests/e2e/partial"
# --- deaths while the rest takes the file's place
account 'keep = headers'
letter death 200000 >"$T/death"
e2e_deliver alice@one.test <"$T/death"
steps=${SIGNET_E2E_STEPS:-12} died=0 n=1
while [ $n -le "$steps" ]; do
	for at in $n "$n+"; do
		rm -rf "$P/data/signet" "$P/state/signet"
		sync
		f=$(find "$mail/INBOX/cur" -type f)
		is 'the header is here' "$(missing)" '1 '"$(tr '\n' '\r' <"$T/death" | sed 's/\r/\r\n/g' | wc -c)"' '
		"$signet" tag +flagged -- subject:death >/dev/null 2>&1
		SIGNET_DIE_AT=$at sync --whole subject:death
		[ $? -gt 128 ] && died=$((died + 1))
		# the file is the header or the letter, and never said to be more
		f=$(find "$mail/INBOX/cur" -type f)
		if ! same "$T/death" "$f"; then
			is "death at $at: what is not whole is said to be so" "$(missing | wc -l)" 1
		fi
		sync --whole subject:death
		whole "death at $at" death
		is "death at $at: one file, and flagged" "$(count INBOX) $(find "$mail/INBOX/cur" -name '*:2,*F*' | wc -l)" '1 1'
		is "death at $at: whole, found, judged" \
			"$(missing | wc -l) $(found '"the text of death"') $(found verdict:none tag:flagged)" '0 1 1'
		sync; is "death at $at: a pass after does nothing" "$(count INBOX) $(find "$mail/INBOX/tmp" -type f | wc -l)" '1 0'
	done
	n=$((n + 1))
done
[ $died -ge "$steps" ] && ok || bad "only $died deaths"
# amid a first pass: what is a header alone is never taken for a letter
n=1
while [ $n -le "$steps" ]; do
	for at in $n "$n+"; do
		rm -rf "$P/data/signet" "$P/state/signet"
		SIGNET_DIE_AT=$at sync
		sync
		is "death at $at of a first pass" "$(count INBOX) $(missing | wc -l) $(found verdict:pending)" '1 1 1'
	done
	n=$((n + 1))
done

# --- commands say it
f=$(find "$mail/INBOX/cur" -type f)
"$signet" show "$f" >"$T/out" 2>"$T/err"; is 'show' $? 0
has 'show says what is missing' "$T/err" 'only the header of this letter is here'
"$signet" verify "$f" >"$T/out" 2>"$T/err"; is 'verify cannot tell' "$? $(wc -c <"$T/out")" '75 0'
has 'and says why' "$T/err" 'cannot be verified'

# --- the policy is changed: what comes now is as it says, what is here stays
account
e2e_letter later | e2e_deliver alice@one.test
sync; is 'keep = all' "$(count INBOX) $(missing | wc -l)" '2 1'
# --- the server numbers its letters anew: none stands here twice
sync --whole subject:death
account 'keep = headers'
rm "$box"/dovecot*
sync; is 'after UIDVALIDITY' "$? $(count INBOX) $(missing | wc -l)" '0 2 0'
whole 'what was whole stays so' death
finish
