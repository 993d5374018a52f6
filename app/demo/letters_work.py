# SPDX-License-Identifier: GPL-3.0-or-later
"""The letters of So-hyun at Lantern Maps, whose server adds no results of
its own: every verdict here rests on the letters alone."""
import things
from kit import Part, Sig, attach, html, multi, text, when
from post import ACCOUNTS

ME = ACCOUNTS["work"]["me"]
HAEUN = ("Yun Ha-eun", "haeun.yun@lantern-maps.example")
JONAS = ("Jonas Brekke", "jonas.brekke@lantern-maps.example")
CRANE = ("Amara Diallo", "amara@cobalt-crane.example")
CRANE_SIGS = [Sig("cobalt-crane.example", "s1"),
              Sig("cobalt-crane.example", "e1")]


def colleagues(p):
    """The office."""
    box = "work/INBOX"
    p.letter(box, "RS", "2026-11-16 09:00 +0900", HAEUN,
             "Quarterly chart of the charts", multi(
                 "mixed", text("""\
All,

sales of lighthouse charts are up 12 %. Sales of charts of places without
lighthouses are, as ever, zero. Numbers attached, in words as well.

Ha-eun
"""), attach("text/csv", "q3.csv", "chart,sold\nLighthouses,1204\n"
             "Lighthouses (large),377\nNo lighthouses,0\n")),
             to=[ME, JONAS], sign="own", expect="verified")
    ask = p.letter(box, "RS", "2026-11-18 16:20 +0900", JONAS,
                   "Is this an island or a coffee stain?", """\
Sheet 14, just east of the skerries. It has been on every edition since
1931 and three ferries avoid it.

Jonas
""", sign="own", expect="verified")
    mine = p.letter("work/Sent", "S", "2026-11-18 16:45 +0900", ME,
                    "Re: Is this an island or a coffee stain?", """\
Coffee. It has a handle.

> three ferries avoid it

Then it stays on the map. It is the safest stain we have.

-- 
Kim So-hyun
Lantern Maps, second floor, mind the globe
""", to=JONAS, reply=ask, local=True, expect="none")
    p.letter(box, "S", "2026-11-18 17:02 +0900", JONAS,
             "Re: Is this an island or a coffee stain?", """\
> It is the safest stain we have.

Naming it Mocha Rock. Printing on Friday.
""", reply=mine, sign="own", expect="verified")
    p.letter(box, "S", "2026-11-20 10:00 +0900", HAEUN,
             "주간 회의: 월요일 10시로 옮깁니다", """\
다음 주 회의는 월요일 10시입니다. 지구본은 제자리에 돌려 놓아 주세요.
누가 남극을 벽 쪽으로 돌려 놓았더군요. 춥다고요.

윤하은
""", to=[ME, JONAS], sign=Sig("lantern-maps.example",
                              canon="simple/simple"), expect="verified")
    p.letter(box, "", "2026-11-23 11:30 +0900", HAEUN,
             "영수증 제출 안내 (11월)", multi(
                 "mixed", text("이번 달 영수증은 27일까지 내 주세요.\n"
                               "커피 얼룩은 영수증이 아닙니다, 요나스 씨.\n",
                               "euc-kr"),
                 attach("text/plain; charset=utf-8", "제출 양식.txt",
                        "날짜:\n금액:\n얼룩 아님: [ ]\n", "2231")),
             charset="euc-kr", to=[ME, JONAS], sign="own",
             expect="verified")


def clients(p):
    """Those who pay, and those who would like us to."""
    box = "work/INBOX"
    p.letter(box, "FS", "2026-11-17 18:10 +0100", CRANE,
             "Contract: harbour atlas, signed twice", multi(
                 "mixed", text("""\
Dear So-hyun,

here is the contract. As our lawyers insisted, everything is signed twice:
the paper in blue and black, this letter in RSA and Ed25519.

Amara Diallo, Cobalt Crane
"""), attach("application/pdf", "contract-harbour-atlas.pdf", things.pdf(
                 "CONTRACT", "One harbour atlas, 64 sheets.",
                 "The cranes shall be drawn to scale.",
                 "The gulls need not be."))),
             sign=CRANE_SIGS, expect="verified")
    p.letter(box, "", "2026-11-20 11:40 +0100", CRANE,
             "Re: cranes", """\
Yes, the third crane is facing the wrong way. It has been sulking since
the spring. Please draw it as it is.
""", sign=CRANE_SIGS, expect="verified")
    p.letter(box, "", "2026-11-23 23:11 +0100", CRANE,
             "URGENT: contract changed, open today", html("""\
<p>The contract is changed. Open
<a href="http://files.moss-cellar.example/contract.exe">
https://cobalt-crane.example/contract.pdf</a> today, on a computer with
administrator rights and no colleagues near.</p>
"""), via="moss-cellar.example", helo="cobalt-crane.example", bulk=True,
             expect="failed")
    p.letter(box, "S", "2026-11-19 08:55 +0900",
             ("Brightfin Paper", "billing@brightfin-paper.example"),
             "Invoice 3310: chart paper, waterproof", multi(
                 "mixed", text("""\
Attached is invoice 3310 for 40 sheets of waterproof chart paper.
One sheet was tested in the sink. It passed; the sink did not.
"""), attach("application/pdf", "invoice-3310.pdf", things.pdf(
                 "Brightfin Paper", "Invoice 3310", "40 sheets, 88.00"))),
             sign="own", bulk=True, expect="verified")
    p.letter(box, "", "2026-11-24 06:12 +0900",
             ("Brightfin Paper", "billing@brightfin-paper.example"),
             "Invoice 3310: reminder", """\
A friendly reminder of invoice 3310. If anything is unclear, just answer
this letter.
""", sign="own", reply_to=("Brightfin Paper", "billing@brightfin-paper"
                           ".moss-cellar.example"),
             reply_to_added=True, bulk=True, expect="verified",
             alerts=["reply-to", "unsigned-header"])
    p.letter(box, "", "2026-11-22 19:30 +0900",
             ("haeun.yun@lantern-maps.example",
              "boss.of.lanterns@driftwood-mail.example"),
             "Are you at your desk?", """\
So-hyun, I need a favour and discretion. Are you at your desk? What can
you see from it? Is there a safe?

Your boss (on a new telephone)
""", sign="own", expect="verified", alerts=["display-name"])


def keys(p):
    """Keys that were lost, withdrawn, slow, or past their date."""
    box = "work/INBOX"
    p.letter(box, "", "2026-11-21 09:00 +0900",
             ("Nimbus Drive", "billing@nimbus-drive.example"),
             "Your storage is 3 % full", """\
You have used 3 % of your storage. At this rate it will last until 2417.
""", sign="own", bulk=True, expect="cannot-tell")
    p.letter(box, "S", "2026-11-14 07:00 +0900",
             ("Harbor Herald", "letters@harbor-herald.example"),
             "Morning edition: fog, then less fog", """\
Fog until ten. Then the other kind of fog.
""", sign="own", bulk=True, expect="failed")
    p.letter(box, "S", "2026-10-20 12:00 +0900",
             ("Bluefen Instruments", "service@bluefen.example"),
             "Your compass has been repaired", """\
It pointed at the workshop cat. We have moved the cat.
""", sign="own", via="sendfleet.example", env="bounce-17@sendfleet.example",
             bulk=True, expect="failed")
    p.letter(box, "S", "2026-10-08 10:00 +0900",
             ("Kelp & Co.", "offers@kelp-and-co.example"),
             "20 % off, this week only", """\
This offer ends on 15 October. So does the signature of this letter: we
take our deadlines seriously. Our mail server does not.
""", sign=Sig("kelp-and-co.example", x=when("2026-10-15 00:00 +0900")),
             late=200,
             bulk=True, expect="failed")
    p.letter(box, "", "2026-11-18 13:37 +0900",
             ("Kiwi Parcel", "track@kiwi-parcel.example"),
             "Your parcel is on its way", """\
Your parcel (1 globe, slightly squashed) arrives on Thursday.
""", sign="own", via="snailwire.example", env="relay@snailwire.example",
             shown="Your parcel needs a fee of 2.99", after=lambda f, b: (
                 [b"Subject: Your parcel needs a fee of 2.99\r\n"] + f, b),
             bulk=True, expect="failed", alerts=["added-header"])
    p.letter(box, "S", "2026-11-06 14:00 +0900",
             ("Old Elm Surveyors", "post@old-elm.example"),
             "The hill has moved", """\
We measured twice. Either it is the hill or it is Geoffrey, and Geoffrey
says he stood still.
""", expect="none")


AGGREGATE = """\
<?xml version="1.0" encoding="UTF-8"?>
<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
  <version>1.0</version>
  <report_metadata>
    <org_name>tidepool.example</org_name>
    <email>dmarc@tidepool.example</email>
    <report_id>tidepool-20261122-lantern-maps</report_id>
    <date_range><begin>1795305600</begin><end>1795391999</end></date_range>
  </report_metadata>
  <policy_published>
    <domain>lantern-maps.example</domain><p>none</p>
    <adkim>r</adkim><aspf>r</aspf>
  </policy_published>
  <record>
    <row><source_ip>192.0.2.30</source_ip><count>41</count>
      <policy_evaluated><disposition>none</disposition>
        <dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
    <identifiers><header_from>lantern-maps.example</header_from></identifiers>
    <auth_results>
      <dkim><domain>lantern-maps.example</domain><selector>s1</selector>
        <result>pass</result></dkim>
      <spf><domain>lantern-maps.example</domain><result>pass</result></spf>
    </auth_results>
  </record>
  <record>
    <row><source_ip>203.0.113.64</source_ip><count>3</count>
      <policy_evaluated><disposition>none</disposition>
        <dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><header_from>lantern-maps.example</header_from></identifiers>
    <auth_results>
      <spf><domain>moss-cellar.example</domain><result>none</result></spf>
    </auth_results>
  </record>
</feedback>
"""


def machines(p):
    """Letters that nobody wrote."""
    box = "work/INBOX"
    p.letter(box, "", "2026-11-23 06:00 +0000",
             ("Tidepool DMARC reporter", "dmarc@tidepool.example"),
             "Report Domain: lantern-maps.example Submitter: tidepool.example "
             "Report-ID: <tidepool-20261122-lantern-maps>", multi(
                 "mixed", text("This is a DMARC aggregate report. Somebody "
                               "reads these; thank you for being them.\n",
                               "us-ascii", "7bit"),
                 attach("application/gzip", "tidepool.example!lantern-maps."
                        "example!1795305600!1795391999.xml.gz",
                        things.gzipped(AGGREGATE.encode()))),
             to="dmarc-reports@lantern-maps.example",
             rcpt="dmarc-reports@lantern-maps.example", sign="own",
             bulk=True, expect="verified")
    p.letter(box, "S", "2026-11-24 03:00 +0900",
             ("Backup of the second floor",
              "backup@lantern-maps.example"),
             "backup: 12041 files, 1 globe skipped", text("""\
started   02:00:01
finished  02:59:58
files     12041
skipped   1 (globe: not a file, but it was in the way)
""", "us-ascii", "7bit"), sign=Sig("lantern-maps.example",
                                   canon="simple/relaxed"), bulk=True,
             expect="verified")
    p.letter("work/Junk", "", "2026-11-09 01:01 +0900",
             ("Seal of Quality", "award@moss-cellar.example"),
             "You have won an award for your maps", """\
Dear winner, the award is free. The frame is 900.
""", expect="none")
    p.letter("work/Junk", "S", "2026-10-26 05:15 +0900",
             ("Tidal Insurance", "quote@tidal-insurance.example"),
             "Insure your globe against flatness", """\
One in one globes is at risk. Act now.
""", via="moss-cellar.example", bulk=True, expect="failed")


def rest(p):
    """The other folders."""
    p.letter("work/Sent", "S", "2026-11-16 11:05 +0900", ME,
             "Re: Quarterly chart of the charts", """\
Ha-eun, have we tried drawing the lighthouses first and then looking for
the places?
""", to=HAEUN, cc=JONAS, local=True, expect="none")
    p.letter("work/Sent", "S", "2026-11-18 09:12 +0900", ME,
             "Harbour atlas: first sheets", multi(
                 "mixed", text("Dear Amara,\n\nthe first two sheets. The "
                               "cranes are to scale, the scale is not.\n"),
                 attach("application/zip", "sheets-1-2.zip", things.zipped({
                     "sheet-1.txt": "^ ^  ^   ~~~~~~~ i\n",
                     "sheet-2.txt": "i ~~~~ ^^ ~~~ [crane]\n"}))),
             to=CRANE, local=True, expect="none")
    p.letter("work/Drafts", "DS", "2026-11-20 18:20 +0900", ME,
             "On Mocha Rock", """\
To the editor of Notices to Mariners: with reference to the coffee
""", to="editor@mariners.example", local=True, expect="none")
    p.letter("work/Archive", "S", "2026-10-14 15:00 +0900", HAEUN,
             "Welcome back, and where is the stapler", """\
It is a matter of navigation. It was last seen heading south.
""", sign="own", expect="verified")
    p.letter("work/Archive", "S", "2019-11-05 09:09 +0900",
             ("Old Elm Surveyors", "post@old-elm.example"),
             "The hill, as measured in 2019", Part(
                 "text/plain", b"It was 212 metres. It was content.\r\n"),
             expect="none")
    p.letter("work/Trash", "S", "2026-11-01 12:00 +0900", JONAS,
             "cake in the chart room", "Gone. (The cake. The chart room "
             "is still there.)\n", to=[ME, HAEUN], sign="own",
             expect="verified")
    p.letter("work/Lists", "S", "2026-11-13 10:00 +0900",
             ("Marta Quist", "marta@lanhai.example"),
             "[cartographers] north is up. discuss", """\
It has been up for a while now. Should somebody check?

_______________________________________________
cartographers@lists.openkettle.example
""", to="cartographers@lists.openkettle.example",
             headers=[("List-Id", "<cartographers.lists.openkettle.example>")],
             sign="lists.openkettle.example/k1", via="openkettle.example",
             env="cartographers-bounces@lists.openkettle.example", bulk=True,
             expect="other-signer", alerts=["from-not-in-sdid"])


def write(p):
    for chapter in (colleagues, clients, keys, machines, rest):
        chapter(p)
