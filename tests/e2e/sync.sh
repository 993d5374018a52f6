#!/bin/sh
# 'signet sync': what it would do, told without doing it; what it says on a
# terminal; its exit statuses; and what it does while another signet runs.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test bob@one.test
box=$MAIL/one.test/alice/Maildir
# config [LINE...]: one IMAP account, one by POP3
config() {
	{
		printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
		e2e_account one alice@one.test
		e2e_account pop bob@one.test | sed "s|imap://.*|pop3://bob%40one.test@localhost:$POP3_PORT|"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
# all that there is, here but the log and the lock, and there; of a box that was
# opened by POP3 Dovecot moves the files, and folders get a file of its own
tree() {
	( cd "$P" && find . -path ./state/signet/log -o -path ./state/signet/lock -o -type f -print0 | sort -z | xargs -0 sha256sum )
	( cd "$P" && find . -type d | sort )
	( cd "$MAIL" && find . -path '*/alice/Maildir/*' -type f ! -name 'dovecot*' ! -name maildirfolder ! -name subscriptions -print0 | sort -z | xargs -0 sha256sum )
	find "$MAIL/one.test/bob" -path '*/Maildir/*' -type f ! -name 'dovecot*' ! -name maildirfolder ! -name subscriptions -exec sha256sum {} + | cut -c1-64 | sort
}
plan() { "$signet" sync --dry-run "$@" >"$T/out" 2>"$T/err"; }
# planned WHAT STATUS: the plan is told, and nothing has changed
planned() {
	tree >"$T/before"
	plan -v; is "$1: status" $? "$2"
	tree >"$T/after"
	if cmp -s "$T/before" "$T/after"; then ok
	else bad "$1: something changed:"; diff "$T/before" "$T/after" | head; fi
}
line() { has "$1" "$T/out" "$2"; }

# --- the plan of a first pass
profile main
config
"$signet" paths >/dev/null # its folders
e2e_fill alice@one.test 30
e2e_fill bob@one.test 7
planned 'first pass' 0
line 'first pass' 'one/INBOX: fetch 30'
line 'and how large it is' 'fetch 30; 0 MB are in it there'
line 'each letter' 'one/INBOX: fetch UID 17'
line 'POP3' 'pop/INBOX: fetch 7'
line 'an empty mailbox' 'one/Sent: nothing to do'
plan pop
lacks 'one account' "$T/out" one/
lacks 'without -v' "$T/out" number
"$signet" sync 2>"$T/err"; is 'the pass' $? 0
is 'no progress where there is no terminal' "$(cat "$T/err")" ''
planned 'nothing to do' 0
is 'nothing to do' "$(grep -c 'nothing to do$' "$T/out")" "$(wc -l <"$T/out" | tr -d ' ')"

# --- of changes on both sides
"$signet" tag +flagged -- 'subject:"letter 7" folder:one/INBOX' 2>/dev/null
"$signet" move one/Archive -- 'subject:"letter 8" folder:one/INBOX' 2>/dev/null
"$signet" move one/New -- 'subject:"letter 9" folder:one/INBOX' 2>/dev/null
n=0
for f in $(find "$box/cur" "$box/new" -type f | sort | sed -n '20,22p'); do
	n=$((n + 1))
	if [ $n = 1 ]; then e2e_as_mail rm "$f"
	else e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,S"; fi
done
e2e_letter 77 | e2e_deliver alice@one.test
planned 'changes' 0
line 'changes' 'one/INBOX: fetch 1, flag there 1, flag here 2, move there 2, delete here 1'
line 'which flag' '+flagged'
line 'where to' ' to Archive '
"$signet" sync 2>"$T/err"; is 'the pass' $? 0
planned 'after it' 0
is 'nothing to do after it' "$(grep -c 'nothing to do$' "$T/out")" "$(wc -l <"$T/out" | tr -d ' ')"

# --- POP3 that takes away, and the brake
config 'delete-when-deleted = yes'
"$signet" move pop/Trash -- 'subject:"letter 3" folder:pop/INBOX' 2>/dev/null
planned 'POP3 deletes' 0
line 'POP3 deletes' 'pop/INBOX: delete there 1'
is 'it is still there' "$(e2e_count bob@one.test)" 7
"$signet" sync pop 2>/dev/null; is 'the pass' $? 0
is 'now it is gone' "$(e2e_count bob@one.test)" 6
e2e_as_mail sh -c 'rm $(find "$1/cur" "$1/new" -type f | head -n 20)' sh "$box"
planned 'the brake' 0
line 'the brake' 'hold back 20'
"$signet" sync one 2>"$T/err"; is 'held back: status' $? 69
has 'held back' "$T/err" 'Nothing was deleted here'

# --- progress: on a terminal, nowhere else
profile terminal
config
e2e_fill alice@one.test 400
terminal 60x10 "script -qfc '$signet sync one' $T/typed"
wait_end 60
has 'progress' "$T/typed" 'one/INBOX: '
esc=$(printf '\033')
is 'its line is wiped' "$(tr '\r' '\n' <"$T/typed" | grep -v '^Script ' | tail -n 1 | tr -d '\n')" "$esc[K"

# --- exit statuses and their words
"$signet" sync nobody 2>"$T/err"; is 'no such account' $? 66
"$signet" sync -v 2>"$T/err"; is 'wrong usage' $? 2
"$signet" sync --help >"$T/out"; is 'help' $? 0
config
sed -i 's/echo pw-alice/echo wrong/' "$P/config/signet/config"
for o in '' -n; do
	# shellcheck disable=SC2086
	"$signet" sync $o >"$T/out" 2>"$T/err"; is "a wrong password $o" $? 77
	has 'whose' "$T/err" 'one: '
done
sed -i "s/localhost:$IMAP_PORT/localhost:1/" "$P/config/signet/config"
for o in '' -n; do
	# shellcheck disable=SC2086
	"$signet" sync $o >"$T/out" 2>"$T/err"; is "no server $o" $? 75
done
is 'the other account was looked at' "$(grep -c '^pop/INBOX' "$T/out")" 1
finish
