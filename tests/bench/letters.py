#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""letters DIR COUNT DOMAINS: COUNT letters of 17 KB in the mean, signed by
RSA-2048 keys of DOMAINS domains (dkimpy signs), into DIR; with zone.json, with
keys (for opendkim.c) and with list, their paths."""
import json
import os
import random
import subprocess
import sys

import dkim

out, count, domains = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rnd = random.Random(1)
pem = subprocess.run(["openssl", "genrsa", "-traditional", "2048"],
                     capture_output=True, check=True).stdout
der = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "PEM"],
                     input=pem, capture_output=True, check=True).stdout
public = "".join(der.decode().splitlines()[1:-1])
zone, keys, paths = {}, [], []
for n in range(domains):
    d = "d%d.example" % n
    zone["s1._domainkey." + d] = {"TXT": [["v=DKIM1; k=rsa; p=" + public]]}
    zone["_dmarc." + d] = {"TXT": [["v=DMARC1; p=reject"]]}
    keys.append("s1._domainkey.%s v=DKIM1; k=rsa; p=%s\n" % (d, public))
words = [bytes(rnd.choice(b"abcdefghijklmnop") for _ in range(7))
         for _ in range(200)]
os.makedirs(out, exist_ok=True)
for n in range(count):
    d = "d%d.example" % (n % domains)
    size = min(200000, int(rnd.expovariate(1 / 16500)))
    body = b""
    while len(body) < size:
        body += b" ".join(rnd.sample(words, 9)) + b"\r\n"
    text = (b"From: A <a@%s>\r\nTo: b@here.example\r\nSubject: letter %d\r\n"
            b"Date: Tue, 24 Nov 2026 08:00:00 +0000\r\n"
            b"Message-ID: <%d@%s>\r\n\r\n" % (d.encode(), n, n, d.encode()))
    text += body or b"x\r\n"
    sig = dkim.sign(text, b"s1", d.encode(), pem, include_headers=[
        b"from", b"to", b"subject", b"date", b"message-id"],
        canonicalize=(b"relaxed", b"relaxed"))
    path = os.path.join(out, "%d.eml" % n)
    open(path, "wb").write(sig + text)
    paths.append(path)
json.dump(zone, open(out + "/zone.json", "w"))
open(out + "/keys", "w").writelines(keys)
open(out + "/list", "w").write("".join(p + "\n" for p in paths))
