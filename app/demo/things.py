# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that letters carry: each made here, the same on every run."""
import gzip
import io
import struct
import zipfile
import zlib


def png(rows, colours):
    """A picture from ROWS of letters, each a colour of COLOURS."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))

    raw = b"".join(b"\0" + b"".join(bytes(colours[c]) for c in r)
                   for r in rows)
    size = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) +
            chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


SEA = {".": (24, 40, 72), "~": (60, 120, 170), "o": (240, 200, 90),
       "#": (210, 80, 60), "w": (245, 245, 240)}

LIGHTHOUSE = png([
    "...........o....", ".......o........", "...o....##......",
    ".......#oo#....o", ".......#oo#.....", "........ww......",
    "........##......", "........ww......", ".......####.....",
    ".......wwww.....", "......######....", "~~~~~~wwwwww~~~~",
    "~~~~~~~~~~~~~~~~", "~~w~~~~~~~w~~~~~"], SEA)

LIMPET = png([
    "~~~~~~~~~~~~", "~~~~~oo~~~~~", "~~~~oooo~~~~", "~~~oowwoo~~~",
    "~~oowoowoo~~", "~oooooooooo~", "############", "#..#..##...#"], SEA)

PIXEL = png(["."], SEA)


def pdf(*lines):
    """A page of plain words."""
    show = "".join("(%s) Tj 0 -18 Td " % l.replace("(", "[").replace(")", "]")
                   for l in lines)
    stream = ("BT /F 12 Tf 60 760 Td %sET" % show).encode("latin-1")
    parts = [b"<</Type/Catalog/Pages 2 0 R>>",
             b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
             b"/Resources<</Font<</F 5 0 R>>>>>>",
             b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
             b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, at = b"%PDF-1.4\n", []
    for i, p in enumerate(parts):
        at.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (i + 1, p)
    table = b"".join(b"%010d 00000 n \n" % a for a in at)
    return out + (b"xref\n0 6\n0000000000 65535 f \n" + table +
                  b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
                  % len(out))


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 10, 1, 12, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            z.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gzipped(data):
    return gzip.compress(data, 9, mtime=0)


def calendar(uid, start, end, summary, where, organizer, guests):
    return "\n".join([
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//signet//demo//EN",
        "METHOD:REQUEST", "BEGIN:VEVENT", "UID:" + uid,
        "DTSTAMP:20261101T000000Z", "DTSTART:" + start, "DTEND:" + end,
        "SUMMARY:" + summary, "LOCATION:" + where,
        "ORGANIZER:mailto:" + organizer] + [
        "ATTENDEE;RSVP=TRUE:mailto:" + g for g in guests] + [
        "END:VEVENT", "END:VCALENDAR", ""])
