/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tty - see tty.h. Drawing and state; reading keys stands in the second half.
 */
#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "ui/tty.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"

enum { ESC_MS = 25, PASTE_MAX = 1 << 20, COPY_MAX = 64 << 10, BUCKETS = 400 };
enum { PASTE_BEGIN = KEY_MAX + 1, PASTE_END };
enum {
	PAIR_GOOD = 1,
	PAIR_BAD,
	PAIR_WARN,
	PAIR_LINK,
	PAIR_QUOTE,
	PAIR_QUOTE2,
	PAIR_FRAME
};

enum { BESIDE_MAX = 32 };

static struct {
	bool is_open, is_ascii, is_utf8, has_color, is_away;
	int signal_fd;
	sigset_t old_mask;
	pid_t child;
	pid_t beside[BESIDE_MAX]; /* of tty_start_program; 0: free */
	int child_status;
	struct buf paste;
	MEVENT mouse;
	bool mouse_double;
	int64_t woke_us; /* 0: in poll */
	struct tty_stalls stalls;
	uint64_t bucket[BUCKETS]; /* quarter milliseconds */
} tty;

/* --- open and close ------------------------------------------------------- */

static void
init_colors(void)
{
	const char *no = getenv("NO_COLOR");
	bool rich;

	tty.has_color = has_colors() && !(no && *no);
	if (!tty.has_color)
		return;
	start_color();
	use_default_colors();
	rich = COLORS >= 256;
	init_pair(PAIR_GOOD, rich ? 75 : COLOR_CYAN, -1);
	init_pair(PAIR_BAD, rich ? 208 : COLOR_RED, -1);
	init_pair(PAIR_WARN, rich ? 220 : COLOR_YELLOW, -1);
	init_pair(PAIR_LINK, rich ? 80 : COLOR_CYAN, -1);
	init_pair(PAIR_QUOTE, rich ? 109 : COLOR_CYAN, -1);
	init_pair(PAIR_QUOTE2, rich ? 144 : COLOR_YELLOW, -1);
	init_pair(PAIR_FRAME, rich ? 245 : -1, -1);
}

static void
choose_glyphs(const char *glyphs)
{
	const char *term = getenv("TERM");

	tty.is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	tty.is_ascii =
		strcmp(glyphs, "ascii") == 0 ||
		(strcmp(glyphs, "auto") == 0 &&
			(!tty.is_utf8 || !term || strcmp(term, "linux") == 0 ||
				strncmp(term, "vt", 2) == 0));
	if (!tty.is_utf8)
		tty.is_ascii = true;
}

/* What ncurses does not do: bracketed paste on or off. */
static void
paste_mode(bool on)
{
	putp(on ? "\033[?2004h" : "\033[?2004l");
	fflush(stdout);
}

static void
start_screen(void)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
	mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED |
			  BUTTON4_PRESSED | BUTTON5_PRESSED,
		NULL);
	mouseinterval(0);
	paste_mode(true);
}

int
tty_open(const char *glyphs, struct err *e)
{
	sigset_t set;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_SYSTEM, ENOTTY,
			"the interface needs a terminal; 'signet --help' lists "
			"the commands that do not");
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, &tty.old_mask);
	tty.signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (tty.signal_fd < 0)
		return err_sys(e, errno, "cannot watch for signals");
	choose_glyphs(glyphs);
	set_escdelay(ESC_MS);
	if (!newterm(NULL, stdout, stdin)) {
		close(tty.signal_fd);
		return err_set(e, ERR_SYSTEM, 0,
			"the terminal type '%s' is not known here; set TERM",
			getenv("TERM") ? getenv("TERM") : "");
	}
	buf_init(&tty.paste, PASTE_MAX);
	init_colors();
	start_screen();
	tty.is_open = true;
	return 0;
}

void
tty_close(void)
{
	if (!tty.is_open)
		return;
	if (!tty.is_away) {
		paste_mode(false);
		endwin();
	}
	close(tty.signal_fd);
	buf_fini(&tty.paste);
	sigprocmask(SIG_SETMASK, &tty.old_mask, NULL);
	tty.is_open = false;
}

int
tty_rows(void)
{
	return LINES;
}

int
tty_columns(void)
{
	return COLS;
}

bool
tty_is_ascii(void)
{
	return tty.is_ascii;
}

bool
tty_has_color(void)
{
	return tty.has_color;
}

/* --- drawing -------------------------------------------------------------- */

static attr_t
attributes(unsigned style)
{
	attr_t a = 0;
	int pair = 0;

	if (style & TTY_BOLD)
		a |= A_BOLD;
	if (style & TTY_DIM)
		a |= A_DIM;
	if (style & TTY_REVERSE)
		a |= A_REVERSE;
	if (style & TTY_UNDERLINE)
		a |= A_UNDERLINE;
	if (!tty.has_color) {
		if (style & TTY_BAD)
			a |= A_BOLD;
		if (style & TTY_LINK)
			a |= A_UNDERLINE;
		return a;
	}
	if (style & TTY_GOOD)
		pair = PAIR_GOOD;
	else if (style & TTY_BAD)
		pair = PAIR_BAD;
	else if (style & TTY_WARN)
		pair = PAIR_WARN;
	else if (style & TTY_LINK)
		pair = PAIR_LINK;
	else if (style & TTY_QUOTE2)
		pair = PAIR_QUOTE2;
	else if (style & TTY_QUOTE)
		pair = PAIR_QUOTE;
	else if (style & TTY_FRAME)
		pair = PAIR_FRAME;
	return a | (attr_t)COLOR_PAIR(pair);
}

/* TEXT for a terminal whose character set is not UTF-8: a mark a cell. */
static void
to_ascii(struct buf *out, struct str text)
{
	uint32_t cp;

	for (size_t i = 0; i < text.n;) {
		i += utf8_decode(text, i, &cp);
		if (cp < 0x80)
			buf_addc(out, (char)cp);
		else
			for (int w = utf8_cells(cp); w > 0; w--)
				buf_addc(out, '?');
	}
}

/* Joiners and variation selectors go: terminals differ in how wide what they
 * join is, and a row whose width the terminal counts otherwise tears. */
static void
drop_joiners(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t cp;
		size_t n = utf8_decode(text, i, &cp);

		if (cp != 0x200d && (cp < 0xfe00 || cp > 0xfe0f))
			buf_add(out, str_sub(text, i, i + n));
		i += n;
	}
}

void
tty_put(int y, int x, int cells, struct str text, unsigned style)
{
	struct buf safe, plain;
	size_t used = 0, n;
	attr_t a = attributes(style);

	if (cells <= 0 || y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	if (x + cells > COLS)
		cells = COLS - x;
	buf_init(&safe, 64 << 10);
	buf_init(&plain, 64 << 10);
	utf8_safe(&safe, text, UTF8_LINE);
	if (!tty.is_utf8) {
		to_ascii(&plain, buf_str(&safe));
		n = utf8_cut(buf_str(&plain), (size_t)cells, &used);
		buf_cut(&plain, n);
	} else {
		n = utf8_cut(buf_str(&safe), (size_t)cells, &used);
		drop_joiners(&plain, str_sub(buf_str(&safe), 0, n));
	}
	while (used < (size_t)cells) {
		buf_addc(&plain, ' ');
		used++;
	}
	attrset((int)a);
	mvaddnstr(y, x, buf_c(&plain), (int)plain.n);
	attrset(0);
	buf_fini(&safe);
	buf_fini(&plain);
}

void
tty_put_cut(int y, int x, int cells, struct str text, unsigned style)
{
	struct buf safe;

	buf_init(&safe, 64 << 10);
	utf8_safe(&safe, text, UTF8_LINE);
	if (cells > 1 && utf8_width(buf_str(&safe)) > (size_t)cells) {
		tty_put(y, x, cells - 1, buf_str(&safe), style);
		tty_put(y, x + cells - 1, 1, tty.is_ascii ? STR(">") : STR("›"),
			style);
	} else {
		tty_put(y, x, cells, buf_str(&safe), style);
	}
	buf_fini(&safe);
}

void
tty_printf(int y, int x, int cells, unsigned style, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, 64 << 10);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	tty_put_cut(y, x, cells, buf_str(&b), style);
	buf_fini(&b);
}

void
tty_hline(int y, int x, int cells)
{
	attrset((int)attributes(TTY_FRAME));
	if (tty.is_ascii)
		mvhline(y, x, '-', cells);
	else
		mvhline_set(y, x, WACS_HLINE, cells);
	attrset(0);
}

void
tty_vline(int y, int x, int rows)
{
	attrset((int)attributes(TTY_FRAME));
	if (tty.is_ascii)
		mvvline(y, x, '|', rows);
	else
		mvvline_set(y, x, WACS_VLINE, rows);
	attrset(0);
}

void
tty_box(int y, int x, int rows, int cells)
{
	bool a = tty.is_ascii;

	tty_hline(y, x + 1, cells - 2);
	tty_hline(y + rows - 1, x + 1, cells - 2);
	tty_vline(y + 1, x, rows - 2);
	tty_vline(y + 1, x + cells - 1, rows - 2);
	tty_put(y, x, 1, a ? STR("+") : STR("┌"), TTY_FRAME);
	tty_put(y, x + cells - 1, 1, a ? STR("+") : STR("┐"), TTY_FRAME);
	tty_put(y + rows - 1, x, 1, a ? STR("+") : STR("└"), TTY_FRAME);
	tty_put(y + rows - 1, x + cells - 1, 1, a ? STR("+") : STR("┘"),
		TTY_FRAME);
}

void
tty_erase(void)
{
	erase();
}

void
tty_show(int y, int x, bool visible)
{
	if (tty.is_away)
		return;
	curs_set(visible ? 1 : 0);
	if (y >= 0)
		move(y, x);
	refresh();
}

void
tty_bell(void)
{
	beep();
}

static const char digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool
tty_copy(struct str text)
{
	struct buf b;

	if (text.n > COPY_MAX)
		return false;
	buf_init(&b, 2 * COPY_MAX);
	buf_adds(&b, "\033]52;c;");
	/* in base64 no byte of the text can act on the terminal */
	for (size_t i = 0; i < text.n; i += 3) {
		unsigned v = 0;

		for (size_t k = i; k < i + 3; k++)
			v = v << 8 |
			    (k < text.n ? (unsigned char)text.p[k] : 0u);
		for (size_t k = 0; k < 4; k++)
			buf_addc(&b, i + k <= text.n
					     ? digits[v >> (18 - 6 * k) & 63]
					     : '=');
	}
	buf_addc(&b, '\a');
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout);
	buf_fini(&b);
	return true;
}

/* Text of row Y of the screen as ncurses holds it. */
static void
dump_row(struct buf *out, int y)
{
	size_t start = out->n;
	cchar_t c;

	for (int x = 0; x < COLS; x++) {
		wchar_t text[CCHARW_MAX + 1] = { 0 };
		attr_t a;
		short pair;

		if (mvin_wch(y, x, &c) == ERR ||
			getcchar(&c, text, &a, &pair, NULL) == ERR)
			continue;
		for (int i = 0; text[i]; i++)
			utf8_add(out, (uint32_t)text[i]);
		if (utf8_cells((uint32_t)text[0]) == 2)
			x++;
	}
	while (out->n > start && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
	buf_addc(out, '\n');
}

void
tty_dump(struct buf *out)
{
	int y, x;

	getyx(stdscr, y, x);
	for (int row = 0; row < LINES; row++)
		dump_row(out, row);
	move(y, x);
}

/* --- the stall meter -------------------------------------------------------
 */

static void
measure(void)
{
	int64_t us = clock_mono_us() - tty.woke_us;
	size_t i = (size_t)(us / 250);

	if (tty.woke_us == 0 || tty.is_away)
		return;
	if (us > tty.stalls.max_us)
		tty.stalls.max_us = us;
	tty.stalls.count++;
	tty.bucket[i < BUCKETS ? i : BUCKETS - 1]++;
}

struct tty_stalls
tty_stalls(void)
{
	struct tty_stalls s = tty.stalls;
	uint64_t seen = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		seen += tty.bucket[i];
		if (s.count && seen * 100 >= s.count * 99) {
			s.p99_us = (int64_t)(i + 1) * 250;
			break;
		}
	}
	return s;
}

/* --- programs in front -----------------------------------------------------
 */

int
tty_run_program(char *const argv[], struct err *e)
{
	paste_mode(false);
	endwin();
	tty.is_away = true;
	tty.child =
		file_spawn(argv, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, e);
	if (tty.child < 0) {
		tty.is_away = false;
		start_screen();
		refresh();
		return -1;
	}
	return 0;
}

int
tty_start_program(char *const argv[], struct err *e)
{
	pid_t pid = file_spawn(argv, -1, -1, -1, e);

	if (pid < 0)
		return -1;
	/* one that finds no place here is left to init at the end */
	for (size_t i = 0; i < BESIDE_MAX; i++)
		if (tty.beside[i] <= 0) {
			tty.beside[i] = pid;
			break;
		}
	return 0;
}

bool
tty_is_away(void)
{
	return tty.is_away;
}

int
tty_child_status(void)
{
	return tty.child_status;
}

void
tty_suspend(void)
{
	paste_mode(false);
	endwin();
	kill(getpid(), SIGSTOP);
	start_screen();
	clearok(stdscr, TRUE);
	refresh();
}

static bool
child_ended(void)
{
	int status;

	for (size_t i = 0; i < BESIDE_MAX; i++)
		if (tty.beside[i] > 0 &&
			waitpid(tty.beside[i], &status, WNOHANG) != 0)
			tty.beside[i] = 0;
	if (tty.child <= 0 || waitpid(tty.child, &status, WNOHANG) <= 0)
		return false;
	tty.child = 0;
	tty.child_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	tty.is_away = false;
	start_screen();
	clearok(stdscr, TRUE);
	refresh();
	return true;
}

/* --- keys -------------------------------------------------------------------
 */

static uint32_t
map_key(wint_t c)
{
	static const struct {
		int curses;
		uint32_t key;
	} map[] = { { KEY_UP, TTY_UP }, { KEY_DOWN, TTY_DOWN },
		{ KEY_LEFT, TTY_LEFT }, { KEY_RIGHT, TTY_RIGHT },
		{ KEY_PPAGE, TTY_PGUP }, { KEY_NPAGE, TTY_PGDN },
		{ KEY_HOME, TTY_HOME }, { KEY_END, TTY_END },
		{ KEY_DC, TTY_DELETE }, { KEY_BTAB, TTY_BACKTAB },
		{ KEY_BACKSPACE, TTY_BACKSPACE }, { KEY_ENTER, TTY_ENTER },
		{ KEY_F(1), TTY_F1 }, { KEY_MOUSE, TTY_MOUSE } };

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (c == (wint_t)map[i].curses)
			return map[i].key;
	return KEY_NONE;
}

/* Collect what stands between the brackets of a paste. */
static uint32_t
read_paste(void)
{
	wint_t c;
	int rc;

	buf_clear(&tty.paste);
	while ((rc = get_wch(&c)) != ERR) {
		if (rc == KEY_CODE_YES && c == PASTE_END)
			break;
		if (rc == OK)
			utf8_add(&tty.paste, c == '\r' ? '\n' : (uint32_t)c);
	}
	return TTY_PASTE;
}

/* The next key that is already here, KEY_NONE where there is none. */
static uint32_t
next_key(void)
{
	wint_t c;
	int rc = get_wch(&c);
	uint32_t key;

	if (rc == ERR)
		return KEY_NONE;
	if (rc == KEY_CODE_YES) {
		if (c == PASTE_BEGIN)
			return read_paste();
		key = map_key(c);
		if (key == TTY_MOUSE && getmouse(&tty.mouse) != OK)
			return next_key();
		return key == KEY_NONE ? next_key() : key;
	}
	if (c == 27) {
		/* Alt-x comes as two; ncurses has waited for us */
		wint_t d;

		if (get_wch(&d) == OK)
			return TTY_ALT | (uint32_t)d;
		return TTY_ESCAPE;
	}
	if (c == 8)
		return TTY_BACKSPACE;
	if (c == '\n')
		return TTY_ENTER;
	return (uint32_t)c;
}

struct str
tty_pasted(void)
{
	return buf_str(&tty.paste);
}

void
tty_mouse(int *y, int *x, int *button, bool *is_double)
{
	*y = tty.mouse.y;
	*x = tty.mouse.x;
	*button = tty.mouse.bstate & BUTTON4_PRESSED   ? 4
		  : tty.mouse.bstate & BUTTON5_PRESSED ? 5
						       : 1;
	*is_double = (tty.mouse.bstate & BUTTON1_DOUBLE_CLICKED) != 0;
}

static void
resize(void)
{
	struct winsize w;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col)
		resizeterm(w.ws_row, w.ws_col);
	clearok(stdscr, TRUE);
}

/* One signal that waits; false where there is none of interest. */
static bool
next_signal(enum tty_event *out)
{
	struct signalfd_siginfo s;

	while (read(tty.signal_fd, &s, sizeof s) == (ssize_t)sizeof s) {
		switch (s.ssi_signo) {
		case SIGWINCH:
			if (!tty.is_away)
				resize();
			*out = TTY_EV_RESIZE;
			return true;
		case SIGCHLD:
			if (!child_ended())
				continue;
			*out = TTY_EV_CHILD;
			return true;
		case SIGINT:
			if (tty.is_away)
				continue; /* the editor's, not ours */
			*out = TTY_EV_INTR;
			return true;
		default:
			*out = TTY_EV_QUIT;
			return true;
		}
	}
	return false;
}

enum tty_event
tty_poll(int wake_fd, int timeout_ms, uint32_t *key_out)
{
	struct pollfd p[3] = { { tty.is_away ? -1 : STDIN_FILENO, POLLIN, 0 },
		{ tty.signal_fd, POLLIN, 0 }, { wake_fd, POLLIN, 0 } };
	enum tty_event ev = TTY_EV_TIMEOUT;
	int n;

	*key_out = KEY_NONE;
	measure();
	tty.woke_us = 0;
	/* keys that ncurses has read ahead are not seen by poll */
	if (!tty.is_away && (*key_out = next_key()) != KEY_NONE) {
		tty.woke_us = clock_mono_us();
		return *key_out == 3 ? TTY_EV_INTR : TTY_EV_KEY;
	}
	n = poll(p, 3, timeout_ms);
	tty.woke_us = clock_mono_us();
	if (n < 0 && errno != EINTR)
		return TTY_EV_QUIT;
	if (n <= 0)
		return TTY_EV_TIMEOUT;
	if (p[1].revents && next_signal(&ev))
		return ev;
	if (p[0].revents) {
		if (p[0].revents & (POLLHUP | POLLERR))
			return TTY_EV_QUIT;
		*key_out = next_key();
		if (*key_out == 3) /* Ctrl-C in raw mode */
			return TTY_EV_INTR;
		if (*key_out != KEY_NONE)
			return TTY_EV_KEY;
	}
	return p[2].revents ? TTY_EV_WAKE : TTY_EV_TIMEOUT;
}
