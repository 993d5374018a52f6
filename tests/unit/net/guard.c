/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "net/stream_parts.h"

/* What the guard of S says of BYTES that come in pieces of STEP: NULL where it
 * lets them pass. */
static const char *
look(struct stream *s, const char *bytes, size_t n, size_t step)
{
	for (size_t i = 0; i < n; i += step)
		if (stream_guard_check(
			    s, bytes + i, n - i < step ? n - i : step) < 0)
			return s->why_text;
	return NULL;
}

static const char *
judge(const char *bytes, size_t n, size_t step, bool bodies)
{
	struct stream s = { .is_imap = true };

	s.guard.may_be_body = bodies;
	return look(&s, bytes, n, step);
}

/* The same where decoded parts have been asked for. */
static const char *
judge_binary(const char *bytes, size_t n, size_t step)
{
	struct stream s = { .is_imap = true };

	stream_set_binary(&s, true);
	return look(&s, bytes, n, step);
}

Test(guard, counts_what_the_parser_will_read)
{
	static const struct {
		const char *says;
		const char *why; /* NULL: it passes */
		bool bodies;
	} rows[] = {
		{ "* LIST () \"/\" {3}\r\na(b\r\n* OK x\r\n", NULL, false },
		{ "* ID ({2}\r\nab {1}\r\nc)\r\n1 OK x\r\n", NULL, false },
		{ "* 1 FETCH (BODY[] {99999}\r\n", NULL, true },
		{ "* 1 FETCH (BODY[] {99999}\r\n", "64 KiB", false },
		{ "* 1 FETCH (RFC822.TEXT {99999}\r\n", "64 KiB", true },
		{ "* 1 FETCH (BODY[] NIL ENVELOPE ({99999}\r\n", "64 KiB",
			true },
		{ "* 1 FETCH (UID 3 BODY[] {2}\r\nab BODY[] {99999}\r\n", NULL,
			true },
		{ "* 1 FETCH (BODY[] {268435457}\r\n", "256 MiB", true },
		{ "* 1 FETCH (BODY[]<4194304> {99999}\r\n", NULL, true },
		{ "* 1 FETCH (BODY[1.2.MIME] {99999}\r\n", NULL, true },
		{ "* 1 FETCH (bbody[HEADER]<0> {99999}\r\n", NULL, true },
		{ "* 1 FETCH (BODY[]<> {99999}\r\n", NULL, true },
		{ "* 1 FETCH (BODY[]<1 {99999}\r\n", "64 KiB", true },
		{ "* 1 FETCH (BODY[]<1>2 {99999}\r\n", "64 KiB", true },
		{ "* 1 FETCH (BODY[]  {99999}\r\n", "64 KiB", true },
		{ "* 1 FETCH (BODY[a b] {99999}\r\n", "64 KiB", true },
		{ "* 1 FETCH (BODY[]<1> {268435457}\r\n", "256 MiB", true },
		{ "* 1 FETCH (X {99999999999999999999999}\r\n", "absurd",
			true },
		/* where the parser takes the braces for words */
		{ "* OK hello {9}\r\n", "none can be", false },
		{ "* no hello {9}\r\n", "none can be", false },
		{ "* BYE {9}\r\n", "none can be", false },
		{ "* BAD\thello {9}\r\n", "none can be", false },
		{ "*  OK hello {9}\r\n", "none can be", false },
		{ "4 OK done {9}\r\n", "none can be", false },
		{ "+ idling {9}\r\n", "none can be", false },
		{ "{9}\r\n", "none can be", false },
		{ "* OK more {9} words\r\n* OK \"{9}\"\r\n", NULL, false },
		/* brackets in quotes and literals are none */
		{ "* 1 FETCH (ENVELOPE (\"((((\\\"((((\" {2}\r\n(( NIL))\r\n",
			NULL, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t step = 1; step < 60; step += 7) {
			const char *why = judge(rows[i].says,
				strlen(rows[i].says), step, rows[i].bodies);

			if (!rows[i].why)
				cr_expect(!why, "row %zu: %s", i, why);
			else
				cr_expect(why && strstr(why, rows[i].why),
					"row %zu: %s", i, why ? why : "passes");
		}
}

Test(guard, knows_parts_that_are_decoded_where_they_were_asked_for)
{
	static const struct {
		const char *says;
		const char *why; /* NULL: it passes */
	} rows[] = {
		{ "* 1 FETCH (UID 7 BINARY[2]<0> ~{99999}\r\n", NULL },
		{ "* 1 FETCH (binary[1.2] {99999}\r\n", NULL },
		{ "* 1 FETCH (BINARY[2]<0> ~{2}\r\n((\r\n", NULL },
		{ "* 1 FETCH (BINARY[2] ~{268435457}\r\n", "256 MiB" },
		{ "* 1 FETCH (BINARY[2] ~~{99999}\r\n", "64 KiB" },
		{ "* 1 FETCH (BINARY[2]<0>~{99999}\r\n", "64 KiB" },
		{ "* 1 FETCH (BINARY[2] ~ {99999}\r\n", "64 KiB" },
		{ "* 1 FETCH (BINARY.SIZE[2] {99999}\r\n", "64 KiB" },
		{ "* 1 FETCH (BODY[2] {99999}\r\n", "64 KiB" },
		{ "* 1 FETCH (X ~{99999}\r\n", "64 KiB" },
		{ "* OK BINARY[2] ~{9}\r\n", "none can be" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t step = 1; step < 60; step += 7) {
			size_t n = strlen(rows[i].says);
			const char *why = judge_binary(rows[i].says, n, step);

			cr_expect(rows[i].why ? why && strstr(why, rows[i].why)
					      : !why,
				"row %zu: %s", i, why ? why : "passes");
			/* and nowhere else */
			why = judge(rows[i].says, n, step, true);
			if (i < 2)
				cr_expect(why && strstr(why, "64 KiB"),
					"row %zu: %s", i, why ? why : "passes");
		}
}

Test(guard, no_brackets_hide_behind_a_literal)
{
	static const char head[] = "* LIST () \"/\" {65}\r\n";
	enum { MAX = 400 };
	char says[MAX];
	size_t n = sizeof head - 1;

	memset(says, '(', sizeof says);
	memcpy(says, head, n);
	cr_expect(!judge(says, n + 65 + LIMIT_IMAP_DEPTH, 50, false));
	cr_expect(judge(says, n + 65 + LIMIT_IMAP_DEPTH + 1, 50, false));
	memset(says, '(', sizeof says);
	cr_expect(!judge(says, LIMIT_IMAP_DEPTH, 1, false));
	cr_expect(judge(says, LIMIT_IMAP_DEPTH + 1, 1, false));
}
