/* SPDX-License-Identifier: GPL-3.0-or-later */
/* received - the route of a message: its Received fields (RFC 5321, 4.4), as
 * the many servers write them. Any thread. */
#ifndef AUTH_RECEIVED_H
#define AUTH_RECEIVED_H

#include "auth/verdict.h"
#include "mime/header.h"

struct received {
	size_t index; /* of the field in the header */
	bool has_from;
	bool has_two_addresses;    /* different ones: none is believed */
	const char *envelope_from; /* NULL: not said */
};

/* Read the first LIMIT_RECEIVED Received fields of H into V's hops; what a
 * verdict does not show comes back, an element for each hop. */
struct received *received_read(
	struct arena *a, const struct header *h, struct verdict *v);

/* May TEXT be the address of a host in the Internet (neither private nor
 * loopback, link-local, multicast or unspecified)? */
bool received_is_public(const char *text);

#endif
