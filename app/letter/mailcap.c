/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailcap - see mailcap.h */
#include "app/letter/mailcap.h"

#include <stdlib.h>

enum { ARGS_MAX = 64, VALUE_MAX = 64, SUFFIX_MAX = 8 };

/* The first suffix of a type is the one that is given to its files. */
static const struct {
	const char *type, *suffix;
} suffixes[] = { { "text/plain", "txt" }, { "text/html", "html" },
	{ "text/html", "htm" }, { "text/csv", "csv" }, { "text/css", "css" },
	{ "text/calendar", "ics" }, { "text/vcard", "vcf" },
	{ "text/markdown", "md" }, { "text/rtf", "rtf" },
	{ "text/x-diff", "diff" }, { "text/x-diff", "patch" },
	{ "message/rfc822", "eml" }, { "image/png", "png" },
	{ "image/jpeg", "jpg" }, { "image/jpeg", "jpeg" },
	{ "image/gif", "gif" }, { "image/webp", "webp" },
	{ "image/svg+xml", "svg" }, { "image/tiff", "tiff" },
	{ "image/bmp", "bmp" }, { "image/heic", "heic" },
	{ "image/avif", "avif" }, { "audio/mpeg", "mp3" },
	{ "audio/ogg", "ogg" }, { "audio/wav", "wav" },
	{ "audio/x-wav", "wav" }, { "audio/mp4", "m4a" },
	{ "audio/flac", "flac" }, { "video/mp4", "mp4" },
	{ "video/mpeg", "mpeg" }, { "video/webm", "webm" },
	{ "video/quicktime", "mov" }, { "video/x-matroska", "mkv" },
	{ "application/pdf", "pdf" }, { "application/postscript", "ps" },
	{ "application/rtf", "rtf" }, { "application/json", "json" },
	{ "application/xml", "xml" }, { "text/xml", "xml" },
	{ "application/zip", "zip" }, { "application/gzip", "gz" },
	{ "application/x-gzip", "gz" }, { "application/x-tar", "tar" },
	{ "application/x-xz", "xz" }, { "application/x-7z-compressed", "7z" },
	{ "application/epub+zip", "epub" }, { "application/msword", "doc" },
	{ "application/vnd.ms-excel", "xls" },
	{ "application/vnd.ms-powerpoint", "ppt" },
	{ "application/vnd.openxmlformats-officedocument.wordprocessingml."
	  "document",
		"docx" },
	{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"xlsx" },
	{ "application/vnd.openxmlformats-officedocument.presentationml."
	  "presentation",
		"pptx" },
	{ "application/vnd.oasis.opendocument.text", "odt" },
	{ "application/vnd.oasis.opendocument.spreadsheet", "ods" },
	{ "application/vnd.oasis.opendocument.presentation", "odp" },
	{ "application/x-hwp", "hwp" }, { "application/haansofthwp", "hwp" },
	{ "application/vnd.hancom.hwpx", "hwpx" },
	{ "application/pgp-signature", "asc" },
	{ "application/pkcs7-signature", "p7s" } };

/* --- reading -----------------------------------------------------------------
 */

/* A line with those that a backslash joins to it. */
static bool
next_line(struct arena *a, struct str *rest, struct str *out)
{
	struct buf b;
	struct str line;
	bool any = false;

	buf_init(&b, LIMIT_CONFIG);
	while (str_split(rest, '\n', &line)) {
		any = true;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n || line.p[line.n - 1] != '\\') {
			buf_add(&b, line);
			break;
		}
		buf_add(&b, str_sub(line, 0, line.n - 1));
	}
	*out = any ? arena_str(a, buf_str(&b)) : STR_NONE;
	buf_fini(&b);
	return any;
}

/* Cut the next field off LINE at a ';' that no backslash escapes. */
static bool
next_field(struct str *line, struct str *out)
{
	size_t i = 0;

	if (!line->p)
		return false;
	while (i < line->n && line->p[i] != ';')
		i += line->p[i] == '\\' && i + 1 < line->n ? 2 : 1;
	*out = str_trim(str_sub(*line, 0, i));
	*line = i < line->n ? str_sub(*line, i + 1, line->n) : STR_NONE;
	return true;
}

/* "text/html", and for all of a kind "text" or "text" with a "*" behind. */
static bool
type_fits(struct str pattern, struct str type)
{
	ptrdiff_t slash = str_chr(pattern, '/');
	struct str minor =
		str_sub(type, (size_t)str_chr(type, '/') + 1, type.n);

	if (slash < 0)
		slash = (ptrdiff_t)pattern.n;
	if (!str_istarts(type, str_sub(pattern, 0, (size_t)slash)) ||
		(size_t)slash >= type.n || type.p[slash] != '/')
		return false;
	pattern = str_sub(pattern, (size_t)slash + 1, pattern.n);
	return pattern.n == 0 || str_eq(pattern, STR("*")) ||
	       str_ieq(pattern, minor);
}

/* "html" of "%s.html"; empty for any other template. */
static struct str
template_suffix(struct str t)
{
	if (!str_starts(t, STR("%s.")) || t.n > 3 + SUFFIX_MAX)
		return STR_NONE;
	t = str_sub(t, 3, t.n);
	for (size_t i = 0; i < t.n; i++)
		if (!((t.p[i] >= 'a' && t.p[i] <= 'z') ||
			    (t.p[i] >= '0' && t.p[i] <= '9')))
			return STR_NONE;
	return t;
}

static void
read_flag(struct mailcap_entry *e, struct str f)
{
	ptrdiff_t eq = str_chr(f, '=');
	struct str name = str_trim(str_sub(f, 0, eq < 0 ? f.n : (size_t)eq));
	struct str value =
		eq < 0 ? STR_NONE : str_trim(str_sub(f, (size_t)eq + 1, f.n));

	if (str_ieq(name, STR("test")))
		e->test = value;
	else if (str_ieq(name, STR("nametemplate")))
		e->suffix = template_suffix(value);
	else if (str_ieq(name, STR("needsterminal")))
		e->needs_terminal = true;
	else if (str_ieq(name, STR("copiousoutput")))
		e->is_copious = true;
}

bool
mailcap_next(struct arena *a, struct str *rest, struct str type,
	struct mailcap_entry *out)
{
	struct str line, field;

	if (str_chr(type, '/') < 1)
		return false;
	while (next_line(a, rest, &line)) {
		line = str_trim(line);
		if (line.n == 0 || line.p[0] == '#' ||
			!next_field(&line, &field) || !type_fits(field, type))
			continue;
		*out = (struct mailcap_entry){ 0 };
		if (!next_field(&line, &out->command) || out->command.n == 0)
			continue;
		while (next_field(&line, &field))
			read_flag(out, field);
		return true;
	}
	return false;
}

/* --- the argument vector -----------------------------------------------------
 */

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("._+-", c));
}

/* A value from a letter: of plain characters, and no option. */
static bool
is_plain(struct str v)
{
	if (v.n == 0 || v.n > VALUE_MAX || v.p[0] == '-' || v.p[0] == '.')
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!is_word_char(v.p[i]))
			return false;
	return true;
}

struct expand {
	struct arena *a;
	const char *file;
	struct str type;
	const struct field_params *params;
	struct buf text; /* for the shell */
	struct buf word; /* of the vector, for a command without one */
	bool in_word, is_simple, has_file;
	char quote; /* the shell's, that is open */
	char *words[ARGS_MAX + 1], *values[ARGS_MAX + 1];
	size_t count, value_count;
};

static bool
end_word(struct expand *x)
{
	if (!x->in_word)
		return true;
	if (x->count == ARGS_MAX)
		return false;
	x->words[x->count++] =
		(char *)(uintptr_t)arena_cstr(x->a, buf_str(&x->word));
	buf_clear(&x->word);
	x->in_word = false;
	return true;
}

static bool
add_literal(struct expand *x, char c)
{
	buf_addc(&x->text, c);
	if (c == x->quote)
		x->quote = 0;
	else if (!x->quote && (c == '\'' || c == '"'))
		x->quote = c;
	if (c == ' ' || c == '\t')
		return end_word(x);
	if (!is_word_char(c) && !strchr("/=,:@%", c))
		x->is_simple = false;
	buf_addc(&x->word, c);
	x->in_word = true;
	return true;
}

/* V stands at this place: as a word's piece, and as a parameter of the shell
 * that no quoting around it can spoil. */
static bool
add_value(struct expand *x, struct str v)
{
	if (x->value_count == ARGS_MAX)
		return false;
	x->values[x->value_count++] = (char *)(uintptr_t)arena_cstr(x->a, v);
	buf_printf(&x->text,
		x->quote == '"'    ? "${%zu}"
		: x->quote == '\'' ? "'\"${%zu}\"'"
				   : "\"${%zu}\"",
		x->value_count);
	buf_add(&x->word, v);
	x->in_word = true;
	return true;
}

static bool
add_type(struct expand *x)
{
	ptrdiff_t slash = str_chr(x->type, '/');

	return slash > 0 && is_plain(str_sub(x->type, 0, (size_t)slash)) &&
	       is_plain(str_sub(x->type, (size_t)slash + 1, x->type.n)) &&
	       add_value(x, x->type);
}

static bool
add_param(struct expand *x, struct str name)
{
	char key[VALUE_MAX + 1];
	struct str v;

	if (name.n == 0 || name.n > VALUE_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		key[i] = ascii_lower(name.p[i]);
	key[name.n] = '\0';
	v = x->params ? field_param(x->params, key) : STR_NONE;
	if (v.n == 0 && strcmp(key, "charset") == 0)
		v = STR("utf-8"); /* undeclared text mostly is */
	return is_plain(v) && add_value(x, v);
}

/* All of COMMAND into X; false where something in it is unknown. */
static bool
walk(struct expand *x, struct str command)
{
	for (size_t i = 0; i < command.n; i++) {
		char c = command.p[i];
		char next = i + 1 < command.n ? command.p[i + 1] : '\0';
		ptrdiff_t close;
		bool good;

		if (c == '\0')
			return false;
		if (c != '\\' && c != '%') {
			if (!add_literal(x, c))
				return false;
			continue;
		}
		i++;
		if (next == '\0')
			return false;
		if (c == '\\' || next == '%') {
			good = add_literal(x, next);
		} else if (next == 's') {
			x->has_file = true;
			good = add_value(x, str_c(x->file));
		} else if (next == 't') {
			good = add_type(x);
		} else if (next == '{') {
			struct str rest = str_sub(command, i + 1, command.n);

			close = str_chr(rest, '}');
			good = close > 0 &&
			       add_param(x, str_sub(rest, 0, (size_t)close));
			i += (size_t)(close > 0 ? close + 1 : 0);
		} else {
			good = false; /* %n, %F: for multiparts */
		}
		if (!good)
			return false;
	}
	return end_word(x);
}

char **
mailcap_expand(struct arena *a, struct str command, const char *file,
	struct str type, const struct field_params *params, bool is_view)
{
	struct expand x = { .a = a,
		.file = file,
		.type = type,
		.params = params,
		.is_simple = true };
	char **argv = NULL;
	size_t n = 0;
	bool good;

	buf_init(&x.text, LIMIT_CONFIG);
	buf_init(&x.word, LIMIT_CONFIG);
	good = walk(&x, command) && x.count > 0 && !x.text.full;
	if (good && is_view && !x.has_file) {
		struct buf b;

		good = add_value(&x, str_c(file));
		buf_cut(&x.text, (size_t)(str_rchr(buf_str(&x.text), '$') - 1));
		buf_init(&b, LIMIT_CONFIG + 100);
		buf_printf(&b, "{ %s\n} <\"${%zu}\"", buf_c(&x.text),
			x.value_count);
		buf_clear(&x.text);
		buf_add(&x.text, buf_str(&b));
		buf_fini(&b);
		x.is_simple = false;
	}
	if (good) {
		argv = arena_array(a, ARGS_MAX + 8, sizeof *argv);
		if (!x.is_simple) {
			argv[n++] = (char *)(uintptr_t) "sh";
			argv[n++] = (char *)(uintptr_t) "-c";
			argv[n++] = (char *)(uintptr_t)arena_cstr(
				a, buf_str(&x.text));
			argv[n++] = (char *)(uintptr_t) "sh";
			memcpy(argv + n, x.values,
				x.value_count * sizeof *argv);
		} else {
			memcpy(argv, x.words, x.count * sizeof *argv);
		}
	}
	buf_fini(&x.text);
	buf_fini(&x.word);
	return argv;
}

/* --- types -------------------------------------------------------------------
 */

static struct str
suffix_of(struct str name)
{
	ptrdiff_t dot = str_rchr(name, '.');

	return dot < 0 ? STR_NONE : str_sub(name, (size_t)dot + 1, name.n);
}

bool
mailcap_is_program(struct str type, struct str name)
{
	static const char *const types[] = { "application/x-sh",
		"application/x-csh", "application/x-shellscript",
		"application/x-executable", "application/x-sharedlib",
		"application/x-pie-executable", "application/x-elf",
		"application/x-msdownload", "application/x-msdos-program",
		"application/x-ms-dos-executable", "application/x-dosexec",
		"application/vnd.microsoft.portable-executable",
		"application/x-desktop", "application/java-archive",
		"application/x-java-archive", "application/x-java-jnlp-file",
		"application/javascript", "application/x-javascript",
		"application/ecmascript", "application/hta",
		"application/x-perl", "application/x-python",
		"application/x-ruby", "application/x-php", "application/x-msi",
		"application/x-deb", "application/vnd.debian.binary-package",
		"application/x-rpm", "application/vnd.appimage",
		"application/x-ms-shortcut", "text/javascript",
		"text/ecmascript", "text/x-sh", "text/x-csh",
		"text/x-shellscript", "text/x-python", "text/x-perl",
		"text/x-script.python", "text/x-php", "text/x-ruby",
		"text/x-tcl", "text/x-lua" };
	static const char programs[] =
		" sh bash zsh csh ksh fish desktop exe com bat cmd scr pif msi "
		"msp cpl dll lnk url vbs vbe js jse wsf wsh hta ps1 psm1 reg "
		"jar jnlp py pyc pyw pl rb php tcl lua run bin deb rpm "
		"appimage flatpakref docm dotm xlsm xltm xlam pptm potm ppam "
		"xll chm scf inf application gadget elf so out ";
	struct str s = suffix_of(name);
	char padded[16];

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_ieq(type, str_c(types[i])))
			return true;
	if (str_ifind(type, STR("macroenabled")) >= 0)
		return true;
	if (s.n == 0 || s.n > sizeof padded - 3 || str_chr(s, ' ') >= 0)
		return false;
	padded[0] = ' ';
	for (size_t i = 0; i < s.n; i++)
		padded[i + 1] = ascii_lower(s.p[i]);
	padded[s.n + 1] = ' ';
	return str_find(str_c(programs), (struct str){ padded, s.n + 2 }) >= 0;
}

const char *
mailcap_suffix(struct str type)
{
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
		if (str_eq(type, str_c(suffixes[i].type)))
			return suffixes[i].suffix;
	return "bin";
}

struct str
mailcap_type(struct str name)
{
	struct str s = suffix_of(name);

	for (size_t i = 0; s.n && i < sizeof suffixes / sizeof *suffixes; i++)
		if (str_ieq(s, str_c(suffixes[i].suffix)))
			return str_c(suffixes[i].type);
	return STR_NONE;
}
