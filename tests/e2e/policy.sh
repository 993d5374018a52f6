#!/bin/sh
# What an account is told to leave: folders by pattern, old letters, a metered
# line; what is left is said, and comes when the configuration says so.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile policy
account() {
	{
		printf '[dns]\nzone = %s\n' "$T/zone.json"
		e2e_account one alice@one.test
		printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
box=$MAIL/one.test/alice/Maildir
mail=$XDG_DATA_HOME/signet/mail/one
here() { find "$mail/$1/cur" -type f 2>/dev/null | wc -l; }
sync() { "$signet" sync "$@" 2>"$T/err"; }
# Dovecot takes the time of a file for the day on which it came
e2e_fill alice@one.test 10
for n in 1 2 3 4 5 6; do
	touch -d '-200 days' "$box/new/$((1773130000 + n))".*
done
e2e_letter list | e2e_deliver alice@one.test Lists.dev
e2e_letter other | e2e_deliver alice@one.test Other

account 'folders = INBOX Lists*' 'keep = 3 months'
sync; is 'sync' $? 0
is 'what came within three months' "$(here INBOX)" 4
is 'folders by pattern' "$(here Lists/dev) $([ -e "$mail/Other" ] && echo Other)" '1 '
before=$(ls "$mail/INBOX/cur")
sync; is 'a pass after does nothing' "$(ls "$mail/INBOX/cur")" "$before"
terminal 100x30 "$signet"
wait_screen '6 older at the server' 20
keys q y
wait_end 10
e2e_letter new | e2e_deliver alice@one.test
e2e_as_mail rm "$(find "$box" -name "1773130001.*")"
sync; is 'new ones come; an old one that goes is nothing' "$(here INBOX)" 5
f=$(find "$box" -name "1773130002.*")
e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,F"
sync; is 'flags of old ones are none of ours' "$? $(here INBOX)" '0 5'
account 'folders = INBOX Lists*' 'keep = 12 months'
sync; is 'a longer time brings more' "$(here INBOX)" 10
account 'keep = 1 month'
sync; is 'a shorter one takes none away' "$(here INBOX)" 10
is 'other folders now' "$(here Other)" 1
account
sync; is 'all' "$(here INBOX)" 10

# --- metered: only when asked
account 'metered = yes'
e2e_letter asked '' 'came meanwhile' | e2e_deliver alice@one.test
terminal 100x30 "$signet"
wait_screen 'one/INBOX   10 messages' 10
sleep 3
is 'nothing by itself' "$(here INBOX)" 10
keys '$'
wait_screen 'came meanwhile' 10
sleep 1
e2e_letter again '' 'came later' | e2e_deliver alice@one.test
sleep 3
is 'and no line is held' "$(here INBOX)" 11
keys F # a change waits too
sleep 2
is 'a change waits' "$(find "$box" -name '*:2,*F*' | wc -l)" 1
keys '$'
wait_screen 'came later' 10
flags() { [ "$(find "$box" -name '*:2,*F*' | wc -l)" = 2 ]; }
e2e_wait 10 flags && ok || bad 'the change did not go'
keys q y
wait_end 10
e2e_letter cron | e2e_deliver alice@one.test
sync; is 'signet sync is asking' "$(here INBOX)" 13
finish
