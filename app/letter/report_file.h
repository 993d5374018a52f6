/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_file - finds the XML of aggregate reports in what they come in: XML,
 * gzip, zip, or the mail that carries one. Any thread. */
#ifndef APP_LETTER_REPORT_FILE_H
#define APP_LETTER_REPORT_FILE_H

#include "base/err.h"
#include "base/str.h"

enum { REPORT_RATIO = 200, REPORT_FILES = 10 };

/* Called for each piece of XML found; what it returns is returned. */
typedef int report_found(void *context, struct str xml, struct err *e);

/* Look into BYTES. At most REPORT_FILES pieces, LIMIT_UNPACKED bytes and a
 * ratio of REPORT_RATIO; archives in archives are not opened, names in them
 * not used. -1 with ERR_INPUT where no report is found or a limit is passed. */
int report_file_read(struct str bytes, report_found *f, void *context,
	struct err *e) ERR_CHECK;

#endif
