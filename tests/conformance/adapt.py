#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""adapt SIGNET --area AREA [--zone F] [--time N] [--ip A] [--helo N]
[--mailfrom A] [--message F] [--header F]: run `signet verify --json` or
`signet spf --json` and print what a conformance scorer reads."""
import json
import os
import subprocess
import sys
import tempfile

RENAME = {"mailfrom": "mail-from"}


def run(argv):
    p = subprocess.run(argv, stdout=subprocess.PIPE)
    return json.loads(p.stdout.decode("utf-8"))


def options(o, names):
    out = []
    for n in names:
        if n in o:
            out += ["--" + RENAME.get(n, n), o[n]]
    return out


def authres(signet, path):
    with open(path, "rb") as f:
        head = f.read()
    with tempfile.NamedTemporaryFile() as t:
        t.write(head + b"From: <a@a.example>\r\n\r\nx\r\n")
        t.flush()
        zone = os.path.join(os.path.dirname(__file__), "empty.json")
        v = run([signet, "verify", "--json", "--zone", zone, t.name])
    if not v["received_by"]:
        return "error"
    f = v["received_by"][0]
    if f["error"]:
        return "error"
    return {"authserv_id": f["authserv_id"], "version": f["version"],
            "results": [{"method": r["method"], "result": r["result"],
                         "reason": r["reason"] or None,
                         "props": r["properties"]} for r in f["results"]]}


def main():
    signet, a = sys.argv[1], sys.argv[2:]
    o = dict((a[i][2:], a[i + 1]) for i in range(0, len(a) - 1, 2))
    area = o["area"]
    out = {}
    if area == "authres":
        out["authres"] = authres(signet, o["header"])
    elif area == "spf":
        v = run([signet, "spf", "--json"] +
                options(o, ("zone", "ip", "helo", "mailfrom")))
        out["spf"] = v["result"]
        out["spf_exp"] = v["explanation"]
    else:
        v = run([signet, "verify", "--json"] +
                options(o, ("zone", "time", "ip", "helo", "mailfrom")) +
                [o["message"]])
        d = v["dmarc"]
        out = {"dkim": v["dkim"], "arc": v["arc"]["result"],
               "spf": v["spf"]["result"],
               "dmarc": {"result": d["result"], "policy": d["policy"],
                         "org_domain": d["organizational_domain"],
                         "policy_domain": d["record_domain"],
                         "spf_aligned": d["aligned"]["spf"],
                         "dkim_aligned": d["aligned"]["dkim"]},
               "verdict": v["verdict"], "alerts": v["alerts"],
               "sentence": v["sentence"]}
    print(json.dumps(out))


main()
