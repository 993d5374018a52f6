/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC records */
#include <assert.h>
#include <stdint.h>

#include "auth/dmarc_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = { (const char *)data, n };
	struct dmarc_record r;

	if (dmarc_record_parse(in, &r)) {
		assert(r.p != DMARC_UNSET || r.has_bad_policy);
		assert(r.psd == 'y' || r.psd == 'n' || r.psd == 'u');
		assert(dmarc_policy_name(r.sp) && dmarc_policy_name(r.np));
	}
	return 0;
}
