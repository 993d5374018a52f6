# SPDX-License-Identifier: GPL-3.0-or-later
"""The domains of the demo: who sends, from where, with which keys, and what
each asks of receivers. All are invented."""


def cyrillic_twin():
    """hangang-bank.example with a Cyrillic "а" in "bank"."""
    return "hangang-b\u0430nk".encode("idna").decode() + ".example"


def found(w):
    """Tell the world W of them."""
    # the three accounts' own servers
    w.domain("byeolbit.example", "192.0.2.10", "p=none; "
             "rua=mailto:dmarc@byeolbit.example", "mx -all", "s1",
             host="mx.byeolbit.example")
    w.domain("tidepool.example", "192.0.2.20", "p=none", "mx -all", "s1",
             host="mx.tidepool.example")
    w.domain("lantern-maps.example", "192.0.2.30", "p=none; "
             "rua=mailto:dmarc-reports@lantern-maps.example", "mx -all", "s1",
             host="mx.lantern-maps.example")

    # people and houses that sign
    w.domain("seoro.example", "198.51.100.11", "p=reject", "mx -all", "s1")
    w.domain("hangang-bank.example", "198.51.100.12",
             "p=reject; sp=reject; adkim=s", "ip4:198.51.100.12 -all",
             "s1 e1/ed25519")
    w.domain("dalgona-mart.example", "198.51.100.13", "p=quarantine",
             "ip4:198.51.100.13 -all", "s1")
    w.record("post.dalgona-mart.example", "MX", [10,
             "mail.dalgona-mart.example"])
    w.below("post.dalgona-mart.example",
            "include:dalgona-mart.example -all")
    w.domain("moonrail.example", "198.51.100.14", "p=reject", "mx -all", "s1")
    w.domain("quokka-zoo.example", "198.51.100.15", "p=none", "mx ~all", "s1")
    w.domain("paperlamp.example", "198.51.100.16", "p=reject", "mx -all",
             "s1")
    w.domain("lanhai.example", "198.51.100.17", "p=none", "mx ~all", "s1")
    w.domain("petit-canard.example", "198.51.100.18", "p=quarantine",
             "mx -all", "s1")
    w.domain("samovar.example", "198.51.100.19", "p=none", "mx ~all", "s1")
    w.domain("cobalt-crane.example", "198.51.100.21", "p=reject", "mx -all",
             "s1 e1/ed25519")
    w.domain("brightfin-paper.example", "198.51.100.22", "p=none", "mx -all",
             "s1")
    w.domain("barnacle-institute.example", "198.51.100.23",
             "p=reject; np=reject", "mx -all", "s1")
    w.domain("selkie-library.example", "198.51.100.24", "p=none", "mx ~all",
             "s1")

    # proven by SPF alone
    w.domain("gorse-hill-school.example", "203.0.113.31", "p=none",
             "ip4:203.0.113.31 -all")
    w.domain("yamabiko.example", "203.0.113.32", None,
             "ip4:203.0.113.32 ~all")
    w.domain("clay-and-glaze.example", "203.0.113.33", "p=none", "mx -all")

    # nothing proves these, and they ask for nothing
    w.domain("goindol.example", "203.0.113.41")
    w.domain("haedal-apt.example", "203.0.113.42")
    w.domain("morgenrot.example", "203.0.113.43")
    w.domain("old-elm.example", "203.0.113.44", keys="s1/768")
    w.domain("modem-and-moss.example", "203.0.113.45")

    # those who send for others
    w.domain("sendfleet.example", "203.0.113.51", "p=reject",
             "ip4:203.0.113.51 -all", "s1")
    w.domain("cloudberry-cafe.example", "203.0.113.52", "p=none",
             "ip4:203.0.113.52 ~all")
    w.domain("openkettle.example", "203.0.113.53", "p=none", "mx ~all", "s1",
             host="lists.openkettle.example")
    w.record("lists.openkettle.example", "MX",
             [10, "lists.openkettle.example"])
    w.key("lists.openkettle.example", "k1", "2048")
    w.below("lists.openkettle.example", "a -all")
    w.domain("snailwire.example", "203.0.113.54", "p=none",
             "ip4:203.0.113.54 -all")

    # those who have no good in mind; their papers are in order
    w.domain("driftwood-mail.example", "203.0.113.61", "p=none",
             "ip4:203.0.113.61 -all", "s1")
    w.domain("hangangbank-secure.example", "203.0.113.62", "p=reject",
             "ip4:203.0.113.62 -all", "s1")
    w.domain(cyrillic_twin(), "203.0.113.63", "p=reject",
             "ip4:203.0.113.63 -all", "s1")
    w.domain("rnoonrail.example", "203.0.113.65", "p=reject", "mx -all",
             "s1")
    w.domain("moss-cellar.example", "203.0.113.64")

    # forged above all, or with a misfortune in their keys
    w.domain("kiwi-parcel.example", "198.51.100.71", "p=reject", "mx -all",
             "s1")
    w.domain("tidal-insurance.example", "198.51.100.72", "p=quarantine",
             "mx -all", "s1")
    w.domain("nimbus-drive.example", "198.51.100.73", "p=quarantine", None,
             "s1")
    w.domain("harbor-herald.example", "198.51.100.74", "p=quarantine", None,
             "s1")
    w.domain("bluefen.example", "198.51.100.75", "p=reject", "mx -all", "s1")
    w.domain("kelp-and-co.example", "198.51.100.76", "p=quarantine", None,
             "s1")


def misfortunes(w):
    """What has happened to some keys since their letters were signed."""
    w.withdraw("nimbus-drive.example", "s1")
    w.record("s1._domainkey.nimbus-drive.example", "rcode", "TIMEOUT")
    w.withdraw("harbor-herald.example", "s1", "v=DKIM1; k=rsa; p=")
    w.withdraw("bluefen.example", "s1")
