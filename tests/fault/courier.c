/*
 * courier.c - lets a Courier of the tests run as an ordinary user.
 *
 * The path of its socket to the authentication daemon is compiled in
 * (/run/courier/authdaemon/socket), and so is the user that its TLS program
 * goes on as. A private server is started with this preloaded: it turns the
 * connection to that path into one to $COURIER_SOCKET and the user "courier"
 * into who runs it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
connect(int fd, const struct sockaddr *to, socklen_t n)
{
	static const char path[] = "/run/courier/authdaemon/socket";
	int (*real)(int, const struct sockaddr *, socklen_t);
	const char *ours = getenv("COURIER_SOCKET");
	struct sockaddr_un un;
	void *symbol = dlsym(RTLD_NEXT, "connect");

	memcpy(&real, &symbol, sizeof(real));
	if (to->sa_family != AF_UNIX || n > sizeof(un) || ours == NULL ||
		strlen(ours) >= sizeof(un.sun_path))
		return real(fd, to, n);
	memset(&un, 0, sizeof(un));
	memcpy(&un, to, n);
	un.sun_path[sizeof(un.sun_path) - 1] = '\0';
	if (strcmp(un.sun_path, path) != 0)
		return real(fd, to, n);
	memset(un.sun_path, 0, sizeof(un.sun_path));
	memcpy(un.sun_path, ours, strlen(ours));
	return real(fd, (struct sockaddr *)&un, sizeof(un));
}

struct passwd *
getpwnam(const char *name)
{
	struct passwd *(*real)(const char *);
	void *symbol = dlsym(RTLD_NEXT, "getpwnam");

	memcpy(&real, &symbol, sizeof(real));
	return strcmp(name, "courier") == 0 ? getpwuid(geteuid()) : real(name);
}

int FAMOpen(void *connection);
int
FAMOpen(void *connection)
{
	(void)connection;
	return -1;
}
