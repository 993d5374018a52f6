#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/bench/sync measures with: see there.

make COUNT DIR BYTES    letters of BYTES in the mean
run CASE...             the pairs; the environment says where"""
import atexit
import base64
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time


def make(count, out, mean):
    rnd = random.Random(7)
    words = ["".join(rnd.choice("abcdefghiklmnoprstu") for _ in range(
        rnd.randint(2, 9))) for _ in range(3000)]
    os.makedirs(out)
    for i in range(1, count + 1):
        size, n, body = rnd.expovariate(1 / mean), 0, []
        while n < min(size, 1500):
            body.append(" ".join(rnd.choices(words, k=11)))
            n += len(body[-1])
        file = base64.encodebytes(rnd.randbytes(
            max(int((size - n) * 0.74), 0))).decode()
        with open("%s/%d.M%d.bench:2,S" % (out, 1700000000 + i, i), "w") as f:
            f.write("From: Pat <pat%d@friends.example>\n"
                    "To: alice@one.test\nSubject: letter %d %s\n"
                    "Date: Tue, 10 Mar 2026 %02d:%02d:%02d +0000\n"
                    "Message-ID: <bench%d@friends.example>\n"
                    "MIME-Version: 1.0\n"
                    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                    "%s\n--b\nContent-Type: application/octet-stream\n"
                    "Content-Transfer-Encoding: base64\n\n%s\n--b--\n" % (
                        i % 97, i, words[i % 3000], i // 3600 % 24,
                        i // 60 % 60, i % 60, i, "\n".join(body), file))


class Side:
    """One program with its own profile."""

    def __init__(self, name, root, port):
        self.name, self.root, self.port = name, root, port
        shutil.rmtree(root, ignore_errors=True)
        os.makedirs(root)
        self.env = dict(os.environ, HOME=root)
        self.peak = 0
        self.setup()

    def timed(self, *argv, check=True):
        before = os.times()
        start = time.monotonic()
        with subprocess.Popen(argv, env=self.env, stdout=subprocess.DEVNULL,
                              stderr=open(self.root + "/err", "w")) as p:
            _, status, usage = os.wait4(p.pid, 0)
            rc = p.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        self.peak = max(self.peak, usage.ru_maxrss // 1024)
        after = os.times()
        if check and rc:
            sys.exit("%s: %d: %s" % (argv, rc, open(self.root + "/err").read()))
        return wall, (after.children_user - before.children_user
                      + after.children_system - before.children_system)


class Signet(Side):
    def setup(self):
        for kind in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME",
                     "RUNTIME_DIR"):
            self.env["XDG_" + kind] = "%s/%s" % (self.root, kind.lower())
            os.makedirs(self.env["XDG_" + kind] + "/signet", exist_ok=True)
        with open(self.root + "/zone.json", "w") as f:
            f.write("{}")
        with open(self.root + "/config_home/signet/config", "w") as f:
            f.write("[dns]\nzone = %s/zone.json\n\n[account \"one\"]\n"
                    "address = alice@one.test\nreceive = imaps://"
                    "alice%%40one.test@localhost:%d\nsend = local:\n"
                    "ca-file = %s\npassword-command = echo pw-alice\n"
                    % (self.root, self.port, os.environ["CA"]))
        self.cur = self.root + "/data_home/signet/mail/one/INBOX/cur"

    def sync(self):
        """(letters durable, all indexed, CPU)"""
        log = self.root + "/state_home/signet/log"
        at = os.path.getsize(log) if os.path.exists(log) else 0
        wall, cpu = self.timed(os.environ["signet"], "sync")
        durable = wall
        with open(log, errors="replace") as f:
            f.seek(at)
            for line in f:
                if " letters came in " in line:
                    durable = int(line.split(" letters came in ")[1]
                                  .split()[0]) / 1000
        return durable, wall, cpu

    def flag(self, sign, count):
        """What it takes: files and index change here, not in the pass."""
        return self.timed(
            os.environ["signet"], "tag", sign + "flagged", "--",
            " or ".join("subject:\"letter %d\"" % i
                        for i in range(1, count + 1)))

    def size(self):
        return du(self.root + "/data_home/signet/mail/.notmuch/xapian")


class Mbsync(Side):
    def setup(self):
        self.cur = self.root + "/mail/INBOX/cur"
        os.makedirs(self.root + "/mail")
        with open(self.root + "/rc", "w") as f:
            f.write("IMAPAccount a\nHost localhost\nPort %d\n"
                    "User alice@one.test\nPass pw-alice\nSSLType IMAPS\n"
                    "CertificateFile %s\n\nIMAPStore far\nAccount a\n\n"
                    "MaildirStore near\nPath %s/mail/\n"
                    "Inbox %s/mail/INBOX\nSubFolders Verbatim\n\n"
                    "Channel c\nFar :far:\nNear :near:\nPatterns *\n"
                    "Create Near\nSync All\nSyncState *\n"
                    % (self.port, os.environ["CA"], self.root, self.root))
        with open(self.root + "/notmuch", "w") as f:
            f.write("[database]\npath=%s/mail\n[user]\nname=x\n"
                    "primary_email=alice@one.test\n[new]\ntags=unread;inbox\n"
                    "ignore=.mbsyncstate;.uidvalidity;.mbsyncstate.journal\n"
                    % self.root)
        self.env["NOTMUCH_CONFIG"] = self.root + "/notmuch"

    def sync(self):
        wall, cpu = self.timed("mbsync", "-q", "-c", self.root + "/rc", "c")
        wall2, cpu2 = self.timed("notmuch", "new", "--quiet")
        return wall, wall + wall2, cpu + cpu2

    def flag(self, sign, count):
        names = sorted(os.listdir(self.cur),
                       key=lambda n: int(n.split("U=")[1].split(":")[0]))
        for n in names[:count]:
            base, _, flags = n.partition(":2,")
            flags = set(flags) | {"F"} if sign == "+" else set(flags) - {"F"}
            os.rename("%s/%s" % (self.cur, n), "%s/%s:2,%s" % (
                self.cur, base, "".join(sorted(flags))))
        return 0, 0  # a reader's work, not mbsync's

    def size(self):
        return du(self.root + "/mail/.notmuch/xapian")


def du(path):
    """Bytes of a folder's files."""
    return sum(os.path.getsize(os.path.join(path, n))
               for n in os.listdir(path))


def turns(path):
    lines = [json.loads(l) for l in open(path)] if os.path.exists(path) else []
    return lines[-1]["turns"] if lines else None


def run(case, pairs):
    name, _, rtt = case.partition(":")
    root, port = os.environ["T"], int(os.environ["IMAPS_PORT"])
    proxy, log = None, root + "/proxy.log"
    if rtt:
        through = port + 1 if port < 60000 else port - 1
        proxy = subprocess.Popen(
            [os.environ["SIGNET_LATPROXY"], "-l", "127.0.0.1:%d" % through,
             "-t", "127.0.0.1:%d" % port, "-r", rtt, "-o", log],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(proxy.kill)
        port = through
        time.sleep(0.2)
    got = {"signet": [], "mbsync": []}
    flights = {}
    sides = [Signet("signet", root + "/signet.bench", port),
             Mbsync("mbsync", root + "/mbsync.bench", port)]
    if name != "first":
        for s in sides:
            s.sync()
            s.sync()
    for i in range(pairs):
        for s in sides if i % 2 else reversed(sides):
            if name == "first":
                s.__init__(s.name, s.root, port)
            if name == "flags":  # notmuch sees no change within a second
                time.sleep(1.1)
            wall, cpu = (s.flag("-" if i % 2 else "+", 500)
                         if name == "flags" else (0, 0))
            pass_, all_, more = s.sync()
            got[s.name].append((pass_, all_ + wall, more + cpu))
            time.sleep(0.1)
            flights.setdefault(s.name, turns(log))
            if name == "flags":  # the other side takes them down
                for o in sides:
                    if o is not s:
                        o.sync()
    if proxy:
        proxy.terminate()
        proxy.wait()
    rows = {n: [statistics.median(c) for c in zip(*v)]
            for n, v in got.items()}
    for n, (wall, all_, cpu) in rows.items():
        side = sides[0] if n == "signet" else sides[1]
        print("%s %s: mail %.3f s, with the index %.3f s, CPU %.3f s, peak "
              "%d MiB, index %.1f MB%s" % (
                  case, n, wall, all_, cpu, side.peak, side.size() / 1e6,
                  ", turns %s" % flights[n] if rtt else ""))
    print("%s ratios: mail %.2f, with the index %.2f, CPU %.2f" % (
        (case,) + tuple(a / b for a, b in zip(rows["signet"],
                                              rows["mbsync"]))), flush=True)


if sys.argv[1] == "make":
    make(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
else:
    for c in sys.argv[2:]:
        run(c, int(os.environ.get("SIGNET_BENCH_PAIRS", 3)))
