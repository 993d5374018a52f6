#!/bin/sh
# Whose Authentication-Results to believe: proposed from the newest letters,
# asked once for each account, written to the configuration, and used.
. "${srcdir:-.}/tests/e2e/common"
export SIGNET_NOW=1795521600

letter() { # letter ACCOUNT N ID: as a server called ID took it in
	box=$XDG_DATA_HOME/signet/mail/$1/INBOX
	mkdir -p "$box/cur" "$box/new" "$box/tmp"
	cat >"$box/cur/$2.$1.test:2,S" <<END
Authentication-Results: $3; dmarc=pass header.from=pals.example
Received: from out.pals.example (out.pals.example [192.0.2.7])
	by $3 with ESMTPS id $2; Tue, 24 Nov 2026 09:00:00 +0000
From: Pat <pat@pals.example>
To: $1@here.example
Subject: letter $2
Date: Tue, 24 Nov 2026 09:00:00 +0000
Message-ID: <$2@$1.example>

Hello.
END
}

setup() { # setup NAME: a profile with a comment on each side of what changes
	profile "$1"
	echo '{}' >"$P/zone.json"
	{
		printf '# first\n[dns]\nzone = %s\n\n' "$P/zone.json"
		local_account one '# the last of one' '' '# about two'
		local_account two
	} >"$P/config/signet/config"
	for n in 1 2 3 4; do letter one $n mx.here.example; done
	letter two 1 mx.forged.example
}

# nobody is believed before the answer
setup yes
config=$P/config/signet/config
cp "$config" "$T/before"
"$signet" sync >"$T/sync" 2>&1
"$signet" search --json 'folder:one/INBOX' >"$T/rows"
is 'none is verified by a server yet' "$(grep -c '"verdict": "verified"' "$T/rows")" 0

# Escape puts it off
script later 80x24 <<X
:wait-idle
:save-screen $T/asked
Esc
:wait-idle
:save-screen $T/later
:quit
X
has 'the proposal' "$T/asked" 'one: mx.here.example wrote what it found at the top of 4 of the newest 4'
has 'the question' "$T/asked" 'Believe its results? y yes, n no, Esc later'
hides() { if grep -qF -- "$3" "$2"; then bad "$1: '$3' is there"; else ok; fi; }
hides 'after Escape' "$T/later" 'Believe its'
is 'nothing was written' "$(cksum <"$config")" "$(cksum <"$T/before")"

# yes
script yes 80x24 <<X
:wait-idle
y
:wait-idle
:save-screen $T/said-yes
j
:save-screen $T/next
:quit
X
has 'what yes does' "$T/said-yes" 'Believed from now on: mx.here.example.'
hides 'one letter is no proposal' "$T/next" 'Believe its'
has 'it is written' "$config" 'authserv-id = mx.here.example'
sed '/^authserv-id/d' "$config" >"$T/without"
is 'and nothing else' "$(cksum <"$T/without")" "$(cksum <"$T/before")"
is 'in its section' "$(sed -n '/account "one"/,/account "two"/p' "$config" |
	grep -c '^authserv-id')" 1
"$signet" config check >"$T/check"; is 'it can be read' $? 0
"$signet" search --json 'folder:one/INBOX' >"$T/rows"
is 'the letters are verified again' "$(grep -c '"verdict": "verified"' "$T/rows")" 4

# asked once
script again 80x24 <<X
:wait-idle
:save-screen $T/again
:quit
X
hides 'not asked again' "$T/again" 'Believe its'

# no is an answer
setup no
config=$P/config/signet/config
script no 80x24 <<X
:wait-idle
n
:wait-idle
:save-screen $T/said-no
:quit
X
has 'what no does' "$T/said-no" 'Not believed, and not asked again'
has 'it is written' "$config" 'authserv-id = none'
"$signet" search --json 'folder:one/INBOX' >"$T/rows"
is 'nobody is believed' "$(grep -c '"verdict": "verified"' "$T/rows")" 0
script no-again 80x24 <<X
:wait-idle
:save-screen $T/again
:quit
X
hides 'not asked again after no' "$T/again" 'Believe its'
finish
