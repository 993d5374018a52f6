#!/bin/sh
# What goes wrong: a server that stalls, a death at random moments, a wrong
# password, a wrong certificate, no network, a full disk, a refused letter.
# alone: it measures how long keys wait
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test bob@one.test
head_lines() { printf '[general]\nundo-send = 0s\n\n[dns]\nzone = %s\n\n' "$T/zone.json"; }
config() { { head_lines; cat; } >"$P/config/signet/config"; }
count() { "$signet" search --json --limit 100000 "$@" 2>/dev/null | wc -l; }
files() { find "$XDG_DATA_HOME/signet/mail" -path "*/.notmuch" -prune -o -path "$XDG_DATA_HOME/*/cur/*" -type f -print 2>/dev/null | wc -l; }

# --- a server that stalls a FETCH for 12 s: every key is answered
profile stall
e2e_imapd --letters 3 --stall FETCH:12
config <<X
[account "slow"]
address = you@one.test
receive = imap://you@localhost:$PEER_PORT
send = local:
ca-file = $CA
password-command = echo open-sesame
X
terminal 80x24 "$signet"
wait_screen fetching 10
# rows stand there before the first letter comes
wait_screen '3 messages' 3
worst=0
for k in '?' q '?' q; do
	start=$(date +%s%N)
	keys "$k"
	case $k in
	'?') wait_screen 'Keys of this place' 3 ;;
	q) wait_screen 'messages' 3 ;;
	esac
	ms=$((($(date +%s%N) - start) / 1000000))
	[ $ms -le $worst ] || worst=$ms
done
echo "while FETCH stalls a key was answered on the screen after $worst ms at most (tmux and 50 ms of polling included)"
below 'keys while FETCH stalls (ms, polled)' $worst 400
keys : stalls Enter
wait_screen 'keys waited' 3
ms=$(sed -n 's/.*keys waited \([0-9]*\)\.[0-9]* ms.*/\1/p' "$T/screen")
below 'the stall meter (ms)' "${ms:-999}" 50
start=$(date +%s%N)
keys q y
wait_end 10
below 'leaving while it stalls (ms)' $((($(date +%s%N) - start) / 1000000)) 2300
e2e_end "$PEER_PID"

# --- kill -9 at random moments of a first pass: each letter exactly once. A pass
# that is nearly done is let end, looked at, and begun anew from nothing, so that
# every death meets a first pass.
profile kill
letters=1000
e2e_fill alice@one.test $letters
e2e_account one alice@one.test | config
rounds=${SIGNET_E2E_KILLS:-50}
whole_pass() {
	passes=$((passes + 1))
	"$signet" sync 2>"$T/err"; is 'the pass after deaths' $? 0
	is 'each letter is here' "$(count folder:one/INBOX)" $letters
	is 'each once' "$(files)" $letters
	is 'nothing half written stays' "$(find "$XDG_DATA_HOME/signet/mail" -path "$XDG_DATA_HOME/*/tmp/*" -type f | wc -l)" 0
	"$signet" sync 2>/dev/null
	is 'and the pass after does nothing' "$(files)" $letters
}
i=0 passes=0 amid=0
while [ $i -lt "$rounds" ]; do
	"$signet" sync >/dev/null 2>&1 &
	pid=$!
	sleep "$(awk -v i=$i -v s=$$ 'BEGIN { srand(i + s); printf "%.3f", 0.03 + 0.4 * rand() }')"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	had=$(files)
	i=$((i + 1))
	[ "$had" -eq 0 ] || [ "$had" -ge $letters ] || amid=$((amid + 1))
	if [ "$had" -gt $((letters * 3 / 4)) ]; then
		whole_pass
		[ $i -ge "$rounds" ] || rm -rf "$P/data/signet" "$P/state/signet"
	fi
done
whole_pass
echo "$i deaths in $passes first passes, $amid of them with some letters here and some not"
[ "$amid" -gt 0 ] && ok || bad 'no death came amid a first pass'

# --- a death at each durable step of a small pass
profile steps
e2e_fill bob@one.test 3
e2e_account two bob@one.test | config
n=1
while [ $n -le 24 ]; do
	rm -rf "$P/data/signet" "$P/state/signet"
	for at in $n "$n+"; do
		SIGNET_DIE_AT=$at "$signet" sync >/dev/null 2>&1
	done
	"$signet" sync >/dev/null 2>&1
	[ "$(count folder:two/INBOX) $(files)" = '3 3' ] ||
		bad "after a death at step $n: $(count folder:two/INBOX) listed, $(files) files, not 3"
	n=$((n + 1))
done
ok

# --- a draft survives kill -9
profile draft
"$srcdir/tests/e2e/unpack-demo" "$srcdir/app/demo/profile" "$P"
cat >"$T/editor" <<'X'
#!/bin/sh
printf '\nthe words that must not be lost\n' >>"$1"
X
chmod +x "$T/editor"
terminal 80x24 "EDITOR=\"$T/editor\" $signet"
wait_screen 'messages' 20
keys m
wait_screen 'Draft saved' 10
kill -9 "$(sed -n 1p "$XDG_STATE_HOME/signet/lock")"
tmux -L "$tmux_socket" kill-server 2>/dev/null
has 'the draft is on disk' /dev/stdin 'the words that must not be lost' <<X
$(cat "$P"/data/signet/drafts/*.eml)
X
script again 80x24 <<X
:wait-idle
g d
:wait-idle
:save-screen $T/screen-drafts
Enter
:wait-idle
:save-screen $T/screen-draft
:quit
X
has 'and can be gone on with' "$T/screen-draft" 'the words that must not be lost'

# --- sentences for what is wrong, and no storm
one() {	# one NAME RECEIVE PASSWORD: a pass of one account, words in $T/err
	profile "$1"
	config <<X
[account "x"]
address = alice@one.test
receive = $2
send = local:
ca-file = $CA
password-command = echo $3
X
	timeout 60 "$signet" sync 2>"$T/err"
}
one wrong "imaps://alice%40one.test@localhost:$IMAPS_PORT" nonsense
is 'wrong password: status' $? 77
has 'wrong password' "$T/err" 'sign-in was refused'
one refused "imaps://alice%40one.test@localhost:1" pw-alice
is 'refused connection: status' $? 75
has 'refused connection' "$T/err" 'connection refused'
one unknown "imaps://alice%40one.test@nowhere.invalid" pw-alice
is 'unknown host: status' $? 75
has 'unknown host' "$T/err" "'nowhere.invalid'"
one cert "imaps://you@localhost:$IMAPS_PORT" pw
sed -i '/ca-file/d' "$P/config/signet/config"
"$signet" sync 2>"$T/err"; is 'unknown authority: status' $? 77
has 'unknown authority' "$T/err" 'a certificate that cannot be trusted'
has 'and nothing was sent' "$T/err" 'Nothing was sent'
signs=$(grep -c 'auth failed\|Aborted login' "$T/dovecot/log" 2>/dev/null || echo 0)
[ "${signs:-0}" -le 3 ] && ok || bad "the server saw $signs failed sign-ins"

# --- a refused letter stays, with the server's reason
profile refuse
e2e_account one alice@one.test | config
printf 'From: alice@one.test\nTo: reject@one.test\nSubject: no\n\nx\n' |
	"$signet" send --now 2>"$T/err"
"$signet" outbox list --json >"$T/out"
has 'refused' "$T/out" '"state": "refused"'
has 'with the reason' "$T/out" 550
"$signet" outbox cancel 1 2>/dev/null; is 'taken out' $? 0
is 'it is a draft again' "$(find "$P/data/signet/drafts" -name '*.eml' | wc -l)" 1

# --- a full disk
if [ "$(id -u)" = 0 ] && mkdir -p "$T/full" && mount -t tmpfs -o size=3m tmpfs "$T/full" 2>/dev/null; then
	profile fulldisk
	e2e_account one alice@one.test | config
	export XDG_DATA_HOME="$T/full/data" XDG_STATE_HOME="$T/full/state"
	"$signet" sync 2>"$T/err"
	[ $? -ne 0 ] && ok || bad 'a full disk was not noticed'
	grep -qi 'no space\|disk\|full' "$T/err" && ok || { bad 'full disk: what it said:'; cat "$T/err"; }
	mount -o remount,size=600m "$T/full"
	"$signet" sync 2>"$T/err"; is 'with room again' $? 0
	is 'all is there' "$(count folder:one/INBOX)" $letters
	umount "$T/full"
else
	skip 'a full disk needs root and mount'
fi
finish
