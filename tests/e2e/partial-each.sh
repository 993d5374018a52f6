#!/bin/sh
# Letters whose text comes when they are opened, one after the other as quickly
# as keys go: each is renamed (it was read) while its text takes its place, by
# two threads, and the index has to hear of both in that order.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile each
. "$srcdir/tests/e2e/partial"
account 'keep = headers'
e2e_fill alice@one.test 60
sync; is 'sync' $? 0
letters=$(seq 60 -1 1)
{
	printf ':wait-idle\n:wait-text letter 60\n'
	for i in $letters; do
		printf 'Enter\n:wait-text This is letter %d\nq j\n' "$i"
	done
	printf ':wait-idle\n:quit\n'
} | script open 100x70
is 'all of each is here' "$(missing | wc -l)" 0
lost=
for i in $letters; do
	[ "$(found "\"this is letter $i\"")" = 1 ] || lost="$lost $i"
done
is 'the text of each is found' "$lost" ''
is 'and that it was read' "$(found tag:unread)" 0
sync; is 'a pass after: the same' "$(found 'folder:one/INBOX') $(count INBOX)" '60 60'
finish
