/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http - see http.h. libcurl's multi interface, since only that can wait for a
 * cancel beside its own sockets. */
#include "net/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { STEP_MS = 1000, URL_PORT = 443 };

struct get {
	CURL *easy;
	CURLM *multi;
	struct curl_slist *resolve, *connect;
	struct buf *body;
	char why[CURL_ERROR_SIZE];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

/* Older libraries must not be started by two threads at once. */
static void
start(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t
take(char *p, size_t size, size_t n, void *arg)
{
	struct get *g = arg;

	/* a short count makes the library stop */
	return buf_add(g->body, (struct str){ p, size * n }) ? size * n : 0;
}

static struct str
url_host(const char *url)
{
	struct str rest = str_sub(str_c(url), 8, strlen(url)), host;

	if (!str_split(&rest, '/', &host))
		return STR("");
	return host;
}

/* "192.0.2.1@8443" as the library wants it; into *OUT, which grows a list. */
static int
set_server(const char *server, struct str host, struct curl_slist **out,
	struct err *e)
{
	ptrdiff_t at = str_rchr(str_c(server), '@');
	struct str address = str_c(server);
	uint64_t port = URL_PORT;
	char line[700];

	if (at >= 0) {
		struct str text = str_sub(address, (size_t)at + 1, address.n);

		address.n = (size_t)at;
		if (!str_to_u64(text, 65535, &port))
			return err_set(e, ERR_INPUT, 0,
				"'%s' is no ADDRESS@PORT", server);
	}
	snprintf(line, sizeof line,
		str_chr(address, ':') >= 0 ? "%.*s:%d:[%.*s]:%d"
					   : "%.*s:%d:%.*s:%d",
		STR_ARG(host), URL_PORT, STR_ARG(address), (int)port);
	*out = curl_slist_append(NULL, line);
	return 0;
}

static void
set_addresses(
	const struct http_settings *s, struct str host, struct curl_slist **out)
{
	struct buf b;

	buf_init(&b, 8 << 10);
	buf_printf(&b, "%.*s:%d:", STR_ARG(host), URL_PORT);
	for (size_t i = 0; i < s->addresses; i++)
		buf_printf(&b, strchr(s->address[i], ':') ? "%s[%s]" : "%s%s",
			i ? "," : "", s->address[i]);
	*out = curl_slist_append(NULL, buf_c(&b));
	buf_fini(&b);
}

static bool
set_options(struct get *g, const char *url, const struct http_settings *s,
	int timeout_ms)
{
	CURL *c = g->easy;
	bool ok = true;

#define SET(option, value)                                                     \
	(ok = ok && curl_easy_setopt(c, CURLOPT_##option, value) == CURLE_OK)
	SET(URL, url);
	SET(PROTOCOLS_STR, "https");
	SET(FOLLOWLOCATION, 0L);
	SET(PROXY, "");
	SET(NETRC, (long)CURL_NETRC_IGNORED);
	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(NOSIGNAL, 1L); /* signals belong to the thread that draws */
	SET(TIMEOUT_MS, (long)timeout_ms);
	SET(CONNECTTIMEOUT_MS, (long)timeout_ms);
	SET(MAXFILESIZE_LARGE, (curl_off_t)g->body->max);
	SET(WRITEFUNCTION, take);
	SET(WRITEDATA, g);
	SET(ERRORBUFFER, g->why);
	if (s->ca_file) {
		SET(CAINFO, s->ca_file);
		SET(CAPATH, NULL);
	}
	if (g->resolve)
		SET(RESOLVE, g->resolve);
	if (g->connect)
		SET(CONNECT_TO, g->connect);
#undef SET
	return ok;
}

/* Has whoever waits been told to stop? */
static bool
wait_step(struct get *g, int cancel_fd)
{
	struct curl_waitfd fd = { cancel_fd, CURL_WAIT_POLLIN, 0 };

	curl_multi_poll(g->multi, &fd, cancel_fd >= 0, STEP_MS, NULL);
	return fd.revents != 0;
}

static int
explain(const struct get *g, const char *host, CURLcode code, struct err *e)
{
	const char *text = *g->why ? g->why : curl_easy_strerror(code);
	enum err_class class = ERR_LATER;
	struct buf b;

	if (g->body->full || code == CURLE_FILESIZE_EXCEEDED)
		return err_set(e, ERR_MESSAGE, (int)code,
			"'%s' answers with more than %zu bytes", host,
			g->body->max);
	if (code == CURLE_OPERATION_TIMEDOUT)
		text = err_words(N_("no answer in time"));
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		class = ERR_CERT;
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ||
		code == CURLE_SSL_CACERT_BADFILE)
		class = ERR_INPUT;
	buf_init(&b, sizeof e->text); /* the words may be a server's */
	utf8_safe(&b, str_c(text), UTF8_LINE);
	err_set(e, class, (int)code, "cannot fetch from '%s': %s", host,
		buf_c(&b));
	buf_fini(&b);
	return -1;
}

static int
run(struct get *g, const struct http_settings *s, const char *host,
	struct err *e)
{
	int running = 1, left;
	CURLMsg *m;

	while (running) {
		if (curl_multi_perform(g->multi, &running) != CURLM_OK)
			return err_set(e, ERR_SYSTEM, 0,
				"cannot fetch from '%s'", host);
		if (running && wait_step(g, s->cancel_fd))
			return err_set(e, ERR_CANCEL, 0, "cancelled");
	}
	m = curl_multi_info_read(g->multi, &left);
	if (!m || m->msg != CURLMSG_DONE)
		return err_set(
			e, ERR_SYSTEM, 0, "cannot fetch from '%s'", host);
	return m->data.result == CURLE_OK ? 0
					  : explain(g, host, m->data.result, e);
}

static void
read_answer(struct get *g, struct http_answer *out)
{
	const char *type = NULL;
	long status = 0;
	size_t n = 0;

	curl_easy_getinfo(g->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(g->easy, CURLINFO_CONTENT_TYPE, &type);
	out->status = (int)status;
	for (; type && *type && *type != ';' && n + 1 < sizeof out->type;
		type++)
		if (*type > ' ' && *type < 0x7f)
			out->type[n++] = ascii_lower(*type);
	out->type[n] = '\0';
}

int
http_get(const char *url, const struct http_settings *s, struct buf *body,
	struct http_answer *out, struct err *e)
{
	struct get g = { .body = body };
	struct str host;
	char name[256];
	int rc = -1;

	memset(out, 0, sizeof *out);
	if (!str_starts(str_c(url), STR("https://")) ||
		(host = url_host(url)).n == 0 || host.n >= sizeof name)
		return err_set(e, ERR_INPUT, 0, "'%s' is no https URL", url);
	snprintf(name, sizeof name, "%.*s", STR_ARG(host));
	pthread_once(&once, start);
	if (s->server && set_server(s->server, host, &g.connect, e) < 0)
		return -1;
	if (s->addresses && !s->server)
		set_addresses(s, host, &g.resolve);
	g.easy = started == CURLE_OK ? curl_easy_init() : NULL;
	g.multi = g.easy ? curl_multi_init() : NULL;
	if (!g.multi || !set_options(&g, url, s,
				s->timeout_ms ? s->timeout_ms : HTTP_MS)) {
		err_set(e, ERR_SYSTEM, 0, "cannot start a request to '%s'",
			name);
		goto out;
	}
	curl_multi_add_handle(g.multi, g.easy);
	rc = run(&g, s, name, e);
	read_answer(&g, out);
	curl_multi_remove_handle(g.multi, g.easy);
	if (rc == 0 && out->status != 200)
		rc = err_set(e, ERR_MESSAGE, out->status,
			out->status >= 300 && out->status < 400
				? "'%s' answers %d, a redirect, which is not "
				  "followed"
				: N_("'%s' answers %d"),
			name, out->status);
out:
	curl_multi_cleanup(g.multi);
	curl_easy_cleanup(g.easy);
	curl_slist_free_all(g.resolve);
	curl_slist_free_all(g.connect);
	return rc;
}
