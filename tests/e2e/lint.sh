#!/bin/sh
# The law of dependency is held by a machine: planted violations are caught.
. "${srcdir:-.}/tests/e2e/common"
sh "$srcdir/tests/lint/layers" "$srcdir" >"$T/out" 2>&1; is 'the tree keeps the law' $? 0
mkdir -p "$T/tree/tests/lint"
cp "$srcdir/tests/lint/law" "$srcdir/tests/lint/layers" "$T/tree/tests/lint/"
plant() {	# plant FILE INCLUDE
	rm -rf "$T/tree/${1%%/*}"
	mkdir -p "$T/tree/${1%/*}"
	echo "#include $2" >"$T/tree/$1"
	sh "$T/tree/tests/lint/layers" "$T/tree" >"$T/out" 2>&1
	[ $? -ne 0 ] && ok || bad "$1 may include $2"
	rm -rf "$T/tree/${1%%/*}"
}
plant base/x.c '"mime/part.h"'
plant mime/x.c '"auth/verdict.h"'
plant auth/x.c '"net/dns.h"'
plant net/x.c '"store/index.h"'
plant net/x.c '"auth/dkim.h"'
plant store/x.c '"net/imap.h"'
plant store/x.c '"app/msg.h"'
plant app/x.c '"ui/screen.h"'
plant ui/x.c '"store/index.h"'
plant ui/x.c '"app/keeper.h"'
plant ui/x.c '<curses.h>'
plant store/x.c '<notmuch.h>'
plant app/x.c '<libetpan/libetpan.h>'
plant mime/x.c '<openssl/ssl.h>'
plant app/x.c '"app/command/parts.h"'
plant app/command/x.c '"ui/screen.h"'
plant app/letter/x.c '"app/local/local.h"'
plant app/local/x.c '"app/sync/plan.h"'
plant app/keeper/x.c '"app/sync/account.h"'
plant app/sync/x.c '"app/engine.h"'
mkdir -p "$T/tree/ui"; echo '#include "app/msg.h"' >"$T/tree/ui/x.c"
sh "$T/tree/tests/lint/layers" "$T/tree" >/dev/null 2>&1; is 'what is allowed passes' $? 0
finish
