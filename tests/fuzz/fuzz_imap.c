/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an IMAP server may say: all of it lies in the socket before we say a
 * word. Nothing secret may be said on a line that must be encrypted first, and
 * whatever comes, it ends. */
#include "net/imap.h"

#include "tests/fuzz/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
on_begin(void *ctx)
{
	(void)ctx;
	return 0;
}

static int
on_data(void *ctx, struct str bytes)
{
	*(size_t *)ctx += bytes.n;
	return 0;
}

static int
on_end(void *ctx, uint32_t uid, unsigned flags)
{
	(void)ctx, (void)flags;
	assert(uid == 1 || uid == 2);
	return 0;
}

/* Every verb in turn; the tags count on from where signing in has come to. */
static void
say_everything(struct imap *m)
{
	static const uint32_t uid[] = { 1, 2 };
	size_t n, bytes = 0;
	struct imap_sink sink = {
		.begin = on_begin, .data = on_data, .end = on_end, .ctx = &bytes
	};
	struct arena *a = arena_new();
	struct imap_item *item;
	struct imap_store store = { uid, 2, IMAP_SEEN, 0, false };
	struct imap_changes changes;
	struct imap_info info;
	struct imap_range *range;
	struct imap_box *box;
	struct imap_id *id;
	struct err e;
	uint32_t out, *found;
	bool left;

	if (imap_list(m, a, &box, &n, &e) == 0 &&
		imap_select(m, "INBOX", &info, &e) == 0 &&
		imap_flags(m, 1, a, &item, &n, &e) == 0 &&
		imap_fetch(m, uid, 2, &sink, &e) == 0 &&
		imap_fetch_binary(m, 1, "2", 0, &sink, &e) >= 0 &&
		imap_store(m, &store, 1, &e) == 0 &&
		imap_select_since(m, "INBOX", 7, 3, a, &changes, &info, &e) ==
			0 &&
		imap_move(m, 1, "Trash", &out, &left, &e) == 0 &&
		imap_delete(m, uid, 2, &left, &e) == 0 &&
		imap_find(m, "a@b", a, &found, &n, &e) == 0 &&
		imap_idle(m, -1, 0, &e) >= 0 && imap_watch(m, &e) == 0 &&
		imap_uids(m, a, &range, &n, &e) == 0)
		(void)!imap_ids(m, uid, 2, a, &id, &n, &e);
	arena_free(&a);
}

static void
session(const uint8_t *data, size_t size, enum stream_tls tls)
{
	struct secret *password = secret_new(STR("pw-very-secret"));
	struct imap_settings s = { .user = "me", .password = password };
	char heard[8192];
	struct imap *m;
	struct err e;
	int far_end;

	s.stream = session_begin(data, size, 143, tls, &far_end);
	m = imap_open(&s, NULL, &e);
	if (m)
		say_everything(m);
	imap_close(&m);
	session_end(far_end, heard, sizeof heard);
	if (tls == STREAM_STARTTLS)
		assert(!strstr(heard, "LOGIN") && !strstr(heard, "PLAIN"));
	secret_free(&password);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 100000)
		return 0;
	imap_global_init();
	session(data, size, STREAM_PLAIN);
	session(data, size, STREAM_STARTTLS);
	return 0;
}
