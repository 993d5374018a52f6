# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters: from what an author writes to the file that a server stored."""
import datetime
import os

import kit
from kit import field, short_id

# Who receives here. STYLE is how its server writes Received; a server that
# "says" adds Authentication-Results.
ACCOUNTS = {
    "sohyun": {"me": ("김소현", "sohyun@byeolbit.example"),
               "mx": "mx.byeolbit.example", "says": True, "style": "postfix"},
    "alice": {"me": ("Alice Winter", "alice@tidepool.example"),
              "mx": "mx.tidepool.example", "says": True, "style": "exim"},
    "work": {"me": ("Kim So-hyun", "sohyun.kim@lantern-maps.example"),
             "mx": "mx.lantern-maps.example", "says": False,
             "style": "postfix"},
}


def org(domain):
    return ".".join(domain.split(".")[-2:])


def bare(a):
    """The address of ("Name", "address") or "address"."""
    return a[1] if isinstance(a, tuple) else a


class Letter:
    def __init__(self, box, flags, t, mid, refs):
        self.box, self.flags, self.t = box, flags, t
        self.mid, self.refs = mid, refs
        self.raw, self.expect = b"", {}


class Post:
    def __init__(self, world):
        self.world, self.letters = world, []
        self.kept = {}  # letters that another chapter answers

    # --- what the letter's own fields are ---

    def _own_fields(self, k, mid, refs, t):
        charset, mode = k.get("charset", "utf-8"), k.get("mode", "B")
        f = []
        if k.get("raw_from") is not None:
            f += [field("From", v) for v in k["raw_from"]]
        else:
            f.append(field("From", kit.address(k["frm"], charset, mode)))
        if k.get("reply_to") and not k.get("reply_to_added"):
            f.append(field("Reply-To", kit.address(k["reply_to"])))
        if k.get("to"):
            f.append(field("To", kit.addresses(k["to"], charset)))
        if k.get("cc"):
            f.append(field("Cc", kit.addresses(k["cc"], charset)))
        if k.get("subject") is not None:
            f.append(field("Subject", kit.unstructured(
                k["subject"], charset, mode)))
        f.append(field("Date", kit.rfc_date(t)))
        f.append(field("Message-ID", mid))
        if refs:
            f.append(field("In-Reply-To", refs[-1]))
            f.append(field("References", "\r\n\t".join(refs)))
        f += [field(*h) for h in k.get("headers", [])]
        f.append(field("MIME-Version", "1.0"))
        f += [field(*h) for h in k["body"].fields]
        return f

    # --- what the servers on the way wrote ---

    def _spf(self, envelope, via):
        d = self.world.domains.get(envelope)
        if not d or not d["spf"]:
            return "none"
        if d["ip"] == self.world.domains[via]["ip"]:
            return "pass"
        return {"-": "fail", "~": "softfail", "?": "neutral"}[
            d["spf"].split()[-1][0]]

    def _results(self, k, account, sigs, envelope, via):
        """The Authentication-Results of the receiving server."""
        said, domain = [], bare(k["frm"]).rpartition("@")[2]
        passed = False
        for s in sigs:
            r = s.said or "pass"
            said.append("dkim=%s header.d=%s header.s=%s" % (
                r, s.domain, s.selector))
            passed |= r == "pass" and org(s.domain) == org(domain)
        if not sigs:
            said.append("dkim=none")
        spf = self._spf(envelope, via)
        said.append("spf=%s smtp.mailfrom=%s" % (spf, envelope))
        passed |= spf == "pass" and org(envelope) == org(domain)
        record = self.world.domains.get(org(domain), {}).get("dmarc")
        if k.get("ar") != "no dmarc":
            word = "none" if not record else "pass" if passed else "fail"
            policy = record.split(";")[0].strip() if record else ""
            said.append("dmarc=%s%s header.from=%s" % (
                word, " (%s)" % policy if policy else "", domain))
        return "%s;\r\n\t%s" % (account["mx"], ";\r\n\t".join(said))

    def _received(self, k, account, t, via, envelope, rcpt):
        d = self.world.domains[via]
        host, ip = k.get("helo") or d["host"], k.get("ip") or d["ip"]
        if t.year < 2010:
            return field("Received", "from %s (%s [%s])\r\n\tby %s (Postfix) "
                         "with ESMTP id %s\r\n\tfor <%s>; %s" % (
                             host, host, ip, account["mx"],
                             short_id(ip, t).upper()[:10], rcpt,
                             kit.rfc_date(t)))
        if account["style"] == "exim":
            peer = "[%s] (helo=%s)" if k.get("helo") else "%s ([%s])"
            return field("Received", (
                "from %s\r\n"
                "\tby %s with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\r\n"
                "\t(envelope-from <%s>)\r\n\tid 1%s-0001Qz\r\n"
                "\tfor %s; %s") % (
                    peer % ((ip, host) if k.get("helo") else (host, ip)),
                    account["mx"], envelope, short_id(rcpt, t)[:6],
                    rcpt, kit.rfc_date(t)))
        seen = "unknown" if k.get("helo") else host
        return field("Received", (
            "from %s (%s [%s])\r\n"
            "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)\r\n"
            "\tby %s (Postfix) with ESMTPS id %s\r\n\tfor <%s>; %s") % (
                host, seen, ip, account["mx"], short_id(ip, t).upper()[:10],
                rcpt, kit.rfc_date(t)))

    def _trace(self, k, account, t, sigs):
        """The fields above the letter, as the receiving server adds them."""
        via = k.get("via") or org(bare(k["frm"]).rpartition("@")[2])
        sender = k.get("env", bare(k["frm"]))
        envelope = sender.rpartition("@")[2] or self.world.domains[via]["host"]
        rcpt = k.get("rcpt") or bare(account["me"])
        t += datetime.timedelta(seconds=4, hours=k.get("late", 0))
        f = [field("Return-Path", "<%s>" % sender)]
        if account["style"] == "exim":
            f.append(field("Delivered-To", rcpt))
            f.append(field("Received", (
                "from %s ([10.0.0.5])\r\n\tby store2.%s with LMTP id %s; %s")
                % (account["mx"], org(account["mx"]), short_id(t, rcpt),
                   kit.rfc_date(t + datetime.timedelta(seconds=1)))))
        if account["says"] and k.get("ar") is not None and t.year >= 2010:
            f.append(field("Authentication-Results", self._results(
                k, account, sigs, envelope, via)))
        f.append(self._received(k, account, t, via, sender, rcpt))
        return f

    def _submitted(self, k, t):
        """The hop on which the author's own server took the letter."""
        via = k.get("via") or org(bare(k["frm"]).rpartition("@")[2])
        host = self.world.domains[via]["host"]
        n = int(short_id(host, t), 16)
        return field("Received", (
            "from [10.%d.%d.%d] (unknown [10.%d.%d.%d])\r\n"
            "\tby %s with ESMTPSA id %s; %s") % (
                (n & 63, n >> 8 & 63, n >> 16 & 63) * 2 + (
                    host, short_id(t, host)[:8],
                    kit.rfc_date(t + datetime.timedelta(seconds=1)))))

    # --- the letter ---

    def letter(self, box, flags, date, frm, subject, body, **k):
        """One letter into BOX ("account/FOLDER"). See generate."""
        account = ACCOUNTS[box.split("/")[0]]
        if isinstance(body, str):
            body = kit.text(body)
        t = kit.when(date)
        k.update(frm=frm, subject=subject, body=body)
        k.setdefault("ar", "auto")
        if "to" not in k:
            k["to"] = account["me"]
        reply = k.get("reply")
        refs = reply.refs + [reply.mid] if reply else []
        domain = bare(frm).rpartition("@")[2]
        mid = k.get("mid") or "<%s.%s@%s>" % (
            t.strftime("%Y%m%d%H%M"), short_id(box, date, subject), domain)
        out = Letter(box, flags, t, mid, refs)
        sigs = k.get("sign") or []
        if sigs == "own":
            sigs = org(domain) + "/s1"
        if isinstance(sigs, str):
            sigs = [kit.Sig(*w.split("/", 1)) for w in sigs.split()]
        elif not isinstance(sigs, list):
            sigs = [sigs]
        fields = self._own_fields(k, mid, refs, t)
        data = body.data
        stamps = []
        for s in reversed(sigs):
            if k.get("between") and s is sigs[0] and len(sigs) > 1:
                fields, data = k["between"](fields, data)  # a list at work
            stamps.insert(0, kit.sign(self.world, s, fields, data,
                                      int(t.timestamp()) + 1))
        if k.get("after"):
            fields, data = k["after"](fields, data)
        if k.get("reply_to_added"):
            fields.insert(0, field("Reply-To", kit.address(k["reply_to"])))
        head = []
        if not k.get("local"):
            head = self._trace(k, account, t, sigs) + [
                field(*h) for h in k.get("below", [])] + stamps
            if not k.get("bulk"):
                head.append(self._submitted(k, t))
        out.raw = (b"".join(head + fields) + b"\r\n" + data).replace(
            b"\r\n", b"\n")
        out.expect = {"verdict": k["expect"], "alerts": k.get("alerts", []),
                      "subject": k.get("shown", subject) or ""}
        for extra in ("server_only", "known", "time"):
            if k.get(extra):
                out.expect[extra] = k[extra]
        self.letters.append(out)
        return out

    def write(self, root):
        """All letters below ROOT; returns {path: expectation}."""
        count, expect = {}, {}
        for l in sorted(self.letters, key=lambda l: (l.box, l.t, l.mid)):
            n = count[l.box] = count.get(l.box, 0) + 1
            path = "mail/%s/%03d,%s.eml" % (l.box, n, l.flags)
            os.makedirs(os.path.join(root, "mail", l.box), exist_ok=True)
            with open(os.path.join(root, path), "wb") as f:
                f.write(l.raw)
            expect[path] = l.expect
        return expect
