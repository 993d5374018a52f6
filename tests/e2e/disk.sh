#!/bin/sh
# A disk that is full, fails, writes short, loses what was not synced: while
# mail comes, flags go both ways, letters are moved, by IMAP and by POP3. When
# the fault is gone the next pass makes all whole: nothing lost, nothing
# doubled, both sides alike; and the pass after does nothing.
#
# A sample of the calls fails; SIGNET_E2E_STEP=1: each of them, SIGNET_E2E_STEP=N
# each N-th. SIGNET_E2E_ONLY='new cut' runs one case and kind.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
[ -e fault.so ] || { skip 'no fault.so (make fault.so)'; finish; }
if grep -q '__[at]san_init' "$signet"; then
	skip 'a sanitizer cannot run under it'; finish
fi
e2e_servers alice@one.test
shim=$(pwd)/fault.so
disk=$srcdir/tests/fault/disk.py
box=$MAIL/one.test/alice/Maildir
sample=${SIGNET_E2E_SAMPLE:-4}

config() { # config URL [LINE...]
	{
		printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"
		printf '[account "one"]\naddress = alice@one.test\nreceive = %s\nsend = local:\nca-file = %s\npassword-command = echo pw-alice\n' "$1" "$CA"
		shift
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$P/config/signet/config"
}
imap() { config "imap://alice%40one.test@localhost:$IMAP_PORT"; }
pop() { config "pop3://alice%40one.test@localhost:$POP3_PORT" 'leave-on-server = no'; }
ids() { # the Message-IDs at the server
	find "$box" -path '*/cur/*' -type f -o -path '*/new/*' -type f |
		xargs sed -n 's/^Message-ID: <\(.*\)>.*/\1/p' | sort -u
}
keep() { # what is here and there is where the case begins
	rm -rf "$T/here" "$T/there"
	cp -a "$P" "$T/here"
	cp -a "$box" "$T/there"
	ids >"$T/expected"
}
back() {
	rm -rf "$P" "$box"
	cp -a "$T/here" "$P"
	cp -a "$T/there" "$box"
}
faulty() { # faulty KIND N COMMAND...
	export FAULT_KIND="$1" FAULT_AT="$2"; shift 2
	export FAULT_BELOW="$P" FAULT_DISK="$T/image" FAULT_COUNT="$T/count"
	[ "$FAULT_KIND" != none ] || unset FAULT_KIND FAULT_AT
	rm -rf "$T/image" "$T/count"; mkdir "$T/image"
	LD_PRELOAD="$shim" timeout 60 "$@" >"$T/fault.out" 2>"$T/fault.err" </dev/null
	rc=$?
	unset FAULT_KIND FAULT_AT FAULT_BELOW FAULT_DISK FAULT_COUNT
	return $rc
}
state() {
	find "$XDG_DATA_HOME/signet/mail/one" -path '*/cur/*' -o -path '*/tmp/*' | sort
	"$e2e_python" -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for t in ("box", "message", "op", "uidl"):
    # what the server counts may be learnt by the pass after a push,
    # and the UIDVALIDITY of a mailbox that was made by it
    what = "id, raw, folder, is_gone" if t == "box" else "*"
    for r in db.execute("select %s from %s order by 1, 2" % (what, t)):
        print(t, r)' \
		"$XDG_STATE_HOME/signet/one.db"
}
wrongs=0
# whole WHAT: after two passes
whole() {
	wrong=''
	timeout 60 "$signet" sync >"$T/out" 2>&1 || {
		wrong="the pass when the fault was gone: $? $(head -c 300 "$T/out")"
		timeout 60 "$signet" sync >"$T/out" 2>&1
	}
	state >"$T/s1" 2>&1
	timeout 60 "$signet" sync >"$T/out" 2>&1 || wrong="$wrong
the pass after: $? $(head -c 300 "$T/out")"
	state >"$T/s2" 2>&1
	cmp -s "$T/s1" "$T/s2" || wrong="$wrong
the pass after did something: $(diff "$T/s1" "$T/s2" | head -n 5)"
	there=$box; [ "$case" != pop ] || there=-
	wrong="$wrong$("$e2e_python" "$disk" whole "$XDG_DATA_HOME/signet/mail/one" "$there" "$T/expected")"
	listed=$("$signet" search --limit 1000 '*' 2>/dev/null | wc -l | tr -d ' ')
	[ "$listed" = "$(wc -l <"$T/expected" | tr -d ' ')" ] || wrong="$wrong
the index has $listed letters"
	if [ -z "$wrong" ]; then ok; return; fi
	wrongs=$((wrongs + 1))
	if [ $wrongs -le 12 ]; then
		bad "$1: $wrong"
		sed 's/^/    it said: /' "$T/fault.err" | head -n 3
		[ -z "${SIGNET_E2E_KEEP:-}" ] || { cp -a "$P" "$SIGNET_E2E_KEEP"; exit 1; }
	else failed=$((failed + 1)); fi
}
# try CASE COMMAND...: with each kind of fault at each (or a sample of) call
try() {
	case=$1; shift
	back
	faulty none 0 "$@"
	calls=$(cat "$T/count")
	[ "${calls:-0}" -gt 5 ] || { bad "$case: the shim saw $calls calls"; return; }
	step=${SIGNET_E2E_STEP:-$(((calls + sample - 1) / sample))}
	for kind in enospc eio short cut; do
		[ -z "${SIGNET_E2E_ONLY:-}" ] || [ "$SIGNET_E2E_ONLY" = "$case $kind" ] || continue
		tried=0 died=0
		at=$((1 + (step > 1 ? $(date +%N | sed 's/^0*//') % step : 0)))
		[ -z "${SIGNET_E2E_FROM:-}" ] || at=$SIGNET_E2E_FROM
		while [ "$at" -le "$calls" ]; do
			for more in '' +; do # once; from there on
				case $kind$more in short+ | cut+) continue ;; esac
				back
				faulty $kind "$at$more" "$@"
				[ $kind != cut ] || [ $rc != 137 ] ||
					"$e2e_python" "$disk" restore "$T/image" "$P"
				whole "$case: $kind at call $at$more of $calls"
				tried=$((tried + 1))
				case $rc in 134 | 139) died=$((died + 1)) ;; esac
			done
			at=$((at + step))
		done
		echo "$case, $kind: $tried of $calls calls, $died ended it by a signal"
	done
	back
}
one() { find "$box/cur" "$box/new" -type f | sort | sed -n "$1p"; }

# --- the first pass
profile prof
imap
"$signet" paths >/dev/null
e2e_fill alice@one.test 12
"$signet" sync -n >/dev/null 2>&1 # Dovecot makes its folders
keep
try first "$signet" sync

# --- new mail, and some that is gone
"$signet" sync 2>/dev/null || bad 'the pass before'
for n in 1 2 3 4 5 6 7; do e2e_letter $n | e2e_deliver alice@one.test; done
e2e_as_mail rm "$(one 3)"
keep
try new "$signet" sync

# --- flags, both ways
"$signet" sync 2>/dev/null || bad 'the pass before'
"$signet" tag +flagged -unread -- 'subject:"letter 4" or subject:"letter 5"' 2>/dev/null
"$signet" tag +replied -- 'subject:"letter 11"' 2>/dev/null
for n in 9 10; do
	f=$(one $n)
	e2e_as_mail mv "$f" "$box/cur/$(basename "${f%%:2,*}"):2,FS"
done
keep
try flags "$signet" sync
try tag "$signet" tag +flagged -- 'subject:"letter 7" or subject:"letter 8"'

# --- moves, both ways
"$signet" sync 2>/dev/null || bad 'the pass before'
"$signet" move one/Archive -- 'subject:"letter 4" or subject:"letter 5"' 2>/dev/null
"$signet" move one/New -- 'subject:"letter 11"' 2>/dev/null
f=$(one 2)
e2e_as_mail sh -c 'mkdir -p "$2/cur" "$2/new" "$2/tmp" && mv "$1" "$2/cur/"' sh "$f" "$box/.Archive"
keep
try moves "$signet" sync
try move "$signet" move one/Trash -- 'subject:"letter 7" or subject:"letter 8"'

# --- POP3 that takes away what it has
rm -rf "$P"
profile prof
pop
"$signet" paths >/dev/null
"$signet" sync 2>/dev/null; is 'POP3' $? 0
here0=$("$signet" search --limit 1000 '*' | wc -l)
for n in 21 22 23 24 25 26 27 28; do e2e_letter $n | e2e_deliver alice@one.test; done
rm -rf "$P"; profile prof; pop; "$signet" paths >/dev/null
keep
[ "$here0" -gt 5 ] || bad 'POP3 has fetched nothing'
find "$box/cur" "$box/new" -type f | xargs sed -n 's/^Message-ID: <\(.*\)>.*/\1/p' | sort -u >"$T/expected"
try pop "$signet" sync
finish
