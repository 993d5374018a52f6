#!/bin/sh
# Korean mail in each way it is written, plain and HTML, with file names in the
# five ways of the wild: right in the list, the reader, the reply, on disk and in
# a search.
. "${srcdir:-.}/tests/e2e/common"
command -v python3 >/dev/null || { skip 'no python3'; finish; }
mail_profile k
python3 "$srcdir/tests/e2e/korean-mail" "$inbox/cur" >"$T/table"
"$signet" sync >/dev/null 2>&1; is 'sync' $? 0
"$signet" list b/INBOX >"$T/list"
cat >"$T/editor" <<'X'
#!/bin/sh
cp "$1" "$DRAFT"
X
chmod +x "$T/editor"
tab=$(printf '\t')
n=0
while IFS=$tab read -r file charset kind subject special f1 f2 f3 f4 f5; do
	n=$((n + 1)); what="$charset $kind"
	has "$what: list" "$T/list" "$subject"
	"$signet" show "$inbox/cur/$file" >"$T/shown"
	has "$what: shown" "$T/shown" "은하수 여행 $special 소식을"
	mkdir -p "$T/saved-$n"
	# the newest is the last written
	down=$((10 - n))
	{ echo :wait-idle
	i=0; while [ $i -lt $down ]; do echo j; i=$((i + 1)); done
	printf 'Enter\n:wait-idle\n:save-screen %s\nv\nS\n' "$T/screen-$n"
	i=0; while [ $i -lt 12 ]; do echo Backspace; i=$((i + 1)); done
	printf ':type %s\nEnter\n:wait-idle\nq\nr\n:wait-idle\n:save-screen %s\nq\nd\n:wait-idle\n:quit\n' \
		"$T/saved-$n" "$T/reply-$n"; } |
		script "k$n" 120x40 "DRAFT=$T/draft-$n EDITOR=$T/editor $signet"
	has "$what: reader" "$T/screen-$n" "은하수 여행 $special 소식을"
	has "$what: its subject" "$T/screen-$n" "$subject"
	has "$what: its sender" "$T/screen-$n" '김소현 <sohyun@byeolbit.example>'
	if [ -s "$T/draft-$n" ]; then
		has "$what: reply quotes" "$T/draft-$n" "은하수 여행 $special 소식을"
		has "$what: reply's subject" "$T/draft-$n" "Re: $subject"
		has "$what: reply to" "$T/draft-$n" 김소현
	else bad "$what: no reply was made"; fi
	for f in "$f1" "$f2" "$f3" "$f4" "$f5"; do
		is "$what: on disk" "$(cat "$T/saved-$n/$f" 2>/dev/null)" "$f"
	done
done <"$T/table"
is 'ten letters' $n 10
found() { is "search $1" "$("$signet" search --limit 100 "$1" | wc -l)" "$2"; }
found 은하수 10
found subject:달빛 10
found subject:안내 10
found subject:똠방각하 6
found 똠방각하 6
found from:김소현 10
found attachment:보고서 10
found attachment:견적서 10
found attachment:일정표 10
# a particle stands behind the word in the letter, not in the search
found 소식 10
found '"소식"' 0
finish
