/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err - what went wrong, named by what the caller can do about it.
 *
 * A function that can fail returns int (0 or -1), is marked ERR_CHECK and
 * takes a struct err last; on -1 the struct is complete: a class, a code and
 * one line of text that says what failed first, the subject in single quotes
 * and then the peer's own words. Broken mail is never an error and neither is
 * a verdict. Any thread. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* Marks a text that is translated where it is shown or put into a fault. */
#define N_(text) (text)

enum err_class {
	ERR_NONE,
	ERR_CANCEL,  /* the user or the program stopped it */
	ERR_RETRY,   /* try again at once */
	ERR_LATER,   /* try again later: network, lock, quota */
	ERR_AUTH,    /* ask for a password */
	ERR_CERT,    /* show a certificate; nothing was sent */
	ERR_MESSAGE, /* this message only */
	ERR_BOX,     /* this mailbox only */
	ERR_ACCOUNT, /* this account only */
	ERR_INPUT,   /* what the user gave is wrong */
	ERR_SYSTEM   /* disk, memory, permissions */
};

struct err {
	enum err_class class;
	int code; /* errno, or the number that the protocol gave */
	char text[400];
};

#define ERR_CHECK __attribute__((warn_unused_result))

/* Fill E (which may be NULL) and return -1, so that a function can end with
 * "return err_set(…)". FMT is said in the user's language, as err_words says
 * it. The text is cut at the size of the struct, at a whole UTF-8 character. */
int err_set(struct err *e, enum err_class class, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* As err_set with class ERR_SYSTEM, code ERRNUM and ": " and the system's
 * words for ERRNUM after the text. */
int err_sys(struct err *e, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* TEXT in the user's language, by the catalogue that app/main has bound; TEXT
 * itself without one. For words of ours that a fault has at a %s. Static, or
 * TEXT. */
const char *err_words(const char *text) __attribute__((format_arg(1)));

/* Make E say that nothing went wrong. */
void err_clear(struct err *e);

/* The name of CLASS for logs, "auth" for ERR_AUTH. Static. */
const char *err_class_name(enum err_class class);

#endif
