#!/bin/sh
# The journey on Cyrus.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/journey"
server cyrus cyrus alice
finish
