#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""opendkim PROGRAM --zone F --time N --message F: what opendkim.c says, as a
conformance scorer reads it."""
import json
import subprocess
import sys
import tempfile

o = dict(zip([x[2:] for x in sys.argv[2::2]], sys.argv[3::2]))
zone = json.load(open(o["zone"], encoding="utf-8"))
with tempfile.NamedTemporaryFile("w", suffix=".keys") as f:
    for name, e in zone.items():
        while "TXT" not in e and "CNAME" in e:
            e = zone.get(e["CNAME"], {})
        for r in e.get("TXT", []) if "._domainkey." in name else []:
            f.write("%s %s\n" % (name, "".join(r).replace("\n", " ")))
    f.flush()
    p = subprocess.run([sys.argv[1], f.name, o["time"], o["message"]],
                       capture_output=True)
rows = [x.split(" ") for x in p.stdout.decode("utf-8", "replace").splitlines()]
print(json.dumps({"dkim": [dict(zip(("d", "s", "result"), r)) for r in rows]}))
