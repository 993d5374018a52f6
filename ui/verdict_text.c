/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict_text - see verdict_text.h. The English sentence is auth's own, so
 * that the screen and the command line say the same; in another language the
 * sentence is made anew from the verdict's facts. */
#include "ui/verdict_text.h"

#include <string.h>

#include "ui/glyph.h"
#include "ui/i18n.h"

/* Is the interface in another language than the code's? */
static bool
is_translated(void)
{
	/* TRANSLATORS: translate as the name of your language */
	static const char english[] = N_("English");

	return strcmp(_(english), english) != 0;
}

/* Who is proven by what. */
static void
verified_text(struct buf *out, const struct verdict *v)
{
	const char *by = v->spf.is_aligned && v->spf.result == RESULT_PASS
				 ? "SPF"
				 : "DMARC";

	for (size_t i = 0; i < v->dkims; i++)
		if (v->dkim[i].result == RESULT_PASS && v->dkim[i].is_aligned)
			by = "DKIM";
	if (v->is_server_only)
		buf_printf(out,
			_("Verified: %s, says the server that received it"),
			v->from_domain);
	else if (*v->dmarc.policy)
		buf_printf(out, _("Verified: %s (%s, DMARC p=%s)"),
			v->from_domain, by, v->dmarc.policy);
	else
		buf_printf(out, _("Verified: %s (%s)"), v->from_domain, by);
}

static const char *
other_domain(const struct verdict *v)
{
	for (size_t i = 0; i < v->dkims; i++)
		if (v->dkim[i].result == RESULT_PASS)
			return v->dkim[i].d;
	return v->spf.domain ? v->spf.domain : "";
}

void
verdict_text(struct buf *out, const struct verdict *v)
{
	const char *why;

	if (!is_translated()) {
		buf_adds(out, v->sentence);
		return;
	}
	switch (v->state) {
	case VERDICT_VERIFIED:
		verified_text(out, v);
		break;
	case VERDICT_OTHER_SIGNER:
		buf_printf(out, _("Signed by another: %s signed this, not %s"),
			other_domain(v), v->from_domain);
		break;
	case VERDICT_NONE:
		buf_printf(out,
			_("Not authenticated: nothing proves that %s sent "
			  "this"),
			v->from_domain);
		break;
	case VERDICT_FAILED:
		buf_printf(out,
			_("Failed: nothing proves that %s sent this; it asks "
			  "receivers to refuse such mail (p=%s)"),
			v->from_domain, v->dmarc.policy);
		break;
	case VERDICT_CANNOT_TELL:
		/* the sentence begins with these words in English */
		why = strstr(v->sentence, ": ");
		buf_printf(out, "%s: %s", _("Cannot tell"),
			why ? why + 2 : v->sentence);
		break;
	case VERDICT_PENDING:
		buf_adds(out, _("Checking…"));
		break;
	}
}

void
verdict_alert_text(struct buf *out, const struct verdict *v, size_t i)
{
	static const char *const words[ALERT_KINDS] = {
		[ALERT_LOOKALIKE] = N_("the domain looks like another one"),
		[ALERT_DISPLAY_NAME] =
			N_("the name shows another address than the sender's"),
		[ALERT_REPLY_TO] = N_("answers would go to another domain"),
		[ALERT_SEVERAL_FROM] = N_("it names several senders"),
		[ALERT_MALFORMED_FROM] = N_("the sender cannot be read"),
		[ALERT_NO_FROM] = N_("it names no sender"),
		[ALERT_GROUP_FROM] = N_("its sender is a group"),
		[ALERT_MIXED_SCRIPT] =
			N_("the domain mixes letters of several scripts"),
		[ALERT_ADDED_HEADER] =
			N_("a field was added that is not signed"),
		[ALERT_UNSIGNED_HEADER] = N_("a field is not signed"),
		[ALERT_NOT_IN_SDID] = N_("only another domain signed this"),
		[ALERT_FUTURE] = N_("it was signed in the future"),
		[ALERT_KEY_CHANGED] =
			N_("the sender's key is another than before"),
		[ALERT_UNSIGNED_TAIL] = N_("the end of the text is not signed"),
		[ALERT_SOURCES_DISAGREE] =
			N_("our check and the server's disagree"),
		[ALERT_FORGED_RESULTS] =
			N_("it brings a forged verdict of a server"),
	};
	const struct verdict_alert *a = &v->alert[i];

	if (is_translated() && words[a->kind])
		buf_printf(out, "%s (%s)", _(words[a->kind]), a->text);
	else
		buf_adds(out, a->text);
}
