/* Which requests an Engine.IO server takes, and what it answers to the others ("HTTP paths and
   request checks" in the realtime notes). Paths are compared by the HTTP server; the target of a
   session's requests begins with the configured path and a slash. */
#ifndef WIRE_ENGINE_REQUEST_H
#define WIRE_ENGINE_REQUEST_H

#include <stdbool.h>

#include "wire/buffer.h"
#include "wire/error.h"
#include "wire/identifier.h"
#include "wire/slice.h"

#define ENGINE_JSONP_DIGITS_MAX 20u

enum engine_transport { ENGINE_TRANSPORT_UNKNOWN, ENGINE_POLLING, ENGINE_WEBSOCKET };

/* What a query string says. */
struct engine_query {
    enum engine_transport transport;
    bool revision_4; /* EIO=4 */
    bool has_id;
    char id[ENGINE_ID_LENGTH + 1]; /* empty when what was given cannot be an id of ours */
    bool jsonp;
    char jsonp_digits[ENGINE_JSONP_DIGITS_MAX + 1];
};

/* Reads the query of a request target (what follows the "?", or empty): form-encoded, the last of
   equal names counts, unknown names do not. Never fails. */
void engine_query_parse(struct slice query, struct engine_query *parsed);

enum engine_method { ENGINE_GET, ENGINE_POST, ENGINE_OPTIONS, ENGINE_METHOD_OTHER };

struct engine_request {
    enum engine_method method;
    bool upgrade;        /* it asks for an upgrade to WebSocket */
    struct slice origin; /* the Origin header; empty when there is none */
    struct engine_query query;
    /* Of the session named by query.id; unknown when there is no such session. */
    enum engine_transport session_transport;
};

enum engine_action {
    ENGINE_REFUSE,    /* answer with the refusal */
    ENGINE_PREFLIGHT, /* CORS: 204 without a body */
    ENGINE_OPEN,      /* a new session, by query.transport */
    ENGINE_RECEIVE,   /* a poll of the session */
    ENGINE_SEND,      /* a payload for the session */
    ENGINE_UPGRADE,   /* a WebSocket for the session */
    ENGINE_SHUT,      /* shake hands, then send a Close frame without a code */
};

struct engine_refusal {
    int status;          /* of HTTP; that of a refused upgrade is 400 */
    int code;            /* of Engine.IO; -1: an answer without a body */
    const char *message; /* static */
};

/* What is to be done with a request. Sets `refusal` for ENGINE_REFUSE only. Where the reference
   first completes the WebSocket handshake and then cuts the connection (revision other than 4),
   this refuses. */
enum engine_action engine_request_check(const struct engine_request *request,
                                        struct engine_refusal *refusal);

/* The JSON body of a refusal. A refused upgrade has the bare message as its body (text/html) and
   ends the connection. */
void engine_refusal_print(const struct engine_refusal *refusal, struct buffer *body);

/* JSONP (`j` in the query): the script around a payload, and the payload in a form-encoded body,
   whose field is `d`. Returns 0, or -1 with ERROR_INVALID when there is no such field. */
void engine_jsonp_print(const char *digits, struct slice payload, struct buffer *script);
int engine_jsonp_parse(struct slice body, struct buffer *payload, struct error *error);

#endif
