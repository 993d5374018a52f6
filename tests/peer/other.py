#!/usr/bin/env python3
"""other.py PORT CA USER ACT [WORD]...: another program at an IMAP server.

It signs in over TLS on localhost with USER's password of the tests, does one
thing, and says what it saw: all, words BOX SUBJECT, folders, validity BOX; or
changes it: add BOX N..., flag BOX SUBJECT +FLAG|-FLAG, move BOX SUBJECT TO,
delete BOX SUBJECT, create, rename and drop BOX.
"""
import base64, email, imaplib, re, ssl, sys
port, ca, user, act = sys.argv[1:5]
args = sys.argv[5:]
m = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=ssl.create_default_context(cafile=ca))
m.login(user, "pw-" + user.split("@")[0])


def must(answer):
    ok, data = answer
    if ok != "OK":
        sys.exit("%s: %s" % (sys.argv[4:], data))
    return data


def boxes():
    out = []
    for line in must(m.list()):
        g = re.match(rb'\(([^)]*)\) (NIL|"[^"]*") "?([^"]*)"?$', line)
        sep = g.group(2).decode().strip('"')
        if b"noselect" not in g.group(1).lower():
            out.append((g.group(3).decode(), sep))
    return out


def raw(name):  # as the server spells it
    if name == "INBOX":
        return name
    space = must(m.namespace())[0].decode()
    prefix, sep = re.match(r'\(\("([^"]*)" "(.)"', space).groups()
    return prefix + name.replace("/", sep)


def plain(name, sep):
    def run(m):  # RFC 3501, 5.1.3
        b = m.group(1).replace(",", "/")
        return base64.b64decode(b + "=" * (-len(b) % 4)).decode("utf-16-be") \
            if b else "&"

    name = re.sub("^INBOX" + re.escape(sep), "", name)
    return re.sub("&([^-]*)-", run, name.replace(sep, "/"))


def letters(box):
    must(m.select('"%s"' % box, readonly=True))
    ok, data = m.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    out = []
    for part in data:
        if isinstance(part, tuple):
            words = re.search(rb"FLAGS \(([^)]*)\)", part[0]).group(1).decode().split()
            uid = re.search(rb"UID (\d+)", part[0]).group(1).decode()
            subject = email.message_from_bytes(part[1])["Subject"]
            out.append((uid, words, subject))
    return out


def find(box, subject):
    return [u for u, _, s in letters(raw(box)) if s == subject][0]


if act == "all":
    for box, sep in boxes():
        for uid, words, subject in letters(box):
            flags = "".join(sorted(f[1] for f in words if f in
                                   ("\\Seen", "\\Flagged", "\\Answered", "\\Draft"))).replace("A", "R")
            print(plain(box, sep), "".join(sorted(flags)) or "-", subject)
elif act == "words":
    print(" ".join(sorted(w for w in [x for x in letters(raw(args[0])) if x[2] == args[1]][0][1]
                          if w.lower() != "\\recent")))
elif act == "folders":
    print("\n".join(sorted(plain(b, s) for b, s in boxes())))
elif act == "add":
    for n in args[1:]:
        must(m.append('"%s"' % raw(args[0]), None, '"10-Mar-2026 09:00:00 +0000"', (
            "From: Pat <pat@friends.example>\r\nTo: you@here.example\r\nSubject: letter %s\r\n"
            "Message-ID: <letter%s@friends.example>\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\n\r\n"
            "This is letter %s.\r\n" % (n, n, n)).encode()))
elif act == "flag":
    uid = find(args[0], args[1])
    must(m.select('"%s"' % raw(args[0])))
    must(m.uid("STORE", uid, args[2][0] + "FLAGS", "(%s)" % args[2][1:]))
elif act in ("move", "delete"):
    uid = find(args[0], args[1])
    must(m.select('"%s"' % raw(args[0])))
    if act == "move":
        must(m.uid("COPY", uid, '"%s"' % raw(args[2])))
    must(m.uid("STORE", uid, "+FLAGS", "(\\Deleted)"))
    must(m.uid("EXPUNGE", uid))
elif act == "create":
    must(m.create('"%s"' % raw(args[0])))
elif act == "rename":
    must(m.rename('"%s"' % raw(args[0]), '"%s"' % raw(args[1])))
elif act == "drop":
    must(m.delete('"%s"' % raw(args[0])))
elif act == "validity":
    print(must(m.status('"%s"' % raw(args[0]), "(UIDVALIDITY)"))[0].decode())
m.logout()
