#!/bin/sh
# signet domain: the MTA-STS policy over HTTPS, from a server of our own.
. "${srcdir:-.}/tests/e2e/common"
export XDG_CONFIG_HOME="$T/config" HOME="$T"
for need in openssl python3; do
	command -v $need >/dev/null || { skip "no $need"; finish; }
done

# One zone and one page a case.
python3 - "$T" <<'PY'
import json, sys
zone, pages = {}, {}
GOOD = "version: STSv1\r\nmode: enforce\r\nmax_age: 2592000\r\nmx: %s\r\n"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def case(name, page, mx="mail.%s", txt="v=STSv1; id=20261124;", host=None):
    d = name + ".example"
    zone[d] = {"TXT": ["v=spf1 -all"], "MX": [[10, "mail." + d]]}
    zone["mail." + d] = {"A": ["192.0.2.1"]}
    zone["_mta-sts." + d] = {"TXT": [txt]}
    zone["_smtp._tls." + d] = {"TXT": ["v=TLSRPTv1; rua=mailto:t@" + d]}
    zone["mta-sts." + d] = {"A": ["127.0.0.1"]}
    pages["mta-sts." + d] = page


case("good", [200, TEXT, GOOD % "*.good.example"])
case("moved", [301, {"Location": "https://mta-sts.good.example/"}, ""])
case("html", [200, {"Content-Type": "text/html"}, GOOD % "mail.html.example"])
case("gone", [404, TEXT, ""])
case("large", [200, TEXT, 70000])
case("other", [200, TEXT, GOOD % "old.other.example"])
case("broken", [200, TEXT, "version: STSv1\nmode: on\n"])
case("testing", [200, TEXT, "version: STSv1\nmode: testing\nmax_age: 86400\n"
                            "mx: mail.testing.example\n"])
case("short", [200, TEXT, "version: STSv1\nmode: enforce\nmax_age: 300\n"
                          "mx: mail.short.example\n"])
case("noid", [200, TEXT, GOOD % "mail.noid.example"], txt="v=STSv1;")
case("control", [200, TEXT, GOOD % "\x1b]0;x\x07mail.control.example"])
case("cut", [200, dict(TEXT, **{"Content-Length": "900"}),
             GOOD % "mail.cut.example"])
case("nocert", [200, TEXT, GOOD % "mail.nocert.example"])
json.dump(zone, open(sys.argv[1] + "/zone.json", "w"))
json.dump(pages, open(sys.argv[1] + "/pages.json", "w"))
names = ",".join("DNS:" + h for h in pages if "nocert" not in h)
open(sys.argv[1] + "/ext", "w").write("subjectAltName=" + names + "\n")
PY
cd "$T" || exit 1
https_peer ext pages.json

domain() { # domain NAME STATUS [OPTION...]
	name=$1; want=$2; shift 2
	"$signet" domain --zone zone.json --https-server "127.0.0.1@$https_port" \
		--ca-file ca.pem "$@" "$name.example" >out 2>err
	is "status of $name" "$?" "$want"
}

domain good 0
has 'policy' out 'mode enforce, max_age 2592000, mx *.good.example'
is 'faults of the policy' "$(grep -c 'error    mta-sts' out)" 0
domain good 0 --json
python3 - out <<'PY' && ok || bad 'the policy as JSON'
import json, sys
s = json.load(open(sys.argv[1]))["mta_sts"]
assert s["id"] == "20261124" and s["mode"] == "enforce", s
assert s["max_age"] == 2592000 and s["mx"] == ["*.good.example"], s
assert "STSv1" in s["policy"], s
PY
domain moved 1
has 'redirect' out 'answers 301, a redirect, which is not followed'
domain html 1
has 'media type' out '"text/html", not text/plain'
domain gone 1
has 'not there' out "answers 404"
domain large 1
has 'ceiling' out 'answers with more than 65536 bytes'
domain other 1
has 'MX not in the policy' out 'mail.other.example is an MX but not in the policy: mail is not delivered there'
has 'what nothing fits' out 'no MX fits "mx: old.other.example"'
domain broken 1
has 'mode' out 'mode is "on", not enforce, testing or none'
has 'age' out 'max_age is missing'
domain testing 0
has 'testing' out 'mode: testing only reports'
domain short 0
has 'short age' out 'max_age is 300 s'
domain noid 1
has 'id' out 'the MTA-STS record is wrong: it has no id'
domain control 1
if LC_ALL=C grep -q "$(printf '\033')" out; then bad 'an escape came out'; else ok; fi
domain cut 1
has 'an answer cut short' out 'cannot fetch from'
domain gone 1 --json
mv out english.json
mkdir -p locale/ko/LC_MESSAGES
cp "$OLDPWD/ui/po/ko.mo" locale/ko/LC_MESSAGES/signet.mo
korean() { LC_ALL=C.UTF-8 LANGUAGE=ko SIGNET_LOCALEDIR=$T/locale domain "$@"; }
korean gone 1
has 'a fault is told in Korean' out '서버의 답: 404'
korean gone 1 --json
if cmp -s english.json out; then ok; else bad 'the JSON has a fault in Korean'; fi
domain nocert 1
has 'name in the certificate' out 'give the server a certificate of that name'

# an authority that is not known
"$signet" domain --zone zone.json --https-server "127.0.0.1@$https_port" \
	good.example >out 2>err
is 'status without the authority' "$?" 1
has 'unknown authority' out 'give the server a certificate'

# what the server saw: a GET of that path, and nothing that tells who asks
python3 - report.json <<'PY' && ok || bad 'the request'
import json, sys
for method, host, path, headers in json.load(open(sys.argv[1])):
    assert method == "GET" and path == "/.well-known/mta-sts.txt", path
    extra = {h.lower() for h in headers} - {"host", "accept"}
    assert not extra, extra
PY
before=$(wc -c <report.json)
"$signet" domain --zone zone.json good.example >out 2>err
is 'a zone file alone asks nobody' "$(wc -c <report.json)" "$before"
has 'and says so' out 'the policy was not fetched'
kill $peer; wait $peer 2>/dev/null
domain good 1
has 'no server' out 'https://mta-sts.good.example/.well-known/mta-sts.txt: cannot fetch'
finish
