/* What a service manager gives a daemon and wants to hear from it: sd_notify(3), sd_listen_fds(3),
   sd_watchdog_enabled(3). These are a few environment variables and one datagram, so that no
   library is needed. Without a service manager everything here does nothing. */
#ifndef OS_SERVICE_NOTIFY_H
#define OS_SERVICE_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

struct service_notify;

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_FDS, LISTEN_PID and INVOCATION_ID, and
   removes them from the environment, so that no child takes them for its own. NULL when memory runs
   out. */
struct service_notify *service_notify_new(void);
void service_notify_free(struct service_notify *service);

/* Sends "READY=1", "STATUS=…" and so on. */
void service_notify_send(const struct service_notify *service, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* How often "WATCHDOG=1" is to be sent, ms: half of what is demanded; 0: never. */
int64_t service_notify_watchdog_ms(const struct service_notify *service);

/* True when systemd started this process as a service. */
bool service_notify_is_systemd(const struct service_notify *service);

/* The listening UNIX socket bound to `path` among those passed by socket activation; the caller
   owns the descriptor (close-on-exec, non-blocking). -1 when there is none; those bound to other
   paths are closed, and `*others` is how many. */
int service_notify_take_socket(struct service_notify *service, const char *path, int *others);

#endif
