#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""dnsd ZONE PORT DELAY SECONDS: a DNS server on 127.0.0.1 that answers from a
zone file, each answer DELAY seconds late, and ends after SECONDS with the
number of questions on standard output. PORT 0: any; it is printed first."""
import asyncio
import json
import socket
import struct
import sys

TYPES = {1: "A", 28: "AAAA", 5: "CNAME", 15: "MX", 12: "PTR", 16: "TXT", 33: "SRV"}


def wire(name):
    return b"".join(bytes([len(x)]) + x.encode()
                    for x in name.split(".") if x) + b"\0"


def rdata(kind, v):
    if kind == "A":
        return socket.inet_aton(v)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, v)
    if kind == "SRV":
        return struct.pack(">HHH", *v[:3]) + wire(v[3])
    if kind == "MX":
        return struct.pack(">H", v[0]) + wire(v[1])
    if kind != "TXT":
        return wire(v)
    out = b""
    for s in [v] if isinstance(v, str) else v:
        b = s.encode()
        for i in range(0, max(len(b), 1), 255):
            out += bytes([len(b[i:i + 255])]) + b[i:i + 255]
    return out


class Server(asyncio.DatagramProtocol):
    def __init__(self, zone, delay):
        self.zone, self.delay, self.asked = zone, delay, 0
        self.above = {n.split(".", i)[i] for n in zone
                      for i in range(1, n.count(".") + 1)}

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        loop = asyncio.get_running_loop()
        loop.call_later(self.delay, self.answer, data, peer)

    def answer(self, data, peer):
        self.asked += 1
        at, labels = 12, []
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode())
            at += data[at] + 1
        name = ".".join(labels).lower()
        kind = struct.unpack(">H", data[at + 1:at + 3])[0]
        entry, rcode, found = self.zone.get(name), 0, []
        if entry is None:
            rcode = 0 if name in self.above or name == "" else 3
        elif TYPES.get(kind) in entry:
            v = entry[TYPES[kind]]
            found = [rdata(TYPES[kind], x)
                     for x in (v if isinstance(v, list) else [v])]
        elif entry.get("rcode") == "TIMEOUT":
            return
        elif "rcode" in entry:
            rcode = {"SERVFAIL": 2, "NXDOMAIN": 3}[entry["rcode"]]
        out = data[:2] + struct.pack(">HHHHH", 0x8180 | rcode, 1, len(found),
                                     0, 0) + data[12:at + 5]
        for r in found:
            out += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, len(r)) + r
        self.transport.sendto(out, peer)


async def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        zone = json.load(f)
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: Server(zone.get("zone", zone), float(sys.argv[3])),
        local_addr=("127.0.0.1", int(sys.argv[2])))
    print(transport.get_extra_info("sockname")[1], flush=True)
    await asyncio.sleep(float(sys.argv[4]))
    print(server.asked, flush=True)


asyncio.run(main())
