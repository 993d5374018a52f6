/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "app/sync/network.h"

/* A message of TYPE with a route that has DST_LEN and ROUTE_TYPE. */
static size_t
put(char *out, int type, int dst_len, int route_type, uint32_t length)
{
	struct nlmsghdr h = { .nlmsg_type = (uint16_t)type,
		.nlmsg_len =
			length ? length : NLMSG_LENGTH(sizeof(struct rtmsg)) };
	struct rtmsg r = { .rtm_dst_len = (unsigned char)dst_len,
		.rtm_type = (unsigned char)route_type };

	memcpy(out, &h, sizeof h);
	memcpy(out + NLMSG_HDRLEN, &r, sizeof r);
	return NLMSG_SPACE(sizeof r);
}

Test(network, tells_news_from_noise)
{
	static const struct {
		int type, dst_len, route_type;
		uint32_t length;
		bool is_news;
	} rows[] = {
		{ RTM_NEWADDR, 0, 0, 0, true },
		{ RTM_DELADDR, 0, 0, 0, true },
		{ RTM_NEWROUTE, 0, RTN_UNICAST, 0, true },
		{ RTM_DELROUTE, 0, RTN_UNICAST, 0, true },
		{ RTM_NEWROUTE, 24, RTN_UNICAST, 0, false },
		{ RTM_NEWROUTE, 0, RTN_MULTICAST, 0, false },
		{ RTM_NEWNEIGH, 0, 0, 0, false },
		{ RTM_NEWADDR, 0, 0, 4, false },    /* shorter than itself */
		{ RTM_NEWADDR, 0, 0, 9999, false }, /* longer than all */
		{ RTM_NEWROUTE, 0, RTN_UNICAST, NLMSG_HDRLEN, false },
	};
	char bytes[200];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = put(bytes, rows[i].type, rows[i].dst_len,
			rows[i].route_type, rows[i].length);

		cr_expect(network_is_news(bytes, n) == rows[i].is_news,
			"row %zu", i);
		/* the second of two */
		if (rows[i].length)
			continue;
		n = put(bytes, RTM_NEWNEIGH, 0, 0, 0);
		n += put(bytes + n, rows[i].type, rows[i].dst_len,
			rows[i].route_type, 0);
		cr_expect(network_is_news(bytes, n) == rows[i].is_news,
			"row %zu, second", i);
	}
	for (size_t n = 0; n < sizeof(struct nlmsghdr); n++)
		cr_expect(!network_is_news(bytes, n));
}

Test(network, sleep_is_a_jump_between_the_clocks)
{
	int64_t last = 1000;

	cr_expect(!network_has_slept(1000, &last));
	cr_expect(!network_has_slept(1200, &last));
	cr_expect(network_has_slept(61200, &last));
	cr_expect(!network_has_slept(61200, &last));
}
