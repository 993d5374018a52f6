/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "app/local/role.h"

Test(role, names_of_many_languages)
{
	static const struct {
		const char *name;
		enum box_role role;
	} row[] = { { "INBOX", BOX_INBOX }, { "Sent", BOX_SENT },
		{ "sent items", BOX_SENT }, { "보낸편지함", BOX_SENT },
		{ "INBOX/Papierkorb", BOX_TRASH }, { "Кошик", BOX_TRASH },
		{ "迷惑メール", BOX_JUNK }, { "Lomtár", BOX_TRASH },
		{ "[Gmail]/Sent Mail", BOX_SENT }, { "Arşiv", BOX_ARCHIVE },
		{ "טיוטות", BOX_DRAFTS }, { "Sentinel", BOX_PLAIN },
		{ "Work/INBOX", BOX_PLAIN }, { "", BOX_PLAIN } };

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		cr_expect(role_of_name(row[i].name) == row[i].role, "%s",
			row[i].name);
}

Test(role, the_surer_source_has_it)
{
	struct config_account a = { .archive = "Old mail" };
	struct role_folder f[] = { { "INBOX", BOX_PLAIN, BOX_PLAIN },
		{ "Sent", BOX_PLAIN, BOX_PLAIN },
		{ "Ausgang", BOX_SENT, BOX_PLAIN },
		{ "Archive", BOX_ARCHIVE, BOX_PLAIN },
		{ "Old mail", BOX_PLAIN, BOX_PLAIN },
		{ "Spam", BOX_PLAIN, BOX_PLAIN },
		{ "Junk", BOX_PLAIN, BOX_PLAIN } };
	static const enum box_role want[] = { BOX_INBOX, BOX_PLAIN, BOX_SENT,
		BOX_PLAIN, BOX_ARCHIVE, BOX_JUNK, BOX_PLAIN };

	role_assign(&a, f, sizeof f / sizeof *f);
	for (size_t i = 0; i < sizeof f / sizeof *f; i++)
		cr_expect(f[i].role == want[i], "%s", f[i].name);
}
