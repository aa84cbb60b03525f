/* The methods of the local API (docs/local-api.md). Each file api_*.c holds a group of them and
   exports its rows; api_method.c joins them to one table. */
#ifndef DAEMON_API_METHOD_H
#define DAEMON_API_METHOD_H

#include "api_params.h"
#include "daemon.h"
#include "net/json_rpc_peer.h"

enum api_flag {
    API_LIVE_SESSION = 1, /* `session` means one that runs: call->session is set */
    API_ANY_SESSION = 2,  /* one that has ended will do */
    API_WRITES = 4,       /* fails when what it changed cannot be written */
    API_MAY_BE_NONE = 8,  /* with API_ANY_SESSION: absent means no session */
};

/* One request on its way. It is answered exactly once, by api_answer() or api_fail(), which may
   happen within the handler or any time later. */
struct api_call {
    LIST_ENTRY(api_call) entry;
    struct daemon *daemon;
    struct api_peer *peer; /* NULL once it is gone */
    struct json_rpc_call *rpc;
    const struct api_method *method;
    struct json_object *params;
    struct session *session;
    /* For a call that waits: called when the peer is gone, to give up. It must not answer: the call
       is freed behind it. */
    void (*cancel)(struct api_call *call);
    void *state; /* of the handler */
    /* Called once the answer is on its way, unless the peer is gone; may be NULL. */
    void (*answered)(struct api_call *call);
    struct json_object *result;
    struct error error;
    bool stands; /* the result is true even if it cannot be written just now */
};

struct api_method {
    const char *name;
    void (*handle)(struct api_call *call);
    unsigned flags; /* enum api_flag */
    const struct api_param *params;
};

extern const struct api_method API_AGENT_METHODS[], API_DAEMON_METHODS[], API_HISTORY_METHODS[],
    API_INPUT_METHODS[], API_SCREEN_METHODS[], API_SESSION_METHODS[], API_STOP_METHODS[],
    API_SUBSCRIBE_METHODS[], API_TERMINAL_METHODS[], API_WAIT_METHODS[];

/* NULL when there is none of that name. */
const struct api_method *api_method_find(const char *name);

/* The whole table: [{"name", "params": [{"name", "type", "required"}]}]. The caller owns it. */
struct json_object *api_methods_to_json(void);

/* The answer leaves when this turn's changes are on the disk. `result` is taken over; NULL is {}.
 */
void api_answer(struct api_call *call, struct json_object *result);
void api_fail(struct api_call *call, const struct error *error);

/* The session's holder; or NULL, and the call has failed. */
struct holder_link *api_link(struct api_call *call);

/* What was kept of a session that ended, to be freed with session_record_free(); or NULL, and the
   call has failed. */
struct session_record *api_record(struct api_call *call);

/* A JSON string: always UTF-8, whatever a damaged record holds. */
struct json_object *api_text(const char *text, size_t length);

#endif
