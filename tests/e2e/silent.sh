#!/bin/sh
# A server that falls silent at each command of a pass, by IMAP and by POP3, and
# servers that have less than others or say it otherwise: tests/fault/hinder.py
# says what must be.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers
for kind in first many both copy pop pop-away; do
	e2e_hinder "$kind" silent
done
# each of these alone, and RFC 3501 without all of them
e2e_hinder both less IDLE UIDPLUS MOVE SASL-IR LITERAL+ SPECIAL-USE UNSELECT \
	COMPRESS=DEFLATE ID NAMESPACE QUOTA ESEARCH

# the user sees that it waits, and leaves at once
e2e_peer_profile --letters 12 --silent SELECT
terminal 80x24 "$signet"
wait_screen 'fetching' 10
start=$(date +%s%N)
keys q y
wait_end 10
below 'leaving a silent server took (ms)' $((($(date +%s%N) - start) / 1000000)) 2300
e2e_end "$PEER_PID"
finish
