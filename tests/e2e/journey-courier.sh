#!/bin/sh
# The journey on Courier.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/journey"
server courier courier alice@one.test
finish
