#!/bin/sh
# The journey on Cyrus in its other namespace, which is upstream's default.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/journey"
export CYRUS_NAMESPACE=alt
server cyrus-alt cyrus alice
finish
