#!/bin/sh
# What large providers do otherwise, by the scripted peer: Gmail's labels and its
# names of mailboxes, moves that do not say where, sizes that lie, Exchange's
# mailbox that is not connected, servers that ask for less haste.
. "${srcdir:-.}/tests/e2e/common"
. "$srcdir/tests/e2e/lib.sh"
e2e_servers alice@one.test
log=state/signet/log

sync() { "$signet" sync >"$T/out" 2>"$T/err"; is "sync: $1" $? "${2:-0}"; }
files() { (cd "$XDG_DATA_HOME/signet/mail" && find one -path '*/cur/*' -type f | sort); }
tagged() { "$signet" search --json "$1" | wc -l | tr -d ' '; }
# reported PYTHON: of the report R
reported() { "$e2e_python" -c 'import json,sys; R=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$PEER_REPORT" "$1"; }

# --- Gmail: labels are tags, both ways, whatever mailbox the letter lies in
gmail='--with X-GM-EXT-1 --all-mail --letters 6'
# shellcheck disable=SC2086
e2e_peer_profile $gmail --label 2:Work --label '3:Two words' --label '4:&xcW7NA-' --label '5:work'
printf 'keywords = label/Work:work label/Two_words:two label/업무:job $label1:first\n' >>"$P/config/signet/config"
sync labels
is 'a label is a tag' "$(tagged tag:work)" 1
is 'one with a blank' "$(tagged tag:two)" 1
is 'one in Korean' "$(tagged tag:job)" 1
is 'on the letter that has it' "$("$signet" search 'tag:work' | grep -c 'letter 2')" 1
files >"$T/before"
sync 'again'
is 'and nothing more happens' "$(files | cmp - "$T/before" && echo same)" same
"$signet" tag +work -- 'subject:"letter 1"' 2>/dev/null
"$signet" tag +two +first -- 'subject:"letter 6"' 2>/dev/null
"$signet" tag -job -- 'subject:"letter 4"' 2>/dev/null
"$signet" tag +job -- 'subject:"letter 2"' 2>/dev/null
sync 'tags go up'
sync 'once more'
is 'they stay' "$(tagged tag:work) $(tagged tag:two) $(tagged tag:job) $(tagged tag:first)" '2 2 1 1'
e2e_end "$PEER_PID"
is 'a tag is a label' "$(reported 'R["labels"]["letter 1"]')" "['Work']"
is 'one with a blank' "$(reported 'R["labels"]["letter 6"]')" "['Two words']"
is 'one is taken away' "$(reported 'R["labels"]["letter 4"]')" '[]'
is 'one in Korean is added' "$(reported 'R["labels"]["letter 2"]')" "['&xcW7NA-', 'Work']"
is 'a keyword beside is a keyword' "$(reported 'sum("$label1" in f for b in R["boxes"].values() for _, f in b)')" 2
# taken away there
old=$PEER_PORT
# shellcheck disable=SC2086
e2e_imapd $gmail --label 1:Work
sed -i "s/:$old$/:$PEER_PORT/" "$P/config/signet/config"
sync 'labels are gone'
is 'tags are gone' "$(tagged tag:work) $(tagged tag:two) $(tagged tag:job)" '1 0 0'
e2e_end "$PEER_PID"
# a server without labels is not asked for any
e2e_peer_profile --letters 2
printf 'keywords = label/Work:work\n' >>"$P/config/signet/config"
sync 'no labels here'
"$signet" tag +work -- 'subject:"letter 1"' 2>/dev/null
sync 'a tag for itself'
is 'it stays here' "$(tagged tag:work)" 1
e2e_end "$PEER_PID"
is 'nothing was asked of it' "$(reported 'R["commands"].count("STORE")')" 0

# --- names of mailboxes
e2e_peer_profile --odd-names --letters 4
sync 'odd names'
(cd "$XDG_DATA_HOME/signet/mail/one" && find . -name cur | sed 's|^\./||; s|/cur$||' | LC_ALL=C sort) >"$T/names"
[ ! -d "$XDG_DATA_HOME/signet/mail/one/[Gmail]/cur" ] && ok || bad 'a folder for what is none'
is 'each has a folder' "$(wc -l <"$T/names" | tr -d ' ')" 11
"$signet" move 'one/[Gmail]/휴지통' -- 'subject:"letter 1"' 2>"$T/err" || cat "$T/err"
for to in 'say "hi"' 'blank ' ' blank'; do
	"$signet" move "one/$to" -- 'subject:"letter 2"' 2>"$T/err" || bad "move to '$to': $(cat "$T/err")"
	sync "to '$to'"
done
files >"$T/before"
sync 'again'
is 'nothing more happens' "$(files | cmp - "$T/before" && echo same)" same
is 'all are here, once' "$(files | wc -l | tr -d ' ')" 4
e2e_end "$PEER_PID"
is 'the trash by its use, not its name' "$(reported 'len(R["boxes"]["[Gmail]/&1zTJwNG1-"])')" 1
is 'blanks are kept' "$(reported '[len(R["boxes"][n]) for n in (" blank", "blank ", "say \"hi\"")]')" '[1, 0, 0]'
is 'none was made' "$(reported 'len(R["boxes"])')" 11

# --- COPY and MOVE that do not say where
for lack in '' '--without MOVE' '--without UIDPLUS --without MOVE'; do
	# shellcheck disable=SC2086
	e2e_peer_profile --no-copyuid --letters 8 $lack
	sync "no COPYUID $lack"
	"$signet" move one/Archive -- 'subject:"letter 2" or subject:"letter 3"' 2>/dev/null
	sync 'moved'
	files >"$T/before"
	sync 'again'
	is "no COPYUID $lack: the pass after does nothing" "$(files | cmp - "$T/before" && echo same)" same
	is "no COPYUID $lack: here" "$(files | grep -c /Archive/) $(files | wc -l | tr -d ' ')" '2 8'
	"$signet" tag +flagged -- 'subject:"letter 2"' 2>/dev/null
	sync 'a flag'
	e2e_end "$PEER_PID"
	is "no COPYUID $lack: there" "$(reported 'sorted(len(b) for b in R["boxes"].values() if b)')" '[2, 6]'
	is "no COPYUID $lack: its flag" "$(reported 'sum("\\Flagged" in f for _, f in R["boxes"]["Archive"])')" 1
done

# --- sizes that lie, too large and too small
for d in 7 -7; do
	e2e_peer_profile --letters 5 --size-lie $d
	sync "sizes that lie by $d"
	is "sizes that lie by $d" "$(files | wc -l | tr -d ' ')" 5
	files >"$T/before"
	sync again
	is "sizes that lie by $d: the pass after" "$(files | cmp - "$T/before" && echo same)" same
	e2e_end "$PEER_PID"
	is "sizes that lie by $d: fetched once" "$(reported 'R["bodies"]')" 5
done

# the same where a letter is here in part first, and comes when it is opened
for d in 100000 -400; do
	e2e_peer_profile --letters 5 --size-lie $d
	printf 'keep = headers\n' >>"$P/config/signet/config"
	sync "headers, sizes that lie by $d"
	sed -i '/^keep/d' "$P/config/signet/config"
	script open 100x30 <<-END
		:wait-text letter 5
		Enter
		:wait-text This is line 2
		:wait-idle
		:save-screen $T/opened
		:quit
	END
	has "opened, $d" "$T/opened" 'This is line 2'
	"$signet" sync --whole '*' >"$T/out" 2>"$T/err"; is "all of them, $d" $? 0
	is "all are whole, $d" "$(cd "$XDG_DATA_HOME/signet/mail" && grep -l 'This is line 2' one/INBOX/cur/* | wc -l | tr -d ' ')" 5
	files >"$T/before"
	sync again
	is "headers, $d: the pass after" "$(files | cmp - "$T/before" && echo same)" same
	e2e_end "$PEER_PID"
done

# --- letters that are not as long as they were: numbered anew, each is still one
e2e_peer_profile --letters 5 --render 3
sync 'made for us'
"$signet" tag +mine -- 'subject:"letter 3"' 2>/dev/null
e2e_end "$PEER_PID"
old=$PEER_PORT
e2e_imapd --letters 5 --render 40 --uidvalidity 8
sed -i "s/:$old$/:$PEER_PORT/" "$P/config/signet/config"
sync 'made anew'
is 'made anew: each once' "$(files | wc -l | tr -d ' ')" 5
is 'with its tag' "$(tagged 'tag:mine and subject:"letter 3"')" 1
files >"$T/before"
sync 'again'
is 'made anew: the pass after' "$(files | cmp - "$T/before" && echo same)" same
e2e_end "$PEER_PID"
is 'made anew: fetched once' "$(reported 'R["bodies"]')" 5

# a long one that comes in pieces: what does not join is not put together. Made
# anew by each connection, of which the first is lost; and by each command
{
	printf 'From: Pat <pat@friends.example>\nSubject: long\nMessage-ID: <long@x>\n\n'
	awk 'BEGIN { for (i = 1; i <= 400000; i++) printf "%d is a number\n", i }'
} >"$T/long"
for how in connection fetch; do
	e2e_peer_profile --letter "$T/long" --render $how --drop-at 6000000 --without COMPRESS=DEFLATE
	"$signet" sync >"$T/out" 2>"$T/err"
	"$signet" sync >"$T/out" 2>"$T/err"; is "made anew by each $how" $? 0
	file=$(cd "$XDG_DATA_HOME/signet/mail" && grep -l '^Subject: long' one/INBOX/cur/*)
	is "made anew by each $how: one" "$(echo "$file" | wc -l | tr -d ' ')" 1
	grep -v '^X-Rendered' "$XDG_DATA_HOME/signet/mail/$file" | cmp -s - "$T/long" &&
		ok || bad "made anew by each $how: two versions are mixed"
	grep -q 'comes once more, at once' "$P/$log" && ok || bad "$how: it is not told"
	is "$how: nothing stays in tmp" "$(find "$XDG_DATA_HOME/signet/mail/one/INBOX/tmp" -type f | wc -l)" 0
	files >"$T/before"
	sync again
	is "made anew by each $how: the pass after" "$(files | cmp - "$T/before" && echo same)" same
	e2e_end "$PEER_PID"
done

# --- no part of a letter can be had
for ui in no yes; do
	e2e_peer_profile --bad-pieces --letter "$T/long" --letters 4
	if [ $ui = yes ]; then
		terminal 100x24 "$signet"
		wait_screen 'long' 60
		keys q y
		wait_end 10
	fi
	sync 'no pieces'
	is 'no pieces: all are here' "$(files | wc -l | tr -d ' ')" 5
	file=$(cd "$XDG_DATA_HOME/signet/mail" && grep -l '^Subject: long' one/INBOX/cur/*)
	cmp -s "$XDG_DATA_HOME/signet/mail/$file" "$T/long" && ok || bad 'no pieces: it is not whole'
	grep -q 'letters come whole' "$P/$log" && ok || bad 'no pieces: it is not told'
	files >"$T/before"
	sync again
	is 'no pieces: the pass after' "$(files | cmp - "$T/before" && echo same)" same
	e2e_end "$PEER_PID"
done

# --- Exchange: signed in, and not connected. It passes: nothing is lost, it is
# said, no password is asked for, and the next pass does it
e2e_peer_profile --letters 5 --disconnected 6 --exchange
sync 'not connected' 75
has 'it is said' "$T/err" 'not connected'
lacks 'and is no matter of the password' "$T/err" 'password'
terminal 100x24 "$signet"
wait_screen 'letter 5' 30
keys q y
wait_end 10
sync 'connected again'
is 'all are here' "$(files | wc -l | tr -d ' ')" 5
e2e_end "$PEER_PID"

# --- less haste, please
for code in UNAVAILABLE THROTTLED; do
	for at in SELECT FETCH LIST; do
		words='Service is down'
		[ $code = UNAVAILABLE ] || words='Account exceeded command or bandwidth limits'
		e2e_peer_profile --letters 4 --no "$at:[$code] $words"
		# a mailbox that is not to be had stops no other
		case $code.$at in UNAVAILABLE.SELECT) want=69 ;; *) want=75 ;; esac
		sync "$code at $at" $want
		has "$code at $at: it is said" "$T/err" "$words"
		lacks "$code at $at: no password" "$T/err" 'password'
		e2e_end "$PEER_PID"
		below "$code at $at: commands" "$(reported 'len(R["commands"])')" 40
	done
	e2e_peer_profile --letters 4 --no "AUTHENTICATE:[$code] Request is throttled. Suggested Backoff Time: 299923 milliseconds"
	sync "$code at the sign-in" 75
	has "$code at the sign-in: it is said" "$T/err" 'Suggested Backoff Time'
	e2e_end "$PEER_PID"
done
finish
