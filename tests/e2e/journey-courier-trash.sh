#!/bin/sh
# The journey on Courier with a trash of its own for what is expunged.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/journey"
export COURIER_EXPUNGE_TO_TRASH=1
server courier-trash courier alice@one.test
finish
