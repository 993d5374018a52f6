#!/bin/sh
# How soon a letter stands in the list after the server has it: 50 of them, one
# after the other, the screen looked at all the time.
# alone: it measures when letters come
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
times=${SIGNET_E2E_ARRIVALS:-50}

# arrivals COUNT SUBJECT FIRST COMMAND...: COMMAND N "SUBJECT N" brings a letter,
# N counts on from FIRST; the median and the greatest of the ms until it stands
# on the screen of the private tmux, or "never". COMMAND "imap PORT CA USER" is
# another program at that server, signed in before the time counts.
arrivals() {
	python3 - "$tmux_socket" "$@" <<'PY'
import imaplib, random, ssl, statistics, subprocess, sys, time
socket, count, word, first = sys.argv[1:5]
command = sys.argv[5:]
took = []
if command[0] == "imap":
    m = imaplib.IMAP4_SSL("localhost", int(command[1]),
                          ssl_context=ssl.create_default_context(cafile=command[2]))
    m.login(command[3], "pw-" + command[3])


def bring(n, subject):
    if command[0] != "imap":
        return subprocess.run(command + [n, subject], check=True,
                              stdout=subprocess.DEVNULL)
    ok, why = m.append("INBOX", None, None, (
        "From: Pat <pat@friends.example>\r\nSubject: %s\r\nMessage-ID: <%s@x>"
        "\r\nDate: Tue, 10 Mar 2026 10:%02d:%02d +0000\r\n\r\nhi\r\n"
        % (subject, n, int(n) // 60, int(n) % 60)).encode())
    assert ok == "OK", why


for i in range(int(first) + 1, int(first) + int(count) + 1):
    subject = "%s%d" % (word, i)
    start = time.monotonic()
    bring(str(i), subject)
    while True:
        shown = subprocess.run(["tmux", "-L", socket, "capture-pane", "-p"],
                               capture_output=True).stdout.decode()
        now = time.monotonic()
        if subject + " " in shown or subject + "\n" in shown:
            break
        if now - start > 20:
            print("never")
            sys.exit()
        time.sleep(0.002)
    took.append((now - start) * 1000)
    time.sleep(random.uniform(0.2, 0.4))  # at any point of anybody's rhythm
took.sort()
print("%.0f %.0f" % (statistics.median(took), took[-1]))
PY
}

# --- a server that says at once what it has
e2e_imapd --letters 200 --on-signal letter || bad "the peer did not start"
profile peer
e2e_peer_account
terminal 100x30 "$signet"
wait_screen 'letter 200' 20
wait_screen ' 200 messages, ' 20
sleep 1
set -- $(arrivals "$times" 'letter ' 200 sh -c "kill -USR1 $PEER_PID" sh | sed 's/never/99999 99999/')
echo "from the server to the list: ${1:-} ms in the middle of $times, ${2:-} at most"
below 'a letter stands in the list after (ms)' "${1:-99999}" 300
keys q y
wait_end 10

# --- Cyrus, which tells at once too
if "$srcdir/tests/e2e/cyrus" up "$T/cyrus" alice >"$T/why" 2>&1; then
	(
		. "$T/cyrus/env"
		profile cyrus
		printf '[dns]\nzone = %s\n[account "one"]\naddress = you@here.example\nreceive = imap://alice@localhost:%s\nsend = local:\nca-file = %s\npassword-command = echo pw-alice\n' \
			"$T/zone.json" "$IMAP_PORT" "$CA" >"$P/config/signet/config"
		python3 "$srcdir/tests/peer/other.py" "$IMAPS_PORT" "$CA" alice add INBOX 1 2 3
		terminal 100x30 "$signet"
		wait_screen 'letter 3' 20 >/dev/null
		sleep 1
		arrivals "$times" 'now arrived ' 200 imap "$IMAPS_PORT" "$CA" alice >"$T/took"
		keys q y
		wait_end 10 >/dev/null
	)
	"$srcdir/tests/e2e/cyrus" down "$T/cyrus"
	# shellcheck disable=SC2046
	set -- $(sed 's/never/99999 99999/' "$T/took")
	echo "by Cyrus: ${1:-} ms in the middle of $times, ${2:-} at most"
	below 'a letter in Cyrus stands in the list after (ms)' "${1:-99999}" 300
else
	skip "Cyrus: $(tail -n 1 "$T/why")"
fi

# --- Dovecot, which waits for half a second before it tells what came
# (NOTIFY_DELAY_MSECS in its mailbox-watch.c); no client can be faster
profile dovecot
{
	printf '[dns]\nzone = %s\n\n' "$T/zone.json"
	e2e_account one alice@one.test
} >"$P/config/signet/config"
e2e_fill alice@one.test 200
cat >"$T/deliver" <<END
srcdir='$srcdir' T='$T' MAIL='$MAIL'
. '$srcdir/tests/e2e/lib.sh'
e2e_letter \$1 '' "\$2" | e2e_deliver alice@one.test
END
terminal 100x30 "$signet"
wait_screen 'letter 200' 20
wait_screen ' 200 messages, ' 20
sleep 1
set -- $(arrivals 10 'now arrived ' 200 sh "$T/deliver" | sed 's/never/99999 99999/')
echo "by Dovecot: ${1:-} ms in the middle of 10, ${2:-} at most, 500 of them its own"
below 'a letter in Dovecot stands in the list after (ms)' "${1:-99999}" 800
keys q y
wait_end 10
finish
