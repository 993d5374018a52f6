#!/bin/sh
# A server that is not there, tried less and less often; then the network
# changes: it is tried at once. In a network of its own (unshare -n).
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_can || { skip 'no mail servers here'; finish; }
if [ -z "${SIGNET_OWN_NET:-}" ]; then
	unshare -rn true 2>/dev/null && command -v ip >/dev/null || {
		skip 'no network of its own (unshare -rn, ip)'; finish; }
	cleanup
	trap - EXIT
	SIGNET_OWN_NET=1 exec unshare -rn sh "$srcdir/tests/e2e/network.sh"
fi
ip link set lo up || { bad 'no loopback'; finish; }
profile network
echo '{}' >"$T/zone.json"
cat >"$P/config/signet/config" <<END
[dns]
zone = $T/zone.json
[account "one"]
address = you@one.test
receive = imap+insecure://you@127.0.0.1:9
send = local:
password-command = echo open-sesame
END
log=$XDG_STATE_HOME/signet/log
tries() { grep -c "refuse" "$log"; }
terminal 100x30 "$signet"
wait_screen 'one' 10
tried() { [ "$(tries)" -ge 4 ]; }
e2e_wait 30 tried && ok || bad "it was tried $(tries) times"
n=$(tries)
sleep 1 # the next try is in 8 to 10 s
is 'none between' "$(tries)" "$n"
ip addr add 192.0.2.7/32 dev lo
more() { [ "$(tries)" -gt "$n" ]; }
i=0
while ! more && [ $i -lt 80 ]; do sleep 0.05; i=$((i + 1)); done # by itself: 7 s
more && ok || bad 'not tried at once after an address came'
has 'it is in the log' "$log" 'addresses or routes have changed'
# however often it changes, no storm
n=$(tries)
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	ip addr add 192.0.2.$((i + 10))/32 dev lo
	sleep 0.1
done
below 'tries in a flood of changes' $(($(tries) - n)) 8
keys q y
wait_end 10
finish
