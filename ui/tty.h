/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tty - ncurses, the poll loop, signals, the stall meter.
 *
 * Alone in including curses.h. Everything drawn passes tty_put, which lets
 * only printable cells reach the terminal (security rule R1). One thread: the
 * one that draws, which never waits but in tty_poll. */
#ifndef UI_TTY_H
#define UI_TTY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum tty_style {
	TTY_PLAIN = 0,
	TTY_BOLD = 1 << 0,
	TTY_DIM = 1 << 1,
	TTY_REVERSE = 1 << 2,
	TTY_UNDERLINE = 1 << 3,
	/* one colour at most; each also has an attribute for NO_COLOR */
	TTY_GOOD = 1 << 4,  /* blue */
	TTY_BAD = 1 << 5,   /* orange-red */
	TTY_WARN = 1 << 6,  /* yellow */
	TTY_LINK = 1 << 7,  /* cyan */
	TTY_QUOTE = 1 << 8, /* green-blue, by depth: TTY_QUOTE2 adds */
	TTY_QUOTE2 = 1 << 9,
	TTY_FRAME = 1 << 10 /* lines and hints */
};

/* Keys above Unicode. What is below is the character itself; Ctrl-A is 1. */
enum tty_key {
	KEY_NONE = 0,
	TTY_TAB = 9,
	TTY_ENTER = 13,
	TTY_ESCAPE = 27,
	TTY_BACKSPACE = 127,
	TTY_UP = 0x200000,
	TTY_DOWN,
	TTY_LEFT,
	TTY_RIGHT,
	TTY_PGUP,
	TTY_PGDN,
	TTY_HOME,
	TTY_END,
	TTY_DELETE,
	TTY_BACKTAB,
	TTY_PASTE, /* the text is in tty_pasted() */
	TTY_MOUSE,
	TTY_F1,
	TTY_ALT = 0x400000 /* added to the character */
};

enum tty_event {
	TTY_EV_KEY, /* *KEY_OUT */
	TTY_EV_RESIZE,
	TTY_EV_WAKE,  /* the descriptor given to tty_poll is readable */
	TTY_EV_CHILD, /* a program that tty_run_program started has ended */
	TTY_EV_QUIT,  /* SIGTERM, SIGHUP */
	TTY_EV_INTR,  /* SIGINT: cancel what runs */
	TTY_EV_TIMEOUT
};

/* Take the terminal. GLYPHS: "auto", "unicode" or "ascii". ERR_SYSTEM where it
 * is none. */
int tty_open(const char *glyphs, struct err *e) ERR_CHECK;
void tty_close(void);

/* Sleep until something happens, TIMEOUT_MS at most (-1: no limit). The only
 * place where the drawing thread waits; the time between two calls is what the
 * stall meter measures. */
enum tty_event tty_poll(int wake_fd, int timeout_ms, uint32_t *key_out);

/* The size, and what the terminal can show. */
int tty_rows(void);
int tty_columns(void);
bool tty_is_ascii(void);
bool tty_has_color(void);

/* Draw TEXT at row Y from column X in exactly CELLS cells: cut by cells (with a
 * "›" where cut is wanted by the caller: see tty_put_cut), a half cell padded,
 * the rest filled with blanks in the same style. */
void tty_put(int y, int x, int cells, struct str text, unsigned style);
/* As tty_put, and what does not fit ends in "›". */
void tty_put_cut(int y, int x, int cells, struct str text, unsigned style);
void tty_printf(int y, int x, int cells, unsigned style, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* A horizontal line over CELLS cells, a vertical one over ROWS rows. */
void tty_hline(int y, int x, int cells);
void tty_vline(int y, int x, int rows);
void tty_box(int y, int x, int rows, int cells);
void tty_erase(void);
/* Show what was drawn, with the cursor at (Y, X); Y -1: as out of the way as
 * can be, but on the row that is selected for those who follow the cursor. */
void tty_show(int y, int x, bool visible);
void tty_bell(void);
/* Hand TEXT to the terminal's clipboard (OSC 52). Whether the terminal takes it
 * cannot be known: many must be told to. False: it is over 64 KiB. */
bool tty_copy(struct str text);

/* Bytes that a bracketed paste brought, until the next tty_poll. */
struct str tty_pasted(void);
/* Of the last TTY_MOUSE. BUTTON 1 to 3, 4 and 5 for the wheel. */
void tty_mouse(int *y, int *x, int *button, bool *is_double);

/* Give the terminal to the program ARGV; TTY_EV_CHILD comes when it ends and
 * *STATUS_OUT of tty_child_status is its exit status. The loop goes on; drawing
 * is not done meanwhile (tty_is_away). */
int tty_run_program(char *const argv[], struct err *e) ERR_CHECK;
/* Start ARGV beside the interface, without the terminal: a viewer with a window
 * of its own. It is not waited for. */
int tty_start_program(char *const argv[], struct err *e) ERR_CHECK;
bool tty_is_away(void);
int tty_child_status(void);
/* Stop as Ctrl-Z does, and come back. */
void tty_suspend(void);

/* The longest time in microseconds between two returns to tty_poll, the 99th
 * percentile and how often it was measured. */
struct tty_stalls {
	int64_t max_us, p99_us;
	uint64_t count;
};
struct tty_stalls tty_stalls(void);

/* The screen as text, a line a row, blanks at the end cut: for tests. */
void tty_dump(struct buf *out);

#endif
