#!/bin/sh
# The journey on Dovecot.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/journey"
server dovecot dovecot alice@one.test
finish
