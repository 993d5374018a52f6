/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap - see imap.h. Session and mailboxes; messages stand in imap_message.c,
 * names in imap_name.c. */
#define _DEFAULT_SOURCE
#include "net/imap_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "net/sasl.h"

/* A number beside libetpan's: what went wrong is said already. */
enum { IMAP_SAID = -1 };
enum { LOGOUT_MS = 1000, GREET_MS = 20000 };

/* --- a net under libetpan's parser
 * ---------------------------------------------------- It gives up on untagged
 * responses that it does not know and is out of step for good then. This
 * extension, asked last, takes any such line. */

static struct mailimap_extension_api any_line;

static void
any_free(struct mailimap_extension_data *d)
{
	free(d->ext_data);
	free(d);
}

static int
any_parse(int where, mailstream *fd, MMAPString *b,
	struct mailimap_parser_context *c, size_t *at,
	struct mailimap_extension_data **out, size_t rate,
	progress_function *fn)
{
	size_t i = *at;
	char *text;

	(void)fd, (void)c, (void)rate, (void)fn;
	if (where != MAILIMAP_EXTENDED_PARSER_RESPONSE_DATA)
		return MAILIMAP_ERROR_PARSE;
	while (i < b->len && b->str[i] != '\r' && b->str[i] != '\n')
		i++;
	if (i > *at && b->str[i - 1] == '}')
		return MAILIMAP_ERROR_PARSE; /* a literal follows: give up */
	text = strndup(b->str + *at, i - *at);
	*out = mailimap_extension_data_new(&any_line, 0, text);
	if (!*out) {
		free(text);
		return MAILIMAP_ERROR_MEMORY;
	}
	*at = i;
	return MAILIMAP_NO_ERROR;
}

static char any_name[] = "any";
static struct mailimap_extension_api any_line = { any_name, -1, any_parse,
	any_free };

const char *
imap_other(const struct imap *m, const char *word)
{
	struct mailimap_response_info *r = m->m->imap_response_info;
	const char *out = NULL;

	for (clistiter *it = r && r->rsp_extension_list
				     ? clist_begin(r->rsp_extension_list)
				     : NULL;
		it; it = clist_next(it)) {
		struct mailimap_extension_data *x = clist_content(it);

		if (x && x->ext_extension == &any_line && x->ext_data &&
			str_istarts(str_c(x->ext_data), str_c(word)))
			out = x->ext_data;
	}
	return out;
}

void
imap_global_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	mailstream_debug = 0;
	mailimap_extension_register(&any_line);
}

/* --- commands
 * ----------------------------------------------------------------------- */

int
imap_put(struct imap *m, const char *line)
{
	int rc;

	if (strpbrk(line, "\r\n"))
		return MAILIMAP_ERROR_INVAL;
	rc = mailimap_send_current_tag(m->m);
	if (rc)
		return rc;
	if (mailstream_write(m->m->imap_stream, line, strlen(line)) < 0 ||
		mailstream_write(m->m->imap_stream, "\r\n", 2) < 0)
		return MAILIMAP_ERROR_STREAM;
	return 0;
}

int
imap_send(struct imap *m, const char *line)
{
	int rc;

	rc = imap_put(m, line);
	if (rc)
		return rc;
	if (mailstream_flush(m->m->imap_stream) || !mailimap_read_line(m->m))
		return MAILIMAP_ERROR_STREAM;
	return 0;
}

bool
imap_is_asked_on(const struct imap *m)
{
	const MMAPString *line = m->m->imap_stream_buffer;

	return line->len > 0 && line->str[0] == '+';
}

int
imap_read(struct imap *m)
{
	struct mailimap_response *r;
	int rc = mailimap_parse_response(m->m, &r);

	if (rc)
		return rc;
	rc = r->rsp_resp_done->rsp_data.rsp_tagged->rsp_cond_state->rsp_type;
	mailimap_response_free(r);
	return rc == MAILIMAP_RESP_COND_STATE_OK
		       ? MAILIMAP_NO_ERROR
		       : MAILIMAP_ERROR_CUSTOM_COMMAND;
}

/* Is the answer just read the one to the command TAG? */
static bool
has_tag(const struct imap *m, int command)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str all = { b->str, b->len }, last = STR("");
	char tag[16];
	int n = snprintf(tag, sizeof tag, "%d ", command);
	ptrdiff_t at;

	all = str_trim(all);
	at = str_rchr(all, '\n');
	last = str_sub(all, (size_t)(at + 1), all.n);
	return str_starts(last, (struct str){ tag, (size_t)n });
}

/* To the command in flight? BAD and an answer with a strange tag give the same
 * number. */
static bool
has_our_tag(const struct imap *m)
{
	return has_tag(m, m->m->imap_tag);
}

bool
imap_is_bad(const struct imap *m, int rc)
{
	return rc == MAILIMAP_ERROR_PROTOCOL && has_our_tag(m);
}

bool
imap_is_answer(int rc)
{
	return rc == MAILIMAP_NO_ERROR || rc == MAILIMAP_ERROR_CUSTOM_COMMAND ||
	       rc == MAILIMAP_ERROR_PROTOCOL;
}

/* What the answer just read says to the command TAG, of which libetpan knows
 * only that it was not the one it waited for. */
static int
read_status(const struct imap *m, int tag)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str all = str_trim((struct str){ b->str, b->len }), word;
	ptrdiff_t at = str_rchr(all, '\n');

	all = str_sub(all, (size_t)(at + 1), all.n);
	if (!has_tag(m, tag) || !str_split(&all, ' ', &word))
		return MAILIMAP_ERROR_PARSE;
	if (str_istarts(all, STR("OK")))
		return MAILIMAP_NO_ERROR;
	if (str_istarts(all, STR("NO")))
		return MAILIMAP_ERROR_CUSTOM_COMMAND;
	return MAILIMAP_ERROR_PROTOCOL;
}

int
imap_await_any(struct imap *m, const int *tag, size_t n, size_t *which)
{
	int newest = m->m->imap_tag, rc = MAILIMAP_ERROR_STREAM;

	/* libetpan takes an answer only to the command it believes to be the
	 * last */
	*which = 0;
	m->m->imap_tag = tag[0];
	if (mailimap_read_line(m->m))
		rc = imap_read(m);
	if (rc == MAILIMAP_ERROR_PROTOCOL && !has_our_tag(m)) {
		rc = MAILIMAP_ERROR_PARSE;
		for (size_t i = 1; i < n && *which == 0; i++)
			if (has_tag(m, tag[i])) {
				*which = i;
				rc = read_status(m, tag[i]);
			}
	}
	m->m->imap_tag = newest;
	return rc;
}

int
imap_await(struct imap *m, int tag)
{
	size_t which;

	return imap_await_any(m, &tag, 1, &which);
}

int
imap_command(struct imap *m, const char *line)
{
	int rc = imap_send(m, line);

	return rc ? rc : imap_read(m);
}

/* The words of a BYE among the lines of the last answer, in OUT. */
static bool
find_bye(const struct imap *m, struct buf *out)
{
	const MMAPString *b = m->m->imap_stream_buffer;
	struct str rest = { b->str, b->len }, line;

	while (str_split(&rest, '\n', &line))
		if (str_istarts(line, STR("* BYE"))) {
			utf8_safe(out, str_trim(str_sub(line, 5, line.n)),
				UTF8_LINE);
			return true;
		}
	return false;
}

/* The server has hung up, and said why: *E, -1; else 0. */
static int
fail_bye(struct imap *m, const char *doing, struct err *e)
{
	struct buf words;
	bool is_bye;

	buf_init(&words, 300);
	is_bye = find_bye(m, &words);
	if (is_bye) {
		m->is_broken = true;
		err_set(e, ERR_LATER, 0, "%s: '%s' has ended the session: %s",
			err_words(doing), m->host,
			words.n ? buf_c(&words) : "BYE");
	}
	buf_fini(&words);
	return is_bye ? -1 : 0;
}

bool
imap_is_haste(struct str words)
{
	static const char *const said[] = { "throttl", "bandwidth limit",
		"too many requests", "but not connected" };

	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (str_ifind(words, str_c(said[i])) >= 0)
			return true;
	return false;
}

/* Does the answer just read ask for less haste? */
static bool
asks_for_patience(const struct imap *m)
{
	const struct mailimap_response_info *r = m->m->imap_response_info;

	return (r && r->rsp_atom && imap_is_haste(str_c(r->rsp_atom))) ||
	       (m->m->imap_response &&
		       imap_is_haste(str_c(m->m->imap_response)));
}

int
imap_fail(struct imap *m, int rc, const char *doing, enum err_class class,
	struct err *e)
{
	struct buf words;

	if ((rc == MAILIMAP_ERROR_STREAM || rc == MAILIMAP_ERROR_FATAL ||
		    rc == MAILIMAP_ERROR_PARSE ||
		    rc == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION) &&
		fail_bye(m, doing, e) < 0)
		return -1;
	switch (rc) {
	case MAILIMAP_ERROR_STREAM:
		m->is_broken = true;
		return stream_error(m->stream, doing, e);
	case MAILIMAP_ERROR_PARSE:
	case MAILIMAP_ERROR_MEMORY:
	case MAILIMAP_ERROR_FATAL:
		m->is_broken = true;
		return err_set(e, ERR_LATER, rc,
			"%s: '%s' answered something that is no IMAP",
			err_words(doing), m->host);
	case MAILIMAP_ERROR_INVAL:
		return err_set(e, ERR_INPUT, rc,
			"%s: a line break stands in a name", err_words(doing));
	default:
		break;
	}
	if (rc == MAILIMAP_ERROR_PROTOCOL && !has_our_tag(m)) {
		m->is_broken = true;
		return err_set(e, ERR_LATER, rc,
			"%s: '%s' answered something that was not asked",
			err_words(doing), m->host);
	}
	if (rc == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION)
		m->is_broken = true;
	buf_init(&words, 300);
	if (m->m->imap_response)
		utf8_safe(&words, str_c(m->m->imap_response), UTF8_LINE);
	if (asks_for_patience(m))
		rc = IMAP_HASTE;
	if (m->is_broken || rc == IMAP_HASTE)
		class = ERR_LATER;
	err_set(e, class, rc, "%s: '%s' says: %s", err_words(doing), m->host,
		words.n ? buf_c(&words) : err_words(N_("no")));
	buf_fini(&words);
	return -1;
}

/* --- opening
 * ---------------------------------------------------------------------------
 */

static unsigned
read_capabilities(struct imap *m)
{
	static const struct {
		const char *name;
		unsigned can;
	} names[] = { { "IDLE", IMAP_CAN_IDLE }, { "MOVE", IMAP_CAN_MOVE },
		{ "UIDPLUS", IMAP_CAN_UIDPLUS },
		{ "SASL-IR", IMAP_CAN_SASL_IR },
		{ "STARTTLS", IMAP_CAN_STARTTLS },
		{ "LOGINDISABLED", IMAP_NO_LOGIN },
		{ "CONDSTORE", IMAP_CAN_CONDSTORE },
		{ "ENABLE", IMAP_CAN_ENABLE }, { "QRESYNC", IMAP_CAN_QRESYNC },
		{ "LIST-STATUS",
			IMAP_CAN_LIST_STATUS | IMAP_CAN_LIST_EXTENDED },
		{ "COMPRESS=DEFLATE", IMAP_CAN_COMPRESS },
		{ "ID", IMAP_CAN_ID }, { "NAMESPACE", IMAP_CAN_NAMESPACE },
		{ "QUOTA", IMAP_CAN_QUOTA }, { "ESEARCH", IMAP_CAN_ESEARCH },
		{ "NOTIFY", IMAP_CAN_NOTIFY },
		{ "LITERAL+", IMAP_CAN_LITERALS | IMAP_CAN_LITERALS_SHORT },
		{ "LITERAL-", IMAP_CAN_LITERALS_SHORT },
		{ "UNSELECT", IMAP_CAN_UNSELECT },
		{ "BINARY", IMAP_CAN_BINARY }, { "STATUS=SIZE", IMAP_CAN_SIZE },
		{ "SPECIAL-USE", IMAP_CAN_SPECIAL_USE },
		{ "LIST-EXTENDED", IMAP_CAN_LIST_EXTENDED },
		{ "OBJECTID", IMAP_CAN_OBJECTID },
		{ "X-GM-EXT-1", IMAP_CAN_GMAIL },
		{ "UTF8=ACCEPT", IMAP_CAN_UTF8 },
		{ "SAVEDATE", IMAP_CAN_SAVEDATE } };
	struct mailimap_capability_data *c =
		m->m->imap_connection_info
			? m->m->imap_connection_info->imap_capability
			: NULL;
	unsigned can = 0;

	m->offered = 0;
	for (clistiter *it = c && c->cap_list ? clist_begin(c->cap_list) : NULL;
		it; it = clist_next(it)) {
		struct mailimap_capability *x = clist_content(it);

		if (x->cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE) {
			sasl_note(
				&m->offered, str_c(x->cap_data.cap_auth_type));
			continue;
		}
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (str_ieq(str_c(x->cap_data.cap_name),
				    str_c(names[i].name)))
				can |= names[i].can;
	}
	if (can & IMAP_CAN_GMAIL)
		can &= ~(unsigned)IMAP_CAN_UTF8;
	return can;
}

/* What was said before is forgotten. */
static void
forget_capabilities(struct imap *m)
{
	struct mailimap_connection_info *c = m->m->imap_connection_info;

	m->can = m->offered = 0;
	if (c && c->imap_capability) {
		mailimap_capability_data_free(c->imap_capability);
		c->imap_capability = NULL;
	}
}

/* As the greeting or the answer to the sign-in has said; else asked for. */
static int
learn_capabilities(struct imap *m, struct err *e)
{
	struct mailimap_connection_info *c = m->m->imap_connection_info;
	int rc = 0;

	/* not mailimap_capability: an OK without the list crashes it */
	if (!c || !c->imap_capability)
		rc = imap_command(m, "CAPABILITY");

	if (rc)
		return imap_fail(m, rc, "the capabilities", ERR_LATER, e);
	m->can = read_capabilities(m);
	return 0;
}

static int
start_tls(struct imap *m, struct stream_facts *facts, struct err *e)
{
	int rc;

	if (learn_capabilities(m, e) < 0)
		return -1;
	if (!(m->can & IMAP_CAN_STARTTLS))
		return err_set(e, ERR_CERT, 0,
			"'%s' does not offer encryption (STARTTLS): nothing "
			"was sent. Somebody on the line may have taken it away",
			m->host);
	rc = mailimap_starttls(m->m);
	/* libetpan looks at its buffer too and calls it a refusal */
	if (rc == MAILIMAP_ERROR_STARTTLS && stream_has_pending(m->stream))
		return err_set(e, ERR_CERT, rc,
			"'%s' sent data before encryption began: somebody may "
			"be on the line. Nothing was sent",
			m->host);
	if (rc)
		return imap_fail(m, rc, "STARTTLS", ERR_CERT, e);
	if (stream_start_tls(m->stream, facts, e) < 0)
		return -1;
	forget_capabilities(m);
	return learn_capabilities(m, e);
}

/* Say what SASL answers to the server's line, and read the next. */
static int
answer(struct imap *m, struct sasl *sasl, struct err *e)
{
	const MMAPString *asked = m->m->imap_stream_buffer;
	struct buf line;
	int rc = MAILIMAP_ERROR_STREAM;

	buf_init(&line, SASL_MAX);
	if (sasl_answer(sasl,
		    str_trim((struct str){ asked->str + 1, asked->len - 1 }),
		    &line, e) < 0) {
		sasl_wipe(&line);
		return IMAP_SAID;
	}
	buf_adds(&line, "\r\n");
	if (mailstream_write(m->m->imap_stream, line.p, line.n) >= 0 &&
		mailstream_flush(m->m->imap_stream) >= 0 &&
		mailimap_read_line(m->m))
		rc = 0;
	sasl_wipe(&line);
	return rc;
}

/* AUTHENTICATE, with an initial response where the mechanism has one and the
 * server takes it (RFC 4959), else after its "+". A number of libetpan's, or
 * IMAP_SAID. */
static int
authenticate(struct imap *m, struct sasl *sasl, struct err *e)
{
	struct buf line;
	int rc = 0;

	buf_init(&line, SASL_MAX);
	buf_printf(&line, "AUTHENTICATE %s", sasl_name(sasl->way));
	if (m->can & IMAP_CAN_SASL_IR && sasl_speaks_first(sasl->way)) {
		buf_addc(&line, ' ');
		if (sasl_answer(sasl, STR(""), &line, e) < 0)
			rc = IMAP_SAID;
	}
	if (rc == 0)
		rc = imap_send(m, buf_c(&line));
	sasl_wipe(&line);
	while (rc == 0 && imap_is_asked_on(m))
		rc = answer(m, sasl, e);
	if (rc == 0)
		rc = imap_read(m);
	if (rc == 0 && sasl_accept(sasl, e) < 0)
		rc = IMAP_SAID;
	if (rc == 0)
		m->m->imap_state = MAILIMAP_STATE_AUTHENTICATED;
	return rc;
}

/* Was the refusal not about the password (RFC 5530)? */
static bool
is_for_now(const struct imap *m)
{
	static const char *const codes[] = { "UNAVAILABLE", "INUSE", "LIMIT",
		"SERVERBUG", "CONTACTADMIN" };
	static const char *const words[] = { "too many", "maximum number of",
		"connection limit", "try again later", "temporar" };
	struct mailimap_response_info *r = m->m->imap_response_info;

	for (size_t i = 0; r && r->rsp_atom && i < 5; i++)
		if (str_ieq(str_c(r->rsp_atom), str_c(codes[i])))
			return true;
	/* servers without these codes */
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (m->m->imap_response && str_ifind(str_c(m->m->imap_response),
						   str_c(words[i])) >= 0)
			return true;
	return false;
}

/* By PLAIN, else the command LOGIN, else its namesake of SASL, unless the
 * account names another. */
static int
choose(struct imap *m, const struct imap_settings *s, enum sasl_way *out,
	struct err *e)
{
	unsigned offered = m->offered;

	if (!(m->can & IMAP_NO_LOGIN))
		offered |= 1u << SASL_LOGIN;
	if (sasl_choose(s->auth, offered, s->stream.tls == STREAM_PLAIN,
		    m->host, out, e) < 0)
		return -1;
	if (*out == SASL_NONE)
		return err_set(e, ERR_ACCOUNT, 0,
			"'%s' offers no way to sign in with a password",
			m->host);
	return 0;
}

static int
sign_in(struct imap *m, const struct imap_settings *s, struct err *e)
{
	struct str password = secret_bytes(s->password);
	struct sasl sasl = { .user = s->user,
		.password = password,
		.host = m->host,
		.port = s->stream.port };
	unsigned can;
	int rc;

	for (size_t i = 0; i < password.n; i++)
		if (password.p[i] == '\r' || password.p[i] == '\n' ||
			password.p[i] == '\0')
			return err_set(e, ERR_AUTH, 0,
				"the password has a line break in it");
	if (choose(m, s, &sasl.way, e) < 0)
		return -1;
	can = m->can;
	forget_capabilities(m); /* of before the sign-in */
	m->can = can;
	stream_set_secret(m->stream, true);
	if (sasl.way == SASL_LOGIN && !(can & IMAP_NO_LOGIN))
		rc = mailimap_login(m->m, s->user, password.p);
	else
		rc = authenticate(m, &sasl, e);
	sasl_end(&sasl);
	stream_set_secret(m->stream, false);
	if (rc == IMAP_SAID)
		return -1;
	if (rc)
		return imap_fail(m, rc, "sign-in was refused",
			is_for_now(m) ? ERR_LATER : ERR_AUTH, e);
	return learn_capabilities(m, e);
}

static int
greet(struct imap *m, const struct imap_settings *s, struct stream_facts *facts,
	struct err *e)
{
	int rc = mailimap_connect(m->m, stream_mailstream(m->stream));

	if (rc == MAILIMAP_NO_ERROR_AUTHENTICATED)
		/* PREAUTH would let STARTTLS be skipped (rule R10) */
		return err_set(e, ERR_CERT, 0,
			"'%s' says that we are signed in before we said who we "
			"are: nothing was sent",
			m->host);
	if (rc != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return imap_fail(m, rc, "the greeting", ERR_LATER, e);
	if (s->stream.tls == STREAM_STARTTLS)
		rc = start_tls(m, facts, e);
	else
		rc = learn_capabilities(m, e);
	return rc < 0 ? -1 : sign_in(m, s, e);
}

struct imap *
imap_open(const struct imap_settings *s, struct stream_facts *facts,
	struct err *e)
{
	struct stream_settings set = s->stream;
	struct imap *m = calloc(1, sizeof *m);

	if (!m || !(m->m = mailimap_new(0, NULL))) {
		free(m);
		err_sys(e, 12, "cannot connect");
		return NULL;
	}
	snprintf(m->host, sizeof m->host, "%s", set.host);
	set.is_imap = true;
	m->stream = stream_open(&set, facts, e);
	if (m->stream)
		stream_set_silence(m->stream, GREET_MS);
	if (!m->stream || greet(m, s, facts, e) < 0) {
		m->is_broken = true;
		imap_close(&m);
		return NULL;
	}
	stream_set_silence(m->stream, set.silence_ms);
	return m;
}

void
imap_close(struct imap **mp)
{
	struct imap *m = *mp;

	if (!m)
		return;
	*mp = NULL;
	/* said, not waited for */
	if (m->m->imap_stream && !m->is_broken) {
		stream_set_silence(m->stream, LOGOUT_MS);
		if (imap_put(m, "LOGOUT") == 0)
			(void)mailstream_flush(m->m->imap_stream);
	}
	if (m->m->imap_stream) {
		/* or mailimap_free would say LOGOUT and wait for an answer */
		mailstream_close(m->m->imap_stream);
		m->m->imap_stream = NULL;
	}
	mailimap_free(m->m);
	imap_forget_newest(m);
	stream_close(&m->stream);
	free(m);
}

void
imap_look_only(struct imap *m)
{
	m->looks_only = true;
}

unsigned
imap_can(const struct imap *m)
{
	return m->can;
}

int
imap_compress(struct imap *m, struct err *e)
{
	int rc;

	if (!(m->can & IMAP_CAN_COMPRESS))
		return 0;
	m->can &= ~(unsigned)IMAP_CAN_COMPRESS;
	stream_set_careful(m->stream, true);
	rc = imap_command(m, "COMPRESS DEFLATE");
	stream_set_careful(m->stream, false);
	if (rc == MAILIMAP_ERROR_CUSTOM_COMMAND || imap_is_bad(m, rc))
		return 0; /* then without */
	if (rc)
		return imap_fail(m, rc, "compression", ERR_LATER, e);
	if (stream_start_deflate(m->stream, e) < 0)
		return -1;
	log_write(LOG_INFO, m->host, "the line is compressed from now on");
	return 0;
}

bool
imap_is_compression_broken(const struct imap *m)
{
	return stream_is_deflate_broken(m->stream);
}

bool
imap_is_garbled(const struct imap *m)
{
	return m->is_garbled || stream_is_deflate_broken(m->stream);
}

/* --- waiting
 * ----------------------------------------------------------------------------
 */

/* Did the answers of the last command bring something new? */
bool
imap_has_news(struct imap *m)
{
	struct mailimap_response_info *r = m->m->imap_response_info;
	struct mailimap_selection_info *s = m->m->imap_selection_info;

	return imap_has_vanished(m) ||
	       (r && ((r->rsp_expunged && clist_count(r->rsp_expunged)) ||
			     (r->rsp_fetch_list &&
				     clist_count(r->rsp_fetch_list)))) ||
	       (s && s->sel_has_exists);
}

void
imap_forget_news(struct imap *m)
{
	if (m->m->imap_selection_info)
		m->m->imap_selection_info->sel_has_exists = 0;
}

int
imap_noop(struct imap *m, bool *news_out, struct err *e)
{
	int rc;

	imap_forget_news(m);
	rc = mailimap_noop(m->m);
	if (rc)
		return imap_fail(m, rc, "the line", ERR_LATER, e);
	*news_out = imap_has_news(m);
	return 0;
}
