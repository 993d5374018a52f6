/* SPDX-License-Identifier: GPL-3.0-or-later */
/* the large providers: see discover.h. Hosts and ports are those that each
 * publishes for programs. */
#include "net/discover_table.h"

#define APP "needs an app password from the provider's web settings"
#define ON_WEB "IMAP must be switched on in the web settings first"

/* domains, ends of MX names, IMAP, SMTP, port, is the name before @, note */
static const struct provider table[] = {
	{ "gmail.com googlemail.com", "google.com googlemail.com",
		"imap.gmail.com", "smtp.gmail.com", 465, false, APP },
	{ "outlook.com hotmail.com live.com msn.com outlook.kr hotmail.co.uk "
	  "hotmail.fr hotmail.de outlook.de outlook.fr outlook.jp",
		"", "outlook.office365.com", "smtp-mail.outlook.com", 587,
		false,
		"takes no passwords from mail programs any more, only a "
		"sign-in in the browser" },
	{ "", "mail.protection.outlook.com", "outlook.office365.com",
		"smtp.office365.com", 587, false,
		"may take no passwords from mail programs, only a sign-in in "
		"the browser" },
	{ "naver.com", "", "imap.naver.com", "smtp.naver.com", 465, true,
		ON_WEB "; with two-step sign-in it needs an app password" },
	{ "daum.net hanmail.net", "", "imap.daum.net", "smtp.daum.net", 465,
		true, ON_WEB "; it needs an app password" },
	{ "kakao.com", "kakao.com", "imap.kakao.com", "smtp.kakao.com", 465,
		true, ON_WEB "; it needs an app password" },
	{ "nate.com", "", "imap.nate.com", "smtp.mail.nate.com", 465, true,
		ON_WEB },
	{ "", "worksmobile.com", "imap.worksmobile.com", "smtp.worksmobile.com",
		465, false, APP },
	{ "yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.de yahoo.fr "
	  "yahoo.it yahoo.es yahoo.ca yahoo.in yahoo.co.in yahoo.com.br",
		"yahoodns.net", "imap.mail.yahoo.com", "smtp.mail.yahoo.com",
		465, false, APP },
	{ "aol.com", "", "imap.aol.com", "smtp.aol.com", 465, false, APP },
	{ "icloud.com me.com mac.com", "mail.icloud.com", "imap.mail.me.com",
		"smtp.mail.me.com", 587, false,
		"needs an app-specific password from account.apple.com" },
	{ "fastmail.com fastmail.fm fastmail.net", "messagingengine.com",
		"imap.fastmail.com", "smtp.fastmail.com", 465, false, APP },
	{ "gmx.de gmx.net gmx.at gmx.ch", "", "imap.gmx.net", "mail.gmx.net",
		465, false, ON_WEB },
	{ "gmx.com gmx.us gmx.co.uk gmx.fr", "", "imap.gmx.com", "mail.gmx.com",
		465, false, ON_WEB },
	{ "web.de", "", "imap.web.de", "smtp.web.de", 587, true, ON_WEB },
	{ "mail.com email.com", "", "imap.mail.com", "smtp.mail.com", 465,
		false, ON_WEB },
	{ "t-online.de", "", "secureimap.t-online.de", "securesmtp.t-online.de",
		465, false, "needs the password for mail programs" },
	{ "posteo.de posteo.net", "posteo.de", "posteo.de", "posteo.de", 465,
		false, "" },
	{ "mailbox.org", "mailbox.org", "imap.mailbox.org", "smtp.mailbox.org",
		465, false, "" },
	{ "zoho.com zohomail.com", "zoho.com", "imap.zoho.com", "smtp.zoho.com",
		465, false, ON_WEB },
	{ "yandex.com yandex.ru ya.ru", "yandex.net yandex.ru",
		"imap.yandex.com", "smtp.yandex.com", 465, false, APP },
	{ "mail.ru bk.ru list.ru inbox.ru", "", "imap.mail.ru", "smtp.mail.ru",
		465, false, APP },
	{ "qq.com foxmail.com", "", "imap.qq.com", "smtp.qq.com", 465, false,
		ON_WEB "; its authorisation code is the password" },
	{ "163.com", "", "imap.163.com", "smtp.163.com", 465, false, ON_WEB },
	{ "126.com", "", "imap.126.com", "smtp.126.com", 465, false, ON_WEB },
	{ "comcast.net", "", "imap.comcast.net", "smtp.comcast.net", 465, false,
		ON_WEB },
	{ "orange.fr wanadoo.fr", "", "imap.orange.fr", "smtp.orange.fr", 465,
		false, "" },
	{ "free.fr", "", "imap.free.fr", "smtp.free.fr", 465, true, "" },
	{ "laposte.net", "", "imap.laposte.net", "smtp.laposte.net", 465, false,
		"" },
	{ "libero.it", "", "imapmail.libero.it", "smtp.libero.it", 465, false,
		"" },
	{ "", "ovh.net", "ssl0.ovh.net", "ssl0.ovh.net", 465, false, "" },
	{ "", "gandi.net", "mail.gandi.net", "mail.gandi.net", 465, false, "" },
	{ "", "kundenserver.de", "imap.ionos.de", "smtp.ionos.de", 465, false,
		"" },
	{ "", "migadu.com", "imap.migadu.com", "smtp.migadu.com", 465, false,
		"" },
	{ "", "privateemail.com", "mail.privateemail.com",
		"mail.privateemail.com", 465, false, "" },
};

enum { PROVIDERS = sizeof table / sizeof *table };

const struct provider *
provider_of_domain(struct str domain)
{
	for (size_t i = 0; i < PROVIDERS; i++) {
		struct str rest = str_c(table[i].domains), word;

		while (str_split(&rest, ' ', &word))
			if (word.n && str_ieq(word, domain))
				return &table[i];
	}
	return NULL;
}

const struct provider *
provider_of_mx(struct str mx)
{
	for (size_t i = 0; i < PROVIDERS; i++) {
		struct str rest = str_c(table[i].mx), word;

		while (str_split(&rest, ' ', &word)) {
			size_t at = mx.n - word.n;

			/* whole labels only: "notgoogle.com" is another */
			if (word.n && mx.n >= word.n &&
				str_ieq(str_sub(mx, at, mx.n), word) &&
				(at == 0 || mx.p[at - 1] == '.'))
				return &table[i];
		}
	}
	return NULL;
}
