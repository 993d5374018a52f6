#!/usr/bin/env python3
"""hinder.py SIGNET FOLDER CERT KEY CA KIND HOW...: a pass that is hindered at one
place after the other, and what must be then. KIND is what there is to do, see
KINDS. HOW is

 cut STEP FROM LIMIT [LATER]	the connection is lost at byte FROM, FROM + STEP,
			... of what the server sends, below LIMIT, and at LATER
			places at random from there to its end
 die [STEP]		the program dies before and behind each durable step,
			or each STEP-th
 silent			the server falls silent at each command, one at each
			account's, and the program is killed where it waits
 less WORD...		no hindrance: a server lacks the first capability, one
			the second, ..., one all of them; one is Exchange's like

Prints each place where it is not as it must be, and a summary last.

A pass whose connections are lost has many accounts, each on a scripted server
(tests/peer) of its own that is lost at a place of its own: so each byte can be
tried. What must be:

 - the pass that is hindered ends, and the next one, unhindered, ends well
 - then both sides have what they have without hindrance: folders, flags, bytes
 - the pass after that changes no file and asks the server for no change
"""
import hashlib
import importlib.util
import os
import random
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time

SLOTS = 32  # accounts of a pass, where there are places enough
PEERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peer")
BOTH = ["--letters", "14", "--gone", "2", "--flagged", "1", "--flagged", "4"]
# what the server has, the size of a letter (last), and whether the pass has had one
# before it, with changes on both sides since
KINDS = {
    "first": ("imapd", ["--letters", "12", "--size", "1800"], False),
    # and the letters are numbered anew while the connection is lost
    "anew": ("imapd", ["--letters", "12", "--size", "1800"], False),
    "many": ("imapd", ["--letters", "60", "--size", "1300"], False),
    "both": ("imapd", BOTH + ["--size", "3200"], True),
    "copy": ("imapd", BOTH + ["--without", "MOVE", "--size", "3200"], True),
    "pop": ("popd", ["--letters", "12", "--size", "1800"], False),
    "pop-away": ("popd", ["--letters", "12"], False),
}
# commands by which a pass changes what a server has
CHANGES = {"STORE", "MOVE", "COPY", "EXPUNGE", "APPEND", "CREATE", "DELE"}


class Server:
    """A scripted server, on a port that stays; begin() makes it anew."""

    def __init__(self, number, kind, ctx):
        self.name, self.kind, self.ctx = "a%d" % number, kind, ctx
        self.sock = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.sock.getsockname()[1]
        self.sessions = []
        threading.Thread(target=self.accept, daemon=True).start()

    def begin(self, args):
        spec = importlib.util.spec_from_file_location(
            "peer", os.path.join(PEERS, self.kind + ".py"))
        self.peer = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.peer)
        # else one letter would lie in all accounts
        made, host = self.peer.letter, b"@%s.example>" % self.name.encode()
        self.peer.letter = lambda *a: made(*a).replace(
            b"@friends.example>\r\nC", host + b"\r\nC").replace(
            b"@friends.example>\r\n\r", host + b"\r\n\r")
        self.opt = self.peer.options(args + ["--cert", "-", "--key", "-"])
        if self.kind == "imapd":
            self.peer.fill(self.opt)

    def accept(self):
        while True:
            sock, _ = self.sock.accept()
            report = self.peer.report
            report["connections"] += 1
            number = report["connections"]
            if self.kind == "imapd":
                t = threading.Thread(target=self.peer.run, daemon=True, args=(
                    sock, self.opt, self.ctx, number))
            else:
                t = threading.Thread(target=self.peer.Session(
                    sock, self.ctx, number).run, daemon=True)
            self.sessions.append(t)
            t.start()

    def wait(self):
        """Until what the program has said last is done."""
        for t in self.sessions:
            t.join(20)
        self.sessions = []

    def there(self):
        if self.kind == "popd":
            return sorted(self.peer.box)
        return sorted((name, hashlib.md5(data).hexdigest(), sorted(flags))
                      for name, box in self.peer.boxes.items()
                      for _, data, flags in box.letters)

    def changes(self):
        return sum(c in CHANGES for c in self.peer.report["commands"])


class Test:
    def __init__(self, signet, folder, cert, key, ca, kind, slots):
        self.signet, self.folder, self.kind = signet, folder, kind
        peer, self.args, self.has_before = KINDS[kind]
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(cert, key)
        self.servers = [Server(i, peer, ctx) for i in range(slots)]
        self.failed = self.passed = 0
        self.env = dict(os.environ, HOME=folder)
        for name in ("config", "data", "state", "cache"):
            self.env["XDG_%s_HOME" % name.upper()] = os.path.join(folder, name)
            os.makedirs(os.path.join(folder, name, "signet"))
        with open(self.path("config", "signet", "zone.json"), "w") as f:
            f.write("{}")
        config = self.path("config", "signet", "config")
        with open(config, "w") as f:
            f.write("[dns]\nzone = zone.json\n")
            for s in self.servers:
                f.write('[account "%s"]\naddress = you@here.example\n'
                        "receive = %s://you@localhost:%d\nsend = local:\n"
                        "ca-file = %s\npassword = open-sesame\n%s"
                        % (s.name, {"imapd": "imap", "popd": "pop3"}[peer],
                           s.port, ca,
                           "leave-on-server = no\n" if kind == "pop-away"
                           else ""))
        os.chmod(config, 0o600)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, *args, die=None):
        env = dict(self.env, SIGNET_DIE_AT=die) if die else self.env
        p = subprocess.run([self.signet, *args], env=env,
                           capture_output=True, stdin=subprocess.DEVNULL,
                           timeout=300)
        for s in self.servers:
            s.wait()
        self.said = p.stderr.decode("utf-8", "replace")
        return p.returncode

    def must(self, *args):
        rc = self.run(*args)
        if rc:
            self.bad("signet %s: %d %s" % (" ".join(args), rc,
                                           self.said[-2000:]))

    def bad(self, text):
        self.failed += 1
        print("FAIL: %s: %s" % (self.kind, text), flush=True)

    def here(self, name, exact=False):
        """(folder, content, flags) of each letter; EXACT: and its file's name."""
        out, top = [], self.path("data", "signet", "mail", name)
        for folder in os.listdir(top) if os.path.isdir(top) else []:
            for sub in ("cur", "new", "tmp"):
                where = os.path.join(top, folder, sub)
                for file in os.listdir(where) if os.path.isdir(where) else []:
                    with open(os.path.join(where, file), "rb") as f:
                        data = hashlib.md5(f.read()).hexdigest()
                    flags = file.partition(":2,")[2]
                    if sub == "tmp":
                        flags = "half written"
                    out.append((folder, data, file if exact else flags))
        return sorted(out)

    def anew(self):
        for name in ("data", "state"):
            shutil.rmtree(self.path(name))
            if self.has_before:
                shutil.copytree(self.path("before", name), self.path(name))
            else:
                os.makedirs(self.path(name))

    def begin(self, hindrances=()):
        """The state before the pass, and servers with these arguments more."""
        self.anew()
        for i, s in enumerate(self.servers):
            s.begin(self.args + (list(hindrances[i]) if i < len(hindrances)
                                 else []))

    def prepare(self):
        """What the passes begin with, and what they must come to."""
        if self.has_before:
            for s in self.servers:
                s.begin(["--letters", "8"] + self.args[-2:])
            self.must("sync")
            inbox = "folder:%s/INBOX subject:\"letter %d\""
            self.must("tag", "+flagged", "--", 'subject:"letter 3"')
            self.must("tag", "-unread", "--", 'subject:"letter 4"')
            self.must("erase", "--yes", "--", 'subject:"letter 7"')
            for s in self.servers:
                self.must("move", s.name + "/Archive", "--", inbox % (s.name, 5))
                self.must("move", s.name + "/Trash", "--", inbox % (s.name, 6))
                with open(self.path("mbox"), "w") as f:
                    f.write("From x@y Tue Mar 10 09:00:00 2026\nFrom: p@x.example\n"
                            "Subject: from an mbox\nMessage-ID: <mbox@%s>\n\nhi\n"
                            % s.name)
                self.must("import", "--account", s.name, "--folder", "Old",
                          self.path("mbox"))
            for name in ("data", "state"):
                shutil.copytree(self.path(name), self.path("before", name))
        self.begin()
        self.must("sync")
        self.want = [(self.here(s.name), s.there()) for s in self.servers]
        self.sent = min(s.peer.report["sent"] for s in self.servers)
        # nobody waits for the answer to the last
        self.places = [n for n in self.servers[0].peer.places
                       if n != "LOGOUT"]
        here, there = self.want[0]
        count = {"first": 12, "many": 60, "both": 13, "copy": 13}.get(
            self.kind, 12)
        if len(here) != count:
            self.bad("without hindrance there are %d letters" % len(here))
        if self.has_before and ("Archive" not in [l[0] for l in there] or
                                "Old" not in [l[0] for l in there]):
            self.bad("without hindrance: %s" % there)

    def whole(self, places, word):
        """After two passes that nobody hinders."""
        before = self.failed
        used = list(zip(self.servers, places))
        self.must("sync")
        if self.failed > before:
            self.bad("%s %s" % (word, places))
        now = {}
        for i, (s, at) in enumerate(used):
            now[s] = self.here(s.name, True), s.there()
            got, want = (self.here(s.name), s.there()), self.want[i]
            if got != want:
                self.bad("%s %s: %s" % (word, at, "; ".join(
                    "%s %s: %s" % (side, how, [x for x in a if x not in b] or
                                   "%d letters" % len(a))
                    for side, g, w in zip(("here", "there"), got, want)
                    if g != w for how, a, b in (("is", g, w),
                                                ("is not", w, g)))))
            s.peer.report["commands"].clear()
        self.must("sync")
        for s, at in used:
            if now[s] != (self.here(s.name, True), s.there()) or s.changes():
                self.bad("%s %s: the third pass does something" % (word, at))
        if self.failed == before:
            self.passed += len(places)

    def cut(self, places):
        self.begin([("--drop-at", str(at)) for at in places])
        self.run("sync")
        for s, at in zip(self.servers, places):
            # the last bytes are behind all that a pass needs
            if not s.peer.report["dropped"] and at < self.sent - 400:
                self.bad("not hindered at byte %d" % at)
            if self.kind == "anew":
                s.opt.uidvalidity += 1
        self.whole(places, "lost at byte")

    def silence(self):
        used = self.servers[:len(self.places)]
        self.begin([("--first", "--silent", name) for name in self.places])
        p = subprocess.Popen([self.signet, "sync"], env=self.env,
                             stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        end = time.monotonic() + 50
        while time.monotonic() < end and p.poll() is None and \
                not all(s.peer.report["silent"] for s in used):
            time.sleep(0.05)
        for s, name in zip(used, self.places):
            if not s.peer.report["silent"]:
                self.bad("not asked for: %s" % name)
        if p.poll() is not None:
            self.bad("it did not wait: %d" % p.returncode)
        p.kill()
        p.wait()
        for s in used:
            s.wait()
        self.whole(self.places, "silent at")

    def less(self, words):
        lacks = [("--without", w) for w in words]
        lacks += [[a for pair in lacks for a in pair], ["--exchange"]]
        self.begin(lacks)
        self.whole(words + ["all", "Exchange"], "without")

    def die(self, step):
        """The number of places; a pass that lives is past the last of them."""
        n, lived = 1, 0
        while lived < 5:  # steps of two threads may change places
            for at in ("%d" % n, "%d+" % n):
                self.begin()
                died = self.run("sync", die=at) == -9
                lived = 0 if died else lived + 1
                if self.kind == "anew":
                    self.servers[0].opt.uidvalidity += 1
                self.whole([at], "dead at step")
            n += step
        return n


def main():
    signet, folder, cert, key, ca, kind, how = sys.argv[1:8]
    rest = sys.argv[8:]

    def prepared(slots):
        t = Test(signet, folder, cert, key, ca, kind, slots)
        t.prepare()
        return t

    if how == "die":
        t = prepared(1)
        n = t.die(int(rest[0]) if rest else 1)
        print("%s: dead at each of up to %d steps" % (kind, n))
    elif how == "silent":
        t = prepared(SLOTS)
        t.silence()
        print("%s: silent at %s" % (kind, " ".join(t.places)))
    elif how == "less":
        t = prepared(len(rest) + 2)
        t.less(rest)
    else:
        step, at, limit, later = map(int, (rest + ["0"])[:4])
        slots = min(SLOTS, (limit - at + step - 1) // step + later)
        t = prepared(slots)
        places = list(range(at, min(limit, t.sent), step))
        if limit < t.sent:
            places += sorted(random.randrange(limit, t.sent)
                             for _ in range(later))
        for i in range(0, len(places), slots):
            t.cut(places[i:i + slots])
        print("%s: lost at %d places of %d bytes" % (kind, len(places), t.sent))
    print("%d passed, %d failed" % (t.passed, t.failed))
    sys.exit(bool(t.failed))


main()
