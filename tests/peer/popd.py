#!/usr/bin/env python3
"""A scripted POP3 server for the tests, on 127.0.0.1: it can lock its box, name
letters anew, lack what is optional, and die at byte N.

Prints one line, its port, when it listens. Its box has --letters letters, made
when they are asked for, and outlives a lost connection. User and password are
--user and --password (default you, open-sesame); STLS is needed.

 --drop-at N        hang up after N bytes sent (the first connection; with
                    --always each)
 --without WORD     CAPA, UIDL, TOP, PIPELINING, SASL or USER; several
 --sasl LIST        the mechanisms that CAPA names (PLAIN LOGIN; XOAUTH2 takes
                    the password for a token)
 --in-use N         the first N sign-ins find the box locked
 --busy TEXT        each sign-in is answered with -ERR TEXT
 --same-uidl        all letters have the same UIDL
 --new-names        other UIDLs with each connection
 --refuse N         letter N cannot be fetched; several
 --lose quit        hang up at the first QUIT, the letters gone
 --keep quit        hang up at the first QUIT, the letters still there
 --silent CMD       never answer CMD; with --first in the first connection
 --inject           an answer rides behind that to STLS

SIGTERM ends it; --report FILE then has what was seen, as JSON.
"""
import argparse
import base64
import json
import signal
import socket
import ssl
import threading

report = {"connections": 0, "commands": [], "secrets_in_clear": False,
          "deleted": [], "left": 0, "dropped": False, "sent": 0,
          "silent": False}
lock = threading.RLock()
box = []  # numbers of letters
places = []  # at which this could have fallen silent
done = set()
opt = None


class Gone(Exception):
    pass


def letter(i):
    text = (b"From: Pat <pat@friends.example>\r\nTo: you@here.example\r\n"
            b"Subject: letter %d\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\n"
            b"Message-ID: <letter%d@friends.example>\r\n\r\n"
            b"This is letter %d.\r\n.a line with a dot\r\n..\r\n.\r\nend\r\n"
            % (i, i, i))
    line = b"It was made to be so long.\r\n"
    return text + line * ((opt.size - len(text)) // len(line) + 1)


class Session:
    def __init__(self, sock, ctx, number):
        self.ctx, self.number = ctx, number
        self.tls, self.sent, self.user = False, 0, None
        self.letters, self.marked = [], set()
        sock.settimeout(300)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock, self.buf, self.out = sock, b"", b""

    def put(self, data):
        self.out += data if isinstance(data, bytes) else data.encode()
        if len(self.out) > 60000:
            self.flush()

    def flush(self):
        data, self.out = self.out, b""
        if opt.drop_at is not None and (opt.always or self.number == 1):
            left = opt.drop_at - self.sent
            if len(data) >= left:
                report["dropped"] = True
                self.sock.sendall(data[:max(left, 0)])
                raise Gone
        self.sent += len(data)
        if self.number == 1:
            report["sent"] = self.sent
        self.sock.sendall(data)

    def line(self):
        while b"\n" not in self.buf:
            self.flush()
            data = self.sock.recv(65536)
            if not data:
                raise Gone
            self.buf += data
        line, self.buf = self.buf.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "surrogateescape")

    def ok(self, text="yes"):
        self.put("+OK %s\r\n" % text)

    def no(self, text="no"):
        self.put("-ERR %s\r\n" % text)

    def data(self, text):
        text = b"\r\n" + text
        self.put(text.replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")

    def capa(self):
        if "CAPA" in opt.without:
            return self.no()
        words = ["UIDL", "TOP", "PIPELINING", "SASL " + opt.sasl, "USER",
                 "RESP-CODES"]
        if not self.tls:
            words.append("STLS")
        self.ok()
        for w in words:
            if w.split()[0] not in opt.without:
                self.put(w + "\r\n")
        self.put(".\r\n")

    def sign_in(self, user, password):
        report["secrets_in_clear"] |= not self.tls
        if (user, password) != (opt.user, opt.password):
            return self.no("[AUTH] wrong user name or password")
        with lock:
            if opt.busy:
                return self.no(opt.busy)
            if opt.in_use > 0:
                opt.in_use -= 1
                return self.no("[IN-USE] another session has the box")
        self.user, self.letters = user, list(box)
        return self.ok("%d letters" % len(box))

    def uidl(self, n):
        if opt.same_uidl:
            return "same"
        if opt.new_names:
            return "name%d.%d" % (n, self.number)
        return "uidl-%d" % n

    def listed(self):
        return [(i, n) for i, n in enumerate(self.letters, 1)
                if i not in self.marked]

    def quit(self):
        first = "quit" not in done
        done.add("quit")
        if opt.keep == "quit" and first:
            raise Gone
        with lock:
            for i in self.marked:
                box.remove(self.letters[i - 1])
                report["deleted"].append(self.letters[i - 1])
        if opt.lose == "quit" and first:
            raise Gone
        self.ok("bye")
        self.flush()
        raise Gone

    def fall_silent(self, name):
        """Asked at each place where that can be."""
        if name not in places:
            places.append(name)
        if name in opt.silent and (self.number == 1 or not opt.first):
            self.flush()
            report["silent"] = True
            while self.sock.recv(65536):
                pass
            raise Gone

    def command(self, line):
        words = line.split(" ")
        cmd = words[0].upper()
        with lock:
            report["commands"].append(cmd)
        self.fall_silent(cmd)
        if cmd == "CAPA":
            self.capa()
        elif cmd == "QUIT":
            self.quit()
        elif cmd == "STLS" and not self.tls:
            self.ok("go")
            if opt.inject:
                self.ok("forged")
            self.flush()
            self.buf = b""
            self.sock = self.ctx.wrap_socket(self.sock, server_side=True)
            self.tls = True
        elif cmd == "AUTH" and "SASL" not in opt.without:
            text = words[2] if len(words) > 2 else ""
            if not text:
                self.put("+ \r\n")
                text = self.line()
            if words[1] == "XOAUTH2":
                user, token = base64.b64decode(text).decode().split("\1")[:2]
                self.sign_in(user[5:], token[12:])
            else:
                self.sign_in(
                    *base64.b64decode(text).decode().split("\0")[-2:])
        elif cmd == "USER":
            self.name = words[1]
            self.ok()
        elif cmd == "PASS":
            self.sign_in(self.name, line[5:])
        elif self.user is None:
            self.no("sign in first")
        elif cmd in ("UIDL", "LIST") and cmd not in opt.without:
            self.ok()
            for i, n in self.listed():
                self.put("%d %s\r\n" % (i, self.uidl(n) if cmd == "UIDL"
                                        else len(letter(n))))
            self.put(".\r\n")
        elif cmd in ("TOP", "RETR", "DELE") and cmd not in opt.without:
            i = int(words[1])
            if i < 1 or i > len(self.letters) or i in self.marked or \
                    (cmd == "RETR" and self.letters[i - 1] in opt.refuse):
                return self.no("no such letter")
            if cmd == "DELE":
                self.marked.add(i)
                return self.ok()
            text = letter(self.letters[i - 1])
            if cmd == "TOP":
                text = text.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self.ok()
            self.data(text)
        elif cmd == "STAT":
            self.ok("%d 0" % len(self.listed()))
        elif cmd in ("NOOP", "RSET"):
            if cmd == "RSET":
                self.marked = set()
            self.ok()
        else:
            self.no("what")

    def run(self):
        try:
            self.fall_silent("GREETING")
            self.ok("ready")
            while True:
                self.command(self.line())
        except (Gone, OSError, ValueError):
            pass
        finally:
            self.sock.close()


def options(args=None):
    global opt
    p = argparse.ArgumentParser()
    p.add_argument("--cert", required=True)
    p.add_argument("--key", required=True)
    p.add_argument("--report")
    p.add_argument("--letters", type=int, default=3)
    p.add_argument("--size", type=int, default=0, help="of a letter, at least")
    p.add_argument("--sasl", default="PLAIN LOGIN")
    p.add_argument("--user", default="you")
    p.add_argument("--password", default="open-sesame")
    p.add_argument("--drop-at", type=int)
    p.add_argument("--always", action="store_true")
    p.add_argument("--without", action="append", default=[])
    p.add_argument("--in-use", type=int, default=0)
    p.add_argument("--busy")
    p.add_argument("--same-uidl", action="store_true")
    p.add_argument("--new-names", action="store_true")
    p.add_argument("--refuse", type=int, action="append", default=[])
    p.add_argument("--lose")
    p.add_argument("--keep")
    p.add_argument("--silent", action="append", default=[])
    p.add_argument("--inject", action="store_true")
    p.add_argument("--first", action="store_true")
    opt = p.parse_args(args)
    box.extend(range(1, opt.letters + 1))


def main():
    options()
    ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ctx.load_cert_chain(opt.cert, opt.key)

    def stop(*_):
        report["left"] = len(box)
        if opt.report:
            with open(opt.report, "w") as f:
                json.dump(report, f)
        raise SystemExit

    signal.signal(signal.SIGTERM, stop)

    def more(*_):  # a new letter
        box.append(max(box or [0]) + 1)

    signal.signal(signal.SIGUSR1, more)
    server = socket.create_server(("127.0.0.1", 0), backlog=50)
    print(server.getsockname()[1], flush=True)
    while True:
        sock, _ = server.accept()
        report["connections"] += 1
        threading.Thread(target=Session(sock, ctx, report["connections"]).run,
                         daemon=True).start()


if __name__ == "__main__":
    main()
