#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""peers pyspf|dkimpy --area AREA --zone F [--ip A] [--helo N] [--mailfrom A]
[--message F]: what pyspf or dkimpy says, as a conformance scorer reads it."""
import json
import sys

which, a = sys.argv[1], sys.argv[2:]
o = dict((a[i][2:], a[i + 1]) for i in range(0, len(a) - 1, 2))
zone = json.load(open(o["zone"], encoding="utf-8"))


class Silent(Exception):
    pass


def lookup(name, kind, depth=0):
    """The records of NAME; Silent where the DNS does not answer."""
    entry = zone.get(name.lower().rstrip("."), {})
    if kind in entry:
        return entry[kind]
    if "CNAME" in entry and depth < 8:
        return lookup(entry["CNAME"], kind, depth + 1)
    if entry.get("rcode") in ("TIMEOUT", "SERVFAIL"):
        raise Silent(name)
    return []


def texts(name):
    return ["".join(r) if isinstance(r, list) else r
            for r in lookup(name, "TXT")]


def pyspf():
    import spf

    def dns(name, kind, *rest, **more):
        if kind == "SPF":  # a type that RFC 7208 has abandoned
            return []
        try:
            found = lookup(name, kind)
        except Silent:
            raise spf.TempError("DNS timeout")
        if kind == "TXT":
            found = [[s.encode() for s in (r if isinstance(r, list) else [r])]
                     for r in found]
        return [((name, kind), tuple(r) if kind == "MX" else r) for r in found]

    spf.DNSLookup = dns
    q = spf.query(i=o["ip"], s=o.get("mailfrom", ""), h=o.get("helo", ""),
                  strict=True, timeout=20)
    result, _, explanation = q.check()
    return {"spf": result, "spf_exp": explanation}


def dkimpy():
    import dkim

    def dns(name, timeout=5):
        name = name.decode() if isinstance(name, bytes) else name
        try:
            found = texts(name)
        except Silent:
            raise dkim.DnsTimeoutError(name)
        return found[0].encode() if found else None

    message = open(o["message"], "rb").read()
    out = {"dkim": [], "arc": "none"}
    d = dkim.DKIM(message)
    count = sum(1 for n, _ in d.headers if n.lower() == b"dkim-signature")
    for i in range(count):
        d = dkim.DKIM(message)
        try:
            said = "pass" if d.verify(idx=i, dnsfunc=dns) else "fail"
        except dkim.DnsTimeoutError:
            said = "temperror"
        except Exception:
            said = "permerror"
        tags = {}
        for t in (d.signature_fields or {}).items():
            tags[t[0].decode()] = t[1].decode("utf-8", "replace")
        out["dkim"].append({"d": tags.get("d", ""), "s": tags.get("s", ""),
                            "result": said})
    if any(n.lower() == b"arc-seal" for n, _ in d.headers):
        try:
            cv, _, _ = dkim.ARC(message).verify(dnsfunc=dns)
            out["arc"] = cv.decode() if cv else "fail"
        except Exception:
            out["arc"] = "fail"
    return out


print(json.dumps({"pyspf": pyspf, "dkimpy": dkimpy}[which]()))
