#!/bin/sh
# One journey on each server that there is: Dovecot, Cyrus in both its namespaces,
# Courier with and without its own trash; by IMAP, then by POP3. What other
# programs do there is done by Python's imaplib.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_can || { skip 'no mail servers here'; finish; }
echo '{}' >"$T/zone.json"
cat >"$T/other.py" <<'PY'
# other.py PORT CA USER WORD...: another program at the server
import email, imaplib, re, ssl, sys
port, ca, user, act = sys.argv[1:5]
args = sys.argv[5:]
m = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=ssl.create_default_context(cafile=ca))
m.login(user, "pw-" + user.split("@")[0])


def must(answer):
    ok, data = answer
    if ok != "OK":
        sys.exit("%s: %s" % (sys.argv[4:], data))
    return data


def boxes():
    out = []
    for line in must(m.list()):
        g = re.match(rb'\(([^)]*)\) (NIL|"[^"]*") "?([^"]*)"?$', line)
        sep = g.group(2).decode().strip('"')
        if b"noselect" not in g.group(1).lower():
            out.append((g.group(3).decode(), sep))
    return out


def raw(name):  # as the server spells it
    if name == "INBOX":
        return name
    space = must(m.namespace())[0].decode()
    prefix, sep = re.match(r'\(\("([^"]*)" "(.)"', space).groups()
    return prefix + name.replace("/", sep)


def plain(name, sep):
    name = re.sub("^INBOX" + re.escape(sep), "", name)
    return name.replace(sep, "/")


def letters(box):
    must(m.select('"%s"' % box, readonly=True))
    ok, data = m.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    out = []
    for part in data:
        if isinstance(part, tuple):
            words = re.search(rb"FLAGS \(([^)]*)\)", part[0]).group(1).decode().split()
            uid = re.search(rb"UID (\d+)", part[0]).group(1).decode()
            subject = email.message_from_bytes(part[1])["Subject"]
            out.append((uid, words, subject))
    return out


def find(box, subject):
    return [u for u, _, s in letters(raw(box)) if s == subject][0]


if act == "all":
    for box, sep in boxes():
        for uid, words, subject in letters(box):
            flags = "".join(sorted(f[1] for f in words if f in
                                   ("\\Seen", "\\Flagged", "\\Answered", "\\Draft"))).replace("A", "R")
            print(plain(box, sep), "".join(sorted(flags)) or "-", subject)
elif act == "words":
    print(" ".join(sorted(w for w in [x for x in letters(raw(args[0])) if x[2] == args[1]][0][1]
                          if w.lower() != "\\recent")))
elif act == "folders":
    print("\n".join(sorted(plain(b, s) for b, s in boxes())))
elif act == "add":
    for n in args[1:]:
        must(m.append('"%s"' % raw(args[0]), None, '"10-Mar-2026 09:00:00 +0000"', (
            "From: Pat <pat@friends.example>\r\nTo: you@here.example\r\nSubject: letter %s\r\n"
            "Message-ID: <letter%s@friends.example>\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\n\r\n"
            "This is letter %s.\r\n" % (n, n, n)).encode()))
elif act == "flag":
    uid = find(args[0], args[1])
    must(m.select('"%s"' % raw(args[0])))
    must(m.uid("STORE", uid, args[2][0] + "FLAGS", "(%s)" % args[2][1:]))
elif act in ("move", "delete"):
    uid = find(args[0], args[1])
    must(m.select('"%s"' % raw(args[0])))
    if act == "move":
        must(m.uid("COPY", uid, '"%s"' % raw(args[2])))
    must(m.uid("STORE", uid, "+FLAGS", "(\\Deleted)"))
    must(m.uid("EXPUNGE", uid))
elif act == "create":
    must(m.create('"%s"' % raw(args[0])))
elif act == "rename":
    must(m.rename('"%s"' % raw(args[0]), '"%s"' % raw(args[1])))
elif act == "drop":
    must(m.delete('"%s"' % raw(args[0])))
elif act == "validity":
    print(must(m.status('"%s"' % raw(args[0]), "(UIDVALIDITY)"))[0].decode())
m.logout()
PY
other() { python3 "$T/other.py" "$IMAPS_PORT" "$CA" "$user" "$@" || bad "$what: other $*"; }
there() { other all | sort; }
mail_here() { cd "$XDG_DATA_HOME/signet/mail/x" && find . -path '*/cur/*' -type f; }
here() {
	python3 - "$XDG_DATA_HOME/signet/mail/x" <<'PY'
import email, glob, os, sys
for f in glob.glob(sys.argv[1] + "/**/cur/*", recursive=True):
    box = os.path.relpath(os.path.dirname(os.path.dirname(f)), sys.argv[1])
    flags = "".join(c for c in f.split(":2,")[1] if c in "DFRS")
    print(box, flags or "-", email.message_from_file(open(f))["Subject"])
PY
}
sync() { "$signet" sync >"$T/out" 2>"$T/err" || bad "$what: status $?: $(cat "$T/err")"; }
# same STEP COUNT: both sides have COUNT letters and the same; the pass after does
# nothing here, there, or in the state
same() {
	here | sort >"$T/here"; there >"$T/there"
	is "$what: $1: letters" "$(wc -l <"$T/here")" "$2"
	if cmp -s "$T/here" "$T/there"; then ok
	else bad "$what: $1: not the same here (<) and there (>):"; diff "$T/here" "$T/there" | head -20; fi
	(mail_here | sort) >"$T/files"
	sync
	(mail_here | sort) | cmp -s - "$T/files" || bad "$what: $1: the pass after changed files"
	there | cmp -s - "$T/there" || bad "$what: $1: the pass after did something there"
}
account() {	# account RECEIVE [LINE...]
	{
		printf '[general]\nundo-send = 0s\n[dns]\nzone = %s\n[account "x"]\naddress = you@here.example\n' "$T/zone.json"
		printf 'receive = %s\nsend = sendmail:true\nca-file = %s\n' "$1" "$CA"
		printf 'password-command = echo pw-alice\n'
		shift
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}

# imap: the journey of $user on the server that stands in IMAP_PORT ...
imap() {
	account "imap://$user@localhost:$IMAP_PORT" 'keywords = $label1:work'
	other add INBOX $(seq 1 30)
	other create Lists
	other add Lists $(seq 31 35)
	other flag INBOX 'letter 3' '+\Seen \Flagged'
	sync
	same 'first pass' 35
	other add INBOX 36 37
	other add Lists 38
	sync
	same 'new mail' 38
	# flags and keywords, both ways
	other flag INBOX 'letter 4' '+\Answered'
	other flag INBOX 'letter 3' '-\Flagged'
	other flag INBOX 'letter 5' '+$label1 $Junk'
	"$signet" tag +flagged -- 'subject:"letter 6"' 2>/dev/null
	"$signet" tag -unread -- 'subject:"letter 7"' 2>/dev/null
	"$signet" tag +work -- 'subject:"letter 8"' 2>/dev/null
	sync
	same flags 38
	is "$what: a keyword comes" "$("$signet" search --json 'tag:work and tag:junk' | wc -l)" 1
	is "$what: a keyword goes" "$(other words INBOX 'letter 8')" '$label1'
	"$signet" tag -work -- 'subject:"letter 5"' 2>/dev/null
	other flag INBOX 'letter 8' '-$label1'
	sync
	is "$what: a keyword is taken away there" "$(other words INBOX 'letter 5')" '$Junk'
	is "$what: and here" "$("$signet" search --json 'tag:work' | wc -l)" 0
	# moves, both ways; deletions, both ways
	other move INBOX 'letter 9' Lists
	"$signet" move x/Lists -- 'subject:"letter 10"' 2>/dev/null
	"$signet" move x/Trash -- 'subject:"letter 11"' 2>/dev/null
	"$signet" move x/Archive -- 'subject:"letter 12" or subject:"letter 13"' 2>/dev/null
	other delete INBOX 'letter 14'
	sync; sync
	# a server with a trash of its own keeps what another program has deleted
	kept=0
	[ "$what" != courier-trash ] || kept=1
	same moves $((37 + kept))
	is "$what: moved there" "$(grep -c '^Lists .*letter \(9\|10\)$' "$T/here")" 2
	is "$what: moved here" "$(grep -c '^Archive .*letter 1[23]$' "$T/there")" 2
	has "$what: deleted here" "$T/there" 'Trash - letter 11'
	# for ever
	"$signet" erase --yes -- 'subject:"letter 11"' >"$T/out" 2>&1 || bad "$what: erase: $(cat "$T/out")"
	sync
	same 'erased for ever' $((36 + kept))
	# the copy of a sent letter
	printf 'From: you@here.example\nTo: pat@friends.example\nSubject: sent by us\nDate: Tue, 10 Mar 2026 10:00:00 +0000\nMessage-ID: <sent@here.example>\n\nhi\n' |
		"$signet" send --now >"$T/out" 2>&1 || bad "$what: send: $(cat "$T/out")"
	sync
	same 'a sent letter' $((37 + kept))
	is "$what: its copy" "$(grep -c 'S sent by us$' "$T/there")" 1
	# folders, by others
	other create News
	other add News 41
	sync
	other rename News Old
	sync
	case $what in
	courier*)
		# it gives the folder another UIDVALIDITY: that is a new folder, and
		# the old one's letters stay until the user says otherwise
		has "$what: what was renamed is said to be gone" "$T/err" 'x/News is no longer on the server'
		has "$what: and its letter stays" "$(here >"$T/here"; echo "$T/here")" 'News - letter 41'
		rm "$XDG_DATA_HOME/signet/mail/x/News/cur/"*
		sync ;;
	esac
	same 'a folder made and renamed there' $((38 + kept))
	has "$what: it follows" "$T/here" 'Old - letter 41'
	# made anew: another UIDVALIDITY, the same letters
	other validity Lists >"$T/v1"
	other drop Lists; sleep 1; other create Lists
	other add Lists $(seq 31 35) 38 9 10
	other validity Lists >"$T/v2"
	if cmp -s "$T/v1" "$T/v2"; then bad "$what: UIDVALIDITY is the same: $(cat "$T/v1")"; else ok; fi
	sync; sync
	same 'another UIDVALIDITY' $((38 + kept))
	folders_of_ours
}

# folders made, renamed and deleted on the screen
folders_of_ours() {
	terminal 100x40 "$signet"
	wait_screen 'x/INBOX' 20
	keys Left; keys +
	wait_screen 'New folder:' 5; keys 'Work/2026' Enter
	gone() { other folders >"$T/folders"; ! grep -qx "$1" "$T/folders"; }
	is_there() { other folders >"$T/folders"; grep -qx "$1" "$T/folders"; }
	if e2e_wait 10 is_there Work/2026; then ok; else bad "$what: no folder there: $(cat "$T/folders")"; fi
	keys q; keys c; wait_screen 'Go to folder' 3; keys 'Work/2026' Enter
	wait_screen 'x/Work/2026' 10
	keys Left; keys r; wait_screen 'New name: Work/2026' 5; keys C-u 'Work/2027' Enter
	if e2e_wait 10 is_there Work/2027; then ok; else bad "$what: not renamed there: $(cat "$T/folders")"; fi
	if e2e_wait 10 gone Work/2026; then ok; else bad "$what: the old name stays there"; fi
	keys q; keys c; wait_screen 'Go to folder' 3; keys 'Work/2027' Enter
	wait_screen 'x/Work/2027' 10
	keys Left; keys d; wait_screen 'y' 5; keys y
	if e2e_wait 10 gone Work/2027; then ok; else bad "$what: not deleted there: $(cat "$T/folders")"; fi
	keys q q y
	wait_end 10
	sync
	same 'folders of ours' $((38 + kept))
}

# pop3: what $user has in the INBOX: fetched, left, deleted
pop3() {
	kept=$(other all | grep -c '^INBOX ')
	account "pop3://$user@localhost:$POP3_PORT"
	sync
	is "$what: POP3: fetched" "$(here | grep -c '^INBOX ')" "$kept"
	is "$what: POP3: left" "$(other all | grep -c '^INBOX ')" "$kept"
	(mail_here | sort) >"$T/files"
	sync
	(mail_here | sort) | cmp -s - "$T/files" && ok || bad "$what: POP3: the pass after changed files"
	other add INBOX 90
	account "pop3s://$user@localhost:$POP3S_PORT" 'delete-when-deleted = yes'
	sync
	is "$what: POP3: a new letter" "$(here | grep -c '^INBOX .*letter 90$')" 1
	"$signet" move x/Trash -- 'subject:"letter 90"' 2>/dev/null
	sync
	is "$what: POP3: deleted there" "$(other all | grep -c '^INBOX ')" "$kept"
	account "pop3s://$user@localhost:$POP3S_PORT" 'leave-on-server = no'
	sync
	is "$what: POP3: taken away" "$(other all | grep -c '^INBOX ')" 0
	is "$what: POP3: all are here" "$(here | wc -l)" $((kept + 1))
	sync
	is "$what: POP3: nothing more" "$(here | wc -l)" $((kept + 1))
}

# server NAME STARTER USER
server() {
	what=$1 starter=$2 user=$3
	if ! "$srcdir/tests/e2e/$starter" up "$T/$what" "$user" >"$T/why" 2>&1; then
		skip "$what: $(tail -n 1 "$T/why")"
		return
	fi
	. "$T/$what/env"
	profile "$what-imap"
	imap
	profile "$what-pop3"
	pop3
	"$srcdir/tests/e2e/$starter" down "$T/$what"
}
e2e_stop() {
	for d in dovecot cyrus cyrus-alt courier courier-trash; do
		[ ! -d "$T/$d" ] || "$srcdir/tests/e2e/${d%-*}" down "$T/$d"
	done
}
: "${SIGNET_E2E_SERVERS:=dovecot cyrus cyrus-alt courier courier-trash}"
for s in $SIGNET_E2E_SERVERS; do
	case $s in
	dovecot) server dovecot dovecot alice@one.test ;;
	cyrus) server cyrus cyrus alice ;;
	cyrus-alt) CYRUS_NAMESPACE=alt; export CYRUS_NAMESPACE; server cyrus-alt cyrus alice ;;
	courier) server courier courier alice@one.test ;;
	courier-trash)
		COURIER_EXPUNGE_TO_TRASH=1; export COURIER_EXPUNGE_TO_TRASH
		server courier-trash courier alice@one.test ;;
	*) bad "no server '$s'" ;;
	esac
done
finish
