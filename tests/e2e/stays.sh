#!/bin/sh
# A letter that is deleted there while it is changed here stays, on both sides
# and once; also where the server has no room for it, and where somebody has only
# moved it. What was changed here is told of no other letter that has its number.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
sync() { "$signet" sync >"$T/out" 2>"$T/err"; }
mail() { echo "$XDG_DATA_HOME/signet/mail/one/$1/cur"; }
here() { # FOLDER N: flags of letter N here, a line a file
	grep -l "^Subject: letter $2\$" -r "$(mail "$1")" 2>/dev/null | sed 's/.*:2,/+/'
}
files() { find "$XDG_DATA_HOME/signet/mail/one" -path '*/cur/*' -type f | sort; }
quiet() { # WHAT: a pass after does nothing
	files >"$T/before"
	sync; is "$1: the pass after" $? 0
	files | cmp -s "$T/before" - && ok || bad "$1: the pass after does something"
}

# --- Dovecot, which says what has changed
profile dovecot
{
	printf '[dns]\nzone = %s\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
box=$MAIL/one.test/alice/Maildir
there() { # FOLDER N: flags of letter N there, a line a file
	grep -l "^Subject: letter $2.\?\$" -r "$box$1/cur" "$box$1/new" 2>/dev/null | sed 's/.*:2,/+/; s,^/.*,+,'
}
e2e_fill alice@one.test 6
sync; is 'the first pass' $? 0
"$signet" tag +flagged -- 'subject:"letter 2" or subject:"letter 3" or subject:"letter 4"' 2>/dev/null
e2e_as_mail rm "$(grep -l '^Subject: letter 2$' -r "$box/cur" "$box/new")"
e2e_as_mail rm "$(grep -l '^Subject: letter 5$' -r "$box/cur" "$box/new")"
f=$(grep -l '^Subject: letter 3$' -r "$box/cur" "$box/new")
e2e_as_mail mkdir -p "$box/.Archive/cur" "$box/.Archive/new" "$box/.Archive/tmp"
e2e_as_mail mv "$f" "$box/.Archive/cur/"
# both sides have flagged this one
f=$(grep -l '^Subject: letter 4$' -r "$box/cur" "$box/new")
e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,F"
sync; is 'a pass' $? 0
is 'changed here, deleted there: here' "$(here INBOX 2)" +F
is 'and there' "$(there '' 2)" +F
is 'changed here, moved there: here' "$(here INBOX 3)$(here Archive 3)" +F
is 'and there' "$(there '' 3)$(there /.Archive 3)" +F
is 'changed on both sides' "$(here INBOX 4)$(there '' 4)" +F+F
is 'deleted alone' "$(here INBOX 5)$(there '' 5)" ''
is 'nothing waits' "$("$e2e_python" -c 'import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("select (select count(*) from op), (select count(*) from message where agreed <> flags)").fetchone())' "$XDG_STATE_HOME/signet/one.db")" '0 0'
quiet Dovecot
# it alone, when Dovecot says what it has before it says that it has marked it
"$signet" tag +flagged -- 'subject:"letter 6"' 2>/dev/null
e2e_as_mail rm "$(grep -l '^Subject: letter 6$' -r "$box/cur" "$box/new")"
sync; is 'one alone' $? 0
is 'one alone: here and there' "$(here INBOX 6)$(there '' 6)" +F+F
quiet 'one alone'

# --- numbered anew, so that another has the number of the one that was changed
rm -rf "$XDG_DATA_HOME/signet" "$XDG_STATE_HOME/signet" "$box"
e2e_fill alice@one.test 3
sync; is 'before the numbers change' $? 0
"$signet" tag +flagged -- 'subject:"letter 2"' 2>/dev/null
e2e_letter 4 | e2e_deliver alice@one.test
was=$(e2e_as_mail cat "$box/dovecot-uidlist") # a new one is 2 from now on
base() { basename "$(grep -l "^Subject: letter $1\$" -r "$box/cur" "$box/new")" | sed 's/:2,.*//'; }
{
	echo "$was" | sed -n '1s/ V[0-9]* N[0-9]*/ V7 N4/p'
	printf '1 :%s\n2 :%s\n3 :%s\n' "$(base 2)" "$(base 4)" "$(base 3)"
} >"$T/uidlist"
e2e_as_mail rm "$(grep -l '^Subject: letter 1$' -r "$box/cur" "$box/new")"
e2e_as_mail sh -c 'rm "$1"/dovecot*; cat >"$1/dovecot-uidlist"' sh "$box" <"$T/uidlist"
sync; sync; is 'numbered anew' $? 0
is 'the one' "$(here INBOX 2) $(there '' 2)" '+F +F'
is 'no other' "$(here INBOX 3) $(there '' 3) $(here INBOX 4) $(there '' 4)" '+ + + +'

# --- a server that has next to nothing; and one that is full meanwhile
server() { e2e_imapd --letters 4 --flagged 3 "$@" || bad 'the peer did not start'; e2e_peer_account; }
counts() { # letters there, and what flags those have that have some
	"$e2e_python" - "$PEER_REPORT" <<'PY'
import json, sys
for name, letters in sorted(json.load(open(sys.argv[1]))["boxes"].items()):
    if letters:
        print(name, len(letters), sorted(" ".join(f) for _, f in letters if f))
PY
}
for less in '' 'ESEARCH CONDSTORE QRESYNC UIDPLUS MOVE'; do
	# shellcheck disable=SC2046
	set -- $(printf ' --without %s' $less)
	[ -n "$less" ] || set --
	profile "peer-${less%% *}"
	server "$@"
	sync; is 'the first pass' $? 0
	"$signet" tag +flagged -- 'subject:"letter 2"' 2>/dev/null
	"$signet" tag -flagged -- 'subject:"letter 3"' 2>/dev/null
	e2e_end "$PEER_PID"
	for n in 1 2; do # the second session finds files that no row knows
		server "$@" --gone 2 --gone 3 --no 'APPEND:[OVERQUOTA] full'
		sync
		e2e_end "$PEER_PID"
		is "full, pass $n: here" "$(here INBOX 2) $(here INBOX 3)" '+F +'
	done
	server "$@" --gone 2 --gone 3
	sync; is 'with room again' $? 0
	is 'they are here' "$(here INBOX 2) $(here INBOX 3)" '+F +'
	quiet 'with room again'
	e2e_end "$PEER_PID"
	is 'and there, each once' "$(counts)" "INBOX 4 ['\\\\Flagged']"
done
finish
