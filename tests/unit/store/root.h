/* SPDX-License-Identifier: GPL-3.0-or-later */
/* root - a folder of a test's own, for the files that it makes. */
#ifndef TESTS_UNIT_STORE_ROOT_H
#define TESTS_UNIT_STORE_ROOT_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

static char root[64];

/* Make ROOT, which drop_root removes with all below it. */
static void
make_root(void)
{
	snprintf(root, sizeof root, "/tmp/signet-unit.XXXXXX");
	cr_assert(mkdtemp(root));
}

static void
drop_root(void)
{
	struct err e;

	cr_expect(file_remove_tree(root, &e) == 0, "%s", e.text);
}

#endif
