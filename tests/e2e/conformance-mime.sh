#!/bin/sh
# The third-party letters and HTML bodies, where they are present:
# $SIGNET_CONFORMANCE, else beside the source tree. What is left of the letters
# stands in doc/leniency.md.
srcdir=$(cd "${srcdir:-.}" && pwd)
signet=$(pwd)/signet
dir=${SIGNET_CONFORMANCE:-$srcdir/../shared/conformance}
if [ ! -f "$dir/mime/check.py" ]; then
	echo "skip: no conformance cases at $dir"
	echo '0 passed, 0 failed, 1 skipped'
	exit 0
fi
out=$(mktemp "${TMPDIR:-/tmp}/signet-conf.XXXXXX") || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/signet-conf.XXXXXX") || exit 1
trap 'rm -rf "$out" "$work"' EXIT
trap 'exit 1' HUP INT TERM
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAIL: $*"; }

# --- letters: one passes where all that is judged of it is right
python3 "$dir/mime/check.py" "$dir/mime" -- \
	"$signet" show --json --files-from - >"$out" 2>&1
sed 's/\(.\{200\}\).*/\1/' "$out"
whole=$(sed -n 's/.*wholly right.*lenient[^0-9]*\([0-9]*\) of.*/\1/p' "$out" | tail -n 1)
[ "${whole:-0}" -ge 994 ] && ok || bad "letters wholly right: '$whole', not 994 or more"
grep -qE 'crash[a-z]*:? *[1-9]|hang[a-z]*:? *[1-9]' "$out" && bad 'a crash or a hang' || ok

# --- HTML: nothing hidden is shown, no line is too wide
python3 "$dir/html/check_html.py" "$dir/html" -- \
	"$signet" show --type text/html - >"$out" 2>&1
cat "$out"
for none in 'hidden shown 0 ' 'control chars 0 ' 'lines over 80 columns 0 '; do
	grep -qF "$none" "$out" && ok || bad "HTML: not '$none'"
done
recall=$(sed -n 's/.*word recall \([0-9]*\)\.\([0-9]*\)%.*/\1\2/p' "$out")
[ "${recall:-0}" -ge 9950 ] && ok || bad "HTML: words shown: $recall in 10,000"

# --- limits: a second of CPU and 64 MB above its size, with a stack of 1 MB
python3 "$dir/mime/gen_limits.py" "$work" >/dev/null 2>&1
n=$(find "$work" -type f | wc -l)
[ "$n" -gt 100 ] && ok || bad "only $n letters that try limits"
python3 - "$signet" "$work" <<'PY' && ok || bad 'a letter takes too much'
import glob, os, resource, subprocess, sys
signet, work = sys.argv[1:]
slack = int(os.environ.get("SIGNET_E2E_SLACK", 1))
bad = 0
for f in sorted(glob.glob(work + "/*")):
    p = subprocess.Popen([signet, "show", f], stdout=subprocess.DEVNULL,
                         preexec_fn=lambda: resource.setrlimit(
                             resource.RLIMIT_STACK, (1 << 20, 1 << 20)))
    _, status, u = os.wait4(p.pid, 0)
    cpu, over = u.ru_utime + u.ru_stime, u.ru_maxrss / 1024 - \
        os.path.getsize(f) / 1e6
    if status or cpu > slack or (over > 64 and slack == 1):
        bad += 1
        print("%s: status %d, %.2f s, %.0f MB above its size"
              % (os.path.basename(f), status, cpu, over))
sys.exit(bad != 0)
PY
echo "$passed passed, $failed failed"
[ $failed = 0 ]
