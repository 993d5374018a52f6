# lib.sh - servers for the end-to-end tests; sourced after common, or with T (a
# folder of the test's own, mode 711) and srcdir set.
#
#	e2e_servers alice@one.test bob@two.test
# starts a private Dovecot and a submission server, makes the empty zone file
# $T/zone.json, and sets
#	IMAP_PORT IMAPS_PORT SMTP_PORT SMTPS_PORT POP3_PORT POP3S_PORT
#						STARTTLS, TLS
#	CA CERT KEY OTHER_CERT OLD_CERT SELF_CERT…	see tests/e2e/dovecot
#	MAIL	Maildirs: $MAIL/DOMAIN/NAME/Maildir
#	SENT	Maildir of what was sent to anybody else
# The password of NAME@DOMAIN is pw-NAME. e2e_stop ends all of it (common does
# that when the test ends). Where servers cannot run the test is skipped.
e2e_pids=''
e2e_python=/usr/bin/python3 # one that everybody may run
[ -x "$e2e_python" ] || e2e_python=python3

# Can the servers run here?
e2e_can() {
	for e2e_need in dovecot openssl python3; do
		PATH=$PATH:/usr/sbin:/sbin command -v $e2e_need >/dev/null || {
			echo "skip: no $e2e_need"
			return 1
		}
	done
}

# as the user that Dovecot runs as
e2e_as_mail() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=nobody --regid="$(id -g nobody)" \
			--clear-groups "$@"
	else
		"$@"
	fi
}

# e2e_wait SECONDS COMMAND...: until COMMAND succeeds
e2e_wait() {
	e2e_n=$(($1 * 50 * ${slack:-1})); shift
	while [ $e2e_n -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.02
		e2e_n=$((e2e_n - 1))
	done
	return 1
}

# hold: another program has the index and lets nobody else write it, until let_go
hold() {
	python3 - "$XDG_DATA_HOME/signet/mail/.notmuch/xapian/flintlock" "$T/held" <<'PY' &
import fcntl, sys, time
f = open(sys.argv[1], "r+")
fcntl.lockf(f, fcntl.LOCK_EX)
open(sys.argv[2], "w").write("held")
time.sleep(60)
PY
	holder=$!
	e2e_wait 10 test -s "$T/held" || bad 'the index cannot be held'
}
let_go() { kill $holder; wait $holder 2>/dev/null; rm -f "$T/held"; }

e2e_start() {
	"$srcdir/tests/e2e/dovecot" up "$T/dovecot" "$@" || return 1
	. "$T/dovecot/env"
	SENT=$T/dovecot/sent
	for e2e_user; do
		e2e_as_mail mkdir -p "$MAIL/${e2e_user#*@}/${e2e_user%@*}"
	done
	e2e_smtpd --mail "$MAIL" --out "$SENT" || return 1
}

# e2e_servers USER@DOMAIN...: e2e_start and no DNS, or the end of the test
e2e_servers() {
	e2e_can || { skip 'no mail servers here'; finish; }
	e2e_start "$@" || { bad 'the servers did not start'; finish; }
	echo '{}' >"$T/zone.json"
}

# e2e_peer KIND ARGUMENT...: start tests/peer/KIND.py; its first line into
# e2e_line, its process into e2e_pid, its report (when stopped) is e2e_report
e2e_peer() {
	e2e_kind=$1; shift
	e2e_count=$((${e2e_count:-0} + 1))
	e2e_out=$T/dovecot/$e2e_kind.$e2e_count
	e2e_report=$e2e_out.json
	# by its standard input: the source tree may be root's alone
	(
		set -- "$e2e_python" - --report "$e2e_report" "$@"
		[ "$(id -u)" != 0 ] || set -- setpriv --reuid=nobody \
			--regid="$(id -g nobody)" --clear-groups "$@"
		exec "$@"
	) <"$srcdir/tests/peer/$e2e_kind.py" >"$e2e_out" 2>"$e2e_out.err" &
	e2e_pid=$!
	e2e_pids="$e2e_pids $e2e_pid"
	e2e_wait 10 test -s "$e2e_out" || {
		echo "FAIL: $e2e_kind did not start:"
		cat "$e2e_out.err"
		return 1
	}
	e2e_line=$(head -n 1 "$e2e_out")
}

# A submission server of its own: SMTP_PORT, SMTPS_PORT, SMTP_PID, SMTP_REPORT
e2e_smtpd() {
	e2e_peer smtpd --cert "$CERT" --key "$KEY" "$@" || return 1
	SMTP_PORT=${e2e_line% *}
	SMTPS_PORT=${e2e_line#* }
	SMTP_PID=$e2e_pid
	SMTP_REPORT=$e2e_report
}

# A scripted IMAP server: PEER_PORT, PEER_PID, PEER_REPORT. User you, password
# open-sesame.
e2e_imapd() {
	e2e_peer imapd --cert "$CERT" --key "$KEY" "$@" || return 1
	PEER_PORT=$e2e_line
	PEER_PID=$e2e_pid
	PEER_REPORT=$e2e_report
}

# A scripted POP3 server, as e2e_imapd.
e2e_popd() {
	e2e_peer popd --cert "$CERT" --key "$KEY" "$@" || return 1
	PEER_PORT=$e2e_line
	PEER_PID=$e2e_pid
	PEER_REPORT=$e2e_report
}

# e2e_end PID: stop one peer, so that its report is written
e2e_end() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

e2e_stop() {
	for e2e_p in $e2e_pids; do e2e_end "$e2e_p"; done
	e2e_pids=''
	[ ! -d "$T/dovecot" ] || "$srcdir/tests/e2e/dovecot" down "$T/dovecot"
}

# e2e_letter N [FROM [SUBJECT]]: a letter on standard output
e2e_letter() {
	cat <<END
From: ${2:-Pat <pat@friends.example>}
To: alice@one.test
Subject: ${3:-letter $1}
Date: Tue, 10 Mar 2026 09:00:00 +0000
Message-ID: <letter$1.$$@friends.example>
Content-Type: text/plain; charset=utf-8

This is letter $1.
END
}

# e2e_deliver USER@DOMAIN [FOLDER] <LETTER: as a delivery would
e2e_deliver() {
	e2e_box=$MAIL/${1#*@}/${1%@*}/Maildir
	[ "${2:-INBOX}" = INBOX ] || e2e_box=$e2e_box/.$2
	e2e_name=$(date +%s.M%NP)$$.test # called in a pipe: no counter lives on
	e2e_as_mail sh -c '
		mkdir -p "$1/cur" "$1/new" "$1/tmp" && cat >"$1/tmp/$2" &&
		mv "$1/tmp/$2" "$1/new/$2"' sh "$e2e_box" "$e2e_name"
}

# e2e_fill USER@DOMAIN COUNT: many letters at once
e2e_fill() {
	e2e_box=$MAIL/${1#*@}/${1%@*}/Maildir
	e2e_as_mail "$e2e_python" - "$e2e_box" "$2" "$$" <<'PY'
import os, sys
box, count, mark = sys.argv[1], int(sys.argv[2]), sys.argv[3]
for d in ("cur", "new", "tmp"):
    os.makedirs(os.path.join(box, d), exist_ok=True)
for i in range(1, count + 1):
    with open("%s/new/%d.M%dP%s.fill" % (box, 1773130000 + i, i, mark),
              "w") as f:
        f.write("From: Pat <pat@friends.example>\nTo: alice@one.test\n"
                "Subject: letter %d\nMessage-ID: <fill%d.%s@friends.example>\n"
                "Date: Tue, 10 Mar 2026 %02d:%02d:%02d +0000\n\n"
                "This is letter %d.\n" % (i, i, mark, i // 3600 % 24,
                                          i // 60 % 60, i % 60, i))
PY
}

# e2e_count USER@DOMAIN [FOLDER]: letters in a Maildir of the server
e2e_count() {
	e2e_box=$MAIL/${1#*@}/${1%@*}/Maildir
	[ "${2:-INBOX}" = INBOX ] || e2e_box=$e2e_box/.$2
	find "$e2e_box/new" "$e2e_box/cur" -type f 2>/dev/null | wc -l |
		tr -d ' '
}

# e2e_account NAME USER@DOMAIN: a section of the configuration for both servers
e2e_account() {
	cat <<END
[account "$1"]
address = $2
name = Test ${2%@*}
receive = imap://$2@localhost:$IMAP_PORT
send = smtp://$2@localhost:$SMTP_PORT
ca-file = $CA
password-command = echo pw-${2%@*}

END
}

# e2e_hinder KIND HOW...: tests/fault/hinder.py, whose sums become those of the test
e2e_hinder() {
	"$e2e_python" "$srcdir/tests/fault/hinder.py" "$signet" "$T/pass" "$CERT" \
		"$KEY" "$CA" "$@" >"$T/out" 2>&1
	rm -rf "$T/pass"
	set -- "$1" $(tail -n 1 "$T/out")
	case ${3:-}/${5:-} in
	passed,/failed) passed=$((passed + $2)) failed=$((failed + $4)) ;;
	*) bad "$1 did not come to its end" ;;
	esac
	sed '$d' "$T/out"
}

# e2e_peer_account: the profile's one account "one", on the IMAP peer that was
# started last
e2e_peer_account() {
	cat >"$P/config/signet/config" <<END
[dns]
zone = $T/zone.json
[account "one"]
address = you@here.example
receive = imap://you@localhost:$PEER_PORT
send = local:
ca-file = $CA
password-command = echo open-sesame
END
}

# e2e_peer_profile ARGUMENT...: a scripted IMAP server, and a new profile with its
# account
e2e_peer_profile() {
	e2e_imapd "$@" || bad 'the peer did not start'
	e2e_profiles=$((${e2e_profiles:-0} + 1))
	profile "peer$e2e_profiles"
	e2e_peer_account
}

# e2e_asked: the commands that the scripted server has heard, now that it ends
e2e_asked() {
	e2e_end "$PEER_PID"
	"$e2e_python" -c 'import json,sys; print(*json.load(open(sys.argv[1]))["commands"])' "$PEER_REPORT"
}
