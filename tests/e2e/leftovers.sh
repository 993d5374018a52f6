#!/bin/sh
# A pass dies with letters on the disk that have no row yet, the index finds
# them, and the user moves, flags or deletes one before the next pass: it is
# still the server's letter, and no second one. The same where it came once more,
# since its mailbox had been numbered anew.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile leftovers
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
mail=$XDG_DATA_HOME/signet/mail/one
box=$MAIL/one.test/alice/Maildir
here() { find "$mail/$1/cur" -type f 2>/dev/null | wc -l | tr -d ' '; }
both() { echo "$(here INBOX) $(here Archive), $(e2e_count alice@one.test) $(e2e_count alice@one.test Archive)"; }
quiet() { "$signet" "$@" >"$T/out" 2>&1; }
# row_less: files that came and that no row or orphan is of
row_less() {
	find "$mail/INBOX/cur" -type f | sed 's,.*/,,; s,:2.*,,' | sort |
		"$e2e_python" -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
known = {r[0] for t in ("message", "orphan", "op") for r in db.execute("select base from " + t)}
print(sum(x.strip() not in known for x in sys.stdin))' "$XDG_STATE_HOME/signet/one.db"
}
e2e_fill alice@one.test 3
quiet sync
cp -a "$P" "$T/here"
cp -a "$box" "$T/there"

# try NAME STEPS WANT COMMAND...: at each durable step a death, COMMAND, two passes
try() {
	name=$1 most=$2 want=$3 met=0 n=1
	shift 3
	while [ $n -le "$most" ]; do
		for at in $n "$n+"; do
			rm -rf "$P" "$box"
			cp -a "$T/here" "$P"
			cp -a "$T/there" "$box"
			before "$name"
			SIGNET_DIE_AT=$at quiet sync
			[ "$(row_less)" = 0 ] || met=$((met + 1))
			quiet tag +flagged -- 'subject:"letter 1"' # the index looks
			quiet "$@" || continue # it is not here yet
			quiet sync; quiet sync
			is "$name, death at $at" "$(both)" "$want"
		done
		n=$((n + 1))
	done
	[ $met -gt 0 ] && ok || bad "$name: no death left a file without a row"
}
before() {
	case $1 in
	new*) e2e_letter 4 | e2e_deliver alice@one.test ;;
	anew*) e2e_as_mail sh -c 'rm -f "$1"/dovecot*' sh "$box" ;;
	esac
}
steps=${SIGNET_E2E_STEPS:-7}
try 'new, moved' "$steps" '3 1, 3 1' move one/Archive -- 'subject:"letter 4"'
try 'new, deleted' "$steps" '3 0, 3 0' erase --yes -- 'subject:"letter 4"'
try 'anew, moved' "$steps" '2 1, 2 1' move one/Archive -- 'subject:"letter 3"'
try 'anew, flagged' "$steps" '3 0, 3 0' tag +flagged -- 'subject:"letter 3"'

# --- two deaths: the letter was moved before it came again without a row
n=1
while [ $n -le "$steps" ]; do
	rm -rf "$P" "$box"
	cp -a "$T/here" "$P"
	cp -a "$T/there" "$box"
	before anew
	for at in "$n" "$n+"; do
		SIGNET_DIE_AT=$at quiet sync
		quiet tag +flagged -- 'subject:"letter 1"'
		quiet move one/Archive -- 'subject:"letter 3"'
		quiet tag +flagged -- 'subject:"letter 2"'
		before anew
	done
	quiet sync; quiet sync
	is "two deaths at $n" "$(both)" '2 1, 2 1'
	n=$((n + 1))
done
finish
