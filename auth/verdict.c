/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict - see verdict.h: the words of its enumerations */
#include "auth/verdict.h"

#include <string.h>

static const char *const states[] = { "pending", "verified", "other-signer",
	"none", "failed", "cannot-tell" };
static const char *const results[] = { "none", "pass", "fail", "softfail",
	"neutral", "policy", "temperror", "permerror", "not-evaluated" };
static const char *const dnssecs[] = { "unknown", "secure", "insecure",
	"bogus" };
static const char *const alerts[] = {
#define X(name, word) word,
	VERDICT_ALERTS(X)
#undef X
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *
word(const char *const *list, size_t count, size_t at)
{
	return at < count ? list[at] : "";
}

/* The index of NAME in LIST, or 0. */
static size_t
find(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(list[i], name) == 0)
			return i;
	return 0;
}

const char *
verdict_state_name(enum verdict_state s)
{
	return word(states, COUNT(states), s);
}

const char *
verdict_result_name(enum verdict_result r)
{
	return word(results, COUNT(results), r);
}

const char *
verdict_dnssec_name(enum verdict_dnssec d)
{
	return word(dnssecs, COUNT(dnssecs), d);
}

const char *
verdict_alert_name(enum verdict_alert_kind k)
{
	return word(alerts, COUNT(alerts), k);
}

bool
verdict_alert_is_loud(enum verdict_alert_kind k)
{
	return k != ALERT_NOT_IN_SDID && k != ALERT_UNSIGNED_HEADER &&
	       k != ALERT_FUTURE;
}

enum verdict_state
verdict_state_parse(const char *name)
{
	return (enum verdict_state)find(states, COUNT(states), name);
}

enum verdict_result
verdict_result_parse(const char *name)
{
	return (enum verdict_result)find(results, COUNT(results), name);
}

enum verdict_dnssec
verdict_dnssec_parse(const char *name)
{
	return (enum verdict_dnssec)find(dnssecs, COUNT(dnssecs), name);
}

enum verdict_alert_kind
verdict_alert_parse(const char *name)
{
	for (size_t i = 0; name && i < COUNT(alerts); i++)
		if (strcmp(alerts[i], name) == 0)
			return (enum verdict_alert_kind)i;
	return ALERT_KINDS;
}
