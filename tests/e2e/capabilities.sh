#!/bin/sh
# Dovecot without each of its capabilities, one after the other, and without all:
# the same changes on both sides end in the same mail, here and there. By default
# those that a pass leans on most; SIGNET_E2E_WORDS names others.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
words='IDLE ENABLE QRESYNC CONDSTORE LIST-STATUS LIST-EXTENDED SPECIAL-USE ESEARCH UIDPLUS MOVE NAMESPACE ID QUOTA NOTIFY UNSELECT LITERAL+ SASL-IR COMPRESS=DEFLATE'
DOVECOT_PLUGINS='zlib imap_zlib quota imap_quota'
DOVECOT_CAPABILITY="IMAP4rev1 $words"
export DOVECOT_PLUGINS DOVECOT_CAPABILITY
e2e_servers all@one.test
conf=$T/dovecot/dovecot.conf

# announce USER WORD...: from now on, to USER
announce() {
	user=$1; shift
	echo "$user@one.test:pw-$user" >>"$T/dovecot/users"
	e2e_as_mail mkdir -p "$MAIL/one.test/$user"
	sed "s/^\( *imap_capability\) = .*/\1 = $*/" "$conf" >"$conf.new" &&
		cat "$conf.new" >"$conf"
	e2e_as_mail kill -HUP "$(cat "$T/dovecot/run/master.pid")"
	cat >"$T/ask" <<'PY'
import imaplib, ssl, sys
m = imaplib.IMAP4_SSL("localhost", int(sys.argv[1]),
                      ssl_context=ssl._create_unverified_context())
m.login(sys.argv[2] + "@one.test", "pw-" + sys.argv[2])
got = m.capability()[1][0].decode().split()
sys.exit(sorted(got) != sorted(sys.argv[3:]))
PY
	e2e_wait 10 python3 "$T/ask" "$IMAPS_PORT" "$user" "$@" ||
		bad "Dovecot does not announce: $*"
}
# there: what the server has of $user: folder, flags, content
there() {
	(cd "$MAIL/one.test/$user/Maildir" &&
		find . \( -path '*/cur/*' -o -path '*/new/*' \) -type f -exec md5sum {} + |
		sed -n -e 's|:2,\([A-Z]*\)$| \1|' -e 's|  \./\.|  ./|' \
			-e 's|^\([0-9a-f]*\)  \./\(.*\)/[cn][ue][rw]/[^ ]* *\([A-Z]*\)$|\2 \3 \1|p' \
			-e 's|^\([0-9a-f]*\)  \./[cn][ue][rw]/[^ ]* *\([A-Z]*\)$|INBOX \2 \1|p' | sort)
}
here() {
	(cd "$XDG_DATA_HOME/signet/mail" &&
		find one -path '*/cur/*' -type f -exec md5sum {} + |
		sed -n 's|^\([0-9a-f]*\)  one/\(.*\)/cur/[^/]*:2,\([A-Z]*\)$|\2 \3 \1|p' | sort)
}
sync() { "$signet" sync >"$T/out" 2>"$T/err" || bad "$what: $(cat "$T/err")"; }
its() { e2e_as_mail grep -rlxF "Subject: letter $1" "$MAIL/one.test/$user/Maildir" --include='*.fill*'; }
# a pass, changes on both sides, a pass that brings them over, one that has
# nothing to do
both() {
	profile "$user"
	{
		printf '[dns]\nzone = %s\n\n' "$T/zone.json"
		e2e_account one "$user@one.test"
	} >"$P/config/signet/config"
	e2e_fill "$user@one.test" 40
	sync
	box=$MAIL/one.test/$user/Maildir
	# there: flags, a deletion, a move, new letters in two mailboxes
	f=$(its 7); e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,FS"
	e2e_as_mail rm "$(its 9)"
	f=$(its 11); e2e_as_mail mv "$f" "$box/.Trash/new/$(basename "${f%%:2,*}")"
	for n in 101 102 103; do
		e2e_letter $n | e2e_deliver "$user@one.test"
	done
	e2e_letter 104 | e2e_deliver "$user@one.test" Archive
	# here: flags, moves, an import
	"$signet" tag +flagged -- 'subject:"letter 13"' 2>/dev/null
	"$signet" tag -unread -- 'subject:"letter 14"' 2>/dev/null
	"$signet" move one/Archive -- 'subject:"letter 15"' 2>/dev/null
	"$signet" move one/Trash -- 'subject:"letter 16"' 2>/dev/null
	printf 'From x@y Tue Mar 10 09:00:00 2026\nFrom: Pat <pat@friends.example>\nSubject: from an mbox\nMessage-ID: <mbox@friends.example>\n\nhi\n' >"$T/mbox"
	"$signet" import --account one --folder Old "$T/mbox" >"$T/out" 2>&1 ||
		bad "import: $(cat "$T/out")"
	sync
	here >"$T/here" && there >"$T/there"
	sync
	here | cmp -s - "$T/here" || bad "$what: the third pass did something here"
	there | cmp -s - "$T/there" || bad "$what: the third pass did something there"
}

what='with all'
announce all IMAP4rev1 $words
both
mv "$T/here" "$T/all.here"
mv "$T/there" "$T/all.there"
is 'letters here' "$(wc -l <"$T/all.here")" 44
is 'both sides have the same' "$(cmp "$T/all.here" "$T/all.there" && echo same)" same
has 'a flag went up' "$T/all.there" 'INBOX F '
has 'a letter was moved up' "$T/all.there" 'Archive '
k=0
for word in ${SIGNET_E2E_WORDS:-QRESYNC CONDSTORE ENABLE LIST-STATUS SPECIAL-USE ESEARCH UIDPLUS MOVE}; do
	k=$((k + 1)) what="without $word"
	set -- IMAP4rev1
	for w in $words; do [ "$w" = "$word" ] || set -- "$@" "$w"; done
	announce "u$k" "$@"
	both
	for side in here there; do
		cmp -s "$T/$side" "$T/all.$side" && { ok; continue; }
		bad "$what: not the same $side:"
		diff "$T/all.$side" "$T/$side" | head -10
	done
done
what='RFC 3501 alone'
announce bare IMAP4rev1
both
is "$what: here" "$(cmp "$T/here" "$T/all.here" && echo same)" same
is "$what: there" "$(cmp "$T/there" "$T/all.there" && echo same)" same
finish
