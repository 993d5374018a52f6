#!/bin/sh
# The database that the user's notmuch keeps as signet's own index ("database =
# notmuch"): his tags, his configuration and his hooks, in one place.
. "${srcdir:-.}/tests/e2e/common"
command -v notmuch >/dev/null || { skip 'no notmuch'; finish; }
profile theirs
echo '{}' >"$T/zone.json"
M=$T/Mail
n=0
put() { # FOLDER NAME SUBJECT [MORE]
	mkdir -p "$1/cur" "$1/new" "$1/tmp"
	printf 'From: p@friends.example\nSubject: %s\nMessage-ID: <%s@x>\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n%b\nbody\n' \
		"$3" "$3" "${4:-}" >"$1/cur/$2"
}
conf() { # MORE...
	printf '[database]\npath=%s\n[user]\nname=b\nprimary_email=b@example.org\n[new]\ntags=new;unread\nignore=.mbsyncstate;.uidvalidity;/^one\\/Noise/\n[search]\nexclude_tags=spam;deleted\n[index]\nheader.List=List-Id\n[query]\nfriends=from:friends.example and not tag:spam\n' "$M" >"$P/.notmuch-config"
	[ $# = 0 ] || printf "$@" >>"$P/.notmuch-config"
}
accounts() {
	printf '[index]\ndatabase = notmuch\n[dns]\nzone = %s\n' "$T/zone.json" >"$P/config/signet/config"
	for a; do printf '[account "%s"]\naddress = %s@here.example\nreceive = maildir:%s\nsend = local:\n' "$a" "$a" "$M/$a" >>"$P/config/signet/config"; done
}
ours() { "$signet" search --json --limit 100 "$@" 2>"$T/err" | wc -l | tr -d ' '; }
all() { notmuch count --exclude=false "$@"; }
names() { (cd "$M" && find . -type f -path '*/cur/*' | LC_ALL=C sort); }
hooks() { grep -c "$1" "$T/hooks"; }
conf
accounts one two
mkdir -p "$M/one/INBOX/cur" "$M/two/INBOX/cur"
"$signet" sync 2>"$T/err"; is 'without a database' "$?" 78
has 'it is said how to make one' "$T/err" "'notmuch new' make it"
is 'and none is made' "$(ls -A "$M")" "$(printf 'one\ntwo')"

for i in 1 2 3; do put "$M/one/INBOX" "177313000$i.1_$i.host,U=$i:2,S" "letter$i"; done
put "$M/two/INBOX" '1773130004.1_4.host,U=4:2,' letter4
put "$M/two/Lists" '1773130005.1_5.host,U=5:2,F' letter5
# of one letter two files, one of them read
put "$M/one/INBOX" '1773130006.1_6.host,U=6:2,S' letter6
put "$M/two/INBOX" '1773130006.1_6.host,U=6:2,' letter6
put "$M/one/Noise" '1773130007.1_7.host,U=7:2,' letter7
printf 'From: p@friends.example\nSubject: nameless\n\nbody\n' >"$M/two/INBOX/cur/1773130008.1_8.host,U=8:2,S"
printf 'FarUidValidity 1\n' >"$M/one/INBOX/.mbsyncstate"
mkdir -p "$M/.notmuch/hooks"
: >"$T/hooks"
printf '#!/bin/sh\necho pre >>"%s/hooks"\n' "$T" >"$M/.notmuch/hooks/pre-new"
printf '#!/bin/sh\necho post >>"%s/hooks"\necho said by the hook\nnotmuch tag +hooked -new -- tag:new\n' "$T" >"$M/.notmuch/hooks/post-new"
chmod +x "$M/.notmuch/hooks/"*
notmuch new >"$T/out" 2>&1 || bad "notmuch new: $(cat "$T/out")"
notmuch tag +garden -- subject:letter1
notmuch tag +spam -- subject:letter2
is 'as notmuch left it' "$(all '*') $(all tag:unread) $(all tag:hooked)" '7 2 7'
names >"$T/names"
notmuch dump | LC_ALL=C sort >"$T/tags"
: >"$T/hooks"

# --- the first pass: what is there is taken over
"$signet" sync 2>"$T/err"; is 'sync' "$?" 0
[ -s "$T/err" ] && bad "it said: $(cat "$T/err")"
is 'pre-new once, no post-new: nothing came' "$(tr '\n' ' ' <"$T/hooks")" 'pre '
is 'all are listed but what is excluded' "$(ours '*') $(ours tag:spam) $(ours tag:garden)" '6 1 1'
"$signet" list one/INBOX >"$T/out"; has 'a list' "$T/out" letter3; lacks 'without spam' "$T/out" letter2
is 'a named query' "$(ours query:friends)" 6
is 'the verdict is seen by notmuch' "$(all property:auth.verdict=none or property:auth.verdict=cannot-tell or property:auth.verdict=failed)" 7
names | cmp -s - "$T/names" && ok || { bad 'files were renamed:'; names | diff "$T/names" -; }
notmuch dump --include=tags | LC_ALL=C sort >"$T/now"; grep -v '^#' "$T/tags" >"$T/was"
grep -v '^#' "$T/now" | cmp -s - "$T/was" && ok || { bad 'tags were changed:'; diff "$T/was" "$T/now"; }

# --- a new letter: new.tags, the hook once, and its tags at once
put "$M/two/INBOX" '1773130011.1_11.host,U=11:2,' letter11 'List-Id: <dev.lists.example>\n'
put "$M/two/INBOX" '1773130012.1_12.host,U=12:2,S' letter12
put "$M/one/Noise" '1773130013.1_13.host,U=13:2,' letter13
: >"$T/hooks"
"$signet" sync 2>"$T/err"; is 'sync' "$?" 0
is 'both hooks once' "$(tr '\n' ' ' <"$T/hooks")" 'pre post '
is 'new.tags were there for the hook' "$(notmuch search --output=tags id:letter11@x | tr '\n' ' ')" 'hooked unread '
is 'flags rule unread' "$(notmuch search --output=tags id:letter12@x | tr '\n' ' ')" 'hooked '
is 'a prefix of the user' "$(ours List:dev.lists.example) $(all List:dev.lists.example)" '1 1'
is 'new.ignore' "$(all folder:one/Noise) $(ours folder:one/Noise)" '0 0'
has 'the log has what it said' "$XDG_STATE_HOME/signet/log" 'post-new: said by the hook'
is 'the verdict' "$(all id:letter11@x and property:auth.verdict=none)" 1
: >"$T/hooks"
notmuch new >"$T/out" 2>&1
has 'notmuch has nothing to add' "$T/out" 'No new mail.'
lacks 'nor to remove' "$T/out" 'emoved'
is 'the count' "$(all '*') $(notmuch count --output=files --exclude=false '*') $(all folder:two/INBOX)" '9 10 5'

# --- tags here and there
"$signet" tag +ours -unread -- subject:letter11 2>"$T/err"
is 'a tag of signet' "$(all tag:ours and not tag:unread) $(ls "$M/two/INBOX/cur" | grep -c '_11.host,U=11:2,S$')" '1 1'
names >"$T/names"
"$signet" tag +plain -- subject:letter4 2>"$T/err"
names | cmp -s - "$T/names" && ok || bad 'a tag has renamed a file'
notmuch tag +theirs +flagged -- subject:letter4
is 'a tag of notmuch' "$(ours tag:theirs and tag:flagged)" 1
"$signet" sync 2>"$T/err"
is 'stays' "$(all tag:theirs and tag:flagged and tag:plain and tag:unread) $(ls "$M/two/INBOX/cur" | grep -c '_4.host,U=4:2,F$')" '1 1'
"$signet" move two/Lists -- subject:letter12 2>"$T/err"
is 'moved' "$(all folder:two/Lists) $(all folder:two/Lists and tag:hooked)" '2 2'
"$signet" erase --yes -- subject:letter5 2>"$T/err"
# mbsync: another name, one that is gone
# (one without a Message-ID, in another folder)
mv "$M/two/INBOX/cur/1773130008.1_8.host,U=8:2,S" "$M/two/Lists/cur/1773130008.1_8.host:2,FS"
mv "$M/one/INBOX/cur/1773130003.1_3.host,U=3:2,S" "$M/one/INBOX/cur/1773130003.1_3.host,U=3:2,"
rm "$M/one/INBOX/cur/1773130001.1_1.host,U=1:2,S"
"$signet" sync 2>"$T/err"
is 'it is the same letter' "$(all subject:nameless and tag:hooked and tag:flagged and folder:two/Lists)" 1
is 'what mbsync did' "$(all id:letter3@x and tag:unread) $(all id:letter1@x)" '1 0'
notmuch new >"$T/out" 2>&1
has 'notmuch still has nothing to add' "$T/out" 'No new mail.'
lacks 'nor to remove' "$T/out" 'emoved'
is 'all is there' "$(all '*')" 7
find "$M" -name '*signet*' -o -type l >"$T/out"; is 'nothing of signet lies there' "$(cat "$T/out")" ''

# --- letters that notmuch has added while signet ran or not
put "$M/two/INBOX" '1773130021.1_21.host,U=21:2,' letter21
notmuch new >/dev/null 2>&1
"$signet" sync 2>"$T/err"
is 'it gets a verdict' "$(all id:letter21@x and property:auth.verdict=none and tag:hooked)" 1

# --- on the screen: pre-new brings a letter, post-new tags it at once
mkdir "$T/far"; put "$T/far" '1773130026.1_26.host,U=26:2,' letter26
printf '#!/bin/sh\necho pre >>"%s/hooks"\nmv "%s/far/cur/"* "%s/one/INBOX/cur/" 2>/dev/null\nexit 0\n' "$T" "$T" "$M" >"$M/.notmuch/hooks/pre-new"
printf '#!/bin/sh\necho post >>"%s/hooks"\nnotmuch tag +flagged -new -- tag:new\n' "$T" >"$M/.notmuch/hooks/post-new"
: >"$T/hooks"
script screen 80x24 <<S
:wait-idle
\$
:wait-idle
:wait-idle
:save-screen $T/shot
q
y
S
is 'the letter is there, with its tag' "$(grep -c '⚑.*letter26' "$T/shot")" 1
is 'and in the name' "$(ls "$M/one/INBOX/cur" | grep -c '_26.host,U=26:2,F$') $(all id:letter26@x and tag:flagged)" '1 1'
is 'each hook once' "$(tr '\n' ' ' <"$T/hooks")" 'pre post '

# --- a hook that fails, and one that leaves a program behind
printf '#!/bin/sh\nsleep 30 &\necho broken hook >&2\nexit 3\n' >"$M/.notmuch/hooks/post-new"
put "$M/two/INBOX" '1773130022.1_22.host,U=22:2,' letter22
t=$(date +%s)
"$signet" sync 2>"$T/err"; is 'a hook that fails' "$?" 69
has 'is told' "$T/err" "post-new' failed with status 3"
below 'and does not wait (s)' $(($(date +%s) - t)) 15
has 'its words' "$XDG_STATE_HOME/signet/log" 'post-new: broken hook'
printf '#!/bin/sh\nexit 0\n' >"$M/.notmuch/hooks/post-new"

# --- flags and tags that are not coupled
conf '[maildir]\nsynchronize_flags=false\n'
put "$M/two/INBOX" '1773130031.1_31.host,U=31:2,S' letter31
names >"$T/names"
"$signet" sync 2>"$T/err"
is 'new.tags alone' "$(notmuch search --output=tags id:letter31@x | tr '\n' ' ')" 'new unread '
"$signet" tag -unread +flagged -- subject:letter31 2>"$T/err"
is 'tagged' "$(notmuch search --output=tags id:letter31@x | tr '\n' ' ')" 'flagged new '
notmuch tag -unread +replied -- subject:letter4
"$signet" sync 2>"$T/err"
names | cmp -s - "$T/names" && ok || { bad 'files were renamed:'; names | diff "$T/names" -; }
is 'both stand' "$(all id:letter4@x and tag:replied and not tag:unread)" 1

# --- a database elsewhere, with the hooks of the XDG directory
notmuch dump --output="$T/dump" 2>/dev/null
mkdir "$P/db" "$P/config/notmuch" "$P/config/notmuch/default" "$P/config/notmuch/default/hooks"
rm -rf "$M/.notmuch"
sed "s|^path=.*|path=$P/db\nmail_root=$M|" "$P/.notmuch-config" >"$P/config/notmuch/default/config"; rm "$P/.notmuch-config"
notmuch new >/dev/null 2>&1; notmuch restore --input="$T/dump"
printf '#!/bin/sh\necho split >>"%s/hooks"\n' "$T" >"$P/config/notmuch/default/hooks/post-new"
chmod +x "$P/config/notmuch/default/hooks/post-new"
put "$M/two/INBOX" '1773130041.1_41.host,U=41:2,S' letter41
"$signet" sync 2>"$T/err"; is 'a split database' "$? $(ours subject:letter41) $(hooks split)" '0 1 1'
notmuch new >"$T/out" 2>&1; has 'and nothing to add' "$T/out" 'No new mail.'
is 'nothing of it lies in the mail' "$(ls -A "$M")" "$(printf 'one\ntwo')"

# --- one account that is the mail root itself
profile root
M=$T/Only
conf; mkdir -p "$M/.notmuch/hooks"
printf '#!/bin/sh\necho root >>"%s/hooks"\n' "$T" >"$M/.notmuch/hooks/post-new"; chmod +x "$M/.notmuch/hooks/post-new"
put "$M/INBOX" '1773130051.1_51.host,U=51:2,S' letter51
put "$M/Lists/dev" '1773130052.1_52.host,U=52:2,' letter52
notmuch new >/dev/null 2>&1
put "$M/INBOX" '1773130053.1_53.host,U=53:2,' letter53
: >"$T/hooks"
printf '[index]\ndatabase = notmuch\n[dns]\nzone = %s\n[account "Only"]\naddress = o@here.example\nreceive = maildir:%s\nsend = local:\n' "$T/zone.json" "$M" >"$P/config/signet/config"
"$signet" sync 2>"$T/err"; is 'the mail root itself' "$?" 0
is 'is listed' "$("$signet" list Only/INBOX | wc -l) $("$signet" list Only/Lists/dev | wc -l) $(ours folder:INBOX) $(ours 'path:Only/Lists/** and from:friends')" '2 1 2 1'
is 'and known to notmuch by its own paths' "$(all folder:INBOX) $(all folder:Lists/dev and property:auth.verdict=none) $(hooks root)" '2 1 1'
"$signet" tag -unread +x -- folder:INBOX 2>/dev/null
"$signet" move Only/Lists/dev -- subject:letter51 2>/dev/null
is 'a move, a flag' "$(all folder:Lists/dev) $(all folder:INBOX and tag:x and not tag:unread) $(ls "$M/INBOX/cur" | grep -c 'U=53:2,S$')" '2 1 1'
notmuch new >"$T/out" 2>&1; has 'nothing to add' "$T/out" 'No new mail.'; lacks 'nor to remove' "$T/out" 'emoved'
is 'nothing lies above it' "$(ls -A "$M" | tr '\n' ' ') $(ls -d "$T"/.notmuch "$T"/INBOX 2>/dev/null)" '.notmuch INBOX Lists  '
local_account two >>"$P/config/signet/config"
"$signet" config check >"$T/out"; has 'no place beside it' "$T/out" 'there is no place for "two" beside it'
profile theirs; M=$T/Mail; export XDG_CONFIG_HOME="$P/config"

# --- accounts that do not fit
accounts one three; sed -i "s|$M/three|$M/two|" "$P/config/signet/config"
"$signet" config check >"$T/out"; is 'another name' "$?" 78
has 'what to do' "$T/out" 'config:9: an account in notmuch'"'"'s mail root, or that is it, has the name of its directory: call it [account "two"]'
accounts one elsewhere; sed -i "s|$M/elsewhere|$T/elsewhere|" "$P/config/signet/config"
"$signet" list one/INBOX >"$T/out" 2>"$T/err"; is 'elsewhere' "$?" 78
has 'what to do' "$T/err" 'name the account after its directory in the mail root'
accounts one two; sed -i "s|maildir:$M/two|imaps://two.example|" "$P/config/signet/config"
"$signet" sync 2>"$T/err"; is 'an account that fetches into it' "$?" 78
has 'is refused' "$T/err" "has not fetched what lies in it"
finish
