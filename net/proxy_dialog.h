/* The exchange with a proxy on a connected descriptor. */
#ifndef NET_PROXY_DIALOG_H
#define NET_PROXY_DIALOG_H

#include <event2/event.h>

#include "net/proxy.h"

struct proxy_dialog;

/* `error` is NULL when the connection stands; the descriptor remains the caller's. The dialog is
   freed by then. */
typedef void proxy_dialog_done(const struct error *error, void *context);

/* `proxy` is borrowed; `host` is copied. `done` is called once, from the event loop. NULL with
   `error` filled when the proxy's protocol cannot say it or memory runs out. */
struct proxy_dialog *proxy_dialog_new(struct event_base *base, int descriptor,
                                      const struct proxy *proxy, const char *host, uint16_t port,
                                      proxy_dialog_done *done, void *context, struct error *error);

/* Before `done` was called. */
void proxy_dialog_free(struct proxy_dialog *dialog);

#endif
