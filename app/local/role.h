/* SPDX-License-Identifier: GPL-3.0-or-later */
/* role - which folder of an account is for drafts, sent, archived, unwanted and
 * thrown away mail: by the configuration, else by the server's word (RFC 6154),
 * else by the folder's name in many languages. */
#ifndef APP_LOCAL_ROLE_H
#define APP_LOCAL_ROLE_H

#include "app/config.h"
#include "app/msg.h"

struct role_folder {
	const char *name;     /* in UTF-8, "/" between levels */
	enum box_role server; /* what the server says, or BOX_PLAIN */
	enum box_role role;   /* set by role_assign */
};

/* The role that the last level of NAME tells, or BOX_PLAIN. Static, any
 * thread. */
enum box_role role_of_name(const char *name);

/* Give each of the COUNT folders of account A its role. A role goes to one
 * folder; that of a surer source has it, else the first. */
void role_assign(const struct config_account *a, struct role_folder *folder,
	size_t count);

#endif
