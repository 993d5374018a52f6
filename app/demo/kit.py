# SPDX-License-Identifier: GPL-3.0-or-later
"""Tools for app/demo/generate: fields, parts, signatures, the zone."""
import base64
import datetime
import hashlib
import json
import os
import re
import subprocess
import textwrap

CODECS = {"ks_c_5601-1987": "cp949", "euc-kr": "euc_kr", "gb2312": "gb2312",
          "iso-2022-kr": "iso2022_kr", "iso-2022-jp": "iso2022_jp",
          "windows-1252": "cp1252", "koi8-r": "koi8_r"}


def encode(text, charset):
    return text.encode(CODECS.get(charset.lower(), charset))


def when(text):
    """A time like "2026-11-23 09:12 +0900"."""
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M %z")


def rfc_date(t):
    days = "Mon Tue Wed Thu Fri Sat Sun".split()
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return "%s, %02d %s %d %02d:%02d:%02d %s" % (
        days[t.weekday()], t.day, months[t.month - 1], t.year, t.hour,
        t.minute, t.second, t.strftime("%z"))


def short_id(*words):
    """Letters and digits that depend on WORDS alone."""
    return hashlib.sha256("\0".join(map(str, words)).encode()).hexdigest()[:12]


# --- fields -------------------------------------------------------------------

def encoded_words(text, charset="utf-8", mode="B"):
    """TEXT as encoded words of RFC 2047, apart by a folding."""
    words, piece = [], ""
    try:
        encode(text, charset)
    except UnicodeEncodeError:
        charset = "utf-8"

    def word(s):
        raw = encode(s, charset)
        if mode == "Q":
            body = "".join(
                "_" if c == 32 else chr(c)
                if chr(c).isascii() and chr(c).isalnum() else "=%02X" % c
                for c in raw)
        else:
            body = base64.b64encode(raw).decode()
        return "=?%s?%s?%s?=" % (charset, mode, body)

    for c in text:
        # a cluster (emoji, joiners) stays in one word
        joins = c in "\u200d\ufe0f" or piece.endswith("\u200d")
        if piece and not joins and len(word(piece + c)) > 62:
            words.append(word(piece))
            piece = ""
        piece += c
    return "\r\n ".join(words + [word(piece)])


def phrase(name, charset="utf-8", mode="B"):
    if not name.isascii():
        return encoded_words(name, charset, mode)
    if re.fullmatch(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]+", name):
        return name
    return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')


def address(a, charset="utf-8", mode="B"):
    """("Name", "local@domain"), "local@domain", or bytes as they are."""
    if isinstance(a, str):
        return a
    return "%s <%s>" % (phrase(a[0], charset, mode), a[1])


def addresses(many, charset="utf-8"):
    if isinstance(many, (str, tuple)):
        many = [many]
    return ",\r\n\t".join(address(a, charset) for a in many)


def unstructured(text, charset="utf-8", mode="B"):
    if not text.isascii():
        return encoded_words(text, charset, mode)
    lines = textwrap.wrap(text, 66, break_long_words=False,
                          break_on_hyphens=False)
    return "\r\n ".join(lines)


def field(name, value):
    """The bytes of one field with its line end. VALUE is folded already."""
    if isinstance(value, str):
        value = value.encode("utf-8")
    return name.encode() + b": " + value + b"\r\n"


def crlf(text):
    return re.sub(rb"\r?\n", b"\r\n", text)


# --- parts --------------------------------------------------------------------

class Part:
    def __init__(self, ctype, data, cte=None, more=()):
        self.fields = [("Content-Type", ctype)] + list(more)
        if cte:
            self.fields.append(("Content-Transfer-Encoding", cte))
        self.data = data

    def bytes(self):
        return b"".join(field(*f) for f in self.fields) + b"\r\n" + self.data


def quoted_printable(raw):
    out = []
    for line in raw.split(b"\r\n"):
        s = "".join(
            chr(c) if 33 <= c <= 126 and c != 61 or c in (32, 9)
            else "=%02X" % c for c in line)
        if s[-1:] in (" ", "\t"):
            s = s[:-1] + "=%02X" % ord(s[-1])
        while len(s) > 75:
            cut = 75
            while s[cut - 1] == "=" or s[cut - 2] == "=":
                cut -= 1
            out.append(s[:cut] + "=")
            s = s[cut:]
        out.append(s)
    return "\r\n".join(out).encode()


def base64_lines(raw):
    return base64.encodebytes(raw).replace(b"\n", b"\r\n")


def body_bytes(text, charset, cte):
    raw = crlf(encode(text.lstrip("\n"), charset))
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    if cte == "quoted-printable":
        return quoted_printable(raw)
    return base64_lines(raw) if cte == "base64" else raw


def text(s, charset="utf-8", cte="8bit", sub="plain", params=""):
    return Part("text/%s; charset=%s%s" % (sub, charset, params),
                body_bytes(s, charset, cte), cte)


def html(s, charset="utf-8", cte="quoted-printable"):
    return text(s, charset, cte, "html")


def flowed(*pieces, charset="utf-8"):
    """format=flowed (RFC 3676) of (depth, paragraph); "" is an empty line."""
    lines = []
    for depth, s in pieces:
        mark = ">" * depth + (" " if depth else "")
        if s == "-- " or not s:
            lines.append(mark.rstrip() + s)
            continue
        wrapped = textwrap.wrap(s, 68 - depth)
        stuffed = [(" " + w if not depth and w[0] in " >" else w)
                   for w in wrapped]
        lines += [mark + w + " " for w in stuffed[:-1]]
        lines.append(mark + stuffed[-1])
    cte = "7bit" if all(l.isascii() for l in lines) else "8bit"
    return text("\n".join(lines) + "\n", charset, cte,
                params="; format=flowed")


def multi(sub, *parts, params=""):
    """A multipart of PARTS; its boundary follows from what is in it."""
    inner = [p.bytes() for p in parts]
    mark = "=_" + hashlib.sha256(b"".join(inner)).hexdigest()[:16]
    data = b"".join(b"--" + mark.encode() + b"\r\n" + p + b"\r\n"
                    for p in inner)
    data += b"--" + mark.encode() + b"--\r\n"
    return Part('multipart/%s; boundary="%s"%s' % (sub, mark, params), data)


def file_name_fields(ctype, name, style):
    """Content-Type and Content-Disposition that say NAME in one of the ways
    that are met: plain, "2231", "2047" (wrong, but common) and "raw"."""
    if style == "2231":
        hexed = "".join(chr(c) if chr(c).isascii() and chr(c).isalnum()
                        or chr(c) in "._-" else "%%%02X" % c
                        for c in name.encode("utf-8"))
        pieces = re.findall(r"(?:%..|[^%]){1,16}", hexed)
        said = ";\r\n".join(
            " filename*%d*=%s%s" % (i, "utf-8''" if i == 0 else "", p)
            for i, p in enumerate(pieces))
        return ctype, "attachment;\r\n" + said
    if style == "2047":
        word = encoded_words(name).replace("\r\n ", "\r\n  ")
        return ('%s;\r\n name="%s"' % (ctype, word),
                'attachment;\r\n filename="%s"' % word)
    return ('%s; name="%s"' % (ctype, name) if style == "plain" else ctype,
            'attachment; filename="%s"' % name)


def attach(ctype, name, data, style="plain"):
    if isinstance(data, str):
        data = crlf(data.encode("utf-8"))
    ctype, disposition = file_name_fields(ctype, name, style)
    return Part(ctype, base64_lines(data), "base64",
                [("Content-Disposition", disposition)])


# --- keys, the zone -----------------------------------------------------------

def openssl(*args, data=None):
    return subprocess.run(["openssl", *args], input=data, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class World:
    """The domains: their hosts, keys and records. Keys live in the directory
    TMP, which the caller removes."""

    def __init__(self, tmp):
        self.tmp, self.zone, self.domains, self.keys = tmp, {}, {}, {}

    def record(self, name, kind, *values):
        at = self.zone.setdefault(name, {})
        if kind == "TXT":
            values = [re.findall(r".{1,255}", v) for v in values]
        if kind in ("CNAME", "rcode"):
            at[kind] = values[0]
        else:
            at.setdefault(kind, []).extend(values)

    def domain(self, name, ip=None, dmarc=None, spf=None, keys="", host=None):
        """KEYS is selectors apart by spaces: NAME, NAME/ed25519, NAME/BITS."""
        host = host or "mail." + name
        self.domains[name] = {"ip": ip, "host": host, "dmarc": dmarc,
                              "spf": spf}
        if ip:
            self.record(name, "MX", [10, host])
            self.record(name, "A", ip)
            self.record(host, "A", ip)
            ptr = ".".join(reversed(ip.split("."))) + ".in-addr.arpa"
            self.record(ptr, "PTR", host)
        if spf:
            self.record(name, "TXT", "v=spf1 " + spf)
        if dmarc:
            self.record("_dmarc." + name, "TXT", "v=DMARC1; " + dmarc)
        for word in keys.split():
            selector, _, kind = word.partition("/")
            self.key(name, selector, kind or "2048")

    def below(self, name, spf):
        """NAME below a domain, with the same host and a policy of its own."""
        above = self.domains[name.split(".", 1)[1]]
        self.domains[name] = dict(above, spf=spf)
        self.record(name, "TXT", "v=spf1 " + spf)

    def key(self, domain, selector, kind):
        path = os.path.join(self.tmp, selector + "." + domain)
        if kind == "ed25519":
            openssl("genpkey", "-algorithm", "ed25519", "-out", path)
        else:
            openssl("genrsa", "-out", path, kind)
        der = openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
        said = "k=rsa"
        if kind == "ed25519":
            der, said = der[-32:], "k=ed25519"
        self.keys[domain, selector] = (path, kind)
        self.record("%s._domainkey.%s" % (selector, domain), "TXT",
                    "v=DKIM1; %s; p=%s" % (said,
                                           base64.b64encode(der).decode()))

    def withdraw(self, domain, selector, record=None):
        """What happened to a key after it signed: RECORD, or the name gone."""
        del self.zone["%s._domainkey.%s" % (selector, domain)]
        if record:
            self.record("%s._domainkey.%s" % (selector, domain), "TXT", record)

    def write(self, path):
        lines = ["%s: %s" % (json.dumps(n), json.dumps(self.zone[n]))
                 for n in sorted(self.zone)]
        with open(path, "w", encoding="ascii") as f:
            f.write("{\n" + ",\n".join(lines) + "\n}\n")


# --- DKIM (RFC 6376, 8463) ----------------------------------------------------

SIGNED = ("from to cc reply-to subject date message-id in-reply-to references "
          "mime-version content-type content-transfer-encoding list-id "
          "list-unsubscribe list-unsubscribe-post").split()


class Sig:
    """How to sign. L: "here" signs the body as it is so far; X: a time."""

    def __init__(self, domain, selector="s1", canon="relaxed/relaxed",
                 l=None, x=None, leave_out=(), identity=None, said=None):
        self.domain, self.selector, self.canon = domain, selector, canon
        self.l, self.x, self.leave_out = l, x, leave_out
        self.identity = identity
        self.said = said  # what the receiving server found, if not "pass"


def relaxed_head(raw):
    name, value = raw.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.strip().lower() + b":" + value.strip() + b"\r\n"


def canon_body(body, mode):
    if mode == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body)
        body = re.sub(rb" \r\n", b"\r\n", body)
    body = re.sub(rb"(\r\n)*$", b"", body)
    return body + b"\r\n" if body or mode == "simple" else b""


def fold_tag(tag, separator=":"):
    lines = [""]
    for i, word in enumerate(tag):
        word += separator if i < len(tag) - 1 else ""
        if len(lines[-1]) + len(word) > 66:
            lines.append("")
        lines[-1] += word
    return "\r\n\t ".join(lines)


def sign(world, sig, fields, body, t):
    """A DKIM-Signature field for FIELDS (raw, in order) and BODY."""
    path, kind = world.keys[sig.domain, sig.selector]
    head, tail = (sig.canon + "/simple").split("/")[:2]
    algorithm = "ed25519-sha256" if kind == "ed25519" else "rsa-sha256"
    hashed = canon_body(body, tail)
    names = [n for n in SIGNED if n not in sig.leave_out and
             any(f.lower().startswith(n.encode() + b":") for f in fields)]
    stamp = "t=%d;" % t
    if sig.x:
        stamp += " x=%d;" % sig.x.timestamp()
    if sig.l:
        stamp += " l=%d;" % len(hashed)
    if sig.identity:
        stamp += " i=%s;" % sig.identity
    value = ("v=1; a=%s; c=%s; d=%s;\r\n\ts=%s; %s\r\n\th=%s;\r\n"
             "\tbh=%s;\r\n\tb=" % (
                 algorithm, sig.canon, sig.domain, sig.selector, stamp,
                 fold_tag([n.title() for n in names]),
                 base64.b64encode(hashlib.sha256(hashed).digest()).decode()))
    chosen = [next(f for f in reversed(fields)
                   if f.lower().startswith(n.encode() + b":"))
              for n in names]
    own = field("DKIM-Signature", value)
    if head == "relaxed":
        chosen, own = [relaxed_head(f) for f in chosen], relaxed_head(own)
    data = b"".join(chosen) + own[:-2]
    if kind == "ed25519":
        at = path + ".digest"
        with open(at, "wb") as f:
            f.write(hashlib.sha256(data).digest())
        raw = openssl("pkeyutl", "-sign", "-inkey", path, "-rawin", "-in", at)
    else:
        raw = openssl("dgst", "-sha256", "-sign", path, data=data)
    b = base64.b64encode(raw).decode()
    return field("DKIM-Signature",
                 value + "\r\n\t ".join(re.findall(r".{1,70}", b)))
