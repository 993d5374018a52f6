#!/usr/bin/env python3
"""A small submission server for the tests, on 127.0.0.1.

Prints one line, "PORT TLS_PORT", when it listens: STARTTLS on the first, TLS
from the first byte on the second. AUTH PLAIN and LOGIN; the password of
NAME@DOMAIN is pw-NAME. A letter goes into MAIL/DOMAIN/NAME/Maildir/new where
that user's folder exists, else into OUT (a file each, the envelope in its
first lines). Failures on demand, by recipient: reject@ 550, tempfail@ 451,
nobody@ 550, full@ 552, nospace@ 452; by subject: REJECT-DATA 550 after the data,
DATA-452 and DATA-552 the same. While the file --no-room names is there, DATA is
answered with 452. See --help for more.

SIGTERM ends it; --report FILE then has what was seen, as JSON.
"""
import argparse
import base64
import json
import os
import re
import signal
import socket
import ssl
import sys
import threading
import time

report = {"connections": 0, "sign_ins": [], "accepted": [], "commands": [],
          "secrets_in_clear": False, "bare": 0}
lock = threading.Lock()
serial = 0
lost = 0


class Gone(Exception):
    pass


class Session:
    def __init__(self, sock, opt, ctx, tls):
        self.opt, self.ctx, self.tls = opt, ctx, tls
        self.user = None
        self.clear()
        sock.settimeout(120)
        if tls:
            sock = ctx.wrap_socket(sock, server_side=True)
        self.sock, self.buf = sock, b""

    def clear(self):
        self.sender, self.to = None, []

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        self.buf += data

    def line(self):
        while b"\n" not in self.buf:
            if len(self.buf) > 20000:
                raise Gone
            self.fill()
        line, self.buf = self.buf.split(b"\n", 1)
        if not line.endswith(b"\r"):
            report["bare"] += 1
        return line.rstrip(b"\r")

    def put(self, text):
        self.sock.sendall(text.encode() + b"\r\n")

    def ehlo(self):
        words = ["SIZE %d" % self.opt.size, "8BITMIME", "SMTPUTF8",
                 "PIPELINING", "ENHANCEDSTATUSCODES"]
        if not self.tls and not self.opt.no_starttls:
            words.append("STARTTLS")
        if self.tls or self.opt.plain:
            words.append("AUTH " + self.opt.auth)
        words = [w for w in words if w.split()[0] not in self.opt.without]
        if self.opt.two_faces and not self.tls:
            words = ["SIZE 40", "AUTH CRAM-MD5", "STARTTLS"]
        lines = ["localhost"] + words
        for i, w in enumerate(lines):
            self.put("250%s%s" % (" " if i == len(lines) - 1 else "-", w))

    def auth(self, args):
        def ask(prompt):
            self.put("334 " + base64.b64encode(prompt).decode())
            return base64.b64decode(self.line() + b"==")

        if args[0].upper() == "PLAIN":
            raw = base64.b64decode(args[1] + "==") if len(args) > 1 \
                else ask(b"")
            user, password = raw.split(b"\0")[-2:]
        elif args[0].upper() == "LOGIN":
            user = base64.b64decode(args[1] + "==") if len(args) > 1 \
                else ask(b"Username:")
            password = ask(b"Password:")
        else:
            return self.put("504 5.5.4 no such mechanism")
        report["secrets_in_clear"] |= not self.tls
        user = user.decode("utf-8", "replace")
        if password.decode("utf-8", "replace") != "pw-" + user.split("@")[0]:
            return self.put("535 5.7.8 wrong user name or password")
        self.user = user
        with lock:
            report["sign_ins"].append(user)
        self.put("235 2.7.0 welcome")

    def rcpt(self, line):
        m = re.match(rb"RCPT TO:<([^<>]*)>", line, re.I)
        if not m or self.sender is None:
            return self.put("501 5.5.4 what?")
        to = m.group(1).decode("utf-8", "replace")
        local = to.split("@")[0]
        if local in ("reject", "nobody"):
            return self.put("550 5.1.1 no such user here")
        if local == "tempfail":
            return self.put("451 4.2.0 try again later")
        if local == "full":
            return self.put("552 5.2.2 the mailbox is full")
        if local == "nospace":
            return self.put("452 4.2.2 the mailbox has no room now")
        if self.opt.most and len(self.to) >= self.opt.most:
            return self.put("%s too many recipients" % self.opt.too_many)
        self.to.append(to)
        self.put("250 2.1.5 ok")

    def data(self):
        global lost
        if not self.to:
            return self.put("554 5.5.1 no recipients")
        if self.opt.no_room and os.path.exists(self.opt.no_room):
            return self.put("452 4.3.1 insufficient system storage")
        self.put("354 go on")
        while not (b"\r\n" + self.buf).endswith(b"\r\n.\r\n") and \
                b"\r\n.\r\n" not in self.buf:
            self.fill()
            if len(self.buf) > 2 * self.opt.size:
                raise Gone
        body, self.buf = (b"\r\n" + self.buf).split(b"\r\n.\r\n", 1)
        body = (body + b"\r\n")[2:]
        report["bare"] += len(re.findall(rb"(?<!\r)\n|\r(?!\n)", body))
        body = re.sub(rb"(?m)^\.", b"", body)
        if re.search(rb"(?im)^Subject:.*REJECT-DATA", body):
            return self.put("550 5.6.0 the content is not wanted")
        if re.search(rb"(?im)^Subject:.*DATA-452", body):
            return self.put("452 4.3.1 insufficient system storage")
        if re.search(rb"(?im)^Subject:.*DATA-552", body):
            return self.put("552 5.3.4 more than this mailbox may hold")
        with lock:
            self.keep(body)
            if lost < self.opt.lose_answers:
                lost += 1
                raise Gone
        if self.opt.silent_answer:
            time.sleep(self.opt.silent_answer)
        self.put("250 2.0.0 queued")
        self.clear()

    def keep(self, body):
        global serial
        serial += 1
        mid = re.search(rb"(?im)^Message-ID:\s*(\S+)", body)
        report["accepted"].append({
            "user": self.user, "from": self.sender, "to": self.to,
            "message_id": mid.group(1).decode("latin1") if mid else None,
            "bytes": len(body)})
        name = "%d.M%dP%d.peer" % (time.time(), serial, os.getpid())
        text = b"Return-Path: <%s>\n" % self.sender.encode()
        for to in self.to:
            local, _, domain = to.partition("@")
            box = os.path.join(self.opt.mail or "/nonexistent", domain,
                               local.split("+")[0])
            if self.opt.mail and "/" not in to and os.path.isdir(box):
                place = os.path.join(box, "Maildir")
                for d in ("cur", "new", "tmp"):
                    os.makedirs(os.path.join(place, d), exist_ok=True)
                data = text + body.replace(b"\r\n", b"\n")
            elif self.opt.out:
                place = self.opt.out
                for d in ("tmp", "new"):
                    os.makedirs(os.path.join(place, d), exist_ok=True)
                data = b"X-Envelope-To: %s\n" % to.encode() + text + body
            else:
                continue
            tmp = os.path.join(place, "tmp", name)
            with open(tmp, "wb") as f:
                f.write(data)
            os.rename(tmp, os.path.join(place, "new", name))

    def serve(self):
        self.put(self.opt.greeting)
        while True:
            line = self.line()
            word = line[:8].split(b" ")[0].upper()
            with lock:
                report["commands"].append(word.decode("latin1"))
            if word in (b"EHLO", b"HELO"):
                self.ehlo()
            elif word == b"STARTTLS" and not self.tls and \
                    not self.opt.no_starttls:
                if self.opt.inject:
                    self.sock.sendall(b"220 go\r\n250 injected\r\n")
                else:
                    self.put("220 go")
                self.buf = b""
                self.sock = self.ctx.wrap_socket(self.sock, server_side=True)
                self.tls = True
                self.user = None
            elif word == b"QUIT":
                self.put("221 bye")
                return
            elif word in (b"NOOP", b"RSET"):
                self.clear()
                self.put("250 ok")
            elif not self.tls and not self.opt.plain:
                self.put("530 5.7.0 STARTTLS first")
            elif word == b"AUTH":
                self.auth(line.decode().split()[1:])
            elif not self.user:
                self.put("530 5.7.0 sign in first")
            elif word == b"MAIL":
                m = re.match(rb"MAIL FROM:<([^<>]*)>", line, re.I)
                if not m:
                    self.put("501 5.5.4 what?")
                    continue
                self.sender, self.to = m.group(1).decode(), []
                self.put("250 2.1.0 ok")
            elif word == b"RCPT":
                self.rcpt(line)
            elif word == b"DATA":
                self.data()
            else:
                self.put("500 5.5.1 what?")


def run(sock, opt, ctx, tls):
    with lock:
        report["connections"] += 1
    try:
        Session(sock, opt, ctx, tls).serve()
    except (Gone, OSError, ValueError, IndexError):
        pass
    finally:
        sock.close()


def listen(sock, opt, ctx, tls):
    while True:
        s, _ = sock.accept()
        threading.Thread(target=run, args=(s, opt, ctx, tls),
                         daemon=True).start()


def main():
    p = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cert", required=True)
    p.add_argument("--key", required=True)
    p.add_argument("--mail", help="Maildirs: MAIL/DOMAIN/NAME/Maildir")
    p.add_argument("--out", help="a Maildir for all other recipients")
    p.add_argument("--report")
    p.add_argument("--auth", default="PLAIN LOGIN")
    p.add_argument("--size", type=int, default=50000000)
    p.add_argument("--without", action="append", default=[],
                   help="an EHLO word to leave out; several")
    p.add_argument("--two-faces", action="store_true",
                   help="before TLS it offers what it does not mean")
    p.add_argument("--most", type=int, help="recipients of a letter")
    p.add_argument("--too-many", default="452 4.5.3")
    p.add_argument("--no-room")
    p.add_argument("--no-starttls", action="store_true")
    p.add_argument("--plain", action="store_true",
                   help="everything works without TLS")
    p.add_argument("--inject", action="store_true",
                   help="an answer rides behind that to STARTTLS")
    p.add_argument("--greeting", default="220 localhost ESMTP ready")
    p.add_argument("--lose-answers", type=int, default=0, metavar="N",
                   help="keep the first N letters and hang up unanswered")
    p.add_argument("--silent-answer", type=float, default=0, metavar="S",
                   help="answer a letter after S seconds")
    opt = p.parse_args()
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(opt.cert, opt.key)
    socks = []
    for _ in range(2):
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        s.listen(50)
        socks.append(s)

    def stop(*_):
        if opt.report:
            with open(opt.report, "w") as f:
                json.dump(report, f, indent=1)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for s, tls in zip(socks, (False, True)):
        threading.Thread(target=listen, args=(s, opt, ctx, tls),
                         daemon=True).start()
    print(*(s.getsockname()[1] for s in socks), flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
