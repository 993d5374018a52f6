# SPDX-License-Identifier: GPL-3.0-or-later
"""The letters of Alice, who counts limpets and writes a little software."""
import things
from kit import Part, Sig, attach, flowed, html, multi, text
from post import ACCOUNTS

ME = ACCOUNTS["alice"]["me"]
SOHYUN = ACCOUNTS["sohyun"]["me"]
INES = ("Inês Caldeira", "ines@barnacle-institute.example")
RUTH = ("Ruth Okafor", "ruth@barnacle-institute.example")
LIST = "kettle-dev@lists.openkettle.example"
LIST_SIG = Sig("lists.openkettle.example", "k1")
FOOTER = b"""\
_______________________________________________\r
kettle-dev mailing list: all about a kettle that speaks IMAP\r
https://lists.openkettle.example/kettle-dev\r
"""


def limpets(p):
    """Flowed text, quoted one, two and three deep."""
    box = "alice/INBOX"
    one = p.letter(box, "RS", "2026-11-09 10:12 +0000", INES,
                   "Limpet census: the numbers look wrong", flowed(
                       (0, "Alice,"), (0, ""),
                       (0, "transect four has 212 limpets on Monday, 212 on "
                           "Tuesday and 9,000 on Wednesday. Either they have "
                           "discovered something or you have."),
                       (0, ""), (0, "-- "), (0, "Inês Caldeira"),
                       (0, "Barnacle Institute, the wet end of the pier")),
                   sign="own", expect="verified")
    two = p.letter("alice/Sent", "S", "2026-11-09 11:40 +0000", ME,
                   "Re: Limpet census: the numbers look wrong", flowed(
                       (0, "Inês Caldeira wrote:"),
                       (1, "212 on Tuesday and 9,000 on Wednesday"), (0, ""),
                       (0, "I sneezed on the zero key. It is 9. The other "
                           "203 were under a boot, which has since moved."),
                       (0, ""), (0, "-- "), (0, "Alice")),
                   to=[INES, RUTH], reply=one, local=True, expect="none")
    three = p.letter(box, "RS", "2026-11-09 14:02 +0000", RUTH,
                     "Re: Limpet census: the numbers look wrong", flowed(
                         (0, "On Monday, Alice Winter wrote:"),
                         (2, "212 on Tuesday and 9,000 on Wednesday"),
                         (1, ""),
                         (1, "I sneezed on the zero key. It is 9. The other "
                             "203 were under a boot, which has since moved."),
                         (0, ""),
                         (0, "Whose boot? This matters for the paper. If it "
                             "was mine, the limpets have to be thanked in the "
                             "acknowledgements, and I have to be thanked by "
                             "the limpets.")),
                     to=[ME, INES], reply=two, sign="own", expect="verified")
    p.letter(box, "FS", "2026-11-10 09:30 +0000", INES,
             "Re: Limpet census: the numbers look wrong", flowed(
                 (3, "212 on Tuesday and 9,000 on Wednesday"), (0, ""),
                 (2, "It is 9. The other 203 were under a boot"), (0, ""),
                 (1, "Whose boot? This matters for the paper."), (0, ""),
                 (0, "It was the boot of the person who tweaks the sampling "
                     "grid at night. I shall say no more. Corrected table "
                     "attached to nothing, because I forgot; see next mail.")),
             to=[RUTH, ME], reply=three, sign="own", expect="verified")
    p.letter(box, "", "2026-11-10 09:34 +0000", INES,
             "The table, this time", multi(
                 "mixed", text("Here it is. Column C is boots.\n",
                               cte="7bit", charset="us-ascii"),
                 attach("text/csv", "transect-4.csv",
                        "day,limpets,boots\nMon,212,0\nTue,212,0\nWed,9,1\n"),
                 attach("application/zip", "field-notes.zip", things.zipped({
                     "monday.txt": "Rain. Limpets unmoved.\n",
                     "tuesday.txt": "Rain. Limpets unmoved. I moved.\n",
                     "wednesday.txt": "Boot.\n"}))),
             sign="own", expect="verified")


def friends(p):
    """Europe writes in its own charsets."""
    box = "alice/INBOX"
    p.kept["so"] = p.letter(
        box, "RS", "2026-11-12 14:20 +0000", SOHYUN,
        "lighthouse", multi("related", html("""\
<p>Alice,</p><p>this is how I see it from the ferry:</p>
<p><img src="cid:tower@byeolbit.example" alt="[a lighthouse at night]"
width="128"></p><p>Sixteen pixels, fourteen of them true.</p><p>소현</p>
"""), Part("image/png", attach("image/png", "x", things.LIGHTHOUSE).data,
           "base64", [("Content-ID", "<tower@byeolbit.example>"),
                      ("Content-Disposition", "inline")])),
        sign="own", expect="verified")
    p.letter(box, "S", "2026-11-05 05:58 +0100",
             ("Bäckerei Morgenröte", "backstube@morgenrot.example"),
             "Ihre Brezel ist fertig – seit gestern", text("""\
Liebe Frau Winter,

Ihre Brezel wartet. Sie ist inzwischen so hart, daß wir sie als
Türstopper benutzen. Für 2,50 € können Sie die Tür mitnehmen.

Mit mürben Grüßen
Ihre Bäckerei
""", "windows-1252", "quoted-printable"), charset="windows-1252", mode="Q",
             expect="none")
    p.letter(box, "S", "2026-11-06 09:15 +0100",
             ("Ferme du Petit Canard", "bonjour@petit-canard.example"),
             "Nouvelles de Gérard", text("""\
Chère Alice,

votre filleul Gérard va bien. Il a appris à ouvrir le portail, puis à
le fermer derrière nous. Nous vous écrivons donc de la mare.

À bientôt (s'il le veut),
la ferme du Petit Canard
""", "utf-8", "quoted-printable"), mode="Q",
             sign=Sig("petit-canard.example", canon="simple/simple"),
             expect="verified")
    p.letter(box, "", "2026-11-18 21:40 +0300",
             ("Клуб «Самовар»", "klub@samovar.example"),
             "Заседание переносится: самовар остыл", text("""\
Дорогая Алиса!

Заседание клуба переносится на пятницу. Самовар остыл, а секретарь
обиделся. Варенье будет то же самое.

Клуб «Самовар»
""".replace("«", '"').replace("»", '"'), "koi8-r", "base64"),
             sign=Sig("samovar.example", canon="relaxed/simple"),
             expect="verified")
    p.letter(box, "S", "2026-10-30 16:45 +0000",
             ("Gorse Hill School", "office@gorse-hill-school.example"),
             "Thank you for the talk about limpets", """\
Dear Ms Winter,

Year Four loved your talk. We have since received eleven drawings of
limpets with legs, one of a limpet driving a bus, and a letter from a
parent whose child now refuses to leave the sofa "at low tide".

With thanks,
the school office
""", bulk=True, expect="verified", server_only=True)
    p.letter(box, "", "2026-11-20 12:00 +0000",
             ("Selkie Bay Library", "desk@selkie-library.example"),
             "Overdue: \"How to Finish Things\"", """\
Your loan of "How to Finish Things" was due on 2 October. You have
renewed it fourteen times. We are not cross. We are a little amused.
""", sign="own", bulk=True, expect="verified")
    p.letter(box, "", "2026-11-23 08:20 +0000", INES, "one long line",
             text("Here is the abstract as the journal's web form gave it "
                  "back to me, all of it on one line: " +
                  "We counted limpets, then we counted them again, and then "
                  "the tide came in and we counted ourselves. " * 8 +
                  "Results vary with the tide.\n"),
             sign="own", expect="verified")


def newsletters(p):
    """HTML in several states of dress."""
    box = "alice/INBOX"
    p.letter(box, "S", "2026-11-14 07:00 +0000",
             ("The Paper Lamp", "letters@paperlamp.example"),
             "Issue 41: in praise of drawers", multi(
                 "alternative", text("""\
THE PAPER LAMP, issue 41

In praise of drawers [1]
Seven chairs that know something [2]
Letters: "My lamp hums" [3]

[1] https://paperlamp.example/41/drawers
[2] https://paperlamp.example/41/chairs
[3] https://paperlamp.example/41/hums
"""), html("""\
<html><head><style>.p{display:none;color:#fff}</style></head><body>
<span class="p" style="display:none">Preheader: nobody reads this, and yet
here we are, you and I.</span>
<h1>The Paper Lamp</h1>
<h2><a href="https://paperlamp.example/41/drawers">In praise of drawers</a></h2>
<p>A drawer is a shelf that can keep a secret.</p>
<h2><a href="https://paperlamp.example/41/chairs">Seven chairs that know
something</a></h2>
<table border="1"><tr><th>Chair</th><th>What it knows</th></tr>
<tr><td>Kitchen, wobbly</td><td>the price of eggs in 1983</td></tr>
<tr><td>Attic, red</td><td>where the cat goes</td></tr></table>
<h2><a href="https://paperlamp.example/41/hums">My lamp hums</a></h2>
<p>Then hum back, dear reader.</p>
<p><small><a href="https://paperlamp.example/bye">Leave quietly</a></small></p>
<img src="https://paperlamp.example/seen/41/alice.gif" width="1" height="1">
</body></html>
""")), headers=[("List-Unsubscribe", "<https://paperlamp.example/bye?a=1>"),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")],
             sign="own", bulk=True, expect="verified")
    p.letter(box, "S", "2026-11-13 09:00 +0000",
             ("Cloudberry Café", "hello@cloudberry-cafe.example"),
             "Tuesday soup is now also on Wednesday", html("""\
<h1>Soup news</h1><p>By popular demand (Alan), the Tuesday soup stays until
it is gone.</p><p><a href="https://click.sendfleet.example/c/8841">Menu</a></p>
<p><small>Sent with a fleet of small boats by sendfleet.example</small></p>
"""), mode="Q", sign="sendfleet.example/s1", via="sendfleet.example",
             env="bounce-8841@sendfleet.example", bulk=True,
             expect="other-signer", alerts=["from-not-in-sdid"])
    p.letter(box, "", "2026-11-21 17:10 +0000",
             ("Moonrail", "tickets@moonrail.example"),
             "Your night train on 29 November", multi(
                 "mixed", multi("alternative", text("""\
Seoul 23:10 - Busan 04:52, car 2, berth 7 (upper).
The lower berth snores; we have told him.
"""), html("<p><b>Seoul 23:10</b> to <b>Busan 04:52</b><br>Car 2, berth 7 "
           "(upper)</p><p>The lower berth snores; we have told him.</p>\n")),
                 attach("application/pdf", "ticket.pdf", things.pdf(
                     "MOONRAIL NIGHT TRAIN", "29 November 2026",
                     "car 2, berth 7"))),
             sign="own", bulk=True, expect="verified")
    p.letter(box, "", "2026-11-22 15:00 +0000", RUTH,
             "Invitation: counting party", multi(
                 "alternative", text("Low tide is at noon. Bring boots "
                                     "(clean) and numbers (all of them).\n"),
                 text(things.calendar(
                     "count-6@barnacle-institute.example",
                     "20261206T110000Z", "20261206T140000Z",
                     "Counting party", "Transect four", RUTH[1],
                     [ME[1], INES[1]]), sub="calendar",
                     params="; method=REQUEST")),
             to=[ME, INES], sign="own", expect="verified")
    p.letter(box, "S", "2026-11-11 18:05 +0000",
             ("Quokka Zoo", "friends@quokka-zoo.example"),
             "Animal of the month: the quokka, again", """\
It was the turn of the pelican. The quokka smiled at the committee, and
here we are. Visitors are reminded that the quokka may not be given
a telephone, however politely it asks.
""", sign="own", bulk=True, expect="verified")


def trouble(p):
    """What a mail client should frown at."""
    box = "alice/INBOX"
    p.letter(box, "", "2026-11-23 04:31 +0000",
             ("Tidal Insurance", "claims@tidal-insurance.example"),
             "Your boat has been found (in a tree)", html("""\
<p>Dear policy holder, to claim your boat, sign in at
<a href="https://tidal-insurance.example.moss-cellar.example/">
https://tidal-insurance.example/</a> and bring a ladder.</p>
"""), via="moss-cellar.example", helo="smtp.tidal-insurance.example",
             bulk=True, expect="failed")
    p.letter(box, "", "2026-11-19 10:02 +0000", RUTH,
             "Bank details for the conference dinner", """\
Alice, please send the 40 for the dinner to the account below.
It is new, it is nice, and it is in no way suspicious.

    MOSS CELLAR HOLDINGS  00-11-22 3344
""", sign=Sig("barnacle-institute.example", said="fail"),
             after=lambda f, b: (f, b.replace(
                 b"MOSS CELLAR HOLDINGS  00-11-22 3344",
                 b"MOSS CELLAR HOLDINGS  99-88-77 6655")),
             via="snailwire.example", env="relay@snailwire.example",
             bulk=True, expect="failed")
    p.letter(box, "", "2026-11-17 02:20 +0000", ("Both of us", ME[1]),
             "From the two of us, equally", """\
We could not agree on who should sign this letter, so both of us did.
Please send money to whoever you think wrote it.
""", raw_from=["Ruth Okafor <ruth@barnacle-institute.example>",
               "Kofi <kofi@driftwood-mail.example>"],
             via="driftwood-mail.example", env="kofi@driftwood-mail.example",
             ar="no dmarc", bulk=True, expect="cannot-tell",
             alerts=["several-from"])
    p.letter(box, "", "2026-11-16 22:12 +0000", ("Nobody", ME[1]),
             "Found: one umbrella, one semicolon", """\
If they are yours, answer this letter. (You cannot.)
""", raw_from=["The Lost <and> Found; <lost@@found..moss-cellar"],
             via="moss-cellar.example", env="lost@moss-cellar.example",
             ar="no dmarc", bulk=True, expect="cannot-tell",
             alerts=["malformed-from"])
    p.letter(box, "", "2026-11-20 23:50 +0000",
             ("ruth@barnacle-institute.example", "ruth.o@driftwood-mail.example"),
             "quick favour", """\
Hi Alice, I am in a meeting with a very large crab and cannot talk.
Could you buy nine gift cards and send me the numbers? Do not tell Ruth.

Ruth
""", sign="own", expect="verified", alerts=["display-name"])
    p.letter(box, "S", "2026-10-25 13:13 +0000",
             ("Uncle Bert", "bert@old-elm.example"),
             "my own mail server!!", """\
Dear Alice, I run my own mail server now, in the shed. The key is 768
bits. The man at the hardware shop said that is plenty. The hens agree.
""", sign=Sig("old-elm.example", said="policy"), expect="none")
    p.letter(box, "S", "2026-11-03 12:00 +0000", INES, "Minutes of the pier "
             "committee", text("""\
1. The pier is shorter than last year. Noted.
2. The gull has been spoken to. It was not sorry.
3. Any other business: the gull.
"""), sign=Sig("barnacle-institute.example", l="here"),
             after=lambda f, b: (f, b + b"\r\nPS: Please wire the pier money "
                                 b"to gull@driftwood-mail.example. Caw.\r\n"),
             expect="verified", alerts=["unsigned-tail"])


def look_alike(p):
    """One letter of it is two."""
    p.letter("alice/INBOX", "", "2026-11-24 01:30 +0000",
             ("Moonrail", "tickets@rnoonrail.example"),
             "Your night train has been moved to your account", """\
Dear traveller, your berth was sold twice. To keep the upper one, confirm
your card at https://rnoonrail.example/berth before the lower one snores.
""", sign="own", bulk=True, expect="verified", alerts=["lookalike"],
             known=["moonrail.example"])


def lists(p):
    """A list that changes what it carries, and signs what it changed."""
    dev = "alice/Lists/dev"
    heads = [("List-Id", "kettle-dev <kettle-dev.lists.openkettle.example>"),
             ("List-Post", "<mailto:%s>" % LIST),
             ("List-Unsubscribe",
              "<https://lists.openkettle.example/kettle-dev/bye>")]

    def tagged(fields, body):
        fields = [f.replace(b"Subject: Re: ", b"Subject: Re: [kettle-dev] ")
                  if f.startswith(b"Subject: Re: ") else
                  f.replace(b"Subject: ", b"Subject: [kettle-dev] ")
                  for f in fields]
        return fields, body + FOOTER

    def post(flags, date, frm, subject, body, author, expect, **k):
        sigs = [LIST_SIG] + ([Sig(
            author, said="fail", leave_out=("list-id", "list-unsubscribe"))]
                             if author else [])
        if not author:
            body += FOOTER.decode().replace("\r\n", "\n")
        elif subject.startswith("Re: "):
            k["shown"] = "Re: [kettle-dev] " + subject[4:]
        else:
            k["shown"] = "[kettle-dev] " + subject
        if author:
            k["alerts"] = ["from-not-in-sdid"]
        return p.letter(dev, flags, date, frm, subject, body, to=LIST,
                        headers=heads, sign=sigs, between=tagged,
                        via="openkettle.example", bulk=True,
                        env="kettle-dev-bounces@lists.openkettle.example",
                        expect=expect, **k)

    one = post("S", "2026-11-16 09:00 +0000",
               ("Tomasz Wilk", "tomasz@quokka-zoo.example"),
               "RFC: should the kettle boil on EXISTS?", """\
At present the kettle boils when a mail arrives. With a busy inbox that
is a lot of tea. I propose one boil per thread.
""", "quokka-zoo.example", "other-signer")
    two = post("S", "2026-11-16 10:30 +0000",
               ("Mira Lund", "mira@samovar.example"),
               "Re: RFC: should the kettle boil on EXISTS?", """\
> I propose one boil per thread.

Threads here have 90 messages. The tea would be ready on Thursday.
+1 all the same.
""", "samovar.example", "other-signer", reply=one)
    post("", "2026-11-16 11:05 +0000", RUTH,
         "Re: RFC: should the kettle boil on EXISTS?", """\
My domain asks everyone to reject what it did not sign, and this list adds
a footer, so you will probably see a red cross beside me. It is really me.
(That is what they all say.)
""", "barnacle-institute.example", "failed", reply=two)
    post("", "2026-11-17 08:00 +0000",
         ("Ruth Okafor via kettle-dev", LIST),
         "[kettle-dev] The list now rewrites From", """\
Thank you. I am blue again.
""", None, "verified", reply=one)
    post("", "2026-11-23 19:45 +0000",
         ("Tomasz Wilk", "tomasz@quokka-zoo.example"),
         "PATCH 1/1: descale on EXPUNGE", """\
--- a/boil.c
+++ b/boil.c
@@ -11,3 +11,4 @@ on_expunge(struct kettle *k)
 \tk->cups--;
+\tk->needs_descaling = k->cups % 40 == 0;
 \treturn 0;
""", "quokka-zoo.example", "other-signer")
    p.letter("alice/Lists", "S", "2026-11-01 06:00 +0000",
             ("OpenKettle", "announce@openkettle.example"),
             "OpenKettle 2.0: now with a lid", """\
The lid has been the most wanted feature since 2009. It is optional at
compile time (--without-lid) and it is round.
""", headers=[("List-Id", "<kettle-announce.lists.openkettle.example>")],
             to="kettle-announce@lists.openkettle.example",
             sign="openkettle.example/s1", bulk=True, expect="verified")


DSN_STATUS = """\
Reporting-MTA: dns; mx.tidepool.example
Arrival-Date: Sat, 14 Nov 2026 20:02:11 +0000

Final-Recipient: rfc822; gull@pier.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such gull here
"""


def report(p):
    """Postmaster's news: a letter that could not be delivered."""
    original = """\
From: Alice Winter <alice@tidepool.example>
To: gull@pier.example
Subject: About the sandwich
Date: Sat, 14 Nov 2026 20:02:09 +0000
Message-ID: <sandwich@tidepool.example>

"""
    p.letter("alice/INBOX", "", "2026-11-14 20:02 +0000",
             ("Mail Delivery System", "mailer-daemon@tidepool.example"),
             "Undelivered: About the sandwich", multi(
                 "report", text("""\
Your letter could not be delivered to

    gull@pier.example

The other side said: "550 5.1.1 no such gull here". Nothing was lost but
the sandwich; the letter's head is attached.
""", "us-ascii", "7bit"),
                 Part("message/delivery-status",
                      DSN_STATUS.replace("\n", "\r\n").encode()),
                 Part("text/rfc822-headers",
                      original.replace("\n", "\r\n").encode()),
                 params="; report-type=delivery-status"),
             env="", headers=[("Auto-Submitted", "auto-replied")],
             sign="own", bulk=True, expect="verified")


def rest(p):
    """The other folders."""
    p.letter("alice/Sent", "S", "2026-11-12 21:00 +0000", ME,
             "Re: lighthouse", """\
The two untrue pixels are my favourites. It hangs over the sink now.

-- 
Alice
""", to=SOHYUN, reply=p.kept["so"], local=True, expect="none")
    p.letter("alice/Sent", "S", "2026-11-14 20:02 +0000", ME,
             "About the sandwich", """\
Dear gull, it was not yours. Kind regards,

-- 
Alice
""", to="gull@pier.example", mid="<sandwich@tidepool.example>", local=True,
             expect="none")
    p.letter("alice/Drafts", "DFS", "2026-11-23 22:10 +0000", ME,
             "Acknowledgements (draft)", flowed(
                 (0, "We thank 212 limpets, one boot, and the tide, which "
                     "came in every time.")),
             to=[INES, RUTH], local=True, expect="none")
    p.letter("alice/Archive", "S", "2002-03-14 19:22 +0000",
             ("Penny Farrow", "penny@modem-and-moss.example"),
             "is this thing on", text("""\
alice!! i have e-mail now!! dad says i may use it for ten minutes on
sundays when nobody needs the telephone. write back quick (9 minutes)

        penny

   ><(((o>   this is a fish
""", "us-ascii", "7bit"), expect="none")
    p.letter("alice/Archive", "S", "2002-03-17 19:01 +0000",
             ("Penny Farrow", "penny@modem-and-moss.example"),
             "Re: is this thing on", text("""\
got your letter!! it took 4 minutes to arrive and 1 to read so i have
4 left. here is another fish

   ><(((o>
""", "us-ascii", "7bit"), expect="none")
    p.letter("alice/Archive", "FS", "2019-07-02 08:45 +0100",
             ("Penny Farrow", "penny@modem-and-moss.example"),
             "seventeen years later", multi(
                 "mixed", text("I found our letters. I also found the fish. "
                               "Dad still wants the telephone.\n"),
                 attach("text/plain", "fish.txt", "><(((o>\n" * 3)),
             expect="none")
    p.letter("alice/Archive", "S", "2026-10-09 10:10 +0000", INES,
             "Fwd: Welcome to the pier", multi(
                 "mixed", text("For the archive: the letter with which it "
                               "all began.\n"),
                 Part("message/rfc822", b"From: The Pier <pier@barnacle-"
                      b"institute.example>\r\nTo: everyone@barnacle-institute"
                      b".example\r\nSubject: Welcome to the pier\r\nDate: "
                      b"Mon, 05 Oct 2026 09:00:00 +0000\r\nMessage-ID: "
                      b"<welcome@barnacle-institute.example>\r\nMIME-Version:"
                      b" 1.0\r\nContent-Type: text/plain\r\n\r\nMind the gap "
                      b"at the end. It is the sea.\r\n")),
             sign="own", expect="verified")
    p.letter("alice/Junk", "", "2026-11-15 03:03 +0000",
             ("Kiwi Parcel", "depot@kiwi-parcel.example"),
             "Parcel held: contents moving", """\
Your parcel cannot be delivered because it has left. Pay 1.99 and we will
tell you where it said it was going.
""", via="moss-cellar.example", bulk=True, expect="failed")
    p.letter("alice/Junk", "S", "2026-11-02 02:02 +0000",
             ("Prince of Driftwood", "prince@driftwood-mail.example"),
             "A modest kingdom", """\
I am a prince with a modest kingdom and a large filing problem. I seek
a person of trust with a stapler.
""", sign="own", reply_to=("Prince, private",
                           "prince@moss-cellar.example"),
             expect="verified", alerts=["reply-to"])
    p.letter("alice/Trash", "S", "2026-10-31 23:59 +0000",
             ("Quokka Zoo", "friends@quokka-zoo.example"),
             "Animal of the month: the pelican", """\
Please disregard this letter. There has been a smile.
""", sign="own", bulk=True, expect="verified")


def write(p):
    for chapter in (limpets, friends, newsletters, trouble, look_alike, lists,
                    report, rest):
        chapter(p)
