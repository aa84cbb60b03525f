/* A connection to happyd: JSON-RPC as docs/local-api.md describes, one thing after the other. A
   command asks and waits, so it needs no event loop. */
#ifndef HAPPYCTL_DAEMON_CLIENT_H
#define HAPPYCTL_DAEMON_CLIENT_H

#include <stdbool.h>

#include "os/paths.h"
#include "wire/json.h"
#include "wire/json_rpc.h"

struct daemon_client;

/* Connects; with `may_start`, starts happyd when none runs. NULL with `error` filled. */
struct daemon_client *daemon_client_new(const struct paths *paths, bool may_start,
                                        struct error *error);
void daemon_client_free(struct daemon_client *client);

/* Calls a method and waits for its answer, for `timeout_ms` milliseconds (-1: for ever).
   Notifications that come meanwhile are kept for daemon_client_next(). `params` is taken over and
   may be NULL. Returns the result, owned by the caller; NULL with `error` filled: what happyd
   answered, or ERROR_CLOSED when the connection is lost or happyd did not answer in time. */
struct json_object *daemon_client_call(struct daemon_client *client, const char *method,
                                       struct json_object *params, int timeout_ms,
                                       struct error *error);

/* True once the connection is of no more use: it ended, or happyd did not answer in time. */
bool daemon_client_is_lost(const struct daemon_client *client);

/* True when happyd closed the connection: it ended or was killed. */
bool daemon_client_has_ended(const struct daemon_client *client);

/* Waits for the next notification. 1: `message` holds it, to be cleared with
   json_rpc_message_clear(); 0: none came within `timeout_ms` (-1: for ever); -1 with `error`. */
int daemon_client_next(struct daemon_client *client, int timeout_ms,
                       struct json_rpc_message *message, struct error *error);

#endif
