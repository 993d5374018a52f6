#!/bin/sh
# One part that stayed on the server is saved alone: decoded there (BINARY) or
# here, whole or not at all, and the letter stays as it was.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
profile one
. "$srcdir/tests/e2e/partial"

# a letter with a picture in two pieces, a second one, and a file in
# quoted-printable whose bytes are its own
"$e2e_python" - "$T" $$ <<'PY'
import base64, quopri, random, sys
random.seed(11)
top, mark = sys.argv[1:]
files = {"one.png": random.randbytes(5000001), "two.png":
         random.randbytes(1500000), "three.dat": b"".join(
             b"line %d = \xea\xb0\x80 %s \r x\n" % (i, b"y" * (i % 90))
             for i in range(30000))}
out = b"""From: Pat <pat@friends.example>
To: alice@one.test
Subject: three files
Date: Tue, 10 Mar 2026 23:00:00 +0000
Message-ID: <three.%s@friends.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: text/plain

The text of it.
""" % mark.encode()
for name, data in files.items():
    open(top + "/" + name, "wb").write(data)
    qp = name == "three.dat"
    out += b"--outer\nContent-Type: application/octet-stream\n" \
        b"Content-Transfer-Encoding: %s\n" \
        b"Content-Disposition: attachment; filename=%s\n\n%s\n" % (
            b"quoted-printable" if qp else b"base64", name.encode(),
            quopri.encodestring(data).replace(b"\r", b"=0D") if qp else base64.encodebytes(data)[:-1])
open(top + "/three", "wb").write(out + b"--outer--\n")
PY

peer() { # ARGUMENT...: the letter is here without its files
	e2e_imapd --letters 1 --letter "$T/three" "$@" || bad 'no peer'
	profile "peer$PEER_PORT"
	e2e_peer_account
	printf '%s\n' 'attachments = 1 MB' >>"$P/config/signet/config"
	mail=$XDG_DATA_HOME/signet/mail/one state=$XDG_STATE_HOME/signet/one.db
	begin
}
letters() { find "$mail/INBOX/cur" -type f -exec md5sum {} + | cut -c1-32 | sort; }
begin() {
	mkdir -p "$P/Downloads"
	sync; is 'sync without the files' "$? $(missing | sed 's/:[0-9]*//g; s/^\S* \S* //')" \
		'0 2 3 4'
	before=$(letters)
}
save() { # NAME SAYS [KEY...]: save the part at the cursor, after these keys
	save_name=$1 save_says=$2; shift 2
	{
		printf '%s\n' ':wait-text three files' ':wait-idle' Enter \
			':wait-text The text of it' v ':wait-text one.png' "$@" \
			s ':wait-text Save into' Enter ":wait-text $save_says" \
			":save-screen $T/$save_name" :wait-idle \
			":save-stalls $T/stalls" :quit
	} | script "$save_name" 100x30
}
asked() { # WHAT SECTIONS: the peer ends, and these parts were asked for
	e2e_end "$PEER_PID"
	is "$1" "$("$e2e_python" -c 'import json,sys; print(*[s for s in json.load(open(sys.argv[1]))["sections"] if s[-2:] != "1]"])' "$PEER_REPORT")" "$2"
}
untouched() {
	is "$1: the letter is as it was" \
		"$(missing | sed 's/:[0-9]*//g; s/^\S* \S* //') $(letters)" \
		"2 3 4 $before"
}
nothing() { is "$1: no file is left" "$(find "$P/Downloads" -type f)" ''; }
saved() { # WHAT FILE [NAME]: it is there, and nothing else is
	cmp -s "$T/$2" "$P/Downloads/${3:-$2}" && ok ||
		bad "$1: $(ls -la "$P/Downloads")"
	is "$1: no half file" "$(find "$P/Downloads" -name '.*.part')" ''
	untouched "$1"
}

# --- decoded there
peer --with BINARY
echo mine >"$P/Downloads/one.png"
save binary 'saved as'
saved 'BINARY' one.png one-2.png
below 'no key waited (ms)' "$(stalls "$T/stalls")" 50
has 'its name is said' "$T/binary" 'saved as ~/Downloads/one-2.png'
is 'what was there stays' "$(cat "$P/Downloads/one.png")" mine
save quoted 'saved as' j j
saved 'quoted-printable' three.dat
asked 'these alone were asked for' \
	'BINARY.PEEK[2]<0 BINARY.PEEK[2]<4194304 BODY.PEEK[4]<0'

# --- and here
peer
save plain 'saved as'
saved 'without BINARY' one.png
asked 'it was not asked for' \
	'BODY.PEEK[2]<0 BODY.PEEK[2]<4194304'
for how in '--no BINARY:[UNKNOWN-CTE] never heard of it' '--bad BINARY:what?'; do
	peer --with BINARY "${how%% *}" "${how#* }"
	save refused 'saved as' j
	saved "$how" two.png
	asked 'it was asked for first' 'BINARY.PEEK[3]<0 BODY.PEEK[3]<0'
done
peer --no-pieces --with BINARY
save unbound 'saved as'
saved 'no bounds' one.png
asked 'at once' 'BINARY.PEEK[2]<0'
peer --bad-pieces
save unbound 'saved as'
saved 'bounds are BAD' one.png
asked 'at once' 'BODY.PEEK[2]<0 BODY.PEEK[2]'

# --- how far it is; another letter comes between two pieces
peer --with BINARY --stall BINARY:2 --always
save waiting 'this part: 4 of'
e2e_end "$PEER_PID"
saved 'what was under way' one.png
# --- left amid it: the program ends at once, and nothing stays
peer --with BINARY --stall BINARY:30 --always
script left 100x30 <<KEYS
:wait-text three files
:wait-idle
Enter
:wait-text The text of it
v
:wait-text one.png
s
:wait-text Save into
Enter
:wait-text fetching it
:quit
KEYS
nothing 'left amid it'
untouched 'left amid it'
e2e_end "$PEER_PID"

# --- the line is lost, in the first piece and in a later one
for how in '' '--with BINARY'; do
	peer --drop-part 300000 $how
	save lost 'was not saved'
	nothing "the line is lost $how"
	has 'why' "$T/lost" 'was lost'
	untouched "the line is lost $how"
	# and it is there again
	save again 'saved as'
	saved "again $how" one.png
	e2e_end "$PEER_PID"
done

# --- a server that says what it likes
for odd in 'BINARY[2]<0> NIL' 'BINARY[2]<0> "abc"'; do
	peer --with BINARY --binary "$odd"
	save odd 'was not saved'
	nothing "$odd"
	has 'why' "$T/odd" 'there should be'
	e2e_end "$PEER_PID"
done
peer --with BINARY --binary 'BINARY[3]<0> "abc"'
save odd 'was not saved'
nothing 'another section'
has 'why' "$T/odd" 'not asked for'
e2e_end "$PEER_PID"

# --- no room, no folder: said, and the session lives
peer --with BINARY
rmdir "$P/Downloads"
save nowhere 'was not saved'
has 'no folder' "$T/nowhere" 'cannot open the directory'
asked 'nothing was asked for' ''

# --- without a line
peer --with BINARY
echo 'metered = yes' >>"$P/config/signet/config"
save offline 'goes online'
has 'what to do' "$T/offline" 'goes online, then save it again'
nothing offline
e2e_end "$PEER_PID"

# --- the whole letter comes first: then it is saved from there; all are saved
peer --with BINARY --stall PIECE:1 --always
script both 100x30 <<KEYS
:wait-text three files
:wait-idle
Enter
:wait-text The text of it
v
:wait-text one.png
s
:wait-text Save into
Enter
Enter
:wait-text it is here now
:wait-idle
S
:wait-text Save all
Enter
:wait-idle
:quit
KEYS
is 'all is here' "$(missing | wc -l)" 0
for name in one.png two.png three.dat; do
	cmp "$T/$name" "$P/Downloads/$name" && ok || bad "$name of all: $(ls -la "$P/Downloads")"
done
e2e_end "$PEER_PID"

# --- Dovecot
profile dovecot
account 'attachments = 1 MB'
mail=$XDG_DATA_HOME/signet/mail/one state=$XDG_STATE_HOME/signet/one.db
e2e_deliver alice@one.test <"$T/three"
begin
save dovecot 'saved as'
saved 'from Dovecot' one.png
lacks 'decoded there' "$XDG_STATE_HOME/signet/log" 'is not decoded there'
script all 100x30 <<KEYS
:wait-text three files
:wait-idle
Enter
:wait-text The text of it
v
:wait-text one.png
S
:wait-text Save all
Enter
:wait-idle
:quit
KEYS
saved 'all from Dovecot' one.png one-2.png
saved 'all from Dovecot' two.png
saved 'all from Dovecot' three.dat
finish
