/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demand - see demand.h */
#include "app/letter/demand.h"

#include <string.h>

#include "base/log.h"
#include "store/index.h"

enum { AGAIN_MAX = 500 };

bool
demand_has(const struct context *c, const char *domain)
{
	const struct config_list *l = &c->config->must_verify;

	for (size_t i = 0; i < l->count; i++)
		if (str_ieq(str_c(l->item[i]), str_c(domain)))
			return true;
	return false;
}

static void
verify_again(struct context *c, struct arena *a, const char *domain)
{
	struct index_page page = { .rows = 0 };
	struct index *x;
	struct err e;

	if (c->flags & ENGINE_NO_VERIFY)
		return;
	x = index_open(c->paths.mail, c->paths.theirs, false, &e);
	if (!x || index_search(x, a, arena_printf(a, "from:\"%s\"", domain),
			  NULL, 0, AGAIN_MAX, false, &page, &e) < 0)
		log_write(LOG_WARN, "index", "%s", e.text);
	for (size_t i = 0; i < page.rows; i++)
		context_verify_again(c, page.row[i].path, page.row[i].id);
	index_close(&x);
}

void
demand_set(struct context *c, struct msg *m)
{
	const char *domain = m->u.demand.domain;
	struct err e;

	if (config_demand(c->config, domain, m->u.demand.is_on, &e) < 0 ||
		context_load_config(c, &e) < 0) {
		context_fail(c, m, &e);
		return;
	}
	verify_again(c, m->arena, domain);
	context_end(c, m,
		arena_printf(m->arena,
			err_words(m->u.demand.is_on
					  ? N_("from now on mail of %s that is "
					       "not proven has failed")
					  : N_("mail of %s need not be proven "
					       "any more")),
			domain));
}
