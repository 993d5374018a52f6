#!/usr/bin/env python3
"""disk.py restore DISK FOLDER: FOLDER anew, as DISK holds it after a power cut
(tests/fault/shim.c). A file whose bytes were never synced is empty.

disk.py whole LOCAL SERVER EXPECTED: are the letters of the account's Maildirs
LOCAL those of the server's Maildir SERVER ("-": no server), folder by folder
with their flags, each once, and are those in EXPECTED (Message-IDs, a line
each) all there? Says what is not so.
"""
import os
import re
import shutil
import sys


def restore(disk, folder):
    def make(number, where):
        os.makedirs(where, exist_ok=True)
        try:
            lines = open(os.path.join(disk, "d" + number)).read().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            what, _, name = line.partition(" ")
            to = os.path.join(where, name)
            if what[0] == "d":
                make(what[1:], to)
            elif os.path.exists(os.path.join(disk, "f" + what[1:])):
                shutil.copyfile(os.path.join(disk, "f" + what[1:]), to)
            else:
                open(to, "w").close()

    shutil.rmtree(folder)
    make("1", folder)


def letters(maildir, folder, out, doubled):
    for sub in ("cur", "new"):
        try:
            names = os.listdir(os.path.join(maildir, sub))
        except FileNotFoundError:
            continue
        for name in names:
            data = open(os.path.join(maildir, sub, name), "rb").read()
            m = re.search(rb"(?im)^Message-ID:\s*<([^>]*)>",
                          data.replace(b"\r\n", b"\n").split(b"\n\n")[0])
            mid = m.group(1).decode() if m else "nothing in " + name
            flags = name.partition(":2,")[2] if sub == "cur" else ""
            flags = "".join(c for c in flags if c in "SRFD")
            if (folder, mid) in out:
                doubled.append("%s: %s twice" % (folder, mid))
            out[folder, mid] = flags, data.replace(b"\r\n", b"\n")


def whole(local, server, expected):
    here, there, wrong = {}, {}, []
    for top, dirs, _ in os.walk(local):
        if "cur" in dirs:
            letters(top, os.path.relpath(top, local), here, wrong)
    if server != "-":
        letters(server, "INBOX", there, wrong)
        for d in os.listdir(server):
            if d[0] == ".":
                letters(os.path.join(server, d), d[1:].replace(".", "/"),
                        there, wrong)
        for key in sorted(set(here) | set(there)):
            if key not in there:
                wrong.append("%s: %s is not there" % key)
            elif key not in here:
                wrong.append("%s: %s is not here" % key)
            elif here[key][0] != there[key][0]:
                wrong.append("%s: %s has flags '%s' here, '%s' there"
                             % (*key, here[key][0], there[key][0]))
            elif here[key][1] != there[key][1]:
                wrong.append("%s: %s has other bytes here" % key)
    count = {}
    for _, mid in here:
        count[mid] = count.get(mid, 0) + 1
    wanted = open(expected).read().split()
    wrong += ["%s is lost" % m for m in wanted if m not in count]
    wrong += ["%s is in %d folders" % (m, n) for m, n in count.items()
              if n > 1]
    wrong += ["%s was not expected" % m for m in count if m not in wanted]
    print("\n".join(sorted(wrong)[:12]))
    return bool(wrong)


if __name__ == "__main__":
    if sys.argv[1] == "restore":
        restore(*sys.argv[2:])
    else:
        sys.exit(whole(*sys.argv[2:]))
