#!/bin/sh
# A death before and behind each durable step of a pass, by IMAP and by POP3, while
# mail comes, flags go both ways, letters are moved, copied and deleted:
# tests/fault/hinder.py says what must be. Each fourth step by default, and each
# with SIGNET_E2E_STEP=1.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers
for kind in ${SIGNET_E2E_KINDS:-first anew both copy pop pop-away}; do
	e2e_hinder "$kind" die "${SIGNET_E2E_STEP:-4}"
done
finish
