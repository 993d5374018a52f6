#!/bin/sh
# Korean mail in each way it is written, plain and HTML, with file names in the
# five ways of the wild: right in the list, the reader, the reply, on disk and in
# a search. And for a Korean reader the sentences of faults, from the bottom of
# the program to the screen and the shell.
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

# --- faults in Korean; where the locale cannot be made, by LANGUAGE alone
mkdir -p "$T/locale/ko/LC_MESSAGES" "$T/locales"
cp ui/po/ko.mo "$T/locale/ko/LC_MESSAGES/signet.mo"
if localedef -i ko_KR -f UTF-8 "$T/locales/ko_KR.UTF-8" 2>/dev/null; then
	korean="LOCPATH=$T/locales LC_ALL=ko_KR.UTF-8"
else
	korean='LC_ALL=C.UTF-8 LANGUAGE=ko'
fi
korean="$korean SIGNET_LOCALEDIR=$T/locale"
peers=
e2e_stop() { for p in $peers; do kill "$p" 2>/dev/null; done; }
# peer ARGUMENT...: an IMAP server, its port in $port
peer() {
	rm -f "$T/port"
	python3 "$srcdir/tests/peer/imapd.py" "$@" >"$T/port" 2>"$T/peer.err" &
	peers="$peers $!" n=0
	while [ ! -s "$T/port" ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
	port=$(cat "$T/port")
}
# fault NAME PORT [SCHEME]: a profile whose server is there or not, and whose
# password is wrong
fault() {
	profile "$1"
	cat >"$P/config/signet/config" <<X
[account "work"]
address = you@example.org
receive = ${3:-imap+insecure}://you@127.0.0.1:$2
send = local:
password-command = echo wrong
X
}
# both NAME ENGLISH KOREAN: what "signet sync" says, and ends with, in each
both() {
	LC_ALL=C.UTF-8 "$signet" sync >"$T/out" 2>"$T/english"; rc=$?
	has "$1 in English" "$T/english" "$2"
	env $korean "$signet" sync >"$T/out" 2>"$T/korean"; is "$1: ends as" $? $rc
	[ $rc != 0 ] && ok || bad "$1: no fault"
	has "$1 in Korean" "$T/korean" "$3"
	lacks "$1: not in English" "$T/korean" "$2"
	if iconv -f UTF-8 -t UTF-8 "$T/korean" >"$T/out" 2>&1; then ok
	else bad "$1: a character was cut"; fi
}
# screen NAME KOREAN: the same on the screen
screen() {
	terminal 160x30 "$korean $signet"
	wait_screen "$2" 20
	keys Escape; sleep 0.5 # out of the form, if there is one
	keys q; sleep 0.2; keys y
	wait_end 10
}
peer --plain
fault wrong "$port"
both 'wrong password' 'sign-in was refused' \
	"로그인이 거절되었습니다: '127.0.0.1' 서버의 답: wrong user name or password. 한 번만 시도했으며"
has 'what it comes to' "$T/korean" 'signet sync: 모두 끝내지는 못했습니다'
has 'wrong password: to the end' "$T/korean" '비밀번호를 다시 넣거나 password-command를 고치십시오'
screen 'wrong password' '로그인이 거절되었습니다'
fault nobody 9
both 'no server' 'cannot connect to' \
	"'127.0.0.1' 서버의 포트 9에 연결할 수 없습니다: 연결이 거부되었습니다"
screen 'no server' "'127.0.0.1' 서버의 포트 9에 연결할 수 없습니다"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
	-subj /CN=other.example \
	-addext subjectAltName=IP:127.0.0.1 -keyout "$T/key" -out "$T/cert" 2>"$T/tls.log" ||
	bad 'no certificate'
peer --tls --cert "$T/cert" --key "$T/key"
fault certificate "$port" imaps
both 'certificate' 'showed a certificate that cannot be trusted' \
	"'127.0.0.1' 서버가 믿을 수 없는 인증서를 보였습니다: 이 컴퓨터가 아는 기관이 아니라 스스로 서명한 것입니다. 아무것도 보내지 않았습니다"
screen 'certificate' '이유: 이 컴퓨터가 아는 기관이 아니라 스스로 서명한 것입니다'
# in the file of the user's, the line and what stands there
fault config 9
echo 'adress = you@example.org' >>"$P/config/signet/config"
both 'configuration' 'unknown key' "config:6: 'adress' 키는 [account]에 없습니다. 가장 가까운 키: 'address'"
# what the system says comes in its own words
fault closed 9
rm -r "$P/data"; : >"$P/data"
both 'no room for data' 'cannot make the directory' "data/signet' 디렉터리를 만들 수 없습니다: "
finish
