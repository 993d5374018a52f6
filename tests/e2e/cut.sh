#!/bin/sh
# A connection that is lost at a byte of what the server sends, by IMAP and by POP3,
# while mail comes, flags go both ways, letters are moved, copied and deleted:
# tests/fault/hinder.py says what must be. A sample of the places by default;
# SIGNET_E2E_STEP=1: each byte of the first 20 KB (0.1 s each), SIGNET_E2E_LATER=200:
# so many behind them, at random; SIGNET_E2E_KINDS, SIGNET_E2E_FROM and
# SIGNET_E2E_BYTES choose from all that.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers
step=${SIGNET_E2E_STEP:-1709} from=${SIGNET_E2E_FROM:-0}
for kind in ${SIGNET_E2E_KINDS:-first anew both copy pop pop-away}; do
	e2e_hinder "$kind" cut "$step" "$from" "${SIGNET_E2E_BYTES:-20480}" \
		"${SIGNET_E2E_LATER:-4}"
done
# while a letter is copied and deleted, where there is no MOVE
[ -n "${SIGNET_E2E_KINDS:-}" ] || e2e_hinder copy cut 41 500 1700
# among the newest, at their end, in the list of all, among the others
e2e_hinder many cut 1 20480 20480 "${SIGNET_E2E_LATER:-12}"
finish
