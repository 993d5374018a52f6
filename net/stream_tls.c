/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS: see stream.h. Minimum 1.2, the system's trust anchors and the account's,
 * host name and dates checked. A pinned key stands in for the chain, never for
 * another key. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/stream_parts.h"

static void
hex(char *out, size_t n, const unsigned char *p, size_t len, bool groups)
{
	size_t at = 0;

	for (size_t i = 0; i < len && at + 4 < n; i++)
		at += (size_t)snprintf(out + at, n - at, "%s%02X",
			groups && i && i % 2 == 0 ? " " : "", p[i]);
}

static void
hash_key(X509 *cert, char out[65])
{
	unsigned char *der = NULL, md[EVP_MAX_MD_SIZE];
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	unsigned len = 0;

	out[0] = '\0';
	if (n > 0 && EVP_Digest(der, (size_t)n, md, &len, EVP_sha256(), NULL))
		for (unsigned i = 0; i < len && i < 32; i++)
			snprintf(out + 2 * i, 3, "%02x", md[i]);
	OPENSSL_free(der);
}

static void
add_line(struct stream_facts *f, const char *label, const char *value)
{
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof f->text - n, "%s%s %s", n ? "\n" : "",
		err_words(label), value);
}

static void
add_name(struct stream_facts *f, const char *label, const X509_NAME *name)
{
	char text[200] = "";
	BIO *b = BIO_new(BIO_s_mem());
	int n;

	if (!b)
		return;
	X509_NAME_print_ex(b, name, 0,
		XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	n = BIO_read(b, text, sizeof text - 1);
	text[n > 0 ? n : 0] = '\0';
	BIO_free(b);
	add_line(f, label, text);
}

static void
add_time(struct stream_facts *f, const char *label, const ASN1_TIME *t)
{
	char text[64];
	struct tm tm;

	if (!ASN1_TIME_to_tm(t, &tm))
		return;
	strftime(text, sizeof text, "%Y-%m-%d", &tm);
	add_line(f, label, text);
}

static const char *
reason(long code)
{
	switch (code) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return err_words(N_("it has expired"));
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return err_words(N_("it is not valid yet"));
	case X509_V_ERR_HOSTNAME_MISMATCH:
		return err_words(N_("it is for another server name"));
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return err_words(
			N_("it was signed by itself, not by an authority this "
			   "machine knows"));
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return err_words(N_(
			"it was signed by an authority this machine does not "
			"know"));
	default:
		return X509_verify_cert_error_string(code);
	}
}

static void
describe(struct stream *s, X509 *cert, long result, struct stream_facts *f)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	memset(f, 0, sizeof *f);
	f->is_bad = result != X509_V_OK;
	for (int i = 0; i < s->bads; i++)
		if (i == 0 ||
			strcmp(reason(s->bad[i]), reason(s->bad[i - 1])) != 0)
			add_line(f, N_("why:"), reason(s->bad[i]));
	if (f->is_bad && s->bads == 0)
		add_line(f, N_("why:"), reason(result));
	if (!cert)
		return;
	add_name(f, N_("for:"), X509_get_subject_name(cert));
	add_name(f, N_("signed by:"), X509_get_issuer_name(cert));
	add_time(f, N_("from:"), X509_get0_notBefore(cert));
	add_time(f, N_("until:"), X509_get0_notAfter(cert));
	if (X509_digest(cert, EVP_sha256(), md, &n))
		hex(f->fingerprint, sizeof f->fingerprint, md, n, true);
	add_line(f, "SHA-256", f->fingerprint);
	hash_key(cert, f->pin);
	snprintf(f->version, sizeof f->version, "%s", SSL_get_version(s->ssl));
}

/* The chain's problems are kept and judged after the handshake, so that the
 * certificate can be shown. No byte of ours is sent before that judgement. */
static int
accept_any(int ok, X509_STORE_CTX *ctx)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(
		ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct stream *s = ssl ? SSL_get_app_data(ssl) : NULL;
	int code = X509_STORE_CTX_get_error(ctx);
	const int most = sizeof s->bad / sizeof *s->bad;

	if (ok)
		return 1;
	if (!s)
		return 0;
	for (int i = 0; i < s->bads; i++)
		if (s->bad[i] == code)
			return 1;
	if (s->bads < most)
		s->bad[s->bads++] = code;
	return 1;
}

/* Do the anchors that have been read carry the chain of CTX? */
static bool
is_carried(X509_STORE_CTX *ctx)
{
	X509_STORE_CTX *trial = X509_STORE_CTX_new();
	bool good = trial &&
		    X509_STORE_CTX_init(trial, X509_STORE_CTX_get0_store(ctx),
			    X509_STORE_CTX_get0_cert(ctx),
			    X509_STORE_CTX_get0_untrusted(ctx)) == 1 &&
		    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(trial),
			    X509_STORE_CTX_get0_param(ctx)) == 1 &&
		    X509_verify_cert(trial) == 1;

	X509_STORE_CTX_free(trial);
	ERR_clear_error();
	return good;
}

/* The system's anchors are a directory, of which those are read that are asked
 * for, and one file of all, which takes 30 ms of CPU: so it is read only where
 * the chain does not end without it. */
static int
check_chain(X509_STORE_CTX *ctx, void *arg)
{
	(void)arg;
	if (!is_carried(ctx))
		X509_STORE_set_default_paths(X509_STORE_CTX_get0_store(ctx));
	ERR_clear_error();
	return X509_verify_cert(ctx);
}

static bool
is_address(const char *name)
{
	return strchr(name, ':') || strspn(name, "0123456789.") == strlen(name);
}

static int
make_ssl(struct stream *s, struct err *e)
{
	size_t n = strlen(s->host);
	char name[256];
	bool ok;

	s->ctx = SSL_CTX_new(TLS_client_method());
	if (!s->ctx)
		return err_set(e, ERR_SYSTEM, 0, "cannot start TLS");
	SSL_CTX_set_min_proto_version(s->ctx, TLS1_2_VERSION);
	SSL_CTX_set_security_level(s->ctx, 2);
	SSL_CTX_set_options(
		s->ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set_mode(s->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
					 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_default_verify_dir(s->ctx);
	SSL_CTX_set_cert_verify_callback(s->ctx, check_chain, NULL);
	if (s->ca_file &&
		SSL_CTX_load_verify_locations(s->ctx, s->ca_file, NULL) != 1)
		return err_set(e, ERR_INPUT, 0,
			"no certificate can be read from ca-file '%s'",
			s->ca_file);
	SSL_CTX_set_verify(s->ctx, SSL_VERIFY_PEER, accept_any);
	s->ssl = SSL_new(s->ctx);
	if (!s->ssl || SSL_set_fd(s->ssl, s->fd) != 1)
		return err_set(e, ERR_SYSTEM, 0, "cannot start TLS");
	SSL_set_app_data(s->ssl, s);
	/* a dot at the end of the name would fit no certificate */
	if (n && s->host[n - 1] == '.')
		n--;
	snprintf(name, sizeof name, "%.*s", (int)(n > 255 ? 255 : n), s->host);
	SSL_set_hostflags(s->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
					  X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (is_address(name)) /* in the certificate as such; no SNI */
		ok = X509_VERIFY_PARAM_set1_ip_asc(
			     SSL_get0_param(s->ssl), name) == 1;
	else
		ok = SSL_set1_host(s->ssl, name) == 1 &&
		     SSL_set_tlsext_host_name(s->ssl, name) == 1;
	if (!ok)
		return err_set(e, ERR_INPUT, 0,
			"'%s' is no name that a certificate can have", name);
	return 0;
}

static int
judge(struct stream *s, struct stream_facts *f, struct err *e)
{
	X509 *cert = SSL_get1_peer_certificate(s->ssl);
	long result =
		cert ? SSL_get_verify_result(s->ssl) : X509_V_ERR_UNSPECIFIED;

	/* what the chain's check has said counts, however it ended */
	if (result == X509_V_OK && s->bads > 0)
		result = s->bad[0];
	describe(s, cert, result, f);
	X509_free(cert);
	if (result == X509_V_OK)
		return 0;
	if (s->pin && *s->pin && strcmp(s->pin, f->pin) == 0) {
		f->is_bad = false;
		return 0;
	}
	return err_set(e, ERR_CERT, (int)result,
		"'%s' showed a certificate that cannot be trusted: %s. Nothing "
		"was sent",
		s->host, reason(result));
}

int
stream_handshake(struct stream *s, int timeout_ms, struct stream_facts *facts,
	struct err *e)
{
	int64_t end = clock_mono_ms() + timeout_ms;
	struct stream_facts own;

	if (make_ssl(s, e) < 0)
		return -1;
	for (;;) {
		int rc, want, left = (int)(end - clock_mono_ms());

		ERR_clear_error();
		rc = SSL_connect(s->ssl);
		if (rc == 1)
			break;
		want = SSL_get_error(s->ssl, rc);
		if (want != SSL_ERROR_WANT_READ &&
			want != SSL_ERROR_WANT_WRITE) {
			unsigned long code = ERR_get_error();
			const char *text =
				code ? ERR_reason_error_string(code)
				     : err_words(N_("the line was closed"));

			return err_set(e, ERR_LATER, EPROTO,
				"TLS with '%s' failed: %s", s->host,
				text ? text : err_words(N_("protocol error")));
		}
		if (left <= 0 ||
			stream_wait(s,
				want == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT,
				left) < 0) {
			if (left <= 0)
				s->why = ETIMEDOUT;
			return stream_error(s, "TLS", e);
		}
	}
	return judge(s, facts ? facts : &own, e);
}
