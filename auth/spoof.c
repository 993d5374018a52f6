/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spoof - see spoof.h */
#include "auth/spoof.h"

#include "auth/lookalike.h"
#include "auth/name.h"
#include "auth/text.h"

void
spoof_alert(struct arena *a, struct verdict *v, enum verdict_alert_kind kind,
	const char *text)
{
	if (!v->alert)
		v->alert = arena_array(a, SPOOF_ALERTS, sizeof *v->alert);
	if (v->alerts == SPOOF_ALERTS)
		return;
	for (size_t i = 0; i < v->alerts; i++)
		if (v->alert[i].kind == kind &&
			strcmp(v->alert[i].text, text) == 0)
			return;
	v->alert[v->alerts++] = (struct verdict_alert){ kind, text };
}

/* --- From ----------------------------------------------------------------- */

static void
check_author(struct arena *a, const struct header *h,
	const struct author *author, struct verdict *v)
{
	switch (author->kind) {
	case AUTHOR_NONE:
		spoof_alert(a, v, ALERT_NO_FROM,
			N_("There is no From address: nobody says who wrote "
			   "this"));
		break;
	case AUTHOR_FIELDS:
		spoof_alert(a, v, ALERT_SEVERAL_FROM,
			text_printf(a,
				N_("The message has %zu From fields; programs "
				   "show different ones"),
				header_count(h, "From")));
		break;
	case AUTHOR_SEVERAL:
		spoof_alert(a, v, ALERT_SEVERAL_FROM,
			text_printf(a,
				N_("From names %zu addresses of different "
				   "domains"),
				author->list.count));
		break;
	case AUTHOR_GROUP:
		spoof_alert(a, v, ALERT_GROUP_FROM,
			N_("From is written as a group, which hides who wrote "
			   "this"));
		break;
	case AUTHOR_MALFORMED:
		spoof_alert(a, v, ALERT_MALFORMED_FROM,
			N_("From cannot be read as one address"));
		break;
	case AUTHOR_ONE:
		break;
	}
}

/* The same owner, as far as a name can tell. */
static bool
is_related(struct str a, struct str b)
{
	return str_ieq(lookalike_registered(a), lookalike_registered(b));
}

/* Endings that make "name.ending" in a display name a domain, not initials. */
static bool
has_known_ending(struct str s)
{
	static const char *const endings[] = { "com", "net", "org", "info",
		"biz", "edu", "gov", "io", "co", "kr", "jp", "cn", "tw", "hk",
		"de", "uk", "fr", "it", "es", "nl", "eu", "ru", "in", "br",
		"us", "ca", "au", "ch", "at", "be", "pl", "se", "app", "dev",
		"shop", "online", "xyz", "site", "store", "bank", "example",
		"test" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (str_ieq(name_tail(s, 1), str_c(endings[i])))
			return true;
	return false;
}

static bool
is_name_byte(char c)
{
	char l = ascii_lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
	       c == '-' || c == '_' || c == '+' || c == '@' ||
	       (unsigned char)c >= 0x80;
}

/* W, a run of name bytes in a display name: an address or a domain that is not
 * the author's? */
static void
check_name_word(struct arena *a, struct str w, const struct author *author,
	struct verdict *v)
{
	ptrdiff_t at = str_rchr(w, '@');
	struct str domain = str_sub(w, (size_t)(at + 1), w.n), ascii;

	while (domain.n && (domain.p[domain.n - 1] == '.' ||
				   domain.p[domain.n - 1] == '-'))
		domain.n--;
	if (at == 0 || str_chr(domain, '.') <= 0 ||
		!name_ascii(a, domain, &ascii))
		return;
	if (at < 0 && (!has_known_ending(ascii) || ascii.n < 5))
		return;
	if (is_related(ascii, author->domain))
		return;
	spoof_alert(a, v, ALERT_DISPLAY_NAME,
		text_printf(a,
			N_("\"%s\" is only a display name; the address is %s"),
			text_safe(a, w), v->from_address));
}

static void
check_name(struct arena *a, const struct author *author, struct verdict *v)
{
	struct str s = author->name, local = author->address;
	size_t at = 0;

	/* "a@bank.example"@scam.example is an address of scam.example */
	local.n = (size_t)(str_rchr(local, '@') + 1);
	if (local.n && str_chr(local, '@') + 1 < (ptrdiff_t)local.n)
		spoof_alert(a, v, ALERT_DISPLAY_NAME,
			text_printf(a,
				N_("%s is only what stands before the @; the "
				   "address is one of %s"),
				text_safe(a, str_sub(local, 0, local.n - 1)),
				v->from_domain));
	while (at < s.n) {
		size_t start = at;

		while (at < s.n && is_name_byte(s.p[at]))
			at++;
		if (at - start > 3)
			check_name_word(a, str_sub(s, start, at), author, v);
		at++;
	}
}

/* --- look-alikes ---------------------------------------------------------- */

static void
check_domain(struct arena *a, const struct author *author,
	const struct verify_facts *facts, struct verdict *v)
{
	struct str shown = str_c(v->from_domain_unicode), skeleton;
	const char *known;
	bool is_plain = str_eq(shown, author->domain), ascii = true;

	known = lookalike_find(
		a, shown, author->domain, facts->known, facts->knowns);
	if (known)
		spoof_alert(a, v, ALERT_LOOKALIKE,
			is_plain ? text_printf(a,
					   N_("%s looks like %s, with which "
					      "you correspond"),
					   v->from_domain_unicode, known)
				 : text_printf(a,
					   N_("%s (%s) looks like %s, with "
					      "which you correspond"),
					   v->from_domain_unicode,
					   v->from_domain, known));
	if (is_plain)
		return;
	if (lookalike_is_mixed(a, shown))
		spoof_alert(a, v, ALERT_MIXED_SCRIPT,
			text_printf(a,
				N_("The domain %s mixes scripts; it is really "
				   "%s"),
				v->from_domain_unicode, v->from_domain));
	skeleton = lookalike_skeleton(a, shown);
	for (size_t i = 0; i < skeleton.n; i++)
		ascii = ascii && (unsigned char)skeleton.p[i] < 0x80;
	if (ascii && !known)
		spoof_alert(a, v, ALERT_LOOKALIKE,
			text_printf(a,
				N_("The domain %s only looks like plain "
				   "letters; "
				   "it is really %s"),
				v->from_domain_unicode, v->from_domain));
}

/* --- Reply-To ------------------------------------------------------------- */

static void
check_reply(struct arena *a, const struct header *h,
	const struct author *author, struct verdict *v)
{
	const struct header_field *f = header_get(h, "Reply-To");
	struct field_addresses l;
	struct str ascii;

	if (!f)
		return;
	l = field_addresses(a, f->value, NULL);
	for (size_t i = 0; i < l.count; i++) {
		bool is_signed = false;

		if (!name_ascii(a, l.item[i].domain, &ascii) ||
			is_related(ascii, author->domain))
			continue;
		/* a list that signed what it sent on may want the answers */
		for (size_t k = 0; k < v->dkims; k++)
			is_signed =
				is_signed ||
				(v->dkim[k].result == RESULT_PASS &&
					is_related(ascii, str_c(v->dkim[k].d)));
		if (is_signed && header_get(h, "List-Post"))
			continue;
		spoof_alert(a, v, ALERT_REPLY_TO,
			text_printf(a,
				N_("An answer would go to %s, not to %s"),
				text_safe(a, l.item[i].addr), v->from_domain));
		return;
	}
}

/* --- what signatures leave open ------------------------------------------- */

static void
check_warning(struct arena *a, const struct verdict_dkim *d, const char *word,
	struct verdict *v)
{
	struct str s = str_c(word);
	ptrdiff_t colon = str_chr(s, ':');
	const char *name = colon < 0 ? "" : word + colon + 1;

	if (str_eq(s, STR("partial-body")))
		spoof_alert(a, v, ALERT_UNSIGNED_TAIL,
			text_printf(a,
				N_("The last %lld bytes of the text are not "
				   "signed by %s: anybody can have added them"),
				(long long)d->unsigned_bytes, d->d));
	else if (str_starts(s, STR("added-header:")))
		spoof_alert(a, v, ALERT_ADDED_HEADER,
			text_printf(a,
				N_("A second field %s was added that %s did "
				   "not "
				   "sign"),
				name, d->d));
	else if (str_starts(s, STR("unsigned-header:")))
		spoof_alert(a, v, ALERT_UNSIGNED_HEADER,
			text_printf(a,
				N_("%s is not covered by the signature of %s "
				   "and "
				   "could have been replaced"),
				name, d->d));
	else if (str_eq(s, STR("future")))
		spoof_alert(a, v, ALERT_FUTURE,
			text_printf(a,
				N_("The signature of %s is dated later than "
				   "the "
				   "message arrived"),
				d->d));
	else if (str_eq(s, STR("from-not-in-sdid")))
		spoof_alert(a, v, ALERT_NOT_IN_SDID,
			text_printf(a, N_("%s signed this, not %s"), d->d,
				v->from_domain));
}

/* A weak signature matters only where no better one says the same. */
static bool
is_covered(
	const struct verdict *v, const struct verdict_dkim *d, const char *word)
{
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *o = &v->dkim[i];
		bool warns = false;

		if (o == d || o->result != RESULT_PASS ||
			(!o->is_aligned && d->is_aligned))
			continue;
		for (size_t k = 0; k < o->warns; k++)
			warns = warns || strcmp(o->warn[k], word) == 0;
		if (!warns)
			return true;
	}
	return false;
}

static void
check_signatures(
	struct arena *a, const struct author *author, struct verdict *v)
{
	for (size_t i = 0; i < v->dkims; i++) {
		struct verdict_dkim *d = &v->dkim[i];

		if (d->result != RESULT_PASS && d->result != RESULT_POLICY)
			continue;
		/* dkim leaves room for this one */
		if (author->kind == AUTHOR_ONE && !d->is_aligned &&
			!name_is_below(author->domain, str_c(d->d)))
			d->warn[d->warns++] = "from-not-in-sdid";
	}
	for (size_t i = 0; i < v->dkims; i++) {
		const struct verdict_dkim *d = &v->dkim[i];

		if (d->result != RESULT_PASS && d->result != RESULT_POLICY)
			continue;
		for (size_t k = 0; k < d->warns; k++)
			if (!is_covered(v, d, d->warn[k]))
				check_warning(a, d, d->warn[k], v);
	}
}

void
spoof_check(struct arena *a, const struct header *h,
	const struct author *author, const struct boundary *b,
	const struct verify_facts *facts, struct verdict *v)
{
	check_author(a, h, author, v);
	check_signatures(a, author, v);
	if (b->has_forged)
		spoof_alert(a, v, ALERT_FORGED_RESULTS,
			text_printf(a,
				N_("An Authentication-Results field of %s came "
				   "with the message and was ignored: your "
				   "server "
				   "did not write it"),
				b->forged_id));
	if (author->kind != AUTHOR_ONE)
		return;
	check_name(a, author, v);
	check_domain(a, author, facts, v);
	check_reply(a, h, author, v);
}
