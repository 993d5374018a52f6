#!/bin/sh
# A database that the user's notmuch keeps of a Maildir which signet uses as well:
# its tags come along, and it is never written to, whatever signet does.
. "${srcdir:-.}/tests/e2e/common"
command -v notmuch >/dev/null || { skip 'no notmuch'; finish; }
profile notmuch
echo '{}' >"$T/zone.json"
M=$T/Mail
put() { # FOLDER NAME SUBJECT
	mkdir -p "$1/cur" "$1/new" "$1/tmp"
	printf 'From: p@friends.example\nSubject: %s\nMessage-ID: <%s@x>\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n\nbody\n' \
		"$3" "$3" >"$1/cur/$2"
}
for n in 1 2 3 4 5; do put "$M/here/INBOX" "177313000$n.1_$n.host:2,S" "letter$n"; done
put "$M/here/Lists" '1773130006.1_6.host:2,' letter6
printf '[database]\npath=%s\n[user]\nname=b\nprimary_email=b@example.org\n[new]\ntags=fresh;unread\nignore=.uidvalidity\n[search]\nexclude_tags=spam\n' "$M" >"$P/.notmuch-config"
mkdir -p "$M/.notmuch/hooks"
for h in pre-new post-new; do
	printf '#!/bin/sh\necho %s >>"%s/hooks"\n' $h "$T" >"$M/.notmuch/hooks/$h"
	chmod +x "$M/.notmuch/hooks/$h"
done
notmuch new >"$T/out" 2>&1 || bad "notmuch new: $(cat "$T/out")"
notmuch tag +garden +flagged -- subject:letter1
notmuch tag +spam -fresh -- subject:letter2
notmuch tag +'two words' +reading -- subject:letter3
dump() { notmuch count --exclude=false '*'; notmuch dump | LC_ALL=C sort; notmuch search --output=files --exclude=false '*' | sort; notmuch config list; }
dump >"$T/before"
cp "$T/hooks" "$T/hooks.before"
printf '[dns]\nzone = %s\n[account "m"]\naddress = m@here.example\nreceive = maildir:%s\nsend = local:\n' \
	"$T/zone.json" "$M/here" >"$P/config/signet/config"
ours() { "$signet" search --json --limit 100 "$@" | wc -l | tr -d ' '; }
"$signet" sync 2>"$T/err"; is 'sync' $? 0
is 'all are listed' "$(ours '*')" 6
is 'its tags come along' "$(ours tag:garden) $(ours tag:reading) $(ours tag:spam)" '1 1 1'
is 'new.tags do not' "$(ours tag:fresh)" 0
is 'flags are those of the names' "$(ours tag:unread) $(ours tag:flagged)" '1 1'
dump | cmp -s - "$T/before" && ok || { bad 'the database is another:'; dump | diff "$T/before" - | head; }
is 'no hook was run' "$(cmp "$T/hooks" "$T/hooks.before" && echo same)" same

# --- what signet tags stays here; what it does to files, notmuch finds as ever
"$signet" tag +ours -garden -- subject:letter1 2>/dev/null
"$signet" sync 2>/dev/null
is 'taken away here' "$(ours tag:garden) $(ours tag:ours)" '0 1'
dump | cmp -s - "$T/before" && ok || bad 'the database has changed'
"$signet" tag -unread -- subject:letter6 2>/dev/null
"$signet" move m/Lists -- subject:letter4 2>/dev/null
"$signet" erase --yes -- subject:letter5 >/dev/null 2>&1
notmuch new >"$T/out" 2>&1 || bad "notmuch new: $(cat "$T/out")"
is 'notmuch finds the changes' "$(notmuch count --exclude=false '*') $(notmuch count folder:here/Lists) $(notmuch count tag:unread)" '5 2 0'
is 'and its tags are still there' "$(notmuch count tag:garden) $(notmuch count tag:reading) $(notmuch count --exclude=false tag:spam)" '1 1 1'

# --- while another program writes to it: nothing falls
n=0
for i in $(seq 10 60); do put "$M/here/INBOX" "17731300$i.1_$i.host:2,S" "letter$i"; done
notmuch new >"$T/out" 2>&1
notmuch tag +many -- 'subject:letter4*' 
(for i in $(seq 1 40); do notmuch tag +busy$i -- '*'; done) &
busy=$!
for i in 1 2 3; do "$signet" sync 2>"$T/err" || n=$((n + 1)); done
wait $busy
is 'every pass ends well beside it' $n 0
is 'all are here' "$(ours '*')" 56
notmuch search --output=files '*' >"$T/out" 2>&1; is 'and its database is whole' "$? $(notmuch count '*')" '0 55'

# --- one that cannot be read is left alone, and said nothing of
rm -rf "$XDG_DATA_HOME/signet" "$XDG_STATE_HOME/signet"
mv "$M/.notmuch/xapian" "$T/xapian"
mkdir "$M/.notmuch/xapian"; echo x >"$M/.notmuch/xapian/iamglass"
"$signet" sync 2>"$T/err"; is 'a broken database' "$? $(ours '*')" '0 56'
is 'is not touched' "$(cat "$M/.notmuch/xapian/iamglass")" x
finish
