/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_place - see index_place.h */
#include "store/index_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "store/index_copy.h"
#include "store/index_theirs.h"

enum { CONFIG_BYTES = 256 << 10 };

/* The line "KEY=PATH" of a configuration. */
static void
add_setting(struct buf *text, const char *key, const char *path)
{
	buf_printf(text, "%s=", key);
	for (; *path; path++) {
		if (*path == '\\')
			buf_addc(text, '\\'); /* GKeyFile's escape */
		buf_addc(text, *path);
	}
	buf_addc(text, '\n');
}

/* The configuration, written where it does not stand there already: the index
 * is opened several times a second while mail arrives. The user's own comes
 * first; of a key that is there twice GKeyFile takes the last. */
static int
write_config(const struct index_theirs *theirs, const char *dir,
	const char *path, struct err *e)
{
	struct buf text, now;
	struct err none;
	int rc = 0;

	buf_init(&text, CONFIG_BYTES);
	buf_init(&now, CONFIG_BYTES);
	if (theirs && *theirs->config)
		rc = file_read(theirs->config, &text, e);
	if (theirs) {
		buf_adds(&text, "\n[database]\n");
		add_setting(&text, "path", theirs->database);
	} else {
		buf_adds(&text, "[database]\n");
	}
	add_setting(&text, "mail_root", dir);
	if (rc < 0 || text.full) {
		if (rc == 0)
			rc = err_set(e, ERR_INPUT, 0, "'%s' is too large",
				theirs->config);
	} else if (access(path, F_OK) < 0 || file_read(path, &now, &none) < 0 ||
		   !str_eq(buf_str(&now), buf_str(&text)))
		rc = file_write(path, buf_str(&text), 0600, e);
	buf_fini(&text);
	buf_fini(&now);
	return rc;
}

struct index_place *
index_place_new(const char *mail, const struct index_theirs *theirs,
	struct buf *config, struct err *e)
{
	struct index_place *p = calloc(1, sizeof *p);
	struct buf dir, root;

	buf_init(&dir, 8192);
	buf_init(&root, 8192);
	if (theirs)
		buf_adds(&dir, theirs->place);
	else
		buf_printf(&dir, "%s/.notmuch/signet", mail);
	buf_printf(config, theirs ? "%s.config" : "%s/config", buf_c(&dir));
	if (p) {
		p->theirs = theirs;
		p->mail = strdup(mail);
		p->root = strdup(buf_c(&dir));
	}
	buf_add(&root, buf_str(&dir));
	if (theirs && *theirs->only)
		buf_printf(&root, "/%s", theirs->only);
	if (!p || !p->mail || !p->root) {
		err_sys(e, ENOMEM, "cannot open the index below '%s'", mail);
		index_place_free(&p);
	} else if (file_mkdirs(buf_c(&root), e) < 0 ||
		   write_config(theirs, buf_c(&root), buf_c(config), e) < 0) {
		index_place_free(&p);
	}
	buf_fini(&root);
	buf_fini(&dir);
	return p;
}

void
index_place_free(struct index_place **p)
{
	if (*p) {
		free((*p)->mail);
		free((*p)->root);
	}
	free(*p);
	*p = NULL;
}

void
index_place_path(
	const struct index_place *p, const char *path, struct buf *full)
{
	buf_printf(full, "%s/%s", p->root, path);
}

/* Make the folder that the copy FULL lies in, once for many. */
static int
make_folder(struct index_place *p, const char *full, struct err *e)
{
	size_t n = (size_t)(strrchr(full, '/') - full);

	if (n >= sizeof p->made)
		return err_set(e, ERR_MESSAGE, ENAMETOOLONG,
			"the name of '%s' is too long", full);
	if (strlen(p->made) == n && memcmp(p->made, full, n) == 0)
		return 0;
	memcpy(p->made, full, n);
	p->made[n] = '\0';
	if (file_mkdirs(p->made, e) == 0)
		return 0;
	p->made[0] = '\0';
	return -1;
}

/* Nothing is made durable: the file goes when it has been read. */
static int
write_file(const char *full, struct str bytes, struct err *e)
{
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return err_sys(e, errno, "cannot write '%s'", full);
	rc = file_write_fd(fd, bytes, full, e);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "cannot write '%s'", full);
	return rc;
}

int
index_place_write(struct index_place *p, const char *path, const char *full,
	bool headers_only, struct err *e)
{
	struct str letter = STR_NONE;
	struct buf copy, real;
	int rc;

	buf_init(&real, 8192);
	buf_init(&copy, INDEX_COPY);
	buf_printf(&real, "%s/%s", p->mail, path);
	rc = file_map(buf_c(&real), LIMIT_MESSAGE, &letter, e);
	if (rc < 0)
		e->class = ERR_MESSAGE; /* it, and not the index */
	if (rc == 0 && !index_copy(&copy, letter, headers_only, p->theirs))
		rc = err_set(e, ERR_MESSAGE, 0, "'%s' is no message", path);
	if (rc == 0)
		rc = make_folder(p, full, e);
	if (rc == 0)
		rc = write_file(full, buf_str(&copy), e);
	file_unmap(&letter);
	buf_fini(&copy);
	buf_fini(&real);
	return rc;
}

int
index_place_touch(struct index_place *p, const char *full, struct err *e)
{
	return make_folder(p, full, e) < 0 ? -1 : write_file(full, STR_NONE, e);
}
