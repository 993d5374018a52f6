#!/bin/sh
# Random operations on both sides of an account, with deaths in between; then
# both sides agree, and no letter is gone that nobody deleted (random-model says
# what must be). SIGNET_E2E_SEEDS="FIRST COUNT": which seeds, 1 8 by default;
# 1 2000 is all of them.
# alone: what a seed does depends on who is faster
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile random
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
set -- ${SIGNET_E2E_SEEDS:-1 8}
seed=$1 last=$(($1 + $2))
while [ "$seed" -lt "$last" ]; do
	rm -rf "$XDG_DATA_HOME/signet" "$XDG_STATE_HOME/signet"
	if python3 "$srcdir/tests/e2e/random-model" "$signet" "$IMAPS_PORT" "$CA" \
		"$MAIL/one.test/alice/Maildir" "$XDG_DATA_HOME/signet/mail/one" \
		"$seed" >"$T/out" 2>&1; then ok
	else
		bad "seed $seed"; sed 's/^/    /' "$T/out"
		[ -z "${SIGNET_E2E_LOG:-}" ] || cat "$XDG_STATE_HOME/signet/log"
	fi
	seed=$((seed + 1))
done
finish
