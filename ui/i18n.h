/* SPDX-License-Identifier: GPL-3.0-or-later */
/* i18n - the interface's words: English in the code, others by gettext.
 *
 * _() translates, N_() marks a text that is translated where it is shown. The
 * catalogues stand in ui/po; app/main binds them. */
#ifndef UI_I18N_H
#define UI_I18N_H

#include <libintl.h>

#include "base/err.h" /* N_ */

#define _(text) gettext(text)

#endif
