#!/bin/sh
# The verdict pane: what it shows, and its keys for checking again, copying the
# DNS names and writing the evidence.
. "${srcdir:-.}/tests/e2e/common"
export SIGNET_NOW=1795521600 TMPDIR="$T"

terminal 100x30 "$signet --demo"
wait_screen '별 보러' 10
tmux -L "$tmux_socket" set -s set-clipboard on
keys j
wait_screen '▸▪ @ ✓' 10
keys V
wait_screen 'DKIM 1' 10
keys y
wait_screen 'DNS names handed to the terminal' 5
tmux -L "$tmux_socket" show-buffer >"$T/names" 2>&1
has 'the key was copied' "$T/names" '._domainkey.'
has 'the policy was copied' "$T/names" '_dmarc.'
is 'each once' "$(sort "$T/names" | uniq -d | wc -l)" 0
keys w C-u "$T/evidence.json" Enter
wait_screen 'written to' 5
python3 - "$T/evidence.json" <<'PY' && ok || bad 'the evidence as JSON'
import json, sys
v = json.load(open(sys.argv[1]))
assert v["verdict"] == "verified" and v["dkim"][0]["result"] == "pass", v
PY
is 'for its owner alone' "$(stat -c %a "$T/evidence.json")" 600
keys w C-u "$T/evidence.json" Enter
wait_screen 'nothing was written' 5
keys C-r
wait_screen 'verifying again' 5
keys q q y
wait_end 5
finish
