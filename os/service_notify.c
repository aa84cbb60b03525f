#include "os/service_notify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTEN_FIRST 3 /* SD_LISTEN_FDS_START */
#define LISTEN_MOST  64

struct service_notify {
    char *socket;
    int64_t watchdog_ms;
    int passed; /* descriptors from LISTEN_FIRST on */
    bool systemd;
};

static bool names_this_process(const char *variable)
{
    const char *pid = getenv(variable);
    return pid && strtol(pid, NULL, 10) == (long)getpid();
}

struct service_notify *service_notify_new(void)
{
    struct service_notify *service = calloc(1, sizeof *service);
    if (!service)
        return NULL;
    const char *socket = getenv("NOTIFY_SOCKET");
    const char *watchdog = getenv("WATCHDOG_USEC");
    const char *passed = getenv("LISTEN_FDS");
    const char *invocation = getenv("INVOCATION_ID");
    if (socket && (socket[0] == '/' || socket[0] == '@'))
        service->socket = strdup(socket);
    /* WATCHDOG_PID may be absent: then the value is meant for whoever reads it. */
    if (watchdog && (!getenv("WATCHDOG_PID") || names_this_process("WATCHDOG_PID")))
        service->watchdog_ms = strtoll(watchdog, NULL, 10) / 2000;
    if (service->watchdog_ms < 0)
        service->watchdog_ms = 0;
    if (passed && names_this_process("LISTEN_PID"))
        service->passed = (int)strtol(passed, NULL, 10);
    if (service->passed < 0 || service->passed > LISTEN_MOST)
        service->passed = 0;
    service->systemd = invocation && *invocation;
    static const char *const variables[] = {"NOTIFY_SOCKET",  "WATCHDOG_USEC",  "WATCHDOG_PID",
                                            "LISTEN_FDS",     "LISTEN_FDNAMES", "LISTEN_PID",
                                            "LISTEN_PIDFDID", "INVOCATION_ID"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    return service;
}

void service_notify_free(struct service_notify *service)
{
    if (!service)
        return;
    free(service->socket);
    free(service);
}

void service_notify_send(const struct service_notify *service, const char *format, ...)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!service || !service->socket || strlen(service->socket) >= sizeof address.sun_path)
        return;
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof message)
        return;
    memcpy(address.sun_path, service->socket, strlen(service->socket));
    if (address.sun_path[0] == '@') /* a name in the abstract name space, unix(7) */
        address.sun_path[0] = '\0';
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (descriptor < 0)
        return;
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(service->socket));
    /* A manager that does not listen any more changes nothing for us. */
    (void)!sendto(descriptor, message, (size_t)length, MSG_DONTWAIT, (struct sockaddr *)&address,
                  size);
    close(descriptor);
}

int64_t service_notify_watchdog_ms(const struct service_notify *service)
{
    return service->watchdog_ms;
}

bool service_notify_is_systemd(const struct service_notify *service)
{
    return service->systemd;
}

/* Bound to `path`, by name or (where a link leads there) by being the same file. */
static bool is_listener_at(int descriptor, const char *path)
{
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    int listening = 0;
    socklen_t size = sizeof listening;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) < 0 || !listening ||
        getsockname(descriptor, (struct sockaddr *)&address, &length) < 0 ||
        address.sun_family != AF_UNIX || length <= offsetof(struct sockaddr_un, sun_path))
        return false;
    char bound[sizeof address.sun_path + 1] = "";
    memcpy(bound, address.sun_path, length - offsetof(struct sockaddr_un, sun_path));
    struct stat a, b;
    return strcmp(bound, path) == 0 || (stat(bound, &a) == 0 && stat(path, &b) == 0 &&
                                        a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

int service_notify_take_socket(struct service_notify *service, const char *path, int *others)
{
    int found = -1;
    *others = 0;
    for (int i = LISTEN_FIRST; i < LISTEN_FIRST + service->passed; i++) {
        if (found < 0 && is_listener_at(i, path)) {
            fcntl(i, F_SETFD, FD_CLOEXEC);
            fcntl(i, F_SETFL, fcntl(i, F_GETFL) | O_NONBLOCK);
            found = i;
        } else {
            close(i);
            ++*others;
        }
    }
    service->passed = 0;
    return found;
}
