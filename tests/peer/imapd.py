#!/usr/bin/env python3
"""A scripted IMAP server for the tests, on 127.0.0.1: it can be slow, silent,
lying, and die at byte N.

Prints one line, its port, when it listens. Keeps its mailboxes in memory, so
they outlive a lost connection: INBOX has --letters letters. User and password
are --user and --password (default you, open-sesame).

 --stall CMD:S      wait S seconds before answering CMD (FETCH means a fetch of
                    bodies, HEAD, STRUCTURE, PIECE and BINARY those alone); once, or with --always each time
 --silent CMD       never answer CMD; with --first in the first connection
 --no CMD:TEXT      answer CMD with NO TEXT
 --bad CMD:TEXT     the same with BAD
 --bye-at CMD:TEXT  say BYE TEXT in answer to CMD and hang up (--once: once)
 --poison UID:HOW   the letter UID of the INBOX cannot be delivered: "no" (NO to
                    any fetch of it), "gap" (left out), "bye" (BYE and hang up
                    amid the answer)
 --on-signal CHANGE what SIGUSR1 changes: letter, password:TEXT, uidvalidity:N,
                    vanish:MAILBOX, well (nothing is poisoned any more),
                    without:WORD
 --drop-at N        hang up after N bytes sent (the first connection; with
                    --always each)
 --with WORD        a capability to announce besides: OBJECTID, X-GM-EXT-1,
                    BINARY (with which BINARY.PEEK[2]<0.100> is served),
                    ENABLE, UTF8=ACCEPT: until that is enabled UTF-8 in a letter
                    is shown as question marks, and not taken in an APPEND
 --without WORD     a capability to leave out; several
 --inject           an answer rides behind that to STARTTLS
 --preauth          greet with PREAUTH
 --bye TEXT         greet with BYE TEXT
 --literal D        announce each body D bytes too long (or short)
 --huge UID         announce this letter of the INBOX with 4 GB and hang up after
                    100 KiB of it
 --unasked          send a letter that was not asked for
 --strange-tag CMD  answer CMD with another tag
 --grow S           a new letter every S seconds
 --uidvalidity N    of the INBOX; +1 with each connection with --shift
 --lie deflate      agree to compress, and do not
 --lie small|large  of the sizes in BODYSTRUCTURE; --structure WORDS: instead
 --binary WORDS     answer to BINARY.PEEK with these, and with no bytes
 --drop-part N      hang up after N bytes of a BODY[2]<0> or BINARY[2]<0>
 --no-pieces        ignore the bounds of BODY[]<0.100>; --bad-pieces: BAD to them
 --render HOW       letters are made anew for what asks, of another length:
                    connection, fetch, or the number of bytes
 --letter FILE      another letter of the INBOX, with LF; several
 --exchange         no COPYUID; LIST as Exchange says it
 --prefix P         all mailboxes but INBOX begin with it
 --delimiter C      between the levels of their names
 --quota USED:LIMIT in KiB
 --gone UID, --flagged UID  a letter of the INBOX; several
 --saved UID        a letter of Trash that was put there long ago; with --with
                    SAVEDATE
 --label N:LABEL    with --with X-GM-EXT-1: a label of letter N, wherever it lies
 --no-copyuid       COPY and MOVE do not say which UIDs they gave
 --size-lie D       RFC822.SIZE is D bytes too large
 --disconnected N   the first N commands after the sign-in are answered with BAD,
                    as Exchange does while a mailbox moves
 --odd-names        mailboxes as Gmail and others name them
 --early            tell news of the mailbox before the + of IDLE

SIGTERM ends it; --report FILE then has what was seen, as JSON.
"""
import argparse
import base64
import hashlib
import json
import os
import quopri
import re
import select
import signal
import socket
import ssl
import threading
import time
import zlib

report = {"connections": 0, "commands": [], "secrets_in_clear": False,
          "took_injected": False, "appended": [], "deflated": 0, "bodies": 0,
          "pieces": [], "sections": [], "dropped": False, "sent": 0,
          "silent": False}
lock = threading.RLock()
places = []  # at which this could have fallen silent
boxes = {}
labels = {}  # of a letter, by its bytes
done = set()


class Gone(Exception):
    pass


class Box:
    def __init__(self, use=""):
        self.use, self.next, self.letters = use, 1, []
        self.changed = threading.Event()

    def add(self, data, flags=()):
        with lock:
            self.letters.append([self.next, data, set(flags)])
            self.next += 1
            return self.next - 1


def labels_of(data):
    return labels.setdefault(hashlib.md5(data).hexdigest(), set())


def quoted(name):
    return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')


def letter(i, size):
    head = (b"From: Pat <pat@friends.example>\r\nTo: you@here.example\r\n"
            b"Subject: letter %d\r\nDate: Tue, 10 Mar 2026 09:%02d:%02d +0000"
            b"\r\nMessage-ID: <letter%d@friends.example>\r\n"
            b"Content-Type: text/plain\r\n\r\n"
            % (i, i // 60 % 60, i % 60, i))
    line = b"This is line %d of a letter that was made to be so long.\r\n"
    body, n = [], 0
    while len(head) + sum(map(len, body)) < size:
        n += 1
        body.append(line % n)
    return head + b"".join(body)


def split(data):
    """A part: its header, body, type, parameters, and parts of it."""
    head, sep, body = data.partition(b"\r\n\r\n")
    head += sep
    fields = re.sub(rb"\r\n[ \t]+", b" ", head)
    m = re.search(rb"(?im)^Content-Type:\s*([\w.+-]+)/([\w.+-]+)([^\r\n]*)",
                  fields)
    kind = [m.group(i).decode().lower() for i in (1, 2)] if m else \
        ["text", "plain"]
    params = dict((k.decode().lower(), v.decode()) for k, v in re.findall(
        rb';\s*([\w-]+)="?([^";]*)"?', m.group(3))) if m else {}
    parts = []
    if kind[0] == "multipart":
        mark = b"\r\n--" + params["boundary"].encode()
        parts = [p.partition(b"\r\n")[2] for p in
                 (b"\r\n" + body).split(mark)[1:-1]]
    return head, body, kind, params, parts


def find(data, number):
    """The header and body of the part numbered NUMBER, or None."""
    head, body, kind, params, parts = split(data)
    for n in number.split("."):
        if not parts and n == "1":
            continue
        if not n.isdigit() or not 0 < int(n) <= len(parts):
            return None
        head, body, kind, params, parts = split(parts[int(n) - 1])
    return head, body


def structure(data, lie=None):
    head, body, kind, params, parts = split(data)
    if kind[0] == "multipart":
        return '(%s "%s")' % ("".join(structure(p, lie) for p in parts),
                              kind[1])
    m = re.search(rb"(?im)^Content-Transfer-Encoding:\s*(\S+)", head)
    size = len(body)
    if lie == "small":
        size = min(size, 100)
    elif lie == "large":
        size += 100 << 20
    return '("%s" "%s" (%s) NIL NIL "%s" %d%s)' % (
        kind[0], kind[1], " ".join('"%s" "%s"' % i for i in params.items())
        or '"charset" "us-ascii"', m.group(1).decode() if m else "7bit", size,
        " 1" if kind[0] == "text" else "")


def to_utf7(name):
    """A mailbox as RFC 3501, 5.1.3 spells it."""
    def run(m):
        b = base64.b64encode(m.group().encode("utf-16-be")).rstrip(b"=")
        return "&%s-" % b.decode().replace("/", ",")
    return re.sub("[^ -~]+", run, name.replace("&", "&-"))


def from_utf7(name):
    def run(m):
        b = m.group(1).replace(",", "/")
        return base64.b64decode(b + "=" * (-len(b) % 4)).decode("utf-16-be") \
            if b else "&"
    return re.sub("&([^-]*)-", run, name)


def silent_at(name, opt, number):
    """Asked at each place where a server can fall silent."""
    if name not in places:
        places.append(name)
    is_silent = name in opt.silent and (number == 1 or not opt.first)
    report["silent"] |= is_silent
    return is_silent


def unquote(word):
    return word[1:-1].replace('\\"', '"').replace("\\\\", "\\") \
        if word[:1] == '"' else word


class Session:
    def __init__(self, sock, opt, ctx, number):
        self.opt, self.ctx, self.number = opt, ctx, number
        self.renders = 0
        self.tls, self.sent, self.box, self.known = False, 0, None, 0
        sock.settimeout(300)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if opt.tls:
            sock = ctx.wrap_socket(sock, server_side=True)
            self.tls = True
        self.sock, self.buf = sock, b""
        self.deflate = self.inflate = None
        self.signed_in = self.is_utf8 = False

    # --- bytes

    def put(self, data):
        data = data.encode("utf-8", "surrogateescape") \
            if isinstance(data, str) else data
        left = None
        if self.opt.drop_at is not None and \
                (self.opt.always or self.number == 1):
            left = self.opt.drop_at - self.sent
        if left is not None and len(data) >= left:
            report["dropped"] = True
            self.sock.sendall(data[:max(left, 0)])
            raise Gone
        self.sent += len(data)
        if self.number == 1:
            report["sent"] = self.sent
        if self.deflate:
            data = self.deflate.compress(data) + \
                self.deflate.flush(zlib.Z_SYNC_FLUSH)
            report["deflated"] += len(data)
        self.sock.sendall(data)

    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise Gone
        self.buf += self.inflate.decompress(data) if self.inflate else data

    def take(self, n):
        while len(self.buf) < n:
            self.fill()
        data, self.buf = self.buf[:n], self.buf[n:]
        return data

    def raw_line(self):
        while b"\n" not in self.buf:
            self.fill()
        line, self.buf = self.buf.split(b"\n", 1)
        return line.rstrip(b"\r")

    def line(self):
        """A command; literals come back in a list."""
        text, literals = "", []
        while True:
            line = self.raw_line().decode("utf-8", "surrogateescape")
            m = re.search(r"\{(\d+)(\+?)\}$", line)
            if not m:
                return text + line, literals
            if not m.group(2):
                self.put("+ go on\r\n")
            literals.append(self.take(int(m.group(1))))
            text += line[:m.start()] + "\0%d" % (len(literals) - 1)

    # --- answers

    def capabilities(self):
        words = ["IMAP4rev1", "IDLE", "UIDPLUS", "MOVE", "SASL-IR",
                 "LITERAL+", "SPECIAL-USE", "UNSELECT",
                 "COMPRESS=DEFLATE", "ID", "NAMESPACE", "QUOTA", "ESEARCH"]
        words += self.opt.having
        if not self.tls and not self.opt.plain:
            words += ["STARTTLS", "LOGINDISABLED"]
        else:
            words += ["AUTH=PLAIN"]
        return " ".join(w for w in words if w not in self.opt.without)

    def ok(self, text="done"):
        tag = self.tag
        if self.opt.strange_tag == self.cmd:
            tag = "x" + tag
        self.put("%s OK %s\r\n" % (tag, text))

    def news(self):
        """What has changed in the open mailbox."""
        if self.box and len(self.box.letters) != self.known:
            self.known = len(self.box.letters)
            self.put("* %d EXISTS\r\n" % self.known)
            return True
        return False

    def odd_list(self, name):
        """As Exchange and others have been seen to say it."""
        head = '* LIST (\\Marked \\HasNoChildren) "/" '
        if name == "INBOX":
            return head + "Inbox\r\n" \
                '* list (\\Noselect \\HasChildren) "/" "Public Folders"\r\n' \
                '* LIST () NIL Calendar \r\n'
        if name == "Trash":
            return head + "{%d}\r\n%s\r\n" % (len(name), name)
        return head + name + "\r\n" if name.isalpha() else \
            '%s"%s"\r\n' % (head, name)

    def select(self, name, read_only):
        self.box = boxes.get(name)
        if not self.box:
            return self.put("%s NO [NONEXISTENT] no such mailbox\r\n"
                            % self.tag)
        self.known = len(self.box.letters)
        validity = self.opt.uidvalidity
        if self.opt.shift:
            validity += self.number - 1
        self.put("* %d EXISTS\r\n* 0 RECENT\r\n"
                 "* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft)\r\n"
                 "* OK [UIDVALIDITY %d] valid\r\n* OK [UIDNEXT %d] next\r\n"
                 % (self.known, validity, self.box.next))
        self.ok("[READ-ONLY] done" if read_only else "[READ-WRITE] done")

    def chosen(self, spec, by_uid):
        out = []
        top = max([u for u, _, _ in self.box.letters] or [0]) if by_uid \
            else len(self.box.letters)
        for part in spec.split(","):
            a, _, b = part.partition(":")
            a = top if a == "*" else int(a)
            b = a if not b else top if b == "*" else int(b)
            a, b = min(a, b), max(a, b)
            for i, l in enumerate(self.box.letters, 1):
                if a <= (l[0] if by_uid else i) <= b and (i, l) not in out:
                    out.append((i, l))
        return out

    def render(self, data):
        how = self.opt.render
        self.renders += 1
        n = self.number if how == "connection" else \
            self.renders if how == "fetch" else int(how)
        return data.replace(b"\r\n\r\n", b"\r\nX-Rendered: " + b"x" * n +
                            b"\r\n\r\n", 1)

    def poisoned(self, uid, how):
        return self.box is boxes["INBOX"] and \
            "%d:%s" % (uid, how) in self.opt.poison

    def put_binary(self, spec, start, count, data):
        found = find(data, spec)
        if self.opt.binary:
            return self.put(" %s" % self.opt.binary)
        m = re.search(rb"(?im)^Content-Transfer-Encoding:\s*(\S+)", found[0])
        cte = m.group(1).lower() if m else b""
        out = base64.b64decode(found[1]) if cte == b"base64" else \
            quopri.decodestring(found[1]) if cte == b"quoted-printable" \
            else found[1]
        mark = ""
        if count and not self.opt.no_pieces:
            mark = "<%s>" % start
            out = out[int(start):int(start) + int(count)]
        self.put_part(" BINARY[%s]%s ~{%d}\r\n" % (spec, mark, len(out)), out)

    def put_part(self, head, out):
        self.put(head)
        if self.opt.drop_part is not None and re.search(r"\[\d", head) and \
                len(out) > self.opt.drop_part and "part" not in done:
            done.add("part")
            self.put(out[:self.opt.drop_part])
            raise Gone
        self.put(out)

    def fetch(self, spec, what, by_uid):
        want = self.chosen(spec, by_uid)
        bodies = "BODY.PEEK" in what.upper() and \
            "HEADER.FIELDS" not in what.upper()
        report["bodies"] += len(want) if bodies else 0
        if "BINARY" in what and "BINARY" not in self.opt.having:
            return self.put("%s BAD unknown\r\n" % self.tag)
        if "]<" in what and self.opt.bad_pieces:
            return self.put("%s BAD BODY[] takes no bounds\r\n" % self.tag)
        if bodies and "UTF8=ACCEPT" in self.opt.having and not self.is_utf8:
            want = [(i, (l[0], re.sub(rb"[\x80-\xff]", b"?", l[1]), l[2]))
                    for i, l in want]
        if bodies and self.opt.render:
            want = [(i, (l[0], self.render(l[1]), l[2])) for i, l in want]
        if bodies and any(self.poisoned(l[0], "no") for _, l in want):
            return self.put("%s NO [SERVERBUG] a letter cannot be read\r\n"
                            % self.tag)
        if bodies and self.opt.unasked and self.box.letters:
            want.append((1, self.box.letters[0]))
        if bodies and self.opt.huge in [l[0] for _, l in want]:
            # in one piece, so that what stands before it is seen with it
            out = b"".join(b"* %d FETCH (UID %d FLAGS () BODY[] {%d}\r\n"
                           b"%s)\r\n" % (i, l[0], len(l[1]), l[1])
                           for i, l in want if l[0] < self.opt.huge)
            self.put(out + b"* %d FETCH (UID %d FLAGS () BODY[] {4294967290}"
                     b"\r\n" % (self.opt.huge, self.opt.huge)
                     + b"z" * 100 * 1024)
            raise Gone
        for i, (uid, data, flags) in want:
            if bodies and self.poisoned(uid, "gap"):
                continue
            if bodies and self.poisoned(uid, "bye"):
                self.put("* BYE letter %d made me fall\r\n" % uid)
                raise Gone
            head = "* %d FETCH (UID %d FLAGS (%s)" % (
                i, uid, " ".join(sorted(flags)))
            if "RFC822.SIZE" in what.upper():
                head += " RFC822.SIZE %d" % (len(data) + self.opt.size_lie)
            if "INTERNALDATE" in what.upper():
                head += ' INTERNALDATE "10-Mar-2026 09:00:00 +0000"'
            name = int(hashlib.md5(data).hexdigest()[:15], 16)
            if "EMAILID" in what.upper():
                head += " EMAILID (M%d)" % name
            if "X-GM-MSGID" in what.upper():
                head += " X-GM-MSGID %d" % name
            if "X-GM-LABELS" in what.upper():
                head += " X-GM-LABELS (%s)" % " ".join(
                    map(quoted, sorted(labels_of(data))))
            self.put(head)
            self.put_sections(what, data)
            self.put(")\r\n")
        self.ok()

    def store_labels(self, spec, how, names, by_uid):
        names = {unquote(w) for w in
                 re.findall(r'"(?:[^"\\]|\\.)*"|[^\s()]+', names)}
        for _, l in self.chosen(spec, by_uid):
            with lock:
                if how[0] == "+":
                    labels_of(l[1]).update(names)
                else:
                    labels_of(l[1]).difference_update(names)
        self.ok()

    def put_fields(self, fields, data):
        out, is_in = b"", False
        for line in split(data)[0].splitlines(True):
            if line[:1] not in b" \t":
                is_in = line.split(b":")[0].decode().upper() in fields
            if is_in and line.strip():
                out += line
        out += b"\r\n"
        self.put(" BODY[HEADER.FIELDS (%s)]<0> {%d}\r\n" % (
            " ".join(fields), len(out)))
        self.put(out)

    def put_sections(self, what, data):
        fields = re.search(r"BODY\.PEEK\[HEADER\.FIELDS \(([^)]*)\)\]<0\.",
                           what)
        if fields:
            self.put_fields(fields.group(1).upper().split(), data)
        if "BODYSTRUCTURE" in what.upper():
            odd = self.opt.structure
            self.put(" BODYSTRUCTURE %s" % (
                odd if odd else structure(data, self.opt.lie)))
        for spec, start, count in re.findall(
                r"BINARY\.PEEK\[([\d.]+)\](?:<(\d+)\.(\d+)>)?", what):
            self.put_binary(spec, start, count, data)
        for spec, start, count in re.findall(
                r"BODY\.PEEK\[([\w.]*)\](?:<(\d+)\.(\d+)>)?", what):
            number = re.sub(r"\.?(MIME|HEADER)$", "", spec)
            found = find(data, number) if number else split(data)[:2]
            out = data if not spec else None if not found else \
                found[0] if spec.endswith(("MIME", "HEADER")) else found[1]
            mark = ""
            if out is not None and count and not self.opt.no_pieces:
                mark = "<%s>" % start
                out = out[int(start):int(start) + int(count)]
                if int(start):
                    report["pieces"].append(int(start))
            if out is None:
                self.put(" BODY[%s] NIL" % spec)
                continue
            self.put_part(" BODY[%s]%s {%d}\r\n" % (
                spec, mark, max(len(out) + self.opt.literal, 0)), out)

    def store(self, spec, how, flags, by_uid):
        names = set(flags.strip("()").split())
        for i, l in self.chosen(spec, by_uid):
            with lock:
                if how[0] == "+":
                    l[2] |= names
                elif how[0] == "-":
                    l[2] -= names
                else:
                    l[2] = names
            if "SILENT" not in how.upper():
                self.put("* %d FETCH (UID %d FLAGS (%s))\r\n"
                         % (i, l[0], " ".join(sorted(l[2]))))
        self.ok()

    def expunge(self, spec, only_deleted=True, first=""):
        """All of it happens, then it is told (RFC 6851: a message is moved or
        not, whatever becomes of the line)."""
        said = [first] if first else []
        with lock:
            for i, l in reversed(list(enumerate(self.box.letters, 1))):
                if spec and (i, l) not in self.chosen(spec, True):
                    continue
                if only_deleted and "\\Deleted" not in l[2]:
                    continue
                self.box.letters.remove(l)
                said.append("* %d EXPUNGE\r\n" % i)
            self.known = len(self.box.letters)
        for line in said:
            self.put(line)

    def copy(self, spec, name, by_uid, move):
        to = boxes.get(name)
        if not to:
            return self.put("%s NO [TRYCREATE] no such mailbox\r\n" % self.tag)
        pairs = [(l[0], to.add(l[1], l[2])) for _, l in
                 self.chosen(spec, by_uid)]
        code = "COPYUID 1 %s %s" % (",".join(str(a) for a, _ in pairs),
                                    ",".join(str(b) for _, b in pairs))
        if "UIDPLUS" in self.opt.without or self.opt.exchange or \
                self.opt.no_copyuid or not pairs:
            code = "HASNOCHILDREN"
        if move:
            said = "* OK [%s] moved\r\n" % code
            if pairs:
                self.expunge(",".join(str(a) for a, _ in pairs), False, said)
            else:
                self.put(said)
            return self.ok()
        return self.ok("[%s] done" % code)

    def append(self, rest, literals):
        m = re.match(r'("[^"]*"|\0?\S+)\s*(\([^)]*\))?', rest)
        name = m.group(1)
        name = literals.pop(0).decode() if name[:1] == "\0" else unquote(name)
        box = boxes.get(to_utf7(name) if self.is_utf8 else name)
        if not box:
            return self.put("%s NO [TRYCREATE] no such mailbox\r\n" % self.tag)
        if "UTF8=ACCEPT" in self.opt.having and not self.is_utf8 and \
                not literals[-1].partition(b"\r\n\r\n")[0].isascii():
            return self.put("%s NO UTF-8 in a header\r\n" % self.tag)
        uid = box.add(literals[-1], (m.group(2) or "()")[1:-1].split())
        mid = re.search(rb"(?im)^Message-ID:\s*(\S+)", literals[-1])
        report["appended"].append([name, mid.group(1).decode("latin1")
                                   if mid else None])
        if "append" in self.opt.lose and "append" not in done:
            done.add("append")
            raise Gone
        self.ok("[APPENDUID 1 %d] done" % uid
                if "UIDPLUS" not in self.opt.without else "done")

    def search(self, rest, by_uid):
        hit = []
        if "SAVEDBEFORE" in rest.upper():
            report["saved"] = rest
        brief = rest.upper().startswith("RETURN") and \
            "ESEARCH" not in self.opt.without
        m = re.search(r'HEADER "?Message-ID"? ("[^"]*"|\S+)', rest, re.I)
        for i, (uid, data, flags) in enumerate(self.box.letters, 1):
            if m and unquote(m.group(1)).encode() not in \
                    data.partition(b"\r\n\r\n")[0]:
                continue
            if "SAVEDBEFORE" in rest.upper() and not (
                    "SAVEDATE" in self.opt.having and
                    "SAVEDATESUPPORTED" in rest.upper() and
                    self.box is boxes["Trash"] and uid in self.opt.saved):
                continue
            if "DELETED" in rest.upper().split() and \
                    "\\Deleted" not in flags:
                continue
            hit.append(uid if by_uid else i)
        if brief:
            self.put('* ESEARCH (TAG "%s")%s%s\r\n' % (
                self.tag, " UID" if by_uid else "",
                " ALL " + ",".join(map(str, hit)) if hit else ""))
            return self.ok()
        self.put("* SEARCH%s\r\n" % "".join(" %d" % h for h in hit))
        self.ok()

    def idle(self):
        if self.opt.early and "early" not in done:
            done.add("early")
            self.box.add(letter(self.box.next, self.opt.size))
            self.news()
        self.put("+ idling\r\n")
        last = time.monotonic()
        while True:
            if self.buf or select.select([self.sock], [], [], 0.01)[0]:
                break
            self.news()
            if time.monotonic() - last > self.opt.still_here:
                last = time.monotonic()
                self.put("* OK Still here\r\n")
        self.raw_line()
        self.ok()

    # --- one connection

    def check(self, user, password):
        report["secrets_in_clear"] |= not self.tls
        if (user, password) == (self.opt.user, self.opt.password):
            self.signed_in = True
            return self.ok("[CAPABILITY %s] in" % self.capabilities())
        return self.put("%s NO [AUTHENTICATIONFAILED] wrong user name or"
                        " password\r\n" % self.tag)

    def starttls(self):
        if self.opt.inject:
            self.put("%s OK go\r\n* CAPABILITY IMAP4rev1 FORGED\r\n"
                     "%d OK forged\r\n" % (self.tag, int(self.tag) + 1))
        else:
            self.ok("go")
        self.buf = b""
        self.sock = self.ctx.wrap_socket(self.sock, server_side=True)
        self.tls = True

    def misbehave(self, bodies, named, rest):
        """True: say nothing to this command."""
        name = self.cmd
        if self.opt.disconnected and self.signed_in and name != "LOGOUT":
            self.opt.disconnected -= 1
            self.put("%s BAD User is authenticated but not connected.\r\n"
                     % self.tag)
            return True
        if name == "FETCH" and "BODYSTRUCTURE" in rest.upper():
            name = "STRUCTURE"
        elif name == "FETCH" and "BINARY" in rest.upper():
            name = "BINARY"
        elif name == "FETCH" and "HEADER.FIELDS" in rest.upper():
            name = "HEAD"
        elif name == "FETCH" and re.search(r"<[1-9]", rest):
            name = "PIECE"
        elif name == "FETCH" and not bodies:
            name = "FETCH-FLAGS"
            if named:
                name += "-EMAILID"
        if silent_at(name, self.opt, self.number):
            while True:
                self.fill()
        for what in self.opt.no:
            cmd, _, text = what.partition(":")
            if cmd == name:
                self.put("%s NO %s\r\n" % (self.tag, text))
                return True
        for what in self.opt.bad:
            cmd, _, text = what.partition(":")
            if cmd == name:
                self.put("%s BAD %s\r\n" % (self.tag, text))
                return True
        for what in self.opt.bye_at:
            cmd, _, text = what.partition(":")
            if cmd == name and not (self.opt.once and what in done):
                done.add(what)
                self.put("* BYE %s\r\n" % text)
                raise Gone
        for what in self.opt.stall:
            cmd, _, seconds = what.partition(":")
            if cmd == name and (self.opt.always or what not in done):
                done.add(what)
                time.sleep(float(seconds))
        return False

    def command(self, line, literals):
        words = line.split(" ", 2)
        self.tag, self.cmd = words[0], words[1].upper()
        rest = words[2] if len(words) > 2 else ""
        by_uid = self.cmd == "UID"
        if by_uid:
            self.cmd, _, rest = rest.partition(" ")
            self.cmd = self.cmd.upper()
        with lock:
            report["commands"].append(self.cmd)
            report["sections"] += re.findall(
                r"((?:BODY|BINARY)\.PEEK\[[\d.]+\](?:<\d+)?)", rest)
        if self.misbehave("BODY" in rest.upper(), "EMAILID" in rest.upper(),
                          rest):
            return
        args = [literals[int(w[1:])].decode() if w[:1] == "\0" else unquote(w)
                for w in re.findall(r'"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+', rest)]
        cmd = self.cmd
        if self.is_utf8 and cmd in ("SELECT", "EXAMINE", "CREATE", "RENAME",
                                    "COPY", "MOVE", "STATUS", "DELETE"):
            args = [to_utf7(a) for a in args]
        elif not self.is_utf8 and not rest.isascii():
            return self.put("%s BAD not ASCII\r\n" % self.tag)
        if cmd == "CAPABILITY":
            self.put("* CAPABILITY %s\r\n" % self.capabilities())
            self.ok()
        elif cmd == "STARTTLS" and not self.tls and \
                "STARTTLS" not in self.opt.without:
            self.starttls()
        elif cmd == "LOGIN":
            self.check(args[0], args[1])
        elif cmd == "AUTHENTICATE":
            if len(args) < 2:
                self.put("+ \r\n")
                args.append(self.raw_line().decode())
            parts = base64.b64decode(args[1] + "==").decode().split("\0")
            self.check(*parts[-2:])
        elif cmd in ("LIST", "LSUB"):
            if self.opt.odd_names:
                self.put('* LIST (\\Noselect \\HasChildren) "/" "[Gmail]"\r\n')
            for name, box in boxes.items():
                if self.opt.odd_names and len(name) % 2:
                    raw = name.encode()
                    self.put(b'* LIST (%s) "/" {%d}\r\n%s\r\n' % (
                        box.use.encode(), len(raw), raw))
                    continue
                if self.opt.odd_names:
                    self.put('* LIST (%s) "/" %s\r\n' % (box.use, quoted(name)))
                    continue
                self.put(self.odd_list(name) if self.opt.exchange else
                         '* %s (%s) "%s" "%s"\r\n'
                         % (cmd, box.use, self.opt.delimiter,
                            from_utf7(name) if self.is_utf8 else name))
            self.ok()
        elif cmd == "ID":
            report["id"] = rest
            self.put('* ID ("name" "peer")\r\n')
            self.ok()
        elif cmd == "NAMESPACE" and cmd not in self.opt.without:
            self.put('* NAMESPACE (("%s" "%s")) NIL NIL\r\n'
                     % (self.opt.prefix, self.opt.delimiter))
            self.ok()
        elif cmd == "GETQUOTAROOT" and "QUOTA" not in self.opt.without:
            self.put("* QUOTAROOT INBOX root\r\n")
            if self.opt.quota:
                self.put("* QUOTA root (STORAGE %d %d)\r\n"
                         % tuple(map(int, self.opt.quota.split(":"))))
            self.ok()
        elif cmd in ("SELECT", "EXAMINE"):
            self.select(args[0], cmd == "EXAMINE")
        elif cmd == "CREATE":
            boxes.setdefault(args[0], Box())
            self.ok()
        elif cmd == "RENAME" and args[0] in boxes:
            boxes[args[1]] = boxes.pop(args[0])
            self.ok()
        elif cmd == "ENABLE" and "ENABLE" in self.opt.having:
            self.is_utf8 |= "UTF8=ACCEPT" in rest.upper() and \
                "UTF8=ACCEPT" not in self.opt.without
            self.put("* ENABLED%s\r\n"
                     % (" UTF8=ACCEPT" if self.is_utf8 else ""))
            self.ok()
        elif cmd == "FETCH":
            self.fetch(args[0], rest, by_uid)
        elif cmd == "STORE":
            if "X-GM-LABELS" in args[1].upper():
                if "X-GM-EXT-1" not in self.opt.having:
                    return self.put("%s BAD unknown\r\n" % self.tag)
                return self.store_labels(args[0], args[1],
                                         rest.split(" ", 2)[2], by_uid)
            self.store(args[0], args[1], args[2], by_uid)
        elif cmd == "SEARCH":
            self.search(rest, by_uid)
        elif cmd in ("COPY", "MOVE") and cmd not in self.opt.without:
            self.copy(args[0], args[1], by_uid, cmd == "MOVE")
        elif cmd == "EXPUNGE" and (not by_uid or
                                   "UIDPLUS" not in self.opt.without):
            self.expunge(args[0] if by_uid else None)
            self.ok()
        elif cmd == "APPEND":
            self.append(rest, literals)
        elif cmd == "IDLE" and "IDLE" not in self.opt.without:
            self.idle()
        elif cmd in ("NOOP", "CHECK", "CLOSE", "UNSELECT"):
            self.news()
            self.ok()
        elif cmd == "COMPRESS" and "COMPRESS=DEFLATE" not in \
                self.opt.without and not self.deflate:
            self.ok("go")
            self.inflate = zlib.decompressobj(-15)
            if self.opt.lie != "deflate":
                self.deflate = zlib.compressobj(wbits=-15)
        elif cmd == "LOGOUT":
            self.put("* BYE until next time\r\n")
            self.ok()
            raise Gone
        else:
            self.put("%s BAD unknown\r\n" % self.tag)

    def serve(self):
        if self.opt.bye:
            self.put("* BYE %s\r\n" % self.opt.bye)
            return
        self.put("* %s [CAPABILITY %s] ready\r\n"
                 % ("PREAUTH" if self.opt.preauth else "OK",
                    self.capabilities()))
        while silent_at("GREETING", self.opt, self.number):
            self.fill()
        while True:
            line, literals = self.line()
            if " " not in line:
                self.put("* BAD what?\r\n")
                continue
            self.command(line, literals)


def run(sock, opt, ctx, number):
    try:
        while silent_at("CONNECT", opt, number):
            if not sock.recv(65536):
                raise Gone
        Session(sock, opt, ctx, number).serve()
    except (Gone, OSError, ValueError):
        pass
    finally:
        sock.close()


def grow(opt):
    while True:
        time.sleep(opt.grow)
        boxes["INBOX"].add(letter(boxes["INBOX"].next, opt.size))


def options(args=None):
    p = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--cert")
    p.add_argument("--key")
    p.add_argument("--tls", action="store_true", help="from the first byte")
    p.add_argument("--plain", action="store_true", help="no TLS needed")
    p.add_argument("--user", default="you")
    p.add_argument("--password", default="open-sesame")
    p.add_argument("--letters", type=int, default=3)
    p.add_argument("--size", type=int, default=500)
    p.add_argument("--report")
    for name in ("stall", "silent", "no", "without", "lose", "bad", "bye-at",
                 "poison", "on-signal"):
        p.add_argument("--" + name, action="append", default=[])
    for name in ("always", "inject", "preauth", "unasked", "shift", "early",
                 "once", "first", "exchange", "no-copyuid", "odd-names",
                 "no-pieces", "bad-pieces"):
        p.add_argument("--" + name, action="store_true")
    p.add_argument("--with", action="append", default=[], dest="having")
    p.add_argument("--move", action="append", default=[],
                   help="N:BOX: it lies there")
    p.add_argument("--all-mail", action="store_true")
    for name in ("gone", "flagged", "saved"):
        p.add_argument("--" + name, action="append", default=[], type=int)
    p.add_argument("--label", action="append", default=[])
    p.add_argument("--size-lie", type=int, default=0)
    p.add_argument("--render")
    p.add_argument("--disconnected", type=int, default=0)
    p.add_argument("--drop-at", type=int)
    p.add_argument("--drop-part", type=int)
    p.add_argument("--binary")
    p.add_argument("--literal", type=int, default=0)
    p.add_argument("--huge", type=int)
    p.add_argument("--uidvalidity", type=int, default=7)
    p.add_argument("--bye")
    p.add_argument("--lie")
    p.add_argument("--structure")
    p.add_argument("--letter", action="append", default=[])
    p.add_argument("--prefix", default="")
    p.add_argument("--delimiter", default="/")
    p.add_argument("--quota")
    p.add_argument("--strange-tag")
    p.add_argument("--grow", type=float)
    p.add_argument("--still-here", type=float, default=120)
    return p.parse_args(args)


def fill(opt):
    """The mailboxes and what is in them."""
    if opt.exchange:
        boxes["Calendar"] = Box()
    names = (("INBOX", ""), ("Sent", "\\Sent"),
             ("Drafts", "\\Drafts"), ("Trash", "\\Trash"),
             ("Archive", "\\Archive"), ("&yBXMtNVU-", ""))
    if opt.odd_names:  # what Gmail calls them in Korean, and what people do
        names = (("INBOX", ""), ("[Gmail]/&vPSwuNO4ycDVaA-", "\\Sent"),
                 ("[Gmail]/&1zTJwNG1-", "\\Trash"),
                 ("[Gmail]/&x4TC3Lz0rQDVaA-", "\\Drafts"),
                 ('say "hi"', ""), ("blank ", ""), (" blank", ""),
                 ("back\\slash", ""), ("a&-b", ""), ("per%cent", ""), ("star*", ""))
    for name, use in names:
        boxes[name if name == "INBOX" else opt.prefix + name] = Box(use)
    for i in range(1, opt.letters + 1):
        boxes["INBOX"].add(letter(i, opt.size),
                           ["\\Flagged"] if i in opt.flagged else [])
    for name in opt.letter:
        with open(name, "rb") as f:
            boxes["INBOX"].add(f.read().replace(b"\n", b"\r\n"))
    for what in opt.move:
        n, _, to = what.partition(":")
        boxes["INBOX"].letters = [l for l in boxes["INBOX"].letters
                                  if l[0] != int(n)]
        boxes[to].add(letter(int(n), opt.size))
    for what in opt.label:
        n, _, name = what.partition(":")
        labels_of(letter(int(n), opt.size)).add(name)
    if opt.all_mail:
        boxes["[Gmail]/All Mail"] = Box("\\All")
        for box in list(boxes.values())[:-1]:
            for l in box.letters:
                boxes["[Gmail]/All Mail"].add(l[1], l[2])
    boxes["INBOX"].letters = [l for l in boxes["INBOX"].letters
                              if l[0] not in opt.gone]


def main():
    opt = options()
    ctx = None
    if opt.cert:
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ctx.load_cert_chain(opt.cert, opt.key)
    fill(opt)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(50)

    def stop(*_):
        report["boxes"] = {n: [[u, sorted(f)] for u, _, f in b.letters]
                           for n, b in boxes.items()}
        report["labels"] = {re.search(rb"Subject: (.*)\r", l[1]).group(1).decode():
                            sorted(labels_of(l[1]))
                            for b in boxes.values() for l in b.letters}
        if opt.report:
            with open(opt.report, "w") as f:
                json.dump(report, f)
        os._exit(0)

    def change(*_):
        for what in opt.on_signal:
            what, _, value = what.partition(":")
            if what == "letter":
                boxes["INBOX"].add(letter(boxes["INBOX"].next, opt.size))
            elif what == "password":
                opt.password = value
            elif what == "uidvalidity":
                opt.uidvalidity = int(value)
            elif what == "vanish":
                boxes.pop(value, None)
            elif what == "without":
                opt.without.append(value)
            elif what == "well":
                opt.poison = []

    signal.signal(signal.SIGUSR1, change)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if opt.grow:
        threading.Thread(target=grow, args=(opt,), daemon=True).start()
    print(sock.getsockname()[1], flush=True)
    while True:
        s, _ = sock.accept()
        report["connections"] += 1
        threading.Thread(target=run, args=(s, opt, ctx,
                                           report["connections"]),
                         daemon=True).start()


if __name__ == "__main__":
    main()
